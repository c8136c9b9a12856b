"""How fast we write: no faster than a tracker asks, and never longer than a tick may last."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Pace:
    """Writes a minute, a minute's worth of which may go out at once; None for no limit. Not kept between ticks."""

    per_minute: int | None
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _left: float = field(init=False, default=0)
    _at: float = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._left, self._at = float(self.per_minute or 0), self.monotonic()

    def admit(self, *, until: float) -> bool:
        """Wait for the next write's turn. False, at once, where its turn comes after `until` on the monotonic clock."""
        now = self.monotonic()
        if now >= until:
            return False
        if self.per_minute is None:
            return True
        self._left = min(self.per_minute, self._left + (now - self._at) * self.per_minute / 60)
        self._at = now
        wait = max(0.0, (1 - self._left) * 60 / self.per_minute)
        if now + wait >= until:
            return False
        if wait:
            self.sleep(wait)
            self._left, self._at = self._left + wait * self.per_minute / 60, now + wait
        self._left -= 1
        return True
