"""Since when something holds, replayed from a ticket's history: nothing is counted up, so nothing drifts or is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypercare_rules.rewind import rewind, turning_points
from hypercare_rules.ticket import Ticket

Holds = Callable[[Ticket, datetime], bool]
"""Whether something is so of a ticket as it stood at a time; it is given the ticket rewound to that time."""

_TICK = timedelta(seconds=1)


def held_since(ticket: Ticket, holds: Holds, now: datetime) -> datetime | None:
    """Since when `holds` has been so without a break until `now`, to the second; None where it is not so now.

    Between two events it may change once, by time alone: the moment is then found by halving.
    """
    if not holds(rewind(ticket, now), now):
        return None
    since = now
    for point in sorted((point for point in turning_points(ticket) if point <= now), reverse=True):
        if not holds(rewind(ticket, point), point):
            return switch(ticket, holds, point, since)
        since = point
    return since


def switch(ticket: Ticket, holds: Holds, false_at: datetime, true_at: datetime) -> datetime:
    """The first moment between the two at which it holds, to the second; at `false_at` it does not, at `true_at` it does."""
    while true_at - false_at > _TICK:
        middle = false_at + max(_TICK, (true_at - false_at) / 2 // _TICK * _TICK)
        if holds(rewind(ticket, middle), middle):
            true_at = middle
        else:
            false_at = middle
    return true_at
