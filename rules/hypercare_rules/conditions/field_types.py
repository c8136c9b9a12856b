"""The types of fields, each with its operators: what may be asked of a field, in which words, and by which test.

A new operator is a line here, and a test in `closures`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import Field as Constraint

from hypercare_rules.conditions import arguments, closures
from hypercare_rules.conditions.closures import Read, Test
from hypercare_rules.durations import Duration


@dataclass(frozen=True, slots=True, eq=False)
class Operator:
    """One question about a field.

    `words` stand between the field and the argument where a condition is told; `argument` is what pydantic reads the
    argument as; `test` makes the closure that answers.
    """

    name: str
    words: str = field(repr=False)
    argument: Any = field(repr=False)
    test: Callable[[Read, Any], Test] = field(repr=False)
    doc: str = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Type:
    """What the values of a field are, and what may be asked of them.

    `values` is the Python type of the values, `optional` whether there may be none (a text or a set may always be empty). `plain` and `listed` name the operators
    that a plain value and a list are short for; None where neither says enough.
    """

    name: str
    values: type
    operators: tuple[Operator, ...] = field(repr=False)
    plain: str | None = field(default=None, repr=False)
    listed: str | None = field(default=None, repr=False)
    optional: bool = field(default=False, repr=False)

    def operator(self, name: str) -> Operator:
        """The operator of that name. Raises KeyError if there is none."""
        return {operator.name: operator for operator in self.operators}[name]


EMPTY = Operator("missing", "missing:", arguments.Flag, closures.empty, "Whether there is none.")
ABSENT = Operator("missing", "missing:", arguments.Flag, closures.absent, "Whether there is none.")

TEXT = Type(
    "text",
    str,
    (
        Operator("equals", "is", arguments.Name, closures.text_equals, "The same text, whatever the case."),
        Operator("in", "is one of", arguments.Names, closures.text_in, "One of these texts, whatever the case."),
        Operator("not_in", "is none of", arguments.Names, closures.text_not_in, "Missing, or none of these texts."),
        Operator("contains", "contains", arguments.Name, closures.contains, "With this part, whatever the case."),
        Operator("starts_with", "starts with", arguments.Name, closures.starts_with, "With this start."),
        Operator("matches", "matches", arguments.Pattern, closures.matches, "This RE2 pattern is found; (?i) for any case."),
        EMPTY,
    ),
    plain="equals",
    listed="in",
)  # fmt: skip

NAMES = Type(
    "names",
    frozenset,
    (
        Operator("has", "has", arguments.Name, closures.has, "With this name, whatever the case."),
        Operator("any", "has any of", arguments.Names, closures.has_any, "With at least one of these names."),
        Operator("all", "has all of", arguments.Names, closures.has_all, "With each of these names."),
        Operator("none", "has none of", arguments.Names, closures.has_none, "Without any of these names; also if it is empty."),
        EMPTY,
    ),
    plain="has",
    listed="any",
)  # fmt: skip

FLAG = Type("flag", bool, (Operator("is", "is", arguments.Flag, closures.is_true, "True or false."),), plain="is")


def _bounds(argument: Any) -> tuple[Operator, ...]:
    return (
        Operator("gt", "is more than", argument, closures.above, "More than this."),
        Operator("gte", "is at least", argument, closures.at_least, "This or more."),
        Operator("lt", "is less than", argument, closures.below, "Less than this."),
        Operator("lte", "is at most", argument, closures.at_most, "This or less."),
    )


def _numbers(name: str, values: type, one: Any, many: Any) -> Type:
    operators = (
        Operator("equals", "is", one, closures.equals, "The same number."),
        Operator("in", "is one of", many, closures.one_of, "One of these numbers."),
        Operator("not_in", "is none of", many, closures.not_one_of, "Missing, or none of these numbers."),
        *_bounds(one),
    )
    return Type(name, values, operators, plain="equals", listed="in")


def optional(type_: Type) -> Type:
    """The type where a ticket may have no value."""
    return replace(type_, name=f"optional {type_.name}", operators=(*type_.operators, ABSENT), optional=True)


COUNT = _numbers("count", int, arguments.Count, arguments.Counts)
SHARE = _numbers("share", float, arguments.Share, arguments.Shares)
NUMBER = optional(_numbers("number", float, arguments.Number, arguments.Numbers))
LENGTH = Type("length", timedelta, _bounds(Duration))
MOMENT = Type(
    "moment",
    datetime,
    (
        Operator("before", "is before", arguments.When, closures.below, "Earlier than this; a date is its first moment in UTC."),
        Operator("after", "is not before", arguments.When, closures.at_least, "At this moment or later; a date is its first moment in UTC."),
        Operator("older_than", "is longer ago than", Duration, closures.older_than, "More than this ago."),
        Operator("younger_than", "is less long ago than", Duration, closures.younger_than, "Less than this ago, or to come."),
    ),
)  # fmt: skip


def choice(words: type[Enum], *, gravest_first: bool = False) -> Type:
    """The type of a closed list of words; `gravest_first` where they are in an order that can be asked about."""
    names = tuple(words.__members__)
    one: Any = Literal[names]
    many: Any = Annotated[tuple[one, ...], Constraint(min_length=1)]

    def among(chosen: Callable[[Any], Iterable[str]], test: Callable[[Read, Any], Test] = closures.one_of) -> Any:
        return lambda read, argument: test(read, [words[name] for name in chosen(argument)])

    operators = [
        Operator("equals", "is", one, among(lambda name: (name,)), "This one."),
        Operator("in", "is one of", many, among(tuple), "One of these."),
        Operator("not_in", "is none of", many, among(tuple, closures.not_one_of), "Missing, or none of these."),
    ]
    if gravest_first:
        order = ", ".join(names)
        operators += (
            Operator("at_least", "is at least", one, among(lambda name: names[: names.index(name) + 1]), f"This or graver; from grave to light: {order}."),
            Operator("at_most", "is at most", one, among(lambda name: names[names.index(name) :]), f"This or lighter; from grave to light: {order}."),
        )  # fmt: skip
    return Type(words.__name__, words, tuple(operators), plain="equals", listed="in")
