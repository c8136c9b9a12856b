"""What changed in a release since a moment: what came up, was done, came back, was escalated, or has another priority now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypercare_rules.assess import Assessment, TicketAssessment
from hypercare_rules.judge import Scene, judge
from hypercare_rules.policy import Policy
from hypercare_rules.rewind import rewind
from hypercare_rules.ticket import Ref, Ticket
from hypercare_rules.values import Priority


@dataclass(frozen=True, slots=True)
class Reprioritised:
    """A ticket with another priority than it had then; `source` is what gives the present one, `by_hand` that it is a person's word."""

    ref: Ref
    before: Priority
    after: Priority
    source: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since `moment`, each list in the order of the assessment, the most urgent first.

    `resolved` were open then, or new since, and are done; `reopened` came back and are open. `escalated` are those of which
    somebody was told a step, or is now.
    """

    moment: datetime
    new: tuple[Ref, ...]
    resolved: tuple[Ref, ...]
    reopened: tuple[Ref, ...]
    escalated: tuple[Ref, ...]
    reprioritised: tuple[Reprioritised, ...]

    @property
    def nothing(self) -> bool:
        """Whether all is as it was."""
        return not (self.new or self.resolved or self.reopened or self.escalated or self.reprioritised)


def last_look(assessment: Assessment) -> datetime:
    """Since when a lead wants to know: the last review, or the beginning of yesterday in the release's zone; never before go-live."""
    release, held = assessment.release, assessment.reviews.last
    if held:
        return held.at
    yesterday = release.local(assessment.now).date() - timedelta(days=1)
    return max(release.go_live, datetime.combine(yesterday, time(), ZoneInfo(release.zone)))


def since(assessment: Assessment, policy: Policy, moment: datetime) -> Since:
    """What changed between `moment` and the assessment's time, as far as tickets' histories tell."""
    tickets, scene = assessment.tickets, Scene(policy, assessment.release, moment, assessment.surroundings)
    return Since(
        moment=moment,
        new=_refs(one for one in tickets if moment < one.ticket.created <= assessment.now),
        resolved=_refs(one for one in tickets if one.ticket.ended is not None and one.ticket.ended > moment),
        reopened=_refs(one for one in tickets if one.ticket.open and any(at > moment for at in _returns(one.ticket))),
        escalated=_refs(one for one in tickets if _told_since(one, moment, assessment.release.name)),
        reprioritised=tuple(_reprioritised(tickets, scene)),
    )


def _refs(found: Iterable[TicketAssessment]) -> tuple[Ref, ...]:
    return tuple(one.ticket.ref for one in found)


def _returns(ticket: Ticket) -> Iterator[datetime]:
    return (move.at for move in ticket.reopenings)


def _told_since(assessed: TicketAssessment, moment: datetime, release: str) -> bool:
    """Whether somebody was told of a step, or is told of one now: so nothing changes once our own comment is read again."""
    running = (step for one in assessed.escalations for step in one.steps if step.reaches)
    if any((step.told_at or moment) > moment for step in running):
        return True
    if any(step.reaches for one in assessed.escalations for step in one.due):
        return True
    markers = ((comment.marker, comment.created) for comment in assessed.ticket.comments)
    return any(
        at > moment and any(step.heard for step in marker.steps)
        for marker, at in markers
        if marker and (marker.purpose, marker.release) == ("escalation", release)
    )


def _reprioritised(tickets: Iterable[TicketAssessment], then: Scene) -> Iterator[Reprioritised]:
    """Those that were there and open then and are open still; what was judged then is judged anew on the ticket as it stood."""
    for assessed in tickets:
        ticket, priority = assessed.ticket, assessed.judgement.priority
        if ticket.created > then.now or not ticket.open:
            continue
        before = judge(rewind(ticket, then.now), then).judgement.priority.value
        if before is not priority.value:
            yield Reprioritised(ticket.ref, before, priority.value, priority.source, assessed.judgement.overridden)
