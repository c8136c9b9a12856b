"""Why a target was exceeded: the stretches of time that used it up, with who had the ticket then and in which status it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.clocks import Clock, ClockState
from hypercare_rules.ledger import Going, ledger
from hypercare_rules.policy import Policy
from hypercare_rules.rewind import rewind
from hypercare_rules.ticket import Assigned, StatusChanged, Ticket


@dataclass(frozen=True, slots=True)
class Cause:
    """A stretch until a target was used up: how the clock went, and what of the target it used.

    `status` is the native status of the ticket then, `owners` are the names of who had it; nobody where it is empty.
    """

    start: datetime
    end: datetime
    going: Going
    worked: timedelta
    status: str
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Breach:
    """A target that was exceeded, and the stretches from the start of its clock until then; what those worked is the target."""

    clock: Clock
    causes: tuple[Cause, ...]

    @property
    def late(self) -> bool:
        """Whether its clock still runs."""
        return self.clock.state is ClockState.breached

    @property
    def over(self) -> timedelta:
        """By how much it was exceeded, or is by now."""
        return self.clock.used - self.clock.target


def breaches(assessed: TicketAssessment, policy: Policy, now: datetime) -> Iterator[Breach]:
    """The targets of a ticket that were exceeded, in its earlier lives as well, by when they were used up."""
    every = (one for clock in assessed.clocks for one in (*clock.missed_before, clock))
    exceeded = (one for one in every if one.state in (ClockState.breached, ClockState.missed))
    for clock in sorted(exceeded, key=lambda clock: (clock.due_at, clock.name)):
        yield Breach(clock, tuple(_causes(assessed.ticket, clock, policy, now)))


def _causes(ticket: Ticket, clock: Clock, policy: Policy, now: datetime) -> Iterator[Cause]:
    """The ledger until the target was used up, parted where the ticket changed hands or its status."""
    edges = {event.at for event in ticket.history if isinstance(event, StatusChanged | Assigned)}
    for entry in ledger(clock, policy, now).entries:
        end = min(entry.end or now, clock.due_at)
        if entry.start >= end:
            return
        inside = sorted(edge for edge in edges if entry.start < edge < end) if entry.going is not Going.closed else []
        for start, until in pairwise((entry.start, *inside, end)):
            then = rewind(ticket, start)
            worked = until - start if entry.going is Going.running else timedelta()
            yield Cause(start, until, entry.going, worked, then.status.name, tuple(one.name for one in then.assignees))
