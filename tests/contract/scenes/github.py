"""A scene on the served GitHub."""
# ruff: noqa: D102 - Scene says what each of them does

from datetime import timedelta
from typing import Any

import requests
from tests.contract.scenes.scene import GO_LIVE, VERSION, Follower, source
from tests.contract.scenes.served import Served, answer, numbers

from hypercare_rules.ticket import Marker, OurLink, Ref
from hypercare_sync.observed import SummaryPlace
from hypercare_sync.sandbox import github as sandbox_github
from hypercare_sync.sandbox.people import OURS
from hypercare_sync.trackers import marker as markers
from hypercare_sync.trackers.github.reader import GithubReader
from hypercare_sync.trackers.github.transport import github_client
from hypercare_sync.trackers.github.writer import GithubWriter
from hypercare_sync.trackers.port import Tracker

MINUTES, HOUR, DAY = timedelta(minutes=20), timedelta(minutes=61), timedelta(hours=25)
"""Longer than the overlap, than the time between two censuses, and than that between two looks for issue types."""
MANAGED = "hypercare:P1"


class GithubScene:
    """A repository of its own on the served GitHub."""

    def __init__(self, served: Served, repo: str | None = None, api: str | None = None, token: str = "sandbox") -> None:
        self.served = served
        self.repo = repo or f"acme/web-{next(numbers)}"
        self.world = served.sandbox.github
        self.client = github_client("gh", api or f"{served.base}/api/v3", token)
        self.client.sleep = served.slept.append
        reader = GithubReader("gh", self.client)
        self.tracker = Tracker("gh", "github", reader, GithubWriter("gh", self.client, reader))
        self.source = source("gh", self.repo)
        self.place = SummaryPlace("gh", self.repo, "hypercare:summary")

    @property
    def colleague(self) -> str:
        return "pat"

    @property
    def bystander(self) -> str:
        return "cleo"

    def load(self, count: int) -> list[Ref]:
        self.load_rows(*(row(number) for number in range(1, count + 1)))
        return [Ref("gh", f"{self.repo}#{number}") for number in range(1, count + 1)]

    def load_rows(self, *rows: Any) -> None:
        """Take in rows in REST shape, and the milestone even where no row has it."""
        if rows:
            sandbox_github.load(self.world, self.repo, self.served.write(rows))
        else:
            self.world.repository_for(self.repo)
            self._call("POST", "/milestones", {"title": VERSION})

    def pass_time(self, by: timedelta) -> None:
        self.served.sandbox.clock.advance(by)

    def comment(self, ref: Ref, text: str) -> None:
        self._call("POST", f"{_issue(ref)}/comments", {"body": text})

    def edit_comment(self, ref: Ref, comment: str, text: str) -> None:
        self._call("PATCH", f"/issues/comments/{comment}", {"body": text})

    def delete_comment(self, ref: Ref, comment: str) -> None:
        self._call("DELETE", f"/issues/comments/{comment}")

    def forge(self, ref: Ref, marker: Marker) -> None:
        self.comment(ref, f"Look! {markers.in_comment(marker.model_dump())}")

    def label(self, ref: Ref, *labels: str) -> None:
        self._call("POST", f"{_issue(ref)}/labels", {"labels": list(labels)})

    def unlabel(self, ref: Ref, label: str) -> None:
        self._call("DELETE", f"{_issue(ref)}/labels/{label}")

    def unlink(self, ref: Ref, link: OurLink) -> None:
        """Nothing: there are none."""

    def close(self, ref: Ref) -> None:
        self._call("PATCH", _issue(ref), {"state": "closed"})

    def assign(self, ref: Ref) -> None:
        self._call("POST", f"{_issue(ref)}/assignees", {"assignees": ["pat"]})

    def prioritise(self, ref: Ref, native: str) -> None:
        pass

    def native_priority(self, ref: Ref) -> str | None:
        return None

    def leave(self, ref: Ref) -> None:
        titles = {one["title"]: one["number"] for one in self._call("GET", "/milestones")}
        number = titles.get("6.0") or self._call("POST", "/milestones", {"title": "6.0"})["number"]
        self._call("PATCH", _issue(ref), {"milestone": number})

    def delete(self, *refs: Ref) -> None:
        owner, _, name = self.repo.partition("/")
        repository = self.world.repository(owner, name)
        assert repository is not None
        for ref in refs:
            del repository.issues[int(ref.key.rpartition("#")[2])]

    def labels(self, ref: Ref) -> set[str]:
        return {label["name"] for label in self._call("GET", _issue(ref))["labels"]}

    def comments(self, ref: Ref) -> list[str]:
        return [comment["body"] for comment in self._call("GET", f"{_issue(ref)}/comments?per_page=100")]

    def summaries(self) -> list[tuple[str, bool]]:
        issues = self._call("GET", f"/issues?creator={OURS}&state=all&sort=created&direction=asc")
        return [(issue["title"], issue["state"] == "open") for issue in issues]

    def summary_text(self, key: str) -> str:
        return str(self.issue(key)["body"])

    def issue(self, key: str) -> dict[str, Any]:
        """An issue as REST tells it."""
        found: dict[str, Any] = self._call("GET", f"/issues/{key.rpartition('#')[2]}")
        return found

    def rewrite(self, key: str, text: str) -> None:
        """Change an issue's text as a person."""
        self._call("PATCH", f"/issues/{key.rpartition('#')[2]}", {"body": text})

    def open(self, title: str) -> Ref:
        """Open an issue without a milestone."""
        return Ref("gh", f"{self.repo}#{self._call('POST', '/issues', {'title': title})['number']}")

    def react(self, ref: Ref) -> None:
        """Give it a heart."""
        self._call("POST", f"{_issue(ref)}/reactions", {"content": "heart"})

    def retype(self, number: int, name: str | None) -> None:
        """Give an issue another type."""
        self._call("PATCH", f"/issues/{number}", {"type": name})

    def person(self, method: str, path: str, body: Any = None) -> Any:
        """Whatever else a person does in the repository by REST."""
        return self._call(method, path, body)

    def mutate(self, name: str, **given: Any) -> None:
        """What a person does by GraphQL."""
        document = (
            f"mutation($given: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $given) {{ clientMutationId }} }}"
        )
        body = {"query": document, "variables": {"given": given}}
        headers = {"Authorization": "Bearer person"}
        done = answer(requests.post(f"{self.served.base}/api/graphql", json=body, headers=headers, timeout=10))
        assert "errors" not in done, done

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": "Bearer person"}
        url = f"{self.served.base}/api/v3/repos/{self.repo}{path}"
        return answer(requests.request(method, url, json=body, headers=headers, timeout=10))


def first_reading(scene: GithubScene, **selected_by: Any) -> Follower:
    """A first reading of what is selected there."""
    scene.source = source("gh", scene.repo, **selected_by)
    follower = Follower(scene)
    follower.read()
    return follower


def row(number: int, **members: Any) -> dict[str, Any]:
    """An issue of the release in REST shape, opened by a customer; `members` on top of the usual ones."""
    opened = f"{GO_LIVE + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}"
    usual = {
        "number": number,
        "title": f"Cart broken for case {number}",
        "body": f"Seen {number} times.",
        "user": {"login": "cleo", "type": "User"},
        "milestone": {"number": 1, "title": VERSION, "created_at": opened, "updated_at": opened},
        "created_at": opened,
    }
    return {"issue": usual | members}


def comment(number: int) -> dict[str, Any]:
    """A customer's comment in REST shape."""
    written = f"{GO_LIVE + timedelta(days=1, minutes=number):%Y-%m-%dT%H:%M:%SZ}"
    return {"body": f"Comment {number}.", "user": {"login": "cleo", "type": "User"}, "created_at": written}


def event(number: int, kind: str, **details: Any) -> dict[str, Any]:
    """A line of the timeline in REST shape."""
    at = f"{GO_LIVE + timedelta(days=1, minutes=number):%Y-%m-%dT%H:%M:%SZ}"
    return {"event": kind, "actor": {"login": "cleo", "type": "User"}, "created_at": at, **details}


def _issue(ref: Ref) -> str:
    return f"/issues/{ref.key.rpartition('#')[2]}"
