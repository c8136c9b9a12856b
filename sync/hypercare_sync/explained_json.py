"""The story of a ticket for scripts: the document of `explain --format json`. Lengths of time are seconds."""

from collections.abc import Sequence
from typing import Any

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.assignment import Assignment, LeftAlone
from hypercare_rules.clocks import Clock
from hypercare_rules.conditions import Explained
from hypercare_rules.escalations import Escalation
from hypercare_rules.explanation import Decided, Explanation, RuleStory
from hypercare_rules.ledger import Going, Ledger
from hypercare_rules.native_priority import KeptPriority, NativePriority
from hypercare_sync.explained_labels import LabelStory
from hypercare_sync.wording import iso

SCHEMA = "hypercare-sync/explain/1"


def explained_json(
    stories: Sequence[Explanation], labels: Sequence[LabelStory] = (), *, hindsight: bool = False
) -> dict[str, Any]:
    """One ticket in each of its releases, of which there is at least one, and its labels over all of them."""
    ticket = stories[0].ticket
    return {
        "schema": SCHEMA,
        "now": iso(stories[0].now),
        "ticket": str(ticket.ref),
        "title": ticket.title,
        "url": ticket.url,
        "hindsight": hindsight,
        "labels": [{"label": one.label, "state": one.state, "why": one.why} for one in labels],
        "releases": [_story(story) for story in stories],
    }


def _story(story: Explanation) -> dict[str, Any]:
    return {
        "release": story.release.name,
        "scope": [{"source": one.source, "scope": one.scope, "why": one.why} for one in story.scopings],
        **(_decided(story.decided) if story.decided else {}),
    }


def _decided(decided: Decided) -> dict[str, Any]:
    assessed = decided.assessed
    return {
        "priority": assessed.priority,
        "values": {one.name: {"value": one.value, "source": one.source} for one in decided.values},
        "rules": [_rule(rule) for rule in decided.rules],
        "clocks": [_clock(ledger) for ledger in decided.ledgers],
        "conditions": [{"name": one.name, "since": iso(one.since), "why": one.why} for one in assessed.conditions],
        "labels": _labels(assessed),
        "comment": {
            "told": assessed.told,
            "standing": decided.commented,
            "told_after": iso(decided.told_after) if decided.told_after else None,
            "reasons": [{"name": one.name, "since": iso(one.since), "why": one.why} for one in decided.reasons],
        },
        "escalations": [_episode(escalation) for escalation in assessed.escalations],
        "escalations_ended": [
            {"policy": one.policy, "why": one.why, "until": _condition(one.until)} for one in decided.ended
        ],
        "assignment": _assignment(assessed.assignment),
        "native_priority": _native_priority(assessed.native_priority),
        "incident": {
            "priority": decided.incident.priority,
            "tickets": [str(ref) for ref in decided.incident.tickets],
            "disagreement": decided.incident.disagreement,
        },
    }


def _assignment(to: Assignment | LeftAlone | None) -> dict[str, Any] | None:
    if to is None:
        return None
    who, account = (to.who, to.account) if isinstance(to, Assignment) else (None, None)
    return {"who": who, "account": account, "why": to.why}


def _native_priority(to: NativePriority | KeptPriority | None) -> dict[str, Any] | None:
    if to is None:
        return None
    return {"name": to.name if isinstance(to, NativePriority) else None, "why": to.why}


def _rule(rule: RuleStory) -> dict[str, Any]:
    return {
        "id": rule.id,
        "verdict": rule.verdict,
        "did": list(rule.did),
        "condition": _condition(rule.condition) if rule.condition else None,
        "failing": _condition(rule.failing) if rule.failing else None,
    }


def _condition(condition: Explained) -> dict[str, Any]:
    said: dict[str, Any] = {"text": condition.text, "holds": condition.holds}
    if condition.actual is not None:
        said["actual"] = condition.actual
    if condition.parts:
        said["parts"] = [_condition(part) for part in condition.parts]
    return said


def _clock(ledger: Ledger) -> dict[str, Any]:
    return {
        **_course(ledger.clock),
        "missed_before": [_course(earlier) for earlier in ledger.clock.missed_before],
        "ledger": [
            {
                "from": iso(entry.start),
                "until": iso(entry.end) if entry.end else None,
                "state": entry.going,
                "running": entry.going is Going.running,
                "used_seconds": int(entry.worked.total_seconds()),
            }
            for entry in ledger.entries
        ],
    }


def _course(clock: Clock) -> dict[str, Any]:
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


def _labels(assessed: TicketAssessment) -> list[dict[str, Any]]:
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


def _episode(escalation: Escalation) -> dict[str, Any]:
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
