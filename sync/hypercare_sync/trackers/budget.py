"""What is left of a tracker's quota of requests, as its answers tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Budget:
    """A quota of requests or points: how many there are, how many are left, and when all are there again."""

    limit: int
    remaining: int
    reset: datetime

    @classmethod
    def told(cls, headers: Mapping[str, str]) -> "dict[str, Budget]":
        """The quota that an answer's headers (names in lower case) tell of, by its name; nothing where they tell of none."""
        limit, remaining, reset = (headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining", "reset"))
        name = headers.get("x-ratelimit-resource", "")
        try:
            return {name: cls(int(limit), int(remaining), datetime.fromtimestamp(int(reset), UTC))} if name else {}
        except (ValueError, OverflowError, OSError):
            return {}
