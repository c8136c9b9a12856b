"""How people work with their trackers: over HTTP, each with a token of their own."""

import base64
import json
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from hypercare_sync.demo.script import VERSION, Deed, Report, Verb
from hypercare_sync.errors import TrackerError


def token_of(login: str) -> str:
    """The token with which somebody of the story comes to the trackers."""
    return f"token-of-{login}"


class Desk(Protocol):
    """One tracker as people use it."""

    def release(self, who: str, place: str) -> None:
        """Make the release known in a project or repository, as a version or milestone."""
        ...

    def open(self, deed: Deed, report: Report) -> str:
        """Open a ticket; its key."""
        ...

    def act(self, deed: Deed) -> None:
        """Do anything else to a ticket."""
        ...


class JiraDesk:
    """A Jira site; `account_id` gives the id of a login."""

    def __init__(self, base: str, account_id: Callable[[str], str]) -> None:
        self._wire = _Wire(base, "/jira/rest/api/2", _basic)
        self._account_id = account_id

    def release(self, who: str, place: str) -> None:
        """Add the release's version to a project."""
        self._wire.call(who, "POST", "/version", {"project": place, "name": VERSION})

    def open(self, deed: Deed, report: Report) -> str:
        """Open a ticket; its key."""
        tie = {"affects": "versions", "planned": "fixVersions"}
        fields: dict[str, Any] = {
            "project": {"key": deed.ticket.partition("-")[0]},
            "summary": report.title,
            "description": report.text or None,
            "issuetype": {"name": report.type},
            "priority": {"name": report.priority},
            "labels": list(report.labels),
            **({tie[report.release]: [{"name": VERSION}]} if report.release in tie else {}),
        }
        return str(self._wire.call(deed.who, "POST", "/issue", {"fields": fields})["key"])

    def act(self, deed: Deed) -> None:
        """Do anything else to a ticket."""
        who, what, path = deed.who, deed.what, f"/issue/{deed.ticket}"
        match deed.verb:
            case Verb.comments:
                self._wire.call(who, "POST", f"{path}/comment", {"body": what})
            case Verb.assigns:
                self._wire.call(who, "PUT", path, {"fields": {"assignee": {"accountId": self._account_id(what)}}})
            case Verb.moves:
                known = self._wire.call(who, "GET", f"{path}/transitions")["transitions"]
                chosen = next(each["id"] for each in known if each["name"] == what)
                self._wire.call(who, "POST", f"{path}/transitions", {"transition": {"id": chosen}})
            case Verb.labels:
                self._wire.call(who, "PUT", path, {"update": {"labels": [{"add": what}]}})
            case Verb.unlabels:
                self._wire.call(who, "PUT", path, {"update": {"labels": [{"remove": what}]}})
            case Verb.tags:
                self._wire.call(who, "PUT", path, {"fields": {"versions": [{"name": what}]}})
            case Verb.duplicates:
                link = {
                    "type": {"name": "Duplicate"},
                    "inwardIssue": {"key": deed.ticket},
                    "outwardIssue": {"key": what},
                }
                self._wire.call(who, "POST", "/issueLink", link)
            case Verb.opens:
                raise ValueError(f"{deed.ticket}: a ticket is opened with its report")


class GithubDesk:
    """GitHub."""

    def __init__(self, base: str) -> None:
        self._wire = _Wire(base, "/api/v3", lambda token: f"Bearer {token}")
        self._milestones: dict[str, int] = {}

    def release(self, who: str, place: str) -> None:
        """Add the release's milestone to a repository."""
        made = self._wire.call(who, "POST", f"/repos/{place}/milestones", {"title": VERSION})
        self._milestones[VERSION] = made["number"]

    def open(self, deed: Deed, report: Report) -> str:
        """Open a ticket; its key."""
        repo = deed.ticket.partition("#")[0]
        body: dict[str, Any] = {
            "title": report.title,
            "body": report.text,
            "labels": list(report.labels),
            "milestone": None if report.release == "none" else self._milestones[VERSION],
        }
        made = self._wire.call(deed.who, "POST", f"/repos/{repo}/issues", body)
        return f"{repo}#{made['number']}"

    def act(self, deed: Deed) -> None:
        """Do anything else to a ticket."""
        who, what = deed.who, deed.what
        repo, _, number = deed.ticket.partition("#")
        path = f"/repos/{repo}/issues/{number}"
        match deed.verb:
            case Verb.comments:
                self._wire.call(who, "POST", f"{path}/comments", {"body": what})
            case Verb.assigns:
                self._wire.call(who, "POST", f"{path}/assignees", {"assignees": [what]})
            case Verb.moves:
                self._wire.call(who, "PATCH", path, _STATES[what])
            case Verb.labels:
                self._wire.call(who, "POST", f"{path}/labels", {"labels": [what]})
            case Verb.unlabels:
                self._wire.call(who, "DELETE", f"{path}/labels/{quote(what, safe='')}")
            case Verb.tags:
                self._wire.call(who, "PATCH", path, {"milestone": self._milestones[what]})
            case Verb.duplicates:
                self._wire.call(who, "POST", f"{path}/comments", {"body": f"Duplicate of #{what.partition('#')[2]}"})
            case Verb.opens:
                raise ValueError(f"{deed.ticket}: a ticket is opened with its report")


_STATES = {
    "closed": {"state": "closed", "state_reason": "completed"},
    "not planned": {"state": "closed", "state_reason": "not_planned"},
    "reopened": {"state": "open"},
}


class _Wire:
    """JSON over HTTP; `header` makes an Authorization of a token."""

    def __init__(self, base: str, prefix: str, header: Callable[[str], str]) -> None:
        self._host = urlsplit(base).netloc
        self._prefix = prefix
        self._header = header

    def call(self, login: str, method: str, path: str, body: Any = None) -> Any:
        """The parsed answer, None for an empty one. Raises TrackerError for a refusal."""
        headers = {"Authorization": self._header(token_of(login)), "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body)
        with closing(HTTPConnection(self._host, timeout=20)) as connection:
            connection.request(method, self._prefix + path, content, headers)
            answer = connection.getresponse()
            text = answer.read()
        if answer.status >= 400:
            raise TrackerError(f"{login}: {method} {path}: {answer.status}: {text.decode()}")
        return json.loads(text) if text else None


def _basic(token: str) -> str:
    return "Basic " + base64.b64encode(f"somebody@shop.example:{token}".encode()).decode()
