"""A clock's ledger: in which stretches it ran, stood still, or waited for its working hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hypercare_rules.calendars import Calendar
from hypercare_rules.clocks import Clock, running_spans
from hypercare_rules.policy import Policy


class Going(StrEnum):
    """How a clock goes: it runs, it stands still by the pause condition, or it waits for the hours of its calendar."""

    running = "running"
    paused = "paused"
    closed = "closed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A stretch in which a clock went in one way, and the time of its target used in it; without an end where it goes on."""

    start: datetime
    end: datetime | None
    going: Going
    worked: timedelta


@dataclass(frozen=True, slots=True)
class Ledger:
    """A clock with all its stretches, oldest first."""

    clock: Clock
    entries: tuple[Entry, ...]


def ledger(clock: Clock, policy: Policy, now: datetime) -> Ledger:
    """The ledger of a clock from its start until it stopped, or now."""
    return Ledger(clock, tuple(_entries(clock, policy, now)))


def _entries(clock: Clock, policy: Policy, now: datetime) -> Iterator[Entry]:
    until = clock.stopped or max(now, clock.started)
    spans = [
        span
        for start, end in running_spans(clock.started, until, clock.pauses)
        for span in _by_hours(start, end, policy.calendars[clock.calendar] if clock.calendar else None)
    ]
    for pause in clock.pauses:
        start, end = max(pause.start, clock.started), min(pause.end or until, until)
        if start < end:
            spans.append((start, end, Going.paused))
    for start, end, going in sorted(spans):
        goes_on = end == until and clock.stopped is None
        worked = end - start if going is Going.running else timedelta()
        yield Entry(start, None if goes_on else end, going, worked)


def _by_hours(start: datetime, end: datetime, calendar: Calendar | None) -> Iterator[tuple[datetime, datetime, Going]]:
    """A span in which a clock was not paused, parted at the edges of its calendar's hours."""
    if calendar is None:
        yield start, end, Going.running
        return
    at = start
    for opening, closing in calendar.open_spans(start, end):
        if at < opening:
            yield at, opening, Going.closed
        yield opening, closing, Going.running
        at = closing
    if at < end:
        yield at, end, Going.closed
