"""A sandbox that all tests of a module share, and a repository of its own for each test."""

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from hypercare_sync.sandbox import github
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Sandbox

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
_numbers = itertools.count(1)


class Api:
    """One repository of the embedded GitHub, called as `token`'s owner."""

    def __init__(self, sandbox: Sandbox, base: str, repo: str, token: str = "sandbox") -> None:
        self.sandbox = sandbox
        self.base = base
        self.repo = repo
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """Call a path below the repository, or an absolute one that starts with two slashes."""
        place = path[1:] if path.startswith("//") else f"/repos/{self.repo}{path}"
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.request(method, f"{self.base}/api/v3{place}", json=body, headers=names, timeout=10)

    def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        """A query's whole answer."""
        body: dict[str, Any] = {"query": query, "variables": variables}
        response = self.session.post(f"{self.base}/api/graphql", json=body, timeout=10)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def repository(self, selected: str, **variables: Any) -> dict[str, Any]:
        """What GraphQL says of the repository."""
        owner, _, name = self.repo.partition("/")
        declared = ", ".join(f"${each}: {_TYPES[each]}" for each in variables)
        query = f"query{f'({declared})' if declared else ''} {{ repository(owner: {json.dumps(owner)}, name: {json.dumps(name)}) {{ {selected} }} }}"
        answer = self.graphql(query, **variables)
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]["repository"]
        return found

    def later(self) -> str:
        """Move the clock on a minute; the time then."""
        self.sandbox.clock.advance(timedelta(minutes=1))
        return f"{self.sandbox.github.now():%Y-%m-%dT%H:%M:%SZ}"

    def open(self, title: str = "Cart broken", **members: Any) -> int:
        """Open an issue; its number."""
        response = self("POST", "/issues", {"title": title, **members})
        assert response.status_code == 201, response.text
        number: int = response.json()["number"]
        return number

    def issue(self, number: int) -> dict[str, Any]:
        """An issue as REST tells it."""
        told: dict[str, Any] = self("GET", f"/issues/{number}").json()
        return told

    def history(self, number: int) -> list[str]:
        """The kinds of an issue's timeline, oldest first."""
        return [line["event"] for line in self("GET", f"/issues/{number}/timeline?per_page=100").json()]


_TYPES = {"after": "String", "before": "String", "filterBy": "IssueFilters", "ids": "[ID!]!"}


@pytest.fixture(scope="module")
def world() -> Sandbox:
    return Sandbox.new(START)


@pytest.fixture(scope="module")
def base(world: Sandbox) -> Iterator[str]:
    with running(world) as address:
        yield address


@pytest.fixture
def api(world: Sandbox, base: str) -> Iterator[Api]:
    """Our own account in an empty repository that no other test uses."""
    repository = world.github.repository_for(f"acme/web-{next(_numbers)}")
    with (made := Api(world, base, repository.full_name)).session:
        yield made


@pytest.fixture
def colleague(api: Api) -> Iterator[Api]:
    """A person in the same repository."""
    with (made := Api(api.sandbox, api.base, api.repo, "person")).session:
        yield made


@pytest.fixture
def loaded(api: Api, tmp_path: Path) -> Callable[..., Api]:
    """Loads rows into the repository."""

    def load(*rows: dict[str, Any]) -> Api:
        path = tmp_path / "rows.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows))
        github.load(api.sandbox.github, api.repo, path)
        return api

    return load


def row(number: int, **members: Any) -> dict[str, Any]:
    """An issue of data: the fewest members that one can have, and the given ones."""
    issue = {"number": number, "title": f"Case {number}", "created_at": f"2026-11-{number:02d}T09:00:00Z", **members}
    return {"issue": issue}
