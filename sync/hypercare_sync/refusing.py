"""Which failures of a plan are the fault of single tickets: those that take nothing of what the tracker takes of others. Pure."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import TypeGuard, get_args

from hypercare_sync.aside import SetAside, refusal_of, set_aside
from hypercare_sync.change import Change, TicketChange, tracker_of
from hypercare_sync.errors import HypercareError
from hypercare_sync.retry import Broken
from hypercare_sync.trackers.http import Forbidden, Invalid, Unwritable

_OF_TICKETS = get_args(TicketChange)


def may_be_the_tickets(change: Change, error: HypercareError | None) -> TypeGuard[TicketChange]:
    """Whether it may be the ticket's fault that a change failed: the tracker says no to it, or failed at it."""
    answered = isinstance(error, Invalid | Forbidden | Broken) and not isinstance(error, Unwritable)
    return answered and isinstance(change, _OF_TICKETS)


def refusing(
    passed: Iterable[Change], failed: Iterable[tuple[Change, HypercareError]], down: Collection[str], now: datetime
) -> Iterator[SetAside]:
    """The tickets whose fault it is, set aside for what they refused, by how the writes of a tick went.

    It is nobody's fault while the tracker took nothing at all, or is `down`. Where several tickets of a place refuse the same, and none
    there takes it, a right is missing or a part of the tracker is broken: then each tick is to try again, and to tell it.
    """
    taken = {_like(change) for change in passed if isinstance(change, _OF_TICKETS)}
    answering = {tracker_of(change) for change in passed}
    refused = [
        (change, error)
        for change, error in failed
        if may_be_the_tickets(change, error)
        and tracker_of(change) in answering
        and not (isinstance(error, Broken) and tracker_of(change) in down)
    ]
    of_several = {
        _like(one)
        for one, _ in refused
        for other, _ in refused
        if one.ticket != other.ticket and _like(one) == _like(other)
    }
    at_fault = {
        change.ticket
        for change, error in refused
        if isinstance(error, Invalid) or _like(change) in taken or _like(change) not in of_several
    }
    met = (
        set_aside(change, refusal_of(change), str(error), now) for change, error in refused if change.ticket in at_fault
    )
    yield from {one.name: one for one in met}.values()


def _like(change: TicketChange) -> tuple[object, ...]:
    """What is equal for changes that are alike: of the same kind, in the same place."""
    return change.ticket.tracker, change.ticket.place, refusal_of(change)
