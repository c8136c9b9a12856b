"""The one retry policy: which failures are tried again, after how long, and how often.

A server's own wait is kept (`Retry-After`, a reset time). For one request no more than a minute is waited in all that a server asks
for: beyond that the work is left to the next tick.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    stop_after_attempt,
    stop_after_delay,
    wait_exponential_jitter,
    wait_random,
)

from hypercare_sync.errors import TrackerError

ATTEMPTS = 5
LONGEST_SLEEP = timedelta(seconds=60)

ODD_ANSWER = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What the trackers' libraries raise where they look into an answer that is not what they expect."""

T = TypeVar("T")


class Reach(Enum):
    """What a tracker that turns a request away wants less of."""

    tracker = "all requests"
    quota = "all requests, for there are no more to be had in this tick"
    endpoint = "requests such as this one"
    ticket = "writes to this ticket"


class Rejected(TrackerError):
    """The tracker turned the request away for now and did nothing; requests within its `reach` may be sent again after `wait`."""

    def __init__(self, message: str, wait: timedelta | None = None, reach: Reach = Reach.tracker) -> None:
        super().__init__(message)
        self.wait = wait
        self.reach = reach


class Unanswered(TrackerError):
    """No usable answer came: the request may have been carried out, or not."""


class Broken(Unanswered):
    """The tracker answered that it failed at the request, which it may have carried out or not."""


def repeated(send: Callable[[], T], *, repeatable: bool, sleep: Callable[[float], None] = time.sleep) -> T:
    """The result of `send`, tried again by the policy.

    What was rejected is sent again, unless others would have to wait for one ticket or a used-up quota; what went unanswered only where
    `repeatable` says that a second time changes nothing. The last failure is raised as it is.
    """

    def again(state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Rejected):
            if error.reach in (Reach.quota, Reach.ticket):
                return False
            return error.wait is None or timedelta(seconds=state.idle_for) + error.wait <= LONGEST_SLEEP
        return repeatable and isinstance(error, Unanswered)

    policy = Retrying(
        stop=stop_after_attempt(ATTEMPTS) | stop_after_delay(300),
        wait=_wait,
        retry=again,
        sleep=sleep,
        reraise=True,
    )
    return policy(send)


_backoff = wait_exponential_jitter(initial=1, max=30)
_jitter = wait_random(0, 1)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, Rejected) and error.wait is not None:
        return error.wait.total_seconds() + _jitter(state)
    return _backoff(state)
