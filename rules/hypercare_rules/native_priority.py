"""What a ticket's native priority should say, where the policy asks for that: the priority by the policy, and never against what a person decided."""

from dataclasses import dataclass

from hypercare_rules.beginnings import priority_began
from hypercare_rules.judge import Scene
from hypercare_rules.judgement import Judgement
from hypercare_rules.ticket import NativePriorityChanged, Standing, Ticket
from hypercare_rules.values import TrackerKind


@dataclass(frozen=True, slots=True)
class NativePriority:
    """What the native priority should be, by the name that it has in the tracker."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class KeptPriority:
    """The policy has another one for the ticket, and this is why it stays as it is."""

    why: str


def native_priority(ticket: Ticket, judgement: Judgement, scene: Scene) -> NativePriority | KeptPriority | None:
    """What it should be, whether or not it is so already; None where the policy does not ask, or the tracker has no such thing.

    One that somebody else changed since the ticket has its priority is theirs, until another priority newly arises.
    """
    priority = judgement.priority.value
    name = scene.policy.native_priority.get(priority)
    if name is None or not ticket.open or ticket.ref.kind is not TrackerKind.jira:
        return None
    last = _last_change(ticket)
    differs = (ticket.native_priority or "").casefold() != name.casefold()
    if differs and last is not None and priority_began(ticket, scene).surely <= last.at:
        return KeptPriority(f"{last.by.name if last.by else 'somebody'} made it {last.after or 'none'}")
    return NativePriority(name, f"it is {priority}")


def _last_change(ticket: Ticket) -> NativePriorityChanged | None:
    """How it was changed last, if not by us."""
    last = next((event for event in reversed(ticket.history) if isinstance(event, NativePriorityChanged)), None)
    return last if last is None or last.by is None or last.by.standing is not Standing.ours else None
