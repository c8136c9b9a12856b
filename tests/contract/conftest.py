"""The trackers' official descriptions, read where they lie outside the project; and the embedded trackers, served."""

import gzip
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema
from tests.contract.scenes.github import GithubScene
from tests.contract.scenes.jira import JiraScene
from tests.contract.scenes.memory import MemoryScene
from tests.contract.scenes.scene import START, Scene
from tests.contract.scenes.served import Served

from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Sandbox

_FOLDER = Path(os.environ.get("HYPERCARE_SCHEMAS", Path(__file__).parents[2].parent / "shared" / "schemas"))


ZONES = {"west": "hypercare-bot:jira-zone=Pacific/Pago_Pago", "east": "hypercare-bot:jira-zone=Pacific/Kiritimati"}
"""Our own account, as far from UTC as people live; by these tokens Jira reads dates in its zone."""


def _text(name: str) -> str:
    path = _FOLDER / name
    if not path.exists():
        reason = f"the official description {path} is not there; point HYPERCARE_SCHEMAS to its folder"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with gzip.open(path, "rt", encoding="utf-8") as source:
        return source.read()


@pytest.fixture(scope="session")
def github_openapi() -> dict[str, Any]:
    """GitHub's REST API as OpenAPI 3.0."""
    description: dict[str, Any] = json.loads(_text("github-rest.openapi.json.gz"))
    return description


@pytest.fixture(scope="session")
def github_graphql() -> GraphQLSchema:
    """GitHub's whole GraphQL schema; it has doubled fields, so it is taken as it is."""
    return build_schema(_text("github.graphql.gz"), assume_valid=True, assume_valid_sdl=True)


@pytest.fixture(scope="session")
def jira_cloud_openapi() -> dict[str, Any]:
    """Jira Cloud's REST API v3 as OpenAPI 3.0."""
    description: dict[str, Any] = json.loads(_text("jira-cloud-v3.openapi.json.gz"))
    return description


@pytest.fixture(scope="session")
def jira_server_openapi() -> dict[str, Any]:
    """Jira Data Center's REST API v2 as OpenAPI 3.0."""
    description: dict[str, Any] = json.loads(_text("jira-datacenter-10.openapi.json.gz"))
    return description


@pytest.fixture(scope="session")
def trackers() -> Iterator[tuple[Sandbox, str]]:
    """The embedded trackers, served for all contract tests; each test makes a repository and a project of its own."""
    scoped = "hypercare-bot:jira-scopes=read:jira-work+read:jira-user+write:jira-work"
    sandbox = Sandbox.new(START, {"scoped": scoped, **ZONES})
    with running(sandbox) as base:
        yield sandbox, base


@pytest.fixture(scope="session")
def data_center() -> Iterator[tuple[Sandbox, str]]:
    """The same with Jira Data Center."""
    sandbox = Sandbox.new(START, ZONES, flavour="datacenter")
    with running(sandbox) as base:
        yield sandbox, base


@pytest.fixture
def served(trackers: tuple[Sandbox, str], tmp_path: Path) -> Served:
    """The served trackers without what an earlier test planted in them."""
    return _fresh(*trackers, tmp_path)


def _fresh(sandbox: Sandbox, base: str, folder: Path) -> Served:
    sandbox.faults.planted.clear()
    sandbox.log.served.clear()
    sandbox.jira.lag = timedelta()
    return Served(sandbox, base, folder)


@pytest.fixture
def jira_server(data_center: tuple[Sandbox, str], tmp_path: Path) -> JiraScene:
    return JiraScene(_fresh(*data_center, tmp_path))


@pytest.fixture
def github(served: Served) -> GithubScene:
    return GithubScene(served)


@pytest.fixture
def jira(served: Served) -> JiraScene:
    return JiraScene(served)


@pytest.fixture(params=["jira", "jira_server"])
def flavour(request: pytest.FixtureRequest) -> JiraScene:
    """Each Jira in turn."""
    found: JiraScene = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["memory", "github", "jira", "jira_server"])
def scene(request: pytest.FixtureRequest) -> Scene:
    """Each tracker in turn."""
    if request.param == "memory":
        return MemoryScene.new()
    found: Scene = request.getfixturevalue(request.param)
    return found
