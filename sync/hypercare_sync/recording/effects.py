"""What a write is to achieve, as a value that is the same in every tick that tries for it; and whether it stands by now. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, assert_never

from hypercare_rules.ticket import Comment, Marker, Ref, Ticket
from hypercare_sync.change import (
    AddComment,
    AddLabel,
    Assign,
    Change,
    CloseSummary,
    CreateSummary,
    EditComment,
    EditSummary,
    LinkSummary,
    LinkTicket,
    PinSummary,
    RemoveComment,
    RemoveLabel,
    SetPriority,
    UnlinkTicket,
)
from hypercare_sync.observed import FoundSummary
from hypercare_sync.release_state import ReleaseState, tickets_of

Effect: TypeAlias = Mapping[str, Any]
"""JSON: its `kind`, the `tracker`, the `subject` there, and what should be so of it."""

_NOT_OF_THE_KEY = "as_of"


@dataclass(frozen=True)
class Seen:
    """What a tick saw in the trackers. `summaries` are by release; trackers that could not be read whole are `stale`.

    `said` are the comments that matter of the summaries' own, by summary.
    """

    tickets: Mapping[Ref, Ticket] = field(default_factory=dict)
    prefixes: tuple[str, ...] = ()
    summaries: Mapping[str, FoundSummary] = field(default_factory=dict)
    stale: frozenset[str] = frozenset()
    said: Mapping[Ref, tuple[Comment, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, releases: Sequence[ReleaseState]) -> "Seen":
        """What planning had of these releases."""
        return cls(
            tickets={ticket.ref: ticket for release in releases for ticket in tickets_of(release)},
            prefixes=tuple({release.policy.label_prefix.casefold() for release in releases}),
            summaries={one.assessment.release.name: one.summary for one in releases if one.summary},
            stale=frozenset().union(*(one.stale for one in releases), *(_unseen(one) for one in releases)),
            said={
                Ref(one.place.tracker, one.summary.current.key): one.summary.current.conversation.comments
                for one in releases
                if one.summary and one.summary.current
            },
        )

    def managed(self, ref: Ref) -> set[str]:
        """The labels of ours on a ticket."""
        ticket = self.tickets.get(ref)
        return {label for label in ticket.labels if label.casefold().startswith(self.prefixes)} if ticket else set()

    def comment(self, ref: Ref, identity: str) -> Comment | None:
        """A comment on a ticket."""
        return next((one for one in self._comments(ref) if one.id == identity), None)

    def markers(self, ref: Ref) -> list[list[Any]]:
        """By what our comments on a ticket are known again."""
        return [_key(one.marker) for one in self._comments(ref) if one.marker]

    def _comments(self, ref: Ref) -> tuple[Comment, ...]:
        ticket = self.tickets.get(ref)
        return ticket.comments if ticket else self.said.get(ref, ())


def _unseen(release: ReleaseState) -> frozenset[str]:
    """The tracker of a summary that could not be read."""
    return frozenset() if release.summary else frozenset((release.place.tracker,))


def after(changes: Iterable[Change], labels: Iterable[str]) -> list[str]:
    """Labels as they are once these changes are made."""
    changes = tuple(changes)
    gone = {one.label for one in changes if isinstance(one, RemoveLabel)}
    return sorted({*labels} - gone | {one.label for one in changes if isinstance(one, AddLabel)})


def effect_of(changes: Sequence[Change], seen: Seen) -> Effect:
    """What the changes of one write are to achieve."""
    change = changes[0]
    match change:
        case AddLabel() | RemoveLabel():
            return _on(change.ticket, "labels", labels=after(changes, seen.managed(change.ticket)))
        case AddComment():
            return _on(change.ticket, "comment", marker=_key(change.marker))
        case EditComment():
            return _on(change.ticket, "comment text", comment=change.comment, digest=change.marker.digest)
        case RemoveComment():
            return _on(change.ticket, "no comment", comment=change.comment)
        case Assign():
            return _on(change.ticket, "assignee", account=change.account)
        case SetPriority():
            return _on(change.ticket, "native priority", native=change.native)
        case LinkTicket():
            return _on(change.ticket, "link", link=str(change.link))
        case LinkSummary():
            return _on(change.ticket, "summary link", prefix=change.prefix, release=change.release)
        case UnlinkTicket():
            return _on(change.ticket, "no link", link=str(change.link))
        case CreateSummary():
            return _on(Ref(change.place.tracker, change.place.place), "summary", release=change.record.release)
        case EditSummary():
            record = change.record
            text: dict[str, Any] = {"release": record.release, "digest": record.digest}
            text |= {"as_of": record.as_of.isoformat(), **({} if change.open is None else {"open": change.open})}
            return _on(Ref(change.place.tracker, change.key), "summary text", **text)
        case CloseSummary():
            return _on(Ref(change.place.tracker, change.key), "no summary", first=change.first)
        case PinSummary():
            return _on(Ref(change.place.tracker, change.place.place), "pin", release=change.release)
        case _:
            assert_never(change)


def key_of(effect: Effect) -> str:
    """The idempotency key: the same for the same effect, whatever the time; a person can tell by it what it is about."""
    lasting = {name: value for name, value in effect.items() if name != _NOT_OF_THE_KEY}
    digest = hashlib.sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()[:16]
    return f"{effect['kind']} {effect['tracker']}:{effect['subject']} {digest}"


def stands(effect: Effect, seen: Seen) -> bool | None:
    """Whether the effect is there by now; None where its tracker could not be read."""
    ref = Ref(effect["tracker"], effect["subject"])
    if ref.tracker in seen.stale:
        return None
    found = seen.summaries.get(effect.get("release", ""))
    current = found.current if found else None
    ticket = seen.tickets.get(ref)
    comment = seen.comment(ref, effect.get("comment", ""))
    match effect["kind"]:
        case "labels":
            return ticket is not None and sorted(seen.managed(ref)) == effect["labels"]
        case "comment":
            return effect["marker"] in seen.markers(ref)
        case "comment text":
            return bool(comment and comment.marker and comment.marker.digest == effect["digest"])
        case "no comment":
            return (ticket is not None or ref in seen.said) and comment is None
        case "assignee":
            return ticket is not None and effect["account"] in {person.id for person in ticket.assignees}
        case "native priority":
            return ticket is not None and ticket.native_priority == effect["native"]
        case "link":
            return ticket is not None and effect["link"] in map(str, ticket.linked)
        case "no link":
            return ticket is not None and effect["link"] not in map(str, ticket.linked)
        case "summary link":
            linked = ticket.linked if ticket and current else ()
            return any((one.prefix, one.to.key) == (effect["prefix"], current and current.key) for one in linked)
        case "summary":
            return current is not None
        case "summary text":
            wanted = datetime.fromisoformat(effect["as_of"])
            so = current and current.record.digest == effect["digest"] and current.record.as_of >= wanted
            return bool(current and so and current.open is effect.get("open", current.open))
        case "no summary":
            return all(double.key != ref.key for one in seen.summaries.values() for double in one.doubles)
        case "pin":
            return current is not None and not current.unpinned
        case _:  # a newer program's, which is not ours to judge
            return None


def _on(ref: Ref, kind: str, **wanted: Any) -> Effect:
    return {"kind": kind, "tracker": ref.tracker, "subject": ref.key, **wanted}


def _key(marker: Marker) -> list[Any]:
    """By what two comments are known to say the same, as JSON."""
    key: list[Any] = json.loads(json.dumps(marker.key, default=str))
    return key
