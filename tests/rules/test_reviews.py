"""When reviews are held: by the clock on the wall, over its changes, within a calendar, and around a moment."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.rules import build
from tests.rules.strategies import unhurried

from hypercare_rules.policy import Policy
from hypercare_rules.review import Review
from hypercare_rules.reviews import Meeting, last_review, next_review, reviews

BERLIN = ZoneInfo("Europe/Berlin")
RELEASE = build.release(zone="Europe/Berlin")
DAILY = {"id": "daily", "schedule": "0 10 * * mon-fri"}


def policy(*written: dict[str, Any]) -> Policy:
    office = {**build.OFFICE, "holidays": {"country": "DE"}}
    return build.policy(calendars={"office": office}, reviews=written)


def berlin(text: str) -> datetime:
    """A time on the wall of Berlin, as UTC; of two the first."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def review(schedule: str, **given: Any) -> Review:
    return Review(id="daily", schedule=schedule, **given)


def after(schedule: str, at: datetime, zone: str = "Europe/Berlin") -> datetime | None:
    return review(schedule).next_after(at, None, zone)


def until(schedule: str, at: datetime, zone: str = "Europe/Berlin") -> datetime | None:
    return review(schedule).last_until(at, at - timedelta(days=30), None, zone)


@pytest.mark.parametrize(
    ("now", "last", "coming"),
    [
        ("2026-11-20T09:59", None, "2026-11-20T10:00"),
        ("2026-11-20T10:00", "2026-11-20T10:00", "2026-11-23T10:00"),
        ("2026-11-22T12:00", "2026-11-20T10:00", "2026-11-23T10:00"),
        ("2026-11-23T10:00:01", "2026-11-23T10:00", "2026-11-24T10:00"),
    ],
    ids=["before the first", "at one", "at the weekend", "just after one"],
)
def test_a_moment_is_between_the_last_review_and_the_next(now: str, last: str | None, coming: str) -> None:
    found = reviews(policy(DAILY), RELEASE, berlin(now))
    assert found.last == (Meeting(berlin(last), "daily", ()) if last else None)
    assert found.next == Meeting(berlin(coming), "daily", ())


def test_none_is_held_before_go_live() -> None:
    before = build.GO_LIVE - timedelta(days=9)
    assert last_review(policy(DAILY), RELEASE, before) is None
    assert next_review(policy(DAILY), RELEASE, before) == Meeting(berlin("2026-11-20T10:00"), "daily", ())


def test_without_reviews_there_is_neither() -> None:
    assert reviews(policy(), RELEASE, build.after("3d")) == (None, None)


def test_of_several_the_nearest_counts_and_of_two_at_once_the_first() -> None:
    several = policy(
        {"id": "weekly", "schedule": "0 10 * * mon", "who": ["on_call"]},
        DAILY,
        {"id": "evening", "schedule": "30 16 * * *"},
    )
    found = reviews(several, RELEASE, berlin("2026-11-23T12:00"))
    assert found.last == Meeting(berlin("2026-11-23T10:00"), "weekly", ("on_call",))
    assert found.next == Meeting(berlin("2026-11-23T16:30"), "evening", ())


def test_review_has_a_zone_of_its_own() -> None:
    tokyo = next_review(policy({**DAILY, "zone": "Asia/Tokyo"}), RELEASE, build.after("0m"))
    assert tokyo is not None
    assert tokyo.at == datetime(2026, 11, 23, 1, tzinfo=UTC)


def test_times_outside_the_calendar_are_not_held() -> None:
    within = policy({"id": "daily", "schedule": "0 10 * * *", "calendar": "office"})
    found = reviews(within, RELEASE, berlin("2026-12-24T12:00"))
    assert found.last == Meeting(berlin("2026-12-24T10:00"), "daily", ())
    assert found.next == Meeting(berlin("2026-12-28T10:00"), "daily", ()), "Christmas, and a weekend after it"
    assert last_review(within, RELEASE, berlin("2026-12-27T12:00")) == found.last


def test_review_that_is_never_within_its_calendar_is_none() -> None:
    never = policy({"id": "daily", "schedule": "0 20 * * *", "calendar": "office"})
    assert reviews(never, RELEASE, build.after("9d")) == (None, None)


SPRING, AUTUMN = "2026-03-29", "2026-10-25"


def test_time_that_clocks_skip_is_held_when_they_go_on() -> None:
    three = berlin(f"{SPRING}T03:00")
    assert after("30 2 * * *", berlin(f"{SPRING}T01:59")) == three
    assert after("30 2 * * *", three) == berlin("2026-03-30T02:30")
    assert until("30 2 * * *", three) == three
    assert until("30 2 * * *", three - timedelta(seconds=1)) == berlin("2026-03-28T02:30")


def test_two_times_that_come_together_in_spring_are_one_review() -> None:
    three = berlin(f"{SPRING}T03:00")
    assert after("0 2,3 * * *", berlin(f"{SPRING}T01:00")) == three
    assert after("0 2,3 * * *", three) == berlin("2026-03-30T02:00")


def test_time_that_clocks_show_twice_is_held_once_at_the_first() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert berlin(f"{AUTUMN}T02:30") == first
    for later in ("1m", "59m", "1h", "1h10m"):
        assert after("30 2 * * *", first + build.durations.parse(later)) == berlin("2026-10-26T02:30")
        assert until("30 2 * * *", first + build.durations.parse(later)) == first


def test_hourly_reviews_leave_out_the_hour_that_comes_again() -> None:
    first = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert after("0 * * * *", first) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)
    assert until("0 * * * *", first + timedelta(hours=1, minutes=30)) == first


def test_day_that_a_zone_left_out_is_made_up_for_at_its_end() -> None:
    friday = datetime(2011, 12, 30, 9, 59, tzinfo=UTC)
    assert after("0 10 30 12 *", friday, "Pacific/Apia") == datetime(2011, 12, 30, 10, tzinfo=UTC)


def held_by_the_minute(schedule: str, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """Every minute in which the wall's clock has, for the first time, come to or past a time of the schedule."""
    held, highest = [], (start - timedelta(days=2)).astimezone(zone).replace(tzinfo=None)
    moment = start - timedelta(days=2)
    due = CronSim(schedule, highest)
    wanted = next(due)
    while moment < end:
        highest = max(highest, moment.astimezone(zone).replace(tzinfo=None))
        if wanted <= highest:
            held.append(moment)
            while wanted <= highest:
                wanted = next(due)
        moment += timedelta(minutes=1)
    return [at for at in held if at >= start]


CHANGES = [
    ("Europe/Berlin", "2026-03-29T00:30"),
    ("Europe/Berlin", "2026-10-25T00:30"),
    ("America/New_York", "2026-03-08T06:30"),
    ("America/New_York", "2026-11-01T05:30"),
    ("Australia/Lord_Howe", "2026-04-04T14:30"),
    ("Australia/Lord_Howe", "2026-10-03T15:00"),
    ("America/St_Johns", "2026-03-08T05:00"),
    ("Asia/Kolkata", "2026-03-29T00:30"),
]


@unhurried
@given(
    change=st.sampled_from(CHANGES),
    minute=st.integers(0, 59),
    hours=st.sampled_from(["*", "0-4", "1,2,3", "2", "*/2", "23"]),
    ahead=st.integers(-400, 400),
)
def test_next_and_last_are_what_counting_minutes_finds(
    change: tuple[str, str], minute: int, hours: str, ahead: int
) -> None:
    zone, around = change[0], datetime.fromisoformat(change[1]).replace(tzinfo=UTC)
    now, schedule = around + timedelta(minutes=ahead), f"{minute} {hours} * * *"
    held = held_by_the_minute(schedule, ZoneInfo(zone), now - timedelta(days=2), now + timedelta(days=2))
    assert after(schedule, now, zone) == next(at for at in held if at > now)
    assert until(schedule, now, zone) == next(at for at in reversed(held) if at <= now)


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("0 10 * *", "not a cron expression: '0 10 * *'; write minute, hour, day, month and weekday"),
        ("0 0 10 * * mon", "not a cron expression: '0 0 10 * * mon'; write minute, hour"),
        ("0 25 * * *", "not a cron expression: '0 25 * * *': bad hour; write 0 10"),
        ("0 10 * * moonday", "bad day-of-week"),
        ("0 10 30 2 *", "bad day-of-month"),
        ("* 10 * * *", "more often than once an hour: '* 10 * * *'; write one minute first"),
        ("0,30 10 * * *", "more often than once an hour"),
        ("*/15 10 * * *", "more often than once an hour"),
        ("60 10 * * *", "bad minute"),
    ],
)
def test_what_is_no_schedule_is_refused_with_a_remedy(schedule: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        review(schedule)
    assert said in str(refused.value)
