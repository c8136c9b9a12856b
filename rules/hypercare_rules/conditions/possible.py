"""Whether a value exists that answers several questions about one field in given ways."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import Any

from hypercare_rules.conditions.closures import fold
from hypercare_rules.conditions.field_types import NAMES, TEXT, Type
from hypercare_rules.conditions.tree import Leaf


@dataclass(frozen=True)
class Answer:
    """A question that is answered yes or no."""

    leaf: Leaf
    yes: bool

    @property
    def operator(self) -> str:
        """The operator's name."""
        return self.leaf.operator.name

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The operator's arguments, one or many."""
        argument = self.leaf.argument
        return argument if isinstance(argument, tuple) else (argument,)

    @cached_property
    def _test(self) -> Callable[[Any], Any]:
        """The test that judges tickets, here of samples: they have all that it reads."""
        return self.leaf.operator.test(_VALUE, self.leaf.argument)

    def fits(self, sample: "_Sample") -> bool:
        """Whether the value gives this answer."""
        return bool(self._test(sample)) is self.yes


@dataclass(frozen=True, slots=True)
class _Sample:
    """A value of a field, and a `now` to see it from."""

    value: Any
    now: datetime | None = None


_VALUE = attrgetter("value")
_MOST_ANSWERS = 30


def possible(answers: Sequence[Answer]) -> bool:
    """Whether some value of the field that all the answers are about may give them all; True also where that is not known.

    The answers but the last are taken to be possible together.
    """
    last = answers[-1]
    if Answer(last.leaf, not last.yes) in answers:
        return False
    if len(answers) > _MOST_ANSWERS:
        return True
    type_ = last.leaf.field.type
    if type_ is TEXT:
        return _text(answers)
    if type_ is NAMES:
        return _names(answers)
    return _some(_samples(type_, answers), answers)


def _some(samples: Iterator[_Sample], answers: Sequence[Answer]) -> bool:
    return any(all(answer.fits(sample) for answer in answers) for sample in samples)


def _samples(type_: Type, answers: Sequence[Answer]) -> Iterator[_Sample]:
    """Values of which one gives the answers if any value does: tests change theirs only at their arguments."""
    if type_.optional:
        yield _Sample(None)
    arguments = [argument for answer in answers if answer.operator != "missing" for argument in answer.arguments]
    if issubclass(type_.values, Enum):
        yield from map(_Sample, type_.values)
    elif type_.values is bool:
        yield from map(_Sample, (True, False))
    elif type_.values is int:
        yield from (_Sample(value) for value in _around(arguments or [0], 1) if value >= 0)
    elif type_.values is float:
        numbers = sorted({Fraction(argument) for argument in arguments or [0]})
        yield from map(_Sample, _around(numbers, min((b - a for a, b in pairwise(numbers)), default=Fraction(2)) / 2))
    elif type_.values is timedelta:
        yield from map(_Sample, _around(arguments, _TICK))
    else:
        moments = [argument for argument in arguments if isinstance(argument, datetime)]
        lengths = [argument for argument in arguments if isinstance(argument, timedelta)]
        for moment in _around(moments or [_SOME_DAY], _TICK):
            yield from (_Sample(moment, now=moment + length) for length in _around(lengths or [timedelta()], _TICK))


_TICK = timedelta.resolution
_SOME_DAY = datetime(2026, 11, 20, tzinfo=UTC)


def _around(values: Sequence[Any], step: Any) -> Iterator[Any]:
    """Each value with its neighbours."""
    for value in values:
        yield from (value - step, value, value + step)


_LISTS = (("equals", True), ("in", True), ("not_in", False))


def _text(answers: Sequence[Answer]) -> bool:
    """By the texts it may be, if they are listed; else by the parts that it must have, and those that it must not."""
    listed = next((answer for answer in answers if (answer.operator, answer.yes) in _LISTS), None)
    if listed:
        # A pattern may tell apart what is the same without case: it rules nothing out.
        lenient = [answer for answer in answers if answer.operator != "matches"]
        return _some(map(_Sample, listed.arguments), lenient)
    if any(answer.operator == "missing" and answer.leaf.argument is answer.yes for answer in answers):
        return _some(iter([_Sample("")]), answers)
    starts = [_Sample(answer.leaf.argument) for answer in answers if answer.yes and answer.operator == "starts_with"]
    parts = [_Sample(answer.leaf.argument) for answer in answers if answer.yes and answer.operator == "contains"]
    longest = max(starts, key=lambda sample: len(sample.value.casefold()), default=None)
    for answer in answers:
        # A text goes on after the start that it must have, and around the parts: what is in them is in it.
        if answer.operator == "contains" and not answer.yes and not all(map(answer.fits, starts + parts)):
            return False
        if answer.operator == "starts_with" and longest and not answer.fits(longest):
            return False
    return True


def _names(answers: Sequence[Answer]) -> bool:
    """By the smallest set that it may be, and the largest.

    More names can only turn `has`, `any` and `all` to yes, and `none` to no: where one of these is wanted, the largest set
    gives it if any does; the opposite, the smallest.
    """
    if any(answer.operator == "missing" and answer.leaf.argument is answer.yes for answer in answers):
        return _some(iter([_Sample(frozenset())]), answers)
    asked = [(answer, fold(frozenset(answer.arguments))) for answer in answers if answer.operator != "missing"]
    due: set[str] = set()
    banned: set[str] = set()
    for answer, names in asked:
        match answer.operator, answer.yes:
            case ("has" | "all", True):
                due |= names
            case ("has" | "any", False) | ("none", True):
                banned |= names
    smallest = _Sample(frozenset(due))
    largest = _Sample(frozenset().union(*(names for _, names in asked)) - banned)
    return all(answer.fits(smallest if answer.yes is (answer.operator == "none") else largest) for answer, _ in asked)
