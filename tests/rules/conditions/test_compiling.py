"""How conditions are put together: all entries hold, `all`, `any` and `not`."""

from itertools import product
from typing import Any

import pytest
from tests.rules.conditions.build import condition, facts, holds

from hypercare_rules.conditions import compile_condition
from hypercare_rules.values import Priority

ENTRIES: dict[str, Any] = {"open": True, "votes": 1, "labels": "web", "title": "x"}
YES: dict[str, Any] = {"open": True, "votes": 1, "labels": frozenset({"web"}), "title": "x"}
NO: dict[str, Any] = {"open": False, "votes": 2, "labels": frozenset(), "title": "y"}


def answers(count: int) -> list[dict[str, Any]]:
    """The first `count` facts, answering their entries in every combination of yes and no."""
    fields = list(ENTRIES)[:count]
    return [
        {field: (YES if yes else NO)[field] for field, yes in zip(fields, given, strict=True)}
        for given in product([True, False], repeat=count)
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_all_entries_of_a_mapping_and_all_parts_of_all_must_hold(count: int) -> None:
    entries = dict(list(ENTRIES.items())[:count])
    parts = {"all": [{field: value} for field, value in entries.items()]}
    for changes in answers(count):
        expected = all(changes[field] == YES[field] for field in entries)
        assert holds(entries, **changes) is expected
        assert holds(parts, **changes) is expected
        assert holds({"not": entries}, **changes) is not expected


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_one_part_of_any_is_enough(count: int) -> None:
    entries = dict(list(ENTRIES.items())[:count])
    written = {"any": [{field: value} for field, value in entries.items()]}
    for changes in answers(count):
        assert holds(written, **changes) is any(changes[field] == YES[field] for field in entries)


def test_the_documented_example() -> None:
    written = {"tier": "enterprise", "any": [{"labels": {"has": "outage"}}, {"title": {"contains": "outage"}}]}
    assert holds(written, tier="Enterprise", labels=frozenset({"Outage"}))
    assert holds(written, tier="Enterprise", title="Total outage")
    assert not holds(written, tier="Enterprise")
    assert not holds(written, title="Total outage")


def test_a_group_stands_beside_fields_and_other_groups() -> None:
    written = {"open": True, "any": [{"votes": 1}, {"votes": 2}], "all": [{"linked": 1}], "not": {"title": "x"}}
    good = {"votes": 2, "linked": 1}
    assert holds(written, **good)
    for bad in ({"open": False}, {"votes": 3}, {"linked": 0}, {"title": "X"}):
        assert not holds(written, **(good | bad))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, True),
        ({"not": {}}, False),
        ({"not": {"not": {}}}, True),
        ({"any": [{}, {"votes": 9}]}, True),
        ({"any": [{"not": {}}]}, False),
        ({"all": [{}, {}]}, True),
        ({"all": [{"not": {}}, {}]}, False),
        ({"any": [{"not": {}}, {"votes": 0}]}, True),
        ({"all": [{}, {"votes": 9}]}, False),
    ],
)
def test_a_condition_without_entries_always_holds(written: dict[str, Any], expected: bool) -> None:
    assert holds(written) is expected


@pytest.mark.parametrize(
    ("written", "constant"),
    [
        ({"any": [{"votes": 9}, {"all": [{}]}], "not": {"not": {}}}, {}),
        ({"all": [{"votes": 9}, {"not": {}}]}, {"not": {}}),
        ({"any": [{"not": {}}, {"all": [{"not": {}}]}]}, {"not": {}}),
    ],
)
def test_what_is_the_same_for_all_tickets_costs_nothing(written: dict[str, Any], constant: dict[str, Any]) -> None:
    assert compile_condition(condition(written), {}) is compile_condition(condition(constant), {})


def test_a_condition_on_a_field_that_nobody_declared_does_not_compile() -> None:
    with pytest.raises(ValueError, match=r"any\.0\.tier: unknown field"):
        compile_condition(condition({"any": [{"tier": "pro"}]}), {})


def test_one_closure_serves_many_tickets() -> None:
    urgent = compile_condition(condition({"priority": {"at_least": "P2"}}), {})
    assert [urgent(facts(priority=priority)) for priority in Priority] == [True, True, False, False]


def test_deep_nesting_compiles() -> None:
    written: dict[str, Any] = {"votes": 1}
    for _ in range(20):
        written = {"not": {"any": [written, {"votes": 2}]}}
    assert holds(written, votes=1)
