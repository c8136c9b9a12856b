"""Tickets that cannot be read: told once, set aside, tried again at growing intervals, and never in the others' way."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.faults.spoiling import Reply
from tests.sync import flow
from tests.sync.flow import BEFORE, MILESTONE, Team, a_team, jira_rows, load_rows
from tests.sync.sandbox import jira_site

from hypercare_sync.report import exit_code, tick_json
from hypercare_sync.sandbox.world import Flavour


def unanswered(reply: Reply) -> None:
    """No answer but a status."""
    reply.status, reply.body = 502, b"<html>Bad gateway"


def malformed(reply: Reply) -> None:
    """A shape that nobody sends."""
    reply.body = b'[{"odd": true}]'


def forbidden(reply: Reply) -> None:
    """A refusal of this one thing."""
    reply.status, reply.body = 403, b'{"errorMessages": ["You may not see this."]}'


def missing(reply: Reply) -> None:
    """Not there."""
    reply.status, reply.body = 404, b'{"errorMessages": ["There is no such thing."]}'


def odd_labels(reply: Reply) -> None:
    """Labels of one ticket in a shape that we do not understand."""

    def walk(value: Any) -> None:
        for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(member)
        if isinstance(value, dict) and {value.get("title"), value.get("summary")} & {
            "Checkout is down",
            "Payments fail",
        }:
            value["labels"] = "odd"

    body = json.loads(reply.body)
    walk(body)
    reply.body = json.dumps(body).encode()


@dataclass(frozen=True)
class Case:
    """What is wrong: with which ticket, in which flavour, how, and in the answers to which requests."""

    ticket: str
    flavour: Flavour
    asked: str
    do: Callable[[Reply], None]


LISTS = "query Tickets"
CASES = {
    "a history that GitHub cannot give": Case("web-github:acme/web#4", "cloud", "query RestOfTicket", unanswered),
    "a history of an odd shape on GitHub": Case("web-github:acme/web#4", "cloud", "query RestOfTicket", malformed),
    "labels that are none on GitHub": Case("web-github:acme/web#1", "cloud", LISTS, odd_labels),
    "labels that are none on Jira": Case("shop-jira:SHOP-1", "cloud", "/rest/api/", odd_labels),
    "labels that are none on Data Center": Case("shop-jira:SHOP-1", "datacenter", "/rest/api/", odd_labels),
    "comments that Jira cannot give": Case("shop-jira:SHOP-4", "cloud", "issue/SHOP-4", unanswered),
    "comments of an odd shape": Case("shop-jira:SHOP-4", "cloud", "issue/SHOP-4", malformed),
    "comments that we may not see": Case("shop-jira:SHOP-4", "cloud", "issue/SHOP-4", forbidden),
    "comments that are not there": Case("shop-jira:SHOP-4", "cloud", "issue/SHOP-4/comment", missing),
}  # fmt: skip


@dataclass
class Poisoned:
    """Serves `app`, and spoils what is asked about one ticket; counts how often it did."""

    app: ASGIApp
    case: Case
    on: bool = True
    struck: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked, reply = bytearray(scope["path"].encode()), Reply(200, [], b"")

        async def told() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = [(name.decode().lower(), value.decode()) for name, value in message["headers"]]
            else:
                reply.body += message.get("body", b"")

        await self.app(scope, told, keep)
        mine = self.on and b"sandbox" in _sign(scope)
        if mine and self.case.asked in asked.decode() and not reply.body.startswith(b"<"):
            self.struck += 1
            self.case.do(reply)
        reply.header("content-length", str(len(reply.body)))
        headers = [(name.encode(), value.encode()) for name, value in reply.headers]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})


def _sign(scope: Scope) -> bytes:
    """How who asks is signed in: people's questions are not spoilt."""
    import base64

    told: bytes = dict(scope["headers"]).get(b"authorization", b"")
    kind, _, value = told.partition(b" ")
    return base64.b64decode(value) if kind == b"Basic" else value


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture
def team(case: Case, tmp_path: Path) -> Iterator[Team]:
    """A team with a ticket more on each tracker, which has more comments than a page brings."""
    with a_team(tmp_path, flavour=case.flavour) as made:
        written = [{"body": f"Comment {n}.", "user": {"login": "cleo"}, "created_at": f"{BEFORE}Z"} for n in range(25)]
        issue = {
            "number": 4,
            "title": "Long story",
            "milestone": MILESTONE,
            "user": {"login": "cleo"},
            "created_at": f"{BEFORE}Z",
        }
        said = {"comments": [jira_site.comment(n) for n in range(30)], "total": 30, "maxResults": 30, "startAt": 0}
        fields = {**jira_rows()[1]["fields"], "summary": "Long story", "comment": said}
        load_rows(
            made.sandbox,
            tmp_path,
            [{"issue": issue, "comments": written}],
            [{"id": "99004", "key": "SHOP-4", "fields": fields}],
        )
        yield made


@pytest.fixture
def poison(team: Team, case: Case) -> Poisoned:
    """What spoils the one ticket."""
    assert team
    made = Poisoned(flow._stage[-1], case)
    flow._stage[-1] = made
    return made


def told(team: Team, now: str) -> tuple[int, list[tuple[str, str]]]:
    """A tick's exit code, and what is set aside."""
    result = team.tick(now, backfill=True)
    aside: list[Mapping[str, Any]] = tick_json(result)["set_aside"]
    return exit_code(result), [(f"{one['tracker']}:{one['key']}", one["obstacle"]) for one in aside]


def labels(team: Team, ticket: str) -> set[str]:
    """The labels of a ticket."""
    key = ticket.partition(":")[2]
    return team.github_labels(int(key.partition("#")[2])) if "#" in key else team.jira_labels(key)


def test_ticket_that_cannot_be_read_is_told_once_and_the_others_go_on(team: Team, case: Case, poison: Poisoned) -> None:
    aside = [(case.ticket, "unreadable")]
    assert told(team, "0m") == (1, aside)
    assert poison.struck
    for other in {"web-github:acme/web#1", "web-github:acme/web#2", "shop-jira:SHOP-1", "shop-jira:SHOP-2"} - {
        case.ticket
    }:
        assert any(label.startswith("hypercare:P") for label in labels(team, other)), other
    assert not any(label.startswith("hypercare:") for label in labels(team, case.ticket))
    team.wait("20m")
    assert told(team, "10m") == (0, aside)
    assert "1 ticket could not be read" in team.summary() or case.ticket.startswith("shop-jira")
    poison.on = False
    team.wait("2h")
    assert told(team, "20m") == (0, [])
    assert any(label.startswith("hypercare:P") for label in labels(team, case.ticket))


def test_ticket_that_was_known_stays_as_it_was_until_it_can_be_read(team: Team, case: Case, poison: Poisoned) -> None:
    poison.on = False
    assert told(team, "0m") == (0, [])
    before = labels(team, case.ticket)
    team.wait("20m")
    team.tick("20m", backfill=True)
    poison.on = True
    if "#" in case.ticket:
        number = case.ticket.partition("#")[2]
        team.github("POST", f"/web/issues/{number}/labels", {"labels": ["hypercare-override:P4"]})
    else:
        team.jira(
            "PUT", f"issue/{case.ticket.partition(':')[2]}", {"update": {"labels": [{"add": "hypercare-override:P4"}]}}
        )
    team.writes()
    assert told(team, "30m") == (1, [(case.ticket, "unreadable")])
    assert not [one for one in team.writes() if one.endswith(("/labels", case.ticket.partition(":")[2]))]
    assert labels(team, case.ticket) == before | {"hypercare-override:P4"}
    poison.on = False
    team.wait("2h")
    assert told(team, "40m") == (0, [])
    assert "hypercare:P4" in labels(team, case.ticket)


def test_ticket_that_cannot_be_read_is_tried_again_later_each_time(team: Team, case: Case, poison: Poisoned) -> None:
    if case.do is missing:
        pytest.skip("the issue as a whole can be read")
    told(team, "0m")
    team.wait("15m")
    tried = []
    for hour in range(9):
        poison.struck = 0
        code, aside = told(team, "0m")
        assert (code, aside) == (0, [(case.ticket, "unreadable")])
        if poison.struck:
            tried.append(hour)
        team.wait("1h")
    if case.do is not odd_labels:  # what is read whatever comes of it is not counted
        assert tried == [1, 3, 7]


def test_tracker_that_is_down_is_no_ticket_that_cannot_be_read(team: Team, case: Case, poison: Poisoned) -> None:
    poison.on = False
    told(team, "0m")
    team.wait("20m")
    team.forget()
    for tracker in ("jira", "github"):
        team.sandbox.faults.planted.append(flow.Fault(tracker, "*", "/", "502", after=1, times=10**5))  # type: ignore[arg-type]
    result = team.tick("30m", backfill=True)
    assert result.set_aside == ()
    assert all(one.error for release in result.releases for one in release.collected)
