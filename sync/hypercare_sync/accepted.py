"""What a plan that is carried out may take away, until that is done: what one tick leaves the next one finishes unasked. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from hypercare_rules.ticket import Ref
from hypercare_sync.change import Change, RemoveComment, RemoveLabel


class Removal(NamedTuple):
    """A label, in small letters, or a comment that is taken off a ticket."""

    ticket: Ref
    what: str


def removals(changes: Iterable[Change]) -> frozenset[Removal]:
    """What changes take away."""
    changes = tuple(changes)
    labels = {Removal(one.ticket, one.label.casefold()) for one in changes if isinstance(one, RemoveLabel)}
    return frozenset(
        labels | {Removal(one.ticket, f"comment {one.comment}") for one in changes if isinstance(one, RemoveComment)}
    )


@dataclass(frozen=True)
class Accepted:
    """`removals` that were let through, or asked for, and are not done yet; `plan` is the checksum of the reviewed plan that is not done yet."""

    removals: frozenset[Removal] = frozenset()
    plan: str | None = None

    def still(self, planned: Iterable[Change], stale: Collection[str]) -> "Accepted":
        """What of it is still to be done, by what is planned now; of trackers that cannot be read nobody knows."""
        wanted = removals(planned)
        return Accepted(
            frozenset(one for one in self.removals if one in wanted or one.ticket.tracker in stale), self.plan
        )

    def with_those_of(self, planned: Iterable[Change], plan: str | None) -> "Accepted":
        """With all that is carried out now, as the reviewed plan of this checksum or as none."""
        return Accepted(self.removals | removals(planned), plan)

    def after(self, applied: Iterable[Change], *, whole: bool) -> "Accepted":
        """What is left once those are done; `whole` says that they were all that was planned."""
        return Accepted(self.removals - removals(applied), None if whole else self.plan)
