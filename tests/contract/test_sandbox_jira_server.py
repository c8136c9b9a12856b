"""The embedded Jira against Jira Data Center's own description: every operation served."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from openapi_core import OpenAPI
from tests.contract.described import TOKENS, Case, bare, held, mended_server, read
from tests.contract.test_sandbox_jira import LINK, SELECT, official_rows
from tests.sync.sandbox.jira_site import serving, written

from hypercare_sync.sandbox.jira import JiraWorld
from hypercare_sync.sandbox.jira.routes import DATA_CENTER
from hypercare_sync.sandbox.world import Sandbox

pytestmark = pytest.mark.contract

NOT_DESCRIBED = {
    # The description was cut to the issue resources; these are served as the public documentation has them.
    ("GET", "issueLinkType"),
    ("GET", "resolution"),
    ("GET", "user"),
    ("GET", "user/assignable/search"),
    ("GET", "user/picker"),
    ("GET", "user/search"),
    ("PUT", "issue/{}/assignee"),
    ("GET", "issue/{}/votes"),
    ("POST", "issue/{}/votes"),
    ("DELETE", "issue/{}/votes"),
}
ISSUE, COMMENT = "issue/{issueIdOrKey}", "issue/{issueIdOrKey}/comment"
NEW_ISSUE = {
    "fields": {"project": {"key": "SHOP"}, "issuetype": {"name": "Bug"}, "summary": "New", "description": "*Now*"},
}
EDIT = {
    "fields": {"summary": "Other", "assignee": {"name": "bo"}},
    "update": {"labels": [{"add": "hypercare:P1"}, {"remove": "outage"}], "comment": [{"add": {"body": "Hi"}}]},
}
SEARCH = {"jql": "project = SHOP ORDER BY key", "fields": ["*all"], "expand": ["changelog", "names"], "maxResults": 1}

CASES = [
    Case("GET", "comment/{commentId}/properties"),
    Case("GET", "comment/{commentId}/properties/{propertyKey}"),
    Case("PUT", "comment/{commentId}/properties/{propertyKey}", body={"n": 2}),
    Case("PUT", "comment/{commentId}/properties/{propertyKey}", 201, body=["x"], names={"propertyKey": "new"}),
    Case("DELETE", "comment/{commentId}/properties/{propertyKey}", 204),
    Case("GET", "field"),
    Case("POST", "field", 201, {"name": "Tier", "type": SELECT}),
    Case("POST", "issue", 201, NEW_ISSUE),
    Case("POST", "issue", 400, {"fields": {"project": {"key": "SHOP"}}}),
    Case("GET", ISSUE, query="expand=changelog,names,schema,editmeta&properties=*all"),
    Case("GET", ISSUE, 404, names={"issueIdOrKey": "NOPE-1"}),
    Case("PUT", ISSUE, 204, EDIT, "notifyUsers=false"),
    Case("PUT", ISSUE, 400, {"fields": {"labels": ["two words"]}}),
    Case("DELETE", ISSUE, 204),
    Case("GET", COMMENT, query="expand=properties&orderBy=-created"),
    Case("POST", COMMENT, 201, {"body": "Hi", "visibility": {"type": "role", "value": "Staff"}}),
    Case("POST", COMMENT, 400, {"body": {"type": "doc"}}),
    Case("GET", COMMENT + "/{id}"),
    Case("GET", COMMENT + "/{id}", 404, names={"id": "1"}),
    Case("PUT", COMMENT + "/{id}", body={"body": "Better"}),
    Case("DELETE", COMMENT + "/{id}", 204),
    Case("GET", ISSUE + "/properties"),
    Case("GET", ISSUE + "/properties/{propertyKey}"),
    Case("PUT", ISSUE + "/properties/{propertyKey}", body={"n": 2}),
    Case("PUT", ISSUE + "/properties/{propertyKey}", 201, body={"n": 2}, names={"propertyKey": "new"}),
    Case("DELETE", ISSUE + "/properties/{propertyKey}", 204),
    Case("GET", ISSUE + "/remotelink"),
    Case("GET", ISSUE + "/remotelink", query="globalId=gh-1"),
    Case("POST", ISSUE + "/remotelink", body=LINK | {"relationship": "causes"}),
    Case("POST", ISSUE + "/remotelink", 201, LINK | {"globalId": "gh-2"}),
    Case("DELETE", ISSUE + "/remotelink", 204, query="globalId=gh-1"),
    Case("GET", ISSUE + "/remotelink/{linkId}"),
    Case(
        "PUT", ISSUE + "/remotelink/{linkId}", 204, LINK | {"object": {"url": "https://example.com/2", "title": "Two"}}
    ),
    Case("DELETE", ISSUE + "/remotelink/{linkId}", 204),
    Case("GET", ISSUE + "/transitions"),
    Case("POST", ISSUE + "/transitions", 204, {"transition": {"id": "11"}}),
    Case(
        "POST",
        "issueLink",
        201,
        {"type": {"name": "Relates"}, "inwardIssue": {"key": "SHOP-1"}, "outwardIssue": {"key": "SHOP-2"}},
    ),
    Case("GET", "issuetype"),
    Case("GET", "mypermissions", query="projectKey=SHOP"),
    Case("GET", "myself"),
    Case("GET", "priority"),
    Case("GET", "project"),
    Case("POST", "project", 201, {"key": "DESK", "name": "Desk"}),
    Case("GET", "project/{projectIdOrKey}"),
    Case("GET", "project/{projectIdOrKey}", 404, names={"projectIdOrKey": "NOPE"}),
    Case("DELETE", "project/{projectIdOrKey}", 204),
    Case("GET", "project/{projectIdOrKey}/version", query="maxResults=1"),
    Case("GET", "project/{projectIdOrKey}/versions"),
    Case("GET", "search", query="jql=project%3DSHOP&fields=*all&expand=changelog,schema&startAt=1&maxResults=1"),
    Case("POST", "search", body=SEARCH),
    Case("POST", "search", 400, {"jql": "nonsense = 1"}),
    Case("GET", "serverInfo"),
    Case("GET", "status"),
    Case("POST", "version", 201, {"name": "6.0", "project": "SHOP", "releaseDate": "2026-12-01"}),
    Case("GET", "version/{id}", names={"id": "20001"}),
    Case("PUT", "version/{id}", body={"released": True, "description": "Out"}, names={"id": "20001"}),
]

REFUSED = [
    Case("PUT", ISSUE, 400, {"fields": {"labels": ["x"]}}),
    Case("DELETE", ISSUE, 403),
    Case("POST", "issue", 400, NEW_ISSUE),
    Case("POST", COMMENT, 400, {"body": "Hi"}),
    Case("PUT", COMMENT + "/{id}", 400, {"body": "Hi"}),
    Case("DELETE", COMMENT + "/{id}", 400),
    Case("PUT", ISSUE + "/properties/{propertyKey}", 403, {"n": 2}),
    Case("DELETE", ISSUE + "/properties/{propertyKey}", 403),
    Case("PUT", "comment/{commentId}/properties/{propertyKey}", 403, {"n": 2}),
    Case("DELETE", "comment/{commentId}/properties/{propertyKey}", 403),
    Case("POST", ISSUE + "/remotelink", 403, LINK),
    Case("DELETE", ISSUE + "/remotelink", 403, query="globalId=gh-1"),
    Case("POST", ISSUE + "/transitions", 400, {"transition": {"id": "11"}}),
    Case(
        "POST",
        "issueLink",
        401,
        {"type": {"name": "Relates"}, "inwardIssue": {"key": "SHOP-1"}, "outwardIssue": {"key": "SHOP-2"}},
    ),
    Case("POST", "version", 403, {"name": "6.0", "project": "SHOP"}),
    Case("PUT", "version/{id}", 403, {"released": True}, names={"id": "20001"}),
    Case("POST", "project", 403, {"key": "DESK", "name": "Desk"}),
    Case("DELETE", "project/{projectIdOrKey}", 403),
    Case("POST", "field", 400, {"name": "Tier", "type": SELECT}),
]
"""What who may only look is answered, with a status that the description has for it."""


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Sandbox]]:
    with serving("datacenter", TOKENS) as both:
        yield both


@pytest.fixture(scope="module")
def description(jira_server_openapi: dict[str, Any], served: tuple[str, Sandbox]) -> OpenAPI:
    return read(mended_server(jira_server_openapi), served[0])


@pytest.fixture
def names(served: tuple[str, Sandbox], tmp_path: Path) -> dict[str, str]:
    """The parts of paths that lead to something, in a world made anew."""
    base, sandbox = served
    JiraWorld.__init__(sandbox.jira, sandbox.clock, sandbox.accounts, "datacenter")
    sandbox.jira.load(written(tmp_path / "rows.jsonl", *official_rows()))
    url = f"{base}/rest/api/2/issue/SHOP-1"
    requests.put(url, json={"fields": {"labels": ["l"]}}, auth=("a", "sandbox"), timeout=5)
    link = requests.post(f"{url}/remotelink", json=LINK, auth=("a", "sandbox"), timeout=5).json()["id"]
    return {
        "issueIdOrKey": "SHOP-1",
        "projectIdOrKey": "SHOP",
        "commentId": "700",
        "id": "700",
        "propertyKey": "hypercare",
        "linkId": str(link),
    }


@pytest.mark.parametrize("case", CASES, ids=str)
def test_request_and_answer_are_as_described(
    case: Case, served: tuple[str, Sandbox], names: dict[str, str], description: OpenAPI
) -> None:
    answer = held(case, f"{served[0]}/rest/api/2", names, description)
    assert "accountId" not in str(answer)


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_who_may_only_look_is_refused_as_described(
    case: Case, served: tuple[str, Sandbox], names: dict[str, str], description: OpenAPI
) -> None:
    answer = held(case._replace(token="reader"), f"{served[0]}/rest/api/2", names, description)
    assert answer["errorMessages"] or answer["errors"]


def test_every_operation_served_is_held_against_the_description(jira_server_openapi: dict[str, Any]) -> None:
    described = {(method.upper(), bare(path)) for path, item in jira_server_openapi["paths"].items() for method in item}
    served = {(method, path) for path, methods in DATA_CENTER.items() for method in methods}
    unknown = {
        (method, bare(path)) for method, path in served if (method, bare("/rest/api/2/" + path)) not in described
    }
    assert unknown == NOT_DESCRIBED
    assert {(method, bare(path)) for method, path in served} - unknown <= {
        (case.method, bare(case.path)) for case in CASES
    }
