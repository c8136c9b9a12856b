"""What goes into the store and comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from hypercare_rules.assess import Memory
from hypercare_rules.ticket import Ref, Ticket


@dataclass(frozen=True)
class KnownSource:
    """A source as it was read last: where to go on, the policy time of that reading, and its tickets."""

    cursor: Mapping[str, Any]
    as_of: datetime
    tickets: Mapping[Ref, Ticket] = field(default_factory=dict)


@dataclass(frozen=True)
class KnownRelease:
    """A release as it was left by the last tick."""

    summary_key: str | None
    memory: Memory


@dataclass(frozen=True)
class KnownWire:
    """What the last tick left of a tracker's limits: when content of the last hour was written, and whether it stayed silent."""

    content: tuple[datetime, ...] = ()
    silent: bool = False


@dataclass(frozen=True)
class Rollup:
    """A release's figures on a day of its zone: open tickets by priority (P1 to P4), and what came, was resolved, is breached."""

    day: date
    open: tuple[int, int, int, int]
    new: int
    resolved: int
    breached: int
    health: str
    as_of: datetime


@dataclass(frozen=True)
class Run:
    """A tick: `now` is policy time, `began` and `ended` the machine's. Without an end it was killed, or is still at it."""

    tick: str
    now: datetime
    began: datetime
    ended: datetime | None
    epoch: int
    outcome: str | None
    figures: Mapping[str, Any]


EntryKind: TypeAlias = Literal["tick", "decision", "change", "error"]
"""What an entry of the journal tells: a tick's end, what was decided, what was written, what could not be read."""


@dataclass(frozen=True)
class Entry:
    """What a tick tells the journal, and what it can be found by: `ticket` as `tracker:key`, `people` in small letters."""

    kind: EntryKind
    body: Mapping[str, Any]
    release: str | None = None
    ticket: str | None = None
    people: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Journaled:
    """An entry of the journal: of which tick, at which policy time (`now`) and when by the machine's clock (`at`)."""

    tick: str
    now: datetime
    at: datetime
    entry: Entry


@dataclass(frozen=True)
class Intent:
    """A write that was announced and of which nobody knows whether it was carried out.

    `error` is what came in place of an answer, None where the tick was killed.
    """

    key: str
    tick: str
    at: datetime
    effect: Mapping[str, Any]
    error: str | None = None


class Subject(NamedTuple):
    """What is decided about: a ticket (`tracker:key`) in a release, or without one the release itself."""

    release: str
    ticket: str = ""


class Told(NamedTuple):
    """What the journal was told last of a subject: a digest of the decision, and the decision in a few words."""

    digest: str
    words: str
