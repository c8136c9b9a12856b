"""What is to change of a release's summary, and why. Pure."""

from collections.abc import Iterator
from datetime import datetime

from hypercare_rules.release import Phase
from hypercare_rules.ticket import Ref
from hypercare_sync.change import (
    AddComment,
    CloseSummary,
    CreateSummary,
    EditSummary,
    PinSummary,
)
from hypercare_sync.handing_over import finished, handover_comment, handover_marker, reopens
from hypercare_sync.observed import FoundSummary, SummaryRecord, SummaryState, content_digest
from hypercare_sync.release_state import ReleaseState
from hypercare_sync.summary import HEARTBEAT, as_written, summary_document, summary_title, summary_view
from hypercare_sync.text.document import Document

_LEFT = "hypercare has ended"
_TWICE = "stands twice; the oldest stays"


def pins(release: ReleaseState) -> Iterator[PinSummary]:
    """A summary that is new on GitHub, or could be pinned there and is not."""
    found, place = release.summary, release.place
    if found is None or place.github is None or release.assessment.phase is Phase.exited:
        return
    current = found.current
    if current is None or (current.open and current.unpinned):
        yield PinSummary(place, release.assessment.release.name, why="people should see it first")


def summary_changes(release: ReleaseState) -> Iterator[CreateSummary | EditSummary | CloseSummary]:
    """The summary opened, or edited where something in it has changed or its heartbeat is due, and its doubles closed."""
    found, assessment = release.summary, release.assessment
    if found is None:
        return
    memory = assessment.memory
    title, document, record = _summary_text(release, found)
    if found.current is None:
        yield CreateSummary(release.place, title, document, record, why="the release has none yet")
        return
    current = found.current
    why = _outdated(current.record, record, assessment.now)
    if not why and current.edited:
        why, record = "somebody edited our part of it", record.model_copy(update={"restored": current.words})
    back = reopens(memory.handover, assessment.now)
    if why:
        yield EditSummary(release.place, current.key, title, document, record, why, True if back else None)
    for double in found.doubles:
        yield CloseSummary(release.place, double.key, current.key, why=_TWICE)


def _summary_text(release: ReleaseState, found: FoundSummary) -> tuple[str, Document, SummaryRecord]:
    """The summary's title and text, and what it remembers."""
    assessment, memory = release.assessment, release.assessment.memory
    view = summary_view(assessment, release.policy, found.audience, release.place.github)
    content, title = summary_document(view), summary_title(view)
    record = SummaryRecord(
        release=assessment.release.name,
        digest=content_digest(title, content),
        baseline=memory.baseline or assessment.now,
        backfilled=memory.backfilled,
        as_of=assessment.now,
        quiet=memory.quiet,
        policy=memory.policy,
        counts=release.counts,
        handover=memory.handover,
        written=found.current.record.written if found.current else "",  # by which the writer knows it again
    )
    return title, as_written(content, view, assessment.now), record


def _outdated(standing: SummaryRecord, wanted: SummaryRecord, now: datetime) -> str:
    """Why a summary must be edited; empty where it need not."""
    if standing.handover != wanted.handover:
        back = wanted.handover is not None and not wanted.handover.stands
        return "a new P1 takes the end of hypercare back" if back else _LEFT
    if not standing.digest:
        return "somebody took our mark off it"
    if standing.digest != wanted.digest:
        return "its content has changed"
    if (standing.memory, standing.doubts) != (wanted.memory, wanted.doubts):
        return "what it remembers has changed"
    return "its heartbeat is due" if abs(now - standing.as_of) >= HEARTBEAT else ""


def closing_changes(
    release: ReleaseState, current: SummaryState, written: frozenset[Ref]
) -> tuple[AddComment, EditSummary]:
    """What ends hypercare once all else is done: the evidence in a comment, and the summary in its final state, closed.

    `written` are the tickets that are written to before.
    """
    assert release.summary is not None
    told = Ref(release.place.tracker, current.key)
    said = handover_comment(
        summary_view(release.assessment, release.policy, release.summary.audience, release.place.github)
    )
    title, document, record = _summary_text(release, release.summary)
    evidence = AddComment(told, handover_marker(record), said, why=_LEFT)
    return evidence, EditSummary(
        release.place, current.key, title, document, finished(record), _LEFT, open=False, after=written | {told}
    )
