"""Which review was held last, and which comes next."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from hypercare_rules.calendars import Calendar
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release
from hypercare_rules.review import Review


class Meeting(NamedTuple):
    """One time at which a review is held, and who comes: roles and people by their names in the policy."""

    at: datetime
    review: str
    who: tuple[str, ...]


class Reviews(NamedTuple):
    """The last review and the next one, of all that the policy has; None where there is none."""

    last: Meeting | None = None
    next: Meeting | None = None


def reviews(policy: Policy, release: Release, now: datetime) -> Reviews:
    """The reviews around `now`; one at `now` is the last. None is held before go-live."""
    return Reviews(last_review(policy, release, now), next_review(policy, release, now))


def last_review(policy: Policy, release: Release, now: datetime) -> Meeting | None:
    """The last review since go-live; of several at one time the first in the policy."""
    held = (
        Meeting(at, review.id, review.who)
        for review, calendar in _with_calendars(policy)
        if (at := review.last_until(now, release.go_live, calendar, release.zone))
    )
    return max(held, key=lambda meeting: meeting.at, default=None)


def next_review(policy: Policy, release: Release, now: datetime) -> Meeting | None:
    """The next review within a year; of several at one time the first in the policy."""
    coming = (
        Meeting(at, review.id, review.who)
        for review, calendar in _with_calendars(policy)
        if (at := review.next_after(max(now, release.go_live), calendar, release.zone))
    )
    return min(coming, key=lambda meeting: meeting.at, default=None)


def _with_calendars(policy: Policy) -> Iterator[tuple[Review, Calendar | None]]:
    for review in policy.reviews:
        yield review, policy.calendars[review.calendar] if review.calendar else None
