"""How fast we write: no faster than a tracker asks, and never longer than a tick may last.

GitHub counts points, too: 900 a minute, a write 5 and a read 1. At its 80 writes a minute, each with a look before it, we spend 480.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

_ON_THE_WAY = 1  # a request may be faster on its way than the one a minute before it
_MINUTE, _HOUR = 60 + _ON_THE_WAY, 3600 + _ON_THE_WAY


@dataclass
class _Window:
    """At most `most` within any `seconds`; None for no limit. `at` are the moments of those within, oldest first."""

    most: int | None
    seconds: int
    at: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until there is room for another one."""
        while self.at and self.at[0] <= now - self.seconds:
            self.at.popleft()
        return self.at[-self.most] + self.seconds - now if self.most is not None and len(self.at) >= self.most else 0


@dataclass
class Pace:
    """Writes a minute, and how many an hour of those that make content; a minute's worth may go out at once. None for no limit.

    The last hour's content is to be kept between ticks: `ages` before, `recall` after.
    """

    per_minute: int | None
    per_hour: int | None = None
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _writes: _Window = field(init=False)
    _content: _Window = field(init=False)

    def __post_init__(self) -> None:
        self._writes, self._content = _Window(self.per_minute, _MINUTE), _Window(self.per_hour, _HOUR)

    def admit(self, *, until: float, content: bool = False) -> bool:
        """Wait for the next write's turn, for a minute at most. False, at once, where it comes later, or after `until` (monotonic)."""
        now = self.monotonic()
        wait = max(self._writes.wait(now), self._content.wait(now) if content else 0)
        if now + wait >= until or wait > _MINUTE:
            return False
        if wait:
            self.sleep(wait)
        self.count(writes=1, content=int(content))
        return True

    def count(self, *, writes: int, content: int) -> None:
        """Writes that went out now."""
        now = self.monotonic()
        self._writes.at.extend([now] * writes)
        self._content.at.extend([now] * content)

    def ages(self) -> list[float]:
        """How many seconds ago each content of the last hour was written, the oldest first."""
        now = self.monotonic()
        self._content.wait(now)
        return [now - at for at in self._content.at]

    def recall(self, ages: Iterable[float]) -> None:
        """What was written so many seconds ago, by earlier ticks."""
        now = self.monotonic()
        known = [now - age for age in ages if 0 <= age < _HOUR]
        self._content.at = deque(sorted([*known, *self._content.at]))
