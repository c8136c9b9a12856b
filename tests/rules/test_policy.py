from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from tests.rules.build import policy, targets, ticket

from hypercare_rules.policy import Mapping, PauseWhen
from hypercare_rules.values import Kind, Level, Priority

HOURS = {Priority.P1: 1, Priority.P2: 2, Priority.P3: 3, Priority.P4: 4}


def lengths(hours: dict[Priority, int]) -> dict[Priority, timedelta]:
    return {priority: timedelta(hours=count) for priority, count in hours.items()}


@pytest.mark.parametrize("name", ["acknowledge", "resolve"])
def test_a_priority_without_a_target_is_named(name: str) -> None:
    lacking = HOURS.copy()
    del lacking[Priority.P2], lacking[Priority.P4]
    with pytest.raises(ValidationError, match="no target for P2, P4; write one for each of P1 to P4"):
        targets(**{name: lengths(lacking)})


@pytest.mark.parametrize("name", ["acknowledge", "resolve"])
def test_a_higher_priority_may_not_take_longer(name: str) -> None:
    with pytest.raises(ValidationError, match=r"P2 \(5h\) may not take longer than P3 \(3h\)"):
        targets(**{name: lengths({**HOURS, Priority.P2: 5})})


def test_priorities_may_share_a_target() -> None:
    assert targets(resolve=lengths({**HOURS, Priority.P2: 3})).resolve[Priority.P2] == timedelta(hours=3)


@pytest.mark.parametrize("share", [0, 1, -0.5, 75])
def test_at_risk_begins_within_the_target(share: float) -> None:
    with pytest.raises(ValidationError, match="at_risk_from"):
        targets(at_risk_from=share)


def test_every_hole_in_the_matrix_is_named() -> None:
    matrix = {Level.high: dict.fromkeys(Level, Priority.P1), Level.low: {Level.low: Priority.P4}}
    with pytest.raises(ValidationError) as refused:
        policy(priority_matrix=matrix)
    holes = [(i, u) for i in Level for u in Level if f"impact {i}, urgency {u}" in str(refused.value)]
    assert holes == [
        *((Level.medium, urgency) for urgency in Level),
        (Level.low, Level.high),
        (Level.low, Level.medium),
    ]


@pytest.mark.parametrize("prefix", ["hypercare", "", ":", "two words:", "-x:", "a:b:", "x" * 32 + ":"])
def test_a_label_prefix_is_one_word_with_a_colon(prefix: str) -> None:
    with pytest.raises(ValidationError, match="label_prefix"):
        policy(label_prefix=prefix)


def test_labels_that_have_a_meaning_of_their_own_follow_the_prefix() -> None:
    team = policy(label_prefix="shop/5.2:")
    assert team.override_prefix == "shop/5.2-override:"
    assert team.summary_label == "shop/5.2:summary"


def test_paused_statuses_are_compared_without_case() -> None:
    assert PauseWhen(status=("Waiting for CUSTOMER", "Außer Haus")).status == ("waiting for customer", "ausser haus")


IMPACT = Mapping[Level](
    labels={"Outage": Level.high, "typo": Level.low},
    native_priorities={"Blocker": Level.high, "Minor": Level.low},
    components={"Checkout": Level.high, "Help": Level.low},
    issue_types={"Incident": Level.high, "Story": Level.low},
    kinds={Kind.operation: Level.high, Kind.usage_question: Level.low},
    default=Level.medium,
)


def found(kind: Kind | None = None, **given: Any) -> tuple[Level, str]:
    impact = IMPACT.find(ticket(**given), kind)
    return impact.value, impact.source


@pytest.mark.parametrize(
    ("given", "kind", "answer"),
    [
        pytest.param({"labels": {"typo"}}, None, (Level.low, "label typo"), id="label"),
        pytest.param({"native_priority": "Minor"}, None, (Level.low, "native priority minor"), id="native priority"),
        pytest.param({"components": ("Help",)}, None, (Level.low, "component help"), id="component"),
        pytest.param({"issue_type": "Story"}, None, (Level.low, "issue type story"), id="issue type"),
        pytest.param({}, Kind.usage_question, (Level.low, "kind usage_question"), id="kind"),
        pytest.param({}, None, (Level.medium, "default"), id="nothing said"),
        pytest.param(
            {"labels": {"web"}, "components": ("Search",)}, Kind.defect, (Level.medium, "default"), id="unknown"
        ),
    ],
)
def test_a_value_names_its_source(given: dict[str, Any], kind: Kind | None, answer: tuple[Level, str]) -> None:
    assert found(kind, **given) == answer


def test_what_people_said_of_the_ticket_goes_before_what_it_is() -> None:
    said: dict[str, Any] = {
        "labels": {"typo"},
        "native_priority": "Blocker",
        "components": ("Help",),
        "issue_type": "Incident",
    }
    sources = [found(Kind.usage_question, **said)]
    for name in list(said):
        del said[name]
        sources.append(found(Kind.usage_question, **said))
    assert sources == [
        (Level.low, "label typo"),
        (Level.high, "native priority blocker"),
        (Level.low, "component help"),
        (Level.high, "issue type incident"),
        (Level.low, "kind usage_question"),
    ]


def test_of_several_entries_the_first_in_the_policy_decides() -> None:
    assert found(labels={"typo", "outage"}) == (Level.high, "label outage")
    assert found(components=("Help", "Checkout")) == (Level.high, "component checkout")


@pytest.mark.parametrize("label", ["OUTAGE", "outage", "Outage"])
def test_names_are_compared_without_case(label: str) -> None:
    assert found(labels={label}) == (Level.high, "label outage")


def test_a_value_may_be_nothing() -> None:
    assert policy().severity.find(ticket()).value is None
