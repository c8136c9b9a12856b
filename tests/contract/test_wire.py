"""What networks and trackers do on a bad day: what is waited for, what is tried again, and what is never taken for an answer."""

import socket
from datetime import timedelta
from typing import NamedTuple

import pytest
from tests.contract.scenes.canned import Canned
from tests.contract.scenes.github import GithubScene
from tests.contract.scenes.jira import JiraScene
from tests.contract.scenes.scene import Follower, document, marker, record
from tests.contract.scenes.served import Served

from hypercare_rules.ticket import Ref
from hypercare_sync.errors import AccessDenied, TrackerError
from hypercare_sync.retry import ATTEMPTS, Rejected, Unanswered
from hypercare_sync.sandbox.faults import FaultName
from hypercare_sync.sandbox.log import Tracker as TrackerKind

HOUR = timedelta(minutes=61)


class Wire(NamedTuple):
    """A served tracker, and how its requests are called there."""

    scene: GithubScene | JiraScene
    kind: TrackerKind
    read: str
    comment: str
    summary: str
    census: int
    last_tries: int = 0

    @property
    def served(self) -> Served:
        """What is served."""
        return self.scene.served


@pytest.fixture(params=["github", "jira"])
def wire(request: pytest.FixtureRequest) -> Wire:
    """Each served tracker in turn.

    `census` is how many reads of a warm tick come before the census, `last_tries` how many follow the last attempt at a page: GitHub
    is then asked whether it was only the page.
    """
    scene = request.getfixturevalue(request.param)
    if isinstance(scene, GithubScene):
        issues = f"POST /repos/{scene.repo}/issues"
        return Wire(scene, "github", "POST /graphql", f"{issues}/1/comments", issues, 1, 1)
    issue = "POST /rest/api/3/issue"
    return Wire(scene, "jira", "POST /rest/api/3/search/jql", f"{issue}/{scene.project}-1/comment", issue, 1)


def _read(wire: Wire, count: int = 1) -> tuple[Follower, list[Ref]]:
    refs = wire.scene.load(count)
    follower = Follower(wire.scene)
    follower.read()
    wire.served.forget()
    return follower, refs


@pytest.mark.parametrize("fault", ["lost", "reset", "502", "truncated"])
def test_comment_without_an_answer_is_looked_for_before_it_is_sent_again(wire: Wire, fault: FaultName) -> None:
    _, (ref,) = _read(wire)
    wire.served.fault(wire.kind, wire.comment, fault)
    wire.scene.tracker.writer.add_comment(ref, marker(), document("Priority P1."))
    assert len(wire.scene.comments(ref)) == 1


@pytest.mark.parametrize("fault", ["lost", "reset", "502", "truncated"])
def test_summary_without_an_answer_is_looked_for_before_it_is_sent_again(wire: Wire, fault: FaultName) -> None:
    _read(wire)
    wire.served.fault(wire.kind, wire.summary, fault)
    created = wire.scene.tracker.writer.create_summary(wire.scene.place, "Shop", document("All well."), record())
    found = wire.scene.tracker.reader.summary(wire.scene.place, "Shop 5.2", None, ())
    assert found.current is not None
    assert (found.current.key, found.current.url, found.doubles) == (*created, ())


def test_creation_is_sent_no_fourth_time(wire: Wire) -> None:
    _, (ref,) = _read(wire)
    wire.served.fault(wire.kind, wire.comment, "502", times=100)
    with pytest.raises(Unanswered, match="502"):
        wire.scene.tracker.writer.add_comment(ref, marker(), document("Priority P1."))
    assert wire.served.sent("write") == 3


@pytest.mark.parametrize("fault", ["502", "reset", "truncated", "lost"])
def test_reading_is_tried_again(wire: Wire, fault: FaultName) -> None:
    wire.scene.load(3)
    wire.served.fault(wire.kind, wire.read, fault, times=2)
    assert len(Follower(wire.scene).read().tickets) == 3
    assert len(wire.served.slept) == 2


@pytest.mark.parametrize("fault", ["502", "reset", "truncated"])
def test_reading_that_stays_unanswered_is_no_reading(wire: Wire, fault: FaultName) -> None:
    follower, _ = _read(wire)
    wire.served.fault(wire.kind, wire.read, fault, times=100)
    with pytest.raises(Unanswered, match=wire.scene.tracker.name):
        follower.read()
    assert wire.served.sent() == ATTEMPTS + wire.last_tries
    assert len(wire.served.slept) == ATTEMPTS - 1


def test_short_wait_that_the_tracker_asks_for_is_kept(wire: Wire) -> None:
    follower, (ref,) = _read(wire)
    for asked in (wire.read, wire.comment):
        wire.served.fault(wire.kind, asked, "429", seconds=7, reason="")  # of no limit in particular
    follower.read()
    wire.scene.tracker.writer.add_comment(ref, marker(), document("Priority P1."))
    assert all(7 <= slept <= 8 for slept in wire.served.slept)
    assert len(wire.served.slept) == 2


def test_long_wait_is_left_to_the_next_tick(wire: Wire) -> None:
    follower, (ref,) = _read(wire)
    wire.served.fault(wire.kind, wire.read, "429", seconds=61, reason="")
    with pytest.raises(Rejected) as reading:
        follower.read()
    assert reading.value.wait == timedelta(seconds=61)
    sent = wire.served.sent()
    with pytest.raises(Rejected, match="not sent; the tracker asked for quiet"):
        wire.scene.tracker.writer.add_comment(ref, marker(), document("Priority P1."))
    assert (wire.served.slept, wire.served.sent()) == ([], sent)


def test_tracker_that_keeps_asking_to_slow_down_is_not_pressed(wire: Wire) -> None:
    _, (ref,) = _read(wire)
    wire.served.fault(wire.kind, wire.comment, "429", seconds=1, times=100)
    with pytest.raises(Rejected):
        wire.scene.tracker.writer.add_comment(ref, marker(), document("Priority P1."))
    assert wire.served.sent("write") == ATTEMPTS


@pytest.mark.parametrize("after", range(5))
def test_page_that_is_empty_where_something_should_be_is_read_a_second_time(wire: Wire, after: int) -> None:
    wire.scene.load(120)
    wire.served.fault(wire.kind, wire.read, "empty", after=after)
    assert len(Follower(wire.scene).read().tickets) == 120


def test_empty_census_is_read_a_second_time(wire: Wire) -> None:
    follower, _ = _read(wire, 12)
    wire.scene.pass_time(HOUR)
    wire.served.fault(wire.kind, wire.read, "empty", after=wire.census)
    reading = follower.read()
    assert (reading.tickets, reading.gone) == ((), frozenset())
    assert len(follower.known) == 12


def test_census_that_stays_empty_is_not_believed(wire: Wire) -> None:
    follower, _ = _read(wire, 12)
    wire.scene.pass_time(HOUR)
    wire.served.fault(wire.kind, wire.read, "empty", after=wire.census, times=100)
    with pytest.raises(TrackerError, match="lists only 0 of 12 known tickets"):
        follower.read()


def test_empty_delta_changes_nothing(wire: Wire) -> None:
    follower, _ = _read(wire, 3)
    wire.served.fault(wire.kind, wire.read, "empty", times=100)
    assert follower.read().gone == frozenset()
    assert len(follower.known) == 3


@pytest.mark.parametrize("kind", [GithubScene, JiraScene])
def test_wrong_token_names_the_tracker(kind: type[GithubScene | JiraScene], served: Served) -> None:
    scene = kind(served, token="wrong")
    with pytest.raises(AccessDenied, match=f"check `token` of tracker {scene.tracker.name!r} in the config"):
        Follower(scene).read()
    assert served.sent() == (2 if kind is JiraScene else 1)  # Jira tells anybody first which of the two it is


def test_nobody_at_the_address_is_unanswered(served: Served) -> None:
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        for scene in (GithubScene(served, api=address), JiraScene(served, site=address)):
            with pytest.raises(Unanswered, match=f"{scene.tracker.name}: .* no answer from {address}"):
                Follower(scene).read()
    assert len(served.slept) == 2 * (ATTEMPTS - 1)


def test_missing_repository_is_said(served: Served) -> None:
    scene = GithubScene(served, repo="acme/nowhere")
    with pytest.raises(TrackerError, match="acme/nowhere"):
        Follower(scene).read()


def test_missing_project_is_said_in_jiras_words(served: Served) -> None:
    scene = JiraScene(served, project="NOWHERE")
    with pytest.raises(TrackerError, match="NOWHERE"):
        Follower(scene).read()


_PAGE = {"pageInfo": {"hasNextPage": True, "endCursor": "same"}, "nodes": []}
_REPOSITORY = {"visibility": "PUBLIC", "milestones": {"nodes": [{"number": 1, "title": "5.2"}]}, "w0": _PAGE}


@pytest.mark.parametrize("found", [{"nodes": [{"title": "5.2", "number": 1}]}, None])
def test_graphql_answer_with_errors_is_never_taken_as_whole(github: GithubScene, found: object) -> None:
    errors = [{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Too much was asked."}]
    body = {"data": {"repository": {"milestones": found}}, "errors": errors}
    github.client.transport = Canned(body)
    with pytest.raises(TrackerError, match="Too much was asked"):
        Follower(github).read()


@pytest.mark.parametrize("kind", ["RATE_LIMITED", "RATE_LIMIT"])
def test_graphql_rate_limit_waits_for_its_reset(github: GithubScene, kind: str) -> None:
    errors = {"errors": [{"type": kind, "message": "API rate limit exceeded"}]}
    until = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1800", "Date": "Thu, 01 Jan 1970 00:10:00 GMT"}
    github.client.transport = Canned(errors, headers=until)
    with pytest.raises(Rejected) as raised:
        Follower(github).read()
    assert raised.value.wait == timedelta(minutes=20)


@pytest.mark.parametrize("body", [{}, [], None, {"data": None}, "text"])
def test_answer_without_data_is_none(github: GithubScene, jira: JiraScene, body: object) -> None:
    for scene in (github, jira):
        scene.client.transport = Canned(body)
        with pytest.raises(TrackerError):
            Follower(scene).read()


def test_page_named_twice_is_no_answer(github: GithubScene, jira: JiraScene) -> None:
    github.client.transport = Canned({"data": {"viewer": {"login": "us"}, "repository": _REPOSITORY}})
    jira.client.transport = Canned({"accountId": "us", "issues": [], "nextPageToken": "same"})
    for scene in (github, jira):
        with pytest.raises(Unanswered, match="same page twice"):
            Follower(scene).read()
