"""What either Jira answers whom it slows down."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

Reason = Literal["jira-quota-global-based", "jira-quota-tenant-based", "jira-burst-based", "jira-per-issue-on-write"]
REASONS: tuple[str, ...] = get_args(Reason)
"""Why Cloud refuses: an app's points of the hour (shared, or its own), requests a second to an endpoint, writes to one issue."""

BUCKET, FILL, EVERY = 100, 10, 1
"""Data Center's bucket as an administrator may set it: most requests at once, requests added each interval, the interval in seconds."""


@dataclass(frozen=True)
class Slowed:
    """A whole answer."""

    headers: dict[str, str]
    body: dict[str, Any]
    status: int = 429


def on_cloud(reason: str, wait: timedelta, now: datetime) -> Slowed:
    """Cloud's refusal: the wait in whole seconds, and when it ends to the minute."""
    headers = {
        "Retry-After": _seconds(wait),
        "X-RateLimit-Reset": f"{now + wait:%Y-%m-%dT%H:%MZ}",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-NearLimit": "true",
        "RateLimit-Reason": reason,
    }
    return Slowed(headers, {"errorMessages": ["Rate limit exceeded."], "errors": {}})


def on_server(wait: timedelta) -> Slowed:
    """Data Center's refusal. What its body says is not documented."""
    headers = {**bucket_headers(0), "Retry-After": _seconds(wait)}
    return Slowed(headers, {"message": "Rate limit exceeded.", "status-code": 429})


def bucket_headers(remaining: int) -> dict[str, str]:
    """What every answer of Data Center says where requests are limited; without a wait `Retry-After` is 0."""
    return {
        "X-RateLimit-Limit": str(BUCKET),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-FillRate": str(FILL),
        "X-RateLimit-Interval-Seconds": str(EVERY),
        "Retry-After": "0",
    }


def _seconds(wait: timedelta) -> str:
    return f"{wait.total_seconds():g}"
