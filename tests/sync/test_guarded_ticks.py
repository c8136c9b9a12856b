"""Whole ticks that a guard refuses, or must not: what is written then (nothing), what lets it through, and what knows no refusal."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.flow import START, Team, a_crowd, a_team

from hypercare_sync.accepted import Accepted
from hypercare_sync.connect import paces
from hypercare_sync.guard import Guard
from hypercare_sync.packs import builtin
from hypercare_sync.plan_file import PlanFile
from hypercare_sync.report import exit_code, tick_json
from hypercare_sync.sandbox.faults import Fault
from hypercare_sync.store import Store
from hypercare_sync.tick_result import TickResult, forced

AT_RISK_P2 = {"hypercare:P2", "hypercare:at-risk"}
ON_CALL = """\
extends: standard
calendars: {always: {zone: UTC, hours: {mon-sun: ["00:00-24:00"]}}}
people: {pat: {name: Pat P, github: pat, jira: ana}}
roster: {shifts: [{who: [pat], calendar: always}]}
escalation: {p1: {for: [P1], tiers: [{after: 0m, notify: [on_call]}, {after: 1h, notify: [pat]}]}}
"""
STRICTER = "extends: standard\npriority_matrix: {medium: {medium: P2}}\n"


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path) as made:
        a_crowd(made)
        yield made


def policy(team: Team, text: str, **given: str) -> None:
    """From now on the team goes by this policy."""
    (team.folder / "own.yaml").write_text(text)
    team.configure(policy="./own.yaml", **given)


def refused(result: TickResult) -> list[tuple[Guard, int, int]]:
    assert result.refused == bool(result.refusals) == (exit_code(result) == 3)
    return [(one.guard, one.affected, one.of) for one in result.refusals]


def begun(team: Team) -> None:
    """After the baseline."""
    assert refused(team.tick()) == []
    assert team.tick("5m").plan.changes == ()
    team.writes()


def test_edited_policy_is_refused_until_it_is_forced_and_then_all_is_quiet(team: Team) -> None:
    begun(team)
    policy(team, STRICTER)
    for now in ("10m", "20m"):
        result = team.tick(now)
        assert refused(result) == [(Guard.policy, 26, 28)]
        assert team.writes() == []
        assert "hypercare:P3" in team.github_labels(11)
    assert refused(team.tick("30m", objections=forced)) == []
    assert (team.github_labels(11), team.jira_labels("SHOP-11")) == (AT_RISK_P2, AT_RISK_P2)
    assert team.tick("31m").plan.changes == ()


def test_policy_that_is_taken_back_ends_the_refusal(team: Team) -> None:
    begun(team)
    policy(team, STRICTER)
    assert refused(team.tick("10m")) != []
    team.configure()
    assert team.tick("20m").plan.changes == ()


def test_refused_tick_says_so_to_scripts_and_in_the_journal_and_keeps_what_it_read(team: Team) -> None:
    begun(team)
    policy(team, STRICTER)
    team.github("PATCH", "/web/issues/11", {"title": "Renamed"})
    team.wait("10m")
    result = team.tick("10m")
    document = tick_json(result)
    assert (document["status"], document["changes"]["applied"]) == ("refused", 0)
    (told,) = document["refusals"]
    assert (told["guard"], told["release"], told["affected"], told["of"]) == ("policy", "Shop 5.2", 26, 28)
    assert len(told["examples"]) == 3
    json.dumps(document)
    again = team.plan("11m")
    assert [one.changed for one in again.releases[0].collected] == [0, 0]
    assert (tick_json(again)["status"], len(again.refusals)) == ("ok", 1)
    assert (team.folder / "hypercare.db").exists()


def test_guard_knows_of_the_accepted_policy_though_the_store_is_lost(team: Team) -> None:
    begun(team)
    policy(team, STRICTER)
    team.forget()
    assert refused(team.tick("10m")) == [(Guard.policy, 26, 28)]
    assert team.writes() == []


def test_guard_knows_of_it_though_the_summary_cannot_be_read(team: Team) -> None:
    begun(team)
    policy(team, STRICTER)
    team.github("PATCH", "/web/issues/11", {"title": "Renamed"})
    team.writes()
    team.break_down("github")
    assert refused(team.tick("10m")) == [(Guard.policy, 13, 14)]
    team.repair()
    assert team.writes() == []


def test_summary_on_jira_remembers_the_policy_as_well(team: Team) -> None:
    on_jira = "{tracker: shop-jira, project: SHOP}"
    team.configure(summary=on_jira)
    begun(team)
    policy(team, STRICTER, summary=on_jira)
    team.forget()
    assert refused(team.tick("10m")) == [(Guard.policy, 26, 28)]


def test_renamed_milestone_is_refused(team: Team) -> None:
    begun(team)
    team.github("PATCH", "/web/milestones/1", {"title": "5.2 done"})
    team.writes()
    team.wait("10m")
    assert refused(team.tick("10m")) == [(Guard.removals, 14, 28)]
    assert team.writes() == []
    assert "hypercare:P3" in team.github_labels(11)
    team.github("PATCH", "/web/milestones/1", {"title": "5.2"})
    team.wait("10m")
    assert team.tick("20m").plan.changes == ()


def test_version_that_many_tickets_lose_is_refused(team: Team) -> None:
    begun(team)
    for number in range(11, 23):
        team.jira("PUT", f"issue/SHOP-{number}", {"fields": {"versions": []}})
    team.wait("10m")
    assert refused(team.tick("10m")) == [(Guard.removals, 12, 28)]
    assert "hypercare:P3" in team.jira_labels("SHOP-11")
    result = team.tick("20m", objections=forced)
    assert exit_code(result) == 0
    assert team.jira_labels("SHOP-11") == set()
    assert team.tick("21m").plan.changes == ()


def lose_their_version(team: Team) -> None:
    for number in range(11, 23):
        team.jira("PUT", f"issue/SHOP-{number}", {"fields": {"versions": []}})
    team.wait("10m")
    team.writes()


def test_people_who_close_and_take_most_of_what_is_breached_are_not_refused(team: Team) -> None:
    begun(team)
    team.wait("40h")
    team.tick("40h")
    for number in range(11, 17):
        team.github("PATCH", f"/web/issues/{number}", {"state": "closed"})
        team.github("PATCH", f"/web/issues/{number + 6}", {"assignees": ["pat"]})
        team.jira("POST", f"issue/SHOP-{number}/comment", {"body": "I look at it."})
    team.wait("10m")
    result = team.tick("2410m")
    assert refused(result) == []
    assert [change.kind for change in result.plan.changes].count("remove_label") == 18
    assert team.github_labels(11) == team.github_labels(17) == team.jira_labels("SHOP-11") == {"hypercare:P3"}
    assert team.tick("2411m").plan.changes == ()


def test_calls_for_help_go_out_while_a_plan_is_refused_and_nothing_else(team: Team) -> None:
    policy(team, ON_CALL)
    begun(team)
    lose_their_version(team)
    team.github("POST", "/web/issues/2/labels", {"labels": ["outage"]})
    team.writes()
    call = ["POST /api/v3/repos/acme/web/issues/2/comments"]
    for now, expected in (("15m", call), ("20m", []), ("80m", call), ("90m", [])):
        result = team.tick(now)
        assert refused(result) == [(Guard.removals, 12, 28)]
        assert team.writes() == expected
        assert tick_json(result)["changes"]["applied"] == len(expected)
    assert "hypercare:P1" not in team.github_labels(2)
    assert refused(team.tick("91m", objections=forced)) == []
    assert len([text for text in team.github_comments(2) if '"purpose":"escalation"' in text]) == 2
    assert team.tick("92m").plan.changes == ()


def test_call_that_cannot_be_written_while_a_plan_is_refused_is_set_aside_as_ever(team: Team) -> None:
    policy(team, ON_CALL)
    begun(team)
    lose_their_version(team)
    team.github("POST", "/web/issues/2/labels", {"labels": ["outage"]})
    team.sandbox.github.repositories["acme/web"].archived_at = START
    for now, failures in (("15m", 1), ("20m", 0)):
        result = team.tick(now)
        assert refused(result) != []
        assert (len(result.errors), [one.key for one in result.set_aside]) == (failures, ["acme/web"])


def test_calls_that_only_the_edited_policy_makes_are_held_with_it(team: Team) -> None:
    policy(team, ON_CALL)
    begun(team)
    policy(team, f"{ON_CALL}priority_matrix: {{medium: {{medium: P1}}}}\n")
    team.github("POST", "/web/issues/2/labels", {"labels": ["outage"]})
    team.wait("10m")
    team.writes()
    for now in ("15m", "80m"):
        result = team.tick(now)
        assert [guard for guard, _, _ in refused(result)] == [Guard.policy]
        assert len([change for change in result.plan.changes if change.kind == "add_comment"]) > 20
        assert team.writes() == ["POST /api/v3/repos/acme/web/issues/2/comments"]


def test_clock_that_was_ahead_and_comes_back_is_not_refused(team: Team) -> None:
    begun(team)
    team.tick("40h")
    assert "hypercare:breached" in team.github_labels(11)
    team.wait("10m")
    result = team.tick("10m")
    assert refused(result) == []
    assert [change.kind for change in result.plan.changes].count("remove_label") > 20
    assert team.github_labels(11) == {"hypercare:P3"}
    assert team.tick("20m").plan.changes == ()


def test_removals_that_were_forced_and_left_over_are_finished_by_the_next_tick(team: Team) -> None:
    begun(team)
    lose_their_version(team)
    team.break_down("jira", "PUT")
    assert exit_code(team.tick("10m", objections=forced)) == 1
    team.break_down("jira")
    assert exit_code(team.tick("20m")) == 1
    team.repair()
    assert refused(team.tick("30m")) == []
    assert team.jira_labels("SHOP-11") == set()
    with Store(f"sqlite:///{team.store_file}") as store:
        assert store.accepted() == Accepted()


def test_removals_that_were_accepted_and_are_wanted_no_more_are_forgotten(team: Team) -> None:
    begun(team)
    lose_their_version(team)
    team.break_down("jira", "PUT")
    team.tick("10m", objections=forced)
    team.repair()
    for number in range(11, 23):
        team.jira("PUT", f"issue/SHOP-{number}", {"fields": {"versions": [{"name": "5.2"}]}})
    team.wait("10m")
    assert refused(team.tick("20m")) == []
    lose_their_version(team)
    assert refused(team.tick("30m")) == [(Guard.removals, 12, 28)]


def test_time_that_makes_most_tickets_breach_is_not_refused_even_beside_an_edit_of_the_policy(team: Team) -> None:
    begun(team)
    policy(team, "extends: standard\nstale: {P4: 9d}\n")
    result = team.tick("40h")
    assert {"hypercare:P3", "hypercare:breached"} <= team.github_labels(11)
    assert len(result.plan.changes) > 26
    assert refused(result) == []
    assert result.releases[0].assessment is not None
    assert team.tick("40h").plan.changes == ()


def test_labels_that_time_takes_off_are_not_refused(team: Team) -> None:
    policy(team, "extends: standard\nrules: [{id: fresh, when: {age: {lt: 12h}}, then: {add_labels: [fresh]}}]\n")
    begun(team)
    assert "hypercare:fresh" in team.github_labels(11)
    assert refused(team.tick("13h")) == []
    assert "hypercare:fresh" not in team.github_labels(11)


def test_baseline_in_pieces_is_not_refused_though_the_policy_is_edited_meanwhile(team: Team) -> None:
    paced = team.config_file.read_text().replace("token: sandbox, pace: off", "token: sandbox, pace: 9")
    team.configure(paced.replace("\ntrackers:", "\nmax_duration: 1s\ntrackers:"))
    first = team.tick()
    assert first.outcome is not None
    assert first.outcome.deferred
    assert first.outcome.applied
    policy(team, STRICTER)
    assert refused(team.tick("10m")) == []
    assert team.github_labels(22) == {"hypercare:P2"}
    assert team.tick("11m").plan.changes == ()


def test_source_that_shrank_is_held_as_it_was_and_the_other_goes_on(team: Team) -> None:
    begun(team)
    team.wait("70m")
    team.jira("PUT", "issue/SHOP-2", {"fields": {"priority": {"name": "Highest"}}})
    team.sandbox.faults.planted.append(Fault("github", "*", "/", "empty", times=10**5))
    result = team.tick("70m")
    assert (refused(result), exit_code(result)) == ([], 1)
    assert {"hypercare:P1"} <= team.jira_labels("SHOP-2")
    team.repair()
    assert "hypercare:P3" in team.github_labels(11)


def test_older_programs_summary_is_given_the_policy_once(team: Team) -> None:
    begun(team)
    (summary,) = team.summaries()
    digest = builtin("standard").digest
    assert digest in summary["body"]
    body = summary["body"].replace(f'"policy":"{digest}",', "")
    assert body != summary["body"]
    team.github("PATCH", f"/ops/issues/{summary['number']}", {"body": body}, token="sandbox")
    policy(team, STRICTER)
    with team.prepared("10m") as tick:
        assert tick.plan().refusals == ()
    team.configure()
    assert [change.kind for change in team.tick("10m").plan.changes] == ["edit_summary"]
    assert team.tick("11m").plan.changes == ()


def test_half_written_policy_that_was_accepted_is_finished_by_the_next_tick(team: Team) -> None:
    begun(team)
    policy(team, STRICTER)
    team.break_down("jira", "PUT")
    assert exit_code(team.tick("10m", objections=forced)) == 1
    team.repair()
    assert refused(team.tick("20m")) == []
    assert team.jira_labels("SHOP-11") == {"hypercare:P2"}


def reviewed(team: Team, now: str) -> PlanFile:
    with team.prepared(now) as tick:
        return PlanFile.of(tick, tick.plan())


def test_reviewed_plan_is_carried_out_and_the_next_tick_plans_nothing(team: Team) -> None:
    begun(team)
    policy(team, STRICTER)
    assert refused(team.tick("10m")) != []
    plan = reviewed(team, "10m")
    result = team.tick("10m", objections=plan.objections)
    assert refused(result) == []
    assert result.outcome is not None
    assert len(result.outcome.applied) == len(plan.changes)
    assert team.github_labels(11) == {"hypercare:P2"}
    assert team.tick("20m").plan.changes == ()


def test_reviewed_plan_is_refused_once_the_world_is_another_and_says_what_changed(team: Team) -> None:
    begun(team)
    policy(team, STRICTER)
    plan = reviewed(team, "10m")
    team.jira("PUT", "issue/SHOP-11", {"fields": {"priority": {"name": "Highest"}}})
    team.github("DELETE", "/web/issues/12/labels/hypercare:P3")
    team.writes()
    team.wait("5m")
    result = team.tick("10m", objections=plan.objections)
    ((guard, affected, of),) = refused(result)
    assert (guard, of) == (Guard.review, len(plan.changes))
    lines = result.refusals[0].examples
    assert affected == len(lines)
    assert any(line.startswith("gone: add_label shop-jira:SHOP-11 hypercare:P2") for line in lines)
    assert any(line.startswith("new: add_label shop-jira:SHOP-11 hypercare:P1") for line in lines)
    assert any(line.startswith("gone: remove_label web-github:acme/web#12 hypercare:P3") for line in lines)
    assert any(line.startswith("different: edit_summary web-github:acme/ops#1") for line in lines)
    assert team.writes() == []


def carry_out(team: Team, plan: PlanFile) -> TickResult:
    """As `apply` does."""
    with team.prepared(plan.now) as tick:
        tick.reviewed = plan.checksum
        return tick.sync(paces(tick.config), plan.objections)


@pytest.mark.parametrize("loses", ["versions", "priorities"])
def test_reviewed_plan_that_broke_off_is_finished_when_it_is_applied_again(team: Team, loses: str) -> None:
    begun(team)
    if loses == "versions":
        lose_their_version(team)
    else:
        policy(team, STRICTER)
    plan = reviewed(team, "10m")
    team.sandbox.faults.planted.append(Fault("jira", "PUT", "/", "502", after=4, times=10**5))
    assert exit_code(carry_out(team, plan)) == 1
    assert refused(again := carry_out(team, plan)) == []
    assert again.errors or again.set_aside
    team.repair()
    result = carry_out(team, plan)
    assert refused(result) == []
    assert 0 < len(result.plan.changes) < len(plan.changes)
    assert refused(team.tick("21m")) == []  # tickets that refused alone rest for a while
    assert team.jira_labels("SHOP-22") == (set() if loses == "versions" else AT_RISK_P2 - {"hypercare:at-risk"})
    assert [guard for guard, _, _ in refused(carry_out(team, plan))] == [Guard.review]


def test_rest_of_a_reviewed_plan_is_refused_once_the_world_is_another(team: Team) -> None:
    begun(team)
    lose_their_version(team)
    plan = reviewed(team, "10m")
    team.break_down("jira", "PUT")
    carry_out(team, plan)
    team.repair()
    team.github("POST", "/web/issues/2/labels", {"labels": ["outage"]})
    team.wait("5m")
    assert [guard for guard, _, _ in refused(carry_out(team, plan))] == [Guard.review]


def test_refused_plan_of_another_time_leaves_no_decisions_in_the_journal(team: Team) -> None:
    begun(team)
    plan = reviewed(team, "10m")
    team.wait("40h")
    team.tick("40h")
    with Store(f"sqlite:///{team.store_file}") as store:
        before = list(store.journal(kinds=("decision",)))
        assert [guard for guard, _, _ in refused(carry_out(team, plan))] == [Guard.review]
        news = list(store.journal(kinds=("decision",)))[len(before) :]
    assert [one.entry.body["refused"] for one in news] == ["review"]


def test_plan_that_was_carried_out_already_is_refused(team: Team) -> None:
    begun(team)
    policy(team, STRICTER)
    plan = reviewed(team, "10m")
    team.tick("10m", objections=plan.objections)
    team.writes()
    assert [guard for guard, _, _ in refused(team.tick("10m", objections=plan.objections))] == [Guard.review]
    assert team.writes() == []


def test_store_of_a_refused_first_tick_holds_no_policy(team: Team) -> None:
    begun(team)
    policy(team, STRICTER)
    team.forget()
    team.tick("10m")
    with Store(f"sqlite:///{team.store_file}") as store:
        assert store.release("Shop 5.2") is None
    assert refused(team.tick("20m")) != []
