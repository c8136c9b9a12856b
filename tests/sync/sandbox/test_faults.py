"""Planted faults: each does what its name says, as often as told, to whom it is meant for."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from tests.sync.sandbox.conftest import Api

JIRA = ("bot@example.com", "sandbox")


@pytest.fixture(autouse=True)
def _cleared(base: str) -> Iterator[None]:
    yield
    assert requests.delete(f"{base}/_sandbox/faults", timeout=5).status_code == 204


def _plant(base: str, **fault: Any) -> None:
    response = requests.post(f"{base}/_sandbox/faults", json={"tracker": "github", **fault}, timeout=5)
    assert response.status_code == 201, response.text


def test_502_is_answered_and_nothing_is_done(api: Api) -> None:
    _plant(api.base, match="POST /repos", fault="502")
    assert api("POST", "/issues", {"title": "x"}).status_code == 502
    assert api("GET", "/issues").json() == []


def test_fault_lets_some_pass_strikes_some_and_is_over(api: Api) -> None:
    _plant(api.base, match="GET /repos", fault="502", after=2, times=2)
    statuses = [api("GET", "").status_code for _ in range(6)]
    assert statuses == [200, 200, 502, 502, 200, 200]


@pytest.mark.parametrize(
    ("match", "struck"),
    [("GET /repos", True), ("* /", True), ("get /repos", True), ("POST /repos", False), ("GET /graphql", False)],
)
def test_fault_strikes_only_what_it_is_meant_for(api: Api, match: str, struck: bool) -> None:
    _plant(api.base, match=match, fault="502")
    assert (api("GET", "").status_code == 502) is struck


def test_fault_of_one_tracker_spares_the_other(api: Api) -> None:
    _plant(api.base, match="* /", fault="502")
    assert requests.get(f"{api.base}/jira/rest/api/3/myself", auth=JIRA, timeout=5).status_code == 200


def test_graphql_is_struck_by_its_own_path(api: Api) -> None:
    _plant(api.base, match="POST /graphql", fault="502")
    body = {"query": "{ viewer { login } }"}
    assert api.session.post(f"{api.base}/api/graphql", json=body, timeout=5).status_code == 502


def test_429_of_github_is_its_secondary_limit(api: Api) -> None:
    _plant(api.base, match="POST /repos", fault="429", seconds=7)
    refused = api("POST", "/issues", {"title": "x"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")
    assert "secondary rate limit" in refused.json()["message"]


def test_429_of_jira_says_which_limit(api: Api) -> None:
    _plant(api.base, tracker="jira", match="GET /rest/api/3/myself", fault="429", seconds=3)
    refused = requests.get(f"{api.base}/jira/rest/api/3/myself", auth=JIRA, timeout=5)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3")
    assert refused.headers["RateLimit-Reason"] == "jira-burst-based"
    assert refused.headers["X-RateLimit-Reset"]


@pytest.mark.parametrize(("fault", "done"), [("reset", 0), ("lost", 1)])
def test_connection_ends_without_an_answer(api: Api, fault: str, done: int) -> None:
    _plant(api.base, match="POST /repos", fault=fault)
    requests.delete(f"{api.base}/_sandbox/requests", timeout=5)
    with pytest.raises(requests.ConnectionError):
        api("POST", "/issues", {"title": "x"})
    [row] = requests.get(f"{api.base}/_sandbox/requests", timeout=5).json()["requests"]
    assert (row["kind"], row["status"], row["fault"]) == ("write", None, fault)
    assert len(api("GET", "/issues").json()) == done


def test_not_one_byte_comes_back_after_a_reset(api: Api) -> None:
    _plant(api.base, match="GET /user", fault="reset")
    host, _, port = api.base.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as line:
        line.sendall(b"GET /api/v3/user HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(100) == b""


def test_timeout_holds_the_line_and_then_ends_it(api: Api) -> None:
    _plant(api.base, match="GET /repos", fault="timeout", seconds=0.2)
    start = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        api("GET", "")
    assert time.monotonic() - start >= 0.2
    _plant(api.base, match="GET /repos", fault="timeout", seconds=0.4)
    with pytest.raises(requests.ReadTimeout):
        api.session.get(f"{api.base}/api/v3/repos/{api.repo}", timeout=0.1)


def test_truncated_answer_is_complete_http_and_broken_json(api: Api) -> None:
    api.open()
    whole = api("GET", "/issues")
    _plant(api.base, match="GET /repos", fault="truncated")
    cut = api("GET", "/issues")
    assert (cut.status_code, cut.headers["Content-Length"]) == (200, str(len(cut.content)))
    assert 0 < len(cut.content) < len(whole.content)
    assert whole.content.startswith(cut.content)
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut.content)


def test_empty_list_is_the_last_page(api: Api) -> None:
    for _ in range(2):
        api.open()
    _plant(api.base, match="GET /repos", fault="empty")
    empty = api("GET", "/issues?per_page=1")
    assert (empty.status_code, empty.json(), "Link" in empty.headers) == (200, [], False)
    assert len(api("GET", "/issues?per_page=1").json()) == 1


def test_empty_connection_is_the_last_page(api: Api) -> None:
    for _ in range(2):
        api.open()
    _plant(api.base, match="POST /graphql", fault="empty")
    page = api.repository(
        "nameWithOwner issues(first: 1) { totalCount nodes { number } pageInfo { hasNextPage endCursor } }"
    )
    assert page["nameWithOwner"] == api.repo
    assert page["issues"] == {"totalCount": 0, "nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}


def test_empty_search_of_jira_is_the_last_page(api: Api) -> None:
    _plant(api.base, tracker="jira", match="POST /rest/api/3/search/jql", fault="empty")
    url = f"{api.base}/jira/rest/api/3/search/jql"
    found = requests.post(url, json={"jql": "project = SHOP"}, auth=JIRA, timeout=5)
    assert found.status_code == 200
    assert (found.json()["issues"], found.json()["isLast"]) == ([], True)


def test_empty_spares_writes(api: Api) -> None:
    _plant(api.base, match="* /repos", fault="empty")
    assert api("POST", "/issues", {"title": "x"}).json()["number"] == 1
    assert api("GET", "/issues").json() == []


def test_lag_is_handed_to_jira_until_faults_are_cleared(api: Api) -> None:
    _plant(api.base, tracker="jira", fault="lag", seconds=30)
    assert api.sandbox.jira.lag.total_seconds() == 30
    requests.delete(f"{api.base}/_sandbox/faults", timeout=5)
    assert api.sandbox.jira.lag.total_seconds() == 0


def test_planted_faults_are_listed_with_what_they_did(api: Api) -> None:
    _plant(api.base, match="GET /repos", fault="502", times=3)
    api("GET", "")
    listed = requests.get(f"{api.base}/_sandbox/faults", timeout=5).json()["faults"]
    assert listed == [
        {"tracker": "github", "match": "GET /repos", "after": 0, "times": 3, "fault": "502", "seconds": 5, "struck": 1}
    ]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (None, "not a JSON object"),
        ([], "not a JSON object"),
        ({"tracker": "gitlab", "match": "GET /", "fault": "502"}, "no such tracker: 'gitlab'"),
        ({"tracker": "github", "match": "GET /", "fault": "fire"}, "no such fault: 'fire'"),
        ({"tracker": "github", "fault": "502"}, "not a match"),
        ({"tracker": "github", "match": "/repos", "fault": "502"}, "not a match"),
        ({"tracker": "github", "match": "GET /", "fault": "lag"}, "lag is of Jira"),
        ({"tracker": "github", "match": "GET /", "fault": "502", "times": -1}, "times is no count"),
        ({"tracker": "github", "match": "GET /", "fault": "502", "after": "3"}, "after is no count"),
        ({"tracker": "github", "match": "GET /", "fault": "502", "times": True}, "times is no count"),
        ({"tracker": "github", "match": "GET /", "fault": "502", "when": "now"}, "unknown: when"),
    ],
)
def test_what_is_no_fault_is_refused_with_what_is(base: str, body: Any, word: str) -> None:
    refused = requests.post(f"{base}/_sandbox/faults", json=body, timeout=5)
    assert refused.status_code == 400
    assert word in refused.json()["message"]
    assert '"truncated"|"empty"|"lag"' in refused.json()["message"]
    assert requests.get(f"{base}/_sandbox/faults", timeout=5).json()["faults"] == []


def _answered(api: Api, query: str) -> requests.Response:
    return api.session.post(f"{api.base}/api/graphql", json={"query": query}, timeout=5)


def _titles(api: Api, first: int) -> str:
    owner, _, name = api.repo.partition("/")
    return f'{{ repository(owner: "{owner}", name: "{name}") {{ issues(first: {first}) {{ totalCount nodes {{ title labels(first: 90) {{ totalCount }} }} }} }} }}'


def test_primary_limit_of_rest_tells_when_it_is_over(api: Api) -> None:
    _plant(api.base, match="GET /repos", fault="primary", seconds=90)
    refused = api("GET", "")
    assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (403, "0")
    assert 80 < int(refused.headers["X-RateLimit-Reset"]) - api.sandbox.clock.now().timestamp() <= 90
    assert "API rate limit exceeded" in refused.json()["message"]
    assert "Retry-After" not in refused.headers


def test_primary_limit_of_graphql_is_an_error_in_a_good_answer(api: Api) -> None:
    _plant(api.base, match="POST /graphql", fault="primary")
    refused = _answered(api, "{ viewer { login } }")
    assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (200, "0")
    assert refused.json()["errors"][0]["type"] == "RATE_LIMIT"
    assert "data" not in refused.json()


@pytest.mark.parametrize(("retry_after", "form"), [("seconds", "30"), ("date", "GMT"), ("none", "")])
@pytest.mark.parametrize(("fault", "status"), [("secondary", 403), ("429", 429)])
def test_secondary_limit_tells_the_wait_in_each_form(
    api: Api, fault: str, status: int, retry_after: str, form: str
) -> None:
    _plant(api.base, match="POST /repos", fault=fault, seconds=30, retry_after=retry_after)
    refused = api("POST", "/issues", {"title": "x"})
    assert (refused.status_code, "secondary rate limit" in refused.json()["message"]) == (status, True)
    assert refused.headers.get("Retry-After", "").endswith(form)
    assert ("Retry-After" in refused.headers) is (retry_after != "none")
    assert api("GET", "/issues").json() == []


def test_fault_of_big_pages_is_over_when_the_page_is_halved(api: Api) -> None:
    _plant(api.base, match="POST /graphql", fault="502", above=25, times=100)
    assert [_answered(api, _titles(api, first)).status_code for first in (50, 26, 25, 50)] == [502, 502, 200, 502]
    assert _answered(api, "{ viewer { login } }").status_code == 200
    assert api("GET", "").status_code == 200


def test_size_of_a_query_is_that_of_its_heaviest_page(api: Api) -> None:
    _plant(api.base, match="POST /graphql", fault="502", above=25, times=100)
    light, heavy = "labels(first: 100) { totalCount nodes { name } }", "nodes { labels(first: 30) { totalCount } }"
    for first, status in ((26, 502), (25, 200)):
        query = f'{{ repository(owner: "acme", name: "{api.repo.partition("/")[2]}") {{ {light} issues(first: {first}) {{ {heavy} }} }} }}'
        assert _answered(api, query).status_code == status


@pytest.mark.parametrize(
    ("error", "type_", "words"),
    [
        ("RESOURCE_LIMITS_EXCEEDED", "RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded."),
        ("timeout", None, "Something went wrong while executing your query."),
        ("INTERNAL", "INTERNAL", "INTERNAL"),
    ],
)
def test_partial_answer_has_holes_and_an_error_for_each(api: Api, error: str, type_: str | None, words: str) -> None:
    for number in range(3):
        api.open(f"Case {number}")
    _plant(api.base, match="POST /graphql", fault="partial", error=error)
    partial = _answered(api, _titles(api, 10))
    page = partial.json()["data"]["repository"]["issues"]
    assert (partial.status_code, page["totalCount"]) == (200, 3)
    assert [row and row["title"] for row in page["nodes"]] == [None, "Case 1", None]
    assert [each["path"] for each in partial.json()["errors"]] == [
        ["repository", "issues", "nodes", number] for number in (0, 2)
    ]
    assert {each.get("type") for each in partial.json()["errors"]} == {type_}
    assert all(each["message"].startswith(words) for each in partial.json()["errors"])


def test_partial_answer_may_hold_no_data_at_all(api: Api) -> None:
    api.open()
    _plant(api.base, match="POST /graphql", fault="partial", data="none", error="timeout")
    partial = _answered(api, _titles(api, 10)).json()
    assert partial["data"] == {"repository": None}
    assert partial["errors"][0]["path"] == ["repository"]


def test_partial_answer_without_a_page_loses_all(api: Api) -> None:
    _plant(api.base, match="POST /graphql", fault="partial")
    partial = _answered(api, "{ viewer { login } }").json()
    assert (partial["data"], len(partial["errors"])) == ({"viewer": None}, 1)


def test_members_of_githubs_own_are_listed_where_they_were_set(base: str) -> None:
    _plant(base, match="POST /graphql", fault="partial", above=25, error="timeout")
    [listed] = requests.get(f"{base}/_sandbox/faults", timeout=5).json()["faults"]
    assert (listed["above"], listed["error"], "data" in listed, "retry_after" in listed) == (
        25,
        "timeout",
        False,
        False,
    )


@pytest.mark.parametrize(
    ("member", "word"),
    [
        ({"above": -1}, "above is no count"),
        ({"above": True}, "above is no count"),
        ({"retry_after": "soon"}, "no such retry_after"),
        ({"data": "some"}, "no such data"),
        ({"error": 5}, "error is no text"),
        ({"tracker": "jira"}, "primary is of GitHub only"),
        ({"tracker": "jira", "fault": "502", "above": 5}, "above is of GitHub only"),
    ],
)
def test_members_of_githubs_own_are_checked(base: str, member: dict[str, Any], word: str) -> None:
    body = {"tracker": "github", "match": "GET /", "fault": "primary", **member}
    refused = requests.post(f"{base}/_sandbox/faults", json=body, timeout=5)
    assert (refused.status_code, word in refused.json()["message"]) == (400, True)
