"""A wire that answers what a test says: for answers that no tracker gives on purpose."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Canned:
    """A transport that gives the same answer to every request, and keeps what was asked."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any) -> tuple[int, Mapping[str, str], str]:
        """The answer."""
        self.asked.append((method, path, body))
        return self.status, self.headers, json.dumps(self.body)
