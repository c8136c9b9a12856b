"""What holds of every calendar: its working time is what a count of minutes on the wall's clock gives."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.strategies import unhurried

from hypercare_rules.calendars import Calendar

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
FIRST, LAST = datetime(2011, 1, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)

Shifts = Sequence[tuple[int, int]]
"""The shifts of a day, from and to minutes after midnight; one whose end is not after its start ends on the next day."""


class Rota(NamedTuple):
    """Working hours told twice: in minutes for the count, and as the calendar that is held against it."""

    week: Sequence[Shifts]
    special: Mapping[date, Shifts]

    def calendar(self, zone: str) -> Calendar:
        """The calendar of a team with these hours."""
        return Calendar.model_validate(
            {
                "zone": zone,
                "hours": {day: _texts(shifts) for day, shifts in zip(WEEKDAYS, self.week, strict=True)},
                "special": {day: _texts(shifts) for day, shifts in self.special.items()},
            }
        )

    def works(self, wall: datetime) -> bool:
        """Whether the clock on the wall shows a minute of work."""
        minute, day = wall.hour * 60 + wall.minute, wall.date()
        if any(start <= minute and (minute < end or end <= start) for start, end in self._shifts(day)):
            return True
        closed = day in self.special and not self.special[day]
        return not closed and any(minute < end <= start for start, end in self._shifts(day - DAY))

    def _shifts(self, day: date) -> Shifts:
        return self.special[day] if day in self.special else self.week[day.weekday()]


def _texts(shifts: Shifts) -> list[str]:
    return ["-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in shift) for shift in shifts]


def every_day(*shifts: tuple[int, int]) -> Rota:
    return Rota([shifts] * 7, {})


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """All moments at which a zone's offset changes, to three hours before."""
    looks = [FIRST + n * 3 * HOUR for n in range((LAST - FIRST) // (3 * HOUR))]
    offsets = [look.astimezone(ZoneInfo(zone)).utcoffset() for look in looks]
    return tuple(look for look, before, after in zip(looks, offsets, offsets[1:], strict=False) if before != after)


@pytest.mark.parametrize("zone", ZONES)
def test_over_every_change_of_clocks_working_time_is_a_count_of_minutes(zone: str) -> None:
    rotas = (every_day((22 * 60, 6 * 60)), every_day((0, 75), (105, 165), (170, 200), (23 * 60, 1440)))
    calendars = [rota.calendar(zone) for rota in rotas]
    for change in changes(zone):
        start = change - 3 * HOUR
        wall = [(start + n * MINUTE).astimezone(ZoneInfo(zone)) for n in range(9 * 60)]
        for rota, calendar in zip(rotas, calendars, strict=True):
            counted = list(accumulate(map(rota.works, wall), initial=0))
            for n in range(0, len(counted), 15):
                assert calendar.between(start, start + n * MINUTE) == counted[n] * MINUTE, (change, n)


def test_the_zones_go_through_what_clocks_can_do() -> None:
    assert not changes("Asia/Kolkata")
    assert {len(changes(zone)) for zone in ("Europe/Berlin", "Europe/London", "America/New_York")} == {24}
    assert datetime(2011, 12, 30, 9, tzinfo=UTC) in changes("Pacific/Apia")


minutes = st.integers(0, 1439)
# Often on the hour, where shifts touch each other and the changes of clocks.
times = st.one_of(minutes, st.integers(0, 23).map(lambda hour: hour * 60))
shifts = st.lists(st.tuples(times, st.one_of(times, st.just(1440))), max_size=3)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Rota, str, datetime]:
    """A rota, a zone, and a moment around which its clocks change, where they ever do, and days are special."""
    zone = draw(st.sampled_from(ZONES))
    middle = draw(
        st.sampled_from(changes(zone) or (datetime(2024, 2, 29, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)))
    )
    days = [(middle + n * DAY).date() for n in range(-3, 4)]
    week = draw(st.lists(shifts, min_size=7, max_size=7).filter(any))
    return Rota(week, draw(st.dictionaries(st.sampled_from(days), shifts, max_size=3))), zone, middle


around = st.integers(-2 * 1440, 2 * 1440)
whiles = st.timedeltas(timedelta(), 20 * DAY)
moments = st.datetimes(datetime(2019, 11, 1), datetime(2020, 5, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - Hypothesis wants its bounds naive


@unhurried
@given(situations(), around, around)
def test_working_time_is_a_count_of_minutes(situation: tuple[Rota, str, datetime], one: int, other: int) -> None:
    rota, zone, middle = situation
    start, end = (middle + n * MINUTE for n in sorted((one, other)))
    wall = ((start + n * MINUTE).astimezone(ZoneInfo(zone)) for n in range((end - start) // MINUTE))
    assert rota.calendar(zone).between(start, end) == sum(map(rota.works, wall)) * MINUTE


@unhurried
@given(situations(), around)
def test_open_is_what_the_clock_on_the_wall_says(situation: tuple[Rota, str, datetime], minute: int) -> None:
    rota, zone, middle = situation
    at = middle + minute * MINUTE
    assert rota.calendar(zone).is_open(at) == rota.works(at.astimezone(ZoneInfo(zone)))


@unhurried
@given(situations(), moments, whiles, whiles)
def test_working_time_adds_up_and_never_shrinks(
    situation: tuple[Rota, str, datetime], start: datetime, first: timedelta, second: timedelta
) -> None:
    calendar = situation[0].calendar(situation[1])
    middle, end = start + first, start + first + second
    parts = calendar.between(start, middle), calendar.between(middle, end)
    assert sum(parts, timedelta()) == calendar.between(start, end)
    assert timedelta() <= parts[0] <= calendar.between(start, end) <= end - start
    assert calendar.between(end, start) == timedelta()


@unhurried
@given(situations(), moments, whiles)
def test_add_gives_the_earliest_moment_by_which_the_time_was_worked(
    situation: tuple[Rota, str, datetime], start: datetime, duration: timedelta
) -> None:
    calendar = situation[0].calendar(situation[1])
    end = calendar.add(start, duration)
    assert calendar.between(start, end) == duration
    assert end == start or calendar.between(start, end - INSTANT) < duration


@unhurried
@given(situations(), moments, whiles, whiles)
def test_more_time_takes_longer_and_a_later_start_ends_no_earlier(
    situation: tuple[Rota, str, datetime], start: datetime, one: timedelta, other: timedelta
) -> None:
    calendar = situation[0].calendar(situation[1])
    assert calendar.add(calendar.add(start, one), other) == calendar.add(start, one + other)
    assert calendar.add(start, one) <= calendar.add(start + other, one)


@unhurried
@given(situations(), moments)
def test_it_opens_at_the_first_moment_of_working_time(situation: tuple[Rota, str, datetime], at: datetime) -> None:
    calendar = situation[0].calendar(situation[1])
    opening = calendar.next_open(at)
    assert calendar.is_open(opening)
    assert calendar.between(at, opening) == timedelta()
    assert opening == at if calendar.is_open(at) else at < opening


@unhurried
@given(situations(), moments, whiles)
def test_open_spans_are_the_working_time(
    situation: tuple[Rota, str, datetime], start: datetime, length: timedelta
) -> None:
    calendar = situation[0].calendar(situation[1])
    spans = calendar.open_spans(start, start + length)
    assert sum((span.end - span.start for span in spans), timedelta()) == calendar.between(start, start + length)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))
    assert all(start <= edge <= start + length for edge in edges)
    assert all(calendar.is_open(span.start) and not calendar.is_open(span.end) for span in spans[:-1])
