"""Faults that are planted in the embedded trackers: what a network or a tracker does on a bad day, on demand."""

import json
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

from .log import Kind, Tracker

FaultName = Literal["502", "429", "reset", "lost", "timeout", "truncated", "empty", "lag"]
_NAMES: tuple[str, ...] = get_args(FaultName)
_PAGE_MARKS = {"nodes", "totalCount", "total", "isLast", "nextPageToken"}
ACCEPTED = (
    '{"tracker": "github"|"jira", "match": "METHOD /path-prefix" (* for any method), "fault": '
    + "|".join(f'"{name}"' for name in _NAMES)
    + ', "after": 0, "times": 1, "seconds": 5}; after, times and seconds may be left out, lag is for jira only and needs no match'
)


class NotAFaultError(Exception):
    """What was to be planted cannot be; the message says what can."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; write {ACCEPTED}")


@dataclass
class Fault:
    """A fault that strikes `times` requests, once `after` matching ones have passed; `seconds` long, where it has a length."""

    tracker: Tracker
    method: str
    path: str
    name: FaultName
    after: int = 0
    times: int = 1
    seconds: float = 5
    passed: int = 0
    struck: int = 0

    def strikes(self, tracker: Tracker, kind: Kind, method: str, path: str) -> bool:
        """Whether it strikes this request, which is counted; `path` as the tracker itself calls it. An empty page needs a read."""
        if self.tracker != tracker or self.method not in {"*", method} or not path.startswith(self.path):
            return False
        if self.name == "lag" or (self.name == "empty" and kind == "write") or self.struck >= self.times:
            return False
        if self.passed < self.after:
            self.passed += 1
            return False
        return True

    def shape(self) -> dict[str, Any]:
        """As JSON tells it."""
        return {
            "tracker": self.tracker,
            "match": f"{self.method} {self.path}",
            "after": self.after,
            "times": self.times,
            "fault": self.name,
            "seconds": self.seconds,
            "struck": self.struck,
        }


@dataclass
class Faults:
    """All planted faults, in the order of planting."""

    planted: list[Fault] = field(default_factory=list)

    def striking(self, tracker: Tracker, kind: Kind, method: str, path: str) -> Fault | None:
        """The fault that strikes this request: the first of those that would; each of the others waits for its next one."""
        struck = [fault for fault in self.planted if fault.strikes(tracker, kind, method, path)]
        if not struck:
            return None
        struck[0].struck += 1
        return struck[0]


def read(body: Any) -> Fault:
    """The fault that a JSON body describes. Raises NotAFaultError for anything else."""
    if not isinstance(body, dict):
        raise NotAFaultError("not a JSON object")
    if unknown := body.keys() - {"tracker", "match", "fault", "after", "times", "seconds"}:
        raise NotAFaultError(f"unknown: {', '.join(sorted(unknown))}")
    tracker, name = body.get("tracker"), str(body.get("fault"))
    if tracker not in get_args(Tracker):
        raise NotAFaultError(f"no such tracker: {tracker!r}")
    if name not in _NAMES:
        raise NotAFaultError(f"no such fault: {name!r}")
    if name == "lag" and tracker != "jira":
        raise NotAFaultError("lag is of Jira's search; GitHub has none here")
    method, _, path = str(body.get("match", "* /" if name == "lag" else "")).partition(" ")
    if not method or not path.startswith("/"):
        raise NotAFaultError(f"not a match: {body.get('match')!r}")
    after, times, seconds = (body.get(key, default) for key, default in (("after", 0), ("times", 1), ("seconds", 5)))
    for key, value, kinds in (("after", after, int), ("times", times, int), ("seconds", seconds, (int, float))):
        if isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value < 10**6:
            raise NotAFaultError(f"{key} is no count: {value!r}")
    return Fault(cast("Tracker", tracker), method.upper(), path, cast("FaultName", name), after, times, seconds)


def emptied(body: bytes) -> bytes:
    """A JSON answer with every page in it empty, and the last one: a bare list, a page of Jira's, connections of GraphQL."""
    return json.dumps(_emptied(json.loads(body))).encode()


def _emptied(value: Any) -> Any:
    if isinstance(value, list):
        return []
    if not isinstance(value, dict):
        return value
    if not _PAGE_MARKS & value.keys():
        return {key: _emptied(member) if isinstance(member, dict) else member for key, member in value.items()}
    last = {"total": 0, "totalCount": 0, "isLast": True, "pageInfo": {"hasNextPage": False, "endCursor": None}}
    return {key: last.get(key, _emptied(member)) for key, member in value.items() if key != "nextPageToken"}
