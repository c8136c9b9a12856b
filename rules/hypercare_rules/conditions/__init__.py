"""Conditions on tickets, written as YAML: `{priority: {at_least: P2}, any: [{labels: outage}, {title: {contains: outage}}]}`.

The way through: `fields` is the table of what may be asked, `field_types` and `closures` say how; `schema` is the pydantic
model generated from them; `tree` is a condition as questions; `compiling`, `explaining` and `analysis` each walk that tree.
A question about a value that is missing is answered no, and a negated one (`not`, `not_in`, `none`) yes.
"""

from hypercare_rules.conditions.analysis import exclude, implies, never
from hypercare_rules.conditions.compiling import compile_condition
from hypercare_rules.conditions.explaining import Explained, almost, explain
from hypercare_rules.conditions.facts import Facts
from hypercare_rules.conditions.fields import FIELDS, FieldType
from hypercare_rules.conditions.schema import Condition
from hypercare_rules.conditions.tree import Declared, fields_in, problems

__all__ = [
    "FIELDS",
    "Condition",
    "Declared",
    "Explained",
    "Facts",
    "FieldType",
    "almost",
    "compile_condition",
    "exclude",
    "explain",
    "fields_in",
    "implies",
    "never",
    "problems",
]
