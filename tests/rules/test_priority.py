from typing import Any

import pytest
from tests.rules.build import (
    P1_LABEL,
    P2_LABEL,
    P4_LABEL,
    after,
    comment,
    labelled,
    policy,
    reprioritised,
    rescoped,
    ticket,
    unlabelled,
)
from tests.rules.look import judgement, scene

from hypercare_rules.judge import priority_since
from hypercare_rules.values import Kind, Level, Priority, Severity

OVERRIDE = "hypercare-override:"


@pytest.mark.parametrize(
    ("found", "priority", "source"),
    [
        ({"labels": {P1_LABEL}}, Priority.P1, "impact high (label outage), urgency high (label outage)"),
        ({"labels": {P2_LABEL}}, Priority.P2, "impact medium (default), urgency high (label urgent)"),
        ({}, Priority.P3, "impact medium (default), urgency medium (default)"),
        ({"labels": {P4_LABEL}}, Priority.P4, "impact low (label cosmetic), urgency medium (default)"),
        ({"issue_type": "Question"}, Priority.P4, "impact low (kind usage_question), urgency medium (default)"),
    ],
)
def test_priority_follows_from_impact_and_urgency(found: dict[str, Any], priority: Priority, source: str) -> None:
    judged = judgement(ticket(**found))
    assert (judged.priority.value, judged.priority.source, judged.overridden) == (priority, source, False)


def test_impact_and_urgency_are_not_mixed_up() -> None:
    matrix = {impact: dict.fromkeys(Level, Priority.P3) for impact in Level}
    matrix[Level.medium] = {**matrix[Level.medium], Level.high: Priority.P1}
    assert judgement(ticket(labels={P2_LABEL}), policy(priority_matrix=matrix)).priority.value is Priority.P1


def test_severity_is_told_and_does_not_decide() -> None:
    judged = judgement(ticket(labels={"sev1"}, issue_type="Question"))
    assert (judged.severity.value, judged.kind.value) == (Severity.critical, Kind.usage_question)
    assert judged.priority.value is Priority.P4


@pytest.mark.parametrize("priority", Priority)
def test_a_persons_override_wins_up_and_down(priority: Priority) -> None:
    judged = judgement(ticket(labels={P2_LABEL, f"{OVERRIDE}{priority}"}))
    assert (judged.priority.value, judged.overridden) == (priority, True)
    assert judged.priority.source == f"override by the label hypercare-override:{priority}"


def test_what_the_override_hides_is_still_told() -> None:
    judged = judgement(ticket(labels={P1_LABEL, f"{OVERRIDE}P4"}))
    assert (judged.impact.value, judged.urgency.value) == (Level.high, Level.high)


@pytest.mark.parametrize("label", ["hypercare-override:p1", "HYPERCARE-OVERRIDE:P1", "Hypercare-Override:p1"])
def test_an_override_may_be_written_in_any_case(label: str) -> None:
    assert judgement(ticket(labels={label})).priority.value is Priority.P1


@pytest.mark.parametrize(
    "label", ["hypercare-override:P5", "hypercare-override:", "hypercare:P1", "P1", "x-hypercare-override:P1"]
)
def test_a_label_that_names_no_override_is_left_alone(label: str) -> None:
    judged = judgement(ticket(labels={label}))
    assert (judged.priority.value, judged.overridden) == (Priority.P3, False)


def test_the_highest_of_several_overrides_wins() -> None:
    labels = {f"{OVERRIDE}P4", f"{OVERRIDE}P2", f"{OVERRIDE}soon"}
    assert judgement(ticket(labels=labels)).priority.value is Priority.P2


def test_an_override_follows_the_label_prefix() -> None:
    judged = judgement(ticket(labels={"team-override:P1", f"{OVERRIDE}P4"}), policy(label_prefix="team:"))
    assert judged.priority.value is Priority.P1


def test_the_override_ends_with_its_label() -> None:
    gone = ticket(history=(labelled("2h", f"{OVERRIDE}P1"), unlabelled("5h", f"{OVERRIDE}P1")))
    judged = judgement(gone)
    assert (judged.priority.value, judged.overridden) == (Priority.P3, False)
    assert priority_since(gone, scene("6h")) == after("5h")


@pytest.mark.parametrize(
    ("found", "since"),
    [
        pytest.param({}, "1h", id="as created"),
        pytest.param({"labels": {P1_LABEL}, "history": (labelled("2h", P1_LABEL),)}, "2h", id="a label set"),
        pytest.param({"history": (unlabelled("3h", P1_LABEL),)}, "3h", id="a label taken off"),
        pytest.param(
            {"native_priority": "High", "history": (reprioritised("4h", "Low", "High"),)}, "4h", id="native priority"
        ),
        pytest.param(
            {"native_priority": "Low", "history": (reprioritised("4h", "Highest", "Low"),)},
            "4h",
            id="a lower native priority",
        ),
        pytest.param(
            {"native_priority": "High", "history": (reprioritised("4h", None, "High"),)},
            "4h",
            id="first native priority",
        ),
        pytest.param(
            {"labels": {f"{OVERRIDE}P1"}, "history": (labelled("5h", f"{OVERRIDE}P1"),)}, "5h", id="an override"
        ),
        pytest.param(
            {"labels": {P1_LABEL}, "history": (labelled("2h", P1_LABEL), labelled("6h", "web"))},
            "2h",
            id="a label without weight later",
        ),
        pytest.param(
            {"labels": {P1_LABEL}, "history": (labelled("2h", P1_LABEL), labelled("6h", f"{OVERRIDE}P1"))},
            "2h",
            id="the same priority for another reason",
        ),
        pytest.param(
            {
                "labels": {P1_LABEL},
                "history": (labelled("2h", P1_LABEL), unlabelled("3h", P1_LABEL), labelled("4h", P1_LABEL)),
            },
            "4h",
            id="not since an earlier spell",
        ),
        pytest.param(
            {
                "labels": {P2_LABEL},
                "native_priority": "Highest",
                "history": (labelled("2h", P2_LABEL), reprioritised("3h", "Low", "Highest")),
            },
            "3h",
            id="the step that made it so",
        ),
        pytest.param({"history": (rescoped("4h"),), "comments": (comment("5h"),)}, "1h", id="what bears on nothing"),
    ],
)
def test_priority_since_replays_the_history(found: dict[str, Any], since: str) -> None:
    assert priority_since(ticket(**found), scene("7h")) == after(since)
