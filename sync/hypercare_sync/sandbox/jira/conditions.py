"""A parsed JQL query, compiled to a predicate over issues and to an order."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import assert_never

from hypercare_sync.sandbox.jira.fields import field_named, find_project
from hypercare_sync.sandbox.jira.model import Issue
from hypercare_sync.sandbox.jira.past import compile_past
from hypercare_sync.sandbox.jira.query import (
    And,
    Clause,
    Condition,
    Empty,
    JqlError,
    Not,
    Operand,
    Or,
    OrderTerm,
    Past,
    Value,
)
from hypercare_sync.sandbox.jira.scope import Field, Scope, Site

Predicate = Callable[[Issue], bool]
_OPPOSITE = {"=": "!=", "~": "!~", "<": ">=", "<=": ">", "in": "not in", "is": "is not"}
_OPPOSITE |= {opposite: operator for operator, opposite in _OPPOSITE.items()}
_NEGATIVE = frozenset({"!=", "!~", "not in", "is not"})


def compile_condition(condition: Condition, scope: Scope) -> Predicate:
    """Whether an issue meets `condition`. Raises JqlError for fields, operators, values and functions that the site does not know."""
    named = (find_project(scope.site, name) for name in _project_names(condition))
    return _compile(
        condition, replace(scope, projects=frozenset(project.key for project in named if project)), negated=False
    )


def _project_names(condition: Condition) -> Iterator[str]:
    match condition:
        case Clause(field=field, operator="=" | "in", operands=operands) if field.casefold() == "project":
            yield from (operand.text for operand in operands if isinstance(operand, Value))
        case And(parts) | Or(parts):
            for part in parts:
                yield from _project_names(part)
        case _:
            return


def _compile(condition: Condition, scope: Scope, *, negated: bool) -> Predicate:
    """The predicate of `condition` or of its opposite.

    Jira moves NOT inwards to the operators, so `NOT labels = x` is `labels != x` and leaves out issues without labels.
    """
    match condition:
        case Not(part):
            return _compile(part, scope, negated=not negated)
        case And(parts) | Or(parts):
            compiled = [_compile(part, scope, negated=negated) for part in parts]
            every = isinstance(condition, And) is not negated
            if every:
                return lambda issue: all(part(issue) for part in compiled)
            return lambda issue: any(part(issue) for part in compiled)
        case Past():
            matches = compile_past(condition, scope)
            return (lambda issue: not matches(issue)) if negated else matches
        case Clause():
            return _clause(condition, scope, _OPPOSITE[condition.operator] if negated else condition.operator)
        case _:
            assert_never(condition)


def _clause(clause: Clause, scope: Scope, operator: str) -> Predicate:
    field = field_named(clause.field, scope.site.custom)
    _check(clause, field, operator)
    read = field.read
    if operator == "is":
        return lambda issue: not read(issue)
    if operator == "is not":
        return lambda issue: bool(read(issue))
    tests = [field.test(scope, operator, operand) for operand in clause.operands if not _is_empty(field, operand)]
    empty = len(tests) < len(clause.operands)

    def positive(issue: Issue) -> bool:
        values = read(issue)
        return any(test(value) for value in values for test in tests) if values else empty

    def negative(issue: Issue) -> bool:
        values = read(issue)
        return bool(values) and not any(test(value) for value in values for test in tests)

    return negative if operator in _NEGATIVE else positive


def _is_empty(field: Field, operand: Operand) -> bool:
    unresolved = isinstance(operand, Value) and field.name == "resolution" and operand.text.casefold() == "unresolved"
    return unresolved or isinstance(operand, Empty)


def _check(clause: Clause, field: Field, operator: str) -> None:
    if operator not in field.operators:
        raise JqlError(f"The operator '{operator}' is not supported by the '{clause.field}' field.")
    one = clause.operands[0]
    if operator in {"is", "is not"}:
        if clause.listed or not isinstance(one, Empty):
            raise JqlError(f"The operator '{operator}' only supports EMPTY or NULL for the field '{clause.field}'.")
    elif operator in {"in", "not in"}:
        if not clause.listed and not hasattr(one, "arguments"):
            raise JqlError(
                f"Operator '{operator}' does not support the non-list value '{getattr(one, 'text', 'EMPTY')}' for field '{clause.field}'."
            )
    elif clause.listed:
        raise JqlError(f"Operator '{operator}' does not support a list of values for field '{clause.field}'.")
    elif isinstance(one, Empty) and operator not in {"=", "!="}:
        raise JqlError(
            f"The operator '{operator}' does not support searching for EMPTY values for the field '{clause.field}'."
        )


SortKey = tuple[bool, str | float]
"""Whether the issue has no value (those come last), and the value."""


def sort_keys(terms: tuple[OrderTerm, ...], site: Site) -> tuple[tuple[Callable[[Issue], SortKey], bool], ...]:
    """For each term how to get the value to sort by, and whether it descends; the issue's id, newest first, breaks ties."""
    if len(terms) > 7:
        raise JqlError("The maximum number of fields in the ORDER BY clause is 7.")
    return (
        *((_key(field_named(term.field, site.custom)), term.descending) for term in terms),
        (lambda issue: (False, int(issue.id)), True),
    )


def _key(field: Field) -> Callable[[Issue], SortKey]:
    def key(issue: Issue) -> SortKey:
        values = field.read(issue)
        return (False, field.rank(values[0])) if values else (True, "")

    return key
