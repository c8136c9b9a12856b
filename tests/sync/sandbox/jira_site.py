"""A served Jira site with made-up issues, for the tests of the sandbox's Jira side."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import requests

from hypercare_sync.sandbox.jira import JiraWorld
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Flavour, Sandbox

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANA: dict[str, Any] = {"accountId": "ana", "displayName": "Ana", "active": True}
LONG_AGO = "2026-11-02T09:00:00.000+0000"
_projects, _ids = count(1), count(20_000)
_OPEN = {
    "id": "1",
    "name": "Open",
    "statusCategory": {"id": 2, "key": "new", "name": "To Do", "colorName": "blue-gray"},
}


def row(key: str, **fields: Any) -> dict[str, Any]:
    """A made-up issue in REST shape; `fields` on top of the usual ones."""
    usual = {
        "summary": f"Checkout fails in {key}",
        "description": "Seen *twice*.",
        "created": LONG_AGO,
        "updated": LONG_AGO,
        "labels": [],
        "issuetype": {"id": "10921", "name": "Bug", "subtask": False},
        "status": _OPEN,
        "resolution": None,
        "versions": [{"id": "20001", "name": "5.2", "released": True}],
        "fixVersions": [],
        "components": [],
        "reporter": ANA,
        "creator": ANA,
        "assignee": None,
    }
    return {"id": str(next(_ids)), "key": key, "fields": usual | fields}


def comment(number: int) -> dict[str, Any]:
    """A made-up comment in REST shape."""
    moment = f"2026-11-03T09:00:{number:02}.000+0000"
    return {
        "id": str(next(_ids)),
        "author": ANA,
        "updateAuthor": ANA,
        "body": f"Comment {number}",
        "created": moment,
        "updated": moment,
    }


def written(path: Path, *rows: Any) -> Path:
    """`path` with a line of JSON for each row."""
    path.write_text("".join(json.dumps(one) + "\n" for one in rows))
    return path


@dataclass
class Site:
    """A client of the served site, with a project of its own in which `SHOP-1` of a test is `self.key(1)`."""

    base: str
    world: JiraWorld
    folder: Path
    project: str = field(default_factory=lambda: f"P{next(_projects)}X")
    version: int = 3

    def key(self, number: int) -> str:
        """The key of the project's issue with this number."""
        return f"{self.project}-{number}"

    def load(self, *rows: dict[str, Any]) -> None:
        """Take in more issues."""
        self.world.load(written(self.folder / f"{next(_ids)}.jsonl", *rows))

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        version: int | None = None,
        token: str = "sandbox",
        **query: Any,
    ) -> requests.Response:
        """One request to the REST API."""
        url = f"{self.base}/rest/api/{version or self.version}/{path}"
        return requests.request(method, url, json=body, params=query, auth=("bot@example.com", token), timeout=10)

    def get(self, path: str, **query: Any) -> Any:
        """What a GET answers, which must succeed."""
        answer = self.call("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def search(self, jql: str, **more: Any) -> Any:
        """What a search answers, which must succeed."""
        answer = self.call("POST", "search/jql", {"jql": jql, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def found(self, jql: str, **more: Any) -> list[str]:
        """The keys that a search within the project finds."""
        return [
            issue["key"]
            for issue in self.search(f"project = {self.project} AND ({jql})", fields=["key"], **more)["issues"]
        ]

    def issue(self, number: int, **query: Any) -> Any:
        """One issue of the project."""
        return self.get(f"issue/{self.key(number)}", **query)

    def history(self, number: int) -> list[tuple[str, str, str]]:
        """What changed in an issue of the project: (field, from, to), oldest first."""
        entries = self.get(f"issue/{self.key(number)}/changelog")["values"]
        return [(item["field"], item["fromString"], item["toString"]) for entry in entries for item in entry["items"]]

    def moved(self, number: int) -> bool:
        """Whether `updated` of an issue is no longer as it was loaded."""
        return bool(self.issue(number)["fields"]["updated"] != LONG_AGO)


@contextmanager
def serving(flavour: Flavour = "cloud", tokens: Mapping[str, str] | None = None) -> Iterator[tuple[str, Sandbox]]:
    """A served sandbox for a module's tests: the Jira site's address, and the sandbox."""
    sandbox = Sandbox.new(START, tokens, flavour)
    with running(sandbox) as base:
        yield f"{base}/jira", sandbox
