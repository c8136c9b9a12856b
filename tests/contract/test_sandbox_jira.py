"""The embedded Jira against Jira Cloud's own description: every operation served."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from openapi_core import OpenAPI
from tests.contract.described import TOKENS, Case, bare, held, mended_cloud, read
from tests.sync.sandbox.jira_site import comment, row, serving, written

from hypercare_sync.sandbox.jira import JiraWorld
from hypercare_sync.sandbox.jira.routes import CLOUD
from hypercare_sync.sandbox.world import Sandbox

pytestmark = pytest.mark.contract

NOT_DESCRIBED = {
    # The description was cut to the issue resources; these are served as the public documentation has them.
    ("GET", "issueLinkType"),
    ("GET", "project/{projectIdOrKey}/roledetails"),
    ("GET", "resolution"),
    ("GET", "user"),
    ("GET", "user/assignable/search"),
    ("GET", "user/picker"),
    ("GET", "user/search"),
    ("PUT", "issue/{issueIdOrKey}/assignee"),
    ("GET", "issue/{issueIdOrKey}/votes"),
    ("POST", "issue/{issueIdOrKey}/votes"),
    ("DELETE", "issue/{issueIdOrKey}/votes"),
}

DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hi"}]}],
}
LINK: dict[str, Any] = {
    "globalId": "gh-1",
    "relationship": "tracked by",
    "object": {"url": "https://example.com/1", "title": "One"},
}
SELECT = "com.atlassian.jira.plugin.system.customfieldtypes:select"
ISSUE, COMMENT = "issue/{issueIdOrKey}", "issue/{issueIdOrKey}/comment"
NEW_ISSUE = {
    "fields": {"project": {"key": "SHOP"}, "issuetype": {"name": "Bug"}, "summary": "New", "description": DOCUMENT},
    "properties": [{"key": "k", "value": {"n": 1}}],
}
EDIT = {
    "fields": {"summary": "Other", "assignee": {"accountId": "ana"}},
    "update": {"labels": [{"add": "hypercare:P1"}, {"remove": "outage"}], "comment": [{"add": {"body": DOCUMENT}}]},
    "properties": [{"key": "hypercare", "value": [1]}],
}
SEARCH = {
    "jql": "project = SHOP ORDER BY key",
    "fields": ["*all"],
    "expand": "changelog,names",
    "properties": ["hypercare"],
    "maxResults": 1,
    "reconcileIssues": [1],
}


CASES = [
    Case("POST", "changelog/bulkfetch", body={"issueIdsOrKeys": ["SHOP-1"], "fieldIds": ["labels"], "maxResults": 1}),
    Case("POST", "changelog/bulkfetch", 400, body={"issueIdsOrKeys": []}),
    Case("GET", "comment/{commentId}/properties"),
    Case("GET", "comment/{commentId}/properties/{propertyKey}"),
    Case("PUT", "comment/{commentId}/properties/{propertyKey}", body={"n": 2}),
    Case("PUT", "comment/{commentId}/properties/{propertyKey}", 201, body=["x"], names={"propertyKey": "new"}),
    Case("DELETE", "comment/{commentId}/properties/{propertyKey}", 204),
    Case("GET", "field"),
    Case(
        "POST",
        "field",
        201,
        {"name": "Tier", "type": SELECT, "searcherKey": f"{SELECT.replace('select', 'multiselect')}searcher"},
    ),
    Case("POST", "field", 400, {"name": "Tier", "type": "nonsense"}),
    Case("POST", "issue", 201, NEW_ISSUE),
    Case("POST", "issue", 400, {"fields": {"project": {"key": "SHOP"}}}),
    Case(
        "POST",
        "issue/bulkfetch",
        body={"issueIdsOrKeys": ["SHOP-1", "SHOP-2"], "fields": ["*all"], "expand": ["changelog"]},
    ),
    Case("GET", ISSUE, query="expand=changelog,names,editmeta&properties=*all"),
    Case("GET", ISSUE, 404, names={"issueIdOrKey": "NOPE-1"}),
    Case("PUT", ISSUE, 204, EDIT, "notifyUsers=false"),
    Case("PUT", ISSUE, 400, {"fields": {"labels": ["two words"]}}),
    Case("DELETE", ISSUE, 204),
    Case("GET", ISSUE + "/changelog", query="maxResults=1"),
    Case("GET", COMMENT, query="expand=properties&orderBy=-created"),
    Case(
        "POST",
        COMMENT,
        201,
        {"body": DOCUMENT, "properties": [{"key": "k", "value": 1}], "visibility": {"type": "role", "value": "Staff"}},
    ),
    Case("POST", COMMENT, 400, {"body": "no document"}),
    Case("GET", COMMENT + "/{id}"),
    Case("GET", COMMENT + "/{id}", 404, names={"id": "1"}),
    Case("PUT", COMMENT + "/{id}", body={"body": DOCUMENT}),
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
    Case("GET", "mypermissions", query="permissions=EDIT_ISSUES,ADMINISTER"),
    Case("GET", "myself"),
    Case("GET", "priority"),
    Case("GET", "project"),
    Case("POST", "project", 201, {"key": "DESK", "name": "Desk"}),
    Case("GET", "project/search", query="keys=SHOP"),
    Case("GET", "project/{projectIdOrKey}"),
    Case("GET", "project/{projectIdOrKey}", 404, names={"projectIdOrKey": "NOPE"}),
    Case("DELETE", "project/{projectIdOrKey}", 204),
    Case("GET", "project/{projectIdOrKey}/version", query="maxResults=1"),
    Case("GET", "project/{projectIdOrKey}/versions"),
    Case(
        "GET", "search/jql", query="jql=project%3DSHOP&fields=*all&expand=changelog&maxResults=1&properties=hypercare"
    ),
    Case("POST", "search/jql", body=SEARCH),
    Case("POST", "search/jql", 400, {"jql": "order by key"}),
    Case("POST", "search/approximate-count", body={"jql": "project = SHOP"}),
    Case("GET", "serverInfo"),
    Case("GET", "status"),
    Case("POST", "version", 201, {"name": "6.0", "project": "SHOP", "releaseDate": "2026-12-01"}),
    Case("GET", "version/{id}", names={"id": "20001"}),
    Case("PUT", "version/{id}", body={"released": True, "description": "Out"}, names={"id": "20001"}),
]

REFUSED = [
    Case("PUT", ISSUE, 400, {"fields": {"labels": ["x"]}}),
    Case("DELETE", ISSUE, 403),
    Case("POST", "issue", 403, NEW_ISSUE),
    Case("POST", COMMENT, 400, {"body": DOCUMENT}),
    Case("PUT", COMMENT + "/{id}", 400, {"body": DOCUMENT}),
    Case("DELETE", COMMENT + "/{id}", 400),
    Case("PUT", ISSUE + "/properties/{propertyKey}", 403, {"n": 2}),
    Case("DELETE", ISSUE + "/properties/{propertyKey}", 404),
    Case("PUT", "comment/{commentId}/properties/{propertyKey}", 403, {"n": 2}),
    Case("DELETE", "comment/{commentId}/properties/{propertyKey}", 403),
    Case("POST", ISSUE + "/remotelink", 403, LINK),
    Case("DELETE", ISSUE + "/remotelink", 403, query="globalId=gh-1"),
    Case("POST", ISSUE + "/transitions", 400, {"transition": {"id": "11"}}),
    Case(
        "POST",
        "issueLink",
        404,
        {"type": {"name": "Relates"}, "inwardIssue": {"key": "SHOP-1"}, "outwardIssue": {"key": "SHOP-2"}},
    ),
    Case("POST", "version", 404, {"name": "6.0", "project": "SHOP"}),
    Case("PUT", "version/{id}", 400, {"released": True}, names={"id": "20001"}),
    Case("POST", "project", 403, {"key": "DESK", "name": "Desk"}),
    Case("DELETE", "project/{projectIdOrKey}", 404),
    Case("POST", "field", 400, {"name": "Tier", "type": SELECT}),
]
"""What who may only look is answered, with a status that the description has for it."""


def official_rows() -> list[dict[str, Any]]:
    """Two issues with all that an issue can have when it is loaded."""
    server_user = {"name": "bo", "key": "bo", "displayName": "Bo", "active": True}
    history = {"id": "800", "author": server_user, "created": "2026-11-03T10:00:00.000+0000"}
    item = {"field": "labels", "fieldtype": "jira", "fieldId": "labels", "fromString": "", "toString": "outage"}
    rich = {
        "labels": ["outage"],
        "fixVersions": [{"id": "20002", "name": "5.3", "released": False}],
        "components": [{"id": "20100", "name": "Payments"}],
        "reporter": server_user,
        "comment": {"comments": [comment(1) | {"id": "700", "properties": [{"key": "hypercare", "value": 1}]}]},
    }
    full = row("SHOP-1", **rich) | {
        "changelog": {"histories": [history | {"items": [item]}]},
        "properties": {"hypercare": 1},
    }
    return [full, row("SHOP-2")]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Sandbox]]:
    with serving("cloud", TOKENS) as both:
        yield both


@pytest.fixture(scope="module")
def description(jira_cloud_openapi: dict[str, Any], served: tuple[str, Sandbox]) -> OpenAPI:
    return read(mended_cloud(jira_cloud_openapi), served[0])


@pytest.fixture
def names(served: tuple[str, Sandbox], tmp_path: Path) -> dict[str, str]:
    """The parts of paths that lead to something, in a world made anew."""
    base, sandbox = served
    JiraWorld.__init__(sandbox.jira, sandbox.clock, sandbox.accounts)
    sandbox.jira.load(written(tmp_path / "rows.jsonl", *official_rows()))
    url = f"{base}/rest/api/3/issue/SHOP-1"
    for number in range(2):
        requests.put(url, json={"fields": {"labels": [f"l{number}"]}}, auth=("a", "sandbox"), timeout=5)
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
    held(case, f"{served[0]}/rest/api/3", names, description)


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_who_may_only_look_is_refused_as_described(
    case: Case, served: tuple[str, Sandbox], names: dict[str, str], description: OpenAPI
) -> None:
    answer = held(case._replace(token="reader"), f"{served[0]}/rest/api/3", names, description)
    assert answer["errorMessages"] or answer["errors"]


def test_every_operation_served_is_held_against_the_description(jira_cloud_openapi: dict[str, Any]) -> None:
    described = {(method.upper(), path) for path, item in jira_cloud_openapi["paths"].items() for method in item}
    served = {(method, path) for path, methods in CLOUD.items() for method in methods}
    shapes = {(method, bare(path)): path for method, path in described}
    unknown = {(method, path) for method, path in served if (method, bare("/rest/api/3/" + path)) not in shapes}
    assert {(method, bare(path)) for method, path in unknown} == {
        (method, bare(path)) for method, path in NOT_DESCRIBED
    }
    held = {(case.method, bare(case.path)) for case in CASES}
    gone = {("GET", "search"), ("POST", "search")}  # described still, and answered with 410 by every site
    assert {(method, bare(path)) for method, path in served - unknown - gone} <= held
