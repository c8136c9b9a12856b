"""Hours, days and zones as people write them: `08:00-18:00`, `mon-fri`, `Europe/Berlin`."""

import re
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_PATTERN = rf"^({'|'.join(_WEEKDAYS)})(-({'|'.join(_WEEKDAYS)}))?$"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_SHIFT_PATTERN = rf"^{_TIME}-({_TIME}|24:00)$"
_DATE_PATTERN = r"^\d{4}-\d{2}-\d{2}$"
_ONE_DAY = timedelta(days=1)


class Shift(NamedTuple):
    """A stretch of work, from and to so long after the midnight with which its day begins, by the clock on the wall.

    A night shift ends after more than 24 hours: it belongs to the day on which it starts.
    """

    start: timedelta
    end: timedelta


def shift_of(text: str) -> Shift:
    """The shift that `text` names; one whose end is not after its start ends on the next day. Raises ValueError."""
    if not re.fullmatch(_SHIFT_PATTERN, text):
        raise ValueError(f"not a span of hours: {text!r}; write 08:00-18:00")
    start, end = (timedelta(hours=int(time[:2]), minutes=int(time[3:])) for time in text.split("-"))
    return Shift(start, end if end > start else end + _ONE_DAY)


def shifts_of(texts: Iterable[str]) -> tuple[Shift, ...]:
    """The shifts of one day."""
    return tuple(map(shift_of, texts))


def weekdays_of(text: str) -> tuple[int, ...]:
    """The weekdays that `text` names, Monday being 0; `fri-mon` goes over the weekend. Raises ValueError."""
    if not re.fullmatch(_DAY_PATTERN, text):
        raise ValueError(f"not a day or a range of days: {text!r}; write mon, mon-fri or sat-sun")
    first, last = (_WEEKDAYS.index(name) for name in (text[:3], text[-3:]))
    return tuple((first + step) % 7 for step in range((last - first) % 7 + 1))


def week_of(hours: Mapping[str, Iterable[str]]) -> tuple[tuple[Shift, ...], ...]:
    """The shifts of each weekday, Monday first. Raises ValueError for a day that two keys name."""
    named: dict[int, str] = {}
    for days in hours:
        for weekday in weekdays_of(days):
            if weekday in named:
                raise ValueError(f"{named[weekday]} and {days} both name {_WEEKDAYS[weekday]}; write each day once")
            named[weekday] = days
    return tuple(shifts_of(hours[named[weekday]]) if weekday in named else () for weekday in range(7))


def nearest(word: str, known: Iterable[str], *, otherwise: str) -> str:
    """What to write for a word that is not among the known ones: the nearest of them, or what `otherwise` says."""
    folded = {other.casefold(): other for other in known}
    near = get_close_matches(word.casefold(), folded, n=1)
    return f"did you mean {folded[near[0]]}?" if near else otherwise


def _checked_by(parse: Callable[[str], object]) -> AfterValidator:
    """Keeps a text as it was written, provided that it can be parsed."""

    def check(text: str) -> str:
        parse(text)
        return text

    return AfterValidator(check)


def _date(value: object) -> object:
    # Pydantic would take a bare number for seconds since 1970.
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(_DATE_PATTERN, value):
            return date.fromisoformat(value)
    except ValueError:  # the 30th of February
        pass
    raise ValueError(f"not a day: {value!r}; write 2026-12-24")


def _zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):  # OSError: a folder of zones, such as Europe
        remedy = nearest(
            name, sorted(zoneinfo.available_timezones()), otherwise="write one such as Europe/Berlin or UTC"
        )
        raise ValueError(f"not a time zone: {name!r}; {remedy}") from None
    return name


Hours = Annotated[
    str,
    _checked_by(shift_of),
    WithJsonSchema({"type": "string", "pattern": _SHIFT_PATTERN, "examples": ["08:00-18:00", "22:00-06:00"]}),
]
"""A span of hours such as `08:00-18:00`; `24:00` may be its end, and `22:00-06:00` runs into the next day."""
Days = Annotated[
    str,
    _checked_by(weekdays_of),
    WithJsonSchema({"type": "string", "pattern": _DAY_PATTERN, "examples": ["mon-fri", "sat"]}),
]
"""A weekday or a range of them: `mon`, `mon-fri`, `fri-mon`."""
Day = Annotated[
    date,
    BeforeValidator(_date),
    WithJsonSchema({"type": "string", "pattern": _DATE_PATTERN, "examples": ["2026-12-24"]}),
]
"""A day of the calendar: text such as `2026-12-24` in YAML and JSON, a date in Python."""
Zone = Annotated[str, AfterValidator(_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Berlin", "UTC"]})]
"""The name of a zone that the IANA database knows."""
