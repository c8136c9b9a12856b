"""What holds of every clock, whatever its ticket went through."""

from datetime import datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import DONE, WAITING, release
from tests.rules.look import clocks
from tests.rules.strategies import any_tickets, minutes, moved_tickets, unhurried

from hypercare_rules.clocks import ClockName, ClockState
from hypercare_rules.ticket import Ticket
from hypercare_rules.values import Priority

MINUTE = timedelta(minutes=1)
UNSTOPPED = (ClockState.running, ClockState.at_risk, ClockState.paused, ClockState.breached)

# `moved_tickets` are at rest by then: all that happened to them did so before.
at_rest = minutes(600, 2400)
priorities = st.sampled_from(Priority)


def status_at(ticket: Ticket, minute: datetime) -> str:
    """The status during a minute, by looking through all moves."""
    past = [move.after.name for move in ticket.status_history if move.at <= minute]
    if past:
        return past[-1]
    return ticket.status_history[0].before.name if ticket.status_history else ticket.status.name


def minutes_in_work(ticket: Ticket, now: datetime) -> timedelta:
    """The time that the resolve clock of a ticket should have used, counted minute by minute back from its end."""
    minute = ticket.resolved if ticket.status is DONE and ticket.resolved else now
    used = timedelta()
    while (minute := minute - MINUTE) >= max(ticket.created, release().go_live):
        status, next_status = status_at(ticket, minute), status_at(ticket, minute + MINUTE)
        if status == DONE.name and next_status != DONE.name:
            return used
        used += MINUTE * (status != WAITING.name)
    return used


@unhurried
@given(moved_tickets(), minutes(0, 1200), priorities)
def test_used_time_is_what_a_count_of_minutes_gives(ticket: Ticket, now: datetime, priority: Priority) -> None:
    last = max((move.at for move in ticket.status_history), default=ticket.created)
    now = max(now, last)
    assert clocks(ticket, now, priority)[1].used == minutes_in_work(ticket, now)


@unhurried
@given(moved_tickets(), at_rest, priorities)
def test_due_time_and_used_time_tell_the_same(ticket: Ticket, now: datetime, priority: Priority) -> None:
    for clock in clocks(ticket, now, priority):
        if clock.stopped:
            continue
        if clock.used < clock.target:
            assert clock.due_at == now + clock.target - clock.used
        else:
            assert clock.state is ClockState.breached
            assert clocks(ticket, clock.due_at, priority)[clock.name is ClockName.resolve].used == clock.target
        assert clock.started <= clock.at_risk_at <= clock.due_at


@unhurried
@given(moved_tickets(), at_rest, priorities)
def test_a_clock_is_breached_exactly_from_its_due_time_on(ticket: Ticket, now: datetime, priority: Priority) -> None:
    for clock in clocks(ticket, now, priority):
        if not clock.stopped:
            assert (clock.state is ClockState.breached) == (clock.due_at <= now)
            assert (clock.state is ClockState.running) <= (now < clock.at_risk_at)
            assert (clock.state is ClockState.at_risk) <= (clock.at_risk_at <= now < clock.due_at)


@unhurried
@given(moved_tickets(), at_rest, st.integers(0, 3000), priorities)
def test_time_alone_never_heals_a_breach(ticket: Ticket, now: datetime, later: int, priority: Priority) -> None:
    before, afterwards = (clocks(ticket, moment, priority) for moment in (now, now + later * MINUTE))
    for first, second in zip(before, afterwards, strict=True):
        assert first.used <= second.used
        if first.state is ClockState.breached:
            assert second.state is ClockState.breached
            assert (first.due_at, first.at_risk_at) == (second.due_at, second.at_risk_at)


@unhurried
@given(moved_tickets(), at_rest, at_rest, priorities)
def test_a_stopped_clock_stands_still(ticket: Ticket, one: datetime, other: datetime, priority: Priority) -> None:
    for first, second in zip(clocks(ticket, one, priority), clocks(ticket, other, priority), strict=True):
        if first.stopped:
            assert first == second
            assert first.state is (ClockState.met if first.used <= first.target else ClockState.missed)
        else:
            assert first.state in UNSTOPPED


@unhurried
@given(any_tickets(), minutes(-3000, 60_000), priorities)
def test_no_history_however_odd_uses_less_than_nothing_or_more_than_there_was(
    ticket: Ticket, now: datetime, priority: Priority
) -> None:
    for clock in clocks(ticket, now, priority):
        assert timedelta() <= clock.used <= max(timedelta(), (clock.stopped or now) - clock.started)
        assert clock.started <= clock.at_risk_at <= clock.due_at


@unhurried
@given(any_tickets(), st.randoms(use_true_random=False), minutes(0, 60_000))
def test_the_order_in_which_a_tracker_tells_events_does_not_matter(
    ticket: Ticket, random: Random, now: datetime
) -> None:
    # Of two moves in one moment only the order tells which came first.
    distinct = list({event.at: event for event in ticket.history}.values())
    shuffled = random.sample(distinct, len(distinct))
    told, retold = (
        Ticket.model_validate({**dict(ticket), "history": tuple(history)}) for history in (distinct, shuffled)
    )
    assert clocks(told, now, Priority.P2) == clocks(retold, now, Priority.P2)
