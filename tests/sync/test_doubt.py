"""The store is lost, and a tracker shows much less than there is, twice: the summary's own count says that it is not so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.flow import ON_GITHUB, ON_JIRA, Team, a_crowd, a_team

from hypercare_sync.report import exit_code
from hypercare_sync.sandbox.faults import Fault
from hypercare_sync.sandbox.world import Flavour
from hypercare_sync.tick_result import TickResult

ONE_SOURCE = {
    "github": '      - {tracker: web-github, repo: acme/web, milestone: "5.2"}',
    "jira": '      - {tracker: shop-jira, project: SHOP, version: "5.2"}',
}
PLACES = {"cloud": ON_JIRA, "datacenter": ON_JIRA, "github": ON_GITHUB}


@pytest.fixture(params=["cloud", "datacenter", "github"])
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    """A team with fifteen tickets, its summary beside them; its first tick was silent, its store is lost since."""
    flavour: Flavour = "datacenter" if request.param == "datacenter" else "cloud"
    with a_team(tmp_path, flavour=flavour) as made:
        a_crowd(made)
        of = "github" if request.param == "github" else "jira"
        made.configure(summary=PLACES[request.param], sources=ONE_SOURCE[of])
        made.tick()
        made.writes()
        made.forget()
        yield made


def shows_nothing(team: Team, times: int) -> None:
    """So many of the next searches and lists are empty."""
    path = "/rest/api/3/search" if team.sandbox.jira.cloud else "/rest/api/2/search"
    team.sandbox.faults.planted.append(Fault("jira", "POST", path, "empty", times=times))
    team.sandbox.faults.planted.append(Fault("github", "POST", "/graphql", "empty", times=times))


def test_source_that_shows_nothing_twice_is_stale_and_later_nobody_is_told_anything(team: Team) -> None:
    shows_nothing(team, 2)
    result = team.tick("1m")
    assert exit_code(result) == 1
    (error,) = result.errors
    assert "shows only 0 of the 15 tickets that the summary last counted" in str(error)
    assert "believed from 2026-11-23 09:01 on" in str(error)
    assert stale(result) == ["stale"]
    team.repair()
    team.writes()
    assert exit_code(team.tick("2m")) == 0
    (only,) = team.writes()
    assert only.startswith(("PUT", "PATCH")), "the summary alone: it is no longer stale"
    assert team.plan("2m").plan.changes == ()


def stale(result: TickResult) -> list[str]:
    """What the sources of the one release are."""
    assessment = result.releases[0].assessment
    assert assessment
    return ["stale" if one.problem else "fresh" for one in assessment.sources]


def test_release_that_did_shrink_is_believed_after_an_hour(team: Team) -> None:
    leave(team)
    for now in ("1m", "20m", "60m"):
        assert exit_code(team.tick(now)) == 1
    result = team.tick("61m")
    assert (exit_code(result), stale(result)) == (0, ["fresh"])
    assert team.plan("61m").plan.changes == ()


def leave(team: Team) -> None:
    """All but three tickets leave the release, without a label of ours: nothing shows that they were there."""
    later = team.github("POST", "/web/milestones", {"title": "6.0"})["number"]
    team.jira("POST", "version", {"project": "SHOP", "name": "6.0"})
    for number in range(11, 23):
        team.github("PATCH", f"/web/issues/{number}", {"milestone": later, "labels": []})
        team.jira("PUT", f"issue/SHOP-{number}", {"fields": {"versions": [{"name": "6.0"}], "labels": []}})


def test_few_tickets_less_are_believed_at_once(team: Team) -> None:
    team.github("PATCH", "/web/issues/11", {"milestone": None})
    team.jira("PUT", "issue/SHOP-11", {"fields": {"versions": []}})
    assert exit_code(team.tick("1m")) == 0


def test_tickets_that_left_with_labels_of_ours_are_seen_to_have_left(team: Team) -> None:
    later = team.github("POST", "/web/milestones", {"title": "6.0"})["number"]
    team.jira("POST", "version", {"project": "SHOP", "name": "6.0"})
    for number in range(11, 19):
        team.github("PATCH", f"/web/issues/{number}", {"milestone": later})
        team.jira("PUT", f"issue/SHOP-{number}", {"fields": {"versions": [{"name": "6.0"}]}})
    assert exit_code(team.tick("1m")) == 0


def test_one_source_of_two_is_doubted_and_the_other_goes_on(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        a_crowd(team)
        team.tick()
        team.forget()
        team.sandbox.faults.planted.append(Fault("jira", "POST", "/rest/api/3/search", "empty", times=2))
        team.github("POST", "/web/issues/11/labels", {"labels": ["outage"]})
        assert stale(team.tick("1m")) == ["stale", "fresh"]
        assert "hypercare:P1" in team.github_labels(11)
        assert stale(team.tick("2m")) == ["fresh", "fresh"]
        assert team.jira_comments("SHOP-11") == []


def test_counts_of_other_sources_than_these_say_nothing(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        a_crowd(team)
        team.tick()
        team.forget()
        team.configure(sources='      - {tracker: web-github, repo: acme/ops, milestone: "5.2"}')
        assert exit_code(team.tick("1m")) == 0
