"""What no delta of GitHub shows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from tests.contract.scenes.github import HOUR, MANAGED, GithubScene, first_reading, row
from tests.contract.scenes.scene import styled
from tests.contract.scenes.served import Served

from hypercare_sync.trackers.http import Transport


def test_ticket_that_left_while_nothing_was_known_keeps_none_of_our_labels(github: GithubScene) -> None:
    first, second, third = github.load(3)
    first_reading(github)
    for ref in (first, second):
        github.tracker.writer.change_labels(ref, styled(MANAGED), [], None)
    github.leave(second)
    follower = first_reading(github)  # the store is lost
    assert follower.known[second].labels == {MANAGED}
    assert not github.source.selects(follower.known[second])
    assert follower.selected() == [1, 3]
    assert third in follower.known


def test_label_of_ours_on_a_ticket_that_comes_by_is_found_within_the_hour(github: GithubScene) -> None:
    github.load(2)
    follower = first_reading(github)
    stray = github.open("Cart empty")
    github.person("PATCH", f"/issues/{stray.key.rpartition('#')[2]}", {"milestone": 1})
    github.tracker.writer.change_labels(stray, styled(MANAGED), [], None)
    github.leave(stray)
    github.pass_time(HOUR)
    follower.read()  # learns that there is such a label
    assert follower.known[stray].labels == {MANAGED}


def test_managed_label_on_a_ticket_of_another_release_is_left_alone_and_not_read_again(github: GithubScene) -> None:
    github.load_rows(row(1), row(2, milestone=None, labels=[{"name": MANAGED}]))
    follower = first_reading(github, suggest_untagged=False)
    assert len(follower.known) == 1
    github.pass_time(HOUR)
    github.served.forget()
    follower.read()
    assert github.served.operations() == ["query Tickets", "query Census"]


def test_labels_that_came_off_a_ticket_that_left_are_seen_at_the_next_reading(github: GithubScene) -> None:
    first, _ = github.load(2)
    github.tracker.writer.change_labels(first, styled(MANAGED), [], None)
    follower = first_reading(github)
    github.leave(first)
    github.pass_time(HOUR)
    follower.read()
    assert follower.known[first].labels == {MANAGED}
    github.tracker.writer.change_labels(first, {}, [MANAGED], None)
    github.served.forget()
    follower.read()
    assert follower.known[first].labels == frozenset()
    assert github.served.operations() == ["query Tickets"]


def test_where_a_ticket_moved_is_told_to_who_runs_the_tick_only(
    github: GithubScene, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    first, second, _ = github.load(3)
    follower = first_reading(github)
    other = GithubScene(served)
    other.load(0)
    target = other.world.repository(*other.repo.split("/"))
    assert target is not None
    github.mutate("transferIssue", issueId=github.issue(first.key)["node_id"], repositoryId=target.node_id)
    github.mutate("deleteIssue", issueId=github.issue(second.key)["node_id"])
    github.pass_time(HOUR)
    reading = follower.read()
    assert reading.gone == {first, second}
    assert reading.notes == ("1 ticket moved to another repository",)
    assert reading.details == (f"{first.key}: moved to {other.repo}#1", f"{second.key}: deleted")
    assert [record for record in caplog.records if record.name.startswith("github")] == []


def test_ticket_that_graphql_does_not_find_but_rest_does_is_not_gone(github: GithubScene) -> None:
    first, _ = github.load(2)
    follower = first_reading(github)
    github.leave(first)
    github.pass_time(HOUR)
    github.client.transport = Forgetful(github.client.transport)
    assert follower.read().gone == frozenset()
    assert first in follower.known


def test_census_of_a_hundred_and_one_takes_two_requests(github: GithubScene) -> None:
    github.load(101)
    follower = first_reading(github)
    github.pass_time(HOUR)
    github.served.forget()
    follower.read()
    assert github.served.operations() == ["query Tickets", "query Census", "query Census"]


@dataclass
class Forgetful:
    """GitHub, whose GraphQL finds no single ticket."""

    transport: Transport

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any) -> tuple[int, Mapping[str, str], str]:
        """The answer."""
        status, headers, text = self.transport.send(method, path, params, body)
        if "t0: issue" not in str((body or {}).get("query")):
            return status, headers, text
        data = json.loads(text)
        data["data"]["repository"]["t0"] = None
        data["errors"] = [
            {"type": "NOT_FOUND", "path": ["repository", "t0"], "message": "Could not resolve to an Issue"}
        ]
        return status, headers, json.dumps(data)
