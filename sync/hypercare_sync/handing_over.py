"""What is written when hypercare ends: the last words in status comments, the hand-over comment, and what the summary remembers of it. Pure."""

from collections.abc import Iterator
from datetime import datetime

from hypercare_rules.assess import Assessment, TicketAssessment
from hypercare_rules.handover import Handover
from hypercare_rules.release import Release
from hypercare_rules.ticket import Marker
from hypercare_sync.change import EditComment
from hypercare_sync.observed import SummaryRecord, content_digest
from hypercare_sync.own_comments import ours_on
from hypercare_sync.summary.ending import handover_comment
from hypercare_sync.text.document import Document, Paragraph, Strong, spans
from hypercare_sync.wording import stamp

__all__ = ["farewell", "farewells", "finished", "handover_comment", "handover_marker", "reopens"]


def farewells(assessed: TicketAssessment, assessment: Assessment) -> Iterator[EditComment]:
    """Status comments of open tickets, which would else go on to ask for what nobody follows any more; nobody is told anew."""
    ticket, release, handover = assessed.ticket, assessment.release, assessment.memory.handover
    if handover is None:
        return
    document = farewell(assessed, release, handover)
    marker = Marker(purpose="status", release=release.name, digest=content_digest("", document))
    for comment, standing in ours_on(ticket, "status", release.name):
        if not comment.edited and standing != marker:
            yield EditComment(ticket.ref, comment.id, marker, document, why="hypercare has ended")


def farewell(assessed: TicketAssessment, release: Release, handover: Handover) -> Document:
    """That a ticket goes on in daily operations, and with whom."""
    owners = ", ".join(dict.fromkeys(person.name for person in assessed.ticket.assignees))
    who = spans(", with ", Strong(owners), ".") if owners else spans("; nobody is named as its owner.")
    ended = f" ended {stamp(handover.at, release)} ({release.zone}): this ticket goes on in daily operations"
    return Document((Paragraph(spans("Hypercare ", Strong(release.name), ended, *who)),))


def finished(record: SummaryRecord) -> SummaryRecord:
    """What the summary remembers once everything is handed over."""
    handover = record.handover
    assert handover is not None
    return record.model_copy(update={"handover": handover.model_copy(update={"finished": True})})


def handover_marker(record: SummaryRecord) -> Marker:
    """By what the hand-over comment of this end is known again."""
    assert record.handover is not None
    return Marker(purpose="handover", release=record.release, episode=record.handover.at)


def reopens(handover: Handover | None, now: datetime) -> bool:
    """Whether this tick found out that hypercare is taken up again."""
    return handover is not None and handover.relapsed == now
