"""Writing to Jira Cloud: label deltas with our record beside them, our own comments, and the summary issue."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hypercare_rules.label_style import LabelStyle
from hypercare_rules.ticket import Marker, Ref
from hypercare_sync.errors import AccessDenied, TrackerError
from hypercare_sync.observed import SummaryPlace, SummaryRecord
from hypercare_sync.retry import Rejected, Unanswered
from hypercare_sync.text import adf
from hypercare_sync.text.document import Document, Link, Paragraph, Text
from hypercare_sync.trackers import marker as markers
from hypercare_sync.trackers.fitting import fitted, title_within
from hypercare_sync.trackers.http import Answer, Client, NotFound, Unwritable
from hypercare_sync.trackers.jira.normalise import PROPERTY, own_marker
from hypercare_sync.trackers.jira.reader import PAGE, JiraReader
from hypercare_sync.trackers.obstacle import Obstacle
from hypercare_sync.trackers.port import Created
from hypercare_sync.trackers.raw import Raw

TEXT_LIMIT = 32_767
TITLE_LIMIT = 255
_QUIET = {"notifyUsers": "false"}


@dataclass
class JiraWriter:
    """The writing port over one Jira site."""

    name: str
    client: Client
    reader: JiraReader

    def change_labels(
        self, ticket: Ref, add: Mapping[str, LabelStyle], remove: Collection[str], summary_key: str | None
    ) -> None:
        """One request for all deltas and for our record on the ticket, which names the summary."""
        deltas = [{"add": label} for label in sorted(add)] + [{"remove": label} for label in sorted(remove)]
        body: dict[str, Any] = {"update": {"labels": deltas}}
        if summary_key:
            body["properties"] = [{"key": PROPERTY, "value": {"v": 1, "summary": summary_key}}]
        self.client.write("PUT", f"issue/{ticket.key}", body, params=_QUIET, repeatable=True)

    def add_comment(self, ticket: Ref, marker: Marker, document: Document, *, first: bool = False) -> None:
        """What stands there is read again just before: searches, which tickets come from, lag behind our own writes."""
        path = f"issue/{ticket.key}/comment"
        if first or self._own_comment(path, marker) is None:
            body = self._comment(ticket, marker, document)
            self.client.create(path, body, lambda answer: answer.body, lambda: self._own_comment(path, marker))

    def edit_comment(self, ticket: Ref, comment: str, marker: Marker, document: Document) -> None:
        """Read again just before: a comment that is gone or lost its footer is somebody's decision, and kept."""
        path = f"issue/{ticket.key}/comment/{comment}"
        try:
            standing = self.client.read("GET", path).body
        except NotFound:
            return
        if own_marker(standing.get("body"), ours=self._ours(standing)):
            body = self._comment(ticket, marker, document)
            self.client.write("PUT", path, body, params=_QUIET, repeatable=True)

    def remove_comment(self, ticket: Ref, comment: str) -> None:
        """Delete our comment; one that is gone already is no error."""
        try:
            self.client.write("DELETE", f"issue/{ticket.key}/comment/{comment}", repeatable=True)
        except NotFound:
            return

    def assign(self, ticket: Ref, account: str) -> None:
        """Read again just before: whoever took or closed it meanwhile decided. One who cannot have it is told by status 400."""
        path = f"issue/{ticket.key}"
        fields = Raw(self.client.read("GET", path, params={"fields": "assignee,status"}).body).inner("fields")
        if fields.inner("assignee") or fields.inner("status", "statusCategory").text("key") == "done":
            return
        try:
            body = {"fields": {"assignee": {"accountId": account}}}
            self.client.write("PUT", path, body, params=_QUIET, repeatable=True)
        except (AccessDenied, NotFound, Rejected, Unanswered):
            raise
        except TrackerError as error:
            raise Unwritable(f"{ticket.key} cannot be assigned: {error}", Obstacle.unassignable) from error

    def create_summary(self, place: SummaryPlace, title: str, document: Document, record: SummaryRecord) -> Created:
        """An issue with our record as a property; looked for where the answer is lost."""
        fields = {
            "project": {"key": place.place},
            "issuetype": {"name": place.issue_type or "Task"},
            "labels": [place.label],
            **_content(title, document),
        }
        body = {"fields": fields, "properties": [_property(record)]}

        def made(answer: Answer) -> Created:
            return Created(answer.body["key"], f"{self.reader.site}/browse/{answer.body['key']}")

        def find() -> Created | None:
            found = self.reader.summary(place, record.release, None, ()).current
            return Created(found.key, found.url) if found and found.open else None

        return self.client.create("issue", body, made, find)

    def edit_summary(self, key: str, title: str, document: Document, record: SummaryRecord) -> None:
        """Text, title and record in one request."""
        body = {"fields": _content(title, document), "properties": [_property(record)]}
        self.client.write("PUT", f"issue/{key}", body, params=_QUIET, repeatable=True)

    def close_summary(self, place: SummaryPlace, key: str, first: str) -> None:
        """Without its label and record, pointing to the first, and moved to a done status where the workflow has one."""
        document = Document((Paragraph((Text(f"This summary stood twice and is closed. The summary is {first}."),)),))
        body = {
            "fields": {"description": adf.render(document)},
            "update": {"labels": [{"remove": place.label}]},
            "properties": [{"key": PROPERTY, "value": {"v": 1, "purpose": "closed summary"}}],
        }
        self.client.write("PUT", f"issue/{key}", body, params=_QUIET, repeatable=True)
        for transition in Raw(self.client.read("GET", f"issue/{key}/transitions").body).rows("transitions"):
            if transition.inner("to", "statusCategory").text("key") == "done":
                self.client.write(
                    "POST", f"issue/{key}/transitions", {"transition": {"id": transition.text("id")}}, repeatable=False
                )
                return

    def pin_summary(self, key: str) -> None:
        """Nothing: Jira has no pins."""

    def _own_comment(self, path: str, marker: Marker) -> Any:
        start = 0
        while True:
            page = Raw(self.client.read("GET", path, params={"startAt": str(start), "maxResults": str(PAGE)}).body)
            rows = [row.value for row in page.rows("comments")]
            for row in rows:
                found = own_marker(row.get("body"), ours=self._ours(row))
                if found and found.key == marker.key:
                    return row
            start += len(rows)
            if not rows or start >= page.number("total"):
                return None

    def _ours(self, row: dict[str, Any]) -> bool:
        return Raw(row).inner("author").text("accountId") == self.reader.who_we_are()

    def _comment(self, ticket: Ref, marker: Marker, document: Document) -> dict[str, Any]:
        """The document with a short footer that names us; its link leads to the ticket and carries the marker, as does a property."""
        address = f"{self.reader.site}/browse/{ticket.key}{markers.in_fragment(markers.value_of(marker))}"
        footer = Paragraph((Text("Kept up to date by "), Link("hypercare-sync", address)))
        body = adf.render(Document((*_fitted(document).blocks, footer)))
        return {"body": body, "properties": [{"key": PROPERTY, "value": markers.value_of(marker)}]}


def _content(title: str, document: Document) -> dict[str, Any]:
    return {"summary": title_within(title, TITLE_LIMIT), "description": adf.render(_fitted(document))}


def _fitted(document: Document) -> Document:
    """Jira counts the characters of text; half of the limit is left to what it may count besides."""
    return fitted(document, lambda shorter: len(adf.plain_text(adf.render(shorter))), TEXT_LIMIT // 2)


def _property(record: SummaryRecord) -> dict[str, Any]:
    return {"key": PROPERTY, "value": record.model_dump(mode="json")}
