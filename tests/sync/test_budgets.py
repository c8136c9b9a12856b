"""GitHub's limits, kept by the sandbox on its own clock: what is paced, what is waited for, and what the next tick does first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.flow import START, Team, a_team, at, impatient, load_rows
from tests.sync.sandbox.conftest import row

from hypercare_sync.connect import connect, paces
from hypercare_sync.packs import policies
from hypercare_sync.report import exit_code, tick_json
from hypercare_sync.sandbox.faults import Fault
from hypercare_sync.sandbox.github import limits
from hypercare_sync.store import KnownWire, Store
from hypercare_sync.tick import Tick, TickResult


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
    import sqlite3

    with sqlite3.connect(team.store_file) as connection:
        return "\n".join(entry for (entry,) in connection.execute("select entry from journal order by id"))


def test_long_wait_ends_all_writing_to_that_tracker_and_the_next_tick_begins_with_the_most_urgent(team: Team) -> None:
    planned = [change for change in team.plan(backfill=True).plan.changes if change.kind != "create_summary"]
    urgent = next(change for change in planned if getattr(change, "ticket", ("",))[0] == "web-github")
    team.sandbox.faults.planted.append(Fault("github", "POST", "/repos/acme/web", "secondary", after=2, seconds=61))
    team.writes()
    result = team.tick(backfill=True)
    assert exit_code(result) == 0
    assert result.outcome is not None
    left = [change for change in result.outcome.deferred]
    assert left
    refused = [one for one in team.sandbox.log.served if one.tracker == "github"][-1]
    assert refused.fault == "secondary", "nothing was sent after it"
    assert "hypercare:P1" in team.jira_labels("SHOP-1")
    team.repair()
    team.writes()
    team.tick("10m", backfill=True)
    first = next(write for write in team.writes() if "/web/" in write)
    assert "/issues/1/" in first or first.endswith("/labels")
    assert urgent.ticket.key == "acme/web#1"
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
def test_short_wait_is_kept_however_it_is_said(team: Team, fault: str, said: str) -> None:
    config = team.config()
    trackers, slept = impatient(connect(config)), []
    trackers["web-github"].reader.client.sleep = slept.append  # type: ignore[attr-defined]
    planted = Fault("github", "POST", "/repos/acme/ops/issues", fault, seconds=30, retry_after=said)  # type: ignore[arg-type]
    team.sandbox.faults.planted.append(planted)
    with Store(f"sqlite:///{config.store_file}") as store:
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
    """Time of the sandbox, of pacing and of waiting in one: sleeping moves it on, and nothing else does."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.slept = 0.0

    def monotonic(self) -> float:
        """Seconds slept so far."""
        return self.slept

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        from datetime import timedelta

        self.slept += seconds
        self.team.sandbox.clock.advance(timedelta(seconds=seconds))


def paced_tick(team: Team, now: str) -> TickResult:
    """A tick at GitHub's own pace."""
    config = team.config()
    clock, speeds, trackers = Clock(team), paces(config), connect(config)
    for pace in speeds.values():
        pace.monotonic, pace.sleep = clock.monotonic, clock.sleep
    for tracker in trackers.values():
        tracker.reader.client.sleep = clock.sleep  # type: ignore[attr-defined]
    with Store(f"sqlite:///{config.store_file}") as store:
        return Tick(config, policies(config), trackers, store, at(now), backfill=True).sync(speeds)


@pytest.mark.slow
def test_limits_that_github_documents_are_never_met(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team.sandbox.github, "now", team.sandbox.github.now)
    common = {"milestone": {"number": 1, "title": "5.2"}, "user": {"login": "cleo"}, "labels": [{"name": "outage"}]}
    rows = [
        {"issue": {**row(number)["issue"], **common, "created_at": "2026-11-20T07:30:00Z"}}
        if number < 28
        else {"issue": {"number": number, "title": f"Case {number}", **common, "created_at": "2026-11-20T07:30:00Z"}}
        for number in range(4, 104)
    ]
    load_rows(team.sandbox, team.folder, rows, [])
    enforced = limits.Limits(team.sandbox.clock, enforced=True)
    assert enforced
    team.configure(team.config_file.read_text().replace("token: sandbox, pace: off", "token: sandbox"))
    result = paced_tick(team, "0m")
    assert exit_code(result) == 0
    served = [one for one in team.sandbox.log.served if one.tracker == "github" and one.kind == "write"]
    creations = [
        one.at for one in served if one.method == "POST" and one.path.endswith(("/comments", "/labels", "/issues"))
    ]
    busiest = max(sum(0 <= (other - one).total_seconds() < 60 for other in creations) for one in creations)
    assert busiest <= 80


def test_content_of_the_last_tick_counts_in_the_next_process(team: Team) -> None:
    text = team.config_file.read_text().replace("token: sandbox, pace: off", "token: sandbox")
    team.configure(text)
    team.tick(backfill=True)
    with Store(f"sqlite:///{team.store_file}") as store:
        known = store.wire("web-github")
    creating = [one for one in team.sandbox.log.served if one.tracker == "github" and one.kind == "write"]
    assert len(known.content) >= 3
    assert len(known.content) <= len(creating)


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
