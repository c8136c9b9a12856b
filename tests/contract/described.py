"""Calls of the embedded Jira held against an official description."""

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
