"""A tick that is killed between announcing a write, carrying it out and noting its outcome is finished by the next, in the plan's order."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from tests.faults.mortal import Killed
from tests.faults.pictures import Picture, doubled, picture
from tests.sync.flow import ON_GITHUB, ON_JIRA, Team, a_team

from hypercare_sync.change import AddComment
from hypercare_sync.store import Journaled, Store
from hypercare_sync.trackers.jira.reader import JiraReader
from hypercare_sync.trackers.port import Reading

STEP = 1 if os.environ.get("CI") else 4
"""CI kills at every write; a person's machine at every fourth."""

_CALLING = """\
extends: standard
people: {ana: {name: Ana K, github: ana-k, jira: ana-account}}
escalation:
  p1: {for: [P1], until: {open: false}, tiers: [{after: 0m, notify: [ana]}]}
"""


@contextmanager
def killed_at(k: int, phase: str, *, after: bool) -> Iterator[list[str]]:
    """The process ends at the k-th call of a phase, before or after it is noted; the keys that were announced until then."""
    announced: list[str] = []
    original: Callable[..., Any] = getattr(Store, phase)
    called = 0

    def phased(self: Store, *arguments: Any, **named: Any) -> Any:
        nonlocal called
        called += 1
        if called == k and not after:
            raise Killed
        found = original(self, *arguments, **named)
        if phase == "intend":
            announced.append(arguments[1])
        if called == k:
            raise Killed
        return found

    with patch.object(Store, phase, phased), pytest.raises(Killed):
        yield announced


@contextmanager
def kept(team: Team) -> Iterator[Store]:
    config = team.config()
    with Store(config.store_url, config.team) as store:
        yield store


def journal(team: Team, **wanted: Any) -> list[Journaled]:
    with kept(team) as store:
        return list(store.journal(**wanted))


def calling(team: Team, summary: str = ON_GITHUB) -> None:
    """The team's config, by a policy that calls Ana to each P1."""
    (team.folder / "policy.yaml").write_text(_CALLING)
    team.configure(summary=summary, policy="./policy.yaml")


def calm(folder: Path, summary: str) -> tuple[list[str], int, Picture]:
    """The writes of a first tick that nobody disturbs, how many of them are announced, and what they lead to."""
    folder.mkdir()
    with a_team(folder) as team:
        calling(team, summary)
        result = team.tick(backfill=True)
        return team.writes(), len(list(result.plan.writes())), picture(team)


@pytest.mark.slow
@pytest.mark.parametrize("summary", [ON_GITHUB, ON_JIRA], ids=["summary on GitHub", "summary on Jira"])
@pytest.mark.parametrize(
    ("phase", "after"),
    [("intend", False), ("intend", True), ("settle", False), ("settle", True)],
    ids=["before it is announced", "before it is written", "before its outcome is noted", "after that"],
)
def test_killed_tick_is_finished_by_the_next_with_the_same_writes_in_the_same_order(
    tmp_path: Path, summary: str, phase: str, *, after: bool
) -> None:
    writes, number, expected = calm(tmp_path / "calm", summary)
    assert number > 10
    for k in range(1, number + 1, STEP):
        (folder := tmp_path / str(k)).mkdir()
        with a_team(folder) as team:
            calling(team, summary)
            with killed_at(k, phase, after=after):
                team.tick(backfill=True)
            first = team.writes()
            team.tick(backfill=True)
            assert [*first, *team.writes()] == writes, f"killed at write {k} of {number}"
            assert picture(team) == expected
            with kept(team) as store:
                assert store.open_intents() == ()
                assert [run.outcome for run in store.runs(2)] == ["ok", "killed"]
            assert team.plan(backfill=True).plan.changes == ()


def test_writes_of_a_killed_tick_go_on_by_urgency(tmp_path: Path) -> None:
    """What was left is done in the order of the plan: those who are called first, then the summary, then labels by priority."""
    with a_team(tmp_path) as team:
        calling(team)
        with killed_at(2, "settle", after=False):
            team.tick(backfill=True)
        team.writes()
        result = team.tick(backfill=True)
        kinds = [change.kind for change in result.plan.changes]
        assert kinds[:2] == ["create_summary", "add_label"], "both calls stood already"
        first = next(row for row in team.writes() if not row.endswith("/labels"))
        assert first == "POST /api/v3/repos/acme/ops/issues"


@pytest.mark.parametrize("phase", ["intend", "settle"])
def test_journal_tells_what_became_of_what_a_killed_tick_had_begun(tmp_path: Path, phase: str) -> None:
    with a_team(tmp_path) as team:
        calling(team)
        with killed_at(3, phase, after=phase == "intend"):
            team.tick(backfill=True)
        with kept(team) as store:
            (begun,) = store.open_intents()
            (killed,) = store.runs(1)
        assert begun.tick == killed.tick
        assert (killed.ended, killed.outcome) == (None, None)
        team.tick(backfill=True)
        (over,) = journal(team, tick=killed.tick, kinds=("tick",))
        assert over.entry.body["outcome"] == "killed"
        settled = [one.entry.body for one in journal(team) if one.entry.body.get("begun_by") == killed.tick]
        assert [one["outcome"] for one in settled] == ["applied"]
        assert settled[0]["kind"] == ("create_summary" if phase == "intend" else "begun: summary")


def test_what_a_killed_tick_had_begun_and_nobody_wants_any_more_is_dropped(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        team.tick()
        team.github("POST", "/web/issues/2/labels", {"labels": ["hypercare-override:P1"]})
        team.wait("1m")
        with killed_at(2, "intend", after=True) as announced:
            team.tick("10m")
        assert announced[-1].startswith("labels web-github:acme/web#2 ")
        team.github("DELETE", "/web/issues/2/labels/hypercare-override:P1")
        team.writes()
        team.tick("20m")
        dropped = [one.entry.body for one in journal(team, ticket="acme/web#2") if "begun_by" in one.entry.body]
        assert [one["outcome"] for one in dropped] == ["dropped"]
        with kept(team) as store:
            assert store.open_intents() == ()
        assert team.github_labels(2) >= {"hypercare:P3"}
        assert "hypercare:P1" not in team.github_labels(2)


def test_write_on_a_tracker_that_cannot_be_read_now_stays_open_until_it_can(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        calling(team)
        with killed_at(1, "settle", after=False):
            team.tick(backfill=True)
        team.break_down("jira")
        team.tick("5m", backfill=True)
        with kept(team) as store:
            (begun,) = store.open_intents()
        assert begun.key.startswith("comment shop-jira:SHOP-1 ")
        team.repair()
        team.tick("10m", backfill=True)
        with kept(team) as store:
            assert store.open_intents() == ()
        assert not doubled(picture(team))


@contextmanager
def comments_lag() -> Iterator[None]:
    """What is read from Jira does not show any comment yet."""
    original = JiraReader.read

    def read(self: JiraReader, *arguments: Any) -> Reading:
        found = original(self, *arguments)
        return replace(found, tickets=tuple(one.model_copy(update={"comments": ()}) for one in found.tickets))

    with patch.object(JiraReader, "read", read):
        yield


def test_create_that_may_have_been_done_is_looked_for_even_in_the_first_tick(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        calling(team)
        with killed_at(1, "settle", after=False):
            team.tick(backfill=True)
        (call,) = team.jira_comments("SHOP-1")
        with comments_lag():
            result = team.tick("1m", backfill=True)
        again = result.plan.changes[0]
        assert isinstance(again, AddComment)
        assert (again.ticket.key, again.first) == ("SHOP-1", True), "nothing read tells that it was written"
        assert [text for text in team.jira_comments("SHOP-1") if "Please respond" in text] == [call]
        (settled,) = [one.entry.body for one in journal(team) if one.entry.body.get("begun_by")]
        (standing, *_) = team.jira("GET", "issue/SHOP-1/comment")["comments"]
        assert (settled["outcome"], settled["response_id"]) == ("applied", standing["id"])


def test_summary_that_was_opened_is_known_by_its_key_before_searches_show_it(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        calling(team, ON_JIRA)
        team.sandbox.jira.lag = timedelta(hours=1)
        with killed_at(4, "intend", after=False) as announced:
            team.tick(backfill=True)
        assert announced[-1].startswith("summary shop-jira:SHOP ")
        result = team.tick("1m", backfill=True)
        assert "create_summary" not in {change.kind for change in result.plan.changes}
        assert [key for key in team.jira_keys() if "hypercare:summary" in team.jira_labels(key)] == ["SHOP-4"]


def test_write_without_an_answer_stays_open_and_the_next_tick_finds_out(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        team.tick()
        team.github("POST", "/web/issues/2/labels", {"labels": ["hypercare-override:P1"]})
        team.wait("1m")
        team.break_down("github", "PATCH", "/repos/acme/ops")
        failed = team.tick("10m")
        assert failed.status == "partial"
        with kept(team) as store:
            (begun,) = store.open_intents()
        assert begun.key.startswith("summary text web-github:acme/ops#1 ")
        (told,) = [one.entry.body for one in journal(team) if one.entry.body.get("outcome") == "unknown"]
        assert "502" in told["error"]
        team.repair()
        team.tick("11m")
        with kept(team) as store:
            assert store.open_intents() == ()


def test_calls_told_twice_and_links_made_twice_are_one_after_the_next_tick(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        calling(team)
        team.tick(backfill=True)
        calm_picture = picture(team)
        (call,) = [text for text in team.github_comments(1) if "Please respond" in text]
        team.github("POST", "/web/issues/1/comments", {"body": call}, token="sandbox")
        oldest = next(one["id"] for one in team.github("GET", "/web/issues/1/comments") if one["body"] == call)
        (of_jira,) = [
            one for one in team.jira("GET", "issue/SHOP-1/comment")["comments"] if "Please respond" in one["body"]
        ]
        team.jira("POST", "issue/SHOP-1/comment", {"body": of_jira["body"]}, token="sandbox")
        (link,) = team.jira("GET", "issue/SHOP-1/remotelink")
        again = {name: link[name] for name in ("globalId", "application", "relationship", "object")}
        team.jira("POST", "issue/SHOP-1/remotelink", again, token="sandbox")
        team.wait("1m")
        result = team.tick("10m", backfill=True)
        assert [change.kind for change in result.plan.changes if change.kind != "edit_summary"] == [
            "remove_comment"
        ] * 2
        left = picture(team)
        assert {**left, "summary": ()} == {**calm_picture, "summary": ()}
        assert [one["id"] for one in team.github("GET", "/web/issues/1/comments") if one["body"] == call] == [oldest]
        team.wait("1m")
        assert team.plan("11m", backfill=True).plan.changes == ()
