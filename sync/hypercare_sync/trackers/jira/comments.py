"""Our comments on Jira tickets: who may read them, and how they are known again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypercare_rules.ticket import Marker, Ref
from hypercare_sync.text.document import Document, Link, Paragraph, Text
from hypercare_sync.trackers import marker as markers
from hypercare_sync.trackers.http import Client, Invalid, NotFound, Unwritable
from hypercare_sync.trackers.jira.edits import Edits
from hypercare_sync.trackers.jira.normalise import PROPERTY, account_of, edited, own_marker
from hypercare_sync.trackers.jira.reader import PAGE
from hypercare_sync.trackers.jira.texts import Texts
from hypercare_sync.trackers.obstacle import Obstacle
from hypercare_sync.trackers.raw import Raw

_NOT_FOR_US = "commentLevel"
"""What Jira finds fault with where our account is not in the role or group itself. So no comment is written that we cannot see again."""
_SERVICE_DESK = "sd.public.comment"
"""The property by which a service desk knows whether its customers see a comment; in other projects it says nothing."""


@dataclass(frozen=True)
class CommentReaders:
    """Who may read our comments: a project role or a group alone, or all who see the ticket; and whether a service desk's customers may."""

    role: str | None = None
    group: str | None = None
    customers: bool = False


EVERYBODY = CommentReaders()
"""All who see the ticket, but for a service desk's customers."""


@dataclass
class Comments:
    """Writes our comments on one site, for its `readers`; `us` tells our own account."""

    client: Client
    site: str
    us: Callable[[], str]
    texts: Texts
    edits: Edits
    readers: CommentReaders

    def add(self, ticket: Ref, marker: Marker, document: Document, *, first: bool) -> str:
        """Write a comment, unless ours with this marker is there; `first` saves the look.

        It is looked for just before: searches, which tickets come from, lag behind our own writes.
        """
        path = f"issue/{ticket.key}/comment"
        standing = None if first else self._standing(path, marker)
        if standing is None:
            standing = self._sent(
                ticket,
                marker,
                document,
                lambda body: self.client.create(
                    path, body, lambda answer: answer.body or {}, lambda: self._standing(path, marker)
                ),
            )
        return Raw(standing).text("id")

    def edit(self, ticket: Ref, comment: str, marker: Marker, document: Document) -> bool:
        """Read again just before: a comment that is gone or lost its footer is somebody's decision, and kept. Whether it was ours to edit."""
        path = f"issue/{ticket.key}/comment/{comment}"
        try:
            standing = Raw(self.client.read("GET", path).body)
        except NotFound:
            return False
        ours = standing and own_marker(standing.value.get("body"), ours=self._ours(standing.value))
        if not ours or edited(standing):
            return False
        self._sent(
            ticket,
            marker,
            document,
            # Data Center's comments know no quiet edits.
            lambda body: self.edits.put(ticket.key, body, f"/comment/{comment}", quiet=self.texts.cloud),
        )
        return True

    def remove(self, ticket: Ref, comment: str) -> None:
        """Delete our comment; one that is gone already is no error."""
        try:
            self.client.write("DELETE", f"issue/{ticket.key}/comment/{comment}", repeatable=True)
        except NotFound:
            return

    def _standing(self, path: str, marker: Marker) -> Any:
        start = 0
        while True:
            page = Raw(self.client.read("GET", path, params={"startAt": str(start), "maxResults": str(PAGE)}).body)
            rows = [row.value for row in page.rows("comments")]
            for row in rows:
                found = own_marker(row.get("body"), ours=self._ours(row))
                theirs = marker.purpose == "status" and edited(Raw(row))
                if found and found.key == marker.key and not theirs:
                    return row
            start += len(rows)
            if not rows or start >= page.number("total"):
                return None

    def _ours(self, row: Any) -> bool:
        return account_of(Raw(row).inner("author")) == self.us()

    def _sent(self, ticket: Ref, marker: Marker, document: Document, send: Callable[[Any], Any]) -> Any:
        """Send the document with a short footer that names us; its link leads to the ticket and carries the marker, as does a property.

        Who may read it is said each time: an edit that says nothing of it may open a comment to all.
        """
        value = markers.value_of(marker)
        address = f"{self.site}/browse/{ticket.key}{markers.in_fragment(value)}"
        footer = Paragraph((Text("Kept up to date by "), Link("hypercare-sync", address)))
        readers = self.readers
        properties = [
            {"key": PROPERTY, "value": value},
            {"key": _SERVICE_DESK, "value": {"internal": not readers.customers}},
        ]
        around: dict[str, Any] = {"properties": properties}
        if kind := "role" if readers.role else "group" if readers.group else None:
            around["visibility"] = {"type": kind, "value": readers.role or readers.group}
        try:
            return self.texts.sent(
                document,
                lambda text: send({"body": text, **around}),
                lambda inner: Document((*inner.blocks, footer)),
            )
        except Invalid as error:
            if _NOT_FOR_US not in str(error):
                raise
            why = f"our comments in {ticket.place} are for the {kind} {readers.role or readers.group}, and ours is not to write them: {error}"
            remedy = "bring our account into it, or mend `comments` of the tracker in the config"
            raise Unwritable(f"{why}; {remedy}", Obstacle.no_reader) from error
