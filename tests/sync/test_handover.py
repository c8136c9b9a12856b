"""The end of hypercare over HTTP: what a hand-over writes and in which order, that it lasts, and what takes it back; on every flavour."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sync.flow import ON_GITHUB, ON_JIRA, Team, a_crowd, a_team

from hypercare_rules.release import Phase
from hypercare_rules.ticket import Ref
from hypercare_sync.change import Assign
from hypercare_sync.guard import Guard
from hypercare_sync.sandbox.world import Flavour
from hypercare_sync.tick_result import TickResult

POLICY = """\
extends: standard
people:
  ana: {name: Ana K, github: ana-k, jira: ana}
  ben: {name: Ben L, github: ben-l, jira: ben}
exit:
  - {id: no-open-p1, none_open: {priority: P1}, for: 1h}
  - {id: all-acknowledged, remove: true}
  - {id: targets-met, remove: true}
  - {id: arrival-falling, remove: true}
handover: {owner: ana, owners: {Payments: ben}, relapse: 2d}
"""
WORLDS = [("cloud", ON_GITHUB), ("cloud", ON_JIRA), ("datacenter", ON_JIRA)]
NAMES = ["summary on GitHub", "summary on Jira Cloud", "summary on Jira Data Center"]


def set_up(team: Team, summary: str, policy: str = POLICY) -> None:
    (team.folder / "own.yaml").write_text(policy)
    team.configure(summary=summary, policy="./own.yaml")


@pytest.fixture(params=WORLDS, ids=NAMES)
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    """A team whose summary stands, with everything commented that the policy wants commented."""
    flavour: Flavour
    flavour, summary = request.param
    with a_team(tmp_path, flavour=flavour) as made:
        set_up(made, summary)
        made.tick(backfill=True)
        yield made


def solve(team: Team) -> None:
    """Close the P1s, and let it be quiet for long enough."""
    team.github("PATCH", "/web/issues/1", {"state": "closed"})
    done = {one["to"]["name"]: one["id"] for one in team.jira("GET", "issue/SHOP-1/transitions")["transitions"]}
    team.jira("POST", "issue/SHOP-1/transitions", {"transition": {"id": done["Done"]}})
    team.wait("2h")


def kinds(result: TickResult) -> list[str]:
    return [change.kind for change in result.plan.changes]


def phase(result: TickResult) -> Phase:
    return result.releases[0].phase


def on_github(team: Team) -> bool:
    return "repo: acme/ops" in team.config_file.read_text()


def below(team: Team, path: str) -> str:
    """A path of Jira's API as we call it."""
    return f"/rest/api/{3 if team.sandbox.jira.cloud else 2}/{path}"


def summary_of(team: Team) -> dict[str, Any]:
    """The summary's title, text, comments, and whether it is open, wherever it is."""
    found = team.github("GET", "/ops/issues?labels=hypercare:summary&state=all")
    if found:
        (issue,) = found
        said = [one["body"] for one in team.github("GET", f"/ops/issues/{issue['number']}/comments")]
        return {
            "key": f"acme/ops#{issue['number']}",
            "title": issue["title"],
            "text": issue["body"],
            "open": issue["state"] == "open",
            "comments": said,
        }
    (key,) = [key for key in team.jira_keys() if "hypercare:summary" in team.jira_labels(key)]
    fields = team.jira("GET", f"issue/{key}")["fields"]
    return {
        "key": key,
        "title": fields["summary"],
        "text": fields["description"],
        "open": fields["status"]["statusCategory"]["key"] != "done",
        "comments": team.jira_comments(key),
    }


def test_handover_before_criteria_hold_is_refused_and_says_what_is_missing(team: Team) -> None:
    team.writes()
    result = team.hand_over("10m")
    assert team.writes() == []
    (refusal,) = result.refusals
    assert (refusal.guard, refusal.release, refusal.affected, refusal.of) == (Guard.exit, "Shop 5.2", 1, 1)
    assert refusal.examples == ("no-open-p1: 2 open",)
    assert phase(team.tick("10m")) is Phase.hypercare


def test_handover_gives_open_tickets_one_label_and_an_owner_and_closes_the_summary_last(team: Team) -> None:
    solve(team)
    team.writes()
    result = team.hand_over("2h")
    writes = team.writes()
    assert (result.errors, result.refused) == ((), False)
    assert phase(result) is Phase.exited
    assert team.github_labels(2) == {"web", "hypercare:bau"}
    assert team.jira_labels("SHOP-2") == {"web", "hypercare:bau"}
    assert "hypercare:P1" in team.github_labels(1)
    ours = [said for said in (*team.github_comments(2), *team.jira_comments("SHOP-2")) if "Comment 1" not in said]
    assert len(ours) == 2
    for said in ours:
        assert "this ticket goes on in daily operations, with" in said
        assert "Ana K" in said
    summary = summary_of(team)
    assert summary["title"] == "🏁 Hypercare Shop 5.2: ended on day 4 of 14"
    assert not summary["open"]
    (comment,) = summary["comments"]
    for text in (summary["text"], comment):
        assert "Hypercare ended" in text
        assert "no open p1" in text
        assert "Ana K" in text
        assert "Cart badge is wrong" in text
        assert ("Slow search" in text) is not on_github(team)  # the repository is public
    assert "late if you read this" not in summary["text"]
    *_, comment_sent, last = [write for write in writes if "/graphql" not in write and "/transitions" not in write]
    place = summary["key"].replace("acme/ops#", "/ops/issues/")
    assert place in comment_sent
    assert comment_sent.endswith(("/comments", "/comment"))
    assert last.endswith(place)


def test_afterwards_ticks_change_nothing_and_cost_next_to_nothing(team: Team) -> None:
    solve(team)
    team.hand_over("2h")
    team.wait("1h")
    for now in ("3h", "4h"):
        assert kinds(team.tick(now)) == []
    team.wait("3d")
    assert kinds(team.tick("3d3h")) == []
    team.writes()
    team.jira("PUT", "issue/SHOP-2", {"fields": {"priority": {"name": "Highest"}}})
    team.sandbox.log.served.clear()
    result = team.tick("3d4h")
    assert (kinds(result), phase(result)) == ([], Phase.exited)
    assert sum(one.read for one in result.requests.values()) == (
        1 if on_github(team) else 2
    )  # Jira says first which it is
    assert team.writes() == []


@pytest.mark.parametrize("later", ["1h", "10d"])
def test_release_stays_left_though_the_store_is_lost(team: Team, later: str) -> None:
    solve(team)
    team.hand_over("2h")
    team.wait(later)
    team.forget()
    team.writes()
    result = team.tick("3h" if later == "1h" else "10d3h")
    assert (kinds(result), phase(result)) == ([], Phase.exited)
    assert team.writes() == []


def test_new_p1_takes_hypercare_up_again(team: Team) -> None:
    solve(team)
    team.hand_over("2h")
    team.wait("1d")
    fields = {"project": {"key": "SHOP"}, "issuetype": {"name": "Bug"}, "versions": [{"name": "5.2"}]}
    key = team.jira("POST", "issue", {"fields": {**fields, "summary": "Down", "priority": {"name": "Highest"}}})["key"]
    result = team.tick("1d2h5m")
    assert (phase(result), result.errors, result.refused) == (Phase.hypercare, (), False)
    summary = summary_of(team)
    assert summary["open"]
    assert "reopened" in summary["text"]
    assert (key in summary["text"]) is not on_github(team)
    assert "hypercare:P1" in team.jira_labels(key)
    assert {"hypercare:P3", "hypercare:bau"} & team.github_labels(2) == {"hypercare:P3"}
    assert {"hypercare:P3", "hypercare:bau"} & team.jira_labels("SHOP-2") == {"hypercare:P3"}
    team.wait("1m")
    assert kinds(team.tick("1d2h6m")) == []
    team.forget()
    assert kinds(team.tick("1d2h7m")) == []


def test_hypercare_ends_a_second_time_with_a_comment_of_its_own(team: Team) -> None:
    solve(team)
    team.hand_over("2h")
    team.wait("1m")
    team.github("PATCH", "/web/issues/1", {"state": "open"})
    team.wait("1h")
    assert phase(team.tick("3h5m")) is Phase.hypercare
    team.github("PATCH", "/web/issues/1", {"state": "closed"})
    team.wait("2h")
    assert phase(team.hand_over("5h")) is Phase.exited
    summary = summary_of(team)
    assert (len(summary["comments"]), summary["open"]) == (2, False)


def test_force_says_why_in_the_evidence(team: Team) -> None:
    result = team.hand_over("10m", because="the vendor took over <b>support</b> @ana-k")
    assert (result.errors, phase(result)) == ((), Phase.exited)
    summary = summary_of(team)
    assert not summary["open"]
    for text in (summary["text"], *summary["comments"]):
        assert "the vendor took over" in text
        assert "2 open" in text
    assert team.github_labels(1) == {"outage", "hypercare:bau"}
    assert kinds(team.tick("20m")) == []


def test_person_who_reopens_the_closed_summary_is_not_fought(team: Team) -> None:
    solve(team)
    team.hand_over("2h")
    for number in [issue["number"] for issue in team.github("GET", "/ops/issues?state=closed")]:
        team.github("PATCH", f"/ops/issues/{number}", {"state": "open"})
    assert kinds(team.tick("3h")) == []


@pytest.mark.parametrize("flavour", ["cloud", "datacenter"])
def test_summary_whose_workflow_leads_nowhere_is_left_open_in_its_last_state_and_that_is_said_once(
    flavour: Flavour, tmp_path: Path
) -> None:
    with a_team(tmp_path, {"sandbox": "hypercare-bot:jira=-TRANSITION_ISSUES"}, flavour=flavour) as team:
        set_up(team, ON_JIRA)
        team.tick(backfill=True)
        solve(team)
        result = team.hand_over("2h")
        (error,) = result.errors
        key = summary_of(team)["key"]
        assert f"{key} is left open: no transition to a status that is done can be made by us; close it by hand" in str(
            error
        )
        summary = summary_of(team)
        assert (summary["open"], summary["title"]) == (True, "🏁 Hypercare Shop 5.2: ended on day 4 of 14")
        team.forget()
        again = team.tick("3h")
        assert (kinds(again), again.errors, phase(again)) == ([], (), Phase.exited)


def test_closed_summary_leaves_its_pin_to_the_next_release(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        set_up(team, ON_GITHUB)
        team.tick(backfill=True)
        repository = team.sandbox.github.repository("acme", "ops")
        assert repository is not None
        assert len(repository.pins) == 1
        solve(team)
        team.hand_over("2h")
        assert repository.pins == []
        assert kinds(team.tick("3h")) == []


def test_owner_is_assigned_where_the_policy_says_so(tmp_path: Path) -> None:
    with a_team(tmp_path, {"sandbox": "hypercare-bot", "ana": "ana-k"}) as team:
        set_up(team, ON_GITHUB, POLICY.replace("owner: ana,", "owner: ana, assign: true,"))
        team.tick(backfill=True)
        solve(team)
        assigned = [one for one in team.hand_over("2h").plan.changes if isinstance(one, Assign)]
        assert [(str(one.ticket), one.who, one.account) for one in assigned] == [
            ("shop-jira:SHOP-2", "ana", "ana"),
            ("web-github:acme/web#2", "ana", "ana-k"),
        ]


def test_what_could_not_be_written_is_handed_over_before_the_summary_is_closed(team: Team) -> None:
    solve(team)
    team.break_down("jira", "PUT", below(team, "issue/SHOP-2"))
    result = team.hand_over("2h")
    assert result.outcome is not None
    assert {getattr(failure.change, "ticket", None) for failure in result.outcome.failed} == {
        Ref("shop-jira", "SHOP-2")
    }
    assert result.outcome.deferred[-1].kind == "edit_summary"
    assert summary_of(team)["open"]
    team.repair()
    team.wait("10m")
    assert phase(team.tick("2h10m")) is Phase.exited
    assert not summary_of(team)["open"]
    assert "hypercare:bau" in team.jira_labels("SHOP-2")
    assert kinds(team.tick("2h20m")) == []


def test_nothing_is_handed_over_before_the_decision_stands(team: Team) -> None:
    solve(team)
    if on_github(team):
        team.break_down("github", "PATCH", "/repos/acme/ops/issues/1")
    else:
        team.break_down("jira", "PUT", below(team, f"issue/{summary_of(team)['key']}"))
    result = team.hand_over("2h")
    assert result.outcome is not None
    assert [failure.change.kind for failure in result.outcome.failed] == ["edit_summary"]
    assert len(result.outcome.deferred) == len(result.plan.changes) - 1
    assert "hypercare:P3" in team.jira_labels("SHOP-2") & team.github_labels(2)


def test_source_that_cannot_be_read_keeps_hypercare_from_being_left_and_the_summary_from_being_closed(
    team: Team,
) -> None:
    solve(team)
    team.tick("2h")
    other = "jira" if on_github(team) else "github"
    team.break_down(other, "POST", below(team, "search") if other == "jira" else "/graphql")
    (refusal,) = team.hand_over("2h").refusals
    assert "could not be read" in refusal.examples[0]
    result = team.hand_over("2h", because="we know better")
    assert phase(result) is Phase.exited
    assert summary_of(team)["open"]
    team.repair()
    assert phase(team.tick("2h10m")) is Phase.exited
    assert not summary_of(team)["open"]
    assert team.jira_labels("SHOP-2") & team.github_labels(2) == {"web", "hypercare:bau"}


def test_tracker_in_which_we_may_edit_nothing_keeps_the_summary_open_until_we_may(tmp_path: Path) -> None:
    with a_team(tmp_path, {"no-edits": "hypercare-bot:jira=-EDIT_ISSUES"}) as team:
        set_up(team, ON_GITHUB)
        team.tick(backfill=True)
        solve(team)
        allowed = team.config_file.read_text()
        team.configure(allowed.replace("token: sandbox", "token: no-edits", 1))
        team.hand_over("2h")
        for now in ("2h10m", "2h20m"):
            team.tick(now)
            assert summary_of(team)["open"]
        team.configure(allowed)
        team.tick("2h30m")
        assert not summary_of(team)["open"]
        assert [label for label in team.jira_labels("SHOP-2") if ":" in label] == ["hypercare:bau"]
        assert kinds(team.tick("2h40m")) == []


def test_trouble_of_a_while_at_one_ticket_does_not_lose_its_hand_over(team: Team) -> None:
    solve(team)
    team.break_down("jira", "PUT", below(team, "issue/SHOP-2"))
    team.hand_over("2h")
    team.tick("2h10m")
    assert summary_of(team)["open"]
    team.repair()
    team.tick("2h30m")
    assert not summary_of(team)["open"]
    assert "hypercare:bau" in team.jira_labels("SHOP-2")


def test_release_stays_left_though_its_summary_lost_its_label_and_the_store_is_lost(team: Team) -> None:
    solve(team)
    team.hand_over("2h")
    key = summary_of(team)["key"]
    if on_github(team):
        team.github("DELETE", "/ops/issues/1/labels/hypercare:summary")
    else:
        team.jira("PUT", f"issue/{key}", {"update": {"labels": [{"remove": "hypercare:summary"}]}})
    team.forget()
    team.writes()
    result = team.tick("3h")
    assert (kinds(result), phase(result)) == ([], Phase.exited)
    assert team.writes() == []


def test_tickets_that_were_lost_before_are_no_part_of_what_was_asked_for(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        a_crowd(team)
        set_up(team, ON_GITHUB)
        team.tick(backfill=True)
        solve(team)
        for number in range(11, 23):
            team.jira("PUT", f"issue/SHOP-{number}", {"fields": {"versions": []}})
        team.writes()
        result = team.hand_over("2h")
        assert [one.guard for one in result.refusals] == [Guard.removals]
        assert result.refused
        assert team.writes() == []
        assert summary_of(team)["open"]
