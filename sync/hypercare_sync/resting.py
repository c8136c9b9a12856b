"""What is left alone for the rest of a plan, by how its writes went so far; and what stands in a change's way. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from hypercare_rules.ticket import Ref
from hypercare_sync.change import AddLabel, Change, RemoveLabel, TicketChange, tracker_of
from hypercare_sync.errors import HypercareError
from hypercare_sync.order import Order
from hypercare_sync.retry import Reach, Rejected, Unanswered
from hypercare_sync.trackers.http import NotFound, Unwritable
from hypercare_sync.trackers.obstacle import Obstacle

_DOWN_AFTER = 2  # unanswered writes in a row
_OF_TICKETS = get_args(TicketChange)


@dataclass
class Rests:
    """What is left alone for the rest of a plan: trackers that answer nothing or want quiet, or those parts of them that do.

    `order` knows what has to wait for something that was not written. `types` are the native types of tickets: those that have no field for labels are left alone, too.
    """

    types: Mapping[Ref, str]
    silent: dict[str, int] = field(default_factory=dict)
    parts: set[tuple[str, ...]] = field(default_factory=set)
    order: Order = field(default_factory=Order)

    def cover(self, change: Change) -> bool:
        """Whether a change is of that, or waits for one that is."""
        return (
            self.order.too_early(change)
            or self.silent.get(tracker_of(change), 0) >= _DOWN_AFTER
            or bool(self.parts & {*_within(change).values()})
        )

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
        part = _within(changes[0]).get(error.reach) if isinstance(error, Rejected) else None
        self.parts |= {part} if part else set()
        if isinstance(error, Rejected) and not part:
            self.silent[tracker] = _DOWN_AFTER
        else:
            self.silent[tracker] = self.silent.get(tracker, 0) + 1 if isinstance(error, Unanswered) else 0


def obstacle_to(change: Change, error: HypercareError | None) -> Obstacle | None:
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
