from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.rules.build import (
    ANA,
    BOT,
    DONE,
    OPEN,
    WAITING,
    WORKING,
    after,
    closed,
    comment,
    moves,
    policy,
    release,
    targets,
    ticket,
)

from hypercare_rules.clocks import Clock, ClockName, ClockState, Span, moment_of, paused_spans, ticket_clocks, used_time
from hypercare_rules.policy import PauseWhen
from hypercare_rules.ticket import Ticket
from hypercare_rules.values import Priority

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)


def clocks(of: Ticket, now: str | datetime, priority: Priority = Priority.P3, **more: Any) -> tuple[Clock, Clock]:
    moment = after(now) if isinstance(now, str) else now
    return ticket_clocks(of, priority, more.get("policy", policy()), release(), moment)


def acknowledge(of: Ticket, now: str | datetime, **more: Any) -> Clock:
    return clocks(of, now, **more)[0]


def resolve(of: Ticket, now: str | datetime, **more: Any) -> Clock:
    return clocks(of, now, **more)[1]


def waited(*steps: tuple[str, Any], **given: Any) -> Ticket:
    """A ticket that went through these statuses; it stands in the last of them."""
    return ticket(history=moves(*steps), status=steps[-1][1], **given)


def test_both_clocks_carry_their_names_and_targets() -> None:
    first, second = clocks(ticket(), "2h", Priority.P2)
    assert (first.name, first.target) == (ClockName.acknowledge, HOUR)
    assert (second.name, second.target) == (ClockName.resolve, 8 * HOUR)


@pytest.mark.parametrize("priority", Priority)
def test_each_priority_has_its_own_target(priority: Priority) -> None:
    first, second = clocks(ticket(), "2h", priority)
    assert (first.target, second.target) == (targets().acknowledge[priority], targets().resolve[priority])


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
    assert acknowledge(ticket(), after("2h") - MOMENT, policy=early).state is ClockState.running
    assert acknowledge(ticket(), "2h", policy=early).state is ClockState.at_risk


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


def test_a_ticket_that_does_not_say_when_it_was_resolved_was_so_by_its_last_update() -> None:
    assert resolve(closed(resolved=None, updated="6h"), "9d").stopped == after("6h")


def test_an_open_ticket_is_not_resolved_whatever_the_tracker_kept() -> None:
    assert resolve(ticket(resolved="2h"), "3h").stopped is None


def test_waiting_for_the_customer_pauses_the_resolve_clock() -> None:
    paused = resolve(waited(("3h", WAITING)), "8h")
    assert (paused.state, paused.used) == (ClockState.paused, 2 * HOUR)


def test_a_paused_clock_is_due_as_if_it_went_on_at_once() -> None:
    paused = resolve(waited(("3h", WAITING)), "8h")
    assert paused.due_at == after("8h") + 14 * HOUR
    assert paused.at_risk_at == after("8h") + 10 * HOUR


def test_waiting_does_not_pause_the_acknowledge_clock() -> None:
    clock = acknowledge(ticket(status=WAITING), "5h")
    assert clock.state is ClockState.breached


def test_a_resumed_clock_leaves_out_the_pause() -> None:
    resumed = resolve(waited(("3h", WAITING), ("8h", WORKING)), "9h")
    assert (resumed.state, resumed.used) == (ClockState.running, 3 * HOUR)
    assert resumed.due_at == after("17h") + 5 * HOUR


def test_a_clock_paused_once_more_is_paused() -> None:
    again = resolve(waited(("2h", WAITING), ("3h", WORKING), ("5h", WAITING)), "9h")
    assert (again.state, again.used, again.due_at) == (ClockState.paused, 3 * HOUR, after("9h") + 13 * HOUR)


def test_several_pauses_add_up() -> None:
    often = resolve(waited(("2h", WAITING), ("3h", WORKING), ("5h", WAITING), ("9h", OPEN)), "10h")
    assert often.used == 4 * HOUR
    assert often.due_at == after("17h") + 5 * HOUR


def test_a_pause_after_the_due_time_does_not_heal_the_breach() -> None:
    late = resolve(waited(("18h", WAITING)), "30h")
    assert (late.state, late.used, late.due_at) == (ClockState.breached, 17 * HOUR, after("17h"))


def test_a_pause_that_begins_exactly_when_due_comes_too_late() -> None:
    late = resolve(waited(("17h", WAITING)), "30h")
    assert (late.state, late.due_at) == (ClockState.breached, after("17h"))


def test_a_clock_that_was_at_risk_before_the_pause_is_at_risk_again_after_it() -> None:
    steps = [("14h", WAITING), ("20h", WORKING)]
    assert resolve(waited(steps[0]), "15h").state is ClockState.paused
    again = resolve(waited(*steps), "20h")
    assert (again.state, again.at_risk_at, again.due_at) == (ClockState.at_risk, after("13h"), after("23h"))


def test_a_pause_before_go_live_counts_from_go_live() -> None:
    early = resolve(waited(("-1d", WAITING), ("2h", WORKING), created="-2d"), "5h")
    assert (early.used, early.due_at) == (3 * HOUR, after("2h") + 16 * HOUR)


def test_a_ticket_paused_until_it_was_closed_used_only_what_was_before() -> None:
    done = resolve(ticket(history=moves(("3h", WAITING), ("40h", DONE)), status=DONE, resolved="40h"), "9d")
    assert (done.state, done.used, done.due_at) == (ClockState.met, 2 * HOUR, after("54h"))


def test_without_a_pause_condition_nothing_pauses() -> None:
    strict = policy(targets=targets(pause_when=PauseWhen()))
    assert resolve(waited(("3h", WAITING)), "8h", policy=strict).state is ClockState.running


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


@pytest.mark.parametrize("cut", [True, False])
def test_a_cut_history_makes_a_lower_bound(cut: bool) -> None:
    assert [clock.lower_bound for clock in clocks(ticket(history_cut=cut), "2h")] == [cut, cut]


def test_what_a_bot_says_stops_nothing() -> None:
    assert acknowledge(ticket(comments=(comment("2h", BOT),)), "3h").stopped is None


# Pauses by themselves.
@pytest.mark.parametrize("name", ["waiting for customer", "ausser haus"])
def test_paused_statuses_are_found_without_regard_to_case(name: str) -> None:
    spelt = {"waiting for customer": "WAITING for Customer", "ausser haus": "Außer Haus"}[name]
    status = WAITING.model_copy(update={"name": spelt})
    assert paused_spans(waited(("2h", status)), (name,)) == (Span(after("2h"), None),)


def test_a_ticket_that_never_moved_has_been_paused_since_it_was_created() -> None:
    assert paused_spans(ticket(status=WAITING), (WAITING.name.casefold(),)) == (Span(after("1h"), None),)


def test_the_status_before_the_first_move_counts_from_creation() -> None:
    moved = ticket(history=moves(("3h", OPEN), start=WAITING), updated="3h")
    assert paused_spans(moved, (WAITING.name.casefold(),)) == (Span(after("1h"), after("3h")),)


def test_no_time_is_used_before_the_start() -> None:
    assert used_time(after("5h"), after("3h"), ()) == timedelta()
    assert used_time(after("5h"), after("3h"), (Span(after("1h"), None),)) == timedelta()


def test_of_a_pause_that_outlasts_the_look_only_what_was_until_then_counts() -> None:
    assert used_time(after("1h"), after("5h"), (Span(after("3h"), after("9h")),)) == 2 * HOUR


@pytest.mark.parametrize(
    ("pause", "moment"),
    [
        pytest.param(Span(after("1h"), after("2h")), "8h", id="before the start"),
        pytest.param(Span(after("2h"), after("5h")), "10h", id="across the start"),
        pytest.param(Span(after("4h"), after("6h")), "10h", id="inside"),
        pytest.param(Span(after("8h"), after("9h")), "8h", id="from the very moment"),
        pytest.param(Span(after("9h"), after("10h")), "8h", id="afterwards"),
        pytest.param(Span(after("4h"), None), "11h", id="going on"),
        pytest.param(Span(after("7h30m"), None), "8h", id="yet to come"),
    ],
)
def test_the_moment_at_which_five_hours_are_used_from_3h(pause: Span, moment: str) -> None:
    assert moment_of(after("3h"), 5 * HOUR, (pause,), after("7h")) == after(moment)
