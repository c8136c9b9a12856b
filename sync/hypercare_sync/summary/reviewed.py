"""A review as its readers may see it, and in words: one comment on the summary."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypercare_rules.assess import Assessment
from hypercare_rules.hand_overs import HandOver
from hypercare_rules.held_review import HeldReview
from hypercare_rules.policy import Policy
from hypercare_rules.reviewing import Point, Proposal, ReviewContent, Topic
from hypercare_rules.ticket import Audience
from hypercare_sync.summary.document import health_note, next_review
from hypercare_sync.summary.movements import since_then
from hypercare_sync.summary.questions import decisions_needed
from hypercare_sync.summary.rows import few
from hypercare_sync.summary.shown import Named, Readers
from hypercare_sync.summary.view import SummaryView, summary_view, with_names
from hypercare_sync.text.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Inline,
    Paragraph,
    Spans,
    Strong,
    Table,
    spans,
)
from hypercare_sync.wording import count, name_of, stamp

_MOST = 10


@dataclass(frozen=True)
class Adjusted:
    """A proposal whose tickets readers may see."""

    tickets: Named
    proposal: Proposal


@dataclass(frozen=True)
class Leaving:
    """Somebody who leaves the duty, and what they have open."""

    who: str
    open: Named


@dataclass(frozen=True)
class ReviewView:
    """A review before any markup. `hidden` counts proposals about tickets of a narrower audience."""

    summary: SummaryView
    content: ReviewContent
    who: tuple[str, ...]
    agenda: tuple[tuple[Point, Named], ...]
    adjusted: tuple[Adjusted, ...]
    hidden: int
    leaving: tuple[Leaving, ...]
    coming: tuple[str, ...]


def review_view(
    content: ReviewContent, assessment: Assessment, policy: Policy, audience: Audience, github: str | None = None
) -> ReviewView:
    """The review for readers of this audience; `github` names the GitHub that it is written on, if any."""
    readers = Readers(assessment, policy, audience, github)
    proposals = [Adjusted(readers.named(one.tickets), one) for one in content.proposals]
    seen = tuple(one for one in proposals if not one.tickets.others)
    shift = content.hand_over
    open_of = dict(shift.open) if shift else {}
    summary = summary_view(assessment, policy, audience, github, since=content.moment)
    return ReviewView(
        summary=replace(summary, changes=replace(summary.changes, at_review=content.before is not None)),
        content=content,
        who=with_names(content.meeting, policy).who,
        agenda=tuple((point, readers.named(point.tickets)) for point in content.agenda),
        adjusted=seen,
        hidden=len(proposals) - len(seen),
        leaving=tuple(
            Leaving(name_of(name, policy), readers.named(open_of.get(name, ())))
            for name in (shift.leaves if shift else ())
        ),
        coming=tuple(name_of(name, policy) for name in (shift.comes if shift else ())),
    )


def review_document(view: ReviewView) -> Document:
    """The review in words."""
    return Document(tuple(_blocks(view)))


def _blocks(view: ReviewView) -> Iterator[Block]:
    summary, content = view.summary, view.content
    release, meeting = summary.release, content.meeting
    yield Heading(1, spans(f"Review: {meeting.review.replace('-', ' ')}, {stamp(meeting.at, release)}"))
    yield health_note(summary)
    who = f"With {', '.join(view.who)}. " if view.who else ""
    yield Paragraph(spans(f"{who}Times are those of {release.zone}."))
    yield Heading(2, spans("Agenda"))
    yield Bullets(tuple(_point(point, named, view) for point, named in view.agenda) or (spans("Nothing is pending."),))
    yield from decisions_needed(summary.asked, release)
    yield from since_then(summary.changes, release)
    yield from _numbers(content.numbers, content.before, view)
    yield from _adjusted(view)
    yield from _hand_over(view)
    if summary.next_review:
        yield Paragraph(next_review(summary.next_review, release))


def _point(point: Point, named: Named, view: ReviewView) -> Spans:
    number = point.number
    match point.topic:
        case Topic.decide:
            return spans(f"{count(number, 'decision')} to take")
        case Topic.burning:
            return _with(f"{count(number, 'ticket')} burning", named)
        case Topic.returned:
            return _with(f"{number} came back", named)
        case Topic.soon:
            return _with(f"{count(number, 'ticket')} at risk soon", named)
        case Topic.adjust:
            return spans(f"{count(number, 'priority', 'priorities')} to adjust or confirm")
        case Topic.hand_over:
            return spans("the hand-over of the shift")
        case Topic.leave:
            met = len(view.summary.exit) - number
            return spans(f"leaving hypercare: {met} of {count(len(view.summary.exit), 'criterion', 'criteria')} met")


def _with(words: str, named: Named) -> Spans:
    shown = few(named)
    return (*spans(words), *(spans(": ") if shown else ()), *shown)


def _numbers(now: dict[str, int], before: HeldReview | None, view: ReviewView) -> Iterator[Block]:
    """The numbers of now beside those of the last review."""
    yield Heading(2, spans("In numbers"))
    names = {name: name if name.startswith("P") else name.capitalize() for name in now}
    if view.summary.stale:
        yield Paragraph(spans("A source could not be read: these are lower bounds."))
    if before is None:
        yield Table(("Tickets", "Now"), tuple((spans(names[name]), spans(str(now[name]))) for name in now))
        return
    then = stamp(before.told, view.summary.release)
    rows = ((spans(names[name]), spans(str(before.numbers.get(name, "-"))), spans(str(now[name]))) for name in now)
    yield Table(("Tickets", then, "Now"), tuple(rows))


def _adjusted(view: ReviewView) -> Iterator[Block]:
    if not view.adjusted and not view.hidden:
        return
    yield Heading(2, spans("Priorities to adjust or confirm"))
    lines = tuple(
        (*few(one.tickets, _MOST), *spans(f": {one.proposal.now} now, "), *_proposed(one.proposal))
        for one in view.adjusted
    )
    if lines:
        yield Bullets(lines)
    if view.hidden:
        yield Paragraph(spans(f"{view.hidden} more about tickets of a narrower audience not told here."))


def _proposed(proposal: Proposal) -> tuple[Inline, ...]:
    return spans(Strong(proposal.proposed), f" {proposal.why}")


def _hand_over(view: ReviewView) -> Iterator[Block]:
    shift = view.content.hand_over
    if shift is None:
        return
    yield Heading(2, spans("Hand-over of the shift"))
    yield Paragraph(spans(*_change(shift, view)))
    yield Bullets(tuple(_left(one) for one in view.leaving))


def _change(shift: HandOver, view: ReviewView) -> Iterator[str | Inline]:
    release = view.summary.release
    verb = "leaves" if len(view.leaving) == 1 else "leave"
    yield from (Strong(", ".join(one.who for one in view.leaving)), f" {verb} {stamp(shift.at, release)}; ")
    comes, verb = ", ".join(view.coming), "comes" if len(view.coming) == 1 else "come"
    if not comes:
        yield "nobody comes for them."
    elif shift.comes_at > shift.at:
        yield from ("nobody is on call until ", Strong(comes), f" {verb} {stamp(shift.comes_at, release)}.")
    else:
        yield from (Strong(comes), f" {verb} then.")


def _left(one: Leaving) -> Spans:
    shown = few(one.open, _MOST)
    if not len(one.open):
        return spans(f"{one.who} has nothing open")
    rest = shown or spans("of a narrower audience")
    return (*spans(f"{one.who} hands over {count(len(one.open), 'open ticket')}: "), *rest)
