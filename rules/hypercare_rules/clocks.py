"""Clocks: how much of a target is used, replayed from a ticket's history at every look, so that nothing drifts.

A clock starts, pauses, resumes and stops. What it has used is the sum of its running spans. Time is wall-clock time.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from hypercare_rules.durations import Duration
from hypercare_rules.model import Model, Moment
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release
from hypercare_rules.ticket import Ticket
from hypercare_rules.values import Priority


class ClockName(StrEnum):
    """What a target is about: the first response, or the end of the problem."""

    acknowledge = "acknowledge"
    resolve = "resolve"


class ClockState(StrEnum):
    """Where a clock stands. `met` and `missed` are its ends; the others may still change."""

    running = "running"
    paused = "paused"
    at_risk = "at risk"
    breached = "breached"
    met = "met"
    missed = "missed"


class Span(NamedTuple):
    """A stretch of time from `start` until before `end`; without an end where it still goes on."""

    start: datetime
    end: datetime | None


class Clock(Model):
    """One target of one ticket at one moment.

    `due_at` is when the target is used up; while the clock is paused, as if it went on at once. `lower_bound` says that the
    history was cut: more time may have been used than is known.
    """

    name: ClockName
    target: Duration
    started: Moment
    stopped: Moment | None
    used: Duration
    at_risk_at: Moment
    due_at: Moment
    state: ClockState
    lower_bound: bool = False


def ticket_clocks(
    ticket: Ticket, priority: Priority, policy: Policy, release: Release, now: datetime
) -> tuple[Clock, Clock]:
    """The acknowledge and the resolve clock of a ticket at `now`.

    Both start when the ticket came up, though never before go-live; the resolve clock starts anew when it is reopened.
    """
    came_up = max(ticket.created, release.go_live)
    reopened = ticket.reopenings[-1].at if ticket.reopenings else came_up
    finished = None if ticket.open else (ticket.resolved or ticket.updated)
    answered = min((at for at in (ticket.acknowledged, finished) if at is not None), default=None)
    targets = policy.targets
    courses = (
        (ClockName.acknowledge, targets.acknowledge[priority], _Course(came_up, answered, ())),
        (
            ClockName.resolve,
            targets.resolve[priority],
            _Course(max(came_up, reopened), finished, paused_spans(ticket, targets.pause_when.status)),
        ),
    )
    acknowledge, resolve = (
        Clock(
            name=name,
            target=target,
            started=course.started,
            stopped=course.stopped,
            used=used_time(course.started, course.stopped or now, course.pauses),
            at_risk_at=moment_of(course.started, target * targets.at_risk_from, course.pauses, now),
            due_at=moment_of(course.started, target, course.pauses, now),
            state=_state(course, target, targets.at_risk_from, now),
            lower_bound=ticket.history_cut,
        )
        for name, target, course in courses
    )
    return acknowledge, resolve


def paused_spans(ticket: Ticket, statuses: Sequence[str]) -> tuple[Span, ...]:
    """When the ticket was in one of the (casefolded) native statuses, oldest first."""
    if not statuses:
        return ()
    moves = ticket.status_history
    first = moves[0].before if moves else ticket.status
    times = [ticket.created, *(move.at for move in moves)]
    names = [first.name, *(move.after.name for move in moves)]
    ends = [*times[1:], None]
    return tuple(
        Span(start, end) for start, end, name in zip(times, ends, names, strict=True) if name.casefold() in statuses
    )


def used_time(started: datetime, until: datetime, pauses: Iterable[Span]) -> timedelta:
    """The time between the two that was not paused; zero where `until` is before `started`."""
    used = max(until - started, timedelta())
    for pause in pauses:
        start, end = max(pause.start, started), min(pause.end or until, until)
        used -= max(end - start, timedelta())
    return used


def moment_of(started: datetime, used: timedelta, pauses: Iterable[Span], now: datetime) -> datetime:
    """When a clock had, or will have, used so much; a pause that goes on is taken to end at `now`."""
    at = started + used
    for pause in pauses:
        if pause.start >= at:
            break
        end = pause.end or now
        at += max(end - max(pause.start, started), timedelta())
    return at


class _Course(NamedTuple):
    """When a clock started, stopped and stood still."""

    started: datetime
    stopped: datetime | None
    pauses: tuple[Span, ...]


def _state(course: _Course, target: timedelta, at_risk_from: float, now: datetime) -> ClockState:
    used = used_time(course.started, course.stopped or now, course.pauses)
    if course.stopped:
        return ClockState.met if used <= target else ClockState.missed
    if used >= target:
        return ClockState.breached
    if course.pauses and course.pauses[-1].end is None:
        return ClockState.paused
    return ClockState.at_risk if used >= target * at_risk_from else ClockState.running
