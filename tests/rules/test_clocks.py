from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.rules.build import (
    ANA,
    BOT,
    CUSTOMER,
    DONE,
    OPEN,
    WAITING,
    WORKING,
    after,
    closed,
    comment,
    moved,
    moves,
    policy,
    said,
    targets,
    ticket,
)
from tests.rules.escalating import escalating
from tests.rules.look import acknowledge, clocks, resolve, waited

from hypercare_rules.clocks import ClockName, ClockState, Span, acknowledged_at, running_spans
from hypercare_rules.ticket import Said, Status
from hypercare_rules.values import Priority
from hypercare_rules.words import Verb

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)


def test_both_clocks_carry_their_names_and_targets() -> None:
    first, second = clocks(ticket(), "2h", Priority.P2)
    assert (first.name, first.target) == (ClockName.acknowledge, HOUR)
    assert (second.name, second.target) == (ClockName.resolve, 8 * HOUR)


@pytest.mark.parametrize("priority", Priority)
def test_each_priority_has_its_own_target(priority: Priority) -> None:
    first, second = clocks(ticket(), "2h", priority)
    assert (first.target, second.target) == (
        targets().acknowledge[priority].length,
        targets().resolve[priority].length,
    )


@pytest.mark.parametrize(
    ("created", "started"), [("-2d", "0m"), ("0m", "0m"), ("3h", "3h")], ids=["before go-live", "at go-live", "later"]
)
def test_clocks_start_when_the_ticket_came_up_but_never_before_go_live(created: str, started: str) -> None:
    for clock in clocks(ticket(created=created), "4h"):
        assert clock.started == after(started)
        assert clock.used == after("4h") - after(started)
        assert clock.due_at == after(started) + clock.target


def test_before_go_live_nothing_is_used() -> None:
    for clock in clocks(ticket(created="-2d"), "-1d"):
        assert (clock.used, clock.state) == (timedelta(), ClockState.running)


# The acknowledge clock of a P3 that came up at 1h: 4 hours, at risk after three quarters of them.
@pytest.mark.parametrize(
    ("now", "state"),
    [
        pytest.param(after("1h"), ClockState.running, id="at once"),
        pytest.param(after("4h") - MOMENT, ClockState.running, id="just before it is at risk"),
        pytest.param(after("4h"), ClockState.at_risk, id="exactly at the threshold"),
        pytest.param(after("5h") - MOMENT, ClockState.at_risk, id="just before it is due"),
        pytest.param(after("5h"), ClockState.breached, id="exactly when due"),
        pytest.param(after("9d"), ClockState.breached, id="long after"),
    ],
)
def test_a_running_clock_becomes_at_risk_and_then_breached(now: datetime, state: ClockState) -> None:
    clock = acknowledge(ticket(), now)
    assert clock.state is state
    assert (clock.at_risk_at, clock.due_at) == (after("4h"), after("5h"))
    assert clock.stopped is None


def test_the_at_risk_threshold_is_the_policys() -> None:
    early = policy(targets=targets(at_risk_from=0.25))
    assert acknowledge(ticket(), after("2h") - MOMENT, early).state is ClockState.running
    assert acknowledge(ticket(), "2h", early).state is ClockState.at_risk


@pytest.mark.parametrize(
    ("answered", "state"),
    [
        pytest.param(after("2h"), ClockState.met, id="in time"),
        pytest.param(after("5h"), ClockState.met, id="exactly when due"),
        pytest.param(after("5h") + MOMENT, ClockState.missed, id="just too late"),
    ],
)
def test_the_first_response_stops_the_acknowledge_clock_for_good(answered: datetime, state: ClockState) -> None:
    for now in (answered, after("9d")):
        clock = acknowledge(ticket(comments=(comment(answered),)), now)
        assert (clock.state, clock.stopped, clock.used) == (state, answered, answered - after("1h"))


def test_a_response_does_not_stop_the_resolve_clock() -> None:
    assert resolve(ticket(comments=(comment("2h"),)), "3h").stopped is None


def test_a_response_before_go_live_uses_nothing() -> None:
    clock = acknowledge(ticket(created="-2d", comments=(comment("-1d"),)), "5h")
    assert (clock.state, clock.used) == (ClockState.met, timedelta())
    assert (clock.started, clock.due_at) == (after("0m"), after("4h"))


@pytest.mark.parametrize(
    ("resolved", "state"),
    [
        pytest.param(after("17h"), ClockState.met, id="exactly when due"),
        pytest.param(after("17h") + MOMENT, ClockState.missed, id="just too late"),
    ],
)
def test_closing_stops_the_resolve_clock(resolved: datetime, state: ClockState) -> None:
    for now in (resolved, after("9d")):
        clock = resolve(closed(resolved=resolved), now)
        assert (clock.state, clock.stopped) == (state, resolved)


def test_closing_stops_the_acknowledge_clock_where_nobody_had_answered() -> None:
    assert acknowledge(closed(resolved="3h"), "9d").stopped == after("3h")
    assert acknowledge(closed(resolved="3h", comments=(comment("2h"),)), "9d").stopped == after("2h")
    assert acknowledge(closed(resolved="3h", comments=(comment("4h"),)), "9d").stopped == after("3h")


def test_a_ticket_whose_history_tells_when_it_was_closed_was_resolved_then() -> None:
    later = ("9h", Status(name="Archived", category=DONE.category))
    done = closed(resolved=None, history=moves(("2h", WORKING), ("6h", DONE), later))
    clock = resolve(done, "9d")
    assert (clock.stopped, clock.lower_bound) == (after("6h"), False)


@pytest.mark.parametrize(
    ("history", "end"),
    [
        pytest.param((), "1h", id="no history at all"),
        pytest.param(moves(("3h", WORKING)), "3h", id="closed some time after its last move"),
    ],
)
def test_a_ticket_that_nothing_tells_the_end_of_ended_at_the_earliest_that_can_be(history: Any, end: str) -> None:
    clock = resolve(closed(resolved=None, history=history), "9d")
    assert (clock.stopped, clock.lower_bound, clock.state) == (after(end), True, ClockState.met)


def test_who_goes_on_talking_about_a_closed_ticket_does_not_make_it_late() -> None:
    early = closed(resolved=None, updated="2h", history=moves(("90m", WORKING)))
    talked_about = early.model_copy(update={"updated": after("40h"), "comments": (comment("40h"),)})
    assert resolve(early, "9d") == resolve(talked_about, "9d")


def test_an_open_ticket_is_not_resolved_whatever_the_tracker_kept() -> None:
    assert resolve(ticket(resolved="2h"), "3h").stopped is None


def test_reopening_starts_the_resolve_clock_anew() -> None:
    again = resolve(waited(("2h", DONE), ("30h", OPEN)), "31h")
    assert (again.started, again.used, again.due_at) == (after("30h"), HOUR, after("46h"))
    assert again.state is ClockState.running


def test_the_last_reopening_counts() -> None:
    assert resolve(waited(("2h", DONE), ("3h", OPEN), ("4h", DONE), ("5h", OPEN)), "6h").started == after("5h")


def test_pauses_before_the_reopening_are_forgotten() -> None:
    again = resolve(waited(("2h", WAITING), ("20h", DONE), ("30h", OPEN)), "31h")
    assert (again.used, again.due_at) == (HOUR, after("46h"))


def test_a_ticket_reopened_into_a_pause_has_used_nothing() -> None:
    again = resolve(waited(("2h", DONE), ("30h", WAITING)), "40h")
    assert (again.state, again.used, again.due_at) == (ClockState.paused, timedelta(), after("56h"))


def test_a_reopening_before_go_live_starts_the_clock_at_go_live() -> None:
    assert resolve(waited(("-2d", DONE), ("-1d", OPEN), created="-3d"), "1h").started == after("0m")


def test_reopening_does_not_restart_the_acknowledge_clock() -> None:
    answered = waited(("2h", DONE), ("30h", OPEN), comments=(comment("90m", ANA),))
    assert acknowledge(answered, "31h").stopped == after("90m")


def test_a_missed_target_is_not_forgotten_when_the_ticket_is_reopened() -> None:
    again = resolve(waited(("2h", WORKING), ("20h", DONE), ("30h", OPEN), ("31h", DONE), ("32h", OPEN)), "33h")
    assert (again.started, again.state) == (after("32h"), ClockState.running)
    (missed,) = again.missed_before
    assert (missed.name, missed.target) == (ClockName.resolve, again.target)
    assert (missed.started, missed.stopped, missed.used) == (after("1h"), after("20h"), 19 * HOUR)
    assert (missed.due_at, missed.state) == (after("17h"), ClockState.missed)


def test_earlier_lives_leave_out_their_own_pauses() -> None:
    steps = (("2h", WAITING), ("10h", WORKING), ("20h", DONE), ("30h", OPEN))
    assert resolve(waited(*steps), "31h").missed_before == ()
    (missed,) = resolve(waited(*steps[1:]), "31h").missed_before
    assert missed.used == 19 * HOUR


def test_a_closing_before_go_live_missed_nothing() -> None:
    early = waited(("-2d", DONE), ("2h", OPEN), created="-9d")
    assert resolve(early, "3h").missed_before == ()


BY_CUSTOMER = (moved("3h", OPEN, DONE, CUSTOMER), moved("30h", DONE, OPEN, CUSTOMER))


def test_the_acknowledge_clock_stands_still_while_an_unanswered_ticket_is_closed() -> None:
    clock = acknowledge(ticket(history=BY_CUSTOMER), "31h")
    assert (clock.state, clock.used, clock.due_at) == (ClockState.at_risk, 3 * HOUR, after("32h"))
    assert clock.pauses == (Span(after("3h"), after("30h")),)


def test_an_answer_while_the_ticket_was_closed_uses_no_more_than_was_used_by_then() -> None:
    clock = acknowledge(ticket(history=BY_CUSTOMER, comments=(comment("10h"),)), "31h")
    assert (clock.state, clock.used, clock.stopped) == (ClockState.met, 2 * HOUR, after("10h"))


def test_a_breach_before_the_closing_is_one_after_the_reopening() -> None:
    late = (moved("9h", OPEN, DONE, CUSTOMER), moved("30h", DONE, OPEN, CUSTOMER))
    clock = acknowledge(ticket(history=late), "30h")
    assert (clock.state, clock.due_at) == (ClockState.breached, after("5h"))


@pytest.mark.parametrize("cut", [True, False])
def test_a_cut_history_makes_a_lower_bound(cut: bool) -> None:
    assert [clock.lower_bound for clock in clocks(ticket(history_cut=cut), "2h")] == [cut, cut]


def test_what_a_bot_says_stops_nothing() -> None:
    assert acknowledge(ticket(comments=(comment("2h", BOT),)), "3h").stopped is None


def test_the_running_spans_of_a_clock_are_what_its_pauses_leave_and_never_empty() -> None:
    def span(start: str, end: str | None) -> Span:
        return Span(after(start), after(end) if end else None)

    pauses = (span("1h", "2h"), span("3h", "4h"), span("5h", None))
    assert running_spans(after("1h"), after("9h"), pauses) == (
        (after("2h"), after("3h")),
        (after("4h"), after("5h")),
    )
    assert running_spans(after("1h"), after("1h"), ()) == ()


def test_a_target_of_no_time_is_used_more_than_whole() -> None:
    assert resolve(ticket(), "2h", policy(targets=targets(resolve=dict.fromkeys(Priority, "0m")))).used_share == float(
        "inf"
    )
    assert resolve(ticket(), "2h", policy(targets=targets(resolve=dict.fromkeys(Priority, "2h")))).used_share == 0.5


@pytest.mark.parametrize(
    ("history", "at"),
    [
        ((said("3h", Verb.ack),), "3h"),
        ((said("3h", Verb.snooze, until=after("9h")),), "5h"),
        ((said("7h", Verb.ack),), "5h"),  # a comment came before
        ((said("30m", Verb.ack),), "1h"),  # by a clock that is a little behind
    ],
)
def test_who_says_that_it_is_acknowledged_acknowledges_it(history: tuple[Said, ...], at: str) -> None:
    told = ticket(created=after("1h"), history=history, comments=(comment("5h", ANA),))
    assert acknowledged_at(told, escalating()) == after(at)
