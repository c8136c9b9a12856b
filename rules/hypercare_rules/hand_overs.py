"""The next change of shift: who leaves, who comes, and what those who leave have open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from hypercare_rules.assess import Assessment
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Ref, Ticket

_SOON = timedelta(days=1)
_AHEAD = timedelta(days=14)
_AT_THE_MOMENT = timedelta(seconds=1)  # a shift that changes at the time of the review changes with it


@dataclass(frozen=True, slots=True)
class HandOver:
    """When people leave the duty, by names of the policy, and who comes at `comes_at`; in between nobody responds where that is later.

    `open` are the open tickets of each who leaves, the most urgent first.
    """

    at: datetime
    leaves: tuple[str, ...]
    comes: tuple[str, ...]
    comes_at: datetime
    open: tuple[tuple[str, tuple[Ref, ...]], ...]


def hand_over(assessment: Assessment, policy: Policy, start: datetime, end: datetime | None) -> HandOver | None:
    """The first time from `start` on at which somebody leaves the duty, before `end` and within a day; None where nobody does."""
    last = min(end or start + _SOON, start + _SOON)
    turns = list(policy.roster.turns(policy.calendars, start - _AT_THE_MOMENT, last + _AHEAD))
    for number, (before, after) in enumerate(pairwise(turns), start=1):
        leaves = tuple(name for name in before.who if name not in after.who)
        if leaves and before.end <= last:
            following = next((turn for turn in turns[number:] if turn.who), None)
            return HandOver(
                at=before.end,
                leaves=leaves,
                comes=tuple(name for name in following.who if name not in before.who or following is not after)
                if following
                else (),
                comes_at=following.start if following else before.end,
                open=tuple((name, refs) for name in leaves if (refs := _open_of(name, assessment, policy))),
            )
    return None


def _open_of(name: str, assessment: Assessment, policy: Policy) -> tuple[Ref, ...]:
    return tuple(one.ticket.ref for one in assessment.open if _has(name, one.ticket, policy))


def _has(name: str, ticket: Ticket, policy: Policy) -> bool:
    account = policy.people[name].identity(ticket.ref.kind)
    return account is not None and account.casefold() in {person.id.casefold() for person in ticket.assignees}
