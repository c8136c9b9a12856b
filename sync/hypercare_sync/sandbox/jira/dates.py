"""Moments as JQL states them, to the minute and in the account's time zone."""

import calendar
import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hypercare_sync.sandbox.jira.model import Json
from hypercare_sync.sandbox.jira.query import Call, JqlError, Operand, Value

_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?")
_PERIOD = re.compile(r"([+-]?)((?:\d+[wdhm]\s*)+)")
_OFFSET = re.compile(r"([+-]?\d+)([yMwdhm]?)")
_UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_SPANS = {"day": "d", "week": "w", "month": "M", "year": "y"}
_EDGE = re.compile(r"(start|end)of(day|week|month|year)", re.IGNORECASE)


def zone_of(user: Json) -> tzinfo:
    """The time zone of an account; UTC where data names none that is known."""
    try:
        return ZoneInfo(str(user.get("timeZone", "Etc/UTC")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def moment(operand: Operand, field: str, now: datetime, zone: tzinfo) -> datetime:
    """The moment that an operand of a date field names. Raises JqlError for what is no date, in Jira's words."""
    if isinstance(operand, Call):
        return _called(operand, now.astimezone(zone))
    if isinstance(operand, Value):
        found = _written(operand, now, zone)
        if found is not None:
            return found
    shown = operand.text if isinstance(operand, Value) else "EMPTY"
    raise JqlError(
        f"Date value '{shown}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
        "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
    )


def _written(value: Value, now: datetime, zone: tzinfo) -> datetime | None:
    text = value.text.strip()
    try:
        if not value.quoted and re.fullmatch(r"-?\d+", text):
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(text))
        if match := _DATE.fullmatch(text):
            year, month, day, hour, minute = (int(part or 0) for part in match.groups())
            return datetime(year, month, day, hour, minute, tzinfo=zone)
        if match := _PERIOD.fullmatch(text):
            length = sum(
                (int(count) * _UNITS[unit] for count, unit in re.findall(r"(\d+)([wdhm])", match[2])), timedelta()
            )
            return now - length if match[1] == "-" else now + length
    except (ValueError, OverflowError):
        return None
    return None


def _called(call: Call, now: datetime) -> datetime:
    if call.name.lower() == "now":
        return now
    edge = _EDGE.fullmatch(call.name)
    if edge is None:
        raise JqlError(f"Unable to find JQL function '{call.name}({', '.join(call.arguments)})'.")
    side, span = edge[1].lower(), edge[2].lower()
    start = _start(_shifted(call, now, _SPANS[span]), span)
    if side == "start":
        return start
    return _plus(start, 1, _SPANS[span]) - timedelta(milliseconds=1)


def _shifted(call: Call, now: datetime, natural: str) -> datetime:
    if not call.arguments:
        return now
    offset = _OFFSET.fullmatch(call.arguments[0])
    try:
        if offset is not None and len(call.arguments) == 1:
            return _plus(now, int(offset[1]), offset[2] or natural)
    except (ValueError, OverflowError):
        pass
    raise JqlError(
        f"The function '{call.name}' takes one offset such as '-1' or '-1d', not '{', '.join(call.arguments)}'."
    )


def _start(day: datetime, span: str) -> datetime:
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    if span == "week":  # a week starts on Sunday in a site's default locale
        return midnight - timedelta(days=(midnight.weekday() + 1) % 7)
    if span == "month":
        return midnight.replace(day=1)
    return midnight.replace(month=1, day=1) if span == "year" else midnight


def _plus(start: datetime, count: int, unit: str) -> datetime:
    if unit in _UNITS:
        return start + count * _UNITS[unit]
    months = start.year * 12 + start.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, calendar.monthrange(year, month + 1)[1]))
