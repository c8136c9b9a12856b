"""Tickets and repositories that nothing can be written to: told once, set aside, tried again, and never in the others' way."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.sync.flow import Team, a_team

from hypercare_sync.connect import paces
from hypercare_sync.report import exit_code, tick_json
from hypercare_sync.sandbox.grants import read_grant
from hypercare_sync.sandbox.people import OURS
from hypercare_sync.tick_result import Progress
from hypercare_sync.trackers.obstacle import Obstacle


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """A team whose account may sort issues of acme/web, not more."""
    with a_team(tmp_path) as made:
        for name in ("P1", "P3", "breached", "at-risk", "stale"):  # who may only sort issues cannot make labels
            made.github("POST", "/web/labels", {"name": f"hypercare:{name}"})
        made.github("PUT", f"/web/collaborators/{OURS}", {"permission": "triage"})
        yield made


def mutation(team: Team, name: str, **given: str) -> None:
    """Let a colleague do what only GraphQL can."""
    values = ", ".join(f'{key}: "{value}"' for key, value in given.items())
    query = f"mutation {{ {name}(input: {{{values}}}) {{ clientMutationId }} }}"
    headers = {"Authorization": "Bearer person"}
    answer = requests.post(f"{team.base}/api/graphql", json={"query": query}, headers=headers, timeout=10).json()
    assert "errors" not in answer, answer


def node(team: Team, path: str) -> str:
    """The id that GraphQL uses."""
    found: str = team.github("GET", path)["node_id"]
    return found


def told(team: Team, now: str) -> tuple[int, dict[str, int], list[tuple[str, str]]]:
    """A tick's exit code, what became of its changes, and what is set aside."""
    result = team.tick(now, backfill=True)
    document: dict[str, Any] = tick_json(result)
    planned, *became = document["changes"].values()
    assert sum(became) == planned
    return exit_code(result), document["changes"], [(one["key"], one["obstacle"]) for one in document["set_aside"]]


LOCKED = [("acme/web#1", "locked")]


def test_locked_ticket_gets_labels_no_comment_and_is_told_once(team: Team) -> None:
    team.github("PUT", "/web/issues/1/lock")
    code, changes, aside = told(team, "0m")
    assert (code, changes["failed"], aside) == (1, 1, LOCKED)
    assert "hypercare:P1" in team.github_labels(1)
    assert team.github_comments(1) == []
    team.writes()
    code, changes, aside = told(team, "10m")
    assert (code, changes["failed"], aside) == (0, 0, LOCKED)
    assert not any("/issues/1/" in write for write in team.writes())
    assert "1 ticket set aside: not all can be written there that should be" in team.summary()
    assert "acme/web#1: " not in team.summary().partition("Sources")[2]


def test_locked_ticket_is_tried_again_later_each_time_until_it_is_open(team: Team) -> None:
    team.github("PUT", "/web/issues/1/lock")
    told(team, "0m")
    tries = []
    for now in ("59m", "1h", "2h", "2h59m", "3h", "6h", "7h"):
        team.writes()
        code, _, aside = told(team, now)
        assert (code, aside) == (0, LOCKED)
        if any("POST /api/v3/repos/acme/web/issues/1/comments" in write for write in team.writes()):
            tries.append(now)
    assert tries == ["1h", "3h", "7h"]
    team.github("DELETE", "/web/issues/1/lock")
    assert told(team, "15h")[2] == []
    assert len(team.github_comments(1)) == 1


def test_lost_store_costs_one_more_try(team: Team) -> None:
    team.github("PUT", "/web/issues/1/lock")
    told(team, "0m")
    team.forget()
    assert told(team, "10m")[::2] == (1, LOCKED)
    assert told(team, "20m")[::2] == (0, LOCKED)


def test_account_that_may_write_comments_on_what_is_locked(team: Team) -> None:
    team.github("PUT", f"/web/collaborators/{OURS}", {"permission": "push"})
    team.github("PUT", "/web/issues/1/lock")
    assert told(team, "0m")[::2] == (0, [])
    assert len(team.github_comments(1)) == 1


def test_archived_repository_is_told_once_and_the_rest_goes_on(team: Team) -> None:
    team.github("PATCH", "/web", {"archived": True})
    team.writes()
    code, changes, aside = told(team, "0m")
    assert (code, aside) == (1, [("acme/web", "archived")])
    assert changes["failed"] == 3, "the labels of the first ticket, which are one write"
    assert "hypercare:P1" in team.jira_labels("SHOP-1")
    assert [write for write in team.writes() if "/acme/web" in write] == ["POST /api/v3/repos/acme/web/issues/1/labels"]
    assert told(team, "10m")[::2] == (0, [("acme/web", "archived")])
    assert not [write for write in team.writes() if "/acme/web" in write]
    assert "it is archived, so nothing is written there" in team.summary()
    team.github("PATCH", "/web", {"archived": False})
    assert told(team, "1h10m")[::2] == (0, [])
    assert "hypercare:P1" in team.github_labels(1)
    told(team, "1h20m")
    assert "archived" not in team.summary()


def test_archived_home_of_the_summary_is_told_once(team: Team) -> None:
    team.github("PATCH", "/ops", {"archived": True})
    assert told(team, "0m")[::2] == (1, [("acme/ops", "archived")])
    assert told(team, "10m")[::2] == (0, [("acme/ops", "archived")])
    team.github("PATCH", "/ops", {"archived": False})
    assert told(team, "2h")[::2] == (0, [])
    assert len(team.summaries()) == 1


@pytest.mark.parametrize("how", ["deleted", "transferred"])
def test_ticket_that_goes_between_reading_and_writing_is_told_once_and_then_forgotten(team: Team, how: str) -> None:
    told(team, "0m")
    team.wait("20m")
    team.github("PUT", f"/web/collaborators/{OURS}", {"permission": "admin"})
    team.github("POST", "/web/issues/2/labels", {"labels": ["urgent"]})

    def go(_: int) -> None:
        issue = node(team, "/web/issues/2")
        if how == "deleted":
            mutation(team, "deleteIssue", issueId=issue)
        else:
            mutation(team, "transferIssue", issueId=issue, repositoryId=node(team, "/ops"))

    with team.prepared("10m", backfill=True) as tick:
        tick.progress = Progress(writing=go)
        result = tick.sync(paces(tick.config))
    assert exit_code(result) == 1
    assert [(one.key, one.obstacle) for one in result.set_aside] == [("acme/web#2", Obstacle.gone)]
    assert told(team, "20m")[::2] == (0, [("acme/web#2", "gone")])
    team.wait("2h")
    told(team, "2h")
    assert told(team, "4h")[::2] == (0, [])


def test_token_that_may_only_read_is_no_ticket_that_is_gone(team: Team) -> None:
    team.sandbox.accounts._grants["reader"] = read_grant(f"{OURS}:scopes=read:org")
    team.configure(team.config_file.read_text().replace("token: sandbox, pace: off}", "token: reader, pace: off}"))
    team.configure(re.sub(r"(kind: jira.*)token: reader", r"\1token: sandbox", team.config_file.read_text()))
    for now in ("0m", "10m"):
        result = team.tick(now, backfill=True)
        assert exit_code(result) == 5
        assert result.set_aside == ()
    assert "acme/web#1 is there; our account lacks the right to write to it" in " ".join(map(str, result.errors))
