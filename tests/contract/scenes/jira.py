"""A scene on the served Jira site."""
# ruff: noqa: D102 - Scene says what each of them does

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import requests
from tests.contract.scenes.scene import GO_LIVE, VERSION, source
from tests.contract.scenes.served import Served, answer, numbers

from hypercare_rules.ticket import Marker, OurLink, Ref
from hypercare_sync.observed import SummaryPlace
from hypercare_sync.sandbox.people import OURS
from hypercare_sync.trackers import marker as markers
from hypercare_sync.trackers.jira.reader import JiraReader
from hypercare_sync.trackers.jira.transport import jira_client
from hypercare_sync.trackers.jira.writer import JiraWriter
from hypercare_sync.trackers.port import Tracker


class JiraScene:
    """A project of its own on the served Jira site."""

    def __init__(
        self, served: Served, project: str | None = None, site: str | None = None, token: str = "sandbox"
    ) -> None:
        self.served = served
        self.project = project or f"P{next(numbers)}X"
        self.world = served.sandbox.jira
        self.server = not self.world.cloud
        self.site = site or f"{served.base}/jira"
        self.client = jira_client("jira", self.site, None if self.server else "bot@example.com", token)
        self.client.sleep = served.slept.append
        reader = JiraReader("jira", self.client, self.site, account_key="bot@example.com")
        self.tracker = Tracker("jira", "jira", reader, JiraWriter("jira", self.client, reader))
        self.source = source("jira", self.project)
        self.place = SummaryPlace("jira", self.project, "hypercare:summary", "Task")

    @property
    def colleague(self) -> str:
        return str(self.call("GET", "myself")["name" if self.server else "accountId"])

    @property
    def bystander(self) -> str:
        return "cleo"

    def load(self, count: int) -> list[Ref]:
        self.load_rows(*(row(f"{self.project}-{number}", number) for number in range(1, count + 1)))
        return [Ref("jira", f"{self.project}-{number}") for number in range(1, count + 1)]

    def load_rows(self, *rows: Any) -> None:
        """Take in rows in REST shape, and the version even where no row has it."""
        if rows:
            self.world.load(self.served.write(rows))
        else:
            self.call("POST", "project", {"key": self.project, "name": self.project})
            self.call("POST", "version", {"name": VERSION, "project": self.project})

    def pass_time(self, by: timedelta) -> None:
        self.served.sandbox.clock.advance(by)

    def comment(self, ref: Ref, text: str) -> None:
        self.call("POST", f"issue/{ref.key}/comment", {"body": text})

    def link_page(self, ref: Ref, url: str, **more: Any) -> int:
        """Somebody links the issue to a page elsewhere; the link's id."""
        made = self.call("POST", f"issue/{ref.key}/remotelink", {"object": {"url": url, "title": "Elsewhere"}, **more})
        return int(made["id"])

    def unlink_page(self, ref: Ref, link: int) -> None:
        """Somebody takes such a link away."""
        self.call("DELETE", f"issue/{ref.key}/remotelink/{link}")

    def edit_comment(self, ref: Ref, comment: str, text: str) -> None:
        self.call("PUT", f"issue/{ref.key}/comment/{comment}", {"body": text})

    def delete_comment(self, ref: Ref, comment: str) -> None:
        self.call("DELETE", f"issue/{ref.key}/comment/{comment}")

    def forge(self, ref: Ref, marker: Marker) -> None:
        self.comment(ref, f"Look! {self.site}/browse/{ref.key}{markers.in_fragment(marker.model_dump())}")

    def label(self, ref: Ref, *labels: str) -> None:
        self.call("PUT", f"issue/{ref.key}", {"update": {"labels": [{"add": label} for label in labels]}})

    def unlabel(self, ref: Ref, label: str) -> None:
        self.call("PUT", f"issue/{ref.key}", {"update": {"labels": [{"remove": label}]}})

    def unlink(self, ref: Ref, link: OurLink) -> None:
        self.call("DELETE", f"issue/{ref.key}/remotelink?globalId={quote(str(link), safe='')}")

    def close(self, ref: Ref) -> None:
        self.move(ref, "Done")

    def move(self, ref: Ref, status: str) -> None:
        """Move the ticket to a status."""
        ways = self.call("GET", f"issue/{ref.key}/transitions")["transitions"]
        number = next(way["id"] for way in ways if way["to"]["name"] == status)
        self.call("POST", f"issue/{ref.key}/transitions", {"transition": {"id": number}})

    def edit(self, ref: Ref, **fields: Any) -> None:
        """Set fields as a person."""
        self.call("PUT", f"issue/{ref.key}", {"fields": fields})

    def link(self, kind: str, outward: Ref, inward: Ref) -> None:
        """Link two tickets; `outward` is the one that does it to the other."""
        sides = {"inwardIssue": {"key": outward.key}, "outwardIssue": {"key": inward.key}}
        self.call("POST", "issueLink", {"type": {"name": kind}, **sides})

    def assign(self, ref: Ref) -> None:
        self.edit(ref, assignee={"name" if self.server else "accountId": self.colleague})

    def prioritise(self, ref: Ref, native: str) -> None:
        self.edit(ref, priority={"name": native})

    def native_priority(self, ref: Ref) -> str | None:
        return str(self.issue(ref.key)["fields"]["priority"]["name"])

    def leave(self, ref: Ref) -> None:
        names = {one["name"] for one in self.call("GET", f"project/{self.project}/versions")}
        if "6.0" not in names:
            self.call("POST", "version", {"name": "6.0", "project": self.project})
        self.edit(ref, versions=[{"name": "6.0"}])

    def delete(self, *refs: Ref) -> None:
        for ref in refs:
            self.call("DELETE", f"issue/{ref.key}")

    def labels(self, ref: Ref) -> set[str]:
        return set(self.issue(ref.key)["fields"]["labels"])

    def comments(self, ref: Ref) -> list[str]:
        return [comment["body"] for comment in self.issue(ref.key)["fields"]["comment"]["comments"]]

    def summaries(self) -> list[tuple[str, bool]]:
        us = self.served.sandbox.accounts.named(OURS).account_id
        jql = f'project = {self.project} AND reporter = "{us}" ORDER BY created, key'
        path = "search" if self.server else "search/jql"
        found = self.call("POST", path, {"jql": jql, "fields": ["summary", "status"]})["issues"]
        return [(one["fields"]["summary"], one["fields"]["status"]["statusCategory"]["key"] != "done") for one in found]

    def summary_text(self, key: str) -> str:
        return str(self.issue(key)["fields"]["description"])

    def issue(self, key: str) -> dict[str, Any]:
        """An issue as REST version 2 tells it, whose texts are plain."""
        found: dict[str, Any] = self.call("GET", f"issue/{key}")
        return found

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What a person does by REST version 2."""
        url = f"{self.served.base}/jira/rest/api/2/{path}"
        return answer(requests.request(method, url, json=body, auth=("pat@example.com", "person"), timeout=10))


def row(key: str, number: int, *, comments: int = 0, labellings: int = 0, **fields: Any) -> dict[str, Any]:
    """An issue of the release in REST shape, reported by a customer, with so many comments and label changes.

    `fields` come on top of the usual ones.
    """
    cleo = {"accountId": "cleo", "displayName": "Cleo", "active": True}
    usual = {
        "summary": f"Checkout fails for case {number}",
        "description": f"Seen {number} times.",
        "created": _stamp(number),
        "updated": _stamp(number),
        "labels": [],
        "issuetype": {"id": "10921", "name": "Bug", "subtask": False},
        "priority": {"id": "3", "name": "Medium"},
        "status": {"id": "1", "name": "Open", "statusCategory": {"id": 2, "key": "new", "name": "To Do"}},
        "resolution": None,
        "versions": [{"id": "20001", "name": VERSION, "released": True}],
        "fixVersions": [],
        "components": [],
        "reporter": cleo,
        "creator": cleo,
        "assignee": None,
        "comment": {
            "comments": [
                {"body": f"Comment {each}.", "author": cleo, "created": _stamp(2000 + each)} for each in range(comments)
            ]
        },
    }
    histories = [
        {
            "author": cleo,
            "created": _stamp(2000 + each),
            "items": [{"field": "labels", "fieldId": "labels", "fromString": "", "toString": f"label-{each}"}],
        }
        for each in range(labellings)
    ]
    return {
        "id": str(50_000 + _digits(key.partition("-")[0]) * 10_000 + number),
        "key": key,
        "fields": usual | fields,
        "changelog": {"histories": histories},
    }


def _digits(text: str) -> int:
    return int("0" + "".join(filter(str.isdigit, text)))


def _stamp(minutes: int) -> str:
    return f"{GO_LIVE + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S.000+0000}"
