"""Every request that our adapters send, and every recorded answer, against the trackers' official descriptions."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import requests
from graphql import GraphQLSchema, OperationDefinitionNode, parse, validate
from graphql.execution.values import get_variable_values
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from tests.contract.described import mended_cloud, mended_server, read
from vcr.cassette import Cassette  # type: ignore[import-untyped]

from hypercare_sync.trackers.github import access, documents

pytestmark = pytest.mark.contract

CASSETTES = Path(__file__).parents[2] / "cassettes"
GITHUB, JIRA, SERVER = "https://api.github.com", "https://shop.atlassian.net", "https://jira.shop.example"
DOCUMENTS = dict(documents.every()) | {"ACCOUNT": access.ACCOUNT}
SENT = {
    "github": {
        "POST /graphql",
        "POST /app/installations/{installation_id}/access_tokens",
        "GET /repos/{owner}/{repo}",
        "GET /repos/{owner}/{repo}/assignees/{assignee}",
        "GET /repos/{owner}/{repo}/installation",
        "GET /repos/{owner}/{repo}/issues",
        "POST /repos/{owner}/{repo}/labels",
        "POST /repos/{owner}/{repo}/issues",
        "GET /repos/{owner}/{repo}/issues/{issue_number}",
        "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
        "POST /repos/{owner}/{repo}/issues/{issue_number}/labels",
        "DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}",
        "POST /repos/{owner}/{repo}/issues/{issue_number}/assignees",
        "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
        "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
        "GET /repos/{owner}/{repo}/issues/comments/{comment_id}",
        "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
        "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
    },
    "jira": {
        "GET /rest/api/2/serverInfo",
        "GET /rest/api/3/myself",
        "GET /rest/api/3/mypermissions",
        "POST /rest/api/3/search/jql",
        "POST /rest/api/3/changelog/bulkfetch",
        "POST /rest/api/3/issue",
        "POST /rest/api/3/issue/bulkfetch",
        "GET /rest/api/3/issue/{issueIdOrKey}",
        "PUT /rest/api/3/issue/{issueIdOrKey}",
        "GET /rest/api/3/issue/{issueIdOrKey}/comment",
        "POST /rest/api/3/issue/{issueIdOrKey}/comment",
        "GET /rest/api/3/issue/{issueIdOrKey}/comment/{id}",
        "PUT /rest/api/3/issue/{issueIdOrKey}/comment/{id}",
        "DELETE /rest/api/3/issue/{issueIdOrKey}/comment/{id}",
        "GET /rest/api/3/issue/{issueIdOrKey}/remotelink",
        "POST /rest/api/3/issue/{issueIdOrKey}/remotelink",
        "DELETE /rest/api/3/issue/{issueIdOrKey}/remotelink",
        "GET /rest/api/3/issue/{issueIdOrKey}/transitions",
        "POST /rest/api/3/issue/{issueIdOrKey}/transitions",
        "GET /rest/api/3/priority",
        "GET /rest/api/3/project/{projectIdOrKey}",
        "GET /rest/api/3/project/{projectIdOrKey}/roledetails",
        "GET /rest/api/3/project/{projectIdOrKey}/versions",
        "GET /rest/api/3/status",
        "GET /rest/api/3/user",
    },
    "jira-server": {
        "GET /rest/api/2/serverInfo",
        "GET /rest/api/2/myself",
        "GET /rest/api/2/mypermissions",
        "POST /rest/api/2/search",
        "GET /rest/api/2/issue/{issueIdOrKey}",
        "PUT /rest/api/2/issue/{issueIdOrKey}",
        "GET /rest/api/2/issue/{issueIdOrKey}/properties/{propertyKey}",
        "GET /rest/api/2/issue/{issueIdOrKey}/remotelink",
        "POST /rest/api/2/issue/{issueIdOrKey}/remotelink",
        "DELETE /rest/api/2/issue/{issueIdOrKey}/remotelink",
        "GET /rest/api/2/priority",
        "GET /rest/api/2/project/{projectIdOrKey}",
        "GET /rest/api/2/project/{projectIdOrKey}/versions",
        "GET /rest/api/2/status",
        "GET /rest/api/2/user",
    },
}
"""All that the adapters send; the stories of the cassettes hold each of them."""
UNDESCRIBED = {
    ("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", 404),
    ("POST /rest/api/2/search", 401),
}
"""Answers that the descriptions leave out: GitHub's for a comment that is gone already, which its other operations describe, and Data
Center's to whom it does not know.
"""
NOT_HELD = {"GET /rest/api/3/user", "GET /rest/api/2/user", "GET /rest/api/3/project/{projectIdOrKey}/roledetails"}
"""Operations that the descriptions at hand do not have: they leave out a project's roles, and all of a site's people but `myself`."""
ANY_VERSION = ("/rest/api/2/serverInfo", "/rest/api/3/serverInfo")
"""What Cloud is asked for as both Jiras have it, since it is not known yet which it is, and as Cloud's description has it."""


class Exchange(NamedTuple):
    """A recorded request with its answer."""

    request: requests.Request
    response: requests.Response


def _exchanges(path: Path) -> Iterator[Exchange]:
    cassette = Cassette.load(path=str(path))
    for recorded, answered in zip(cassette.requests, cassette.responses, strict=True):
        # The descriptions ask for credentials, which no cassette keeps.
        headers = {**recorded.headers, "Authorization": "Basic bm90OmtlcHQ="}
        request = requests.Request(recorded.method, recorded.uri, headers=headers, data=recorded.body)
        response = requests.Response()
        response.status_code = answered["status"]["code"]
        response.headers.update({name: values[0] for name, values in answered["headers"].items()})
        response._content = answered["body"]["string"]
        yield Exchange(request, response)


@pytest.fixture(scope="module")
def descriptions(
    github_openapi: dict[str, Any], jira_cloud_openapi: dict[str, Any], jira_server_openapi: dict[str, Any]
) -> dict[str, OpenAPI]:
    """The descriptions as validators, each at the address that its cassettes name."""
    github = OpenAPI.from_dict({**github_openapi, "servers": [{"url": GITHUB}]}, config=Config(spec_validator_cls=None))
    return {
        "github": github,
        "jira": read(mended_cloud(jira_cloud_openapi), JIRA),
        "jira-server": read(mended_server(jira_server_openapi), SERVER),
    }


def _cassettes(kind: str) -> list[Path]:
    return sorted((CASSETTES / kind).iterdir())


def _operation(kind: str, request: requests.Request) -> str:
    """Which of the operations that we send a request is."""
    called = f"{request.method} {urlsplit(str(request.url)).path}"
    (found,) = (sent for sent in SENT[kind] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", sent), called))
    return found


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        pytest.param(kind, path, id=str(path.relative_to(CASSETTES).with_suffix("")))
        for kind in SENT
        for path in sorted(CASSETTES.glob(f"**/{kind}/*.yaml"))  # live ones, too
    ],
)
def test_recorded_requests_and_answers_are_as_described(
    kind: str, path: Path, descriptions: dict[str, OpenAPI], github_graphql: GraphQLSchema
) -> None:
    for request, response in _exchanges(path):
        operation = _operation(kind, request)
        if operation == "POST /graphql":
            _check_graphql(request, github_graphql)
            continue
        if operation in NOT_HELD:
            continue
        if kind == "jira":
            request.url = str(request.url).replace(*ANY_VERSION)
        seen = RequestsOpenAPIRequest(request)
        descriptions[kind].validate_request(seen)
        # A done write has nothing to say, though Jira's description gives some of these answers a type.
        if response.content and (operation, response.status_code) not in UNDESCRIBED:
            descriptions[kind].validate_response(seen, RequestsOpenAPIResponse(response))


@pytest.mark.parametrize("kind", SENT)
def test_cassettes_hold_every_request_that_we_send_and_no_other(kind: str) -> None:
    found = {_operation(kind, request) for path in _cassettes(kind) for request, _ in _exchanges(path)}
    assert found == SENT[kind]


def test_every_graphql_query_is_recorded() -> None:
    sent = {
        _named(json.loads(request.data)["query"])
        for path in _cassettes("github")
        for request, _ in _exchanges(path)
        if request.url == f"{GITHUB}/graphql" and isinstance(request.data, bytes)
    }
    assert sent == {_named(text) for text in DOCUMENTS.values()}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_graphql_document_is_of_the_official_schema(name: str, github_graphql: GraphQLSchema) -> None:
    assert validate(github_graphql, parse(DOCUMENTS[name])) == []


def _named(document: str) -> str:
    """What a document's operation is called."""
    (name,) = (
        each.name.value
        for each in parse(document).definitions
        if isinstance(each, OperationDefinitionNode) and each.name
    )
    return name


def _check_graphql(request: requests.Request, schema: GraphQLSchema) -> None:
    """Raises AssertionError for a query that the official schema does not take, or variables of the wrong type."""
    assert isinstance(request.data, bytes)
    sent = json.loads(request.data)
    document = parse(sent["query"])
    assert validate(schema, document) == []
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    variables = get_variable_values(schema, operation.variable_definitions or (), sent["variables"])
    assert not isinstance(variables, list), variables
