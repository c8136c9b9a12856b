"""Jira lets our account browse a project no more: its searches show nothing and its tickets look as if they were gone. That is told as what it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sync.flow import ON_JIRA, Team, a_crowd, a_team

from hypercare_sync.report import exit_code, tick_json
from hypercare_sync.sandbox.grants import read_grant
from hypercare_sync.sandbox.world import Flavour

PROJECT = '{tracker: shop-jira, project: SHOP, version: "5.2"}'
QUERY = "{tracker: shop-jira, jql: \"affectedVersion = '5.2'\"}"


@pytest.fixture(params=["cloud", "datacenter"])
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    flavour: Flavour = request.param
    with a_team(tmp_path, flavour=flavour) as made:
        made.configure(sources=f"      - {PROJECT}")
        yield made


def grant(team: Team, rights: str) -> None:
    """What our account may do from now on."""
    team.sandbox.accounts._grants["sandbox"] = read_grant(f"hypercare-bot{rights}")


def loses_sight(team: Team) -> None:
    """Our account may do everything but browse."""
    grant(team, ":jira=-BROWSE_PROJECTS")


def told(team: Team, now: str) -> tuple[int, dict[str, Any]]:
    """A tick's exit code and document."""
    result = team.tick(now)
    return exit_code(result), tick_json(result)


@pytest.mark.parametrize("source", [PROJECT, QUERY], ids=["project", "query"])
@pytest.mark.parametrize("more", [0, 12])
def test_census_of_a_project_out_of_sight_keeps_its_tickets_and_ends_with_5(team: Team, source: str, more: int) -> None:
    a_crowd(team, more)
    team.configure(sources=f"      - {source}")
    team.tick()
    loses_sight(team)
    team.wait("2h")
    for now in ("2h", "2h10m"):
        code, document = told(team, now)
        (release,) = document["releases"]
        assert (code, release["tickets"], release["health"]) == (5, 3 + more, "red")
        (error,) = document["errors"]
        assert "does not see the project SHOP" in error
        assert "`hypercare-sync check`" in error
    grant(team, "")
    code, document = told(team, "2h20m")
    assert (code, document["releases"][0]["tickets"]) == (0, 3 + more)


def test_writes_to_a_project_out_of_sight_set_no_ticket_aside(team: Team) -> None:
    team.tick()
    loses_sight(team)
    code, document = told(team, "50m")  # P1 is breached by now, and nothing was read since
    assert (code, document["changes"]["failed"] > 0, document["set_aside"]) == (5, True, [])
    assert all("does not see the project SHOP" in error for error in document["errors"])


def test_summary_in_a_project_out_of_sight_is_not_opened_again(team: Team) -> None:
    team.configure(summary=ON_JIRA, sources='      - {tracker: web-github, repo: acme/web, milestone: "5.2"}')
    team.tick()
    issues = len(team.jira_keys())
    loses_sight(team)
    for now in ("1m", "2m"):
        assert told(team, now)[0] == 5
        team.forget()
    assert len(team.jira_keys()) == issues


def test_ticket_that_was_deleted_is_gone_as_before(team: Team) -> None:
    team.tick()
    team.jira("DELETE", "issue/SHOP-2")
    team.wait("2h")
    code, document = told(team, "2h")
    assert (code, document["releases"][0]["tickets"]) == (0, 2)


def test_summary_that_was_kept_in_a_project_out_of_sight_before_stops_nobody(team: Team) -> None:
    team.configure(summary="{tracker: shop-jira, project: OPS}", sources=f"      - {PROJECT}")
    team.sandbox.jira.add_project("OPS", "Operations")
    team.tick()
    grant(team, ":jira@OPS=CREATE_ISSUES")
    team.configure(summary=ON_JIRA, sources=f"      - {PROJECT}")
    assert told(team, "1m")[0] == 0
