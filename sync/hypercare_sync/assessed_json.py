"""What the rules make of a ticket, for scripts and for the journal. Lengths of time are seconds."""

from typing import Any

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.assignment import Assignment, LeftAlone
from hypercare_rules.clocks import Clock
from hypercare_rules.escalations import Escalation
from hypercare_rules.handover import Handover
from hypercare_rules.native_priority import KeptPriority, NativePriority
from hypercare_sync.wording import iso


def handover_json(handover: Handover) -> dict[str, Any]:
    """How hypercare ended, and what took that back."""
    return {
        "at": iso(handover.at),
        "by": handover.by,
        "because": handover.because or None,
        "signed_off": [{"who": one.who, "at": iso(one.at)} for one in handover.signed],
        "criteria": [
            {
                "id": one.id,
                "met": one.met,
                "evidence": one.evidence,
                "held_since": iso(one.held_since) if one.held_since else None,
            }
            for one in handover.criteria
        ],
        "finished": handover.finished,
        "relapsed": iso(handover.relapsed) if handover.relapsed else None,
    }


def assignment_json(to: Assignment | LeftAlone | None) -> dict[str, Any] | None:
    """Who should get the ticket, or why nobody does."""
    if to is None:
        return None
    who, account = (to.who, to.account) if isinstance(to, Assignment) else (None, None)
    return {"who": who, "account": account, "why": to.why}


def native_priority_json(to: NativePriority | KeptPriority | None) -> dict[str, Any] | None:
    """What its native priority should be, or why it stays."""
    if to is None:
        return None
    return {"name": to.name if isinstance(to, NativePriority) else None, "why": to.why}


def clock_json(clock: Clock) -> dict[str, Any]:
    """Where a clock stands."""
    return {
        "name": clock.name,
        "state": clock.state,
        "calendar": clock.calendar,
        "target_seconds": int(clock.target.total_seconds()),
        "used_seconds": int(clock.used.total_seconds()),
        "lower_bound": clock.lower_bound,
        "started": iso(clock.started),
        "stopped": iso(clock.stopped) if clock.stopped else None,
        "at_risk_at": iso(clock.at_risk_at),
        "due_at": iso(clock.due_at),
    }


def labels_json(assessed: TicketAssessment) -> list[dict[str, Any]]:
    """The labels that it should carry, and those that people keep away."""
    wanted = [{"label": one.label, "wanted": True, "why": one.why} for one in assessed.labels]
    away = [
        {
            "label": one.label,
            "wanted": False,
            "why": one.why,
            "taken_off": iso(one.taken_off.at),
            "by": one.taken_off.by.name if one.taken_off.by else None,
        }
        for one in assessed.kept_away
    ]
    return [*wanted, *away]


def escalation_json(escalation: Escalation) -> dict[str, Any]:
    """A running episode, with its steps."""
    coming = escalation.upcoming
    return {
        "policy": escalation.policy,
        "why": escalation.why,
        "since": iso(escalation.since),
        "next": {"due": iso(coming.due_at), "notify": list(coming.notify)} if coming else None,
        "steps": [
            {
                "step": step.number + 1,
                "repetition": step.repetition,
                "due": iso(step.due_at),
                "notify": list(step.notify),
                "told_at": iso(step.told_at) if step.told_at else None,
            }
            for step in escalation.steps
        ],
    }


def conditions_json(assessed: TicketAssessment) -> list[dict[str, Any]]:
    """What holds of it now."""
    return [{"name": one.name, "since": iso(one.since), "why": one.why} for one in assessed.conditions]
