"""Runs that come late, early, twice or not at all, clocks that jump, and tickets from the future: no burst, no negative age."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from tests.faults.pictures import doubled, picture
from tests.sync.flow import START, Team, a_team, config_text

from hypercare_sync.report import exit_code, tick_json

POLICY = """\
extends: standard
calendars: {always: {zone: UTC, hours: {mon-sun: ["00:00-24:00"]}}}
people:
  pat: {name: Pat P, github: pat, jira: ana}
  kim: {name: Kim S, github: kim}
roster: {shifts: [{who: [pat], calendar: always}]}
escalation:
  p1: {for: [P1], tiers: [{after: 0m, notify: [on_call]}, {after: 1h, notify: [kim]}, {after: 2h, notify: [pat, kim]}]}
"""
NEGATIVE = re.compile(r"(?<![\w-])-\d+ ?(?:%|h|m|d|hours?|minutes?|days?)\b|\b-\d+ times")


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """A team whose P1s are escalated in three steps, after a first tick."""
    with a_team(tmp_path) as made:
        (tmp_path / "policy.yaml").write_text(POLICY)
        made.configure(policy="./policy.yaml")
        yield made


def calls(team: Team) -> list[str]:
    """What calls people on the P1 of GitHub."""
    return [text for text in team.github_comments(1) if '"purpose":"escalation"' in text]


def ours(team: Team) -> list[str]:
    """All that we say, on both trackers."""
    said = [
        *team.github_comments(1),
        *team.github_comments(2),
        *team.jira_comments("SHOP-1"),
        *team.jira_comments("SHOP-2"),
    ]
    return [text for text in said if "hypercare-sync" in text]


def well(team: Team) -> None:
    """Nothing stands twice, and no age is negative."""
    seen = picture(team)
    assert not doubled(seen)
    for text in (team.summary(), *ours(team)):
        shown = re.sub(r"<!--.*?-->|https?://\S+", "", text)
        assert not NEGATIVE.search(shown), shown


def test_skipped_week_is_told_in_one_comment_a_ticket(team: Team) -> None:
    team.tick("0m", backfill=True)
    before = len(calls(team))
    team.wait("7d")
    team.writes()
    team.tick("7d", backfill=True)
    writes = team.writes()
    assert len(calls(team)) - before <= 1
    for key in ("/issues/1/comments", "/issue/SHOP-1/comment"):
        assert len([one for one in writes if key in one and one.startswith("POST")]) <= 1, writes
    assert len([one for one in writes if "PATCH" in one and "/ops/issues" in one]) == 1
    well(team)
    assert team.plan("7d", backfill=True).plan.changes == ()


def test_first_run_that_comes_late_tells_all_due_steps_in_one_comment(team: Team) -> None:
    team.wait("3h")
    team.tick("3h", backfill=True)
    assert len(calls(team)) == 1
    well(team)


def test_runs_that_come_doubled_for_hours_write_once(team: Team) -> None:
    for now in ("0m", "10m", "2h", "4h"):
        team.tick(now, backfill=True)
        seen = picture(team)
        team.writes()
        for _ in range(3):
            assert exit_code(team.tick(now, backfill=True)) == 0
        assert team.writes() == []
        assert picture(team) == seen
        team.wait("2h")
    well(team)


@pytest.mark.parametrize("forgetful", [False, True], ids=["with the store", "without the store"])
def test_clock_that_jumps_back_and_forth_says_nothing_twice(team: Team, *, forgetful: bool) -> None:
    said: list[list[str]] = []
    for now in ("0m", "6h", "1h", "6h", "30m", "3d", "6h", "3d"):
        if forgetful:
            team.forget()
        assert exit_code(team.tick(now, backfill=True)) == 0
        well(team)
        said.append(calls(team))
        team.wait("5m")
    assert all(len(after) >= len(before) for before, after in pairwise(said))
    assert said[-1] == said[5], "a call is made once, however often its time comes"
    assert len(team.summaries()) == 1


def fresh_p1(team: Team) -> None:
    """One is reported an hour after the trackers' time began."""
    team.wait("1h")
    team.github("POST", "/web/issues", {"title": "Everything burns", "milestone": 1, "labels": ["outage"]})
    team.wait("10m")


@pytest.mark.parametrize("forgetful", [False, True])
def test_baseline_of_a_clock_that_was_ahead_swallows_no_call(team: Team, *, forgetful: bool) -> None:
    team.tick("3d")
    fresh_p1(team)
    if forgetful:
        team.forget()
    team.tick("70m")
    assert '"purpose":"escalation"' in "".join(team.github_comments(4))
    assert calls(team) == [], "it was before the first tick"
    assert '"baseline":"2026-11-23T08:00' in team.summary()
    assert team.tick("71m").plan.changes == ()


def test_tick_for_a_time_before_the_baseline_does_not_move_it(team: Team) -> None:
    team.wait("3d")
    team.tick("3d")
    team.tick("1h")
    team.tick("3d")
    assert '"baseline":"2026-11-26T08:00:00Z"' in team.summary()
    assert calls(team) == []


def test_summary_that_a_clock_ahead_has_dated_is_dated_anew(team: Team) -> None:
    for key in ("SHOP-1", "SHOP-2"):
        team.jira("PUT", f"issue/{key}", {"fields": {"versions": []}})
    for number in (1, 2):
        team.github("PATCH", f"/web/issues/{number}", {"milestone": None})
    team.tick("0m")
    team.tick("3h")
    team.tick("10m")
    assert "As of Mon 23 Nov 09:10" in team.summary()


@pytest.mark.parametrize("ahead", ["5m", "3h", "2d", "400d"])
def test_tickets_from_the_future_have_no_negative_age(team: Team, ahead: str) -> None:
    team.wait(ahead)
    team.github("POST", "/web/issues", {"title": "From tomorrow", "milestone": 1, "labels": ["outage"]})
    team.github("POST", "/web/issues/2/comments", {"body": "Said tomorrow."})
    team.jira("POST", "issue/SHOP-2/comment", {"body": "Said tomorrow."})
    team.github("PATCH", "/web/issues/2", {"state": "closed"})
    for now in ("0m", "10m"):
        result = team.tick(now, backfill=True)
        assert exit_code(result) == 0
        tick_json(result)
        well(team)
    team.writes()
    assert team.plan("10m", backfill=True).plan.changes == ()


@pytest.mark.parametrize("behind", ["2h", "30d"])
def test_policy_time_ahead_of_the_trackers_is_no_burst(team: Team, behind: str) -> None:
    team.tick("0m", backfill=True)
    team.writes()
    team.tick(behind, backfill=True)
    first = team.writes()
    assert len([one for one in first if one.startswith("POST") and "/issues/1/comments" in one]) <= 1
    assert team.plan(behind, backfill=True).plan.changes == ()
    well(team)


@pytest.mark.parametrize(
    ("go_live", "change"),
    [("2027-03-26T08:00+01:00", datetime(2027, 3, 28, 1, tzinfo=UTC)), ("2027-10-29T08:00+02:00", datetime(2027, 10, 31, 1, tzinfo=UTC))],
    ids=["an hour is lost", "an hour comes twice"],
)  # fmt: skip
def test_change_of_the_clocks_is_no_event(team: Team, go_live: str, change: datetime) -> None:
    team.sandbox.clock.advance(change - START - timedelta(hours=2))
    sources = '      - {tracker: shop-jira, project: SHOP, version: "5.2", scope: all}\n      - {tracker: web-github, repo: acme/web, milestone: "5.2", scope: all}'
    team.configure(config_text(team.base, sources=sources, go_live=go_live, policy="./policy.yaml"))
    edits = 0
    for step in range(9):
        now = change + timedelta(minutes=30 * (step - 4))
        before = ours(team)
        team.writes()
        assert exit_code(team.tick(now)) == 0
        if step:
            assert len(ours(team)) - len(before) <= 0, ours(team)
            edits += len([one for one in team.writes() if "/ops/issues" in one])
        assert team.plan(now).plan.changes == ()
        team.wait("30m")
    well(team)
    assert edits <= 4, "a heartbeat an hour of time, not of the clock on the wall"
