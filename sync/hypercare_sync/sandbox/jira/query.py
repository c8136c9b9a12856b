"""The syntax tree of Jira's query language."""

from dataclasses import dataclass


class JqlError(ValueError):
    """A query that Jira refuses, in the words in which it does."""


@dataclass(frozen=True)
class Value:
    """A word or a quoted string."""

    text: str
    quoted: bool


@dataclass(frozen=True)
class Call:
    """A function, such as `startOfDay("-1d")`."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Empty:
    """EMPTY or NULL."""


Operand = Value | Call | Empty


@dataclass(frozen=True)
class Clause:
    """`field operator operand`; the operator is in lower case, `listed` says that the operands came in parentheses."""

    field: str
    operator: str
    operands: tuple[Operand, ...]
    listed: bool


@dataclass(frozen=True)
class Predicate:
    """What narrows a question about the past: `after`, `before`, `on`, `during`, `by`, `from` or `to` something."""

    name: str
    operands: tuple[Operand, ...]


@dataclass(frozen=True)
class Past:
    """`field WAS operand` or, with `changed`, `field CHANGED`, each as narrowed by its predicates."""

    field: str
    operands: tuple[Operand, ...]
    predicates: tuple[Predicate, ...]
    changed: bool


@dataclass(frozen=True)
class Not:
    """What does not hold."""

    part: "Condition"


@dataclass(frozen=True)
class And:
    """What holds together."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True)
class Or:
    """Of which one holds."""

    parts: "tuple[Condition, ...]"


Condition = Clause | Past | Not | And | Or


@dataclass(frozen=True)
class OrderTerm:
    """One term of ORDER BY."""

    field: str
    descending: bool


@dataclass(frozen=True)
class Query:
    """A parsed query; without a condition it is unbounded."""

    condition: Condition | None
    order: tuple[OrderTerm, ...]
