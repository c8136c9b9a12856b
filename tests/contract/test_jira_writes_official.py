"""Every request by which we write to Jira, and its answer, against the official description of each flavour."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from openapi_core import OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from tests.contract.described import mended_server, read
from tests.contract.scenes.desk import FLAVOURS, TOKENS, Desk
from tests.faults.test_jira_writes import WRITES
from tests.sync.sandbox.jira_site import Site, serving

from hypercare_sync.sandbox.world import Sandbox
from hypercare_sync.trackers.http import Transport

pytestmark = pytest.mark.contract


@dataclass
class Checked:
    """A wire that holds each request and answer against a description before it passes them on."""

    wire: Transport
    root: str
    description: OpenAPI
    sent: int = 0

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any) -> tuple[int, Mapping[str, str], str]:
        """The answer."""
        status, headers, text = self.wire.send(method, path, params, body)
        request = requests.Request(
            method,
            f"{self.root}/{path}",
            params=dict(params),
            json=body,
            headers={"Authorization": "Basic bm90OmtlcHQ="},
        )
        seen = RequestsOpenAPIRequest(request)
        self.description.validate_request(seen)
        if text:
            response = requests.Response()
            response.status_code, response._content = status, text.encode()
            response.headers.update(headers)
            self.description.validate_response(seen, RequestsOpenAPIResponse(response))
        self.sent += 1
        return status, headers, text


@pytest.fixture(scope="module", params=FLAVOURS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, Sandbox, OpenAPI]]:
    with serving(request.param, TOKENS) as (base, sandbox):
        if sandbox.jira.cloud:
            yield base, sandbox, read(request.getfixturevalue("jira_cloud_openapi"), base)
        else:
            yield base, sandbox, read(mended_server(request.getfixturevalue("jira_server_openapi")), base)


@pytest.mark.parametrize("token", ["sandbox", "member"])
@pytest.mark.parametrize("name", WRITES)
def test_write_and_its_answer_are_as_described(
    served: tuple[str, Sandbox, OpenAPI], name: str, token: str, tmp_path: Path
) -> None:
    base, sandbox, description = served
    desk = Desk(Site(base, sandbox.jira, tmp_path, version=2), sandbox)
    write = WRITES[name]
    for step in write.before:
        step(desk, desk.writer())
    writer = desk.writer(token)
    root = f"{base}/rest/api/{3 if desk.cloud else 2}"
    wire = writer.client.transport = Checked(writer.client.transport, root, description)
    write.step(desk, writer)
    assert wire.sent >= len(write.requests)
