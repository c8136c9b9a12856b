"""Links over the wire: what a person sees beside a Jira ticket, tick after tick, also without a store, and where we may not link."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.flow import Team, a_team, config_text

from hypercare_sync.trackers.obstacle import Obstacle

WEB = "web-github:acme/web#2"


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path, {"unlinking": "hypercare-bot:jira=-LINK_ISSUES"}) as made:
        yield made


def links(team: Team, key: str = "SHOP-2") -> dict[str, str]:
    """What the links of a ticket are called, with where they lead."""
    found = team.jira("GET", f"issue/{key}/remotelink")
    return {one["object"]["title"]: one["object"]["url"] for one in found}


def linking(team: Team) -> list[str]:
    """The writes of links since writes were asked for last."""
    return [one for one in team.writes() if "remotelink" in one]


def say_so(team: Team) -> str:
    """A person says that two tickets are one problem; the comment's id."""
    said: str = team.jira("POST", "issue/SHOP-2/comment", {"body": "Same problem as acme/web#2"})["id"]
    return said


def test_ticket_shows_its_incident_and_the_summary_and_once_each(team: Team) -> None:
    say_so(team)
    team.tick(backfill=True)
    (summary,) = team.summaries()
    assert links(team) == {WEB: f"{team.base}/acme/web/issues/2"}
    assert links(team, "SHOP-1") == {f"web-github:acme/ops#{summary['number']}": summary["html_url"]}
    assert links(team, "SHOP-3") == {}
    team.writes()
    for later in ("1m", "2m"):
        team.tick(later, backfill=True)
        team.forget()
        assert linking(team) == []
        team.wait("20m")


def test_link_says_nothing_of_the_incident_and_goes_with_it(team: Team) -> None:
    said = say_so(team)
    team.tick()
    assert set(links(team)) == {WEB}
    team.tick("1m")
    team.jira("DELETE", f"issue/SHOP-2/comment/{said}")
    result = team.tick("2m")
    (release,) = result.releases
    assert release.assessment
    assert all(len(incident.tickets) == 1 for incident in release.assessment.incidents)
    assert links(team) == {}
    assert [change.kind for change in team.tick("3m").plan.changes] == []


def test_link_that_a_person_took_off_stays_away_also_without_a_store(team: Team) -> None:
    say_so(team)
    team.tick()
    (link,) = team.jira("GET", "issue/SHOP-2/remotelink")
    team.jira("DELETE", f"issue/SHOP-2/remotelink/{link['id']}")
    team.tick("1m")
    team.forget()
    team.tick("2m")
    assert links(team) == {}


def test_tick_goes_well_where_we_may_not_link(team: Team) -> None:
    ours, less = (f"bot@shop.example, token: {token}" for token in ("sandbox", "unlinking"))
    team.configure(config_text(team.base).replace(ours, less))
    say_so(team)
    first = team.tick()
    assert (first.errors, links(team)) == ((), {})
    assert [(one.key, one.obstacle) for one in first.set_aside] == [("SHOP", Obstacle.unlinkable)]
    team.writes()
    assert team.tick("1m").errors == ()
    assert linking(team) == []
