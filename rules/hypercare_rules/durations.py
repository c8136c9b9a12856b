"""Lengths of time as people write them: `30m`, `4h`, `2h30m`, `14d`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_UNITS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
PATTERN = r"^(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?$"
_LONGEST = timedelta(days=3660)


def parse(text: str) -> timedelta:
    """The length that `text` names, units from weeks to seconds in that order. Raises ValueError that says what to write."""
    if not text or not re.fullmatch(PATTERN, text, re.ASCII):
        raise ValueError(f"not a length of time: {text!r}; write 30m, 4h, 2h30m or 14d")
    if len(text) > 20:
        raise ValueError("longer than ten years; write a shorter one, such as 14d")
    try:
        length = sum((int(count) * _UNITS[unit] for count, unit in re.findall(r"(\d+)([wdhms])", text)), timedelta())
    except OverflowError:
        length = timedelta.max
    if length > _LONGEST:
        raise ValueError(f"longer than ten years: {text!r}; write a shorter one, such as 14d")
    return length


def render(length: timedelta, *, days: bool = True) -> str:
    """The shortest text that `parse` reads as `length`, in days and less, or in hours and less; whole seconds."""
    seconds = int(length.total_seconds())
    parts = []
    for unit, size in (*[("d", 86400)] * days, ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0m"


def _read(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        return parse(value)
    raise ValueError(f"not a length of time: {value!r}; write 30m, 4h, 2h30m or 14d")


Duration = Annotated[
    timedelta,
    BeforeValidator(_read),
    PlainSerializer(render, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["30m", "4h", "14d"]}),
]
"""A length of time: text such as `2h30m` in YAML and JSON, a timedelta in Python."""
