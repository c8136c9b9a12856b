"""A policy that uses every part there is, for what must hold whatever a policy does."""

from typing import Any

from tests.rules.build import OFFICE, P1_LABEL, P2_LABEL, P4_LABEL, WAITING

from hypercare_rules.policy import Policy

_TARGETS: dict[str, Any] = {
    "acknowledge": {"P1": "15m", "P2": "1h", "P3": "4h on office", "P4": "8h on office"},
    "resolve": {"P1": "4h", "P2": "8h on nights", "P3": "16h on office", "P4": "40h on office"},
    "update": {"P1": "1h", "P2": "4h on office"},
    "at_risk_from": 0.5,
    "pause_when": {"any": [{"status": WAITING.name}, {"labels": "web", "tier": {"missing": True}}]},
}

_WRITTEN: dict[str, Any] = {
    "fields": {
        "tier": {"field": "Customer Tier", "labels": {"web": "gold"}, "values": {"G": "gold"}},
        "seats": {"type": "number", "field": "Seats", "default": 1},
        "customers": {"type": "names", "field": "Customers"},
    },
    "kind": {"issue_types": {"Question": "usage_question"}, "components": {"Ops": "operation"}, "default": "defect"},
    "impact": {
        "labels": {P1_LABEL: "high", P4_LABEL: "low"},
        "fields": {"Customer Tier": {"gold": "high"}},
        "kinds": {"usage_question": "low"},
        "default": "medium",
    },
    "urgency": {
        "labels": {P1_LABEL: "high", P2_LABEL: "high"},
        "native_priorities": {"Highest": "high", "Low": "low"},
        "default": "medium",
    },
    "severity": {"native_priorities": {"Highest": "critical"}, "default": None},
    "customer": {"labels": {"web": True}, "default": False},
    "priority_matrix": {
        "high": {"high": "P1", "medium": "P2", "low": "P3"},
        "medium": {"high": "P2", "medium": "P3", "low": "P4"},
        "low": {"high": "P3", "medium": "P4", "low": "P4"},
    },
    "calendars": {
        "office": {**OFFICE, "holidays": {"country": "DE", "subdiv": "BY"}, "special": {"2026-12-24": ["08:00-12:00"]}},
        "nights": {"zone": "America/New_York", "hours": {"mon-sun": ["20:00-08:00"]}},
    },
    "targets": _TARGETS,
    "phases": [
        {
            "until_day": 3,
            "targets": {**_TARGETS, "pause_when": {"status": WAITING.name}, "resolve": _TARGETS["acknowledge"]},
        }
    ],
    "stale": {"P1": "4h", "P2": "1d", "P3": "3d"},
    "comments": {"priorities": ["P1"], "conditions": ["breached", "escalated"]},
    "assign": {"priorities": ["P1", "P2", "P3"]},
    "native_priority": {"P1": "Highest", "P2": "High", "P4": "High"},
    "rules": [
        {
            "id": "gold",
            "when": {"tier": "gold", "open": True},
            "then": {"raise": {"impact": 1}, "add_labels": ["gold"]},
        },
        {"id": "crowd", "when": {"customers_affected": {"gte": 2}}, "then": {"raise": {"urgency": 1}}},
        {"id": "again", "when": {"reopened": {"gt": 0}}, "then": {"set": {"urgency": "high"}, "comment": True}},
        {"id": "late", "when": {"resolve_used": {"gte": 0.75}}, "then": {"escalate": ["late"]}},
        {"id": "differ", "when": {"disagreement": True}, "then": {"add_labels": ["differ"], "escalate": ["p1"]}},
        {"id": "seats", "when": {"seats": {"gt": 10}, "severity": "critical"}, "then": {"set": {"priority": "P1"}}},
        {"id": "ask", "when": {"kind": "usage_question"}, "then": {"set": {"priority": "P4"}, "stop": True}},
        {"id": "idle", "when": {"idle_for": {"gt": "2d"}, "not": {"acknowledged": True}}, "then": {"comment": True}},
    ],
    "people": {
        "ana": {"name": "Ana K", "github": "ana", "jira": "ana", "skills": ["ops"]},
        "ben": {"name": "Ben L", "jira": "ben", "zone": "America/New_York"},
    },
    "roles": {"lead": ["ben"], "vacant": []},
    "roster": {
        "shifts": [
            {"who": ["ana", "ben"], "calendar": "office", "since": "2026-11-20T00:00:00Z", "rotate": "7d"},
            {"who": ["ben"], "calendar": "nights", "until": "2027-01-01T00:00:00Z"},
        ]
    },
    "escalation": {
        "p1": {
            "for": ["P1", "P2"],
            "tiers": [{"after": "0m", "notify": ["on_call"]}, {"after": "30m", "notify": ["lead", "vacant"]}],
            "repeat": "6h",
        },
        "late": {"calendar": "office", "until": {"open": False}, "tiers": [{"after": "2h", "notify": ["ana"]}]},
    },
    "exit": [
        {"id": "no-p1", "none_open": {"priority": "P1"}, "for": "3d"},
        {"id": "answered", "none_open": {"acknowledged": False, "age": {"gt": "1h"}}},
        {"id": "falling", "arrival": "falling", "over": "4d"},
        {"id": "met", "targets_met": 0.95, "over": "7d"},
        {"id": "agreed", "signed_off": ["ana"]},
    ],
    "links": [{"text": "How we decide", "url": "https://wiki.example/hypercare", "audience": "public"}],
    "runbooks": [{"text": "The web is down", "url": "https://wiki.example/web", "for": ["web", "Ops", "defect"]}],
}

RICH = Policy.model_validate(_WRITTEN)
