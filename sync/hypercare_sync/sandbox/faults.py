"""Faults that are planted in the embedded trackers: what a network or a tracker does on a bad day, on demand."""

import json
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

from .log import Kind, Tracker

FaultName = Literal[
    "502", "429", "reset", "lost", "timeout", "truncated", "empty", "lag", "primary", "secondary", "partial"
]
RetryAfter = Literal["seconds", "date", "none"]
_NAMES: tuple[str, ...] = get_args(FaultName)
_PAGE_MARKS = {"nodes", "totalCount", "total", "isLast", "nextPageToken"}
ACCEPTED = (
    '{"tracker": "github"|"jira", "match": "METHOD /path-prefix" (* for any method), "fault": '
    + "|".join(f'"{name}"' for name in _NAMES)
    + ', "after": 0, "times": 1, "seconds": 5}; after, times and seconds may be left out, lag is for jira only and needs no match; '
    'for github only: primary, secondary, partial (GraphQL), and the members "above": 25 (strikes GraphQL pages of more), '
    '"retry_after": "seconds"|"date"|"none" (of 429 and secondary), "error": "RESOURCE_LIMITS_EXCEEDED"|"timeout"|any type and '
    '"data": "half"|"none" (of partial)'
)
_GITHUB_NAMES = {"primary", "secondary", "partial"}
_GITHUB_MEMBERS = {"above": None, "retry_after": "seconds", "error": "RESOURCE_LIMITS_EXCEEDED", "data": "half"}


class NotAFaultError(Exception):
    """What was to be planted cannot be; the message says what can."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; write {ACCEPTED}")


@dataclass
class Fault:
    """A fault that strikes `times` requests, once `after` matching ones have passed; `seconds` long, where it has a length.

    `above` limits it to GraphQL pages of more rows. `retry_after` is how it says the wait, `error` and `data` are what a partial answer
    tells and keeps.
    """

    tracker: Tracker
    method: str
    path: str
    name: FaultName
    after: int = 0
    times: int = 1
    seconds: float = 5
    passed: int = 0
    struck: int = 0
    above: int | None = None
    retry_after: RetryAfter = "seconds"
    error: str = "RESOURCE_LIMITS_EXCEEDED"
    data: Literal["half", "none"] = "half"

    def strikes(self, tracker: Tracker, kind: Kind, method: str, path: str, page: int) -> bool:
        """Whether it strikes this request, which is counted; `path` as the tracker itself calls it. An empty page needs a read.

        `page` is how many rows a GraphQL query asks for at most, 0 for anything else.
        """
        if self.above is not None and page <= self.above:
            return False
        if self.tracker != tracker or self.method not in {"*", method} or not path.startswith(self.path):
            return False
        if self.name == "lag" or (self.name == "empty" and kind == "write") or self.struck >= self.times:
            return False
        if self.passed < self.after:
            self.passed += 1
            return False
        return True

    def shape(self) -> dict[str, Any]:
        """As JSON tells it; members of GitHub's own only where they were set."""
        own = {name: getattr(self, name) for name, usual in _GITHUB_MEMBERS.items() if getattr(self, name) != usual}
        return {
            **own,
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

    def striking(self, tracker: Tracker, kind: Kind, method: str, path: str, page: int = 0) -> Fault | None:
        """The fault that strikes this request: the first of those that would; each of the others waits for its next one."""
        struck = [fault for fault in self.planted if fault.strikes(tracker, kind, method, path, page)]
        if not struck:
            return None
        struck[0].struck += 1
        return struck[0]


def read(body: Any) -> Fault:
    """The fault that a JSON body describes. Raises NotAFaultError for anything else."""
    if not isinstance(body, dict):
        raise NotAFaultError("not a JSON object")
    if unknown := body.keys() - {"tracker", "match", "fault", "after", "times", "seconds", *_GITHUB_MEMBERS}:
        raise NotAFaultError(f"unknown: {', '.join(sorted(unknown))}")
    tracker, name = body.get("tracker"), str(body.get("fault"))
    if tracker not in get_args(Tracker):
        raise NotAFaultError(f"no such tracker: {tracker!r}")
    if name not in _NAMES:
        raise NotAFaultError(f"no such fault: {name!r}")
    if name == "lag" and tracker != "jira":
        raise NotAFaultError("lag is of Jira's search; GitHub has none here")
    own = _own(body, name, str(tracker))
    method, _, path = str(body.get("match", "* /" if name == "lag" else "")).partition(" ")
    if not method or not path.startswith("/"):
        raise NotAFaultError(f"not a match: {body.get('match')!r}")
    after, times, seconds = (body.get(key, default) for key, default in (("after", 0), ("times", 1), ("seconds", 5)))
    for key, value, kinds in (("after", after, int), ("times", times, int), ("seconds", seconds, (int, float))):
        if isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value < 10**6:
            raise NotAFaultError(f"{key} is no count: {value!r}")
    return Fault(cast("Tracker", tracker), method.upper(), path, cast("FaultName", name), after, times, seconds, **own)


def _own(body: dict[str, Any], name: str, tracker: str) -> dict[str, Any]:
    """The members that only faults of GitHub have. Raises NotAFaultError for a wrong one."""
    own = {member: body[member] for member in _GITHUB_MEMBERS if member in body}
    if tracker != "github" and (own or name in _GITHUB_NAMES):
        raise NotAFaultError(f"{', '.join(sorted(own)) or name} is of GitHub only")
    above = own.get("above", 0)
    if isinstance(above, bool) or not isinstance(above, int) or above < 0:
        raise NotAFaultError(f"above is no count: {above!r}")
    for member, known in (("retry_after", {"seconds", "date", "none"}), ("data", {"half", "none"})):
        if member in own and own[member] not in known:
            raise NotAFaultError(f"no such {member}: {own[member]!r}")
    if not isinstance(own.get("error", ""), str):
        raise NotAFaultError(f"error is no text: {own['error']!r}")
    return own


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


_TIMED_OUT = (
    "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug. "
    "Please include `0000:0000:00000000` when reporting this issue."
)


def partial(body: bytes, fault: Fault) -> bytes:
    """A GraphQL answer of which a part is missing, with an error for each: every other row of the first page, or all data."""
    answer = json.loads(body)
    data = answer.get("data")
    paths = _holes(data, []) if fault.data == "half" and data else []
    if not paths:
        answer["data"] = dict.fromkeys(data) if data else None
        paths = [[name] for name in data or ()] or [[]]
    said = (
        {"message": _TIMED_OUT}
        if fault.error == "timeout"
        else {"type": fault.error, "message": _WORDS.get(fault.error, fault.error)}
    )
    answer["errors"] = [{**said, **({"path": path} if path else {})} for path in paths]
    return json.dumps(answer).encode()


_WORDS = {"RESOURCE_LIMITS_EXCEEDED": "Resource limits for this query exceeded."}


def _holes(value: Any, path: list[str | int]) -> list[list[str | int]]:
    """Make every other row of the first page null, the first among them; the paths of those."""
    if not isinstance(value, dict):
        return []
    for name, member in value.items():
        if name == "nodes" and isinstance(member, list) and member:
            made = range(0, len(member), 2)
            for number in made:
                member[number] = None
            return [[*path, name, number] for number in made]
        if made_below := _holes(member, [*path, name]):
            return made_below
    return []
