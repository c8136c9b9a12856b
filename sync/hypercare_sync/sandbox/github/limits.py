"""The request quota that the embedded GitHub tells its callers about.

It counts as GitHub does, but refuses nobody: a quota that is used up starts anew. Whoever wants a refusal plants the fault `429`.
"""

from collections import Counter
from dataclasses import dataclass

from hypercare_sync.sandbox.clock import Clock

LIMIT = 5000
_WINDOW = 3600  # seconds


@dataclass(frozen=True)
class Rate:
    """A quota of requests (or GraphQL points); `reset` in seconds since the epoch."""

    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        """What is left until `reset`."""
        return self.limit - self.used


class Limits:
    """What each account has used of each resource (core, graphql) in the present hour of the sandbox's time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._window = 0
        self._used: Counter[tuple[str, str]] = Counter()

    def spend(self, login: str, resource: str, cost: int = 1) -> None:
        """Count `cost` against the account's quota."""
        self._turn()
        self._used[login, resource] += cost

    def rate(self, login: str, resource: str) -> Rate:
        """How the account stands."""
        self._turn()
        return Rate(LIMIT, self._used[login, resource] % LIMIT, (self._window + 1) * _WINDOW)

    def _turn(self) -> None:
        """Forget what was used in an hour that is over."""
        window = int(self._clock.now().timestamp()) // _WINDOW
        if window != self._window:
            self._window = window
            self._used.clear()

    def headers(self, login: str, resource: str) -> dict[str, str]:
        """The headers that every answer to the account carries."""
        rate = self.rate(login, resource)
        return {
            "X-RateLimit-Limit": str(rate.limit),
            "X-RateLimit-Remaining": str(rate.remaining),
            "X-RateLimit-Reset": str(rate.reset),
            "X-RateLimit-Used": str(rate.used),
            "X-RateLimit-Resource": resource,
            "X-OAuth-Scopes": "repo",
        }
