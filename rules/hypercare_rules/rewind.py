"""A ticket as it was: what a decision of the past is replayed on, so that nothing has to be counted up and kept."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Any, assert_never

from hypercare_rules.ticket import (
    Assigned,
    Event,
    LabelChanged,
    NativePriorityChanged,
    Person,
    Said,
    ScopeChanged,
    Standing,
    StatusCategory,
    StatusChanged,
    Ticket,
    last_closing,
)

_at = attrgetter("at")


def rewind(ticket: Ticket, at: datetime) -> Ticket:
    """The ticket as it stood at `at`, as far as its history tells; the same ticket where nothing happened since.

    Title, description, components, links, votes and reactions have no history here and stay as they are now.
    """
    kept = bisect_right(ticket.history, at, key=_at)
    said = sum(comment.created <= at for comment in ticket.comments)
    if kept == len(ticket.history) and said == len(ticket.comments):
        return ticket
    known = ticket.rewound
    if (kept, said) not in known:
        known[kept, said] = _rewound(ticket, at, kept)
    return known[kept, said]


def _rewound(ticket: Ticket, at: datetime, kept: int) -> Ticket:
    """The ticket without the events from `kept` on and what was said after `at`."""
    undone: dict[str, Any] = {"comments": tuple(comment for comment in ticket.comments if comment.created <= at)}
    for event in reversed(ticket.history[kept:]):
        _undo(ticket, undone, event)
    if kept < len(ticket.history):
        undone["history"] = ticket.history[:kept]
        status = undone.get("status", ticket.status)
        undone["resolved"] = _resolved(ticket, kept) if status.category is StatusCategory.done else None
    return ticket.model_copy(update=undone)


def turning_points(ticket: Ticket) -> Iterator[datetime]:
    """When something happened that may change what is decided about the ticket, oldest first, each time once."""
    times = {ticket.created, *(event.at for event in ticket.history), *(comment.created for comment in ticket.comments)}
    yield from sorted(times)


_TURNS = {
    "status": {"status"}, "status_category": {"status"}, "open": {"status"}, "resolution": {"status"}, "resolved": {"status"},
    "labels": {"label"}, "overridden": {"label", "said"}, "assignees": {"assigned"}, "native_priority": {"native_priority"},
    "affects": {"scope"}, "planned_for": {"scope"}, "reopened": {"status"}, "comments": {"comment"},
    "kind": {"label", "native_priority"}, "impact": {"label", "native_priority"}, "urgency": {"label", "native_priority"},
    "severity": {"label", "native_priority"}, "priority": {"label", "native_priority", "said"}, "customer": {"label", "native_priority"},
    **dict.fromkeys(("tracker", "place", "key", "title", "description", "components", "issue_type", "reporter", "created", "audience"), frozenset()),
}  # fmt: skip
_ALL_TURNS = frozenset({"status", "label", "assigned", "native_priority", "scope", "comment", "said"})
WITHOUT_HISTORY = frozenset(
    (
        "votes",
        "reactions",
        "linked",
        "duplicates",
        "disagreement",
        "customers",
        "customers_affected",
        "open_sub_issues",
        "open_blockers",
    )
)
"""What changes while a ticket lives, though no tracker tells when it did."""


def turns(fields: Iterable[str]) -> frozenset[str]:
    """What can change what a condition over these fields says, by the kinds of event, and `comment`; all where time or people can."""
    return frozenset().union(*(_TURNS.get(name, _ALL_TURNS) for name in fields))


def _undo(ticket: Ticket, undone: dict[str, Any], event: Event) -> None:
    """Take one change back, of the ticket with what was taken back already."""

    def now(name: str) -> Any:
        return undone.get(name, getattr(ticket, name))

    match event:
        case StatusChanged(before=before):
            undone |= {"status": before, "resolution": None}
        case LabelChanged(label=label, added=added):
            undone["labels"] = now("labels") - {label} if added else now("labels") | {label}
        case NativePriorityChanged(before=before):
            undone["native_priority"] = before
        case Assigned():
            undone["assignees"] = _assignee_before(ticket, event)
        case ScopeChanged(name=name, added=True):
            undone |= {
                kind: tuple(version for version in now(kind) if version != name) for kind in ("affects", "planned_for")
            }
        case ScopeChanged(name=name):
            undone["planned_for"] = (*now("planned_for"), name)
        case Said():
            pass
        case _:
            assert_never(event)


def _assignee_before(ticket: Ticket, event: Assigned) -> tuple[Person, ...]:
    """Who had the ticket before: the assignee of the change before this one."""
    earlier = [change.after for change in ticket.history if isinstance(change, Assigned) and change.at < event.at]
    before = earlier[-1] if earlier else None
    return (_person(ticket, before),) if before else ()


def _person(ticket: Ticket, id_: str) -> Person:
    """Somebody as the ticket knows them from elsewhere; histories tell no more of an assignee than the id."""
    others = (comment.author for comment in ticket.comments), (event.by for event in ticket.history)
    known = (person for person in (*ticket.assignees, ticket.reporter, *chain(*others)) if person and person.id == id_)
    return next(known, Person(id=id_, name=id_, standing=Standing.team))


def _resolved(ticket: Ticket, kept: int) -> datetime | None:
    """When a ticket that was done after the first `kept` events had got there."""
    if ticket.resolved and ticket.resolved < ticket.history[kept].at:
        return ticket.resolved
    return last_closing(ticket.history[:kept])
