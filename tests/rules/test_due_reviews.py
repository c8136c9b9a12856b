"""Which review is posted when: each once, over changes of the clock, late where the cron was late, never where it is long past."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules import build
from tests.rules.strategies import unhurried

from hypercare_rules.due_reviews import LATE_BY, due_review, last_held
from hypercare_rules.held_review import HeldReview
from hypercare_rules.release import Release
from hypercare_rules.review import Review
from hypercare_rules.reviews import reviews

BERLIN = ZoneInfo("Europe/Berlin")
DAILY = {"id": "daily", "schedule": "0 10 * * *"}
HOURLY = {"id": "hourly", "schedule": "0 * * * *"}
CHANGES = [datetime(2026, 10, 25, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC)]
"""The days on which the clocks of Berlin go back, and forward."""


def release(go_live: datetime = build.GO_LIVE) -> Release:
    return build.release(zone="Europe/Berlin", go_live=go_live)


class Cron:
    """Ticks that post what is due, and remember nothing but what they posted."""

    def __init__(self, go_live: datetime, *written: dict[str, Any]) -> None:
        self.release, self.held = release(go_live), list[HeldReview]()
        self.policy = build.policy(reviews=tuple(map(Review.model_validate, written)))

    def tick(self, now: datetime) -> HeldReview | None:
        """What is posted at a time."""
        found = due_review(reviews(self.policy, self.release, now), self.held, self.release.go_live, now)
        if found is None:
            return None
        self.held.append(HeldReview(review=found.review, at=found.at, told=now))
        return self.held[-1]


def posted(written: dict[str, Any], *lengths: str) -> list[tuple[datetime, datetime]]:
    cron = Cron(build.GO_LIVE, written)
    for length in lengths:
        cron.tick(build.after(length))
    return [(one.at, one.told) for one in cron.held]


# Go-live is at eight in Berlin.
@pytest.mark.parametrize(
    ("lengths", "told"),
    [
        (("2h",), "2h"),
        (("1h59m59s",), None),
        (("4h",), "4h"),
        (("4h1s",), None),
        (("2h", "2h30m", "4h"), "2h"),
    ],
    ids=["on time", "a second early", "two hours late", "long past", "again and again"],
)
def test_daily_review_is_posted_once_within_two_hours(lengths: tuple[str, ...], told: str | None) -> None:
    expected = [(build.after("2h"), build.after(told))] if told else []
    assert posted(DAILY, *lengths) == expected


@pytest.mark.parametrize(("now", "due"), [("2h30m", True), ("2h30m1s", False)])
def test_hourly_review_is_late_until_half_the_way_to_the_next(now: str, due: bool) -> None:
    assert bool(posted(HOURLY, now)) is due


def test_review_before_the_baseline_is_not_posted() -> None:
    cron, now = Cron(build.GO_LIVE, DAILY), build.after("2h30m")
    around = reviews(cron.policy, cron.release, now)
    assert due_review(around, (), None, now) is None
    assert due_review(around, (), build.after("2h"), now) is None
    assert due_review(around, (), build.after("1h"), now) is not None


def test_edited_schedule_does_not_repeat_what_was_told_since() -> None:
    cron = Cron(build.GO_LIVE, DAILY)
    cron.tick(build.after("2h40m"))
    cron.policy = build.policy(reviews=(Review(id="daily", schedule="30 10 * * *"),))
    assert cron.tick(build.after("2h50m")) is None
    cron.policy = build.policy(reviews=(Review(id="daily", schedule="45 10 * * *"),))
    assert cron.tick(build.after("2h50m")) is not None


def test_review_that_was_told_in_a_future_keeps_none_of_today() -> None:
    cron = Cron(build.GO_LIVE, DAILY)
    cron.tick(build.after("50h"))
    assert cron.tick(build.after("2h")) is not None


def test_the_one_before_is_the_last_that_was_posted() -> None:
    cron = Cron(build.GO_LIVE, DAILY)
    for length in ("2h", "26h", "74h"):
        cron.tick(build.after(length))
    before = last_held(reversed(cron.held), build.after("74h"))
    assert before is not None
    assert before.told == build.after("26h")
    assert last_held(cron.held, build.after("2h")) is None


@unhurried
@given(
    st.sampled_from(CHANGES),
    st.sampled_from(["0 10 * * *", "30 2 * * *", "15 * * * *", "0 9,16 * * *", "0 0 * * *"]),
    st.lists(st.integers(min_value=1, max_value=9 * 60), min_size=10, max_size=60),
)
def test_each_review_is_posted_once_by_the_first_tick_in_its_time_over_a_change_of_the_clock(
    change: datetime, schedule: str, gaps: list[int]
) -> None:
    go_live = change - timedelta(days=2)
    cron, now, ticks = Cron(go_live, {"id": "look", "schedule": schedule}), go_live, []
    for gap in gaps:
        now += timedelta(minutes=gap)
        ticks.append(now)
        cron.tick(now)
    (review,) = cron.policy.reviews
    expected, at = [], review.next_after(go_live, None, "Europe/Berlin")
    while at is not None and at <= now:
        coming = review.next_after(at, None, "Europe/Berlin")
        assert coming is not None
        late = min(LATE_BY, (coming - at) / 2)
        first = next((tick for tick in ticks if at <= tick < coming), None)
        if first is not None and first - at <= late:
            expected.append((at, first))
        at = coming
    assert [(one.at, one.told) for one in cron.held] == expected


@pytest.mark.parametrize("change", CHANGES, ids=["autumn", "spring"])
def test_daily_review_is_at_its_time_on_the_wall_on_every_day_around_a_change(change: datetime) -> None:
    cron, start = Cron(change - timedelta(days=3), DAILY), change - timedelta(days=3)
    for half_hours in range(7 * 48):
        cron.tick(start + half_hours * timedelta(minutes=30))
    walls = [one.told.astimezone(BERLIN) for one in cron.held]
    assert {f"{wall:%H:%M}" for wall in walls} == {"10:00"}
    assert len(walls) == len({wall.date() for wall in walls}) == 7
