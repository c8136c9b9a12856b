"""The native priority follows the policy's where that asks for it, stays a person's where they made it, and never decides by what we wrote."""

from typing import Any

import pytest
from tests.rules.build import BEN, BOT, P1_LABEL, US, closed, labelled, policy, reprioritised, ticket
from tests.rules.look import judgement, look

from hypercare_rules.native_priority import KeptPriority, NativePriority
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Ticket

NAMES = {"P1": "Highest", "P2": "High", "P3": "Medium"}
ASKED = policy(native_priority=NAMES)
BY_NATIVE = policy(
    native_priority={"P1": "Medium", "P2": "Highest"},
    impact={"native_priorities": {"Highest": "high"}, "default": "medium"},
    urgency={"native_priorities": {"Highest": "high"}, "default": "high"},
)
"""A policy of which each priority asks for the native one of another: a loop, if our own writes counted."""


def native(of: Ticket, by: Policy = ASKED, now: str = "3h") -> NativePriority | KeptPriority | None:
    return look(of, now, by).native_priority


@pytest.mark.parametrize("before", [None, "Low", "Medium", "MEDIUM"])
def test_priority_is_told_by_its_name_in_the_tracker(before: str | None) -> None:
    assert native(ticket(native_priority=before)) == NativePriority("Medium", "it is P3")


@pytest.mark.parametrize(
    ("of", "by"),
    [
        pytest.param(ticket(), policy(), id="policy that does not ask"),
        pytest.param(ticket(), policy(native_priority={"P1": "Highest"}), id="another priority"),
        pytest.param(closed(), ASKED, id="closed"),
        pytest.param(ticket("acme/web#1", tracker="web-github"), ASKED, id="tracker without such a field"),
    ],
)
def test_nothing_is_asked_of_it(of: Ticket, by: Policy) -> None:
    assert native(of, by) is None


@pytest.mark.parametrize(
    ("history", "why"),
    [
        pytest.param((reprioritised("90m", "Medium", "Low", BEN),), "Ben L made it Low", id="a person"),
        pytest.param((reprioritised("80m", "High", "Medium", US), reprioritised("90m", "Medium", "Low", BEN)), "Ben L made it Low", id="a person after us"),
        pytest.param((reprioritised("90m", "Medium", None, BEN),), "Ben L made it none", id="a person took it away"),
        pytest.param((reprioritised("90m", "Medium", "Low", None),), "somebody made it Low", id="somebody unknown"),
        pytest.param((reprioritised("90m", "Medium", "Low", BOT),), f"{BOT.name} made it Low", id="another program"),
    ],
)  # fmt: skip
def test_one_that_somebody_else_chose_stays_theirs(history: Any, why: str) -> None:
    assert native(ticket(native_priority=history[-1].after, history=history)) == KeptPriority(why)


def test_what_we_made_of_it_earlier_is_no_choice() -> None:
    ours = (reprioritised("80m", "Medium", "Low", BEN), reprioritised("90m", "Low", "High", US))
    assert native(ticket(native_priority="High", history=ours)) == NativePriority("Medium", "it is P3")


def test_another_priority_that_newly_arises_comes_before_an_earlier_choice() -> None:
    chosen = reprioritised("90m", "Medium", "Low", BEN)
    urgent = ticket(native_priority="Low", labels={P1_LABEL}, history=(chosen, labelled("100m", P1_LABEL)))
    calm = ticket(native_priority="Low", labels={P1_LABEL}, history=(labelled("80m", P1_LABEL), chosen))
    assert native(urgent) == NativePriority("Highest", "it is P1")
    assert native(calm) == KeptPriority("Ben L made it Low")


def test_choice_that_the_policy_would_make_too_is_nobodys_exception() -> None:
    chosen = (reprioritised("90m", "Low", "Medium", BEN),)
    assert native(ticket(native_priority="Medium", history=chosen)) == NativePriority("Medium", "it is P3")


def written(of: Ticket, at: str, by: Policy) -> Ticket:
    """The ticket once what is asked of its native priority was written."""
    asked = native(of, by, at)
    assert isinstance(asked, NativePriority)
    event = reprioritised(at, of.native_priority, asked.name, US)
    return of.model_copy(update={"native_priority": asked.name, "history": (*of.history, event)})


def test_our_own_choice_does_not_decide_the_next_one() -> None:
    of = ticket(native_priority="Low")
    first = judgement(of, BY_NATIVE)
    after = written(of, "2h", BY_NATIVE)
    assert after.native_priority == "Highest"
    assert judgement(after, BY_NATIVE, "3h") == first
    assert written(after, "3h", BY_NATIVE).native_priority == "Highest"


def test_conditions_see_what_people_have_it_as() -> None:
    is_high = {"id": "high", "when": {"native_priority": "Highest"}, "then": {"set": {"priority": "P2"}}}
    by = policy(native_priority={"P3": "Highest"}, rules=[is_high])
    after = written(ticket(native_priority="Low"), "2h", by)
    assert judgement(after, by, "3h").priority.value == "P3"
    theirs = ticket(native_priority="Highest", history=(reprioritised("90m", "Low", "Highest", BEN),))
    assert judgement(theirs, by, "3h").priority.value == "P2"


def test_what_a_person_makes_of_ours_counts_for_the_mappings_again() -> None:
    after = written(ticket(native_priority="Low"), "2h", BY_NATIVE)
    theirs = after.model_copy(
        update={"history": (*after.history, reprioritised("150m", "Highest", "Low", BEN), reprioritised("160m", "Low", "Highest", BEN))}
    )  # fmt: skip
    assert judgement(after, BY_NATIVE, "3h").impact.value == "medium"
    assert judgement(theirs, BY_NATIVE, "3h").impact.value == "high"


def test_our_own_choice_is_no_activity() -> None:
    of = ticket(native_priority="Low")
    after = written(of, "2h", ASKED)
    assert (after.last_human_activity, after.acknowledged) == (of.last_human_activity, None)
    assert look(after, "3h", ASKED).clocks == look(of, "3h", ASKED).clocks


@pytest.mark.parametrize("wrong", [{"P1": ""}, {"P1": " High"}, {"P5": "High"}])
def test_priorities_and_their_names_are_checked(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"native_priority"):
        policy(native_priority=wrong)
