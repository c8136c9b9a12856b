"""The trackers' official descriptions, read where they lie outside the project."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema

_FOLDER = Path(os.environ.get("HYPERCARE_SCHEMAS", Path(__file__).parents[2].parent / "shared" / "schemas"))


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
