"""A whole tick over HTTP: what it writes the first time, later, after the store is gone, and what it never touches."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.sync.flow import ON_JIRA, Team, a_team
from tests.sync.sandbox import jira_site

from hypercare_sync.report import exit_code
from hypercare_sync.tick_result import TickResult


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path) as made:
        yield made


def planned(result: TickResult) -> list[str]:
    return [change.kind for change in result.plan.changes]


def changed(result: TickResult) -> dict[str, int]:
    return {one.source.tracker: one.changed for one in result.releases[0].collected}


def picture(team: Team) -> dict[str, Any]:
    """Everything that people see of the tickets and the summaries."""
    seen: dict[str, Any] = {
        f"{repo}#{issue['number']}": (issue, team.github("GET", f"/{repo}/issues/{issue['number']}/comments"))
        for repo in ("web", "ops")
        for issue in team.github("GET", f"/{repo}/issues?state=all")
    }
    return seen | {key: team.jira("GET", f"issue/{key}") for key in team.jira_keys()}


def test_first_tick_labels_and_sums_up_but_tells_nobody_of_what_was_before(team: Team) -> None:
    result = team.tick()
    assert exit_code(result) == 0
    assert team.github_labels(1) == {"outage", "hypercare:P1", "hypercare:breached", "hypercare:stale"}
    assert team.jira_labels("SHOP-2") == {"web", "hypercare:P3", "hypercare:breached", "hypercare:stale"}
    assert "Checkout is down" in team.summary()
    assert team.github_comments(1) == team.jira_comments("SHOP-1") == []


def test_labels_that_are_made_on_github_look_as_the_policy_has_it(team: Team) -> None:
    own = team.folder / "own.yaml"
    own.write_text("extends: standard\nlabels: {P1: {colour: purple}, summary: {text: The state of things}}\n")
    team.configure(policy="./own.yaml")
    team.tick()
    label = {repo: {one["name"]: one for one in team.github("GET", f"/{repo}/labels")} for repo in ("web", "ops")}
    looks = [label["web"]["hypercare:P1"], label["ops"]["hypercare:summary"]]
    assert [(one["color"], one["description"]) for one in looks] == [
        ("5319e7", "Hypercare priority 1: act now"),
        ("1d76db", "The state of things"),
    ]


def test_ticket_closed_before_the_first_tick_is_counted_and_gets_nothing(team: Team) -> None:
    result = team.tick(backfill=True)
    assert [one.view().state.tracker for one in result.releases[0].collected] == ["shop-jira", "web-github"]
    assert result.releases[0].assessment is not None
    assert len(result.releases[0].assessment.tickets) == 6
    assert (team.github_labels(3), team.jira_labels("SHOP-3")) == ({"outage"}, set())
    assert team.github_comments(3) == team.jira_comments("SHOP-3") == []


def test_what_arises_after_the_baseline_is_commented(team: Team) -> None:
    team.tick()
    team.wait("5m")
    fields = {"project": {"key": "SHOP"}, "issuetype": {"name": "Bug"}, "versions": [{"name": "5.2"}]}
    key = team.jira("POST", "issue", {"fields": {**fields, "summary": "Down", "priority": {"name": "Highest"}}})["key"]
    issue = team.github("POST", "/web/issues", {"title": "Down", "milestone": 1, "labels": ["outage"]})
    team.tick("10m")
    (on_jira,), (on_github,) = team.jira_comments(key), team.github_comments(issue["number"])
    assert "priority *P1*" in on_jira or "priority P1" in on_jira
    assert "priority **P1**" in on_github
    assert team.github_comments(1) == team.jira_comments("SHOP-1") == []


def test_ticket_that_becomes_urgent_after_the_baseline_is_commented(team: Team) -> None:
    team.tick()
    team.wait("5m")
    team.github("POST", "/web/issues/2/labels", {"labels": ["hypercare-override:P2"]})
    team.tick("10m")
    (comment,) = team.github_comments(2)
    assert "override by the label hypercare-override:P2" in comment
    assert {"hypercare:P2", "hypercare-override:P2"} <= team.github_labels(2)
    assert "hypercare:P3" not in team.github_labels(2)


def test_backfill_comments_on_what_was_before_and_stays_so(team: Team) -> None:
    team.tick(backfill=True)
    told = [len(team.github_comments(number)) for number in (1, 2)]
    assert told == [1, 1]
    assert len(team.jira_comments("SHOP-1")) == 1
    assert planned(team.tick("10m")) == []
    team.forget()
    assert planned(team.tick("20m")) == []
    assert [len(team.github_comments(number)) for number in (1, 2)] == told


def test_backfill_of_a_later_tick_comments_on_what_was_before_the_first(team: Team) -> None:
    team.tick()
    team.tick("10m", backfill=True)
    assert len(team.github_comments(1)) == 1
    assert planned(team.tick("20m")) == []


@pytest.mark.parametrize("summary", [None, ON_JIRA], ids=["summary on GitHub", "summary on Jira"])
@pytest.mark.parametrize("backfill", [False, True])
def test_second_tick_plans_and_writes_nothing_with_or_without_the_store(
    team: Team, summary: str | None, *, backfill: bool
) -> None:
    if summary:
        team.configure(summary=summary)
    team.tick(backfill=backfill)
    team.writes()
    assert planned(team.tick("10m", backfill=backfill)) == []
    team.forget()
    assert planned(team.tick("20m", backfill=backfill)) == []
    assert team.writes() == []


def test_deleting_the_store_does_not_move_the_baseline(team: Team) -> None:
    team.tick()
    team.wait("5m")
    team.github("POST", "/web/issues", {"title": "Down", "milestone": 1, "labels": ["outage"]})
    team.forget()
    team.tick("10m")
    assert [len(team.github_comments(number)) for number in (1, 4)] == [0, 1]


def test_summary_is_edited_once_an_hour_at_most_while_nothing_changes(team: Team) -> None:
    team.tick()
    assert planned(team.tick("59m59s")) == []
    assert planned(team.tick("60m")) == ["edit_summary"]
    assert planned(team.tick("119m")) == []


def test_own_writes_are_read_back_as_no_change_and_a_persons_comment_as_one(team: Team) -> None:
    assert changed(team.tick(backfill=True)) == {"shop-jira": 3, "web-github": 3}
    assert changed(team.tick("2m")) == {"shop-jira": 0, "web-github": 0}
    team.wait("5m")
    team.github("POST", "/web/issues/2/comments", {"body": "Still so."})
    team.jira("POST", "issue/SHOP-2/comment", {"body": "Still so."})
    assert changed(team.tick("10m")) == {"shop-jira": 1, "web-github": 1}


def test_requests_of_an_unchanged_tick_are_one_a_source_and_one_for_the_summary(team: Team) -> None:
    team.tick()
    team.wait("20m")
    team.tick("20m")
    sent = team.tick("25m").requests
    assert {name: (counted.read, counted.write) for name, counted in sent.items()} == {
        "shop-jira": (1, 0),
        "web-github": (2, 0),
    }


def test_managed_label_that_a_person_took_off_stays_away_until_it_newly_arises(team: Team) -> None:
    team.tick()
    team.wait("5m")
    team.github("DELETE", "/web/issues/2/labels/hypercare:P3")
    team.tick("10m")
    assert "hypercare:P3" not in team.github_labels(2)
    team.forget()
    team.tick("20m")
    assert "hypercare:P3" not in team.github_labels(2)
    team.wait("20m")
    team.github("POST", "/web/issues/2/labels", {"labels": ["urgent"]})
    team.tick("30m")
    assert "hypercare:P2" in team.github_labels(2)
    team.wait("10m")
    team.github("DELETE", "/web/issues/2/labels/urgent")
    team.tick("40m")
    assert "hypercare:P3" in team.github_labels(2)


def test_ticket_that_leaves_the_release_loses_our_labels_and_keeps_its_own(team: Team) -> None:
    team.tick()
    team.wait("5m")
    team.github("PATCH", "/web/issues/1", {"milestone": None})
    team.wait("2h")
    team.tick("2h10m")
    assert team.github_labels(1) == {"outage"}


def test_what_people_wrote_is_the_same_before_and_after(team: Team) -> None:
    before = picture(team)
    team.tick(backfill=True)
    team.wait("3h")
    team.tick("3h")
    after = picture(team)
    for name in before:
        if "#" in name:
            (issue, comments), (issue_after, comments_after) = before[name], after[name]
            ours = {"labels", "comments", "updated_at"}
            assert {k: v for k, v in issue_after.items() if k not in ours} == {
                k: v for k, v in issue.items() if k not in ours
            }
            kept = [label for label in issue_after["labels"] if not label["name"].startswith("hypercare:")]
            assert kept == issue["labels"]
            assert [comment for comment in comments_after if comment["user"]["login"] != "hypercare-bot"] == comments
        else:
            fields, fields_after = before[name]["fields"], after[name]["fields"]
            ours = {"labels", "comment", "updated"}
            assert {k: v for k, v in fields_after.items() if k not in ours} == {
                k: v for k, v in fields.items() if k not in ours
            }
            kept = [label for label in fields_after["labels"] if not label.startswith("hypercare:")]
            assert kept == fields["labels"]
            theirs = [c for c in fields_after["comment"]["comments"] if "hypercare-sync" not in c["body"]]
            assert theirs == fields["comment"]["comments"]
    assert set(after) - set(before) == {"ops#1"}


def test_text_around_our_section_of_the_summary_is_kept(team: Team) -> None:
    team.tick()
    (summary,) = team.summaries()
    team.github("PATCH", f"/ops/issues/{summary['number']}", {"body": f"Call +49 1.\n{summary['body']}\nThanks!"})
    team.tick("2h")
    text = team.summary()
    assert text.startswith("Call +49 1.\n")
    assert text.endswith("\nThanks!")
    assert "Mon 23 Nov 11:00" in text


def test_release_before_go_live_reads_and_writes_nothing(team: Team) -> None:
    team.configure(go_live="2026-11-24T08:00+01:00")
    result = team.tick()
    assert (exit_code(result), result.releases[0].phase, result.releases[0].day) == (0, "planned", 0)
    assert team.sandbox.log.served == []


@pytest.mark.parametrize("forgetful", [False, True], ids=["with the store", "without the store"])
def test_doubled_summary_is_closed_and_points_to_the_first(team: Team, *, forgetful: bool) -> None:
    team.tick()
    (first,) = team.summaries()
    double = {"title": first["title"], "body": first["body"], "labels": ["hypercare:summary"]}
    number = team.github("POST", "/ops/issues", double, token="sandbox")["number"]
    if forgetful:
        team.forget()
    team.tick("10m")
    assert [one["number"] for one in team.summaries()] == [first["number"]]
    closed = team.github("GET", f"/ops/issues/{number}")
    assert (closed["state"], closed["labels"]) == ("closed", [])
    assert f"#{first['number']}" in closed["body"]


def test_summary_that_somebody_else_forged_is_not_ours(team: Team) -> None:
    team.tick()
    (first,) = team.summaries()
    forged = {"title": "Mine", "body": first["body"], "labels": ["hypercare:summary"]}
    number = team.github("POST", "/ops/issues", forged)["number"]
    team.forget()
    assert planned(team.tick("10m")) == []
    assert team.github("GET", f"/ops/issues/{number}")["body"] == first["body"]


def test_summary_on_jira_is_one_issue_that_is_no_ticket(team: Team) -> None:
    team.configure(summary=ON_JIRA)
    first = team.tick()
    team.forget()
    again = team.tick("10m")
    own = [key for key in team.jira_keys() if "hypercare:summary" in team.jira_labels(key)]
    assert len(own) == 1
    assert again.releases[0].summary_url == f"{team.base}/jira/browse/{own[0]}" == first.releases[0].summary_url
    assert again.releases[0].assessment is not None
    assert len(again.releases[0].assessment.tickets) == 6
    assert "Payments fail" in team.jira("GET", f"issue/{own[0]}")["fields"]["description"]


def test_summary_that_a_person_deleted_or_closed_for_good_is_opened_again(team: Team) -> None:
    team.configure(summary=ON_JIRA)
    team.tick()
    (key,) = (key for key in team.jira_keys() if "hypercare:summary" in team.jira_labels(key))
    team.jira("DELETE", f"issue/{key}")
    team.wait("5m")
    assert planned(team.tick("10m")) == ["create_summary"]


def test_time_limit_leaves_the_rest_to_the_next_tick(team: Team) -> None:
    team.configure(more="max_duration: 1s")
    team.sandbox.latency = timedelta(milliseconds=100)
    first = team.tick()
    assert first.outcome is not None
    assert first.outcome.deferred
    assert not first.outcome.failed
    assert exit_code(first) == 0


def test_labels_of_a_ticket_that_left_come_off_once(team: Team) -> None:
    team.tick()
    other = team.github("POST", "/web/milestones", {"title": "6.0"})["number"]
    team.github("PATCH", "/web/issues/1", {"milestone": other})
    team.wait("61m")
    team.tick("61m")
    assert team.github_labels(1) == {"outage"}
    team.wait("10m")
    team.writes()
    assert [kind for kind in planned(team.tick("71m")) if kind == "remove_label"] == []
    assert [write for write in team.writes() if "/web/issues/1/" in write] == []


def test_ticket_that_left_at_the_moment_at_which_the_store_was_lost_keeps_none_of_our_labels(team: Team) -> None:
    team.tick()
    other = team.github("POST", "/web/milestones", {"title": "6.0"})["number"]
    team.github("PATCH", "/web/issues/1", {"milestone": other})
    team.forget()
    team.wait("10m")
    team.tick("10m")
    assert team.github_labels(1) == {"outage"}


def test_issue_type_selects_beside_the_milestone_and_says_what_kind_a_ticket_is(team: Team) -> None:
    team.github("POST", "/web/issues", {"title": "Where is the cart?", "type": "Bug"})
    team.github("POST", "/web/issues", {"title": "A wish", "type": "Feature"})
    web = "      - {tracker: web-github, repo: acme/web, milestone: '5.2', issue_type: bug}"
    team.configure(sources=web, untagged="ignore")
    release = team.tick().releases[0].assessment
    assert release is not None
    kinds = {one.ticket.ref.key: one.judgement.kind.value.value for one in release.tickets}
    assert kinds == {"acme/web#1": "defect", "acme/web#2": "defect", "acme/web#3": "defect", "acme/web#4": "defect"}


def test_summary_in_the_repository_of_the_source_costs_no_request_of_its_own(team: Team) -> None:
    web = "      - {tracker: web-github, repo: acme/web, milestone: '5.2'}"
    team.configure(sources=web, summary="{tracker: web-github, repo: acme/web}")
    team.tick()
    for time in ("10m", "20m"):
        team.wait("10m")
        result = team.tick(time)
    assert (result.requests["web-github"].read, result.requests["web-github"].write) == (1, 0)
    assert result.releases[0].summary_url is not None


def test_fields_and_organisations_that_the_policy_asks_for_decide(team: Team) -> None:
    fields = {"customfield_10031": {"value": "Whole shop"}, "customfield_10037": [{"id": "9", "name": "Acme"}]}
    names = {"customfield_10031": "Business impact", "customfield_10037": "Organizations"}
    rows = [jira_site.row("SHOP-8", **fields) | {"names": names}, jira_site.row("SHOP-9")]
    team.sandbox.jira.load(jira_site.written(team.folder / "more.jsonl", *rows))
    (team.folder / "own.yaml").write_text(
        "extends: standard\nimpact: {fields: {business impact: {whole shop: high}}}\n"
        "fields: {tier: {organisations: {Acme: gold}}}\n"
        "rules: [{id: gold, when: {tier: gold}, then: {set: {urgency: high}, add_labels: [gold]}}]\n"
    )
    team.configure(policy="./own.yaml")
    team.tick()
    assert {"hypercare:P1", "hypercare:gold"} <= team.jira_labels("SHOP-8")
    assert not {"hypercare:P1", "hypercare:gold"} & team.jira_labels("SHOP-9")


def test_condition_on_blockers_has_them_read(team: Team) -> None:
    own = team.folder / "own.yaml"
    rule = "{id: waits, when: {open_blockers: {gte: 1}}, then: {add_labels: [waits]}}"
    own.write_text(f"extends: standard\nrules: [{rule}]\n")
    team.configure(policy="./own.yaml")
    blocker = team.github("GET", "/web/issues/2")["id"]
    team.github("POST", "/web/issues/1/dependencies/blocked_by", {"issue_id": blocker})
    team.tick()
    assert "hypercare:waits" in team.github_labels(1)
    assert "hypercare:waits" not in team.github_labels(2)
