"""Ticks on a bad day: a tracker is down or refuses us, a write gets no answer, two ticks start at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.flow import Team, a_team, config_text

from hypercare_sync.errors import AccessDenied, ConfigError, LeaseHeld
from hypercare_sync.report import exit_code, tick_json
from hypercare_sync.sandbox.faults import Fault, FaultName
from hypercare_sync.sandbox.log import Tracker
from hypercare_sync.store import Store


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path) as made:
        yield made


def test_tracker_that_is_down_is_kept_as_it_was_and_the_other_goes_on(team: Team) -> None:
    team.tick()
    team.wait("5m")
    team.github("POST", "/web/issues/2/labels", {"labels": ["urgent"]})
    team.jira("PUT", "issue/SHOP-2", {"update": {"labels": [{"remove": "hypercare:P3"}]}})
    team.break_down("jira")
    team.writes()
    result = team.tick("10m")
    assert exit_code(result) == 1
    assert tick_json(result)["status"] == "partial"
    assert "hypercare:P2" in team.github_labels(2)
    assert not any("/jira/" in write for write in team.writes())
    sources = {one["tracker"]: one for one in tick_json(result)["releases"][0]["sources"]}
    assert (sources["shop-jira"]["status"], sources["shop-jira"]["tickets"]) == ("failed", 3)
    assert sources["shop-jira"]["as_of"] == "2026-11-23T08:00:00Z"
    assert "502" in sources["shop-jira"]["error"]
    assert sources["web-github"]["status"] == "ok"


def test_summary_says_what_is_stale_since_when_and_recovers(team: Team) -> None:
    team.sandbox.github.repositories["acme/ops"].private = True  # for readers who may know of the Jira project
    team.tick()
    team.break_down("jira")
    team.tick("10m")
    stale = team.summary()
    assert "| shop-jira SHOP | 3 | **Stale** since Mon 23 Nov 09:00; counts are lower bounds |" in stale
    assert "At least 6 tickets" in stale
    assert "shop-jira SHOP is not up to date" in stale
    team.repair()
    assert exit_code(team.tick("20m")) == 0
    well = team.summary()
    assert "| shop-jira SHOP | 3 | up to date |" in well
    assert "At least" not in well


def test_a_public_summary_says_that_something_is_stale_and_not_what(team: Team) -> None:
    team.tick()
    team.break_down("jira")
    team.tick("10m")
    stale = team.summary()
    assert "| 1 source not named here | 3 | **Stale** since Mon 23 Nov 09:00; counts are lower bounds |" in stale
    assert "1 source that is not named here is not up to date" in stale
    assert "SHOP" not in stale
    assert "shop-jira" not in stale


def test_first_tick_with_one_tracker_down_makes_the_other_its_baseline(team: Team) -> None:
    team.break_down("jira")
    assert exit_code(team.tick()) == 1
    assert "**Stale** and was never read" in team.summary()
    team.repair()
    team.tick("10m")
    assert "hypercare:P1" in team.jira_labels("SHOP-1")
    assert team.jira_comments("SHOP-1") == team.github_comments(1) == []


def test_both_trackers_down_fails_and_writes_nothing(team: Team) -> None:
    team.break_down("jira")
    team.break_down("github")
    result = team.tick()
    assert (exit_code(result), tick_json(result)["status"]) == (1, "failed")
    assert team.writes() == []
    team.repair()
    assert exit_code(team.tick("10m")) == 0
    assert len(team.summaries()) == 1
    assert team.github_comments(1) == []


@pytest.mark.parametrize("tracker", ["shop-jira", "web-github"])
def test_wrong_token_is_told_with_the_trackers_name(team: Team, tracker: str) -> None:
    text = team.config_file.read_text().splitlines()
    wrong = [line.replace("token: sandbox", "token: stale-token") if f"  {tracker}:" in line else line for line in text]
    team.configure("\n".join(wrong))
    result = team.tick()
    assert exit_code(result) == 5
    assert all(isinstance(error, AccessDenied) for error in result.errors)
    told = "\n".join(map(str, result.errors))
    assert tracker in told
    assert "stale-token" not in told


def test_unwritable_ticket_fails_alone_and_is_told(team: Team) -> None:
    team.break_down("jira", "PUT", "/rest/api/3/issue/SHOP-1")
    result = team.tick()
    assert exit_code(result) == 1
    assert result.outcome is not None
    assert {str(failure.change.ticket) for failure in result.outcome.failed if hasattr(failure.change, "ticket")} == {
        "shop-jira:SHOP-1"
    }
    assert "hypercare:P3" in team.jira_labels("SHOP-2")
    assert "hypercare:P1" in team.github_labels(1)


def test_summary_that_cannot_be_opened_is_told_and_the_tickets_are_labelled(team: Team) -> None:
    team.break_down("github", "POST", "/repos/acme/ops/issues")
    result = team.tick()
    assert exit_code(result) == 1
    assert "hypercare:P1" in team.github_labels(1)
    team.repair()
    team.tick("10m")
    assert len(team.summaries()) == 1
    assert team.github_comments(1) == []


@pytest.mark.parametrize("fault", ["lost", "reset", "502", "429"])
@pytest.mark.parametrize(
    ("tracker", "match"),
    [("github", "/repos/acme/ops/issues"), ("github", "/repos/acme/web/issues/1/comments"), ("jira", "/rest/api/3/issue/SHOP-1")],
    ids=["summary", "comment on GitHub", "Jira"],
)  # fmt: skip
def test_write_that_goes_wrong_once_ends_without_doubles_in_one_tick(
    team: Team, tracker: Tracker, match: str, fault: FaultName
) -> None:
    method = "*" if tracker == "jira" else "POST"
    planted = Fault(tracker, method, match, fault, seconds=0)
    team.sandbox.faults.planted.append(planted)
    assert exit_code(team.tick(backfill=True)) == 0
    assert planted.struck == 1
    assert len(team.summaries()) == len(team.github_comments(1)) == len(team.jira_comments("SHOP-1")) == 1
    team.forget()
    assert team.plan("10m").plan.changes == ()


def test_second_tick_at_the_same_time_leaves_everything_alone(team: Team) -> None:
    with Store(f"sqlite:///{team.store_file}") as other, other.lease(), pytest.raises(LeaseHeld, match="another tick"):
        team.tick()
    assert team.sandbox.log.served == []


def test_plan_writes_nothing_and_tells_the_same_as_the_tick_after_it(team: Team) -> None:
    looked = team.plan()
    assert team.writes() == []
    assert [change.kind for change in looked.plan.changes] == [change.kind for change in team.tick().plan.changes]


def test_nobody_listening_fails_and_says_so_for_each_tracker(team: Team) -> None:
    team.configure(config_text("http://127.0.0.1:9"))
    result = team.tick()
    assert (exit_code(result), tick_json(result)["status"]) == (1, "failed")
    told = {str(error) for error in result.errors}
    assert {error.partition(":")[0] for error in told} == {"shop-jira", "web-github"}
    assert all("no answer from http://127.0.0.1:9/" in error for error in told)


def test_first_tick_that_could_read_no_source_opens_no_summary_and_is_no_baseline(team: Team) -> None:
    team.configure(sources='      - {tracker: shop-jira, project: SHOP, version: "5.2"}')
    team.break_down("jira")
    assert tick_json(team.tick())["status"] == "failed"
    assert team.summaries() == []
    team.repair()
    team.wait("5m")
    team.jira("PUT", "issue/SHOP-2", {"update": {"priority": [{"set": {"name": "Highest"}}]}})
    team.tick("10m")
    assert "hypercare:P1" in team.jira_labels("SHOP-2")
    assert not [text for text in team.jira_comments("SHOP-2") if "hypercare-sync" in text]


def test_calendar_that_has_run_out_is_a_fault_of_the_policy_and_nothing_is_written(team: Team) -> None:
    (team.folder / "policy.yaml").write_text(
        "extends: standard\n"
        'calendars: {gone: {zone: UTC, hours: {}, special: {2020-01-01: ["08:00-12:00"]}}}\n'
        "targets: {resolve: {P1: 4h on gone, P2: 1d on gone, P3: 5d on gone, P4: 14d on gone}}\n"
    )
    text = team.config_file.read_text()
    team.configure(
        text.replace("policy: standard", "policy: ./policy.yaml")
        if "policy:" in text
        else f"{text}    policy: ./policy.yaml\n"
    )
    with pytest.raises(ConfigError, match=r"policy of release 'Shop 5\.2': .*no working hours"):
        team.tick()
    assert not [one for one in team.sandbox.log.served if one.kind == "write"]
