"""Writing to Jira: label deltas with our record beside them, our own comments, and the summary issue."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hypercare_rules.label_style import LabelStyle
from hypercare_rules.ticket import Marker, OurLink, Ref
from hypercare_sync.errors import TrackerError
from hypercare_sync.observed import SummaryPlace, SummaryRecord
from hypercare_sync.retry import Unanswered
from hypercare_sync.text.document import Document, Link, Paragraph, Text
from hypercare_sync.trackers.fitting import title_within
from hypercare_sync.trackers.http import Answer, Client, Invalid, Unwritable
from hypercare_sync.trackers.jira import section
from hypercare_sync.trackers.jira.comments import EVERYBODY, CommentReaders, Comments
from hypercare_sync.trackers.jira.edits import Edits
from hypercare_sync.trackers.jira.moves import is_done, moved
from hypercare_sync.trackers.jira.normalise import PROPERTY, priority_in
from hypercare_sync.trackers.jira.reader import JiraReader
from hypercare_sync.trackers.jira.remote_links import RemoteLinks
from hypercare_sync.trackers.jira.texts import Texts
from hypercare_sync.trackers.obstacle import Obstacle
from hypercare_sync.trackers.port import Created, FieldEdit, Page
from hypercare_sync.trackers.raw import Raw

TITLE_LIMIT = 255


@dataclass
class JiraWriter:
    """The writing port over one Jira site; `readers` may read our comments."""

    name: str
    client: Client
    reader: JiraReader
    readers: CommentReaders = EVERYBODY

    def __post_init__(self) -> None:
        self._edits = Edits(self.client)

    @cached_property
    def _texts(self) -> Texts:
        """By the site's flavour, which is not known before it was asked."""
        return Texts(self.reader.cloud)

    @cached_property
    def _comments(self) -> Comments:
        return Comments(self.client, self.reader.site, self.reader.who_we_are, self._texts, self._edits, self.readers)

    def change_labels(
        self, ticket: Ref, add: Mapping[str, LabelStyle], remove: Collection[str], summary_key: str | None
    ) -> None:
        """One request for all deltas and for our record on the ticket, which names the summary."""
        self.edit_fields(ticket, FieldEdit(add, remove, summary_key))

    def edit_fields(self, ticket: Ref, edit: FieldEdit) -> None:
        """One request for all of it, after one look where it is for more than labels."""
        body: dict[str, Any] = {}
        if deltas := [{"add": label} for label in sorted(edit.add)] + [
            {"remove": label} for label in sorted(edit.remove)
        ]:
            body["update"] = {"labels": deltas}
            if edit.summary_key:
                body["properties"] = [{"key": PROPERTY, "value": {"v": 1, "summary": edit.summary_key}}]
        if fields := self._still_wanted(ticket, edit):
            body["fields"] = fields
        if body:
            self._edits.put(ticket.key, body)

    def _still_wanted(self, ticket: Ref, edit: FieldEdit) -> dict[str, Any]:
        """The fields that are to be set. Read again just before: what somebody made of them meanwhile stays, and all of a ticket that is closed by now."""
        wanted = {"assignee": edit.account, "priority": edit.native}
        names = [name for name, value in wanted.items() if value is not None]
        if not names:
            return {}
        asked = {"fields": ",".join((*names, "status"))}
        fields = Raw(self.client.read("GET", f"issue/{ticket.key}", params=asked).body).inner("fields")
        if fields.inner("status", "statusCategory").text("key") == "done":
            return {}
        found: dict[str, Any] = {}
        if edit.account is not None and not fields.inner("assignee"):
            found["assignee"] = {"accountId" if self.reader.cloud else "name": edit.account}
        if edit.native is not None and priority_in(fields) == edit.before:
            found["priority"] = {"name": edit.native}
        return found

    def add_comment(self, ticket: Ref, marker: Marker, document: Document, *, first: bool = False) -> str:
        """Write a comment, unless ours with this marker is there; `first` saves the look."""
        return self._comments.add(ticket, marker, document, first=first)

    def edit_comment(self, ticket: Ref, comment: str, marker: Marker, document: Document) -> bool:
        """Replace our comment's text; one that is gone or was made somebody else's stays as it is."""
        return self._comments.edit(ticket, comment, marker, document)

    def remove_comment(self, ticket: Ref, comment: str) -> None:
        """Delete our comment; one that is gone already is no error."""
        self._comments.remove(ticket, comment)

    def assign(self, ticket: Ref, account: str) -> None:
        """Whoever took or closed it meanwhile decided. One who cannot have it is told by status 400."""
        try:
            self.edit_fields(ticket, FieldEdit(account=account))
        except Invalid as error:
            raise Unwritable(f"{ticket.key} cannot be assigned: {error}", Obstacle.unassignable) from error

    def link(self, ticket: Ref, link: OurLink, page: Page) -> str:
        """One request; a second time it changes nothing. Status 403 says that we may not link."""
        return RemoteLinks(self.client).put(ticket, link, page)

    def unlink(self, ticket: Ref, link: OurLink) -> None:
        """Take our link off; one that is gone already is no error."""
        RemoteLinks(self.client).remove(ticket, link)

    def set_priority(self, ticket: Ref, native: str, before: str | None) -> None:
        """What somebody made of it meanwhile, or of a ticket that is closed by now, stays."""
        try:
            self.edit_fields(ticket, FieldEdit(native=native, before=before))
        except Invalid as error:
            raise self._no_priority(ticket, native, error) from error

    def _no_priority(self, ticket: Ref, native: str, error: TrackerError) -> Unwritable:
        """Why a ticket cannot have a priority: the site has none of this name, or the ticket's project or form lacks it."""
        there = self.reader.priorities()
        if native.casefold() in map(str.casefold, there):
            return Unwritable(f"{ticket.key} cannot have the priority {native}: {error}", Obstacle.no_priority)
        return Unwritable(
            f"{ticket.key} cannot have the priority {native}, which {self.name} does not have: there are {', '.join(there)}; "
            "mend `native_priority` in the policy",
            Obstacle.no_such_priority,
        )

    def create_summary(self, place: SummaryPlace, title: str, document: Document, record: SummaryRecord) -> Created:
        """An issue with our record as a property; looked for where the answer is lost."""
        fields = {
            "project": {"key": place.place},
            "issuetype": {"name": place.issue_type or "Task"},
            "labels": [place.label],
            "summary": title_within(title, TITLE_LIMIT),
        }

        def made(answer: Answer) -> Created:
            key = Raw(answer.body).text("key")
            if not key:
                raise Unanswered(f"{self.name}: an answer without the summary that was opened")
            return Created(key, f"{self.reader.site}/browse/{key}")

        def find() -> Created | None:
            found = next(iter(self.reader.unlisted_summaries(place, record.release)), None)
            return Created(found.key, found.url) if found else None

        def create(text: Any) -> Created:
            description = section.joined([], text, [])
            body = {"fields": {**fields, "description": description}, "properties": [_property(record, text)]}
            return self.client.create("issue", body, made, find)

        return self._texts.sent(document, create, lambda inner: section.marked(inner, self._address(place.place)))

    def edit_summary(
        self, key: str, title: str, document: Document, record: SummaryRecord, *, be_open: bool | None = None
    ) -> None:
        """Text, title and record in one request; what people wrote around our part is read just before, and stays.

        It is moved before, if at all: while the record does not tell of that, the next tick makes good what failed on the way.
        """
        misplaced = be_open is not None and is_done(self.client, key) is be_open
        kept_from = moved(self.client, key, done=not be_open) if misplaced else ""
        address = self._address(key.rpartition("-")[0])
        own = self._texts.render(section.marked(document, address))
        before, after = section.around(self._description(key), own, record.written)

        def whole(text: Any) -> Any:
            return section.joined(before, text, after)

        def edit(text: Any) -> None:
            fields = {"summary": title_within(title, TITLE_LIMIT), "description": whole(text)}
            self._edits.put(key, {"fields": fields, "properties": [_property(record, text)]})

        self._texts.sent(document, edit, lambda inner: section.marked(inner, address), whole)
        if kept_from:
            raise TrackerError(f"{self.name}: {kept_from}")

    def close_summary(self, place: SummaryPlace, key: str, first: str) -> None:
        """Pointing to the first, moved to a done status where the workflow has one, and then without its label and record.

        While it has those it is found again: what fails on the way is made good by the next tick.
        """
        there = Link(first, f"{self.reader.site}/browse/{first}")
        told = Paragraph((Text("This summary stood twice and is closed. The summary is "), there, Text(".")))
        own, standing = self._texts.render(Document((told,))), self._description(key)
        before, after = section.around(standing)
        if section.words(own) not in map(section.words, ([row] for row in after)):
            self._edits.put(key, {"fields": {"description": section.joined(before, own, after)}})
        moved(self.client, key, done=True)
        closed = {"key": PROPERTY, "value": {"v": 1, "purpose": "closed summary"}}
        self._edits.put(key, {"update": {"labels": [{"remove": place.label}]}, "properties": [closed]})

    def _description(self, key: str) -> Any:
        """What stands in an issue's description, as the flavour has it."""
        issue = Raw(self.client.read("GET", f"issue/{key}", params={"fields": "description"}).body)
        if not issue.inner("fields"):
            raise Unanswered(f"{self.name}: {key}: an answer without what was asked for")
        return issue.inner("fields").value.get("description")

    def _address(self, project: str) -> str:
        return f"{self.reader.site}/browse/{project}"

    def pin_summary(self, key: str) -> None:
        """Nothing: Jira has no pins."""


def _property(record: SummaryRecord, text: Any) -> dict[str, Any]:
    """Our record beside the text that we send."""
    written = record.model_copy(update={"written": section.words(text)})
    return {"key": PROPERTY, "value": written.model_dump(mode="json")}
