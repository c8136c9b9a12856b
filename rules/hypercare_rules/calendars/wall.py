"""What the clock on the wall in a zone shows, and when it first shows a time; times on the wall have no zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypercare_rules.calendars.timetable import Span, next_change

_NOTHING = timedelta()


def on_wall(zone: ZoneInfo, at: datetime) -> datetime:
    """What the clock on the wall shows at a moment."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def first_shown(zone: ZoneInfo, wall: datetime, since: datetime) -> datetime:
    """The moment, in UTC, at which the clock first shows this time since a moment; of a time that is skipped, when it is skipped."""
    there = wall.replace(tzinfo=zone)
    first, second = (there.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if second < first:  # of a time that is skipped the readings are the wrong way round: the change lies between them
        return next_change(zone, Span(second, first))
    return first if since <= first else second


def repeated(zone: ZoneInfo, at: datetime) -> timedelta:
    """By how much the clock was set back before a moment at which it shows a time again; nothing where it shows it first."""
    there = at.astimezone(zone)
    if not there.fold:
        return _NOTHING
    return (there.replace(fold=0).utcoffset() or _NOTHING) - (there.utcoffset() or _NOTHING)
