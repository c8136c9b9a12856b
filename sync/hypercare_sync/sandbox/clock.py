"""The sandbox's time: it starts where it is told to, runs on in real time, and can be advanced."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Time as the embedded trackers see it.

    It follows the machine's monotonic clock, so that a correction of the real clock never makes a tracker's time go back.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._start = (start or datetime.now(UTC)).astimezone(UTC)
        self._started = time.monotonic()

    def now(self) -> datetime:
        """The present moment in UTC, with microseconds; each tracker cuts it to its own precision."""
        return self._start + timedelta(seconds=time.monotonic() - self._started)

    def advance(self, by: timedelta) -> None:
        """Move on by `by` at once. Raises ValueError for a step back: trackers' time only grows."""
        if by < timedelta():
            raise ValueError("the clock only goes forward")
        self._start += by
