"""Whoever is on call gets what nobody has: in both trackers, once, and never against a person."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.flow import Team, a_team

from hypercare_sync.report import exit_code

POLICY = """\
extends: standard
calendars: {always: {zone: UTC, hours: {mon-sun: ["00:00-24:00"]}}}
people:
  pat: {name: Pat P, github: pat, jira: ana}
  zoe: {name: Zoe Z, github: zoe-unknown, jira: zoe-unknown}
roster: {shifts: [{who: [%s], calendar: always}]}
assign: {priorities: [P1]}
"""


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path) as made:
        on_call(made, "pat")
        made.configure(policy="./policy.yaml")
        yield made


def on_call(team: Team, who: str) -> None:
    """From now on this is who is on call."""
    (team.folder / "policy.yaml").write_text(POLICY % who)


def assignees(team: Team, number: int) -> list[str]:
    """Who has an issue of acme/web."""
    return [person["login"] for person in team.github("GET", f"/web/issues/{number}")["assignees"]]


def test_urgent_tickets_of_both_trackers_go_to_who_is_on_call_and_once(team: Team) -> None:
    assert exit_code(team.tick(backfill=True)) == 0
    assert assignees(team, 1) == ["pat"]
    assert assignees(team, 2) == assignees(team, 3) == []
    assert team.jira("GET", "issue/SHOP-1")["fields"]["assignee"]["accountId"] == "ana"
    assert team.jira("GET", "issue/SHOP-2")["fields"]["assignee"] is None
    team.forget()
    assert team.plan("10m", backfill=True).plan.changes == ()


def test_first_tick_gives_nobody_what_was_there_before_it(team: Team) -> None:
    team.tick()
    assert assignees(team, 1) == []
    team.wait("10m")
    team.github("POST", "/web/issues/2/labels", {"labels": ["outage"]})
    team.tick("10m")
    assert assignees(team, 2) == ["pat"]
    assert assignees(team, 1) == []


def test_person_who_gives_a_ticket_back_is_left_in_peace_even_without_the_store(team: Team) -> None:
    team.tick(backfill=True)
    team.wait("10m")
    team.github("DELETE", "/web/issues/1/assignees", {"assignees": ["pat"]})
    for now in ("10m", "2h"):
        team.tick(now, backfill=True)
        assert assignees(team, 1) == []
        team.forget()


def test_somebody_elses_ticket_stays_theirs(team: Team) -> None:
    team.github("POST", "/web/issues/1/assignees", {"assignees": ["hypercare-bot"]})
    team.tick(backfill=True)
    assert assignees(team, 1) == ["hypercare-bot"]


def test_person_who_cannot_be_assigned_is_told_once_and_set_aside(team: Team) -> None:
    on_call(team, "zoe")
    result = team.tick(backfill=True)
    assert exit_code(result) == 1
    told = " ".join(map(str, result.errors))
    assert "acme/web#1 cannot be assigned to zoe-unknown" in told
    assert "SHOP-1 cannot be assigned" in told
    assert {(one.key, str(one.obstacle)) for one in result.set_aside} == {
        ("acme/web#1", "unassignable"), ("SHOP-1", "unassignable"),
    }  # fmt: skip
    assert "hypercare:P1" in team.github_labels(1)
    assert exit_code(team.tick("10m", backfill=True)) == 0
    on_call(team, "pat")
    team.tick("1h", backfill=True)
    assert assignees(team, 1) == ["pat"]


def test_explain_says_who_gets_it_and_why(team: Team) -> None:
    planned = team.plan(backfill=True).plan.changes
    assert [(change.kind, change.why) for change in planned if change.kind == "assign"] == [
        ("assign", "P1, and pat is on call")
    ] * 2
