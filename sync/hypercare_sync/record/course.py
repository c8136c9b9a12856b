"""The course of the release itself: when it went live, who signed off, when hypercare was extended, ended or taken up again."""

from collections.abc import Iterator
from datetime import datetime

from hypercare_sync.record.view import RecordView

_BY = {"handover": "by a decision of the team", "sign-off": "by the sign-off of all who were asked"}


def course(view: RecordView) -> tuple[tuple[datetime, str], ...]:
    """What happened to the release until the record's time, oldest first, in words."""
    return tuple(sorted((at, what) for at, what in _happened(view) if at <= view.now))


def _happened(view: RecordView) -> Iterator[tuple[datetime, str]]:
    release, handover = view.release, view.handover
    yield release.go_live, "it went live"
    yield from ((at, f"{name} signed off the exit") for name, at in view.signed)
    left_before = handover is not None and handover.at <= release.ends
    back_by_then = handover is not None and handover.relapsed is not None and handover.relapsed <= release.ends
    if not left_before or back_by_then:
        yield release.ends, "its window ended, and hypercare was extended"
    if handover is not None:
        because = f", because: {handover.because}" if handover.because else ""
        met = f"{sum(one.met for one in handover.criteria)} of {len(handover.criteria)} exit criteria met"
        yield handover.at, f"hypercare ended {_BY[handover.by]}, {met}{because}"
        if handover.relapsed is not None:
            yield handover.relapsed, "a new P1 took hypercare up again"
