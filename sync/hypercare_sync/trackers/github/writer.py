"""Writing to GitHub: label deltas, our own comments, and the summary issue."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hypercare_rules.label_style import LabelStyle
from hypercare_rules.ticket import Marker, OurLink, Ref
from hypercare_sync.errors import AccessDenied, TrackerError
from hypercare_sync.observed import SummaryPlace, SummaryRecord
from hypercare_sync.retry import Rejected, Unanswered
from hypercare_sync.text import markdown
from hypercare_sync.text.document import Document
from hypercare_sync.trackers import marker as markers
from hypercare_sync.trackers.fitting import fitted, title_within
from hypercare_sync.trackers.github import documents, section
from hypercare_sync.trackers.github.normalise import own_marker
from hypercare_sync.trackers.github.reader import GithubReader
from hypercare_sync.trackers.github.transport import mutate
from hypercare_sync.trackers.http import Answer, Client, Forbidden, NotFound, Unwritable
from hypercare_sync.trackers.obstacle import Obstacle
from hypercare_sync.trackers.port import Created, Page
from hypercare_sync.trackers.raw import Raw

# GitHub keeps 262,144 bytes of a text and says "65536 characters" of it: so many characters of four bytes, the longest that UTF-8
# has. Within this many of Python's characters, whole ones, a text is within both. https://github.com/dead-claudia/github-limits
BODY_LIMIT = 65_536
TITLE_LIMIT = 256
_ROOM_FOR_PEOPLE = 4_096  # characters left to what people write around our section
_STATES: dict[bool | None, dict[str, str]] = {
    None: {},
    True: {"state": "open"},
    False: {"state": "closed", "state_reason": "completed"},
}


@dataclass
class GithubWriter:
    """The writing port over one GitHub."""

    name: str
    client: Client
    reader: GithubReader
    _opened: dict[str, str] = field(init=False, default_factory=dict)

    def change_labels(
        self, ticket: Ref, add: Mapping[str, LabelStyle], remove: Collection[str], summary_key: str | None
    ) -> None:
        """Deltas only: one request adds all, one request each removes. The summary's key is Jira's affair."""
        repo, number = _place(ticket.key)
        path = f"/repos/{repo}/issues/{number}/labels"
        with self._there(ticket):
            if add:
                self._ensure_labels(repo, add)
                self.client.write("POST", path, {"labels": sorted(add)}, repeatable=True)
        for label in sorted(remove):
            self._forgiving("DELETE", f"{path}/{quote(label, safe='')}")

    def add_comment(self, ticket: Ref, marker: Marker, document: Document, *, first: bool = False) -> str:
        """What stands there is read again just before: the lists that tickets come from may lag behind our own writes."""
        repo, number = _place(ticket.key)
        path = f"/repos/{repo}/issues/{number}/comments"
        with self._there(ticket):
            standing = None if first else self._own_comment(path, marker)
            if standing is None:
                body = {"body": _comment_body(document, marker)}
                standing = self.client.create(
                    path, body, lambda answer: Raw(answer.body), lambda: self._own_comment(path, marker)
                )
            return str(standing.number("id"))

    def edit_comment(self, ticket: Ref, comment: str, marker: Marker, document: Document) -> bool:
        """Read again just before: a comment that is gone or lost its marker is somebody's decision, and kept."""
        repo, _ = _place(ticket.key)
        path = f"/repos/{repo}/issues/comments/{comment}"
        try:
            standing = self._object(path)
        except NotFound:
            return False
        text = Raw(standing).text("body")
        if not own_marker(text, ours=self._ours(standing)) or section.edited(text):
            return False
        body = {"body": _comment_body(document, marker)}
        self.client.write("PATCH", path, body, repeatable=True, content=True)
        return True

    def remove_comment(self, ticket: Ref, comment: str) -> None:
        """Delete our comment; one that is gone already is no error."""
        repo, _ = _place(ticket.key)
        self._forgiving("DELETE", f"/repos/{repo}/issues/comments/{comment}")

    def assign(self, ticket: Ref, account: str) -> None:
        """Read again just before: whoever took or closed it meanwhile decided. GitHub passes over whom it cannot assign."""
        repo, number = _place(ticket.key)
        standing = self._issue(repo, number)
        if any(Raw(standing).rows("assignees")) or standing.get("state") != "open":
            return
        path = f"/repos/{repo}/issues/{number}/assignees"
        with self._there(ticket):
            answer = Raw(self.client.write("POST", path, {"assignees": [account]}, repeatable=True).body)
        if not answer.has_list("assignees"):
            return  # it says nothing of who has it now: the next tick sees
        if account.casefold() not in {person.text("login").casefold() for person in answer.rows("assignees")}:
            raise Unwritable(
                f"{ticket.key} cannot be assigned to {account}: they, or we, lack access to {repo}; "
                "give it, or take their login out of the policy",
                Obstacle.unassignable,
            )

    def link(self, ticket: Ref, link: OurLink, page: Page) -> None:
        """Nothing: GitHub has no such links. It shows beside an issue what refers to it, the summary among them."""

    def unlink(self, ticket: Ref, link: OurLink) -> None:
        """Nothing, as with `link`."""

    def set_priority(self, ticket: Ref, native: str, before: str | None) -> None:
        """Nothing: GitHub has no priority field."""

    def create_summary(self, place: SummaryPlace, title: str, document: Document, record: SummaryRecord) -> Created:
        """An issue under the summary's label; found again under it where the answer is lost."""
        self._ensure_labels(place.place, {place.label: place.style})
        body = {
            "title": title_within(title, TITLE_LIMIT),
            "body": _summary_section(document, record),
            "labels": [place.label],
        }

        def made(answer: Answer) -> Created:
            made = Raw(answer.body)
            if not made.number("number"):
                raise Unanswered(f"{self.name}: {place.place}: an answer without the summary that was opened")
            key = f"{place.place}#{made.number('number')}"
            self._opened[key] = made.text("node_id")
            return Created(key, made.text("html_url"))

        def find() -> Created | None:
            found = self.reader.summary(place, record.release, None, ()).current
            return Created(found.key, found.url) if found and found.open else None

        return self.client.create(f"/repos/{place.place}/issues", body, made, find)

    def edit_summary(
        self, key: str, title: str, document: Document, record: SummaryRecord, *, be_open: bool | None = None
    ) -> None:
        """Only the section between our markers is replaced; what people wrote around it stays. What is closed gives up its pin."""
        repo, number = _place(key)
        path = f"/repos/{repo}/issues/{number}"
        standing = Raw(self._issue(repo, number)).text("body")
        before, after = section.around(standing, markdown.render(document), record.written)
        body = before + _summary_section(document, record, len(before) + len(after)) + after
        edited = {"title": title_within(title, TITLE_LIMIT), "body": body, **_STATES[be_open]}
        if be_open is False:
            self._unpin(repo, number)
        self.client.write("PATCH", path, edited, repeatable=True, content=True)

    def close_summary(self, place: SummaryPlace, key: str, first: str) -> None:
        """Close a double: without its label and marker, pointing to the first."""
        _, number = _place(key)
        path = f"/repos/{place.place}/issues/{number}"
        standing = Raw(self._issue(place.place, number)).text("body")
        before, after = section.around(standing)
        note = f"This summary stood twice and is closed. The summary is #{first.rpartition('#')[2]}.\n"
        body = standing if note in standing else f"{before}{note}{after}"
        closed = {"body": body, "state": "closed", "state_reason": "not_planned"}
        self.client.write("PATCH", path, closed, repeatable=True, content=True)
        self._forgiving("DELETE", f"{path}/labels/{quote(place.label, safe='')}")

    def pin_summary(self, key: str) -> None:
        """Pinned by the id that only GraphQL uses. A repository takes three pins, and only from who may write to it."""
        identity = self._opened.pop(key, "")
        if not identity:
            repo, number = _place(key)
            issue = self._pin_of(repo, number)
            if issue.flag("isPinned"):
                return
            identity = issue.text("id")
        try:
            mutate(self.client, documents.PIN, {"issue": identity})
        except (Rejected, Unanswered):
            raise
        except TrackerError as error:
            raise Unwritable(f"{key} cannot be pinned: {error}", Obstacle.unpinnable) from error

    def _unpin(self, repo: str, number: int) -> None:
        """Leave the pin to the next release. Who may not is not kept by that from what else there is to do."""
        issue = self._pin_of(repo, number)
        if not issue.flag("isPinned"):
            return
        try:
            mutate(self.client, documents.UNPIN, {"issue": issue.text("id")})
        except (Rejected, Unanswered):
            raise
        except TrackerError:
            return

    def _pin_of(self, repo: str, number: int) -> Raw:
        """The issue by the id that only GraphQL uses, and whether it is pinned."""
        return self.reader.repositories.ask(repo, documents.PIN_OF, {"number": number}).inner("issue")

    @contextmanager
    def _there(self, ticket: Ref) -> Iterator[None]:
        """GitHub says "not found" to who may not write, too. Raises AccessDenied where that is so, NotFound where the issue is gone."""
        try:
            yield
        except NotFound as error:
            self._issue(*_place(ticket.key))
            raise AccessDenied(
                f"{error}, though {ticket.key} is there; our account lacks the right to write to it"
            ) from error

    def _issue(self, repo: str, number: int) -> dict[str, Any]:
        """The issue as it stands. Raises NotFound for one that moved to another repository: the library follows it there."""
        found = self._object(f"/repos/{repo}/issues/{number}")
        if not str(found.get("repository_url", "")).casefold().endswith(f"/repos/{repo}".casefold()):
            raise NotFound(f"{self.name}: {repo}#{number} has moved to {found.get('html_url')}")
        return found

    def _object(self, path: str) -> dict[str, Any]:
        """What stands there. Raises Unanswered where that is no object."""
        found = self.client.read("GET", path).body
        if not isinstance(found, dict):
            raise Unanswered(f"{self.name}: GET {path}: an answer without what was asked for")
        return found

    def _ensure_labels(self, repo: str, labels: Mapping[str, LabelStyle]) -> None:
        """Create what is not there yet, with colour and description; GitHub would create it grey."""
        known = self.reader.labels.setdefault(repo, set())
        for label in sorted(label for label in labels if label.casefold() not in known):
            style = labels[label]
            try:
                self.client.write(
                    "POST",
                    f"/repos/{repo}/labels",
                    {"name": label, "color": style.rgb, "description": style.text},
                    repeatable=True,
                    content=True,
                )
            except Forbidden as error:
                raise AccessDenied(str(error)) from error  # no ticket's fault: the repository lacks the label for all
            except TrackerError as error:
                if "already_exists" not in str(error):
                    raise
            known.add(label.casefold())

    def _own_comment(self, path: str, marker: Marker) -> Raw | None:
        for row in self.reader.repositories.rows(path):
            found = own_marker(row.text("body"), ours=self._ours(row.value))
            theirs = marker.purpose == "status" and section.edited(row.text("body"))
            if found and found.key == marker.key and not theirs:
                return row
        return None

    def _ours(self, row: dict[str, Any]) -> bool:
        return Raw(row).inner("user").number("id") == self.reader.who_we_are()

    def _forgiving(self, method: str, path: str) -> None:
        """A write whose aim is that something is not there."""
        try:
            self.client.write(method, path, repeatable=True)
        except NotFound:
            return


def _place(key: str) -> tuple[str, int]:
    repo, _, number = key.rpartition("#")
    return repo, int(number)


def _comment_body(document: Document, marker: Marker) -> str:
    room = BODY_LIMIT - len(section.signed("", markers.value_of(marker)))
    return section.signed(_fitted(document, room), markers.value_of(marker))


def _summary_section(document: Document, record: SummaryRecord, around: int = 0) -> str:
    """Our part of the summary, short enough for the characters that people wrote around it."""
    room = BODY_LIMIT - max(_ROOM_FOR_PEOPLE, around) - len(section.of_summary("", record))
    return section.of_summary(_fitted(document, room), record)


def _fitted(document: Document, limit: int) -> str:
    return markdown.render(fitted(document, lambda shorter: len(markdown.render(shorter)), limit))
