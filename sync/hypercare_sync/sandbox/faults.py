"""Faults that are planted in the embedded trackers: what a network or a tracker does on a bad day, on demand."""

import json
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal, cast, get_args

from .jira.throttle import REASONS
from .log import Kind, Tracker

FaultName = Literal[
    "502", "429", "reset", "lost", "timeout", "truncated", "empty", "lag", "partial", "cut", "repeated", "primary", "secondary",
]  # fmt: skip
RetryAfter = Literal["seconds", "date", "none"]
_NAMES: tuple[str, ...] = get_args(FaultName)
_PAGE_MARKS = {"nodes", "totalCount", "total", "isLast", "nextPageToken"}
ACCEPTED = (
    '{"tracker": "github"|"jira", "match": "METHOD /path-prefix" (* for any method), "fault": '
    + "|".join(f'"{name}"' for name in _NAMES)
    + ', "after": 0, "times": 1, "seconds": 5}; after, times and seconds may be left out; '
    "for jira only: lag (needs no match), cut (comments and histories), repeated (page token), and the members "
    '"reason": "jira-burst-based"|another RateLimit-Reason (of 429) and "keep": 0 (of cut); '
    'for github only: primary, secondary, and the members "above": 25 (strikes GraphQL pages of more), '
    '"retry_after": "seconds"|"date"|"none" (of 429 and secondary), "error": "RESOURCE_LIMITS_EXCEEDED"|"timeout"|any type and '
    '"data": "half"|"none" (of partial)'
)
_OWN_NAMES: dict[Tracker, set[str]] = {"github": {"primary", "secondary"}, "jira": {"lag", "cut", "repeated"}}
_OWN_MEMBERS: dict[Tracker, dict[str, Any]] = {
    "github": {"above": None, "retry_after": "seconds", "error": "RESOURCE_LIMITS_EXCEEDED", "data": "half"},
    "jira": {"reason": "jira-burst-based", "keep": 0},
}
_OTHER: dict[Tracker, tuple[Tracker, str]] = {"github": ("jira", "Jira"), "jira": ("github", "GitHub")}
_OF_READS = {"empty", "cut", "repeated"}


class NotAFaultError(Exception):
    """What was to be planted cannot be; the message says what can."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; write {ACCEPTED}")


@dataclass
class Fault:
    """A fault that strikes `times` requests, once `after` matching ones have passed; `seconds` long, where it has a length.

    `above` limits it to GraphQL pages of more rows. `retry_after` is how it says the wait, `error` and `data` are what a partial answer
    tells and keeps. `reason` is which of Jira's limits refuses, `keep` how much of a cut list is left.
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
    reason: str = "jira-burst-based"
    keep: int = 0

    def strikes(self, tracker: Tracker, kind: Kind, method: str, path: str, page: int) -> bool:
        """Whether it strikes this request, which is counted; `path` as the tracker itself calls it. An empty page needs a read.

        `page` is how many rows a GraphQL query asks for at most, 0 for anything else.
        """
        if self.above is not None and page <= self.above:
            return False
        if self.tracker != tracker or self.method not in {"*", method} or not path.startswith(self.path):
            return False
        if self.name == "lag" or (self.name in _OF_READS and kind == "write") or self.struck >= self.times:
            return False
        if self.passed < self.after:
            self.passed += 1
            return False
        return True

    def shape(self) -> dict[str, Any]:
        """As JSON tells it; a tracker's own members only where they were set."""
        members = _OWN_MEMBERS[self.tracker]
        own = {name: getattr(self, name) for name, usual in members.items() if getattr(self, name) != usual}
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
    if unknown := body.keys() - {
        "tracker",
        "match",
        "fault",
        "after",
        "times",
        "seconds",
        *chain(*_OWN_MEMBERS.values()),
    }:
        raise NotAFaultError(f"unknown: {', '.join(sorted(unknown))}")
    tracker, name = body.get("tracker"), str(body.get("fault"))
    if tracker not in get_args(Tracker):
        raise NotAFaultError(f"no such tracker: {tracker!r}")
    if name not in _NAMES:
        raise NotAFaultError(f"no such fault: {name!r}")
    own = _own(body, name, cast("Tracker", tracker))
    method, _, path = str(body.get("match", "* /" if name == "lag" else "")).partition(" ")
    if not method or not path.startswith("/"):
        raise NotAFaultError(f"not a match: {body.get('match')!r}")
    after, times, seconds = (body.get(key, default) for key, default in (("after", 0), ("times", 1), ("seconds", 5)))
    for key, value, kinds in (("after", after, int), ("times", times, int), ("seconds", seconds, (int, float))):
        if isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value < 10**6:
            raise NotAFaultError(f"{key} is no count: {value!r}")
    return Fault(cast("Tracker", tracker), method.upper(), path, cast("FaultName", name), after, times, seconds, **own)


def _own(body: dict[str, Any], name: str, tracker: Tracker) -> dict[str, Any]:
    """The members that only faults of one tracker have. Raises NotAFaultError for a wrong one."""
    other, shown = _OTHER[tracker]
    strange = sorted(_OWN_MEMBERS[other].keys() & body.keys())
    if strange or name in _OWN_NAMES[other]:
        raise NotAFaultError(f"{', '.join(strange) or name} is of {shown} only")
    own = {member: body[member] for member in _OWN_MEMBERS[tracker] if member in body}
    for member in ("above", "keep"):
        count = own.get(member, 0)
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise NotAFaultError(f"{member} is no count: {count!r}")
    for member, known in (
        ("retry_after", {"seconds", "date", "none"}),
        ("data", {"half", "none"}),
        ("reason", set(REASONS)),
    ):
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
