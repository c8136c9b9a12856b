"""The document of `--format json`, key by key as scripts rely on it, and the exit code."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.rules import build
from tests.sync.flow import Team, a_team, at

from hypercare_sync.change import Plan
from hypercare_sync.errors import AccessDenied, HypercareError, TrackerError
from hypercare_sync.report import exit_code, locked_json, tick_json
from hypercare_sync.tick_result import ReleaseResult, TickResult

CONTRACT = {"schema", "now", "status", "releases", "changes", "requests"}
OF_RELEASE = {
    *("release", "phase", "day", "health", "tickets", "excluded", "untagged", "incidents", "summary_url", "sources"),
}
OF_SOURCE = {"tracker", "kind", "status", "tickets", "changed", "as_of"}


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path) as made:
        yield made


def without(document: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in keys}


def test_document_of_a_tick_is_the_contract_key_by_key(team: Team) -> None:
    document = json.loads(json.dumps(tick_json(team.tick())))
    assert set(document) == CONTRACT | {"errors", "budgets", "set_aside", "refusals"}
    assert without(document, "releases", "requests", "budgets") == {
        "schema": "hypercare-sync/tick/1",
        "now": "2026-11-23T08:00:00Z",
        "status": "ok",
        "changes": {"planned": 14, "applied": 14, "failed": 0, "deferred": 0, "set_aside": 0},
        "errors": [],
        "refusals": [],
        "set_aside": [],
    }
    (release,) = document["releases"]
    assert set(release) == OF_RELEASE | {"reasons", "reviews", "exit"}
    assert without(release, "sources", "reasons", "exit") == {
        "release": "Shop 5.2",
        "phase": "hypercare",
        "day": 4,
        "health": "red",
        "tickets": 6,
        "excluded": 0,
        "untagged": 0,
        "incidents": 6,
        "summary_url": f"{team.base}/acme/ops/issues/1",
        "reviews": {"last": None, "next": None},
    }
    assert [set(source) for source in release["sources"]] == [OF_SOURCE | {"notes"}] * 2
    assert [without(source, "notes") for source in release["sources"]] == [
        {
            "tracker": tracker,
            "kind": kind,
            "status": "ok",
            "tickets": 3,
            "changed": 3,
            "as_of": "2026-11-23T08:00:00Z",
        }
        for tracker, kind in (("shop-jira", "jira"), ("web-github", "github"))
    ]


def test_requests_are_those_that_the_trackers_served(team: Team) -> None:
    document = tick_json(team.tick(backfill=True))
    served: dict[str, dict[str, int]] = {name: {"read": 0, "write": 0} for name in ("shop-jira", "web-github")}
    for row in team.sandbox.log.served:
        served["shop-jira" if row.tracker == "jira" else "web-github"][row.kind] += 1
    assert document["requests"] == served


def test_plan_is_shown_with_its_checksum_and_every_change(team: Team) -> None:
    result = team.plan()
    document = tick_json(result, with_plan=True)
    assert set(document) == CONTRACT | {"errors", "budgets", "set_aside", "refusals", "plan"}
    assert document["plan"]["checksum"] == result.plan.checksum
    assert len(document["plan"]["changes"]) == document["changes"]["planned"] == 14
    assert document["changes"]["applied"] == 0
    assert all({"kind", "ticket", "why"} <= set(change) for change in document["plan"]["changes"])


def test_untagged_newcomers_and_planned_work_are_counted_apart(team: Team) -> None:
    team.github("POST", "/web/issues", {"title": "Something odd"})
    fields = {"project": {"key": "SHOP"}, "issuetype": {"name": "Bug"}, "summary": "Something odd"}
    team.jira("POST", "issue", {"fields": fields})
    (release,) = tick_json(team.tick())["releases"]
    assert (release["tickets"], release["untagged"], release["excluded"]) == (6, 2, 0)
    assert [source["tickets"] for source in release["sources"]] == [3, 3]


def test_release_before_go_live_has_no_health_and_no_sources(team: Team) -> None:
    team.configure(go_live="2026-12-01T08:00+01:00")
    document = tick_json(team.tick())
    (release,) = document["releases"]
    assert set(release) == OF_RELEASE | {"reasons", "reviews", "exit"}
    assert (release["phase"], release["day"], release["health"], release["sources"]) == ("planned", 0, None, [])
    assert document["status"] == "ok"


def test_reviews_before_and_after_now_are_told(team: Team) -> None:
    reviews = "reviews: [{id: daily, schedule: 0 10 * * mon-fri, who: [hypercare_lead]}]"
    (team.folder / "own.yaml").write_text(f"extends: standard\nroles: {{hypercare_lead: []}}\n{reviews}\n")
    team.configure(policy="./own.yaml")
    (release,) = tick_json(team.tick("2h"))["releases"]
    meeting = {"id": "daily", "who": ["hypercare_lead"]}
    assert release["reviews"] == {
        "last": meeting | {"at": "2026-11-23T09:00:00Z"},
        "next": meeting | {"at": "2026-11-24T09:00:00Z"},
    }


def test_exit_criteria_are_told_with_streak_forecast_and_relapse(team: Team) -> None:
    (release,) = tick_json(team.tick())["releases"]
    told = {one["id"]: without(one, "id") for one in json.loads(json.dumps(release["exit"]))}
    assert list(told) == ["no-open-p1", "all-acknowledged", "targets-met", "arrival-falling"]
    assert set(told["no-open-p1"]) == {"met", "evidence", "held_since", "forecast", "tickets", "relapse"}
    assert told["no-open-p1"]["evidence"] == f"{len(told['no-open-p1']['tickets'])} open"
    assert (told["no-open-p1"]["held_since"], told["no-open-p1"]["forecast"]) == (None, None)
    assert told["arrival-falling"]["forecast"].endswith("Z")
    lost = told["all-acknowledged"]["relapse"]
    assert set(lost) == {"since", "tickets", "figures"}
    assert set(lost["tickets"]) <= set(told["all-acknowledged"]["tickets"])


def test_failed_source_has_its_error_and_was_known_as_of(team: Team) -> None:
    team.tick()
    team.break_down("github")
    (release,) = tick_json(team.tick("20m"))["releases"]
    well, broken = release["sources"]
    assert set(broken) == OF_SOURCE | {"notes", "error"}
    assert (well["as_of"], broken["as_of"]) == ("2026-11-23T08:20:00Z", "2026-11-23T08:00:00Z")
    assert release["summary_url"] is None


def result_with(*errors: HypercareError, team: Team) -> TickResult:
    config = team.config().releases[0]
    looked = team.plan().releases[0]
    releases = tuple(
        ReleaseResult(config, looked.phase, looked.day, looked.collected, looked.state, error) for error in errors
    )
    return TickResult(at("0m"), releases, Plan(), None, {})


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([], 0),
        ([TrackerError("down")], 1),
        ([AccessDenied("no")], 5),
        ([TrackerError("down"), AccessDenied("no")], 5),
    ],
)
def test_exit_code(team: Team, errors: list[HypercareError], code: int) -> None:
    assert exit_code(result_with(*errors, team=team)) == code


def test_locked_tick_has_the_same_keys_and_nothing_in_them() -> None:
    document = locked_json(build.after("1h"))
    assert set(document) == CONTRACT | {"errors", "budgets", "set_aside", "refusals"}
    assert (document["status"], document["now"], document["releases"]) == ("locked", "2026-11-20T08:00:00Z", [])
    assert document["changes"] == {"planned": 0, "applied": 0, "failed": 0, "deferred": 0, "set_aside": 0}
