"""The record of a release: what happened to each of its tickets and what was decided, from their histories and our own comments alone."""

from hypercare_rules.record.breaches import Breach, Cause
from hypercare_rules.record.feedback import Feedback
from hypercare_rules.record.happenings import Happening, What
from hypercare_rules.record.lessons import Gap, Lessons, gaps
from hypercare_rules.record.record import Record, TicketRecord, record

__all__ = [
    "Breach",
    "Cause",
    "Feedback",
    "Gap",
    "Happening",
    "Lessons",
    "Record",
    "TicketRecord",
    "What",
    "gaps",
    "record",
]
