"""What a review looks at: its agenda, its numbers, and the priorities that may need another word."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hypercare_rules.assess import Assessment
from hypercare_rules.attention import burning, due_soon
from hypercare_rules.decisions import decisions, without_override
from hypercare_rules.due_reviews import due_review, last_held
from hypercare_rules.hand_overs import HandOver, hand_over
from hypercare_rules.held_review import HeldReview
from hypercare_rules.judge import Scene
from hypercare_rules.policy import Policy
from hypercare_rules.release import Phase
from hypercare_rules.reviews import Meeting
from hypercare_rules.since import Since, since
from hypercare_rules.ticket import Ref
from hypercare_rules.values import Priority

_LATE = {"breached": "breached", "at-risk": "at risk"}


class Topic(StrEnum):
    """What there is to talk about, in this order."""

    decide = "decide"
    burning = "burning"
    returned = "returned"
    soon = "soon"
    adjust = "adjust"
    hand_over = "hand_over"
    leave = "leave"


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda: how many things it is about, and the tickets among them."""

    topic: Topic
    number: int
    tickets: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """Tickets whose priority people may want to adjust: what it is `now`, what is `proposed`, and why."""

    tickets: tuple[Ref, ...]
    now: str
    proposed: Priority
    why: str


@dataclass(frozen=True, slots=True)
class ReviewContent:
    """One review: it tells what changed since `moment`, which is the `before` one where there was one, else go-live.

    `numbers` are those of now, by name.
    """

    meeting: Meeting
    moment: datetime
    before: HeldReview | None
    numbers: dict[str, int]
    agenda: tuple[Point, ...]
    proposals: tuple[Proposal, ...]
    hand_over: HandOver | None

    def held(self, now: datetime) -> HeldReview:
        """What the next review must know of it."""
        return HeldReview(review=self.meeting.review, at=self.meeting.at, told=now, numbers=self.numbers)


def review_now(assessment: Assessment, policy: Policy, baseline: datetime | None) -> ReviewContent | None:
    """The review that is due now; None where none is. `baseline` is that of the memory with which the tick began."""
    held = assessment.memory.conversation.held(assessment.release.name)
    meeting = due_review(assessment.reviews, held, baseline, assessment.now)
    if meeting is None or assessment.phase is Phase.exited:
        return None
    before = last_held(held, meeting.at)
    moment = before.told if before else assessment.release.go_live
    proposals = tuple(_proposals(assessment, policy))
    coming = assessment.reviews.next
    shift = hand_over(assessment, policy, meeting.at, coming.at if coming else None)
    changed = since(assessment, policy, moment)
    return ReviewContent(
        meeting=meeting,
        moment=moment,
        before=before,
        numbers=numbers(assessment),
        agenda=tuple(_agenda(assessment, policy, changed, proposals, shift)),
        proposals=proposals,
        hand_over=shift,
    )


def numbers(assessment: Assessment) -> dict[str, int]:
    """Open tickets, those of each priority, and those that are late or soon will be."""
    tickets = assessment.open
    found = {"open": len(tickets)}
    found |= {str(priority): sum(one.priority is priority for one in tickets) for priority in Priority}
    for name, said in _LATE.items():
        found[said] = sum(any(condition.name == name for condition in one.conditions) for one in tickets)
    return found


def _agenda(
    assessment: Assessment, policy: Policy, changed: Since, proposals: tuple[Proposal, ...], shift: HandOver | None
) -> Iterator[Point]:
    """The points that there is something to say on."""
    asked = decisions(assessment, policy)
    if asked:
        yield Point(Topic.decide, len(asked))
    for topic, refs in (
        (Topic.burning, tuple(one.ticket.ref for one in burning(assessment))),
        (Topic.returned, changed.reopened),
        (Topic.soon, tuple(one.ticket.ref for one in due_soon(assessment))),
    ):
        if refs:
            yield Point(topic, len(refs), refs)
    if proposals:
        yield Point(Topic.adjust, len(proposals))
    if shift:
        yield Point(Topic.hand_over, len(shift.open))
    if assessment.exit:
        yield Point(Topic.leave, sum(not state.met for state in assessment.exit))


def _proposals(assessment: Assessment, policy: Policy) -> Iterator[Proposal]:
    """Priorities by hand that the policy would not give, and incidents whose trackers differ in theirs."""
    scene = Scene(policy, assessment.release, assessment.now, assessment.surroundings)
    for one in assessment.open:
        if one.judgement.overridden:
            computed = without_override(one, scene)
            if computed.value is not one.priority:
                yield Proposal((one.ticket.ref,), one.priority, computed.value, f"by the policy: {computed.source}")
    still = {one.ticket.ref: one for one in assessment.open}
    for incident in assessment.incidents:
        apart = [ref for ref in incident.tickets if ref in still and still[ref].priority is not incident.priority]
        if apart and any(ref in still for ref in incident.tickets if ref not in apart):
            now = ", ".join(sorted({still[ref].priority for ref in apart}))
            yield Proposal(tuple(apart), now, incident.priority, "what the same incident has elsewhere")
