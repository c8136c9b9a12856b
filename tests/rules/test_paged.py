"""Whom the steps of an episode told and tell: over hand-overs, with nobody on call, and by a policy that was edited in between."""

from datetime import datetime
from typing import Any

import pytest
from tests.rules.build import US, after, labelled, ticket, told
from tests.rules.escalating import TIERS, due, episode, escalating, urgent, with_told
from tests.rules.look import look

from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Marker, ToldStep

WEEKEND = "30h"  # Saturday: nobody is on call until the night
NIGHT = "35h"  # nineteen o'clock in Berlin, eighteen in UTC: Ben is


def why(now: str, *comments: Any, by: Policy | None = None, **given: Any) -> str:
    """What the ticket says of how far its escalation came."""
    found = look(with_told(urgent(**given), *comments), now, by or escalating(), "30m").conditions
    return next(one.why for one in found if one.name == "escalated")


# Over a hand-over.
def test_a_step_that_was_told_names_who_was_told_however_the_roster_goes_on() -> None:
    page = told("61m", "p1", "1h", "0m", who=("ana", "ben"))
    for now in ("70m", "80m", "89m"):
        assert why(now, page) == "step 1 of p1, to ana, ben (priority P1)"
    step = episode(with_told(urgent(), page), "12h").steps[0]
    assert (step.notify, step.told_at) == (("ana", "ben"), after("61m"))


def test_a_step_to_come_names_who_will_be_on_call_then() -> None:
    later = escalating([TIERS[0], {"after": "11h", "notify": ["on_call"]}])
    (step,) = [episode(urgent(), now, later).upcoming for now in ("2h",)]
    assert step is not None
    assert (step.due_at, step.notify) == (after("12h"), ("ben",))


def test_a_step_that_is_due_names_who_is_on_call_now() -> None:
    assert episode(urgent(), "12h").due[0].notify == ("ben",)


# With nobody on call.
def test_that_nobody_is_on_call_is_said_once_and_tells_nobody() -> None:
    weekend = urgent(created=WEEKEND)
    assert due(weekend, "30h10m") == [0]
    first = episode(weekend, "30h10m").due[0]
    assert (first.notify, first.reaches, first.callees) == (("on_call",), False, "nobody on call")
    said = with_told(weekend, told("30h10m", "p1", WEEKEND, "0m", who=("on_call",)))
    step = episode(said, "30h20m").steps[0]
    assert (step.fired, step.unheard_at, due(said, "30h20m")) == (False, after("30h10m"), [])


def test_whoever_comes_on_call_is_told_what_nobody_heard() -> None:
    said = told("30h10m", "p1", WEEKEND, "0m", who=("on_call",))
    missed = with_told(urgent(created=WEEKEND), said, told("30h30m", "p1", WEEKEND, "30m", "2h"))
    assert due(missed, "34h59m") == []
    assert [(step.number, step.notify) for step in episode(missed, NIGHT).due] == [(0, ("ben",))]
    heard = with_told(missed, told(NIGHT, "p1", WEEKEND, "0m", who=("ben",)))
    assert due(heard, "36h") == []
    step = episode(heard, "36h").steps[0]
    assert (step.told_at, step.notify, step.unheard_at) == (after(NIGHT), ("ben",), after("30h10m"))


def test_a_step_that_reaches_somebody_else_as_well_is_told() -> None:
    both = escalating([{"after": "0m", "notify": ["on_call", "cto"]}])
    assert [step.reaches for step in episode(urgent(created=WEEKEND), "31h", both).due] == [True]
    page = told("31h", "p1", WEEKEND, "0m", who=("on_call", "cto"))
    assert due(with_told(urgent(created=WEEKEND), page), NIGHT, both) == []


def test_repetitions_wait_for_somebody_to_come_on_call() -> None:
    hourly = escalating(TIERS[:1], repeat="1h")
    said = with_told(urgent(created=WEEKEND), told("30h", "p1", WEEKEND, "0m", who=("on_call",)))
    assert due(said, "33h", hourly) == []
    assert due(said, NIGHT, hourly) == [0, 5]


def test_a_ticket_of_which_nobody_heard_is_escalated_and_says_so() -> None:
    said = told("30h10m", "p1", WEEKEND, "0m", who=("on_call",))
    assert why("30h20m", said, created=WEEKEND) == "step 1 of p1, to nobody on call (priority P1)"


# By a policy that was edited in between.
BOTH = (told("61m", "p1", "1h", "0m"), told("91m", "p1", "1h", "30m"))
REPEATED = (*BOTH, told("2h31m", "p1", "1h", "again 1h30m"))


@pytest.mark.parametrize(
    ("tiers", "more", "pages", "now", "numbers"),
    [
        (TIERS, {}, REPEATED, "9d", [2]),
        ([TIERS[0], TIERS[1], {"after": "1h30m", "notify": ["cto"]}], {}, REPEATED, "9d", [2]),
        ([TIERS[0], {"after": "10m", "notify": ["cto"]}, TIERS[1]], {}, BOTH, "2h", [1]),
        ([TIERS[0], {"after": "45m", "notify": ["lead"]}], {}, BOTH, "100m", []),
        ([TIERS[0], {"after": "45m", "notify": ["lead"]}], {}, BOTH, "2h", [1]),
        (TIERS[1:], {}, BOTH, "2h", []),
        (TIERS[:2], {"repeat": "30m"}, REPEATED, "2h40m", []),
        (TIERS[:2], {"repeat": "30m"}, REPEATED, "3h", [4]),
    ],
    ids=[
        "a tier after what was repeated",
        "a tier when a repetition was told",
        "a tier between two that were told",
        "a tier moved to later, not yet due",
        "a tier moved to later, due",
        "a tier taken out",
        "repeated more often, told at that time",
        "repeated more often",
    ],
)
def test_by_an_edited_policy_what_was_told_stays_told_and_what_is_new_is_told_once(
    tiers: list[dict[str, Any]], more: dict[str, Any], pages: tuple[Any, ...], now: str, numbers: list[int]
) -> None:
    assert due(with_told(urgent(), *pages), now, escalating(tiers, **more)) == numbers


def test_what_another_release_called_people_to_is_not_told_to_them_again() -> None:
    theirs = told("70m", "p2", "1h", "15m", release="App 7", who=("ana", "ben"))
    assert due(with_told(urgent(), theirs), "80m") == []
    assert due(with_told(urgent(), theirs), "91m") == [1], "they were called before that was due"
    assert due(with_told(urgent(), told("1h", "p2", "1h", "15m", release="App 7", who=("ana", "ben"))), "80m") == []
    again = told("90m", "p2", "1h", "15m", release="App 7", who=("ana", "ben"))
    assert due(with_told(urgent(), theirs, again), "90m") == []
    step = episode(with_told(urgent(), theirs), "80m").steps[0]
    assert (step.told_at, step.notify) == (after("70m"), ("ana", "ben"))


@pytest.mark.parametrize(
    "theirs",
    [
        told("70m", "p2", "1h", "15m", release="App 7", who=("ana",)),
        told("70m", "p2", "1h", "15m", release="App 7", who=("on_call",)),
    ],
    ids=["not all of them", "nobody"],
)
def test_whom_another_release_did_not_call_is_called(theirs: Any) -> None:
    assert due(with_told(urgent(), theirs), "80m") == [0]


# Markers.
def marker(since: datetime, *steps: ToldStep, **given: Any) -> Marker:
    return Marker(purpose="escalation", release="Shop 5.2", policy="p1", episode=since, steps=steps, **given)


def test_two_pages_say_the_same_whoever_was_on_call_unless_nobody_was() -> None:
    def page(*who: str, began: datetime | None = None) -> Marker:
        return marker(after("1h"), ToldStep(after="0m", who=who), began=began)

    assert page("ana").key == page("ben").key == page("ana", began=after("2h")).key
    assert page("on_call").key != page("ana").key
    assert marker(after("1h"), ToldStep(after="1h", who=("ana",))).key != marker(
        after("1h"), ToldStep(after="1h", again=True, who=("ana",))
    ).key  # fmt: skip


# By a rule that asks for what has no history.
BY_VOTES = escalating(rules=({"id": "many", "when": {"votes": {"gte": 10}}, "then": {"escalate": ["p1"]}},))
LABELLED = {"labels": {"hypercare:P3"}, "history": (labelled("70m", "hypercare:P3", US),)}


def test_votes_that_call_for_an_escalation_long_after_the_ticket_came_up_call_by_one_step() -> None:
    assert due(ticket(**LABELLED), "9h", BY_VOTES) == []
    voted = ticket(votes=10, **LABELLED)
    running = episode(voted, "9h", BY_VOTES)
    assert ([step.number for step in running.due], running.since, running.surely) == ([0], after("9h"), after("1h"))
    told_first = with_told(voted, told("9h", "p1", "9h", "0m", who=("ana", "ben")))
    assert due(told_first, "9h10m", BY_VOTES) == []
    assert due(told_first, "9h30m", BY_VOTES) == [1]


def test_a_ticket_that_no_tick_has_been_at_counts_from_its_beginning_whatever_calls() -> None:
    assert due(ticket(votes=10), "9h", BY_VOTES) == [0, 1, 2]


def test_what_has_a_history_counts_from_its_beginning_however_late_it_is_told() -> None:
    by_label = escalating(rules=({"id": "out", "when": {"labels": {"has": "outage"}}, "then": {"escalate": ["p1"]}},))
    labels = {**LABELLED, "labels": {"hypercare:P3", "outage"}}
    out = ticket(**labels | {"history": (*LABELLED["history"], labelled("8h", "outage"))})
    assert (episode(out, "9h", by_label).since, due(out, "9h", by_label)) == (after("8h"), [0, 1])


def test_votes_that_raise_a_priority_for_which_a_rule_escalates_call_by_one_step() -> None:
    raised = escalating(
        rules=(
            {"id": "many", "when": {"votes": {"gte": 10}}, "then": {"raise": {"impact": 2}, "add_labels": ["popular"]}},
            {"id": "high", "when": {"impact": "high"}, "then": {"escalate": ["p1"]}},
        ),
    )
    assert due(ticket(votes=10, **LABELLED), "9h", raised) == [0]
