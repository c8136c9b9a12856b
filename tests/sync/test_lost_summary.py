"""The store is lost, and no list shows the summary: it is found all the same before a second one is opened."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.contract.scenes.scene import document, record
from tests.sync.apps import ID, add_app, private_key
from tests.sync.flow import ON_JIRA, Team, a_team

from hypercare_sync.observed import SummaryPlace
from hypercare_sync.sandbox.faults import Fault
from hypercare_sync.sandbox.world import Flavour
from hypercare_sync.trackers import github

LAG = timedelta(hours=1)
LABEL = "hypercare:summary"
DONE = {"id": "10903", "name": "Done", "statusCategory": {"id": 3, "key": "done", "name": "Done"}}
NO_TICKET = '      - {tracker: shop-jira, project: SHOP, version: "7.0"}'
ONLY_JIRA = '      - {tracker: shop-jira, project: SHOP, version: "5.2"}'


@pytest.fixture(params=["cloud", "datacenter"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    """A team whose summary is on Jira, where each of its tickets is done and carries nothing of ours."""
    flavour: Flavour = request.param
    with a_team(tmp_path, flavour=flavour) as team:
        for issue in team.sandbox.jira.issues.values():
            issue.fields["status"] = DONE
        team.configure(summary=ON_JIRA, sources=ONLY_JIRA)
        yield team


def ours(team: Team) -> list[str]:
    """The issues on Jira that we opened."""
    us = team.sandbox.accounts.named("hypercare-bot").name
    issues = team.sandbox.jira.issues.values()
    return [issue.key for issue in issues if issue.fields["reporter"]["displayName"] == us]


@pytest.mark.parametrize("sources", [ONLY_JIRA, NO_TICKET], ids=["all tickets done", "no ticket"])
def test_store_lost_while_searches_do_not_show_the_summary_opens_no_second_one(desk: Team, sources: str) -> None:
    desk.configure(summary=ON_JIRA, sources=sources)
    desk.sandbox.jira.lag = LAG
    desk.tick()
    (summary,) = ours(desk)
    others_report(desk, 3)
    desk.forget()
    desk.tick("1m")
    assert ours(desk) == [summary]
    desk.wait("2h")
    desk.tick("2h")
    assert ours(desk) == [summary]
    assert desk.plan("2h").plan.changes == ()


def others_report(team: Team, count: int) -> None:
    """Issues of nobody's release come after the summary."""
    for number in range(count):
        fields = {"project": {"key": "SHOP"}, "issuetype": {"name": "Bug"}, "summary": f"Other {number}"}
        team.jira("POST", "issue", {"fields": fields})


def test_summary_whose_key_comes_long_after_what_searches_show_is_found(desk: Team) -> None:
    desk.sandbox.jira.lag = LAG
    others_report(desk, 12)
    team_deletes(desk, "SHOP-7", "SHOP-8", "SHOP-9")
    desk.tick()
    assert len(ours(desk)) == 1
    desk.forget()
    desk.tick("1m")
    assert len(ours(desk)) == 1


def team_deletes(team: Team, *keys: str) -> None:
    """Keys of which nothing is left."""
    for key in keys:
        issue = team.sandbox.jira.issue(key)
        assert issue is not None
        team.sandbox.jira.remove_issue(issue)


def test_lost_answer_to_the_creation_makes_no_second_summary_while_searches_lag(desk: Team) -> None:
    desk.sandbox.jira.lag = LAG
    desk.sandbox.faults.planted.append(Fault("jira", "POST", _path(desk, "issue"), "lost", times=1))
    desk.tick()
    assert len(ours(desk)) == 1


def test_label_that_a_person_took_off_the_summary_is_not_needed_to_find_it(desk: Team) -> None:
    desk.tick()
    (summary,) = ours(desk)
    desk.jira("PUT", f"issue/{summary}", {"update": {"labels": [{"remove": LABEL}]}})
    desk.forget()
    desk.tick("1m")
    assert ours(desk) == [summary]


@pytest.mark.parametrize("times", [1, 3, 4, 5, 6, 20])
def test_searches_that_show_nothing_open_no_second_summary(desk: Team, times: int) -> None:
    desk.tick()
    (summary,) = ours(desk)
    desk.forget()
    desk.sandbox.faults.planted.append(Fault("jira", "POST", _path(desk, "search"), "empty", times=times))
    desk.tick("1m")
    assert ours(desk) == [summary]
    desk.repair()
    desk.tick("2m")
    assert ours(desk) == [summary]


def _path(team: Team, what: str) -> str:
    return f"/rest/api/{3 if team.sandbox.jira.cloud else 2}/{what}"


def opened(team: Team) -> list[Any]:
    """The issues that we opened in acme/ops."""
    issues = team.sandbox.github.repositories["acme/ops"].issues.values()
    return [issue.number for issue in issues]


def test_summary_on_github_without_its_label_is_found_when_the_store_is_lost(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        team.tick()
        team.github("DELETE", f"/ops/issues/1/labels/{LABEL}")
        team.forget()
        team.tick("1m")
        assert opened(team) == [1]
        assert team.plan("1m").plan.changes == ()


def test_summary_on_github_that_was_closed_and_lost_its_label_is_given_up(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        team.tick()
        team.github("DELETE", f"/ops/issues/1/labels/{LABEL}")
        team.github("PATCH", "/ops/issues/1", {"state": "closed"})
        team.forget()
        team.tick("1m")
        assert opened(team) == [1, 2]


def test_summary_that_an_app_opened_is_found_by_the_login_of_its_bot(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        add_app(team.sandbox)
        tracker = github.connect("gh", f"{team.base}/api/v3", github.App(str(ID), private_key(), "acme/ops"))
        place = SummaryPlace("gh", "acme/ops", LABEL)
        opened = tracker.writer.create_summary(place, "Shop", document("All well."), record())
        team.github("DELETE", f"/ops/issues/1/labels/{LABEL}")
        (found,) = tracker.reader.unlisted_summaries(place, "Shop 5.2")
        assert found.key == opened.key
