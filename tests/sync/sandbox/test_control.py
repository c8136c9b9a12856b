"""The sandbox's own paths: its log, its clock; and what surrounds the trackers."""

import copy
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests
from tests.sync.sandbox.conftest import START, Api

from hypercare_sync.errors import ConfigError
from hypercare_sync.sandbox.clock import Clock
from hypercare_sync.sandbox.people import Accounts
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Sandbox


@pytest.fixture
def quiet(base: str) -> Iterator[str]:
    """The base address, with an empty log."""
    assert requests.delete(f"{base}/_sandbox/requests", timeout=5).status_code == 204
    yield base
    requests.delete(f"{base}/_sandbox/requests", timeout=5)


def _served(base: str) -> list[tuple[str, ...]]:
    rows = requests.get(f"{base}/_sandbox/requests", timeout=5).json()["requests"]
    return [tuple(str(row[key]) for key in ("tracker", "kind", "method", "path", "status")) for row in rows]


def test_log_lists_what_the_trackers_served_and_nothing_else(api: Api, quiet: str) -> None:
    api.open()
    api("GET", "/issues?state=all")
    requests.get(f"{quiet}/api/v3/user", timeout=5)
    jira = ("bot@example.com", "sandbox")
    requests.get(f"{quiet}/jira/rest/api/3/myself", auth=jira, timeout=5)
    requests.post(f"{quiet}/jira/rest/api/3/search/jql", json={"jql": "project = X"}, auth=jira, timeout=5)
    requests.get(quiet, timeout=5)
    requests.get(f"{quiet}/_sandbox/clock", timeout=5)
    assert _served(quiet) == [
        ("github", "write", "POST", f"/api/v3/repos/{api.repo}/issues", "201"),
        ("github", "read", "GET", f"/api/v3/repos/{api.repo}/issues", "200"),
        ("github", "read", "GET", "/api/v3/user", "401"),
        ("jira", "read", "GET", "/jira/rest/api/3/myself", "200"),
        ("jira", "read", "POST", "/jira/rest/api/3/search/jql", "200"),
    ]


def test_graphql_is_listed_by_its_operation(api: Api, quiet: str) -> None:
    api.open()
    api.graphql("query Names { viewer { login } }")
    api.graphql("{ viewer { login } }")
    api.graphql(
        'mutation Say($id: ID!) { addComment(input: {subjectId: $id, body: "Hi"}) { subject { id } } }',
        id=api.issue(1)["node_id"],
    )
    rows = requests.get(f"{quiet}/_sandbox/requests", timeout=5).json()["requests"]
    told = [(row["kind"], row["operation"]) for row in rows if row["path"] == "/api/graphql"]
    assert told == [("read", "query Names"), ("read", "query"), ("write", "mutation Say")]


def test_clock_moves_on_and_never_back(base: str) -> None:
    def now() -> datetime:
        return datetime.fromisoformat(requests.get(f"{base}/_sandbox/clock", timeout=5).json()["now"])

    before = now()
    moved = requests.post(f"{base}/_sandbox/clock", json={"advance": "2h30m"}, timeout=5)
    assert moved.status_code == 200
    assert timedelta(hours=2, minutes=30) <= now() - before < timedelta(hours=2, minutes=31)
    told = parsedate_to_datetime(requests.get(f"{base}/api/v3/user", timeout=5).headers["Date"])
    assert told - before >= timedelta(hours=2, minutes=29)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"advance": "soon"}', b'{"advance": "-2h"}', b'{"advance": 5}', b"{}"]
)
def test_clock_says_what_it_takes(base: str, body: bytes) -> None:
    refused = requests.post(f"{base}/_sandbox/clock", data=body, timeout=5)
    assert refused.status_code == 400
    assert 'write {"advance": "2h30m"}' in refused.json()["message"]


def test_both_trackers_live_in_one_time(api: Api) -> None:
    now = api.later()
    api.open()
    assert api.issue(1)["created_at"] >= now
    told = requests.get(f"{api.base}/jira/rest/api/3/serverInfo", timeout=5).json()["serverTime"]
    assert told[:16] == now[:16]


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/api/v3/none", "Not Found"),
        ("/api/nothing", "Not Found"),
        ("/jira/rest/api/3/none", "errorMessages"),
        ("/_sandbox/none", "/_sandbox/requests"),
        ("/none", "no such page"),
        ("/a/b/c/d", "no such page"),
    ],
)
def test_unknown_path_is_not_found_in_the_words_of_its_place(base: str, path: str, word: str) -> None:
    missing = requests.get(base + path, timeout=5)
    assert missing.status_code == 404
    assert word in missing.text


def test_defect_of_ours_is_answered_logged_and_listed(caplog: pytest.LogCaptureFixture) -> None:
    sandbox = Sandbox.new(START)
    sandbox.github.repositories = None  # type: ignore[assignment]
    with running(sandbox) as base:
        headers = {"Authorization": "Bearer sandbox"}
        broken = requests.get(f"{base}/api/v3/repos/acme/web", headers=headers, timeout=5)
        assert (broken.status_code, broken.json()) == (500, {"message": "Server Error"})
        assert [row[-1] for row in _served(base)] == ["500"]
    assert "The sandbox could not serve GET /api/v3/repos/acme/web" in caplog.text


def test_latency_is_added_to_the_trackers_answers() -> None:
    sandbox = Sandbox.new(START)
    sandbox.latency = timedelta(milliseconds=250)
    with running(sandbox) as base:
        assert requests.get(f"{base}/api/v3/user", timeout=5).elapsed >= timedelta(milliseconds=250)
        assert requests.get(f"{base}/_sandbox/clock", timeout=5).elapsed < timedelta(milliseconds=250)


def test_taken_port_is_named(base: str) -> None:
    port = int(base.rpartition(":")[2])
    with pytest.raises(ConfigError, match=f"--port {port}: cannot listen there"), running(Sandbox.new(START), port):
        pass


def test_world_is_copied_and_pickled_whole(api: Api) -> None:
    api.open()
    for copied in (copy.deepcopy(api.sandbox), pickle.loads(pickle.dumps(api.sandbox))):
        there = copied.github.repositories[api.repo]
        there.issues[1].title = "Changed in the copy"
        assert api.issue(1)["title"] == "Cart broken"


def test_clock_starts_where_it_is_told_to_and_runs_on() -> None:
    clock = Clock(datetime.fromisoformat("2026-11-21T13:00+01:00"))
    first = clock.now()
    assert (first.tzinfo, first - START < timedelta(minutes=1)) == (UTC, True)
    assert START <= first <= clock.now()
    with pytest.raises(ValueError, match="only goes forward"):
        clock.advance(timedelta(seconds=-1))


def test_accounts_are_the_same_in_every_sandbox() -> None:
    first, second = Accounts({"t": "ana"}), Accounts()
    assert first.by_token("t") == second.named("ana")
    assert (second.by_token("t"), second.by_token("wrong")) == (None, None)
    assert [first.by_token(token).login for token in ("sandbox", "person")] == ["hypercare-bot", "pat"]  # type: ignore[union-attr]
    assert (first.named("helper[bot]").bot, first.named("ana").bot) == (True, False)
    assert (first.holder("Ana"), second.holder("ana")) == (first.named("ana"), None)
