"""GitHub's limits, kept by the sandbox on its own clock: what is paced, what is waited for, and what the next tick does first."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.sync.flow import BEFORE, MILESTONE, START, Team, a_team, at, config_text, impatient, load_rows

from hypercare_sync.connect import connect, paces
from hypercare_sync.pace import Pace
from hypercare_sync.packs import policies
from hypercare_sync.report import exit_code, tick_json
from hypercare_sync.sandbox import server
from hypercare_sync.sandbox.faults import Fault, FaultName, RetryAfter
from hypercare_sync.sandbox.world import Sandbox
from hypercare_sync.store import KnownWire, Store
from hypercare_sync.tick import Tick
from hypercare_sync.trackers.github.reader import GithubReader
from hypercare_sync.trackers.http import Client
from hypercare_sync.trackers.port import Tracker


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path) as made:
        yield made


def test_document_and_journal_tell_what_is_left_of_both_quotas(team: Team) -> None:
    document = tick_json(team.tick())
    budgets = document["budgets"]
    assert set(budgets) == {"web-github"}
    assert set(budgets["web-github"]) == {"core", "graphql"}
    for told in budgets["web-github"].values():
        assert told["limit"] == 5000
        assert 4900 < told["remaining"] < 5000
        assert told["reset"] == "2026-11-23T09:00:00Z"
    assert '"kind": "tick"' in journal(team)
    assert '"remaining": ' in journal(team)


def journal(team: Team) -> str:
    """All that was noted, as text."""
    with Store(team.config().store_url, team.config().team) as store:
        return "\n".join(json.dumps({"kind": one.entry.kind, **one.entry.body}) for one in store.journal())


def test_long_wait_ends_all_writing_to_that_tracker_and_the_next_tick_begins_with_the_most_urgent(team: Team) -> None:
    team.sandbox.faults.planted.append(Fault("github", "POST", "/repos/acme/web", "secondary", after=2, seconds=61))
    team.writes()
    result = team.tick(backfill=True)
    assert exit_code(result) == 0
    assert result.outcome is not None
    assert result.outcome.deferred
    refused = [one for one in team.sandbox.log.served if one.tracker == "github"][-1]
    assert refused.fault == "secondary", "nothing was sent after it"
    assert "hypercare:P1" in team.jira_labels("SHOP-1")
    team.repair()
    team.writes()
    team.tick("10m", backfill=True)
    numbers = [write.split("/web/issues/")[1][0] for write in team.writes() if "/web/issues/" in write]
    assert numbers == sorted(numbers), "the P1 before the P3"
    assert numbers[0] == "1"
    assert team.plan("20m", backfill=True).plan.changes == ()


def test_quota_that_is_used_up_while_reading_leaves_that_tracker_alone_for_the_rest_of_the_tick(team: Team) -> None:
    team.sandbox.faults.planted.append(Fault("github", "POST", "/graphql", "primary", times=9, seconds=1800))
    result = team.tick(backfill=True)
    assert [row.fault for row in team.sandbox.log.served if row.tracker == "github"] == ["primary"]
    sources = {one["tracker"]: one["status"] for one in tick_json(result)["releases"][0]["sources"]}
    assert sources == {"shop-jira": "ok", "web-github": "failed"}
    assert tick_json(result)["budgets"]["web-github"]["graphql"]["remaining"] == 0


@pytest.mark.parametrize("said", ["seconds", "date", "none"])
@pytest.mark.parametrize("fault", ["429", "secondary"])
def test_short_wait_is_kept_however_it_is_said(team: Team, fault: FaultName, said: RetryAfter) -> None:
    config = team.config()
    trackers, slept = connect(config), list[float]()
    client(trackers["web-github"]).sleep = slept.append
    planted = Fault("github", "POST", "/repos/acme/ops/issues", fault, seconds=30, retry_after=said)
    team.sandbox.faults.planted.append(planted)
    with Store(config.store_url, config.team) as store:
        result = Tick(config, policies(config), trackers, store, START).sync(paces(config))
    assert exit_code(result) == 0
    (waited,) = slept
    assert 29 <= waited <= 31 if said != "none" else 60 <= waited <= 61
    assert len(team.summaries()) == 1


def test_secondary_limit_that_names_no_time_is_waited_for_once_and_then_left_to_the_next_tick(team: Team) -> None:
    planted = Fault("github", "POST", "/repos/acme/web", "secondary", times=99, retry_after="none")
    team.sandbox.faults.planted.append(planted)
    result = team.tick(backfill=True)
    assert planted.struck == 2
    assert exit_code(result) == 0
    assert result.outcome is not None
    assert result.outcome.deferred


class Clock:
    """Time of the sandbox, of pacing and of waiting in one: sleeping moves it on."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.now = time.monotonic()

    def monotonic(self) -> float:
        """The time, in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        self.sandbox.clock.advance(timedelta(seconds=seconds))


@pytest.mark.slow
def test_limits_that_github_documents_are_never_met(tmp_path: Path) -> None:
    sandbox = Sandbox.new(START)
    sandbox.github_limits = True
    sandbox.github.repository_for("acme/ops")
    common = {"milestone": MILESTONE, "user": {"login": "cleo"}, "labels": [{"name": "outage"}]}
    issues = [{"number": number, "title": f"Case {number}", "created_at": f"{BEFORE}Z"} for number in range(1, 96)]
    load_rows(sandbox, tmp_path, [{"issue": issue | common} for issue in issues], [])
    with server.running(sandbox) as base:
        team = Team(sandbox, base, tmp_path)
        at_its_own_pace(team)
        config, clock = team.config(), Clock(sandbox)
        speeds, trackers = paces(config), connect(config)
        for pace in speeds.values():
            pace.monotonic, pace.sleep = clock.monotonic, clock.sleep
        client(trackers["web-github"]).sleep = clock.sleep
        with Store(config.store_url, config.team) as store:
            result = Tick(config, policies(config), trackers, store, START, backfill=True).sync(speeds)
    assert result.outcome is not None
    assert (exit_code(result), result.outcome.deferred) == (0, [])
    served = [row for row in sandbox.log.served if row.tracker == "github"]
    assert sum(row.path.endswith("/comments") for row in served) == 95
    assert [row for row in served if row.status == 403] == []


def at_its_own_pace(team: Team) -> None:
    """Let both trackers be written to as fast as they document, and no source but GitHub's be read."""
    sources = '      - {tracker: web-github, repo: acme/web, milestone: "5.2"}'
    team.configure(config_text(team.base, sources=sources).replace(", pace: off", ""))


def client(tracker: Tracker) -> Client:
    """The wire of a tracker."""
    assert isinstance(tracker.reader, GithubReader)
    return tracker.reader.client


def test_content_of_the_last_tick_counts_in_the_next_process(team: Team) -> None:
    at_its_own_pace(team)
    team.tick(backfill=True)
    with Store(f"sqlite:///{team.store_file}") as store:
        known = store.wire("web-github")
    made = [row.path for row in team.sandbox.log.served if row.tracker == "github" and row.method == "POST"]
    creations = [path for path in made if path.endswith(("/comments", "/ops/issues", "/web/labels", "/ops/labels"))]
    assert len(known.content) == len(creations) > 3
    team.sandbox.log.served.clear()
    config = team.config()
    speeds = {name: Pace(None, len(creations)) for name in config.trackers}
    team.github("POST", "/web/issues/2/labels", {"labels": ["outage"]})
    with Store(config.store_url, config.team) as store:
        tick = Tick(config, policies(config), impatient(connect(config)), store, at("10m"), backfill=True)
        outcome = tick.sync(speeds).outcome
    assert outcome is not None
    assert {change.kind for change in outcome.deferred} == {"edit_comment", "edit_summary"}
    assert "hypercare:P1" in team.github_labels(2)


def test_tracker_that_stayed_silent_is_asked_once_by_the_next_tick_until_it_answers(team: Team) -> None:
    team.tick()
    team.break_down("jira")
    asked = []
    for now in ("10m", "20m"):
        team.sandbox.log.served.clear()
        team.tick(now)
        asked.append(sum(one.tracker == "jira" for one in team.sandbox.log.served))
    assert asked == [5, 1]
    team.repair()
    assert exit_code(team.tick("30m")) == 0
    with Store(f"sqlite:///{team.store_file}") as store:
        assert store.wire("shop-jira") == KnownWire()
