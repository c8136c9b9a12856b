"""The end of hypercare in words: the last state of the summary, the comment that hands over with its evidence, and what took an end back."""

from collections.abc import Iterator

from hypercare_rules.handover import Evidence
from hypercare_rules.release import Release
from hypercare_sync.summary.figures import by_day, counts, customers, targets
from hypercare_sync.summary.rows import few, listed
from hypercare_sync.summary.view import Ending, SummaryView
from hypercare_sync.text.document import (
    Block,
    Bullets,
    Checklist,
    Code,
    Document,
    Heading,
    Link,
    Note,
    Paragraph,
    Spans,
    Strong,
    spans,
)
from hypercare_sync.wording import count, stamp


def last_words(view: SummaryView, ending: Ending) -> Iterator[Block]:
    """The summary once hypercare is left: how it ended, what was handed over and to whom, and the figures."""
    yield from _head(view, ending)
    yield from _evidence(view, ending)
    yield from counts(view)
    yield from by_day(view.days)
    yield from targets(view.served)
    yield from customers(view)
    yield from links(view)


def handover_comment(view: SummaryView) -> Document:
    """The comment that hands over, with what its readers may see of the evidence."""
    assert view.ending is not None
    title = Paragraph(spans(Strong(f"Hand-over of {view.release.name} to business as usual")))
    return Document((title, *_head(view, view.ending), *_evidence(view, view.ending), *targets(view.served)))


def reopened(ending: Ending, release: Release) -> Spans:
    """What took the end back, and when."""
    back = ending.handover.relapsed
    assert back is not None
    by = few(ending.relapse) or spans("a new P1")
    said = f", after it had ended {stamp(ending.handover.at, release)}"
    return (*spans(f"reopened {stamp(back, release)} by "), *by, *spans(said))


def links(view: SummaryView) -> Iterator[Block]:
    """The pages to which the policy leads."""
    if view.links:
        yield Heading(2, spans("Links"))
        yield Bullets(tuple(spans(Link(one.text, one.url)) for one in view.links))


def _head(view: SummaryView, ending: Ending) -> Iterator[Block]:
    release, handover = view.release, ending.handover
    by = "by the sign-off of all who were asked" if handover.by == "sign-off" else "by a decision of the team"
    ended = f" {stamp(handover.at, release)} ({release.zone}), {by}: from here on it is business as usual."
    yield Note("good", spans(Strong("Hypercare ended"), ended))
    if handover.because:
        yield Paragraph(spans("It ended although not all criteria were met, because: ", handover.because))
    left = len(ending.left)
    yield Paragraph(
        spans(
            f"Day {release.day(handover.at)} of {release.days}; {count(view.tickets, 'ticket')} in ",
            f"{count(view.incidents, 'incident')}, {left} still open. ",
            f"A new P1 of the release until {stamp(ending.until, release)} takes hypercare up again.",
        )
    )


def _evidence(view: SummaryView, ending: Ending) -> Iterator[Block]:
    release = view.release
    if ending.signed:
        yield Heading(2, spans("Signed off"))
        yield Bullets(tuple(spans(Strong(name), f", {stamp(at, release)}") for name, at in ending.signed))
    if ending.handover.criteria:
        yield Heading(2, spans("Exit criteria"))
        yield Checklist(tuple((one.met, _criterion(one, release)) for one in ending.handover.criteria))
    yield Heading(2, spans("Handed over"))
    if len(ending.left):
        yield Paragraph(spans("These were open and carry the label ", Code(ending.label), "."))
    yield from listed(ending.left, "Nothing was open.")


def _criterion(one: Evidence, release: Release) -> Spans:
    since = f"; since {stamp(one.held_since, release)}" if one.held_since else ""
    return spans(Strong(one.id.replace("-", " ")), f": {one.evidence}{since}")
