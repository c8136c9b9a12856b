"""What happened to a ticket and what was decided about it, in the order in which it did.

Each kind is one function over a ticket, and `happenings` merges them; what a journal alone knows, as the values of a decision at its
time, is one function more. What no history tells, as a rule that is no longer in the policy, is no part of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.clocks import acknowledged_at
from hypercare_rules.durations import render
from hypercare_rules.flow import moves_of
from hypercare_rules.influence import Influences
from hypercare_rules.judge import Scene, judge
from hypercare_rules.mapping import Sourced
from hypercare_rules.overrides import label_words
from hypercare_rules.policy import Policy
from hypercare_rules.record.breaches import Breach
from hypercare_rules.rewind import rewind
from hypercare_rules.streaks import Holds, switch
from hypercare_rules.ticket import Person, Ticket, ToldStep
from hypercare_rules.values import Priority
from hypercare_rules.words import Verb

_INSTANT = timedelta(microseconds=1)


class What(StrEnum):
    """What happened."""

    came_up = "came up"
    acknowledged = "acknowledged"
    priority = "priority"
    escalated = "escalated"
    breached = "breached"
    resolved = "resolved"
    reopened = "reopened"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a ticket at a time.

    `who` did it, by the names that the tracker shows, or was told of an escalation, by the names of the policy (and the role `on_call`
    where nobody was on call); nobody where that is not known. `before` and `after` are priorities or statuses; of
    a breach `after` is its clock, of an escalation its policy and steps. `why` is what it rests on; `by_hand` that a person decided.
    """

    at: datetime
    what: What
    who: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    why: str = ""
    by_hand: bool = False


def happenings(
    assessed: TicketAssessment, scene: Scene, influences: Influences, exceeded: Iterable[Breach]
) -> tuple[Happening, ...]:
    """Everything about one ticket until the scene's time, oldest first."""
    ticket, order = assessed.ticket, tuple(What)
    found = (
        *_course(ticket, scene, influences),
        *_answered(ticket, scene.policy),
        *_moved(ticket),
        *_told(ticket, scene),
        *map(_breached, exceeded),
    )
    until = (one for one in found if one.at <= scene.now)
    return tuple(sorted(until, key=lambda one: (one.at, order.index(one.what))))


def _course(ticket: Ticket, scene: Scene, influences: Influences) -> Iterator[Happening]:
    """That it came up, with its first priority, and each other that it had since while it was open."""
    first, *later = _priorities(ticket, scene, influences)
    reporter = (ticket.reporter.name,) if ticket.reporter else ()
    yield Happening(ticket.created, What.came_up, reporter, "", first.priority.value, first.priority.source)
    before = first.priority.value
    for had in later:
        by = _overrider(ticket, had.since, scene.policy)
        who, now = (by.name,) if by else (), had.priority
        yield Happening(had.since, What.priority, who, before, now.value, now.source, by_hand=by is not None)
        before = now.value


class _Had(NamedTuple):
    """A priority that a ticket had, and since when."""

    since: datetime
    priority: Sourced[Priority]


def _priorities(ticket: Ticket, scene: Scene, influences: Influences) -> Iterator[_Had]:
    """The ticket's priority when it came up, though not before go-live, and each time that it became another one while it was open."""
    influence = influences.of({"priority"})
    start = max(ticket.created, scene.release.go_live)
    end = max(start, min(ticket.ended or scene.now, scene.now))
    turns = sorted({at for at in influences.moments(ticket, influence.happenings, start) if at < end})
    had: _Had | None = None
    for begin, until in pairwise((start, *turns, end)):
        now = _at_time(ticket, scene, begin)
        if had is None or now.priority.value is not had.priority.value:
            yield now
            had = now
        if influence.timely:
            for later in _in_time(ticket, scene, had, begin, until):
                yield later
                had = later


def _at_time(ticket: Ticket, scene: Scene, at: datetime) -> _Had:
    return _Had(at, judge(rewind(ticket, at), scene.at(at)).judgement.priority)


def _in_time(ticket: Ticket, scene: Scene, had: _Had, begin: datetime, until: datetime) -> Iterator[_Had]:
    """The other priorities that time alone gave the ticket between two moments."""
    at, last = begin, until - _INSTANT
    while at < last and _at_time(ticket, scene, last).priority.value is not had.priority.value:
        at = switch(ticket, _is_not(had.priority.value, scene), at, last)
        had = _at_time(ticket, scene, at)
        yield had


def _is_not(priority: Priority, scene: Scene) -> Holds:
    return lambda then, at: judge(then, scene.at(at)).judgement.priority.value is not priority


def _overrider(ticket: Ticket, at: datetime, policy: Policy) -> Person | None:
    """Who said at that moment what the priority is, by a label or in the summary."""
    said = (*label_words(ticket, policy), *(one for one in ticket.said if one.verb is Verb.priority))
    return next((event.by for event in said if event.at == at), None)


def _answered(ticket: Ticket, policy: Policy) -> Iterator[Happening]:
    at = acknowledged_at(ticket, policy)
    if at is not None:
        yield Happening(at, What.acknowledged, _doers(ticket, at))


def _moved(ticket: Ticket) -> Iterator[Happening]:
    """Each time that it was done or came back."""
    by_time = {move.at: move for move in ticket.status_history}
    for at, what in moves_of(ticket):
        if what != "new":
            move = by_time.get(at)
            after = move.after.name if move else ticket.status.name
            who = (move.by.name,) if move and move.by else ()
            yield Happening(at, What(what), who, move.before.name if move else "", after)


def _told(ticket: Ticket, scene: Scene) -> Iterator[Happening]:
    """Each comment of ours by which an escalation called somebody, or said that nobody is on call."""
    for comment in ticket.comments:
        marker = comment.marker
        if marker is None or (marker.purpose, marker.release) != ("escalation", scene.release.name):
            continue
        names = tuple(dict.fromkeys(name for step in marker.steps for name in step.who))
        yield Happening(comment.created, What.escalated, names, "", marker.policy, _steps(marker.steps))


def _steps(told: tuple[ToldStep, ...]) -> str:
    """The steps by when they were due: an edit of the policy may have given them other numbers since."""
    after = (f"after {render(step.after)}" if step.after else "at once" for step in told)
    return ", ".join(f"again {said}" if step.again else said for step, said in zip(told, after, strict=True))


def _breached(breach: Breach) -> Happening:
    clock = breach.clock
    allowed = render(clock.target, days=clock.calendar is None)
    hours = f" on {clock.calendar}" if clock.calendar else ""
    return Happening(clock.due_at, What.breached, (), "", clock.name, f"target {allowed}{hours}")


def _doers(ticket: Ticket, at: datetime) -> tuple[str, ...]:
    """The people who did something to the ticket at that moment and did not report it."""
    reporter = ticket.reporter.id if ticket.reporter else None
    deeds = (
        *((comment.created, comment.author) for comment in ticket.comments),
        *((event.at, event.by) for event in ticket.history if event.kind in ("status", "assigned")),
    )
    doers = (by for when, by in deeds if when == at and by is not None and by.standing.human and by.id != reporter)
    return tuple(dict.fromkeys(by.name for by in doers))[:1]
