"""Working time: between two moments, and from a moment on.

One rule decides: a calendar is open at a moment exactly when the clock on the wall in its zone shows working hours. So a
shift from 22:00 to 06:00 has seven hours in the night when clocks go forward and nine when they go back, and a time that
clocks skip is nobody's working time. An hour that clocks show twice counts twice, or not at all.
"""

from collections.abc import Iterator
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator
from pydantic.config import JsonDict

from hypercare_rules.calendars.public_holidays import Holidays
from hypercare_rules.calendars.timetable import Span, Timetable, from_wall, merged
from hypercare_rules.calendars.written import Day, Days, Hours, Shift, Zone, shifts_of, week_of
from hypercare_rules.model import Model

_NOTHING = timedelta()
_ONE_DAY = timedelta(days=1)
_WHOLE_DAY = Shift(_NOTHING, _ONE_DAY)
# Pydantic's schema gives a pattern for the keys, and leaves open what becomes of the others.
_NO_OTHER_KEYS: JsonDict = {"additionalProperties": False}


class CalendarError(ValueError):
    """A calendar cannot answer, since it has no working hour in a whole year."""


class Calendar(Model):
    """The working hours of a team, in the wall clock of its IANA `zone`; 24x7 is `mon-sun: ["00:00-24:00"]`.

    `hours` gives the shifts of weekdays; days that it does not name have none. A shift belongs to the day on which it
    starts, also where it ends on the next. `special` gives the shifts of single days, and wins over hours and holidays.
    A public holiday, like a special day without shifts, is closed from midnight to midnight: none of its shifts begins, and
    one that began the evening before ends at midnight. Shifts may overlap: time counts once.
    """

    zone: Zone = Field(description="The zone of its clock on the wall.")
    hours: dict[Days, tuple[Hours, ...]] = Field(
        description="The shifts of weekdays and of ranges of them.",
        examples=[{"mon-fri": ["08:00-18:00"]}],
        json_schema_extra=_NO_OTHER_KEYS,
    )
    holidays: Holidays | None = Field(default=None, description="Whose public holidays close it.")
    special: dict[Day, tuple[Hours, ...]] = Field(
        default={}, description="The shifts of single days; `[]` where nobody works.", json_schema_extra=_NO_OTHER_KEYS
    )

    @field_validator("hours")
    @classmethod
    def _each_day_once(cls, hours: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        week_of(hours)
        return hours

    @model_validator(mode="after")
    def _with_some_working_hour(self) -> Self:
        if not any(self.hours.values()) and not any(self.special.values()):
            raise ValueError('no working hours at all; write hours: {mon-fri: ["08:00-18:00"]}')
        return self

    def is_open(self, at: datetime) -> bool:
        """Whether `at` is within working hours; the moment of closing is not."""
        at = _utc(at)
        return self._year(at.year).next_open(at) == at

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; zero where `end` is not after `start`."""
        start, end = _utc(start), _utc(end)
        if end <= start:
            return _NOTHING
        if self._never_closes:
            return end - start
        years = sum((self._year(year).total for year in range(start.year, end.year)), _NOTHING)
        return years - self._year(start.year).worked_until(start) + self._year(end.year).worked_until(end)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The earliest moment, in UTC, by which so much working time has passed since `start`.

        That is `start` for no duration, and the time of closing, not of the next opening, where it ends with the day.
        Raises CalendarError if the working hours end before, and ValueError for a negative duration.
        """
        start = _utc(start)
        if duration < _NOTHING:
            raise ValueError(f"working time cannot be taken off: {duration}")
        if self._never_closes or not duration:
            return start + duration
        owed = duration + self._year(start.year).worked_until(start)
        for year in self._years_from(start.year):
            if owed <= year.total:
                return year.moment_of(owed)
            owed -= year.total
        raise self._without_hours_after(start)

    def next_open(self, at: datetime) -> datetime:
        """The earliest moment, in UTC, not before `at` that is within working hours. Raises CalendarError if there is none."""
        at = _utc(at)
        for year in self._years_from(at.year):
            if (opening := year.next_open(at)) is not None:
                return opening
        raise self._without_hours_after(at)

    def open_spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """The working hours from `start` to `end` as disjoint spans of UTC, in order; those that touch are one."""
        start, end = _utc(start), _utc(end)
        return merged(
            Span(max(opening, start), min(closing, end))
            for year in range(start.year, end.year + 1)
            for opening, closing in self._year(year).spans
            if max(opening, start) < min(closing, end)
        )

    def _years_from(self, year: int) -> Iterator[Timetable]:
        """The timetable of a year and of each after it, up to one without any working hour."""
        yield self._year(year)
        for later in range(year + 1, MAXYEAR):
            if not self._year(later).total:
                return
            yield self._year(later)

    def _without_hours_after(self, at: datetime) -> CalendarError:
        return CalendarError(
            f"the calendar has no working hours for a whole year after {at:%Y-%m-%d}; add some to hours:"
        )

    def _year(self, year: int) -> Timetable:
        """The working hours of a year of UTC."""
        known = self._years.get(year)
        if known is None:
            within = Span(datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))
            wall = tuple(self._on_the_wall(within))
            known = self._years[year] = Timetable.of(from_wall(wall, ZoneInfo(self.zone), within))
        return known

    def _on_the_wall(self, within: Span) -> Iterator[Span]:
        """All shifts that may touch a span of UTC, told as if the wall's clock showed UTC."""
        # No zone is a whole day away from UTC, but the day before may have a night shift.
        first, last = within.start.date() - 2 * _ONE_DAY, within.end.date() + _ONE_DAY
        for day in (first + n * _ONE_DAY for n in range((last - first).days + 1)):
            midnight = datetime.combine(day, time(), UTC)
            stop = midnight + _ONE_DAY * (1 if self._closed(day + _ONE_DAY) else 2)
            for start, end in self._shifts(day):
                yield Span(midnight + start, min(midnight + end, stop))

    def _shifts(self, day: date) -> tuple[Shift, ...]:
        """The shifts that begin on a day."""
        if day in self.special:
            return shifts_of(self.special[day])
        return () if self._closed(day) else self._week[day.weekday()]

    def _closed(self, day: date) -> bool:
        """Whether nobody works on a day from midnight to midnight, not even to the end of a shift."""
        if day in self.special:
            return not self.special[day]
        return self.holidays is not None and self.holidays.include(day)

    @cached_property
    def _never_closes(self) -> bool:
        """Whether this is plainly 24x7, so that working time is time."""
        return not self.special and not self.holidays and all(_WHOLE_DAY in shifts for shifts in self._week)

    @cached_property
    def _week(self) -> tuple[tuple[Shift, ...], ...]:
        return week_of(self.hours)

    @cached_property
    def _years(self) -> dict[int, Timetable]:
        """The timetables that were asked for, by year."""
        return {}


def _utc(at: datetime) -> datetime:
    if at.tzinfo is UTC:
        return at
    if at.utcoffset() is None:
        raise ValueError(f"a time without an offset: {at}; which moment it is depends on the machine")
    return at.astimezone(UTC)
