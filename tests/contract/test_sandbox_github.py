"""The embedded GitHub against GitHub's own descriptions: every operation served, and every piece of the GraphQL schema."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    is_required_argument,
    is_required_input_field,
    validate_schema,
)
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from tests.sync.apps import add_app, signed

from hypercare_sync.sandbox import github
from hypercare_sync.sandbox.github.changes import Acts
from hypercare_sync.sandbox.github.graphql import schema
from hypercare_sync.sandbox.github.routes import APP_HANDLERS, HANDLERS
from hypercare_sync.sandbox.github.server import read_server
from hypercare_sync.sandbox.people import OURS
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Sandbox

pytestmark = pytest.mark.contract

REPO = "/repos/{owner}/{repo}"
ISSUE = REPO + "/issues/{issue_number}"
COMMENT = REPO + "/issues/comments/{comment_id}"
MILESTONE = REPO + "/milestones/{milestone_number}"


class Case(NamedTuple):
    """One call: an operation of the description, its body, and the status that answers it."""

    method: str
    path: str
    status: int = 200
    body: Any = None
    query: str = ""
    names: dict[str, Any] = {}


CASES = [
    Case("GET", "/user"),
    Case("GET", "/rate_limit"),
    Case("GET", "/orgs/{org}/repos"),
    Case("POST", "/orgs/{org}/repos", 201, {"name": "made", "description": "Made here", "private": True}),
    Case("POST", "/orgs/{org}/repos", 422, {"name": "case"}),
    Case("GET", REPO),
    Case("GET", REPO, 404, names={"repo": "missing"}),
    Case("GET", REPO + "/collaborators/{username}/permission", names={"username": "pat"}),
    Case("PATCH", REPO, body={"description": "Over", "archived": True}),
    Case("PATCH", REPO, 422, {"archived": "yes"}),
    Case("PATCH", REPO, body={"has_issues": False}),
    Case("GET", REPO + "/collaborators"),
    Case("GET", REPO + "/collaborators/{username}", 204, names={"username": "pat"}),
    Case("GET", REPO + "/collaborators/{username}", 404, names={"username": "ana"}),
    Case("PUT", REPO + "/collaborators/{username}", 204, {"permission": "triage"}, names={"username": "ana"}),
    Case("PUT", REPO + "/collaborators/{username}", 422, {"permission": "all"}, names={"username": "ana"}),
    Case("DELETE", REPO + "/collaborators/{username}", 204, names={"username": "pat"}),
    Case("GET", REPO + "/assignees"),
    Case("GET", REPO + "/assignees/{assignee}", 204, names={"assignee": "bo"}),
    Case("GET", REPO + "/assignees/{assignee}", 404, names={"assignee": "nobody"}),
    Case("GET", REPO + "/labels"),
    Case("POST", REPO + "/labels", 201, {"name": "hypercare:P1", "color": "b60205", "description": "Now"}),
    Case("POST", REPO + "/labels", 422, {"name": "BUG", "color": "b60205"}),
    Case("GET", REPO + "/labels/{name}"),
    Case("GET", REPO + "/labels/{name}", 404, names={"name": "missing"}),
    Case("PATCH", REPO + "/labels/{name}", body={"new_name": "defect", "color": "ffffff"}),
    Case("DELETE", REPO + "/labels/{name}", 204),
    Case("GET", REPO + "/milestones", query="state=all"),
    Case("POST", REPO + "/milestones", 201, {"title": "6.0", "due_on": "2026-12-01T00:00:00Z"}),
    Case("POST", REPO + "/milestones", 422, {"title": "5.2"}),
    Case("GET", MILESTONE),
    Case("GET", MILESTONE, 404, names={"milestone_number": 99}),
    Case("PATCH", MILESTONE, body={"state": "closed", "description": "Over"}),
    Case("DELETE", MILESTONE, 204),
    Case("GET", MILESTONE + "/labels"),
    Case("GET", REPO + "/issues", query="state=all&milestone=*&labels=bug&since=2020-01-01T00:00:00Z"),
    Case("GET", REPO + "/issues", 422, query="milestone=99"),
    Case(
        "POST",
        REPO + "/issues",
        201,
        {"title": "New", "body": "Body", "labels": ["a"], "assignees": ["bo"], "milestone": 1},
    ),
    Case("POST", REPO + "/issues", 422, {"title": "x" * 300}),
    Case("GET", REPO + "/issues/comments"),
    Case("GET", COMMENT),
    Case("GET", COMMENT, 404, names={"comment_id": 1}),
    Case("PATCH", COMMENT, body={"body": "Other"}),
    Case("DELETE", COMMENT, 204),
    Case("GET", COMMENT + "/reactions"),
    Case("POST", COMMENT + "/reactions", 201, {"content": "eyes"}),
    Case("DELETE", COMMENT + "/reactions/{reaction_id}", 204, names={"reaction_id": "on the comment"}),
    Case("GET", REPO + "/issues/events"),
    Case("GET", REPO + "/issues/events/{event_id}"),
    Case("GET", ISSUE),
    Case("GET", ISSUE, names={"issue_number": 2}),
    Case("GET", ISSUE, 404, names={"issue_number": 99}),
    Case("GET", ISSUE, 410, names={"issue_number": 3}),
    Case("GET", ISSUE, 301, names={"issue_number": 4}),
    Case("PATCH", ISSUE, 301, {"title": "Other"}, names={"issue_number": 4}),
    Case("GET", ISSUE + "/comments", 410, names={"issue_number": 3}),
    Case("GET", ISSUE + "/comments", 404, names={"issue_number": 4}),
    Case("POST", ISSUE + "/comments", 403, {"body": "Hello"}, names={"repo": "archived"}),
    Case("POST", ISSUE + "/labels", 410, {"labels": ["new"]}, names={"issue_number": 3}),
    Case("PATCH", ISSUE, body={"title": "Other", "state": "closed", "state_reason": "not_planned", "milestone": None}),
    Case("PATCH", ISSUE, 422, {"body": "x" * 65_537}),
    Case("POST", ISSUE + "/assignees", 201, {"assignees": ["ana"]}),
    Case("DELETE", ISSUE + "/assignees", body={"assignees": ["bo"]}),
    Case("GET", ISSUE + "/assignees/{assignee}", 204, names={"assignee": "ana"}),
    Case("GET", ISSUE + "/assignees/{assignee}", 404, names={"assignee": "nobody"}),
    Case("GET", ISSUE + "/comments", query="since=2020-01-01T00:00:00Z"),
    Case("POST", ISSUE + "/comments", 201, {"body": "Hello"}),
    Case("GET", ISSUE + "/events"),
    Case("GET", ISSUE + "/labels"),
    Case("POST", ISSUE + "/labels", body={"labels": ["new"]}),
    Case("PUT", ISSUE + "/labels", body={"labels": ["only"]}),
    Case("DELETE", ISSUE + "/labels", 204),
    Case("DELETE", ISSUE + "/labels/{name}"),
    Case("DELETE", ISSUE + "/labels/{name}", 404, names={"name": "missing"}),
    Case("PUT", ISSUE + "/lock", 204, {"lock_reason": "resolved"}),
    Case("DELETE", ISSUE + "/lock", 204),
    Case("GET", ISSUE + "/reactions"),
    Case("POST", ISSUE + "/reactions", 201, {"content": "+1"}),
    Case("DELETE", ISSUE + "/reactions/{reaction_id}", 204, names={"reaction_id": "on the issue"}),
    Case("GET", ISSUE + "/timeline"),
    Case("GET", ISSUE + "/parent", names={"issue_number": 5}),
    Case("GET", ISSUE + "/parent", 404),
    Case("GET", ISSUE + "/sub_issues"),
    Case("POST", ISSUE + "/sub_issues", 201, {"sub_issue_id": 7008}),
    Case("POST", ISSUE + "/sub_issues", 404, {"sub_issue_id": 1}),
    Case("POST", ISSUE + "/sub_issues", 422, {"sub_issue_id": 7005}),
    Case("DELETE", ISSUE + "/sub_issue", body={"sub_issue_id": 7005}),
    Case("DELETE", ISSUE + "/sub_issue", 404, {"sub_issue_id": 7008}),
    Case("PATCH", ISSUE + "/sub_issues/priority", body={"sub_issue_id": 7005, "after_id": 7007}),
    Case("PATCH", ISSUE + "/sub_issues/priority", 404, {"sub_issue_id": 1, "after_id": 7007}),
    Case("GET", ISSUE + "/dependencies/blocked_by"),
    Case("POST", ISSUE + "/dependencies/blocked_by", 201, {"issue_id": 7008}),
    Case("POST", ISSUE + "/dependencies/blocked_by", 422, {"issue_id": 7006}),
    Case("DELETE", ISSUE + "/dependencies/blocked_by/{issue_id}"),
    Case("DELETE", ISSUE + "/dependencies/blocked_by/{issue_id}", 404, names={"issue_id": 7008}),
    Case("GET", ISSUE + "/dependencies/blocking", names={"issue_number": 6}),
    Case("GET", REPO + "/issues", query="type=bug"),
    Case("PATCH", ISSUE, body={"type": "Feature"}),
    Case("PATCH", ISSUE, 422, {"type": "Missing"}),
]
APP_CASES = [
    Case("GET", "/app"),
    Case("GET", REPO + "/installation"),
    Case("GET", REPO + "/installation", 404, names={"repo": "missing"}),
    Case("POST", "/app/installations/{installation_id}/access_tokens", 201),
    Case("POST", "/app/installations/{installation_id}/access_tokens", 201, {"permissions": {"issues": "read"}}),
    Case("POST", "/app/installations/{installation_id}/access_tokens", 422, {"permissions": {"contents": "read"}}),
    Case("POST", "/app/installations/{installation_id}/access_tokens", 404, names={"installation_id": 1}),
]
"""What an App asks in its own name, with what it signs."""


def _rows() -> list[dict[str, Any]]:
    """An issue with all that an issue can have, and a pull request."""
    ana, bo = {"login": "ana", "id": 11, "type": "User"}, {"login": "bo", "id": 12, "type": "User"}
    times = {"created_at": "2026-11-01T08:00:00Z", "updated_at": "2026-11-02T08:00:00Z"}
    issue = {
        "number": 1,
        "title": "Cart broken",
        "user": ana,
        "assignees": [bo],
        "labels": [{"name": "bug", "color": "d73a4a"}],
        "milestone": {"number": 1, "title": "5.2", "creator": ana, **times},
        "author_association": "CONTRIBUTOR",
        "reactions": {"+1": 2},
        **times,
    }
    events = [
        {"event": "labeled", "actor": ana, "label": {"name": "bug", "color": "d73a4a"}},
        {"event": "assigned", "actor": ana, "assignee": bo},
        {"event": "milestoned", "actor": ana, "milestone": {"title": "5.2"}},
        {"event": "renamed", "actor": ana, "rename": {"from": "Cart", "to": "Cart broken"}},
        {"event": "closed", "actor": ana, "state_reason": "completed"},
        {"event": "reopened", "actor": bo, "state_reason": "reopened"},
        {"event": "locked", "actor": bo, "lock_reason": "spam"},
    ]
    timeline = [{"id": 900 + n, "created_at": f"2026-11-01T0{n}:00:00Z", **event} for n, event in enumerate(events)]
    request = {"number": 2, "title": "Mend the cart, for #1", "user": bo, "pull_request": {}, "draft": True, **times}
    return [
        {"issue": issue, "comments": [{"id": 500, "body": "Seen.", "user": bo, **times}], "timeline": timeline},
        {"issue": request},
        {"issue": {"number": 3, "title": "Will be deleted", "user": ana, **times}},
        {"issue": {"number": 4, "title": "Will be moved", "user": ana, **times}},
        {"issue": {"number": 5, "id": 7005, "title": "A part", "user": ana, "type": {"name": "Bug"}, **times}},
        {"issue": {"number": 6, "id": 7006, "title": "In the way", "user": ana, **times}},
        {"issue": {"number": 7, "id": 7007, "title": "Another part", "user": ana, "type": {"name": "Chore"}, **times}},
        {"issue": {"number": 8, "id": 7008, "title": "On its own", "user": ana, **times}},
    ]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Sandbox, str]]:
    sandbox = Sandbox.new()
    with running(sandbox) as base:
        yield sandbox, base


@pytest.fixture(scope="module")
def description(github_openapi: dict[str, Any], served: tuple[Sandbox, str]) -> OpenAPI:
    here = {**github_openapi, "servers": [{"url": f"{served[1]}/api/v3"}]}
    return OpenAPI.from_dict(here, config=Config(spec_validator_cls=None))


@pytest.fixture
def names(served: tuple[Sandbox, str], tmp_path: Path) -> dict[str, Any]:
    """The parts of paths that lead to something, in a world made anew."""
    sandbox, base = served
    sandbox.github.__init__(sandbox.clock, sandbox.accounts)  # type: ignore[misc]
    (tmp_path / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in _rows()))
    github.load(sandbox.github, "acme/case", tmp_path / "rows.jsonl")
    acts = Acts(sandbox.github, sandbox.github.user(sandbox.accounts.named(OURS)))
    case, archived = sandbox.github.repositories["acme/case"], sandbox.github.repository_for("acme/archived")
    acts.delete(case.issues[3])
    acts.transfer(case.issues[4], archived)
    acts.archive(archived, archived=True)
    for part in (5, 7):
        acts.add_sub_issue(case.issues[1], case.issues[part])
    acts.block(case.issues[1], case.issues[6])
    reactions = {
        f"on the {thing}": requests.post(
            f"{base}/api/v3/repos/acme/case/issues/{path}/reactions",
            json={"content": "heart"},
            headers={"Authorization": "Bearer sandbox"},
            timeout=5,
        ).json()["id"]
        for thing, path in (("issue", 1), ("comment", "comments/500"))
    }
    return {
        "owner": "acme",
        "org": "acme",
        "repo": "case",
        "issue_number": 1,
        "comment_id": 500,
        "event_id": 900,
        "issue_id": 7006,
        "milestone_number": 1,
        "name": "bug",
        **reactions,
    }


def _name(case: Case) -> str:
    return f"{case.method}-{case.path}-{case.status}"


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_request_and_answer_are_as_described(
    case: Case, served: tuple[Sandbox, str], names: dict[str, Any], description: OpenAPI
) -> None:
    _check(case, served[1], names, description, "sandbox")


@pytest.mark.parametrize("case", APP_CASES, ids=_name)
def test_what_apps_ask_and_are_answered_is_as_described(
    case: Case, served: tuple[Sandbox, str], names: dict[str, Any], description: OpenAPI
) -> None:
    add_app(served[0])
    url = f"{served[1]}/api/v3/repos/acme/case/installation"
    found = requests.get(url, headers={"Authorization": f"Bearer {signed()}"}, timeout=5).json()
    _check(case, served[1], {"installation_id": found["id"], **names}, description, signed())


def _check(case: Case, base: str, names: dict[str, Any], description: OpenAPI, token: str) -> None:
    """Send the case's request, and hold it and its answer against the description."""
    meant = {**names, **case.names}
    meant["reaction_id"] = names.get(str(meant.get("reaction_id")))
    url = f"{base}/api/v3{case.path.format(**meant)}?{case.query}".rstrip("?")
    request = requests.Request(case.method, url, headers={"Authorization": f"Bearer {token}"}, json=case.body)
    with requests.Session() as session:
        response = session.send(session.prepare_request(request), timeout=5, allow_redirects=False)
    assert response.status_code == case.status, response.text
    seen = RequestsOpenAPIRequest(request)
    if case.status != 422:
        description.validate_request(seen)
    description.validate_response(seen, RequestsOpenAPIResponse(response))


def test_every_operation_served_is_held_against_the_description(github_openapi: dict[str, Any]) -> None:
    served = {
        (method, re.sub(r":path\b", "", path))
        for path, methods in {**HANDLERS, **APP_HANDLERS}.items()
        for method in methods
    }
    described = {(method.upper(), path) for path, item in github_openapi["paths"].items() for method in item}
    not_described = {("GET", "/users/{login}")}  # the description was cut to what concerns issues
    assert served - described == not_described
    assert served & described <= {(case.method, case.path) for case in (*CASES, *APP_CASES)}


@pytest.mark.parametrize("server", ["github.com", "3.12"])
def test_our_graphql_schema_is_a_part_of_the_official_one(server: str, github_graphql: GraphQLSchema) -> None:
    built = schema() if server == "github.com" else schema(read_server(server))
    assert validate_schema(built) == []
    ours = {name: kind for name, kind in built.type_map.items() if not name.startswith("__")}
    assert [name for name in ours if name not in github_graphql.type_map] == []
    assert [
        fault for name, kind in ours.items() for fault in _differences(name, kind, github_graphql.type_map[name])
    ] == []


def _required(field: Any) -> list[str]:
    """The arguments that a field cannot do without."""
    return [name for name, argument in getattr(field, "args", {}).items() if is_required_argument(argument)]


def test_no_enterprise_server_has_more_than_github_itself() -> None:
    whole, old = schema(), schema(read_server("3.12"))
    gone = whole.type_map.keys() - old.type_map.keys()
    assert {"SubIssuesSummary", "SubIssueAddedEvent", "AddSubIssueInput"} <= gone
    assert all("SubIssue" in name or name.startswith("ParentIssue") for name in gone)
    assert old.type_map.keys() <= whole.type_map.keys()


def _differences(name: str, mine: Any, official: Any) -> Iterator[str]:
    """What a type of ours has that the official one has not, or has otherwise."""
    if type(mine) is not type(official):
        yield f"{name} is of another kind"
    elif isinstance(mine, GraphQLEnumType):
        yield from (f"{name}.{value}" for value in mine.values if value not in official.values)
    elif isinstance(mine, GraphQLUnionType):
        yield from (
            f"{name} has {each}" for each in mine.types if str(each) not in {str(other) for other in official.types}
        )
    elif isinstance(mine, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        for field_name, field in mine.fields.items():
            other = official.fields.get(field_name)
            if other is None or str(other.type) != str(field.type):
                yield f"{name}.{field_name}"
                continue
            if getattr(other, "default_value", None) != getattr(field, "default_value", None):
                yield f"{name}.{field_name} has another default"
            yield from (f"{name}.{field_name} lacks ({each})" for each in _required(other) if each not in field.args)
            for argument_name, argument in getattr(field, "args", {}).items():
                told = other.args.get(argument_name)
                if told is None or (str(told.type), told.default_value) != (str(argument.type), argument.default_value):
                    yield f"{name}.{field_name}({argument_name})"
        if isinstance(mine, GraphQLInputObjectType):
            required = (each for each, field in official.fields.items() if is_required_input_field(field))
            yield from (f"{name} lacks {each}" for each in required if each not in mine.fields)
        else:
            known = {str(each) for each in official.interfaces}
            yield from (f"{name} implements {each}" for each in mine.interfaces if str(each) not in known)
