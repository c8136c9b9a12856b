"""The record of a release for people and for scripts: one view, rendered as a page, as Markdown, as a table and as JSON."""

from hypercare_sync.record.view import RecordView, record_view

__all__ = ["RecordView", "record_view"]
