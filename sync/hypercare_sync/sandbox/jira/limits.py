"""The limits that the embedded Jira keeps where it is told to, on the sandbox's own clock.

Cloud's as documented: 20 writes to an issue in 2 seconds and 100 in 30, and to each endpoint 100 reads or creations and 50 changes or
deletions a second. Data Center's token bucket, for each account, with the sizes of `throttle`.
"""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypercare_sync.sandbox.clock import Clock
from hypercare_sync.sandbox.jira import throttle
from hypercare_sync.sandbox.jira.throttle import Slowed

PER_ISSUE = ((timedelta(seconds=2), 20), (timedelta(seconds=30), 100))
"""How many writes an issue takes within how long."""
_SECOND = timedelta(seconds=1)
PER_SECOND = {"GET": 100, "POST": 100, "PUT": 50, "DELETE": 50}


@dataclass
class _Bucket:
    tokens: float
    filled: datetime


@dataclass
class Limits:
    """What was asked of late, by endpoint, issue and account."""

    clock: Clock
    _asked: dict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def on_cloud(self, method: str, endpoint: str, issue: str | None) -> Slowed | None:
        """What refuses a request to an endpoint, which writes to `issue` if there is one; otherwise it is counted."""
        now = self.clock.now()
        rules: list[tuple[str, tuple[tuple[timedelta, int], ...], str]] = [
            (f"{method} {endpoint}", ((_SECOND, PER_SECOND.get(method, 100)),), "jira-burst-based")
        ]
        if issue is not None:
            rules.append((f"issue {issue}", PER_ISSUE, "jira-per-issue-on-write"))
        for place, limits, reason in rules:
            if wait := _wait(self._asked[place], now, limits):
                return throttle.on_cloud(reason, wait, now)
        for place, _, _ in rules:
            self._asked[place].append(now)
        return None

    def on_server(self, login: str) -> Slowed | None:
        """What refuses a request of an account; otherwise it costs a token."""
        bucket = self._filled(login)
        if bucket.tokens < 1:
            return throttle.on_server(timedelta(seconds=throttle.EVERY))
        bucket.tokens -= 1
        return None

    def remaining(self, login: str) -> int:
        """How many requests an account may send at once."""
        return int(self._filled(login).tokens)

    def _filled(self, login: str) -> _Bucket:
        now = self.clock.now()
        bucket = self._buckets.setdefault(login, _Bucket(throttle.BUCKET, now))
        intervals = (now - bucket.filled) // timedelta(seconds=throttle.EVERY)
        bucket.tokens = min(throttle.BUCKET, bucket.tokens + intervals * throttle.FILL)
        bucket.filled += intervals * timedelta(seconds=throttle.EVERY)
        return bucket


def _wait(asked: deque[datetime], now: datetime, limits: tuple[tuple[timedelta, int], ...]) -> timedelta:
    """How long until one more is allowed, in whole seconds; nothing where it is."""
    longest = max(span for span, _ in limits)
    while asked and asked[0] <= now - longest:
        asked.popleft()
    waits = (asked[-most] + span - now for span, most in limits if len(asked) >= most)
    return timedelta(seconds=math.ceil(max(0.0, *(wait.total_seconds() for wait in waits), 0.0)))
