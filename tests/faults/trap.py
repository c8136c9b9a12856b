"""Something that happens when a tracker has served so many requests."""

import time
from collections.abc import Callable

from hypercare_sync.sandbox.log import Served


class Trap(list[Served]):
    """A log that calls `sprung` once the k-th request was carried out, before its answer is sent."""

    def __init__(self, k: int, sprung: Callable[[], None]) -> None:
        super().__init__()
        self._k, self._sprung = k, sprung

    def append(self, row: Served) -> None:
        """Note a request."""
        super().append(row)
        if len(self) == self._k:
            self._sprung()


def until(what: Callable[[], bool]) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline, "not in 30 s"
        time.sleep(0.02)
