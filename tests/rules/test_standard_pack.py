from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import WAITING, comment, moves, ticket
from tests.rules.look import judgement, look

from hypercare_rules.policy import Policy
from hypercare_rules.values import Kind, Level, Priority, Severity
from hypercare_sync.packs import builtin

_WORDS = [
    "outage",
    "urgent",
    "impact:low",
    "urgency:low",
    "question",
    "enhancement",
    "Blocker",
    "Low",
    "Bug",
    "Epic",
    "?",
]


@pytest.fixture(scope="module")
def standard() -> Policy:
    return builtin("standard")


@pytest.mark.parametrize(
    ("found", "kind", "severity", "priority"),
    [
        pytest.param({}, Kind.defect, None, Priority.P3, id="nothing said"),
        pytest.param({"labels": {"bug", "outage"}}, Kind.defect, None, Priority.P1, id="outage"),
        pytest.param({"labels": {"regression"}}, Kind.defect, None, Priority.P2, id="regression"),
        pytest.param({"labels": {"slow"}}, Kind.performance, None, Priority.P3, id="slow"),
        pytest.param({"native_priority": "Highest"}, Kind.defect, Severity.critical, Priority.P1, id="highest"),
        pytest.param({"native_priority": "Major"}, Kind.defect, Severity.major, Priority.P3, id="major"),
        pytest.param({"native_priority": "Lowest"}, Kind.defect, Severity.trivial, Priority.P4, id="lowest"),
        pytest.param({"issue_type": "Question"}, Kind.usage_question, None, Priority.P4, id="question"),
        pytest.param({"issue_type": "New Feature"}, Kind.change_request, None, Priority.P4, id="feature"),
        pytest.param({"labels": {"sev1"}}, Kind.defect, Severity.critical, Priority.P3, id="severity is no priority"),
    ],
)
def test_what_common_trackers_say_is_understood(
    standard: Policy, found: dict[str, Any], kind: Kind, severity: Severity | None, priority: Priority
) -> None:
    judged = judgement(ticket(**found), standard)
    assert (judged.kind.value, judged.severity.value, judged.priority.value) == (kind, severity, priority)


def test_targets_are_those_of_a_team_on_duty_all_day(standard: Policy) -> None:
    assert standard.targets.acknowledge[Priority.P1] == (timedelta(minutes=30), None)
    assert standard.targets.resolve[Priority.P1] == (timedelta(hours=4), None)


def test_waiting_for_the_customer_pauses_the_resolve_clock(standard: Policy) -> None:
    waiting = ticket(status=WAITING, history=moves(("3h", WAITING)), comments=(comment("2h"),))
    assert [(clock.state, clock.used) for clock in look(waiting, "8h", standard).clocks] == [
        ("met", timedelta(hours=1)),
        ("paused", timedelta(hours=2)),
    ]


def test_more_impact_or_urgency_never_lowers_the_priority(standard: Policy) -> None:
    rows = [[standard.priority_matrix[impact][urgency] for urgency in Level] for impact in Level]
    columns = [list(column) for column in zip(*rows, strict=True)]
    assert all(line == sorted(line) for line in rows + columns)


@given(
    labels=st.frozensets(st.sampled_from(_WORDS)),
    native_priority=st.none() | st.sampled_from(_WORDS),
    issue_type=st.none() | st.sampled_from(_WORDS),
)
def test_every_ticket_gets_a_priority(standard: Policy, **found: Any) -> None:
    assert judgement(ticket(**found), standard).priority.value in Priority
