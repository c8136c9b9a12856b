"""Carrying a plan out: the only place that writes. What fails is told, what there is no time for is left to the next tick."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never, get_args

from hypercare_rules.ticket import OurLink, Ref
from hypercare_sync.aside import SetAside, set_aside
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
    Plan,
    RemoveComment,
    RemoveLabel,
    SetPriority,
    TicketChange,
    UnlinkTicket,
    tracker_of,
)
from hypercare_sync.errors import HypercareError, LeaseHeld, StoreUnusable
from hypercare_sync.pace import Pace
from hypercare_sync.recording import Ledger
from hypercare_sync.retry import Reach, Rejected, Unanswered
from hypercare_sync.store import Became
from hypercare_sync.trackers.http import NotFound, NotGranted, Requests, Unwritable
from hypercare_sync.trackers.obstacle import Obstacle
from hypercare_sync.trackers.port import Created, Page, Writer

_DOWN_AFTER = 2  # unanswered writes in a row
_NO_CONTENT = (
    AddLabel,
    RemoveLabel,
    Assign,
    SetPriority,
    RemoveComment,
    LinkTicket,
    LinkSummary,
    UnlinkTicket,
    PinSummary,
)
_MINOR = (Obstacle.unpinnable, Obstacle.unlinkable)  # whoever reads misses nothing by these: they are no failures
_OF_TICKETS = get_args(TicketChange)


@dataclass(frozen=True)
class Failure:
    """A change that was not carried out, and why."""

    change: Change
    error: HypercareError


@dataclass
class Outcome:
    """What became of a plan. `created` are the new summaries by release.

    `aside` are changes that an obstacle stands in the way of; `obstacles` are all that are known now.
    """

    applied: list[Change] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    deferred: list[Change] = field(default_factory=list)
    aside: list[Change] = field(default_factory=list)
    created: dict[str, Created] = field(default_factory=dict)
    obstacles: list[SetAside] = field(default_factory=list)

    def passed(self, changes: Sequence[Change]) -> None:
        """Changes that were carried out: nothing stands in their way any more."""
        self.applied += changes
        self.obstacles = [one for one in self.obstacles if not one.covers(changes[0])]


@dataclass
class Applier:
    """What it takes to write: a port and a pace by tracker, the summaries by release, and a time limit.

    `homes` names the release whose summary's key a ticket's record keeps, `types` the native types of tickets. `known` are the obstacles met by earlier ticks; `now` is
    policy time. Each write is announced in the `ledger` before it goes out, and settled there. `sent` counts what goes out on the wires. `done` is told the changes of each write.
    """

    writers: Mapping[str, Writer]
    paces: Mapping[str, Pace]
    summaries: dict[str, Created]
    homes: Mapping[Ref, str]
    lasts: timedelta
    now: datetime
    ledger: Ledger
    known: Sequence[SetAside] = ()
    sent: Mapping[str, Requests] = field(default_factory=dict)
    done: Callable[[tuple[Change, ...]], None] = lambda _: None
    types: Mapping[Ref, str] = field(default_factory=dict)
    monotonic: Callable[[], float] = time.monotonic

    def apply(self, plan: Plan) -> Outcome:
        """Write the changes in the plan's order. Raises LeaseLost where another tick has taken over, StoreUnusable."""
        outcome = Outcome(obstacles=list(self.known))
        ends = self.monotonic() + self.lasts.total_seconds()
        rests = _Rests(self.types)
        for changes in plan.writes():
            if rests.lack_labels(changes[0]) or any(
                one.covers(changes[0]) and one.again > self.now for one in outcome.obstacles
            ):
                outcome.aside += changes
                continue
            if rests.cover(changes[0]) or not self._admitted(changes[0], ends):
                outcome.deferred += changes
                continue
            begun = self.ledger.intend(changes)
            try:
                response = self._paced(changes, outcome, begun=begun)
            except (LeaseHeld, StoreUnusable):
                raise
            except HypercareError as error:
                rests.after(changes[0], error)
                became = self._failed(changes, error, outcome)
                self.ledger.settle(changes, became, error=error)
                if became == "deferred":
                    continue
            else:
                rests.after(changes[0], None)
                outcome.passed(changes)
                self.ledger.settle(changes, "applied", response)
            self.done(changes)
        return outcome

    def _admitted(self, change: Change, ends: float) -> bool:
        """Wait for the change's turn. False where it does not come before the end, or needs a summary that could not be opened."""
        if isinstance(change, PinSummary | LinkSummary) and change.release not in self.summaries:
            return False
        return self.paces[tracker_of(change)].admit(until=ends, content=not isinstance(change, _NO_CONTENT))

    def _paced(self, changes: tuple[Change, ...], outcome: Outcome, *, begun: bool) -> str | None:
        """One write; what it took on the wire beyond the one request that was admitted is counted, too."""
        tracker = tracker_of(changes[0])
        sent = self.sent.get(tracker, Requests())
        write, content = sent.write, sent.content
        try:
            return self._write(changes, outcome, begun=begun)
        finally:
            admitted = not isinstance(changes[0], _NO_CONTENT)
            self.paces[tracker].count(
                writes=max(0, sent.write - write - 1), content=max(0, sent.content - content - admitted)
            )

    def _failed(self, changes: tuple[Change, ...], error: HypercareError, outcome: Outcome) -> Became:
        """What an error makes of a write."""
        if isinstance(error, Rejected):
            outcome.deferred += changes
            return "deferred"
        if obstacle := _obstacle(changes[0], error):
            return self._obstructed(changes, obstacle, error, outcome)
        outcome.failed += [Failure(change, error) for change in changes]
        return "unknown" if isinstance(error, Unanswered) else "failed"

    def _obstructed(
        self, changes: tuple[Change, ...], obstacle: Obstacle, error: HypercareError, outcome: Outcome
    ) -> Became:
        """An obstacle that is met for the first time is told as a failure, a right that is missing by each tick; else changes are only counted."""
        met = set_aside(changes[0], obstacle, str(error), self.now)
        standing = next((one for one in outcome.obstacles if one.name == met.name), None)
        outcome.obstacles = [one for one in outcome.obstacles if one.name != met.name]
        outcome.obstacles.append(standing.met_again(self.now) if standing else met)
        if (standing and not isinstance(error, NotGranted)) or obstacle in _MINOR:
            outcome.aside += changes
        else:
            outcome.failed += [Failure(one, error) for one in changes]
        return "set_aside"

    def _write(self, changes: tuple[Change, ...], outcome: Outcome, *, begun: bool) -> str | None:
        """One write: all label changes of a ticket together, anything else alone; what the tracker calls that which it made.

        What may have been `begun` by an earlier tick is looked for before it is made.
        """
        change = changes[0]
        writer = self.writers[tracker_of(change)]
        match change:
            case AddLabel() | RemoveLabel():
                add = {one.label: one.style for one in changes if isinstance(one, AddLabel)}
                remove = [one.label for one in changes if isinstance(one, RemoveLabel)]
                home = self.summaries.get(self.homes.get(change.ticket, ""))
                writer.change_labels(change.ticket, add, remove, home.key if home else None)
            case AddComment():
                first = change.first and not begun
                return writer.add_comment(change.ticket, change.marker, change.document, first=first)
            case EditComment():
                writer.edit_comment(change.ticket, change.comment, change.marker, change.document)
            case RemoveComment():
                writer.remove_comment(change.ticket, change.comment)
            case Assign():
                writer.assign(change.ticket, change.account)
            case LinkTicket():
                return writer.link(change.ticket, change.link, Page(change.url, change.title, "same incident"))
            case LinkSummary():
                summary = self.summaries[change.release]
                link = OurLink(change.prefix, Ref(change.place.tracker, summary.key))
                page = Page(summary.url, f"Hypercare summary of {change.release}", "hypercare summary")
                return writer.link(change.ticket, link, page)
            case UnlinkTicket():
                writer.unlink(change.ticket, change.link)
            case SetPriority():
                writer.set_priority(change.ticket, change.native, change.before)
            case CreateSummary():
                created = writer.create_summary(change.place, change.title, change.document, change.record)
                outcome.created[change.record.release] = created
                self.summaries[change.record.release] = created
                return created.key
            case EditSummary():
                writer.edit_summary(change.key, change.title, change.document, change.record)
            case CloseSummary():
                writer.close_summary(change.place, change.key, change.first)
            case PinSummary():
                writer.pin_summary(self.summaries[change.release].key)
            case _:
                assert_never(change)
        return None


@dataclass
class _Rests:
    """What is left alone for the rest of a plan: trackers that answer nothing or want quiet, or those parts of them that do.

    `types` are the native types of tickets: those that have no field for labels are left alone, too.
    """

    types: Mapping[Ref, str]
    silent: dict[str, int] = field(default_factory=dict)
    parts: set[tuple[str, ...]] = field(default_factory=set)

    def cover(self, change: Change) -> bool:
        """Whether a change is of that."""
        return self.silent.get(tracker_of(change), 0) >= _DOWN_AFTER or bool(self.parts & {*_within(change).values()})

    def lack_labels(self, change: Change) -> bool:
        """Whether tickets such as this one were found to have no field for labels."""
        return isinstance(change, AddLabel | RemoveLabel) and self._type_of(change) in self.parts

    def _type_of(self, change: AddLabel | RemoveLabel) -> tuple[str, ...]:
        return (tracker_of(change), "type", change.ticket.place, self.types.get(change.ticket, change.ticket.key))

    def after(self, change: Change, error: HypercareError | None) -> None:
        """Draw the conclusion from how a write went."""
        tracker = tracker_of(change)
        if isinstance(change, AddLabel | RemoveLabel) and _obstacle(change, error) is Obstacle.no_labels:
            self.parts.add(self._type_of(change))
        part = _within(change).get(error.reach) if isinstance(error, Rejected) else None
        self.parts |= {part} if part else set()
        if isinstance(error, Rejected) and not part:
            self.silent[tracker] = _DOWN_AFTER
        else:
            self.silent[tracker] = self.silent.get(tracker, 0) + 1 if isinstance(error, Unanswered) else 0


def _obstacle(change: Change, error: HypercareError | None) -> Obstacle | None:
    """What stands in the way of a change; None where only this one failed, or nothing did."""
    if isinstance(error, Unwritable):
        return error.obstacle
    return Obstacle.gone if isinstance(error, NotFound) and isinstance(change, _OF_TICKETS) else None


def _within(change: Change) -> Mapping[Reach, tuple[str, ...]]:
    """What of a tracker's a change is part of that may have to rest while the others go on: requests of its kind, and its ticket."""
    kind = AddLabel.kind if isinstance(change, RemoveLabel) else change.kind  # both go out as one
    found: dict[Reach, tuple[str, ...]] = {Reach.endpoint: (tracker_of(change), "kind", kind)}
    if isinstance(change, _OF_TICKETS):
        found[Reach.ticket] = (tracker_of(change), "ticket", change.ticket.key)
    return found
