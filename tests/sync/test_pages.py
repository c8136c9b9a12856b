"""Pages over HTTP: of what becomes the release's or a P1 after the baseline without a trace, over hand-overs, and never twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sync.flow import ON_JIRA, Team, a_team

from hypercare_sync.sandbox.faults import Fault
from hypercare_sync.sandbox.log import Tracker

POLICY = """\
extends: minimal
people:
  ana: {name: Ana K, github: ana-k, jira: ana}
  ben: {name: Ben L, github: ben-l, jira: ben}
  kim: {name: Kim S, github: kim-s, jira: kim}
calendars:
  mornings: {zone: UTC, hours: {mon-sun: ["08:00-12:00"]}}
  afternoons: {zone: UTC, hours: {mon-sun: ["12:00-16:00"]}}
roster: {shifts: [{who: [ana], calendar: mornings}, {who: [ben], calendar: afternoons}]}
roles: {hypercare_lead: [kim]}
impact: {labels: {outage: high, urgent: high}, native_priorities: {Highest: high}, default: medium}
urgency: {labels: {outage: high, urgent: high}, native_priorities: {Highest: high}, default: medium}
escalation:
  p1:
    for: [P1]
    tiers: [{after: 0m, notify: [on_call]}, {after: 30m, notify: [hypercare_lead]}]
  loud:
    tiers: [{after: 0m, notify: [on_call]}, {after: 1h, notify: [hypercare_lead]}]
rules:
  - {id: voted, when: {votes: {gte: 1}}, then: {escalate: [loud]}}
  - {id: liked, when: {reactions: {gte: 1}}, then: {set: {priority: P1}}}
"""


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path) as made:
        made.sandbox.github.repository_for("acme/ops").private = True
        (tmp_path / "own.yaml").write_text(POLICY)
        made.configure(policy="./own.yaml")
        yield made


def pages(comments: list[str]) -> list[str]:
    """Whom each page among the comments calls."""
    return [
        one.partition("Please respond: ")[2].partition(".")[0]
        for one in comments
        if "escalation" in one.partition("\n")[0]
    ]


def github_pages(team: Team, number: int) -> list[str]:
    return pages(team.github_comments(number))


def old_issue(team: Team) -> int:
    """An issue with the label of an outage that is not yet the release's, older than its baseline."""
    number: int = team.github("POST", "/web/issues", {"title": "Old outage", "labels": ["outage"]})["number"]
    team.wait("10m")
    return number


def settled(team: Team, now: str) -> None:
    """Nothing is planned any more, with the store or without."""
    assert team.plan(now).plan.changes == ()
    team.forget()
    assert team.plan(now).plan.changes == ()


@pytest.mark.parametrize("forgetful", [False, True], ids=["with the store", "without the store"])
def test_old_issue_that_gets_the_milestone_is_paged_once_and_goes_on_from_there(team: Team, *, forgetful: bool) -> None:
    number = old_issue(team)
    team.tick("10m")
    assert github_pages(team, 1) == github_pages(team, number) == []
    team.wait("2h")
    team.github("PATCH", f"/web/issues/{number}", {"milestone": 1})
    if forgetful:
        team.forget()
    team.tick("2h15m")
    assert github_pages(team, number) == ["@ana-k"]
    settled(team, "2h20m")
    team.tick("2h45m")
    team.tick("2h50m")
    assert github_pages(team, number) == ["@ana-k", "@kim-s"]
    assert github_pages(team, 1) == []


@pytest.mark.parametrize("summary", [None, ON_JIRA], ids=["summary on GitHub", "summary on Jira"])
def test_old_ticket_that_votes_put_under_an_escalation_is_paged_once_by_its_first_step(
    team: Team, summary: str | None
) -> None:
    team.configure(policy="./own.yaml", **({"summary": summary} if summary else {}))
    team.tick()
    team.wait("3h")
    team.jira("POST", "issue/SHOP-2/votes")
    team.tick("3h5m")
    assert pages(team.jira_comments("SHOP-2")) == ["[~accountid:ana]"]
    settled(team, "3h10m")
    team.tick("4h6m")
    assert pages(team.jira_comments("SHOP-2")) == ["[~accountid:ana]", "[~accountid:kim]"]


def test_issue_that_reactions_make_a_p1_is_paged_from_then_on(team: Team) -> None:
    team.tick()
    team.wait("3h")
    team.github("POST", "/web/issues/2/reactions", {"content": "+1"})
    team.tick("3h5m")
    assert github_pages(team, 2) == ["@ana-k"]
    team.wait("5m")
    settled(team, "3h10m")
    team.tick("3h36m")
    assert github_pages(team, 2) == ["@ana-k", "@kim-s"]


def test_what_runs_at_the_baseline_stays_quiet_for_good(team: Team) -> None:
    team.tick()
    for now in ("30m", "3h", "5h"):
        team.wait("1h")
        team.forget()
        team.tick(now)
    assert github_pages(team, 1) == []
    assert not [one for one in team.jira_comments("SHOP-1") if "escalation p1*" in one]


@pytest.mark.parametrize("forgetful", [False, True], ids=["with the store", "without the store"])
@pytest.mark.parametrize(
    ("tracker", "path"),
    [("github", "/repos/acme/ops/"), ("github", "/repos/acme/web/"), ("jira", "/rest/api/3/issue")],
    ids=["the summary", "GitHub", "Jira"],
)
def test_baseline_of_which_a_part_could_not_be_written_is_the_same_baseline(
    team: Team, tracker: Tracker, path: str, *, forgetful: bool
) -> None:
    for method in ("POST", "PUT", "PATCH"):
        team.break_down(tracker, method, path)
    team.tick()
    team.repair()
    if forgetful:
        team.forget()
    team.tick("10m")
    team.wait("20m")
    team.jira("POST", "issue/SHOP-2/votes")
    team.github("POST", "/web/issues/2/reactions", {"content": "+1"})
    team.wait("2h")
    team.tick("2h25m")
    assert pages(team.jira_comments("SHOP-2")) == ["[~accountid:ana]"]
    assert github_pages(team, 2) == ["@ana-k"]
    assert pages(team.jira_comments("SHOP-1")) == github_pages(team, 1) == []


def test_source_that_failed_at_the_baseline_pages_of_what_arises_after_it(team: Team) -> None:
    team.break_down("jira")
    team.tick()
    team.repair()
    team.tick("10m")
    team.wait("20m")
    team.jira("POST", "issue/SHOP-2/votes")
    team.wait("2h")
    team.tick("2h25m")
    assert pages(team.jira_comments("SHOP-2")) == ["[~accountid:ana]"]
    assert pages(team.jira_comments("SHOP-1")) == []


def test_hand_over_rewrites_no_status_comment_and_names_who_was_told(team: Team) -> None:
    team.tick("1m")
    team.wait("2m")
    made = team.github("POST", "/web/issues", {"title": "Down", "milestone": 1, "labels": ["outage"]})["number"]
    team.tick("3m")
    team.tick("35m")
    team.tick("2h")
    before = team.github_comments(made)
    assert pages(before) == ["@ana-k", "@kim-s"]
    team.wait("4h30m")
    team.tick("4h30m")
    assert team.github_comments(made) == before
    assessment = team.plan("4h40m").releases[0].assessment
    assert assessment is not None
    (issue,) = (one for one in assessment.tickets if one.ticket.ref.key.endswith(f"#{made}"))
    assert [step.notify for step in issue.escalations[0].steps] == [("ana",), ("kim",)]


def test_with_nobody_on_call_a_page_says_so_and_whoever_comes_on_call_is_called(team: Team) -> None:
    team.tick("8h30m")
    team.wait("8h40m")
    made = team.github("POST", "/web/issues", {"title": "Down", "milestone": 1, "labels": ["outage"]})["number"]
    team.tick("8h45m")
    team.tick("8h50m")
    (said,) = (one for one in team.github_comments(made) if "escalation p1**" in one)
    assert "Nobody is on call now." in said
    settled(team, "8h50m")
    team.wait("16h")
    team.tick("24h40m")
    assert github_pages(team, made)[-1] == "@ana-k, @kim-s"
    settled(team, "24h45m")


def test_summary_is_not_edited_for_what_it_remembers_while_that_stays(team: Team) -> None:
    team.tick()
    assert '"quiet":{"episodes":"' in team.summary()
    assert team.plan("20m").plan.changes == ()


def test_page_that_got_no_answer_is_not_written_twice(team: Team) -> None:
    number = old_issue(team)
    team.tick("10m")
    team.wait("10m")
    team.github("PATCH", f"/web/issues/{number}", {"milestone": 1})
    planted = Fault("github", "POST", f"/repos/acme/web/issues/{number}/comments", "lost", seconds=0)
    team.sandbox.faults.planted.append(planted)
    team.tick("25m")
    team.tick("30m")
    assert planted.struck == 1
    assert github_pages(team, number) == ["@ana-k"]


def test_policy_that_is_edited_in_mid_episode_tells_what_is_new_once(team: Team) -> None:
    team.tick()
    made: Any = team.github("POST", "/web/issues", {"title": "Down", "milestone": 1, "labels": ["outage"]})["number"]
    team.wait("2m")
    team.tick("2m")
    team.tick("35m")
    edited = POLICY.replace(
        "{after: 0m, notify: [on_call]}, {after: 30m",
        "{after: 0m, notify: [on_call]}, {after: 20m, notify: [ben]}, {after: 30m",
        1,
    )
    (team.folder / "own.yaml").write_text(edited)
    team.tick("40m")
    team.tick("50m")
    assert github_pages(team, made) == ["@ana-k", "@kim-s", "@ben-l"]
