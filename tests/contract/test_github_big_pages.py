"""Pages that GitHub cannot bear, and tickets that it cannot give."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.contract.scenes.github import HOUR, MINUTES, GithubScene, comment, event, first_reading, row
from tests.contract.scenes.scene import GO_LIVE, Follower, source

from hypercare_rules.ticket import Ref
from hypercare_sync.errors import AccessDenied, TrackerError
from hypercare_sync.sandbox.faults import FaultName
from hypercare_sync.trackers.http import Transport


@pytest.mark.parametrize("fault", ["502", "partial"])
@pytest.mark.parametrize("above", [25, 12, 3, 1])
def test_page_that_fails_is_halved_and_all_is_read(github: GithubScene, fault: FaultName, above: int) -> None:
    github.load(60)
    github.served.fault("github", "POST /graphql", fault, above=above, times=1000)
    assert len(first_reading(github).known) == 60


def test_smaller_page_is_kept_for_the_pages_that_follow(github: GithubScene) -> None:
    github.load(100)
    github.served.fault("github", "POST /graphql", "502", above=25, times=1000)
    github.served.forget()
    first_reading(github)
    statuses = [served.status for served in github.served.sandbox.log.served if served.operation == "query Tickets"]
    assert statuses == [502, 200, 200, 200, 200]


@pytest.mark.parametrize("data", ["half", "none"])
@pytest.mark.parametrize("error", ["RESOURCE_LIMITS_EXCEEDED", "timeout", "INTERNAL"])
def test_partial_answer_is_never_taken_as_whole(github: GithubScene, data: str, error: str) -> None:
    github.load(60)
    for after in (1, 2, 3):
        github.served.fault("github", "POST /graphql", "partial", after=after, data=data, error=error)
    assert len(first_reading(github).known) == 60


@pytest.mark.parametrize("error", ["FORBIDDEN", "INSUFFICIENT_SCOPES"])
def test_missing_permission_is_no_big_page(github: GithubScene, error: str) -> None:
    github.load(3)
    github.served.fault("github", "POST /graphql", "partial", after=1, error=error)
    with pytest.raises(AccessDenied, match="our account lacks the permission"):
        first_reading(github)


def test_everything_partial_is_no_reading(github: GithubScene) -> None:
    github.load(3)
    github.served.fault("github", "POST /graphql", "partial", times=1000)
    with pytest.raises(TrackerError, match="Resource limits"):
        first_reading(github)


@pytest.mark.parametrize("status", [200, 502])
def test_ticket_that_cannot_be_read_alone_is_set_aside_and_the_others_go_on(github: GithubScene, status: int) -> None:
    refs = github.load(70)
    follower = first_reading(github)
    before = follower.known[refs[6]]
    github.pass_time(MINUTES)
    for ref in refs:
        github.comment(ref, "Unreadable." if ref == refs[6] else "Still broken here.")
    poisoned = Poisoned(github.client.transport, status)
    github.client.transport = poisoned
    reading = follower.read()
    assert len(reading.tickets) == 69
    assert follower.known[refs[6]] == before
    assert reading.notes == (f"gh {github.repo}: 1 ticket could not be read; what is known of them is kept",)
    assert [(one.key, one.new) for one in reading.unread] == [(refs[6].key, True)]
    github.pass_time(MINUTES)
    assert [(one.key, one.new, one.tries) for one in follower.read().unread] == [(refs[6].key, False, 1)]
    github.client.transport = poisoned.transport
    github.pass_time(HOUR)
    assert follower.read().notes == ()
    assert [one.text for one in follower.known[refs[6]].comments] == ["Unreadable."]


def test_history_that_comes_in_part_is_asked_for_in_smaller_pages(github: GithubScene) -> None:
    events = [event(number, "labeled", label={"name": f"label-{number}"}) for number in range(40)]
    github.load_rows({**row(1), "timeline": events}, row(2))
    github.served.fault("github", "POST /graphql", "partial", after=2, data="none", times=2)
    github.source = source("gh", github.repo)
    follower = Follower(github)
    assert len(follower.read().tickets) == 2
    assert len(follower.known[Ref("gh", f"{github.repo}#1")].history) == 40


def test_ticket_whose_history_cannot_be_read_is_set_aside(github: GithubScene) -> None:
    events = [event(number, "labeled", label={"name": f"label-{number}"}) for number in range(40)]
    github.load_rows({**row(1), "timeline": events}, row(2))
    github.served.fault("github", "POST /graphql", "partial", after=2, data="none", times=7)
    github.source = source("gh", github.repo)
    reading = Follower(github).read()
    assert [ticket.ref.key for ticket in reading.tickets] == [f"{github.repo}#2"]
    assert [one.key for one in reading.unread] == [f"{github.repo}#1"]


@pytest.mark.parametrize("created", [GO_LIVE - timedelta(days=1), GO_LIVE + timedelta(days=1)])
def test_newcomer_that_cannot_be_read_is_missed_only_if_it_is_one(github: GithubScene, created: datetime) -> None:
    spoilt = {"milestone": None, "created_at": f"{created:%Y-%m-%dT%H:%M:%SZ}", "updated_at": "2026-11-10T08:00:00Z"}
    newer = {"milestone": None, "created_at": "2026-11-05T08:00:00Z"}
    github.load_rows(row(1), {**row(2, **spoilt), "comments": [{**comment(1), "body": "Unreadable."}]}, row(3, **newer))
    github.client.transport = Poisoned(github.client.transport, 200)
    github.source = source("gh", github.repo)
    reading = Follower(github).read()
    assert {ticket.ref.key for ticket in reading.tickets} == {f"{github.repo}#{number}" for number in (1, 3)}
    assert len(reading.unread) == (created > GO_LIVE)


def test_census_is_halved_as_well(github: GithubScene) -> None:
    github.load(120)
    follower = first_reading(github)
    github.pass_time(HOUR)
    for above in (25, 50):
        github.served.fault("github", "POST /graphql", "partial", above=above, times=1)
    assert follower.read().gone == frozenset()


@dataclass
class Poisoned:
    """GitHub, where one comment makes every answer fail that it is in: with part of the data, or without an answer."""

    transport: Transport
    status: int

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any) -> tuple[int, Mapping[str, str], str]:
        """The answer."""
        status, headers, text = self.transport.send(method, path, params, body)
        if "Unreadable." not in text:
            return status, headers, text
        error = {"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits for this query exceeded."}
        return self.status, headers, json.dumps({"data": {"repository": None}, "errors": [error]})
