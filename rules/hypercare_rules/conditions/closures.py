"""The tests behind the operators: each takes what reads a field, and an argument, and gives a closure over Facts.

A test about a value that is missing is false, and a negated one true: `not_in` and `none` here, `not` in `compiling`. None,
an empty text and an empty set are missing.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from hypercare_rules.conditions.arguments import searcher
from hypercare_rules.conditions.facts import Facts

Read = Callable[[Facts], Any]
Test = Callable[[Facts], bool]


@lru_cache(maxsize=1 << 14)
def fold(names: frozenset[str]) -> frozenset[str]:
    """The names without case; few different sets of names occur among many tickets, and each is asked about often."""
    return frozenset(map(str.casefold, names))


def text_equals(read: Read, text: str) -> Test:
    """Whether the text is `text`."""
    wanted = text.casefold()
    return lambda facts: (read(facts) or "").casefold() == wanted


def text_in(read: Read, texts: Collection[str]) -> Test:
    """Whether the text is one of `texts`."""
    wanted = fold(frozenset(texts))
    return lambda facts: (read(facts) or "").casefold() in wanted


def text_not_in(read: Read, texts: Collection[str]) -> Test:
    """Whether the text is missing or none of `texts`."""
    unwanted = fold(frozenset(texts))
    return lambda facts: (read(facts) or "").casefold() not in unwanted


def contains(read: Read, part: str) -> Test:
    """Whether `part` occurs in the text."""
    wanted = part.casefold()
    return lambda facts: wanted in (read(facts) or "").casefold()


def starts_with(read: Read, start: str) -> Test:
    """Whether the text begins with `start`."""
    wanted = start.casefold()
    return lambda facts: (read(facts) or "").casefold().startswith(wanted)


def matches(read: Read, pattern: str) -> Test:
    """Whether the pattern is found in the text."""
    found = searcher(pattern)
    # Half a character, as a tracker's JSON may hold, is read as "?".
    return lambda facts: bool((text := read(facts)) and found(text.encode("utf-8", "replace")))


def empty(read: Read, wanted: bool) -> Test:  # noqa: FBT001 -- the argument as it stands in the policy
    """Whether there is no text or no name; or, if not `wanted`, whether there is."""
    return (lambda facts: not read(facts)) if wanted else (lambda facts: bool(read(facts)))


def absent(read: Read, wanted: bool) -> Test:  # noqa: FBT001 -- the argument as it stands in the policy
    """Whether there is no value; or, if not `wanted`, whether there is."""
    return (lambda facts: read(facts) is None) if wanted else (lambda facts: read(facts) is not None)


def has(read: Read, name: str) -> Test:
    """Whether `name` is in the set."""
    wanted = name.casefold()
    return lambda facts: wanted in fold(read(facts))


def has_any(read: Read, names: Collection[str]) -> Test:
    """Whether at least one of `names` is in the set."""
    disjoint = fold(frozenset(names)).isdisjoint
    return lambda facts: not disjoint(fold(read(facts)))


def has_all(read: Read, names: Collection[str]) -> Test:
    """Whether each of `names` is in the set."""
    wanted = fold(frozenset(names))
    return lambda facts: wanted <= fold(read(facts))


def has_none(read: Read, names: Collection[str]) -> Test:
    """Whether no one of `names` is in the set."""
    disjoint = fold(frozenset(names)).isdisjoint
    return lambda facts: disjoint(fold(read(facts)))


def is_true(read: Read, wanted: bool) -> Test:  # noqa: FBT001 -- the argument as it stands in the policy
    """Whether the flag is as wanted."""
    return read if wanted else (lambda facts: not read(facts))


def equals(read: Read, wanted: Any) -> Test:
    """Whether the value is `wanted`."""
    return lambda facts: read(facts) == wanted


def one_of(read: Read, values: Collection[Any]) -> Test:
    """Whether the value is one of `values`."""
    wanted = frozenset(values)
    return lambda facts: read(facts) in wanted


def not_one_of(read: Read, values: Collection[Any]) -> Test:
    """Whether the value is missing or none of `values`."""
    unwanted = frozenset(values)
    return lambda facts: read(facts) not in unwanted


def above(read: Read, bound: Any) -> Test:
    """Whether the value is more than `bound`."""
    return lambda facts: (value := read(facts)) is not None and value > bound


def at_least(read: Read, bound: Any) -> Test:
    """Whether the value is `bound` or more."""
    return lambda facts: (value := read(facts)) is not None and value >= bound


def below(read: Read, bound: Any) -> Test:
    """Whether the value is less than `bound`."""
    return lambda facts: (value := read(facts)) is not None and value < bound


def at_most(read: Read, bound: Any) -> Test:
    """Whether the value is `bound` or less."""
    return lambda facts: (value := read(facts)) is not None and value <= bound


def older_than(read: Callable[[Facts], datetime | None], length: timedelta) -> Test:
    """Whether the moment was more than `length` ago."""
    return lambda facts: (moment := read(facts)) is not None and facts.now - moment > length


def younger_than(read: Callable[[Facts], datetime | None], length: timedelta) -> Test:
    """Whether the moment was less than `length` ago, or is yet to come."""
    return lambda facts: (moment := read(facts)) is not None and facts.now - moment < length
