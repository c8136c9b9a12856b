"""How fast requests follow one another: as fast as they can, until the tracker says that it was too fast."""

import re
from dataclasses import dataclass, field

_FIRST, _LONGEST = 0.1, 2.0
"""Seconds between two requests to an endpoint that was too much for the tracker once, and however often it was."""


@dataclass
class Gait:
    """The distance between requests: to each endpoint that was too fast, and before the next one of any sort. Times are in seconds."""

    _gaps: dict[str, float] = field(default_factory=dict)
    _sent: dict[str, float] = field(default_factory=dict)
    _resting: dict[str, float] = field(default_factory=dict)
    _held_until: float = 0

    def wait(self, method: str, path: str, now: float) -> float:
        """How long a request must wait that is ready `now`; it is taken as sent then."""
        name = _endpoint(method, path)
        at = max(now, self._held_until, self._sent.get(name, 0) + self._gaps.get(name, 0))
        self._sent[name] = at
        return at - now

    def slow(self, method: str, path: str) -> None:
        """From now on leave twice the distance between requests to this endpoint."""
        name = _endpoint(method, path)
        self._gaps[name] = min(_LONGEST, max(_FIRST, 2 * self._gaps.get(name, 0)))

    def rest(self, method: str, path: str, until: float) -> None:
        """Send nothing to this endpoint before that moment."""
        self._resting[_endpoint(method, path)] = until

    def rests_until(self, method: str, path: str) -> float:
        """The moment from which on the endpoint may be asked."""
        return self._resting.get(_endpoint(method, path), 0)

    def hold(self, until: float) -> None:
        """Send nothing before that moment."""
        self._held_until = until


def _endpoint(method: str, path: str) -> str:
    """A request without the ids and keys in its path: all that count against the same limit."""
    return f"{method} {re.sub(r'[^/]*[0-9][^/]*', '*', path)}"
