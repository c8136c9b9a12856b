"""When a team looks at its release together: a cron expression, read by the clock on the wall of a zone."""

import re
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Annotated
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, Field, WithJsonSchema

from hypercare_rules.calendars import Calendar
from hypercare_rules.calendars.written import Zone
from hypercare_rules.forms import Id
from hypercare_rules.model import Model

_FIELDS = 5
_ANY_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 -- the wall's clock has no zone
_MINUTE = timedelta(minutes=1)
_ONE_DAY = timedelta(days=1)
_AHEAD = timedelta(days=366)


def _cron(text: str) -> str:
    fields = text.split()
    if len(fields) != _FIELDS:
        raise ValueError(
            f"not a cron expression: {text!r}; write minute, hour, day, month and weekday, such as 0 10 * * mon-fri"
        )
    try:
        CronSim(text, _ANY_DAY)
    except CronSimError as error:
        raise ValueError(f"not a cron expression: {text!r}: {str(error).lower()}; write 0 10 * * mon-fri") from None
    if not re.fullmatch(r"\d+", fields[0]):
        raise ValueError(f"more often than once an hour: {text!r}; write one minute first, such as 0 10 * * mon-fri")
    return text


Cron = Annotated[
    str,
    AfterValidator(_cron),
    WithJsonSchema({"type": "string", "pattern": r"^\s*\d+(\s+\S+){4}\s*$", "examples": ["0 10 * * mon-fri"]}),
]
"""Minute, hour, day of the month, month and weekday, as cron has them."""


class Review(Model):
    """A meeting that is held again and again, at the times of a cron expression.

    A time that clocks skip in spring is held at the next one that there is; one that they show twice in autumn is held once, at
    the first. With a `calendar` only those within its hours are held: none on a public holiday.
    """

    id: Id = Field(description="Its name in the summary and in policies that extend this one.")
    schedule: Cron = Field(description="Minute, hour, day of the month, month, weekday; at most once an hour.")
    zone: Zone | None = Field(default=None, description="The zone of these times; the release's if left out.")
    calendar: str | None = Field(default=None, description="Only times within its hours are held.")
    who: tuple[str, ...] = Field(default=(), description="Who comes: roles, people, or `on_call`.")

    def next_after(self, after: datetime, calendar: Calendar | None, zone: str) -> datetime | None:
        """The first time after a moment, in UTC; None where there is none within a year. `zone` is the release's."""
        here = ZoneInfo(self.zone or zone)
        held = (_moment(wall, here) for wall in CronSim(self.schedule, _wall(after, here)))
        soon = takewhile(lambda at: at <= after + _AHEAD, held)
        return next((at for at in soon if at > after and _open(calendar, at)), None)

    def last_until(self, until: datetime, since: datetime, calendar: Calendar | None, zone: str) -> datetime | None:
        """The last time at or before `until`, in UTC; None where there is none from `since` on. `zone` is the release's."""
        here = ZoneInfo(self.zone or zone)
        # What the wall showed a first time is behind us while it shows less a second time: one day sees past that.
        held = (_moment(wall, here) for wall in CronSim(self.schedule, _wall(until, here) + _ONE_DAY, reverse=True))
        recent = takewhile(lambda at: at >= since, held)
        return next((at for at in recent if at <= until and _open(calendar, at)), None)


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment, in UTC, at which the wall's clock shows this time, or the next one where it skips it."""
    while True:
        at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if _wall(at, zone) == wall:
            return at
        wall += _MINUTE


def _open(calendar: Calendar | None, at: datetime) -> bool:
    return calendar is None or calendar.is_open(at)
