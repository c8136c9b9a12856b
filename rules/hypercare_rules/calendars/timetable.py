"""Open spans on the line of UTC, prepared so that working time is found by bisection."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)
_ONE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """A stretch of time from `start` until before `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Timetable:
    """Disjoint open spans in order of time; `worked[i]` is the working time before the span at `i`, the last is all of it."""

    spans: tuple[Span, ...]
    starts: tuple[datetime, ...]
    worked: tuple[timedelta, ...]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Self:
        """The timetable of any spans."""
        disjoint = merged(spans)
        worked = accumulate((end - start for start, end in disjoint), initial=timedelta())
        return cls(disjoint, tuple(start for start, _ in disjoint), tuple(worked))

    @property
    def total(self) -> timedelta:
        """All its working time."""
        return self.worked[-1]

    def worked_until(self, at: datetime) -> timedelta:
        """The working time before `at`."""
        after = bisect_right(self.starts, at)
        if not after:
            return timedelta()
        start, end = self.spans[after - 1]
        return self.worked[after - 1] + (min(at, end) - start)

    def moment_of(self, worked: timedelta) -> datetime:
        """The earliest moment with so much working time before it; `worked` is more than none and at most the total."""
        after = bisect_left(self.worked, worked)
        return self.spans[after - 1].end - (self.worked[after] - worked)

    def next_open(self, at: datetime) -> datetime | None:
        """The earliest open moment not before `at`."""
        after = bisect_right(self.starts, at)
        if after and at < self.spans[after - 1].end:
            return at
        return self.starts[after] if after < len(self.starts) else None


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time in disjoint spans, in order; what overlaps or touches becomes one."""
    disjoint: list[Span] = []
    for start, end in sorted(spans):
        if disjoint and start <= disjoint[-1].end:
            disjoint[-1] = Span(disjoint[-1].start, max(end, disjoint[-1].end))
        else:
            disjoint.append(Span(start, end))
    return tuple(disjoint)


def from_wall(spans: Sequence[Span], zone: ZoneInfo, within: Span) -> Iterator[Span]:
    """When, `within` a span of UTC, the clock on the wall in a zone shows a time in one of `spans`.

    Those are told as if the wall's clock showed UTC. What it skips in spring is in no span, and what it shows twice in
    autumn is in two; so the spans that come out may be more than those that went in.
    """
    for start, end, offset in _offsets(zone, within):
        first, last = start + offset, end + offset
        for opening, closing in spans:
            if opening < last and closing > first:
                yield Span(max(opening, first) - offset, min(closing, last) - offset)


def _offsets(zone: ZoneInfo, within: Span) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The offsets from UTC that hold one after another, each with its start and end."""
    start, end = within
    while start < end:
        offset = _offset(zone, start)
        change = next_change(zone, Span(start, end))
        yield start, change, offset
        start = change


def next_change(zone: ZoneInfo, within: Span) -> datetime:
    """When a zone's offset first changes within a span, or the span's end."""
    offset, seen = _offset(zone, within.start), within.start
    while seen < within.end:
        # No zone changes twice within a day: since 1970 the nearest two changes are almost a week apart.
        ahead = min(seen + _ONE_DAY, within.end)
        if _offset(zone, ahead) != offset:
            seconds = range((ahead - seen) // _SECOND)
            return seen + _SECOND * bisect_left(
                seconds, True, key=lambda second: _offset(zone, seen + second * _SECOND) != offset
            )
        seen = ahead
    return within.end


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
