from typing import Any

import pytest
from tests.rules.build import DONE, VERSION, release, ticket

from hypercare_rules.release import Scope, Selector

SUMMARY = "hypercare:summary"
BEFORE, AT_GO_LIVE, LATER = "-1s", "0m", "1h"


def scope(found: dict[str, Any], **selector: Any) -> Scope:
    return Selector(**{"version": VERSION, **selector}).scope(ticket(**found), release(), SUMMARY)


def affected(created: str = LATER, **more: Any) -> dict[str, Any]:
    return {"created": created, "affects": (VERSION,), **more}


def planned(created: str = LATER, version: str = VERSION, **more: Any) -> dict[str, Any]:
    return {"created": created, "affects": (), "planned_for": (version,), **more}


def untagged(created: str = LATER, **more: Any) -> dict[str, Any]:
    return {"created": created, "affects": (), **more}


@pytest.mark.parametrize("created", [BEFORE, AT_GO_LIVE, LATER])
def test_a_ticket_found_in_the_version_is_reported_whenever_it_was_created(created: str) -> None:
    assert scope(affected(created)) is Scope.reported


@pytest.mark.parametrize(
    ("created", "expected"), [(BEFORE, Scope.planned), (AT_GO_LIVE, Scope.reported), (LATER, Scope.reported)]
)
def test_work_for_the_version_is_planned_unless_it_came_up_after_go_live(created: str, expected: Scope) -> None:
    assert scope(planned(created)) is expected


def test_planned_work_is_taken_on_request() -> None:
    assert scope(planned(BEFORE), take_planned=True) is Scope.reported


def test_a_ticket_found_in_the_version_and_planned_for_it_is_reported() -> None:
    assert scope(affected(BEFORE, planned_for=(VERSION,))) is Scope.reported


@pytest.mark.parametrize("created", [BEFORE, LATER])
def test_any_of_the_labels_makes_a_ticket_reported(created: str) -> None:
    found = untagged(created, labels={"hotfix", "web"})
    assert scope(found, version=None, labels={"hotfix", "rollout"}) is Scope.reported
    assert scope(found, version=VERSION, labels={"hotfix"}) is Scope.reported


def test_another_label_says_nothing() -> None:
    assert scope(planned(version="6.0", labels={"web"}), labels={"hotfix"}) is Scope.outside


@pytest.mark.parametrize(
    ("created", "expected"), [(BEFORE, Scope.planned), (AT_GO_LIVE, Scope.reported), (LATER, Scope.reported)]
)
def test_a_type_selects_what_came_up_after_go_live_whatever_it_is_planned_for(created: str, expected: Scope) -> None:
    for found in (untagged(created, issue_type="Incident"), planned(created, version="6.0", issue_type="Incident")):
        assert scope(found, version=None, issue_type="incident") is expected
        assert scope(found, issue_type="INCIDENT", labels={"hotfix"}) is expected


def test_another_type_or_none_says_nothing() -> None:
    for issue_type in (None, "Task"):
        assert (
            scope(planned(version="6.0", issue_type=issue_type), version=None, issue_type="Incident") is Scope.outside
        )


def test_planned_work_of_a_type_is_taken_on_request() -> None:
    found = untagged(BEFORE, issue_type="Incident")
    assert scope(found, version=None, issue_type="Incident", take_planned=True) is Scope.reported


@pytest.mark.parametrize(
    ("created", "expected"), [(BEFORE, Scope.outside), (AT_GO_LIVE, Scope.reported), (LATER, Scope.reported)]
)
def test_a_component_selects_what_came_up_after_go_live(created: str, expected: Scope) -> None:
    found = planned(created, version="6.0", components=("Payments", "Search"))
    assert scope(found, version=None, components={"payments", "Web"}) is expected
    assert scope(found, version=None, components={"Cart"}) is Scope.outside
    assert scope(found, version=None, components={"Payments"}, take_planned=True) is Scope.reported


def test_a_component_is_named_as_the_reason() -> None:
    selector = Selector(version=None, components=frozenset({"payments"}))
    found = ticket(**planned(LATER, version="6.0", components=("Payments",)))
    assert selector.scope_with_reason(found, release(), SUMMARY)[1] == "component payments and created after go-live"


def test_a_query_of_the_user_decides_alone() -> None:
    assert scope(planned(BEFORE, version="6.0"), version=None, by_query=True) is Scope.reported


def test_what_the_users_query_no_longer_finds_is_outside() -> None:
    assert scope(affected(listed=False), version=None, by_query=True) is Scope.outside


@pytest.mark.parametrize("found", [affected(), planned(), untagged()], ids=["affected", "planned", "untagged"])
@pytest.mark.parametrize("selector", [{}, {"by_query": True}, {"labels": {SUMMARY}}, {"take_planned": True}])
def test_the_summary_is_never_a_ticket(found: dict[str, Any], selector: dict[str, Any]) -> None:
    assert scope({**found, "labels": {SUMMARY}}, **selector) is Scope.outside


@pytest.mark.parametrize(("created", "expected"), [(AT_GO_LIVE, Scope.untagged), (BEFORE, Scope.outside)])
def test_a_newcomer_without_a_version_is_possibly_the_releases(created: str, expected: Scope) -> None:
    assert scope(untagged(created)) is expected


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(untagged(affects=("5.1",)), id="found in another version"),
        pytest.param(planned(version="6.0"), id="planned for another version"),
        pytest.param(untagged(status=DONE), id="closed"),
    ],
)
def test_no_other_newcomer_is_suggested(found: dict[str, Any]) -> None:
    assert scope(found) is Scope.outside


def test_suggestions_can_be_turned_off() -> None:
    assert scope(untagged(), suggest_untagged=False) is Scope.outside


@pytest.mark.parametrize("found", [affected(), planned()], ids=["affected", "planned"])
def test_without_a_version_no_version_matches(found: dict[str, Any]) -> None:
    assert scope(found, version=None, labels={"hotfix"}) is Scope.outside
