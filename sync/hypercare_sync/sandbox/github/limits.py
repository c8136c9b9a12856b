"""The request quota that the embedded GitHub tells its callers about, and the limits that it keeps where it is told to.

It counts as GitHub does, but unless the limits are enforced it refuses nobody: a quota that is used up starts anew. Whoever wants a
single refusal plants a fault. Which requests count as creating content GitHub does not say in detail; here it is whatever makes an
issue, a comment, a label, a milestone or a reaction.
"""

from collections import Counter, deque
from dataclasses import dataclass, field

from hypercare_sync.sandbox.clock import Clock

from . import throttle
from .throttle import Slowed

LIMIT = 5000
_ACTIONS, ACTIONS_LIMIT = "github-actions[bot]", 1000  # for each repository; here its token is for one
_WINDOW = 3600  # seconds
MOST_POINTS = {"core": 900, "graphql": 2000}
"""Points of one minute, by resource: a read costs 1, a write 5."""
CREATIONS = {60: 80, 3600: 500}
"""How much content may be created within so many seconds."""


@dataclass(frozen=True)
class Rate:
    """A quota of requests (or GraphQL points); `reset` in seconds since the epoch."""

    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        """What is left until `reset`."""
        return max(0, self.limit - self.used)


@dataclass
class _Recent:
    """When somebody created content, and which points they spent when, oldest first; times in seconds since the epoch."""

    created: deque[float] = field(default_factory=deque)
    points: dict[str, deque[tuple[float, int]]] = field(default_factory=lambda: {"core": deque(), "graphql": deque()})


class Limits:
    """What each account has used of each resource (core, graphql) in the present hour of the sandbox's time."""

    def __init__(self, clock: Clock, *, enforced: bool = False) -> None:
        self._clock = clock
        self._enforced = enforced
        self._window = 0
        self._used: Counter[tuple[str, str]] = Counter()
        self._recent: dict[str, _Recent] = {}

    def spend(self, login: str, resource: str, cost: int = 1) -> None:
        """Count `cost` against the account's quota."""
        self._turn()
        self._used[login, resource] += cost

    def rate(self, login: str, resource: str) -> Rate:
        """How the account stands."""
        self._turn()
        used, limit = self._used[login, resource], ACTIONS_LIMIT if login == _ACTIONS else LIMIT
        return Rate(limit, used if self._enforced else used % limit, (self._window + 1) * _WINDOW)

    def slow(self, login: str, resource: str, *, write: bool, creates: int) -> Slowed | None:
        """What refuses a request, if the limits are enforced and one is reached; otherwise it is counted against the secondary ones.

        `creates` is how many things it makes.
        """
        if not self._enforced:
            return None
        rate = self.rate(login, resource)
        if not rate.remaining:
            return throttle.primary(rate.limit, rate.reset, graphql=resource == "graphql")
        now, recent = self._clock.now().timestamp(), self._recent.setdefault(login, _Recent())
        wait = max(_points_wait(recent.points[resource], now, resource), _creation_wait(recent.created, now, creates))
        if wait > 0:
            return throttle.secondary(str(int(wait) + 1))
        recent.points[resource].append((now, 5 if write else 1))
        recent.created.extend([now] * creates)
        return None

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
        }


def _points_wait(spent: deque[tuple[float, int]], now: float, resource: str) -> float:
    """Seconds until there are points again; 0 where there are."""
    while spent and spent[0][0] <= now - 60:
        spent.popleft()
    return spent[0][0] + 60 - now if sum(points for _, points in spent) >= MOST_POINTS[resource] else 0


def _creation_wait(created: deque[float], now: float, creates: int) -> float:
    """Seconds until content may be created again; 0 where it may, or where nothing is to be created."""
    while created and created[0] <= now - max(CREATIONS):
        created.popleft()
    waits = [created[-most] + span - now for span, most in CREATIONS.items() if creates and len(created) >= most]
    return max(waits, default=0)
