"""Facts and conditions as tests need them, all else ordinary."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypercare_rules.conditions import Condition, Facts, FieldType, compile_condition
from hypercare_rules.ticket import Audience, StatusCategory
from hypercare_rules.values import Kind, Level, Priority

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)
DECLARED = {"tier": FieldType.text, "seats": FieldType.number, "plans": FieldType.names}

_ORDINARY: dict[str, Any] = {
    "now": NOW,
    "open": True,
    "acknowledged": False,
    "overridden": False,
    "customer": False,
    "disagreement": False,
    "kind": Kind.defect,
    "impact": Level.medium,
    "urgency": Level.medium,
    "severity": None,
    "priority": Priority.P3,
    "status_category": StatusCategory.new,
    "audience": Audience.internal,
    **dict.fromkeys(
        (
            "votes",
            "reactions",
            "comments",
            "reopened",
            "customers_affected",
            "duplicates",
            "linked",
            "open_sub_issues",
            "open_blockers",
        ),
        0,
    ),
    "acknowledge_used": 0.0,
    "resolve_used": 0.0,
    "age": DAY,
    "idle_for": DAY,
    "created": NOW - DAY,
    "updated": NOW - DAY,
    "resolved": None,
    "acknowledged_at": None,
    "last_activity": NOW - DAY,
    **dict.fromkeys(("labels", "components", "affects", "planned_for", "assignees", "customers"), frozenset()),
    "tracker": "shop-jira",
    "place": "SHOP",
    "key": "SHOP-1",
    "status": "Open",
    **dict.fromkeys(("native_priority", "issue_type", "resolution", "reporter")),
    "title": "Checkout fails",
    "description": "",
    "custom": {},
}


def facts(**changes: Any) -> Facts:
    """An ordinary ticket's facts, with changes; fields of the policy's own (`DECLARED`) as they are named."""
    custom = {name: changes.pop(name) for name in DECLARED if name in changes}
    return Facts(**{**_ORDINARY, "custom": custom, **changes})


def condition(written: dict[str, Any]) -> Condition:
    """A condition as a policy has it: by way of JSON, as files are loaded."""
    return Condition.model_validate_json(json.dumps(written))


def holds(written: dict[str, Any], **changes: Any) -> bool:
    """Whether the condition holds for an ordinary ticket with changes."""
    return compile_condition(condition(written), DECLARED)(facts(**changes))
