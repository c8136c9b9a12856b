"""What the embedded trackers served, for whoever counts requests."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

Tracker = Literal["jira", "github"]
Kind = Literal["read", "write"]


@dataclass(frozen=True)
class Served:
    """One request that a tracker served.

    `operation` is a GraphQL request's, as `query Name` or `mutation Name`; `status` is None where no answer was sent, `fault` says which fault struck.
    """

    tracker: Tracker
    kind: Kind
    method: str
    path: str
    query: str
    status: int | None
    at: datetime
    operation: str | None = None
    fault: str | None = None

    def shape(self) -> dict[str, Any]:
        """As JSON tells it."""
        return {**asdict(self), "at": self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")}


@dataclass
class RequestLog:
    """All that was served since the start, or since the log was cleared."""

    served: list[Served] = field(default_factory=list)
