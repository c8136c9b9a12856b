"""What the embedded GitHub answers whom it slows down: a used-up quota, and its secondary limits, as REST and GraphQL tell them."""

from dataclasses import dataclass
from typing import Any

_ABOUT = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@dataclass(frozen=True)
class Slowed:
    """A whole answer."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]


def primary(limit: int, reset: int, *, graphql: bool) -> Slowed:
    """The quota of `limit` is used up until `reset`, in seconds since the epoch; GraphQL says so with 200 and no data."""
    headers = {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Used": str(limit),
        "X-RateLimit-Reset": str(reset),
        "X-RateLimit-Resource": "graphql" if graphql else "core",
    }
    if graphql:
        # Seen since 2026; before, the type was RATE_LIMITED.
        error = {
            "type": "RATE_LIMIT",
            "code": "graphql_rate_limit",
            "message": "API rate limit already exceeded for user ID 1.",
        }
        return Slowed(200, headers, {"errors": [error]})
    body = {"message": "API rate limit exceeded for user ID 1.", "documentation_url": _ABOUT, "status": "403"}
    return Slowed(403, headers, body)


def secondary(retry_after: str | None, *, status: int = 403) -> Slowed:
    """Too much in too short a time; `retry_after` is seconds or a date, or nothing is said of when."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Slowed(status, headers, {"message": SECONDARY, "documentation_url": _ABOUT})
