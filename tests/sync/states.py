"""What a plan is made of, for tests: releases as they were assessed, and the world that a plan would leave."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.rules import build

from hypercare_rules.assess import Memory, World, assess
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import (
    Assigned,
    Audience,
    Comment,
    LabelChanged,
    NativePriorityChanged,
    OurLink,
    Person,
    Ref,
    Standing,
    Ticket,
)
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
    TicketChange,
    UnlinkTicket,
)
from hypercare_sync.observed import FoundSummary, SummaryPlace, SummaryState
from hypercare_sync.release_state import ReleaseState

PLACE = SummaryPlace("web-github", "acme/ops", "hypercare:summary")
NOW = build.after("3d")
SINCE_GO_LIVE = Memory(baseline=build.GO_LIVE)
NO_SUMMARY = FoundSummary(Audience.internal)


@dataclass(frozen=True)
class Told:
    """One release of a test: its tickets and what is found of its summary. Policy and memory as `build` has them."""

    tickets: tuple[Ticket, ...]
    name: str = "Shop 5.2"
    policy: Policy = field(default_factory=build.policy)
    memory: Memory = SINCE_GO_LIVE
    summary: FoundSummary | None = NO_SUMMARY
    stale: frozenset[str] = frozenset()

    def state(self, now: datetime = NOW) -> ReleaseState:
        """The release as it is planned from."""
        world = World(release=build.release(name=self.name), sources=(build.source(*self.tickets),), memory=self.memory)
        assessment = assess(world, self.policy, now)
        return ReleaseState(assessment, self.policy, self.memory, PLACE, self.summary, self.stale)

    def after(self, changes: Iterable[Change], now: datetime = NOW) -> "Told":
        """The release once the changes are carried out."""
        tickets = {ticket.ref: ticket for ticket in self.tickets}
        summary, memory = self.summary, self.memory
        for change in changes:
            match change:
                case CreateSummary() | EditSummary() if change.record.release == self.name:
                    key = change.key if isinstance(change, EditSummary) else "acme/ops#1"
                    assert summary is not None
                    told = change.open if isinstance(change, EditSummary) else True
                    was_open = summary.current is None or summary.current.open
                    is_open = was_open if told is None else told
                    summary = replace(
                        summary, current=SummaryState(key, f"https://x/{key}", open=is_open, record=change.record)
                    )
                    memory = change.record.memory
                case CloseSummary():
                    assert summary is not None
                    summary = replace(summary, doubles=tuple(s for s in summary.doubles if s.key != change.key))
                case PinSummary() if change.release == self.name:
                    assert summary is not None
                    assert summary.current is not None
                    summary = replace(summary, current=replace(summary.current, unpinned=False))
                case CreateSummary() | EditSummary() | PinSummary():
                    pass
                case _ if change.ticket in tickets:
                    tickets[change.ticket] = _written(tickets[change.ticket], change, now)
        return replace(self, tickets=tuple(tickets.values()), summary=summary, memory=memory)


def _written(ticket: Ticket, change: Change, now: datetime) -> Ticket:
    """The ticket as the tracker tells it after one change."""
    match change:
        case AddLabel() | RemoveLabel():
            added = isinstance(change, AddLabel)
            event = LabelChanged(at=now, by=build.US, label=change.label, added=added)
            labels = ticket.labels | {change.label} if added else ticket.labels - {change.label}
            return ticket.model_copy(update={"labels": labels, "history": (*ticket.history, event)})
        case AddComment():
            number = str(1000 + len(ticket.comments))
            made = Comment(id=number, author=build.US, created=now, updated=now, text="...", marker=change.marker)
            return ticket.model_copy(update={"comments": (*ticket.comments, made)})
        case EditComment():
            comments = tuple(
                one.model_copy(update={"marker": change.marker}) if one.id == change.comment else one
                for one in ticket.comments
            )
            return ticket.model_copy(update={"comments": comments})
        case RemoveComment():
            kept = tuple(one for one in ticket.comments if one.id != change.comment)
            return ticket.model_copy(update={"comments": kept})
        case Assign():
            to = Person(id=change.account, name=change.who, standing=Standing.team)
            event = Assigned(at=now, by=build.US, after=change.account)
            return ticket.model_copy(update={"assignees": (to,), "history": (*ticket.history, event)})
        case LinkTicket():
            return ticket.model_copy(update={"linked": ticket.linked | {change.link}})
        case LinkSummary():
            link = OurLink(change.prefix, Ref(change.place.tracker, "acme/ops#1"))
            return ticket.model_copy(update={"linked": ticket.linked | {link}})
        case UnlinkTicket():
            return ticket.model_copy(update={"linked": ticket.linked - {change.link}})
        case SetPriority():
            event = NativePriorityChanged(at=now, by=build.US, before=change.before, after=change.native)
            return ticket.model_copy(update={"native_priority": change.native, "history": (*ticket.history, event)})
        case _:
            raise AssertionError(change)


def consistent(ticket: Ticket) -> Ticket:
    """The ticket with the labels that its history leads to, as far as that tells of them, and a key that either tracker may have."""
    told = {event.label: event.added for event in ticket.history if isinstance(event, LabelChanged)}
    on = {label for label, added in told.items() if added}
    ref = Ref(ticket.ref.tracker, f"acme/web#{re.split('[-#]', ticket.ref.key)[-1]}")
    return ticket.model_copy(update={"ref": ref, "labels": frozenset((ticket.labels - told.keys()) | on)})


def by_ref(changes: Iterable[Change]) -> Mapping[Ref, list[Change]]:
    """The changes of tickets, by ticket."""
    found: dict[Ref, list[Change]] = {}
    for change in changes:
        if isinstance(change, TicketChange):
            found.setdefault(change.ticket, []).append(change)
    return found
