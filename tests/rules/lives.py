"""Tickets with histories that fit, and what they looked like at every step: told forwards, for what is replayed backwards."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from tests.rules import build

from hypercare_rules.ticket import Comment, Event, Person, Status, StatusCategory, Ticket
from hypercare_rules.words import Verb

_LABELS = ["urgent", "outage", "web"]
_STATUSES = [build.OPEN, build.WORKING, build.WAITING, build.DONE]
_VERSIONS = ["5.2", "6.0"]


@dataclass(frozen=True)
class Standing:
    """What a ticket was at a time, as far as its history tells."""

    at: datetime
    status: Status = build.OPEN
    resolved: datetime | None = None
    labels: frozenset[str] = frozenset()
    native_priority: str | None = None
    assignee: Person | None = None
    versions: frozenset[str] = frozenset()
    history: tuple[Event, ...] = ()
    comments: tuple[Comment, ...] = ()

    def seen_in(self, ticket: Ticket) -> bool:
        """Whether a ticket looks like this."""
        return (
            ticket.status == self.status
            and ticket.resolved == self.resolved
            and ticket.labels == self.labels
            and ticket.native_priority == self.native_priority
            and [person.id for person in ticket.assignees] == ([self.assignee.id] if self.assignee else [])
            and frozenset(ticket.planned_for) == self.versions
            and ticket.history == self.history
            and ticket.comments == self.comments
        )


@dataclass(frozen=True)
class Life:
    """A ticket, and what it looked like after each thing that happened to it, oldest first."""

    ticket: Ticket
    standings: tuple[Standing, ...]

    def standing(self, at: datetime) -> Standing:
        """What it was at a time, not before its creation."""
        return [standing for standing in self.standings if standing.at <= at][-1]


@st.composite
def lives(draw: st.DrawFn, last: int = 600) -> Life:
    """A ticket to which up to eight things happened within so many minutes after it was created, an hour after go-live."""
    standing = Standing(
        at=build.after("1h"),
        labels=draw(st.frozensets(st.sampled_from(_LABELS), max_size=2)),
        native_priority=draw(st.sampled_from([None, "High"])),
        versions=draw(st.frozensets(st.sampled_from(_VERSIONS), max_size=1)),
    )
    standings = [standing]
    for minute in draw(st.lists(st.integers(1, last), max_size=8, unique=True).map(sorted)):
        standings.append(_next(draw, standings[-1], build.after("1h") + timedelta(minutes=minute)))
    end = standings[-1]
    ticket = build.ticket(
        status=end.status,
        resolved=end.resolved,
        labels=end.labels,
        native_priority=end.native_priority,
        assignees=(end.assignee,) if end.assignee else (),
        affects=(),
        planned_for=tuple(end.versions),
        history=end.history,
        comments=end.comments,
    )
    return Life(ticket, tuple(standings))


def _next(draw: st.DrawFn, now: Standing, at: datetime) -> Standing:
    event: Event
    changed: dict[str, Any]
    match draw(st.sampled_from(["status", "label", "priority", "assignee", "version", "said", "comment"])):
        case "status":
            to = draw(st.sampled_from([status for status in _STATUSES if status != now.status]))
            done = to.category is StatusCategory.done
            event, changed = build.moved(at, now.status, to), {"status": to, "resolved": at if done else None}
        case "label":
            label = draw(st.sampled_from(_LABELS))
            event = (build.unlabelled if label in now.labels else build.labelled)(at, label)
            changed = {"labels": now.labels ^ {label}}
        case "priority":
            native = draw(st.sampled_from([one for one in (None, "Highest", "High") if one != now.native_priority]))
            event, changed = build.reprioritised(at, now.native_priority, native), {"native_priority": native}
        case "assignee":
            person = draw(st.sampled_from([one for one in (None, build.ANA, build.BEN) if one != now.assignee]))
            event, changed = build.assigned(at, person), {"assignee": person}
        case "version":
            version = draw(st.sampled_from(_VERSIONS))
            event = build.rescoped(at, version, added=version not in now.versions)
            changed = {"versions": now.versions ^ {version}}
        case "said":
            event, changed = build.said(at, Verb.ack), {}
        case _:
            return replace(now, at=at, comments=(*now.comments, build.comment(at)))
    return replace(now, at=at, history=(*now.history, event), **changed)
