"""Working time at the boundaries that teams ask about. 2026-11-23 is a Monday."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hypercare_rules.calendars import Calendar, CalendarError, Span

HOUR = timedelta(hours=1)
OFFICE = {"mon-fri": ["08:00-18:00"]}
NIGHTS = {"mon-fri": ["22:00-06:00"]}
BAVARIA = {"country": "DE", "subdiv": "BY"}


def calendar(
    hours: Mapping[str, Sequence[str]], zone: str = "Europe/Berlin", **more: Mapping[str, object] | None
) -> Calendar:
    return Calendar.model_validate({"zone": zone, "hours": hours, **more})


def local(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def worked(team: Calendar, start: str, end: str) -> timedelta:
    """Working time between two times of the team's own clock."""
    return team.between(local(start, team.zone), local(end, team.zone))


ALWAYS = calendar({"mon-sun": ["00:00-24:00"]}, "UTC")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23T09:00", "2026-11-23T12:30", 3.5),
        ("2026-11-23T06:00", "2026-11-23T20:00", 10),
        ("2026-11-23T17:00", "2026-11-24T09:00", 2),
        ("2026-11-27T17:00", "2026-11-30T09:00", 2),
        ("2026-11-28T00:00", "2026-11-30T08:00", 0),
        ("2026-11-23T18:00", "2026-11-24T08:00", 0),
        ("2026-11-23T12:00", "2026-11-23T12:00", 0),
        ("2026-11-23T12:00", "2026-11-23T11:00", 0),
    ],
    ids=[
        "within a day",
        "a whole day",
        "over a night",
        "over a weekend",
        "a weekend",
        "a night",
        "no time",
        "the wrong way round",
    ],
)
def test_only_office_hours_count(start: str, end: str, hours: float) -> None:
    assert worked(calendar(OFFICE), start, end) == hours * HOUR


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23T09:00", 2, "2026-11-23T11:00"),
        ("2026-11-23T06:00", 2, "2026-11-23T10:00"),
        ("2026-11-23T17:00", 2, "2026-11-24T09:00"),
        ("2026-11-23T08:00", 10, "2026-11-23T18:00"),
        ("2026-11-27T18:00", 1, "2026-11-30T09:00"),
        ("2026-11-23T08:00", 50, "2026-11-27T18:00"),
        ("2026-11-28T12:00", 0, "2026-11-28T12:00"),
    ],
    ids=[
        "within a day",
        "from before opening",
        "into the next day",
        "to closing time, not to the next opening",
        "from closing time over a weekend",
        "a week to its closing time",
        "no time leaves the moment where it is, though closed",
    ],
)
def test_adding_working_time(start: str, hours: float, end: str) -> None:
    assert calendar(OFFICE).add(local(start), hours * HOUR) == local(end)


def test_working_time_cannot_be_taken_off() -> None:
    with pytest.raises(ValueError, match="cannot be taken off"):
        calendar(OFFICE).add(local("2026-11-23T09:00"), -HOUR)


def test_open_from_the_moment_of_opening_until_before_the_moment_of_closing() -> None:
    team = calendar(OFFICE)
    instant = timedelta(microseconds=1)
    opening, closing = local("2026-11-23T08:00"), local("2026-11-23T18:00")
    assert [team.is_open(at) for at in (opening - instant, opening, closing - instant, closing)] == [
        False,
        True,
        True,
        False,
    ]


def test_lunch_is_no_working_time() -> None:
    team = calendar({"mon-fri": ["08:00-12:00", "13:00-18:00"]})
    assert worked(team, "2026-11-23T11:30", "2026-11-23T13:30") == HOUR


@pytest.mark.parametrize(
    "hours", [["08:00-13:00", "12:00-18:00"], ["08:00-12:00", "12:00-18:00"], ["10:00-12:00", "08:00-18:00"]]
)
def test_shifts_that_overlap_or_touch_count_once(hours: list[str]) -> None:
    team = calendar({"mon": hours})
    day = (local("2026-11-23T00:00"), local("2026-11-24T00:00"))
    assert team.open_spans(*day) == (Span(local("2026-11-23T08:00"), local("2026-11-23T18:00")),)


def test_a_night_shift_belongs_to_the_day_on_which_it_starts() -> None:
    team = calendar(NIGHTS)
    assert not team.is_open(local("2026-11-23T05:00"))  # Monday: Sunday had no shift
    assert team.is_open(local("2026-11-28T05:00"))  # Saturday: Friday's shift
    assert worked(team, "2026-11-23T00:00", "2026-11-30T00:00") == 40 * HOUR


def test_a_shift_of_24_hours_runs_over_new_year_in_utc_and_in_its_zone() -> None:
    team = calendar({"wed-thu": ["20:00-20:00"]}, "America/New_York")  # 2026-12-30 is a Wednesday
    days = (local("2026-12-29T00:00", team.zone), local("2027-01-03T00:00", team.zone))
    assert team.open_spans(*days) == (Span(local("2026-12-30T20:00", team.zone), local("2027-01-01T20:00", team.zone)),)
    alone = calendar({"wed": ["20:00-20:00"]}, "America/New_York")
    assert worked(alone, "2026-12-31T19:00", "2027-01-01T19:00") == HOUR


def test_days_that_touch_at_midnight_are_one_span() -> None:
    team = calendar({"mon-tue": ["00:00-24:00"], "sun": ["20:00-24:00"], "wed": ["00:00-02:00"]})
    week = (local("2026-11-22T00:00"), local("2026-11-29T00:00"))
    assert team.open_spans(*week) == (Span(local("2026-11-22T20:00"), local("2026-11-25T02:00")),)


@pytest.mark.parametrize(
    ("night", "hours"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-11-23", 8)], ids=["spring", "autumn", "winter"]
)
def test_a_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn(night: str, hours: int) -> None:
    team = calendar({"mon-sun": ["22:00-06:00"]})
    start = local(f"{night}T12:00")
    assert team.between(start, start + timedelta(days=1)) == hours * HOUR


@pytest.mark.parametrize(
    ("span", "day", "hours"),
    [
        ("01:00-04:00", "2026-03-29", 2),
        ("02:00-03:00", "2026-03-29", 0),
        ("02:30-04:00", "2026-03-29", 1),
        ("01:00-04:00", "2026-10-25", 4),
        ("02:00-03:00", "2026-10-25", 2),
        ("01:00-02:30", "2026-10-25", 2),
        ("02:30-04:00", "2026-10-25", 2),
    ],
    ids=[
        "over the hour that is skipped",
        "within the hour that is skipped",
        "from within the hour that is skipped",
        "over the hour that comes twice",
        "within the hour that comes twice",
        "half of the hour that comes twice, before it",
        "half of the hour that comes twice, after it",
    ],
)
def test_what_the_clock_on_the_wall_shows_decides_when_clocks_change(span: str, day: str, hours: int) -> None:
    assert worked(calendar({"sun": [span]}), f"{day}T00:00", f"{day}T12:00") == hours * HOUR


def test_working_hours_move_with_the_clocks_in_utc() -> None:
    team = calendar(OFFICE)
    assert team.next_open(local("2026-10-23T20:00")) == datetime(2026, 10, 26, 7, tzinfo=UTC)
    assert team.next_open(local("2026-10-22T20:00")) == datetime(2026, 10, 23, 6, tzinfo=UTC)


def test_working_hours_stay_where_they_are_once_a_country_gives_up_summer_time() -> None:
    zone = "America/Sao_Paulo"  # the summer of 2018 was the last with a time of its own
    team = calendar({"mon-fri": ["09:00-18:00"]}, zone)
    assert team.next_open(datetime(2018, 11, 22, tzinfo=UTC)) == datetime(2018, 11, 22, 11, tzinfo=UTC)
    assert team.next_open(datetime(2019, 11, 21, tzinfo=UTC)) == datetime(2019, 11, 21, 12, tzinfo=UTC)


def test_a_day_that_a_country_skipped_has_no_working_time() -> None:
    team = calendar({"mon-fri": ["09:00-17:00"]}, "Pacific/Apia")  # Friday, 2011-12-30 never came
    assert worked(team, "2011-12-29T00:00", "2012-01-02T00:00") == 8 * HOUR


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-12-24T00:00", "2026-12-25T00:00", 4),
        ("2026-12-25T00:00", "2026-12-28T00:00", 0),
        ("2026-12-31T17:00", "2027-01-04T09:00", 2),
        ("2027-01-06T00:00", "2027-01-07T00:00", 0),
        ("2026-10-03T00:00", "2026-10-05T09:00", 1),
        ("2028-02-28T17:00", "2028-03-01T09:00", 12),
    ],
    ids=[
        "a half day",
        "Christmas and a weekend",
        "over New Year",
        "a holiday of the region",
        "a holiday on a weekend gives no other day off",
        "a leap day",
    ],
)
def test_holidays_and_half_days(start: str, end: str, hours: int) -> None:
    team = calendar(OFFICE, holidays=BAVARIA, special={"2026-12-24": ["08:00-12:00"]})
    assert worked(team, start, end) == hours * HOUR


def test_a_region_without_a_holiday_works_on_it() -> None:
    team = calendar(OFFICE, holidays={"country": "DE", "subdiv": "BE"})
    assert worked(team, "2027-01-06T00:00", "2027-01-07T00:00") == 10 * HOUR


def test_a_day_off_in_place_of_a_holiday_on_a_weekend_is_one_even_in_the_year_before() -> None:
    team = calendar(OFFICE, "America/New_York", holidays={"country": "US"})
    # 2022-01-01 was a Saturday; the Friday before was observed.
    assert team.next_open(local("2021-12-30T20:00", team.zone)) == local("2022-01-03T08:00", team.zone)


def test_special_hours_open_a_sunday_and_a_holiday() -> None:
    team = calendar(OFFICE, holidays=BAVARIA, special={"2026-11-29": ["10:00-14:00"], "2026-12-25": ["10:00-11:00"]})
    assert worked(team, "2026-11-28T00:00", "2026-11-30T00:00") == 4 * HOUR
    assert worked(team, "2026-12-25T00:00", "2026-12-27T00:00") == HOUR


def test_a_special_day_without_hours_is_closed() -> None:
    team = calendar(OFFICE, special={"2026-11-24": []})
    assert team.next_open(local("2026-11-23T18:00")) == local("2026-11-25T08:00")


@pytest.mark.parametrize(
    "closing", [{"holidays": BAVARIA}, {"special": {"2026-05-01": []}}], ids=["holiday", "special"]
)
def test_a_closed_day_is_closed_from_midnight_to_midnight_and_its_own_night_shift_never_begins(
    closing: dict[str, Mapping[str, object]],
) -> None:
    team = calendar(NIGHTS, "Europe/Berlin", **closing)  # 2026-05-01 is a Friday
    nights = team.open_spans(local("2026-04-30T12:00"), local("2026-05-04T12:00"))
    assert nights == (Span(local("2026-04-30T22:00"), local("2026-05-01T00:00")),)


def test_special_hours_leave_the_night_shift_of_the_evening_before_alone() -> None:
    team = calendar(NIGHTS, special={"2026-11-25": ["20:00-04:00"], "2026-11-26": ["22:00-06:00"]})
    assert team.open_spans(local("2026-11-24T12:00"), local("2026-11-27T12:00")) == (
        Span(local("2026-11-24T22:00"), local("2026-11-25T06:00")),
        Span(local("2026-11-25T20:00"), local("2026-11-26T04:00")),
        Span(local("2026-11-26T22:00"), local("2026-11-27T06:00")),
    )


def test_around_the_clock_all_time_is_working_time() -> None:
    # The same zone object on both sides: plain subtraction would miss the hour that comes twice.
    start, end = local("2026-10-25T00:00"), local("2026-10-26T00:00")
    assert ALWAYS.between(start, end) == 25 * HOUR
    assert ALWAYS.add(start, 25 * HOUR) == end
    assert ALWAYS.next_open(start) == start
    assert ALWAYS.open_spans(start, end + timedelta(days=400)) == (Span(start, end + timedelta(days=400)),)
    assert ALWAYS.open_spans(end, start) == ()


@pytest.mark.parametrize(
    "closing", [{"holidays": BAVARIA}, {"special": {"2026-12-25": []}}], ids=["holiday", "special"]
)
def test_around_the_clock_but_for_a_closed_day(closing: dict[str, Mapping[str, object]]) -> None:
    team = calendar({"mon-sun": ["00:00-24:00"]}, "Europe/Berlin", **closing)
    assert worked(team, "2026-12-24T12:00", "2026-12-26T00:00") == 12 * HOUR
    assert team.add(local("2026-12-24T12:00"), 12 * HOUR) == local("2026-12-25T00:00")


def test_answers_are_in_utc_whatever_the_zone_of_the_question() -> None:
    team = calendar(OFFICE)
    start = local("2026-11-23T09:00", "Asia/Kolkata")
    assert team.add(start, HOUR).tzinfo is UTC
    assert team.add(start, timedelta()).tzinfo is UTC
    assert team.next_open(start).tzinfo is UTC
    assert all(at.tzinfo is UTC for span in team.open_spans(start, start + timedelta(days=3)) for at in span)


def test_a_time_without_an_offset_is_refused() -> None:
    naive = datetime.fromisoformat("2026-11-23T09:00")
    with pytest.raises(ValueError, match="without an offset"):
        calendar(OFFICE).is_open(naive)


def test_a_calendar_whose_hours_have_run_out_says_so() -> None:
    team = calendar({}, special={"2026-11-28": ["08:00-18:00"]})
    assert team.add(local("2026-11-23T09:00"), 10 * HOUR) == local("2026-11-28T18:00")
    with pytest.raises(CalendarError, match="no working hours for a whole year after 2026-11-23"):
        team.add(local("2026-11-23T09:00"), 11 * HOUR)
    with pytest.raises(CalendarError, match="after 2026-11-29"):
        team.next_open(local("2026-11-29T09:00"))


def test_hours_of_years_long_ago_and_far_ahead_add_up() -> None:
    team = calendar({"sat": ["10:00-11:00"]}, "UTC")
    start = datetime(2006, 1, 1, tzinfo=UTC)
    assert team.between(start, datetime(2047, 1, 1, tzinfo=UTC)) == 2139 * HOUR  # Saturdays in 41 years
    assert team.add(start, 2139 * HOUR) == datetime(2046, 12, 29, 11, tzinfo=UTC)
