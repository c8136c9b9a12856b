"""The one consolidated status issue of a release: what a lead reads first."""

from hypercare_sync.summary.answered import answer_document
from hypercare_sync.summary.document import (
    HEARTBEAT,
    as_written,
    changes_document,
    heartbeat,
    summary_document,
    summary_title,
)
from hypercare_sync.summary.reviewed import review_document, review_view
from hypercare_sync.summary.shown import Readers
from hypercare_sync.summary.view import SummaryView, summary_view

__all__ = [
    "HEARTBEAT",
    "Readers",
    "SummaryView",
    "answer_document",
    "as_written",
    "changes_document",
    "heartbeat",
    "review_document",
    "review_view",
    "summary_document",
    "summary_title",
    "summary_view",
]
