"""What another policy would have decided: past moments of a release assessed by both, on tickets as they stood then."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hypercare_rules.assess import Assessment, TicketAssessment, World, assess
from hypercare_rules.clocks import Clock, ClockState
from hypercare_rules.escalations import named
from hypercare_rules.health import HealthState
from hypercare_rules.hindsight import as_it_stood
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Ref, Ticket
from hypercare_rules.values import Priority


class Aspect(StrEnum):
    """In what two policies may differ about a ticket."""

    scope = "scope"
    priority = "priority"
    target = "target"
    escalation = "escalation"


@dataclass(frozen=True, slots=True)
class Counts:
    """A release at one moment by one policy: health, open tickets by priority, and how many of those are in trouble."""

    health: HealthState
    open: Counter[Priority]
    breached: int
    at_risk: int
    escalated: int


@dataclass(frozen=True, slots=True)
class Difference:
    """In what one ticket would have been another's, what it was by each policy, and why it would have been so by the other."""

    ref: Ref
    at: datetime
    aspect: Aspect
    ours: str
    theirs: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """One moment by both policies."""

    at: datetime
    ours: Counts
    theirs: Counts
    differences: tuple[Difference, ...]


def moments(start: datetime, end: datetime, every: timedelta) -> tuple[datetime, ...]:
    """The moments from `start` on, and `end` itself; none where that is before `start`. Raises ValueError if `every` is no time."""
    if every <= timedelta():
        raise ValueError("moments that follow each other need some time between them")
    if end < start:
        return ()
    return (*(start + number * every for number in range(-(-(end - start) // every))), end)


def replay(world: World, ours: Policy, theirs: Policy, at: Iterable[datetime]) -> Iterator[Compared]:
    """Each moment by our policy and by theirs, on tickets as they stood; those that came later are left out.

    What has no history (titles, components, links, votes) is taken as it is now.
    """
    for moment in at:
        then = rewound(world, moment)
        mine, other = assess(then, ours, moment), assess(then, theirs, moment)
        yield Compared(moment, _counts(mine), _counts(other), tuple(_differences(mine, other)))


def rewound(world: World, at: datetime) -> World:
    """The world as it stood at a time, in which people are told of everything: what a first tick kept quiet counts too.

    Whom our pages told is no part of it: that was by one policy, and is to be decided by both.
    """
    then = as_it_stood(world, at)
    sources = tuple(
        source.model_copy(update={"tickets": tuple(map(_without_pages, source.tickets))}) for source in then.sources
    )
    return then.model_copy(update={"sources": sources, "memory": world.memory.model_copy(update={"backfilled": True})})


def _without_pages(ticket: Ticket) -> Ticket:
    """The ticket as if no escalation had told anybody; our comments on it are no less ours."""
    if not any(comment.marker and comment.marker.steps for comment in ticket.comments):
        return ticket
    comments = tuple(
        comment.model_copy(update={"marker": None}) if comment.marker and comment.marker.steps else comment
        for comment in ticket.comments
    )
    return ticket.model_copy(update={"comments": comments})


def first_differences(compared: Iterable[Compared]) -> tuple[Difference, ...]:
    """Each aspect of each ticket once, at the first moment at which it would have been another."""
    first: dict[tuple[Ref, Aspect], Difference] = {}
    for moment in compared:
        for difference in moment.differences:
            first.setdefault((difference.ref, difference.aspect), difference)
    return tuple(first.values())


def _counts(assessment: Assessment) -> Counts:
    names = [{condition.name for condition in one.conditions} for one in assessment.open]
    return Counts(
        health=assessment.health.state,
        open=Counter(one.priority for one in assessment.open),
        breached=sum("breached" in found for found in names),
        at_risk=sum("at-risk" in found for found in names),
        escalated=sum("escalated" in found for found in names),
    )


def _differences(ours: Assessment, theirs: Assessment) -> Iterator[Difference]:
    mine, others = ({one.ticket.ref: one for one in each.tickets} for each in (ours, theirs))
    for ref in sorted(mine.keys() | others.keys()):
        one, other = mine.get(ref), others.get(ref)
        if one is None or other is None:
            words = ("in scope", "left out")
            yield Difference(ref, ours.now, Aspect.scope, words[one is None], words[other is None])
            continue
        if one.priority is not other.priority:
            why = other.judgement.priority.source
            yield Difference(ref, ours.now, Aspect.priority, one.priority, other.priority, why)
        if one.ticket.open:
            yield from _of_open(one, other, ours)


def _of_open(one: TicketAssessment, other: TicketAssessment, ours: Assessment) -> Iterator[Difference]:
    """In what the policies differ about a ticket that was open: targets that were missed, and who was called."""
    release, at = ours.release, ours.now
    ref, by_name = one.ticket.ref, {clock.name: clock for clock in one.clocks}
    for clock in other.clocks:
        mine = by_name.get(clock.name)
        if mine is not None and _missed(mine) is not _missed(clock):
            why = f"due {release.local(clock.due_at):%Y-%m-%d %H:%M}"
            yield Difference(ref, at, Aspect.target, _state(mine), _state(clock), why)
            break
    if (mine_called := _called(one)) != (called := _called(other)):
        yield Difference(ref, at, Aspect.escalation, mine_called or "nobody called", called or "nobody called")


def _missed(clock: Clock) -> bool:
    return clock.state in (ClockState.breached, ClockState.missed)


def _state(clock: Clock) -> str:
    return f"{clock.name} {clock.state}"


def _called(assessed: TicketAssessment) -> str:
    """Which steps of which escalation policies a ticket had come to, and whom they call."""
    return "; ".join(
        f"{named([step])} of {escalation.policy} to {step.callees}"
        for escalation in assessed.escalations
        if (step := escalation.reached)
    )
