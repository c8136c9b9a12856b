"""Tokens of the embedded GitHub that may do only some things, and an older server that lacks what came later."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.sync.sandbox.conftest import START, Api

from hypercare_sync.errors import ConfigError
from hypercare_sync.sandbox.github.permissions import needed
from hypercare_sync.sandbox.github.routes import HANDLERS
from hypercare_sync.sandbox.github.server import read_server
from hypercare_sync.sandbox.grants import Grant, read_grant
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Sandbox

TOKENS = {
    "reads": "ana:issues=read",
    "writes": "ana:issues=write,administration=none",
    "blind": "ana:contents=read",
    "public": "ana:scopes=public_repo+read:org",
    "orgs": "ana:scopes=read:org",
    "full": "ana",
}


@pytest.fixture(scope="module")
def granted() -> Iterator[tuple[Sandbox, str]]:
    sandbox = Sandbox.new(START, TOKENS)
    for name in ("open", "closed"):
        repository = sandbox.github.repository_for(f"acme/{name}", private=name == "closed")
        sandbox.github.add_default_labels(repository)
    with running(sandbox) as base:
        for name in ("open", "closed"):
            Api(sandbox, base, f"acme/{name}").open()
        yield sandbox, base


def _as(granted: tuple[Sandbox, str], token: str, repo: str = "acme/closed") -> Api:
    return Api(*granted, repo, token)


@pytest.mark.parametrize(
    ("token", "reads", "writes"), [("reads", 200, 403), ("writes", 200, 201), ("blind", 403, 403), ("full", 200, 201)]
)
def test_fine_grained_token_does_in_a_private_repository_what_it_is_granted(
    granted: tuple[Sandbox, str], token: str, reads: int, writes: int
) -> None:
    api = _as(granted, token)
    assert api("GET", "").status_code == 200
    read, written = api("GET", "/issues"), api("POST", "/issues/1/comments", {"body": "Seen"})
    assert (read.status_code, written.status_code) == (reads, writes)
    for answer in (read, written):
        if answer.status_code == 403:
            assert answer.json()["message"] == "Resource not accessible by personal access token"


def test_header_says_which_permissions_would_do(granted: tuple[Sandbox, str]) -> None:
    refused = _as(granted, "reads")("PUT", "/issues/1/labels", ["bug"])
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "issues=write; pull_requests=write"
    assert "X-OAuth-Scopes" not in refused.headers
    archived = _as(granted, "writes")("PATCH", "", {"archived": True})
    assert (archived.status_code, archived.headers["X-Accepted-GitHub-Permissions"]) == (403, "administration=write")


def test_what_is_public_is_read_without_any_permission(granted: tuple[Sandbox, str]) -> None:
    api = _as(granted, "blind", "acme/open")
    assert api("GET", "/issues").status_code == 200
    assert api("POST", "/issues", {"title": "x"}).status_code == 403
    assert api.repository("issues(first: 1) { totalCount }")["issues"]["totalCount"] >= 1


def test_graphql_forbids_what_a_fine_grained_token_lacks(granted: tuple[Sandbox, str]) -> None:
    blind, full = _as(granted, "blind"), _as(granted, "full")
    query = '{ repository(owner: "acme", name: "closed") { name issues(first: 1) { totalCount } } }'
    answer = blind.graphql(query)
    assert answer["errors"][0]["type"] == "FORBIDDEN"
    assert answer["errors"][0]["message"] == "Resource not accessible by personal access token"
    node = full.issue(1)["node_id"]
    assert blind.graphql("query($id: ID!) { node(id: $id) { id } }", id=node)["errors"][0]["type"] == "FORBIDDEN"
    mutation = 'mutation($id: ID!) { addComment(input: {subjectId: $id, body: "x"}) { clientMutationId } }'
    before = full.issue(1)["comments"]
    refused = _as(granted, "reads").graphql(mutation, id=node)
    assert (refused["data"], refused["errors"][0]["type"]) == ({"addComment": None}, "FORBIDDEN")
    assert full.issue(1)["comments"] == before
    assert "errors" not in _as(granted, "writes").graphql(mutation, id=node)


@pytest.mark.parametrize(
    ("token", "repo", "reads", "writes"),
    [
        ("public", "acme/open", 200, 201),
        ("public", "acme/closed", 404, 404),
        ("orgs", "acme/open", 200, 404),
        ("full", "acme/closed", 200, 201),
    ],
)
def test_classic_token_reaches_what_its_scopes_reach(
    granted: tuple[Sandbox, str], token: str, repo: str, reads: int, writes: int
) -> None:
    api = _as(granted, token, repo)
    answer = api("GET", "/issues")
    assert (answer.status_code, api("POST", "/issues", {"title": "x"}).status_code) == (reads, writes)
    assert (
        answer.headers["X-OAuth-Scopes"]
        == {"public": "public_repo, read:org", "orgs": "read:org", "full": "repo"}[token]
    )
    assert answer.headers["X-Accepted-OAuth-Scopes"] == "public_repo, repo"


def test_missing_scope_is_told_by_graphql_with_those_that_are_there(granted: tuple[Sandbox, str]) -> None:
    node = _as(granted, "full", "acme/open").issue(1)["node_id"]
    mutation = 'mutation($id: ID!) { addComment(input: {subjectId: $id, body: "x"}) { clientMutationId } }'
    [error] = _as(granted, "orgs").graphql(mutation, id=node)["errors"]
    assert error["type"] == "INSUFFICIENT_SCOPES"
    assert "has only been granted the: ['read:org'] scopes" in error["message"]
    hidden = _as(granted, "full").issue(1)["node_id"]
    assert _as(granted, "public").graphql(mutation, id=hidden)["errors"][0]["type"] == "NOT_FOUND"


def test_every_route_says_what_it_needs() -> None:
    needs = {(method, path): needed(method, path) for path, methods in HANDLERS.items() for method in methods}
    assert {call for call, need in needs.items() if not need} == {("GET", "/user"), ("GET", "/users/{login}")}
    assert all(
        level == ("read" if method == "GET" else "write") for (method, _), need in needs.items() for _, level in need
    )


@pytest.mark.parametrize("text", ["ana:", "ana:issues", "ana:issues=all", ":issues=read"])
def test_grant_that_is_none_is_refused_with_what_is_one(text: str) -> None:
    with pytest.raises(ConfigError, match="write LOGIN"):
        read_grant(text)


def test_bare_login_may_do_everything() -> None:
    assert read_grant("bot[bot]") == Grant("bot[bot]")
    assert read_grant("ana").may("administration", "admin")


def _server(version: str) -> Iterator[Api]:
    sandbox = Sandbox.new(START)
    sandbox.github.server = read_server(version)
    sandbox.github.repository_for("acme/web")
    with running(sandbox) as base, (api := Api(sandbox, base, "acme/web")).session:
        yield api


@pytest.fixture
def old() -> Iterator[Api]:
    yield from _server("3.12")


@pytest.fixture
def newer() -> Iterator[Api]:
    yield from _server("3.17")


def _issue(selected: str) -> str:
    return f'{{ repository(owner: "acme", name: "web") {{ issue(number: 1) {{ {selected} }} }} }}'


@pytest.mark.parametrize(
    ("selected", "field", "kind"),
    [("subIssuesSummary { total }", "subIssuesSummary", "Issue"), ("parent { number }", "parent", "Issue")],
)
def test_older_server_knows_no_sub_issues(old: Api, selected: str, field: str, kind: str) -> None:
    old.open()
    [error] = old.graphql(_issue(selected))["errors"]
    assert error["message"] == f"Field '{field}' doesn't exist on type '{kind}'"
    assert old.graphql(_issue("title isPinned"))["data"]["repository"]["issue"] == {
        "title": "Cart broken",
        "isPinned": False,
    }
    unknown = old.graphql(_issue("timelineItems(first: 1, itemTypes: [SUB_ISSUE_ADDED_EVENT]) { totalCount }"))
    assert "data" not in unknown
    assert "errors" not in old.graphql(_issue("timelineItems(first: 1, itemTypes: [LABELED_EVENT]) { totalCount }"))
    for path in ("/issues/1/sub_issues", "/issues/1/parent", "/issues/1/dependencies/blocked_by"):
        assert old("GET", path).status_code == 404
    assert {"type", "sub_issues_summary", "issue_dependencies_summary"}.isdisjoint(old.issue(1))


def test_older_server_says_its_version_and_counts_no_requests(old: Api) -> None:
    answer = old("GET", "/issues")
    assert answer.headers["X-GitHub-Enterprise-Version"] == "enterprise-server@3.12.0"
    assert "X-RateLimit-Remaining" not in answer.headers
    limited = old("GET", "//rate_limit")
    assert (limited.status_code, limited.json()["message"]) == (404, "Rate limiting is not enabled.")
    told: dict[str, Any] = old.graphql("{ rateLimit { cost } viewer { login } }")["data"]
    assert told == {"rateLimit": None, "viewer": {"login": "hypercare-bot"}}


def test_newer_server_has_what_came_by_then(newer: Api) -> None:
    newer.open()
    assert "errors" not in newer.graphql(_issue("subIssuesSummary { total }"))
    issue = newer.issue(1)
    assert ("sub_issues_summary" in issue, "type" in issue, "issue_dependencies_summary" in issue) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize("text", ["4.0", "3", "latest", "3.123"])
def test_version_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"write 3\.12"):
        read_server(text)
