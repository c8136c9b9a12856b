"""What is left alone for the rest of a plan, by how its writes went so far; and what stands in a change's way. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, get_args

from hypercare_rules.ticket import Ref
from hypercare_sync.change import (
    AddLabel,
    Change,
    CloseSummary,
    CreateSummary,
    EditSummary,
    PinSummary,
    RemoveLabel,
    TicketChange,
    tracker_of,
)
from hypercare_sync.errors import HypercareError
from hypercare_sync.order import Order
from hypercare_sync.retry import Reach, Rejected, Unanswered
from hypercare_sync.trackers.http import NotFound, Unwritable
from hypercare_sync.trackers.obstacle import Obstacle

_DOWN_AFTER = 2  # tickets or summaries in a row of which no write was answered
_OF_TICKETS = get_args(TicketChange)
Edit: TypeAlias = tuple[tuple[Change, ...], ...]
"""Writes that a tracker may take as one."""


@dataclass
class Rests:
    """What is left alone for the rest of a plan: trackers that answer nothing or want quiet, or those parts of them that do.

    `order` knows what has to wait for something that was not written. `types` are the native types of tickets: those that have no field for
    labels are left alone, too. `doubtful` are the trackers and keys of what earlier ticks wrote to without an answer.
    """

    types: Mapping[Ref, str]
    doubtful: Collection[tuple[str, str]] = ()
    silent: dict[str, set[str]] = field(default_factory=dict)
    parts: set[tuple[str, ...]] = field(default_factory=set)
    order: Order = field(default_factory=Order)
    answering: set[str] = field(default_factory=set)

    def in_turn(self, edits: Iterable[Edit]) -> Iterator[Edit]:
        """The edits in their order, but that doubtful tickets wait until their tracker answers another write.

        So tickets that are never answered, however urgent, cannot pass for a tracker that is down. What becomes of a summary comes after all
        that stands before it.
        """
        waiting: list[Edit] = []
        for edit in edits:
            change = edit[0][0]
            tracker = tracker_of(change)
            if isinstance(change, _OF_TICKETS) and self._doubts(change) and tracker not in self.answering:
                waiting.append(edit)
                continue
            if not isinstance(change, _OF_TICKETS):
                yield from waiting
                waiting = []
            yield edit
            ready = [one for one in waiting if tracker_of(one[0][0]) in self.answering]
            waiting = [one for one in waiting if one not in ready]
            yield from ready
        yield from waiting

    def _doubts(self, change: Change) -> bool:
        return (tracker_of(change), _subject(change)) in self.doubtful

    def cover(self, change: Change) -> bool:
        """Whether a change is of that, or waits for one that is."""
        part = bool(self.parts & {*_within(change).values()})
        return part or self.order.too_early(change) or tracker_of(change) in self.down

    @property
    def down(self) -> frozenset[str]:
        """The trackers that answer nothing: one ticket that none of our writes to is answered is not enough to say so."""
        return frozenset(tracker for tracker, subjects in self.silent.items() if len(subjects) >= _DOWN_AFTER)

    def lack_labels(self, change: Change) -> bool:
        """Whether tickets such as this one were found to have no field for labels."""
        return isinstance(change, AddLabel | RemoveLabel) and self._type_of(change) in self.parts

    def _type_of(self, change: AddLabel | RemoveLabel) -> tuple[str, ...]:
        return (tracker_of(change), "type", change.ticket.place, self.types.get(change.ticket, change.ticket.key))

    def after(self, changes: Sequence[Change], error: HypercareError | None) -> None:
        """Draw the conclusion from how a write went."""
        tracker = tracker_of(changes[0])
        if obstacle_to(changes[0], error) is Obstacle.no_labels:
            self.parts |= {self._type_of(change) for change in changes if isinstance(change, AddLabel | RemoveLabel)}
        if isinstance(error, Rejected):
            within = _within(changes[0])
            self.parts.add(within.get(error.reach, within[Reach.tracker]))
        if isinstance(error, Unanswered):
            if not (tracker in self.answering and self._doubts(changes[0])):
                self.silent.setdefault(tracker, set()).add(_subject(changes[0]))
        elif not isinstance(error, Rejected):
            self.answering.add(tracker)
            self.silent.pop(tracker, None)


def obstacle_to(change: Change, error: HypercareError | None) -> Obstacle | None:
    """What stands in the way of a change; None where only this one failed, or nothing did."""
    if isinstance(error, Unwritable):
        return error.obstacle
    return Obstacle.gone if isinstance(error, NotFound) and isinstance(change, _OF_TICKETS) else None


def _within(change: Change) -> Mapping[Reach, tuple[str, ...]]:
    """What a change is part of that may have to rest: its tracker, or of that requests of its kind or its ticket alone."""
    kind = AddLabel.kind if isinstance(change, RemoveLabel) else change.kind  # both go out as one
    tracker = tracker_of(change)
    found: dict[Reach, tuple[str, ...]] = {Reach.tracker: (tracker,), Reach.endpoint: (tracker, "kind", kind)}
    if isinstance(change, _OF_TICKETS):
        found[Reach.ticket] = (tracker, "ticket", change.ticket.key)
    return found


def _subject(change: Change) -> str:
    """The ticket or the summary that a change is about; of a summary that is yet to be opened, its place."""
    match change:
        case CreateSummary() | PinSummary():
            return change.place.place
        case EditSummary() | CloseSummary():
            return change.key
        case _:
            return change.ticket.key
