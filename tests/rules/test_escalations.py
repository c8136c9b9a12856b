"""How a ticket reaches more people: which step is due when, who is told, and what was told already."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.rules.build import (
    CUSTOMER,
    DONE,
    OPEN,
    P1_LABEL,
    P2_LABEL,
    WORKING,
    after,
    closed,
    comment,
    labelled,
    moved,
    moves,
    rule,
    said,
    ticket,
    told,
    unlabelled,
)
from tests.rules.escalating import BEFORE_ALL, TIERS, due, episode, escalating, urgent, with_told
from tests.rules.look import look
from tests.rules.strategies import unhurried

from hypercare_rules.durations import render
from hypercare_rules.escalation_policy import EscalationPolicy
from hypercare_rules.escalations import Step, named
from hypercare_rules.ticket import Comment, Ticket
from hypercare_rules.words import Verb

MOMENT = timedelta(microseconds=1)


def written(step: Step) -> str:
    """A step as `told` takes it."""
    return f"{'again ' * (step.repetition > 0)}{render(step.after)}"


@pytest.mark.parametrize(
    ("now", "numbers"),
    [
        (after("1h"), [0]),
        (after("1h30m") - MOMENT, [0]),
        (after("1h30m"), [0, 1]),
        (after("3h") - MOMENT, [0, 1]),
        (after("3h"), [0, 1, 2]),
        (after("9d"), [0, 1, 2]),
    ],
    ids=["at once", "just before 30m", "at 30m", "just before 2h", "at 2h", "long after a cron outage"],
)
def test_each_tier_is_due_at_its_time_and_a_missed_one_once(now: datetime, numbers: list[int]) -> None:
    assert due(urgent(), now) == numbers


def test_an_episode_tells_why_since_when_and_what_comes_next() -> None:
    running = episode(urgent(), "100m")
    assert (running.policy, running.why, running.since) == ("p1", "priority P1", after("1h"))
    assert [step.due_at for step in running.steps] == [after("1h"), after("90m"), after("3h")]
    assert running.reached == running.steps[1]
    assert running.upcoming == running.steps[2]


def test_a_step_that_is_due_now_is_no_longer_to_come() -> None:
    running = episode(urgent(), "90m")
    assert (running.due[-1], running.upcoming) == (running.steps[1], running.steps[2])


def test_what_was_not_told_before_a_snooze_waits_until_it_ends() -> None:
    snoozed = urgent(history=(said("65m", Verb.snooze, until=after("2h")),))
    assert [step.due_at for step in episode(snoozed, "70m").steps] == [after("2h"), after("2h"), after("3h")]


def test_after_the_last_tier_nothing_is_to_come() -> None:
    assert episode(urgent(), "9d").upcoming is None


@pytest.mark.parametrize(
    ("found", "escalated"),
    [
        (urgent(), True),
        (ticket(labels={P2_LABEL}), False),
        (closed(labels={P1_LABEL}), False),
        (ticket(labels={"hypercare-override:P1"}), True),
        (urgent(labels={P1_LABEL, "hypercare-override:P3"}), False),
    ],
    ids=["P1", "P2", "closed", "overridden to P1", "overridden to P3"],
)
def test_it_is_for_open_tickets_of_its_priorities(found: Ticket, escalated: bool) -> None:
    assert bool(look(found, "4h", escalating(), BEFORE_ALL).escalations) is escalated


def test_a_rule_hands_tickets_to_an_escalation() -> None:
    vip = escalating(rules=(rule("vip", {"labels": "vip"}, escalate=["p1"]),))
    assert episode(ticket(labels={"vip"}), "2h", vip).why == "rule vip"
    assert look(ticket(), "2h", vip).escalations == ()


def test_by_rule_and_by_priority_is_one_escalation() -> None:
    both = escalating(rules=(rule("all", escalate=["p1"]),))
    assert episode(urgent(), "2h", both).why == "rule all"


def test_an_episode_begins_when_the_ticket_got_the_priority() -> None:
    raised = urgent(history=(labelled("5h", P1_LABEL),))
    assert (episode(raised, "6h").since, due(raised, "6h")) == (after("5h"), [0, 1])


def test_an_episode_begins_when_time_alone_made_the_rule_hold() -> None:
    late = escalating(rules=(rule("late", {"resolve_used": {"gte": 0.5}}, escalate=["p1"]),))
    # The P3 has 16 hours to be resolved, the half of them used at 9h.
    for now in ("9h", "9h20m", "3d"):
        assert episode(ticket(), now, late).since == after("9h")


def test_a_ticket_from_before_go_live_escalates_from_go_live_on() -> None:
    assert episode(urgent(created="-2d"), "1h", baseline="-3d").since == after("0m")


@pytest.mark.parametrize(
    "answer",
    [{"comments": (comment("80m"),)}, {"history": (moved("80m", OPEN, WORKING),), "status": WORKING}],
    ids=["a comment", "a move"],
)
def test_the_first_response_ends_it(answer: dict[str, Any]) -> None:
    assert look(urgent(**answer), "4h", escalating(), BEFORE_ALL).escalations == ()


def test_until_may_be_any_condition() -> None:
    until_progress = escalating(until={"status_category": "in_progress"})
    answered = urgent(comments=(comment("80m"),))
    assert due(answered, "4h", until_progress) == [0, 1, 2]
    begun = urgent(history=(moved("2h", OPEN, WORKING),), status=WORKING)
    assert look(begun, "4h", until_progress, BEFORE_ALL).escalations == ()


def test_when_until_no_longer_holds_a_new_episode_begins() -> None:
    until_progress = escalating(until={"status_category": "in_progress"})
    back = urgent(history=moves(("2h", WORKING), ("6h", OPEN)))
    assert (episode(back, "6h40m", until_progress).since, due(back, "6h40m", until_progress)) == (after("6h"), [0, 1])


def test_it_ends_with_the_priority() -> None:
    lowered = ticket(history=(unlabelled("2h", P1_LABEL),))
    assert look(lowered, "4h", escalating(), BEFORE_ALL).escalations == ()


# On a calendar. The ticket comes up at 1h, nine o'clock on Friday in Berlin; the office closes at 10h and opens at 72h.
def test_tiers_run_in_working_hours_on_a_calendar() -> None:
    slow = escalating([{"after": "4h", "notify": ["lead"]}, {"after": "10h", "notify": ["cto"]}], calendar="office")
    assert [step.due_at for step in episode(urgent(), "2h", slow).steps] == [after("5h"), after("73h")]
    assert [due(urgent(), now, slow) for now in ("4h59m", "5h", "72h59m", "73h")] == [[], [0], [0], [0, 1]]


def test_a_tier_that_is_due_at_once_waits_for_the_calendar_to_open() -> None:
    at_once = escalating(TIERS[:1], calendar="office")
    assert episode(urgent(created="9h59m"), "10h", at_once).steps[0].due_at == after("9h59m")
    weekend = urgent(created="30h")
    assert [due(weekend, now, at_once) for now in ("31h", "71h59m", "72h")] == [[], [], [0]]


# What was told already is read from our comments.
def test_a_tier_that_was_told_is_not_told_again() -> None:
    once = with_told(urgent(), told("61m", "p1", "1h", "0m"))
    assert [due(once, now) for now in ("70m", "90m", "9d")] == [[], [1], [1, 2]]
    twice = with_told(once, told("91m", "p1", "1h", "30m"))
    assert due(twice, "9d") == [2]
    assert [step.fired for step in episode(twice, "9d").steps] == [True, True, False]


def test_a_step_says_when_it_was_first_told() -> None:
    twice = with_told(
        urgent(), told("63m", "p1", "1h", "0m"), told("61m", "p1", "1h", "0m"), told("92m", "p1", "1h", "30m")
    )
    assert [step.told_at for step in episode(twice, "9d").steps] == [after("61m"), after("92m"), None]


def test_several_tiers_may_be_told_in_one_comment() -> None:
    assert due(with_told(urgent(), told("2h", "p1", "1h", "0m", "30m")), "9d") == [2]


@pytest.mark.parametrize(
    "other",
    [
        told("61m", "p2", "1h", "0m"),
        told("61m", "p1", "1h", "0m", release="Shop 6"),
        told("61m", "p1", "1h", "0m").model_copy(update={"marker": None}),
        told("61m", "p1", "-2h", "0m"),
    ],
    ids=["another escalation", "another release", "no marker", "an earlier episode"],
)
def test_what_was_told_of_something_else_does_not_count(other: Comment) -> None:
    assert due(with_told(urgent(), other), "70m") == [0]


@pytest.mark.parametrize(("noted", "again"), [("59m", False), ("59m30s", False), ("60m30s", False), ("58m", True)])
def test_a_history_that_moves_the_start_by_seconds_is_the_same_episode(noted: str, again: bool) -> None:
    assert bool(due(with_told(urgent(), told("61m", "p1", noted, "0m")), "70m")) is again


def test_our_own_comment_is_no_response() -> None:
    assert episode(with_told(urgent(), told("61m", "p1", "1h", "0m")), "70m").since == after("1h")


REOPENED = urgent(
    history=(moved("2h", OPEN, DONE, CUSTOMER), moved("5h", DONE, OPEN, CUSTOMER)),
    comments=(told("61m", "p1", "1h", "0m"), told("91m", "p1", "1h", "30m")),
)


def test_a_reopened_ticket_starts_a_new_episode_and_tells_anew() -> None:
    assert (episode(REOPENED, "5h40m").since, due(REOPENED, "5h40m")) == (after("5h"), [0, 1])
    assert due(with_told(REOPENED, told("5h1m", "p1", "5h", "0m")), "5h40m") == [1]


# The baseline.
def test_before_the_baseline_nobody_is_told() -> None:
    running = episode(urgent(), "4h", baseline=None)
    assert (running.due, running.reached, running.upcoming) == ((), None, None)
    assert running.since == after("1h")


@pytest.mark.parametrize(
    ("baseline", "numbers"), [("59m", [0, 1, 2]), ("1h", []), ("2h", [])], ids=["before it began", "then", "after"]
)
def test_only_episodes_that_began_after_the_baseline_are_told(baseline: str, numbers: list[int]) -> None:
    assert due(urgent(), "4h", baseline=baseline) == numbers


def test_a_backfill_tells_of_everything() -> None:
    (running,) = look(urgent(), "4h", escalating(), baseline="2h", backfilled=True).escalations
    assert [step.number for step in running.due] == [0, 1, 2]


# Repetition.
REPEATING = escalating(TIERS[:2], repeat="1h")


def test_the_last_tier_is_repeated() -> None:
    both = with_told(urgent(), told("91m", "p1", "1h", "0m", "30m"))
    assert [due(both, now, REPEATING) for now in ("2h29m", "2h30m", "3h29m")] == [[], [2], [2]]
    thrice = with_told(both, told("2h31m", "p1", "1h", "again 1h30m"))
    assert [due(thrice, now, REPEATING) for now in ("3h29m", "3h30m")] == [[], [3]]
    assert episode(thrice, "2h40m", REPEATING).steps[-1].notify == ("ana", "ben")


def test_of_missed_repetitions_only_the_last_is_told() -> None:
    running = episode(with_told(urgent(), told("91m", "p1", "1h", "0m", "30m")), "6h40m", REPEATING)
    assert [step.number for step in running.due] == [6]
    *tiers, last, coming = running.steps
    assert [step.number for step in tiers] == [0, 1]
    assert (running.reached, running.upcoming) == (last, coming)
    assert (coming.number, coming.repetition, coming.due_at) == (7, 6, after("7h30m"))


def test_after_an_outage_the_tiers_and_one_repetition_are_told_never_a_burst() -> None:
    assert due(urgent(), "10d", REPEATING) == [0, 1, 239]


def test_a_repetition_of_every_minute_for_weeks_is_a_handful_of_steps() -> None:
    minutely = escalating(TIERS[:2], repeat="1m")
    running = episode(
        with_told(urgent(), told("91m", "p1", "1h", "0m", "30m"), told("3h", "p1", "1h", "again 2h")), "30d", minutely
    )
    assert [(step.number, step.repetition) for step in running.steps] == [
        (0, 0),
        (1, 0),
        (91, 90),
        (43111, 43110),
        (43112, 43111),
    ]
    assert [step.number for step in running.due] == [43111]
    assert running.steps[2].told_at == after("3h")


def test_a_repetition_that_was_told_is_reached_though_the_next_is_due_and_told_to_nobody() -> None:
    quiet = episode(with_told(urgent(), told("2h31m", "p1", "1h", "again 1h30m")), "9h", REPEATING, baseline="8h")
    assert quiet.due == ()
    assert quiet.reached is not None
    assert (quiet.reached.number, quiet.reached.repetition) == (2, 1)


def test_of_the_repetitions_that_were_told_the_last_is_reached() -> None:
    often = escalating(TIERS[:2], repeat="40m")
    twice = with_told(urgent(), told("2h11m", "p1", "1h", "again 1h10m"), told("2h51m", "p1", "1h", "again 1h50m"))
    reached = episode(twice, "9h", often, baseline="8h").reached
    assert reached is not None
    assert (reached.number, reached.repetition) == (3, 2)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([0], "step 1"),
        ([0, 1], "steps 1 and 2"),
        ([0, 1, 2], "steps 1 to 3"),
        ([1, 2, 3, 4], "steps 2 to 5"),
        ([0, 2], "steps 1 and 3"),
        ([0, 1, 2, 4], "steps 1 to 3 and 5"),
        ([0, 2, 4], "steps 1, 3 and 5"),
        ([9], "repetition 5"),
        ([0, 1, 388], "steps 1 and 2, and repetition 384"),
    ],
)
def test_steps_are_named_as_people_say_them(numbers: list[int], said: str) -> None:
    steps = [Step(number, max(0, number - 4), after("1h"), (), None) for number in numbers]
    assert named(steps) == said


def test_repetitions_run_on_the_calendar() -> None:
    office = escalating([{"after": "8h", "notify": ["lead"]}], calendar="office", repeat="2h")
    for now in ("10h", "60h", "72h59m"):
        assert [step.due_at for step in episode(urgent(), now, office).steps] == [after("9h"), after("73h")]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ({"tiers": []}, "tiers"),
        ({"tiers": [{"after": "1h", "notify": []}]}, "notify"),
        ({"tiers": TIERS, "repeat": "59s"}, r"repeat\n.*shorter than a minute; write 15m or longer"),
    ],
)
def test_an_escalation_that_cannot_work_is_refused(written: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        EscalationPolicy.model_validate(written)


@unhurried
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=8, unique=True).map(sorted), st.booleans())
def test_however_ticks_fall_each_tier_is_told_once_and_at_its_time(ticks: list[int], repeats: bool) -> None:
    by = escalating(repeat="1h") if repeats else escalating()
    found, numbers = urgent(), list[int]()
    for minute in ticks:
        now = after("1h") + timedelta(minutes=minute)
        steps = episode(found, now, by).due
        assert all(step.due_at <= now for step in steps)
        assert len([step for step in steps if step.number >= len(TIERS)]) <= 1
        if steps:
            numbers += [step.number for step in steps]
            found = with_told(found, told(now, "p1", "1h", *map(written, steps)))
        assert not episode(found, now, by).due
    assert len(numbers) == len(set(numbers))
    last = timedelta(minutes=ticks[-1])
    reached = [
        number for number, at in enumerate((timedelta(), timedelta(minutes=30), timedelta(hours=2))) if at <= last
    ]
    assert [number for number in numbers if number < len(TIERS)] == reached
