"""What a tick does not do unasked: take what we wrote off many tickets, or change many because the policy was edited. Pure.

Both are told from the ordinary course of things by what the plan would have been at the time of the last edit of the summary, in the world
and by the policy as they are now: what was not due then either, time alone has brought.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import get_args

from hypercare_rules.assess import assess_ticket
from hypercare_rules.beginnings import written_by_us
from hypercare_rules.judge import Scene
from hypercare_rules.policy import ConditionName
from hypercare_rules.release import Phase
from hypercare_rules.ticket import LabelChanged, Ref, Standing, Ticket
from hypercare_rules.values import Priority
from hypercare_sync.accepted import Removal, removals
from hypercare_sync.change import AddLabel, Change, Plan, TicketChange
from hypercare_sync.config import GuardLimits
from hypercare_sync.release_state import ReleaseState, tickets_of
from hypercare_sync.wording import count

_OF_TICKETS = get_args(TicketChange)
_FAMILIES = {name.casefold(): "priority" for name in Priority} | {"at-risk": "target", "breached": "target"}
_CONDITIONS = frozenset(get_args(ConditionName))
_NAMED = 3

_LOOK_AT_IT = (
    "until then nothing but calls for help is written; look at it with `hypercare-sync plan --out plan.json` and carry that out with `hypercare-sync apply plan.json`, "
    "or carry out whatever is planned then with `hypercare-sync sync --force`"
)
_END_ALL_THE_SAME = "wait until it holds, or end hypercare all the same and say why with `hypercare-sync handover --force --because TEXT`"
_PLAN_AGAIN = "plan again with `hypercare-sync plan --out plan.json`, and review that"


class Guard(StrEnum):
    """What keeps a plan from being carried out.

    Too much would go, too much would change by another policy, it is not the one reviewed, or hypercare would end before its criteria hold.
    """

    removals = "removals"
    policy = "policy"
    review = "review"
    exit = "exit"


_REMEDIES = {Guard.review: _PLAN_AGAIN, Guard.exit: _END_ALL_THE_SAME}
"""What to do, where that is not to look at the plan; there the examples say all that is in the way."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a plan is not carried out: `affected` of so many, some of them as examples; without a release it is about the whole plan."""

    guard: Guard
    why: str
    affected: int
    of: int
    examples: tuple[str, ...]
    release: str | None = None

    def __str__(self) -> str:
        about = f"{self.release}: " if self.release else ""
        return f"{about}{self.why}"


def told(found: Sequence[Refusal]) -> Iterator[str]:
    """Lines that say why a plan is refused, and at last what to do."""
    for one in found:
        yield str(one)
        yield from one.examples if one.guard in _REMEDIES else ()
    yield from dict.fromkeys(_REMEDIES.get(one.guard, _LOOK_AT_IT) for one in found)


def refusals(
    planned: Plan,
    releases: Sequence[ReleaseState],
    only: str | None,
    earlier: Callable[[], Plan],
    limits: GuardLimits,
    accepted: frozenset[Removal] = frozenset(),
) -> tuple[Refusal, ...]:
    """Why the plan should not be carried out before somebody looked at it, release by release; with `only` that one alone.

    `earlier` gives the plan that the same world and policies would have had when each release's summary was last edited. It is asked
    only where a limit is exceeded, since it costs another assessment, and always gives the same. What was `accepted` before and left over does not count.
    """
    looks = [
        _Look(release, releases, planned.changes, earlier, limits, accepted)
        for release in releases
        if only in (None, release.assessment.release.name)
    ]
    return tuple(found for look in looks for found in (look.removals(), look.policy()) if found)


def _ends(release: ReleaseState) -> bool:
    """Whether the plan follows from the end of hypercare, or from what takes it back: people, or the policy, asked for just that."""
    ended = release.memory.handover is not None and release.memory.handover.stands
    return ended or release.assessment.phase is Phase.exited


class _Look:
    """One release's part of a plan.

    Removals are measured by the tickets that carry anything of ours now: counting those too that never got anything would let the labels of
    all others go. What our trackers cannot tell of in this tick cannot be touched, and counts for nothing. What an edited policy changes
    is measured by all that we ever wrote to: labels under another prefix are ours no longer, and would leave nothing to measure by.
    """

    def __init__(
        self,
        release: ReleaseState,
        every: Sequence[ReleaseState],
        changes: Sequence[Change],
        earlier: Callable[[], Plan],
        limits: GuardLimits,
        accepted: frozenset[Removal],
    ) -> None:
        self._release, self._every, self._changes = release, every, changes
        self._earlier, self._limits, self._accepted = earlier, limits, accepted
        self._handed_over = frozenset(one.policy.bau_label.casefold() for one in every)
        self._prefixes = tuple({one.policy.label_prefix.casefold() for one in every})
        stale = frozenset().union(*(one.stale for one in every))
        tickets = sorted(tickets_of(release), key=lambda ticket: ticket.ref)
        self._tickets = {ticket.ref: ticket for ticket in tickets if ticket.ref.tracker not in stale}

    def removals(self) -> Refusal | None:
        """More would lose labels or comments of ours than may.

        A label that time alone has ended does not count: it would have been kept when the summary was last edited, or when it was put on
        (writes lag behind where the pace is slow). Neither does what people ended by their work on the ticket. Tickets that left the
        release do, and so do copies of comments. Where hypercare ends, nothing else does: that its own tickets lose them was asked for.
        """
        asked = {one.ticket.ref for one in self._release.assessment.tickets} if _ends(self._release) else frozenset()
        lost = _rest(
            self._lost(self._changes), lambda ref, one: ref not in asked and Removal(ref, one) not in self._accepted
        )
        if not lost:
            return None
        carrying = sum(map(self._carries, self._tickets.values()))
        if self._limits.exceeded(len(lost), carrying):
            then = self._lost(self._earlier().changes)
            lost = _rest(lost, lambda ref, one: one in then.get(ref, ()))
        if self._limits.exceeded(len(lost), carrying):
            lost = _rest(lost, lambda ref, one: not self._ended_by_time(self._tickets[ref], one))
        if self._limits.exceeded(len(lost), carrying):
            lost = _rest(lost, lambda ref, one: not self._ended_by_people(self._tickets[ref], one))
        if not self._limits.exceeded(len(lost), carrying):
            return None
        what = (
            f"labels or comments of ours would come off {len(lost)} of the {count(carrying, 'ticket')} that carry any"
        )
        return self._refusal(Guard.removals, what, lost, carrying)

    def policy(self) -> Refusal | None:
        """The policy was edited, and by it more would change than may; not while the first tick's work still goes on."""
        if self._release.memory.policy in (None, self._release.policy.digest) or self._begins() or _ends(self._release):
            return None
        written = {ref for ref, ticket in self._tickets.items() if self._wrote_to(ticket)}
        changed = _changed(self._changes) & written
        if self._limits.exceeded(len(changed), len(written)):
            changed &= _changed(self._earlier().changes)
        if not self._limits.exceeded(len(changed), len(written)):
            return None
        what = f"the policy was edited, and by it or since then {len(changed)} of the {count(len(written), 'ticket')} that we wrote to would change"
        return self._refusal(Guard.policy, what, changed, len(written))

    def _refusal(self, guard: Guard, what: str, affected: Iterable[Ref], of: int) -> Refusal:
        keys = tuple(map(str, sorted(affected)))
        named = f"{', '.join(keys[:_NAMED])}{', ...' * (len(keys) > _NAMED)}"
        return Refusal(guard, f"{what}: {named}", len(keys), of, keys[:_NAMED], self._release.assessment.release.name)

    def _carries(self, ticket: Ticket) -> bool:
        managed = any(label.casefold().startswith(self._prefixes) for label in ticket.labels)
        return managed or any(comment.author.standing is Standing.ours for comment in ticket.comments)

    def _wrote_to(self, ticket: Ticket) -> bool:
        return self._carries(ticket) or any(written_by_us(ticket))

    def _begins(self) -> bool:
        """Whether tickets that were there at the baseline, and with which nothing happened since, still wait for their first labels."""
        began = self._release.memory.baseline
        waiting = (self._tickets.get(change.ticket) for change in self._changes if isinstance(change, AddLabel))
        return began is None or any(
            ticket
            and ticket.created <= began
            and not self._wrote_to(ticket)
            and all(event.at <= began for event in ticket.history)
            for ticket in waiting
        )

    def _lost(self, changes: Iterable[Change]) -> dict[Ref, frozenset[str]]:
        """The labels that tickets would lose without getting or keeping one of the same family, and the comments, by ticket.

        A copy of a comment that stands twice counts as well: a comment that is deleted is gone for good.
        """
        removed: dict[Ref, set[str]] = {}
        added: dict[Ref, set[str]] = {}
        for ref, what in removals(changes):
            removed.setdefault(ref, set()).add(what)
        for change in changes:
            if isinstance(change, AddLabel):
                added.setdefault(change.ticket, set()).add(change.label.casefold())
        lost = {}
        for ref in removed.keys() & self._tickets.keys():
            standing = {label.casefold() for label in self._tickets[ref].labels}
            families = set(map(self._family, standing - removed[ref] | added.get(ref, set())))
            found = {one for one in removed[ref] if one not in standing or self._family(one) not in families}
            if found:
                lost[ref] = frozenset(found)
        return lost

    def _family(self, label: str) -> str:
        """What a label says something about: of priorities, and of at risk and breached, one takes the place of the other.

        So does a priority that of the label of what was handed over.
        """
        prefix = next((prefix for prefix in self._prefixes if label.startswith(prefix)), None)
        if prefix and label in self._handed_over:
            return f"{prefix}priority"
        return label if prefix is None else prefix + _FAMILIES.get(label.removeprefix(prefix), label)

    def _ended_by_time(self, ticket: Ticket, label: str) -> bool:
        """Whether one of the ticket's releases would have wanted the label when it was put on, as all else is now."""
        on = _put_on(ticket, label)
        if on is None:
            return False
        for state in self._every:
            release, surroundings = state.assessment.release, state.assessment.surroundings
            if any(one.ticket.ref == ticket.ref for one in state.assessment.tickets):
                scene = Scene(state.policy, release, on, surroundings)
                then = assess_ticket(ticket, scene, state.memory)
                if any(wanted.label.casefold() == label for wanted in then.labels):
                    return True
        return False

    def _ended_by_people(self, ticket: Ticket, label: str) -> bool:
        """Whether the label is that of a condition, and people worked on the ticket since it was put on; both are the tracker's times.

        The ticket must still be the release's, and of some priority: one that left it lost more than a condition.
        """
        on, prefix = _put_on(ticket, label), next(filter(label.startswith, self._prefixes), "")
        if on is None or label.removeprefix(prefix) not in _CONDITIONS:
            return False
        mine = any(one.ticket.ref == ticket.ref for one in self._release.assessment.tickets)
        return mine and ticket.last_human_activity >= on


def _put_on(ticket: Ticket, label: str) -> datetime | None:
    """When the label was put on the ticket last; None where the history does not tell."""
    return next((event.at for event in reversed(ticket.history) if _sets(event, label)), None)


def _sets(event: object, label: str) -> bool:
    return isinstance(event, LabelChanged) and event.added and event.label.casefold() == label


def _rest(lost: Mapping[Ref, frozenset[str]], counts: Callable[[Ref, str], bool]) -> dict[Ref, frozenset[str]]:
    """What of that counts; a ticket of which nothing does is left out."""
    rest = {ref: frozenset(one for one in every if counts(ref, one)) for ref, every in lost.items()}
    return {ref: every for ref, every in rest.items() if every}


def _changed(changes: Iterable[Change]) -> set[Ref]:
    return {change.ticket for change in changes if isinstance(change, _OF_TICKETS)}
