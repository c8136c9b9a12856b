"""The served trackers, as the scenes over them share them."""

import gzip
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from hypercare_sync.sandbox.faults import Fault, FaultName
from hypercare_sync.sandbox.log import Kind
from hypercare_sync.sandbox.log import Tracker as TrackerKind
from hypercare_sync.sandbox.world import Sandbox

numbers = itertools.count(1)
"""Numbers that nothing in the served trackers has yet."""


@dataclass
class Served:
    """What the scenes over the sandbox share: the served trackers, and the waits that our account did not sleep."""

    sandbox: Sandbox
    base: str
    folder: Path
    slept: list[float] = field(default_factory=list)

    def fault(self, tracker: TrackerKind, match: str, name: FaultName, **more: Any) -> None:
        """Plant a fault for requests such as `POST /repos`."""
        method, _, path = match.partition(" ")
        self.sandbox.faults.planted.append(Fault(tracker, method, path, name, **more))

    def sent(self, kind: Kind | None = None) -> int:
        """How many requests were served since the scene began, or since `forget`."""
        return len([served for served in self.sandbox.log.served if kind in (None, served.kind)])

    def operations(self) -> list[str]:
        """What was asked since then: GraphQL by its operation, else method and path."""
        return [served.operation or f"{served.method} {served.path}" for served in self.sandbox.log.served]

    def forget(self) -> None:
        """Count anew."""
        self.sandbox.log.served.clear()

    def write(self, rows: Sequence[Any]) -> Path:
        """A file of rows to load."""
        path = self.folder / f"{next(numbers)}.jsonl.gz"
        with gzip.open(path, "wt", compresslevel=1) as sink:
            sink.writelines(json.dumps(row) + "\n" for row in rows)
        return path


def answer(response: requests.Response) -> Any:
    """What a request that must succeed answers."""
    assert response.ok, response.text
    return response.json() if response.content else None
