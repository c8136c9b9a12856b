"""The story of a ticket for scripts: the document of `explain --format json`. Lengths of time are seconds."""

from collections.abc import Sequence
from typing import Any

from hypercare_rules.conditions import Explained
from hypercare_rules.explanation import Decided, Explanation, RuleStory
from hypercare_rules.ledger import Going, Ledger
from hypercare_sync.assessed_json import (
    assignment_json,
    clock_json,
    conditions_json,
    escalation_json,
    handover_json,
    labels_json,
    native_priority_json,
)
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
        **({"handover": handover_json(story.handover)} if story.handover else {}),
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
        "conditions": conditions_json(assessed),
        "labels": labels_json(assessed),
        "comment": {
            "told": assessed.told,
            "standing": decided.commented,
            "told_after": iso(decided.told_after) if decided.told_after else None,
            "reasons": [{"name": one.name, "since": iso(one.since), "why": one.why} for one in decided.reasons],
        },
        "escalations": [escalation_json(escalation) for escalation in assessed.escalations],
        "escalations_ended": [
            {"policy": one.policy, "why": one.why, "until": _condition(one.until)} for one in decided.ended
        ],
        "assignment": assignment_json(assessed.assignment),
        "native_priority": native_priority_json(assessed.native_priority),
        "incident": {
            "priority": decided.incident.priority,
            "tickets": [str(ref) for ref in decided.incident.tickets],
            "disagreement": decided.incident.disagreement,
        },
    }


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
        **clock_json(ledger.clock),
        "missed_before": [clock_json(earlier) for earlier in ledger.clock.missed_before],
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
