"""Reviews: each must be held some time."""

from collections.abc import Iterator
from datetime import datetime

from hypercare_rules.lint.draft import Draft
from hypercare_rules.lint.finding import Finding, warning
from hypercare_rules.release import Release


def never_held(draft: Draft, release: Release, now: datetime) -> Iterator[Finding]:
    """Reviews of which not one is held in the coming year."""
    policy = draft.policy
    for index, review in enumerate(policy.reviews):
        if not draft.whole("reviews", index) or not draft.usable(review.calendar):
            continue
        calendar = policy.calendars[review.calendar] if review.calendar else None
        if review.next_after(now, calendar, release.zone) is None:
            within = f" within the hours of calendar {review.calendar!r}" if review.calendar else ""
            text = f"not held once in the coming year: it has no time{within}; change its schedule"
            yield warning(("reviews", index, "schedule"), f"{text}{' or its calendar' if within else ''}")
