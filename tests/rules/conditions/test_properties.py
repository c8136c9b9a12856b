"""What is true of all conditions: they evaluate, are explained as they evaluate, and nothing false is said of them."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.effort import examples
from tests.rules.conditions.build import DECLARED, condition
from tests.rules.conditions.strategies import Written, conditions, few_fields, mentioned, tickets

from hypercare_rules.conditions import (
    Explained,
    almost,
    compile_condition,
    exclude,
    explain,
    implies,
    never,
    problems,
)

# A machine shared with others may stand still in the middle of an example; that says nothing about the code.
unhurried = settings(max_examples=examples(150), deadline=None)
thorough = settings(max_examples=examples(1000), deadline=None)
chances = st.integers(0, 1 << 32).map(random.Random)
meeting = few_fields.flatmap(lambda names: st.tuples(conditions(names), conditions(names)))


def _leaves(told: Explained) -> Iterator[Explained]:
    if not told.parts:
        yield told
    for part in told.parts:
        yield from _leaves(part)


@unhurried
@given(conditions(), chances)
def test_what_loads_compiles_and_evaluates_to_true_or_false(written: Written, chance: random.Random) -> None:
    loaded = condition(written)
    assert problems(loaded, DECLARED) == []
    test = compile_condition(loaded, DECLARED)
    assert all(test(ticket) in (True, False) for ticket in tickets(mentioned(written), chance, 20))


@unhurried
@given(conditions(), chances)
def test_a_condition_survives_being_dumped(written: Written, chance: random.Random) -> None:
    loaded = condition(written)
    assert condition(loaded.model_dump(mode="json")) == loaded


@unhurried
@given(conditions(), chances)
def test_a_condition_is_explained_as_it_evaluates(written: Written, chance: random.Random) -> None:
    loaded = condition(written)
    test, opposite = (compile_condition(one, DECLARED) for one in (loaded, condition({"not": written})))
    for ticket in tickets(mentioned(written), chance, 10):
        told = explain(loaded, DECLARED, ticket)
        assert told.holds == test(ticket) != opposite(ticket)
        assert all(leaf.actual for leaf in _leaves(told) if leaf.text not in ("all of", "any of"))


@unhurried
@given(conditions(), chances)
def test_what_almost_holds_does_not_hold_and_lacks_one_entry(written: Written, chance: random.Random) -> None:
    loaded = condition(written)
    for ticket in tickets(mentioned(written), chance, 10):
        lacking = almost(loaded, DECLARED, ticket)
        told = explain(loaded, DECLARED, ticket)
        if told.text == "all of":
            failing = [part for part in told.parts if not part.holds]
            assert lacking == (failing[0] if len(failing) == 1 else None)
        else:
            assert lacking == (None if told.holds else told)


def no_false_claim(pair: tuple[Written, Written], chance: random.Random) -> None:
    """Holds every claim about the two against tickets that stand where it would fail."""
    first, second = (condition(written) for written in pair)
    holds_first, holds_second = (compile_condition(one, DECLARED) for one in (first, second))
    claims = (never(first, DECLARED), implies(first, second, DECLARED), exclude(first, second, DECLARED))
    if any(claims):
        impossible, implied, excluded = claims
        for ticket in tickets(mentioned(pair[0]) | mentioned(pair[1]), chance, 100):
            one, other = holds_first(ticket), holds_second(ticket)
            assert not (impossible and one), pair
            assert not (implied and one and not other), pair
            assert not (excluded and one and other), pair


@unhurried
@given(meeting, chances)
def test_no_claim_about_conditions_is_false(pair: tuple[Written, Written], chance: random.Random) -> None:
    no_false_claim(pair, chance)


@pytest.mark.slow
@thorough
@given(meeting, chances)
def test_no_claim_about_many_conditions_is_false(pair: tuple[Written, Written], chance: random.Random) -> None:
    no_false_claim(pair, chance)


@unhurried
@given(conditions(), conditions())
def test_a_narrower_condition_implies_the_wider_one(first: Written, second: Written) -> None:
    both, either = condition({"all": [first, second]}), condition({"any": [first, second]})
    narrow, opposite = condition(first), condition({"not": first})
    assert implies(narrow, narrow, DECLARED)
    assert implies(both, narrow, DECLARED)
    assert implies(narrow, either, DECLARED)
    assert exclude(narrow, opposite, DECLARED)
    assert never(condition({"all": [first, {"not": first}]}), DECLARED)
