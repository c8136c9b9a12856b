"""What waits for something else of a plan that could not be written. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import get_args

from hypercare_rules.ticket import Ref
from hypercare_sync.change import Change, EditSummary, TicketChange

_OF_TICKETS = get_args(TicketChange)


@dataclass
class Order:
    """Tickets wait for the decision that is written before them, and a summary's end for the tickets that it tells of."""

    undecided: set[Ref] = field(default_factory=set)
    unwritten: set[Ref] = field(default_factory=set)

    def too_early(self, change: Change) -> bool:
        """Whether a change waits."""
        if isinstance(change, EditSummary):
            return not self.unwritten.isdisjoint(change.after)
        return isinstance(change, _OF_TICKETS) and change.ticket in self.undecided

    def without(self, changes: Sequence[Change], *, aside: bool = False) -> None:
        """These were not written; a ticket that is set `aside` keeps nothing else waiting."""
        for change in changes:
            if isinstance(change, EditSummary):
                self.undecided |= change.before
            elif isinstance(change, _OF_TICKETS) and not aside:
                self.unwritten.add(change.ticket)
