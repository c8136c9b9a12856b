from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from tests.rules.build import policy, targets

from hypercare_rules.values import Level, Priority


def test_it_knows_which_fields_and_labels_it_has_to_do_with() -> None:
    plain, own = (
        policy(),
        policy(
            severity={"fields": {"Severity": {"Critical": "critical"}}, "default": None},
            fields={
                "tier": {"field": "SEVERITY"},
                "region": {"field": "customfield_10031", "organisations": {"Acme": "EU"}},
            },
            rules=[{"id": "out", "when": {}, "then": {"add_labels": ["outage", "hypercare:alarm"]}}],
        ),
    )
    assert (plain.native_fields, plain.asks_organisations) == (frozenset(), False)
    assert {name.casefold() for name in own.native_fields} == {"severity", "customfield_10031"}
    assert len(own.native_fields) == 2
    assert own.asks_organisations
    shared = {f"hypercare:{name}" for name in ("P1", "P2", "P3", "P4", "at-risk", "breached", "stale", "escalated")}
    assert plain.managed_labels == shared
    assert own.managed_labels == shared | {"hypercare:outage", "hypercare:alarm"}


HOURS = {Priority.P1: 1, Priority.P2: 2, Priority.P3: 3, Priority.P4: 4}


def lengths(hours: dict[Priority, int]) -> dict[Priority, timedelta]:
    return {priority: timedelta(hours=count) for priority, count in hours.items()}


@pytest.mark.parametrize("name", ["acknowledge", "resolve"])
def test_a_priority_without_a_target_is_named(name: str) -> None:
    lacking = HOURS.copy()
    del lacking[Priority.P2], lacking[Priority.P4]
    with pytest.raises(ValidationError, match="no target for P2, P4; write one for each of P1 to P4"):
        targets(**{name: lengths(lacking)})


def test_priorities_may_share_a_target() -> None:
    assert targets(resolve=lengths({**HOURS, Priority.P2: 3})).resolve[Priority.P2].length == timedelta(hours=3)


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


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ({"id": "a"}, "measures nothing; write one of none_open, arrival, targets_met, signed_off"),
        ({"id": "a", "arrival": "rising", "over": "2d"}, "falling"),
        ({"id": "a", "targets_met": 0, "over": "2d"}, "greater than 0"),
        ({"id": "a", "targets_met": 95, "over": "2d"}, "less than or equal to 1"),
        ({"id": "a", "signed_off": []}, "at least 1"),
        ({"id": "No P1", "none_open": {}}, "id"),
    ],
)
def test_a_criterion_that_measures_nothing_is_refused(written: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        policy(exit=(written,))
