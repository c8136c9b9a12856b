"""Which review is due now: each once, and none that is long past."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hypercare_rules.held_review import HeldReview
from hypercare_rules.reviews import Meeting, Reviews

LATE_BY = timedelta(hours=2)
"""How long after its time a review is still posted, where no other comes sooner."""


def due_review(
    reviews: Reviews, held: Iterable[HeldReview], baseline: datetime | None, now: datetime
) -> Meeting | None:
    """The review to post now: the last one, unless it was posted, was before the baseline, or is long past.

    Late is one up to `LATE_BY` after its time, though never beyond half the way to the next. What was told since its time has told it,
    too: so an edited schedule does not repeat it.
    """
    last, coming = reviews
    if last is None or baseline is None or last.at <= baseline:
        return None
    late_by = LATE_BY if coming is None else min(LATE_BY, (coming.at - last.at) / 2)
    told = any(one.at == last.at or last.at <= one.told <= now for one in held)
    return None if told or now - last.at > late_by else last


def last_held(held: Iterable[HeldReview], before: datetime) -> HeldReview | None:
    """The last review that was posted for a time before this one."""
    return max((one for one in held if one.at < before), key=lambda one: one.at, default=None)
