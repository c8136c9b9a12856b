"""What may stand after an operator, as pydantic reads it: strict enough that a slip is found when a policy loads."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated

import re2  # type: ignore[import-untyped]  # the package has no type information
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, WithJsonSchema

_QUIET = re2.Options()
_QUIET.log_errors = False  # a fault is ours to tell, not to print
_MOST_SHARES = 10
_YEARS = range(1970, 2970)


def searcher(pattern: str) -> Callable[[bytes], object]:
    """What finds the pattern in a text in UTF-8; falsy where it is not found. Raises ValueError that says what is wrong with it.

    On bytes RE2 need not work out which characters were found: that takes half the time.
    """
    try:
        search: Callable[[bytes], object] = re2.compile(pattern.encode(), _QUIET).search
    except re2.error as error:
        (reason,) = error.args
        what = reason.decode("utf-8", "replace")
        raise ValueError(f"not a regular expression: {what}; see github.com/google/re2/wiki/Syntax") from None
    return search


def _pattern(text: str) -> str:
    searcher(text)
    return text


def _moment(value: object) -> object:
    """A date or a time as a moment in UTC; a date alone stands for its first moment in UTC."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(f"not a date: {value!r}; write 2026-11-23 or 2026-11-23T08:00+00:00") from None
        if moment.tzinfo is None and _is_date(value):
            moment = moment.replace(tzinfo=UTC)
        value = moment
    if not isinstance(value, datetime):
        raise ValueError("not a date; write 2026-11-23 or 2026-11-23T08:00+00:00")
    if value.year not in _YEARS:
        raise ValueError(f"not a date of our time: the year {value.year}; write one such as 2026-11-23")
    return value.astimezone(UTC) if value.tzinfo else value


def _share(value: float) -> float:
    """Over ten times a target is taken for a slip: 75 for 0.75."""
    if value > _MOST_SHARES:
        raise ValueError(f"not a share of a target: {value:g}; write 0.75 for three quarters of it")
    return value


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


Name = Annotated[str, Field(min_length=1)]
"""A text or the name of something; compared without case."""

Names = Annotated[tuple[Name, ...], Field(min_length=1)]

Pattern = Annotated[Name, AfterValidator(_pattern), Field(max_length=500, json_schema_extra={"format": "regex"})]
"""A regular expression as RE2 knows it: no pattern can take long."""

Flag = Annotated[bool, Field(strict=True)]

Count = Annotated[int, Field(strict=True, ge=0)]

Counts = Annotated[tuple[Count, ...], Field(min_length=1)]

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]

Numbers = Annotated[tuple[Number, ...], Field(min_length=1)]

Share = Annotated[
    Number,
    Field(ge=0),
    AfterValidator(_share),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": _MOST_SHARES}),
]
"""A share of a target: 0.75 is three quarters of it."""

Shares = Annotated[tuple[Share, ...], Field(min_length=1)]

When = Annotated[
    AwareDatetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "examples": ["2026-11-23", "2026-11-23T08:00+00:00"]}),
]
"""A moment, kept in UTC."""
