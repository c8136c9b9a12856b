"""Tickets that take nothing of what the tracker takes of others: told once, set aside, tried again, and never in the others' way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.sync import flow
from tests.sync.flow import Team, a_crowd, a_team

from hypercare_sync.report import exit_code, tick_json

_JIRA, _GITHUB = "/jira/rest/api/3/issue/SHOP-", "/api/v3/repos/acme/web/issues/"


@dataclass
class Refusing:
    """Serves `app`, but answers `status` to changes of labels and fields, and to comments, of the tickets with these `numbers`.

    `struck` are the paths of those.
    """

    app: ASGIApp
    status: int = 502
    numbers: tuple[int, ...] = ()
    comments: bool = True
    struck: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["method"] != "GET" and self._hits(scope["path"]):
            self.struck.append(scope["path"])
            answer = JSONResponse({"errorMessages": ["No."], "message": "No."}, self.status)
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _hits(self, path: str) -> bool:
        edits = {ends for n in self.numbers for ends in (f"{_JIRA}{n}", f"{_GITHUB}{n}/labels")}
        comments = {ends for n in self.numbers for ends in (f"{_JIRA}{n}/comment", f"{_GITHUB}{n}/comments")}
        return path in edits or (self.comments and path in comments)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """A team with some more tickets on each tracker."""
    with a_team(tmp_path) as made:
        a_crowd(made, 3)
        yield made


@pytest.fixture
def trackers(team: Team) -> Refusing:
    """Both trackers, which refuse nothing yet."""
    assert team
    made = Refusing(flow._stage[-1])
    flow._stage[-1] = made
    return made


def told(team: Team, now: str) -> tuple[int, set[tuple[str, str]]]:
    """A tick's exit code, and what is set aside."""
    result = team.tick(now, backfill=True)
    document: dict[str, Any] = tick_json(result)
    planned, *became = document["changes"].values()
    assert sum(became) == planned
    return exit_code(result), {(one["key"], one["obstacle"]) for one in document["set_aside"]}


def aside(*keys: str) -> set[tuple[str, str]]:
    """What is set aside of tickets that take neither labels nor comments."""
    return {(key, f"refuses_{what}") for key in keys for what in ("edits", "comments")}


def labelled(team: Team, *numbers: int) -> bool:
    """Whether all these have our labels."""
    return all(
        any(label.startswith("hypercare:P") for label in labels)
        for number in numbers
        for labels in (team.github_labels(number), team.jira_labels(f"SHOP-{number}"))
    )


@pytest.mark.parametrize(("status", "code"), [(400, 1), (403, 5), (409, 1), (413, 1), (422, 1), (500, 1), (502, 1)])
def test_ticket_that_takes_nothing_is_told_once_and_blocks_no_other(
    team: Team, trackers: Refusing, status: int, code: int
) -> None:
    trackers.numbers, trackers.status = (1,), status
    assert told(team, "0m") == (code, aside("SHOP-1", "acme/web#1"))
    assert labelled(team, 2, 11, 12, 13)
    note = "1 ticket set aside: not all can be written there that should be"
    assert told(team, "10m") == (0, aside("SHOP-1", "acme/web#1"))
    assert note not in team.summary()  # it was refused once only when this tick began
    assert told(team, "15m") == (0, aside("SHOP-1", "acme/web#1"))
    assert note in team.summary()
    trackers.numbers = ()
    assert told(team, "2h") == (0, set())
    assert labelled(team, 1)
    assert len(team.github_comments(1)) == len(team.jira_comments("SHOP-1")) == 1


def test_ticket_that_takes_nothing_is_tried_again_with_the_next_tick_and_then_later_each_time(
    team: Team, trackers: Refusing
) -> None:
    trackers.numbers = (1,)
    tried = []
    for minutes in range(0, 240, 10):
        trackers.struck.clear()
        assert told(team, f"{minutes}m")[0] == (minutes == 0)
        if trackers.struck:
            tried.append(minutes)
    assert tried == [0, 10, 20, 40, 80, 160]


def test_several_tickets_that_are_never_answered_block_the_others_for_some_ticks_only(
    team: Team, trackers: Refusing
) -> None:
    trackers.numbers = (1, 11, 12)
    codes = [told(team, f"{minutes}m")[0] for minutes in (0, 10, 20, 30)]
    assert labelled(team, 2, 13)
    assert (codes[0], codes[-1]) == (1, 0)
    assert told(team, "40m") == (0, aside("SHOP-1", "acme/web#1") | {
        (key, "refuses_edits") for n in (11, 12) for key in (f"SHOP-{n}", f"acme/web#{n}")
    })  # fmt: skip
    trackers.numbers = ()
    assert told(team, "2h") == (0, set())
    assert labelled(team, 1, 2, 11, 12, 13)


def test_ticket_that_takes_no_labels_gets_its_comments(team: Team, trackers: Refusing) -> None:
    trackers.numbers, trackers.status, trackers.comments = (1,), 422, False
    assert told(team, "0m") == (1, {("SHOP-1", "refuses_edits"), ("acme/web#1", "refuses_edits")})
    assert len(team.github_comments(1)) == len(team.jira_comments("SHOP-1")) == 1
    assert told(team, "10m")[0] == 0


def test_tracker_that_is_down_is_no_ticket_that_takes_nothing(team: Team) -> None:
    for tracker in ("jira", "github"):
        team.sandbox.faults.planted += [
            flow.Fault(tracker, method, "/", "502", after=2, times=10**5)  # type: ignore[arg-type]
            for method in ("PUT", "POST", "PATCH", "DELETE")
        ]
    for now in ("0m", "10m", "20m"):
        assert told(team, now) == (1, set())
    team.repair()
    assert told(team, "30m") == (0, set())
    assert labelled(team, 1, 2, 11, 12, 13)
