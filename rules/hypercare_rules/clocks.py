"""Clocks: how much of a target is used, replayed from a ticket's history at every look, so that nothing drifts.

A clock starts, pauses, resumes, stops, and starts anew when a ticket is reopened. What it has used is the working time of its
running spans, in the calendar of its target or in wall-clock time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from hypercare_rules.calendars import Calendar
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release
from hypercare_rules.rewind import rewind
from hypercare_rules.targets import Allowance
from hypercare_rules.ticket import Person, Standing, Status, StatusCategory, Ticket
from hypercare_rules.values import Priority, TrackerKind
from hypercare_rules.words import Verb


class ClockName(StrEnum):
    """What a target is about: the first response, the end of the problem, or the next news."""

    acknowledge = "acknowledge"
    resolve = "resolve"
    update = "update"


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


@dataclass(frozen=True, slots=True)
class Clock:
    """One target of one ticket at one moment.

    `due_at` is when the target is used up; while the clock is paused, as if it went on at once. `pauses` are the stretches in
    which it stood still. `lower_bound` says that the history was cut, or does not tell when the ticket was done: more time may
    have been used than is known. `missed_before` are the clocks of the ticket's earlier lives that were missed, oldest first:
    that it was reopened does not undo them.
    """

    name: ClockName
    target: timedelta
    calendar: str | None
    started: datetime
    stopped: datetime | None
    pauses: tuple[Span, ...]
    used: timedelta
    at_risk_at: datetime
    due_at: datetime
    state: ClockState
    lower_bound: bool
    missed_before: tuple["Clock", ...] = ()

    @property
    def used_share(self) -> float:
        """How much of the target is used: 1 is all of it."""
        return self.used / self.target if self.target else float("inf")


class _Course(NamedTuple):
    """When a clock started, stopped and stood still."""

    started: datetime
    stopped: datetime | None
    pauses: tuple[Span, ...]


class Pause(NamedTuple):
    """Whether a ticket, as it stood at a time, makes clocks stand still, and the kinds of event (or `comment`) that can change that.

    `in_status` says the same of a ticket in a status, where nothing but the status decides: then nothing need be rewound.
    """

    holds: Callable[[Ticket, datetime], bool]
    turns: frozenset[str]
    in_status: Callable[[Status], bool] | None = None

    def stands(self, ticket: Ticket, at: datetime) -> bool:
        """Whether the ticket stood still at `at`."""
        return self.in_status(ticket.status_at(at)) if self.in_status else self.holds(rewind(ticket, at), at)


def acknowledged_at(ticket: Ticket, policy: Policy) -> datetime | None:
    """The team's first response, or that somebody said it is acknowledged; with people in the policy, only theirs count."""
    team = policy.team_ids
    responded = ticket.first_response(team[ticket.ref.kind]) if team else ticket.acknowledged
    # The summary may be on another tracker, whose time is a little behind.
    said = next((max(one.at, ticket.created) for one in ticket.said if one.verb is Verb.ack), None)
    return min((at for at in (responded, said) if at is not None), default=None)


def ticket_clocks(
    ticket: Ticket, priority: Priority, policy: Policy, release: Release, now: datetime, pause: Pause | None = None
) -> tuple[Clock, ...]:
    """The acknowledge and the resolve clock of a ticket at `now`, and the update clock where the policy has one.

    They start when the ticket came up, though never before go-live, with the targets of the phase of that day; the resolve clock
    starts anew when the ticket is reopened, the update clock with each word of the team. While a ticket that nobody had answered
    was closed its acknowledge clock stood still. `pause` is the pause condition.
    """
    came_up = max(ticket.created, release.go_live)
    _, targets = policy.phase_targets(release.day(came_up))
    closed = tuple(_closed_spans(ticket)) if ticket.reopenings else ()
    started = max(came_up, ticket.reopenings[-1].at) if ticket.reopenings else came_up
    finished, first_response = ticket.ended, acknowledged_at(ticket, policy)
    answered = min((at for at in (first_response, finished) if at is not None), default=None)
    pauses = tuple(paused_spans(ticket, pause)) if pause else ()
    look = _Look(policy, now, targets.at_risk_from, ticket.history_cut or not ticket.end_known)
    resolve = targets.resolve[priority]
    clocks = [
        _clock(
            ClockName.acknowledge,
            targets.acknowledge[priority],
            _Course(came_up, answered, tuple(Span(*one) for one in closed) if closed else ()),
            look,
        ),
        _clock(
            ClockName.resolve,
            resolve,
            _Course(started, finished, pauses),
            look,
            missed_before=tuple(_missed(resolve, _earlier_lives(came_up, closed, pauses), look)) if closed else (),
        ),
    ]
    if priority in targets.update and first_response is not None and ticket.open:
        last_word = _Course(max(started, _last_word(ticket, policy, first_response)), None, pauses)
        clocks.append(_clock(ClockName.update, targets.update[priority], last_word, look))
    return tuple(clocks)


def _closed_spans(ticket: Ticket) -> Iterator[tuple[datetime, datetime]]:
    """When the ticket was done before it was reopened, oldest first; at the earliest where its closing is not told."""
    at, done, closed = ticket.created, StatusCategory.done, None
    for move in ticket.status_history:
        if move.before.category is done is not move.after.category:
            yield closed or at, move.at
            closed = None
        elif move.after.category is done is not move.before.category:
            closed = move.at
        at = move.at


def _earlier_lives(
    came_up: datetime, closed: Iterable[tuple[datetime, datetime]], pauses: tuple[Span, ...]
) -> Iterator[_Course]:
    """The courses of the resolve clock that ended with a closing, oldest first; one that ended before the ticket came up used nothing."""
    started = came_up
    for end, reopened in closed:
        yield _Course(started, end, pauses)
        started = max(came_up, reopened)


def _missed(allowance: Allowance, courses: Iterable[_Course], look: "_Look") -> Iterator[Clock]:
    clocks = (_clock(ClockName.resolve, allowance, course, look) for course in courses)
    return (clock for clock in clocks if clock.state is ClockState.missed)


def paused_spans(ticket: Ticket, pause: Pause) -> Iterator[Span]:
    """When the pause condition held, oldest first. It is looked at anew after each event that can change it."""
    turns = {event.at for event in ticket.history if event.kind in pause.turns}
    if "comment" in pause.turns:
        turns |= {comment.created for comment in ticket.comments}
    if not turns:
        if pause.holds(ticket, ticket.created):
            yield Span(ticket.created, None)
        return
    began: datetime | None = None
    for point in sorted({ticket.created, *turns}):
        stands = pause.stands(ticket, point)
        if stands and began is None:
            began = point
        elif not stands and began is not None:
            yield Span(began, point)
            began = None
    if began is not None:
        yield Span(began, None)


class _Look(NamedTuple):
    policy: Policy
    now: datetime
    at_risk_from: float
    cut: bool


def _clock(
    name: ClockName, allowance: Allowance, course: _Course, look: _Look, missed_before: tuple[Clock, ...] = ()
) -> Clock:
    calendar = look.policy.calendars[allowance.calendar] if allowance.calendar else None
    target, until = allowance.length, max(course.stopped or look.now, course.started)
    running = [
        (start, _between(calendar, start, end)) for start, end in running_spans(course.started, until, course.pauses)
    ]
    used = sum((worked for _, worked in running), timedelta())
    return Clock(
        name=name,
        target=target,
        calendar=allowance.calendar,
        started=course.started,
        stopped=course.stopped,
        pauses=course.pauses,
        used=used,
        at_risk_at=_moment_of(calendar, running, until, target * look.at_risk_from),
        due_at=_moment_of(calendar, running, until, target),
        state=_state(course, used, target, look.at_risk_from),
        lower_bound=look.cut,
        missed_before=missed_before,
    )


def running_spans(started: datetime, until: datetime, pauses: Sequence[Span]) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches between the two in which the clock was not paused, oldest first."""
    spans, at = [], started
    for pause in pauses:
        spans.append((at, min(pause.start, until)))
        at = max(at, until if pause.end is None else pause.end)
    spans.append((at, until))
    return tuple((start, end) for start, end in spans if end > start)


def _moment_of(
    calendar: Calendar | None, running: Sequence[tuple[datetime, timedelta]], resumed: datetime, wanted: timedelta
) -> datetime:
    """When so much had been used in running spans, told by start and working time; else as if the clock went on at `resumed`."""
    for start, worked in running:
        if worked >= wanted:
            return _add(calendar, start, wanted)
        wanted -= worked
    return _add(calendar, resumed, wanted)


def _state(course: _Course, used: timedelta, target: timedelta, at_risk_from: float) -> ClockState:
    if course.stopped:
        return ClockState.met if used <= target else ClockState.missed
    if used >= target:
        return ClockState.breached
    if course.pauses and course.pauses[-1].end is None:
        return ClockState.paused
    return ClockState.at_risk if used >= target * at_risk_from else ClockState.running


def _last_word(ticket: Ticket, policy: Policy, first_response: datetime) -> datetime:
    """When the team last said something; at least its first response."""
    kind = ticket.ref.kind
    words = (comment.created for comment in ticket.comments if _of_the_team(comment.author, kind, policy))
    return max((first_response, *words))


def _of_the_team(person: Person, kind: TrackerKind, policy: Policy) -> bool:
    """Whether somebody may respond; with people in the policy, only they may."""
    if policy.team_ids:
        return person.standing.human and person.id.casefold() in policy.team_ids[kind]
    return person.standing is Standing.team


def _between(calendar: Calendar | None, start: datetime, end: datetime) -> timedelta:
    return end - start if calendar is None else calendar.between(start, end)


def _add(calendar: Calendar | None, start: datetime, length: timedelta) -> datetime:
    return start + length if calendar is None else calendar.add(start, length)
