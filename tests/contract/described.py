"""Calls of the embedded Jira held against an official description."""

from copy import deepcopy
from typing import Any, NamedTuple

import requests
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse

TOKENS = {"reader": "reader:jira=BROWSE_PROJECTS"}
"""Who may do everything is our own account; this one may only look."""


class Case(NamedTuple):
    """One call: an operation of the description, its body, its query, the status that answers it, and who calls."""

    method: str
    path: str
    status: int = 200
    body: Any = None
    query: str = ""
    names: dict[str, str] = {}
    token: str = "sandbox"

    def __str__(self) -> str:
        return "-".join(
            filter(None, (self.method, self.path, str(self.status), self.query, self.token.replace("sandbox", "")))
        )


def read(description: dict[str, Any], base: str) -> OpenAPI:
    """The description of a site that is served at `base`."""
    here = {**description, "servers": [{"url": base}]}
    # Jira writes +0000 where a date-time has +00:00: any text will do.
    return OpenAPI.from_dict(
        here, config=Config(spec_validator_cls=None, extra_format_validators={"date-time": lambda _: True})
    )


def held(case: Case, root: str, names: dict[str, str], description: OpenAPI) -> Any:
    """Send the call to the API at `root`, hold request and answer against the description, and give the answer's JSON."""
    url = f"{root}/{case.path.format(**{**names, **case.names})}?{case.query}".rstrip("?")
    request = requests.Request(case.method, url, json=case.body, auth=("bot@example.com", case.token))
    with requests.Session() as session:
        response = session.send(session.prepare_request(request), timeout=5)
    assert response.status_code == case.status, response.text
    seen = RequestsOpenAPIRequest(request)
    if case.status != 400:
        description.validate_request(seen)
    if not response.content:
        return None  # a done write has nothing to say, though the description gives several of these answers a type
    description.validate_response(seen, RequestsOpenAPIResponse(response))
    return response.json()


def bare(path: str) -> str:
    """A path without the names of its parts."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


LIST_DESCRIBED_AS_ONE = "issue/{issueIdOrKey}/remotelink"
"""Described as one link, while its own example is a list, as every site answers."""
LISTS_DESCRIBED_AS_ONE = (
    "field", "issuetype", "priority", "project", "status", "project/{projectIdOrKey}/versions", "issue/{issueIdOrKey}/remotelink",
)  # fmt: skip
"""Described as one entry, while every server answers with a list of them."""
WRITES_DESCRIBED_WITH_ONE_STATUS = {
    # A new one answers 201, which the public documentation has; the description knows only the update.
    ("post", "issue/{issueIdOrKey}/remotelink"),
    ("put", "comment/{commentId}/properties/{propertyKey}"),
}


def mended_cloud(description: dict[str, Any]) -> dict[str, Any]:
    """Cloud's description without what it has wrong."""
    mended = deepcopy(description)
    links = mended["paths"][f"/rest/api/3/{LIST_DESCRIBED_AS_ONE}"]["get"]["responses"]["200"]["content"]
    one = links["application/json"]["schema"]
    links["application/json"]["schema"] = {"anyOf": [one, {"type": "array", "items": one}]}
    return mended


def mended_server(description: dict[str, Any]) -> dict[str, Any]:
    """Data Center's description with the exemptions above, and without the types that it gives wrongly to what may be anything."""
    mended = deepcopy(description)
    paths, schemas = mended["paths"], mended["components"]["schemas"]
    for path in LISTS_DESCRIBED_AS_ONE:
        content = paths[f"/rest/api/2/{path}"]["get"]["responses"]["200"]["content"]["application/json"]
        content["schema"] = {"anyOf": [content["schema"], {"type": "array", "items": content["schema"]}]}
    for method, path in WRITES_DESCRIBED_WITH_ONE_STATUS:
        paths[f"/rest/api/2/{path}"][method]["responses"]["201"] = {"description": "It is new."}
    schemas["IssueBean"]["properties"]["fields"] = {"type": "object"}  # each of them an object, it says
    schemas["IssueUpdateBean"]["properties"] |= {"fields": {"type": "object"}, "update": {"type": "object"}}
    schemas["EntityPropertyBean"]["properties"]["value"] = {}  # a string, it says; any JSON is kept
    body = paths["/rest/api/2/issue/{issueIdOrKey}/properties/{propertyKey}"]["put"]["requestBody"]["content"]
    body["application/json"]["schema"] = {}  # the same
    schemas["StringList"] = {"type": "string"}  # an object, it says, which no query can hold
    return mended
