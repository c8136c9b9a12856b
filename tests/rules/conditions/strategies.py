"""Conditions as policies may have them, and tickets aimed at their arguments.

A few fields, one for each way in which values differ, and a few values: so that conditions meet each other, and tickets
stand just before, at and just after what is asked.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from hypothesis import strategies as st
from tests.rules.conditions.build import DECLARED, NOW, facts

from hypercare_rules.conditions import FIELDS, Facts
from hypercare_rules.conditions.field_types import Operator, Type
from hypercare_rules.conditions.fields import DECLARABLE

Written = dict[str, Any]

_MANY = ("in", "not_in", "any", "all", "none")
_ASKED = (
    "open",
    "severity",
    "priority",
    "audience",
    "votes",
    "resolve_used",
    "age",
    "created",
    "resolved",
    "labels",
    "title",
    "resolution",
)
TYPES: dict[str, Type] = {
    **{name: FIELDS[name].type for name in _ASKED},
    **{name: DECLARABLE[type_] for name, type_ in DECLARED.items()},
}  # fmt: skip

_WORDS = ("out", "OUTAGE", "Straße", "ss", "web")
_PATTERNS = ("^out", "(?i)OUT", "e$", ".", "OUT|web", "ß")
_LENGTHS = ("1h", "2h", "1d")
_DAYS = ("2026-11-21", "2026-11-22", "2026-11-22T01:00+01:00", "2026-11-23T07:00Z")


def _one(type_: Type, operator: Operator) -> st.SearchStrategy[Any]:
    if operator.name == "missing" or type_.values is bool:
        return st.booleans()
    if operator.name == "matches":
        return st.sampled_from(_PATTERNS)
    if operator.name in ("before", "after"):
        return st.sampled_from(_DAYS)
    if issubclass(type_.values, Enum):
        return st.sampled_from(list(type_.values.__members__))
    if type_.values in (timedelta, datetime):
        return st.sampled_from(_LENGTHS)
    if type_.values is int:
        return st.integers(0, 4)
    return st.sampled_from([0, 0.5, 1, 2.5]) if type_.values is float else st.sampled_from(_WORDS)


def _argument(type_: Type, operator: Operator) -> st.SearchStrategy[Any]:
    one = _one(type_, operator)
    return st.lists(one, min_size=1, max_size=3) if operator.name in _MANY else one


def _values(type_: Type) -> st.SearchStrategy[Any]:
    """A plain value, a list or operators."""
    arguments = {operator.name: _argument(type_, operator) for operator in type_.operators}
    short = [arguments[name] for name in (type_.plain, type_.listed) if name]
    if type_.values is bool:
        return st.one_of(short)
    mapping = st.fixed_dictionaries({}, optional=arguments).filter(bool)
    few = mapping.map(lambda written: dict(list(written.items())[:3]))
    return st.one_of(*short, few)


_VALUES = {name: _values(type_) for name, type_ in TYPES.items()}


def _entries(names: list[str]) -> st.SearchStrategy[Written]:
    return st.sampled_from(names).flatmap(lambda name: st.fixed_dictionaries({name: _VALUES[name]}))


def _groups(parts: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    several = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        st.fixed_dictionaries({"all": several}),
        st.fixed_dictionaries({"any": several}),
        st.fixed_dictionaries({"not": parts}),
        st.tuples(parts, parts).map(lambda pair: pair[0] | pair[1]),
    )


def conditions(names: list[str] | None = None) -> st.SearchStrategy[Written]:
    """Conditions on the fields of these names, or on any."""
    return st.recursive(_entries(names or list(TYPES)), _groups, max_leaves=6) | st.just({})


few_fields = st.lists(st.sampled_from(list(TYPES)), min_size=1, max_size=2, unique=True)
"""The names of one or two fields, so that what is said of them may conflict."""


def mentioned(written: Written) -> set[str]:
    """The fields that a condition asks about."""
    found: set[str] = set()
    for name, value in written.items():
        if name == "not":
            found |= mentioned(value)
        elif name in ("all", "any"):
            found.update(*map(mentioned, value))
        else:
            found.add(name)
    return found


_TICK = timedelta(microseconds=1)
_AGES = [
    length + step
    for length in (timedelta(hours=1), timedelta(hours=2), timedelta(days=1))
    for step in (-_TICK, timedelta(), _TICK)
]
_MOMENTS = [
    *(NOW - age for age in _AGES),
    *(datetime(2026, 11, day, hour, tzinfo=UTC) + step for day, hour in ((21, 0), (22, 0), (23, 7)) for step in (-_TICK, timedelta(), _TICK)),
]  # fmt: skip
_TEXTS = ["", *_WORDS, *(word.swapcase() for word in _WORDS), "out web", "an OUTage", "webSS", "other", "\ud800"]


def _pool(type_: Type) -> list[Any]:
    missing = [None] if type_.optional or type_.values is str else []
    if issubclass(type_.values, Enum):
        return [*missing, *type_.values]
    pools: dict[type, list[Any]] = {
        bool: [True, False],
        int: list(range(6)),
        float: [0.0, 0.25, 0.5, 0.75, 1.0, 2.0, 2.5, 3.0, 9.0],
        timedelta: [*_AGES, timedelta(), -_TICK, timedelta(days=9)],
        datetime: _MOMENTS,
        str: _TEXTS,
    }
    return [*missing, *pools[type_.values]]


_POOLS = {name: _pool(type_) for name, type_ in TYPES.items() if type_.values is not frozenset}
_POOLS["seats"] += [-1.0, float("nan"), float("inf"), 10**400, "5"]
_POOLS["tier"] += [5.0, frozenset({"web"})]


def tickets(names: set[str], chance: random.Random, count: int) -> Iterator[Facts]:
    """Ordinary tickets whose fields of these names vary."""
    for _ in range(count):
        yield facts(
            now=chance.choice([NOW, NOW + timedelta(hours=1)]),
            **{name: chance.choice(_POOLS[name]) if name in _POOLS else _names(chance) for name in names},
        )


def _names(chance: random.Random) -> frozenset[str]:
    return frozenset(chance.sample([*_WORDS, "other"], chance.randrange(4)))
