"""What the product needs of a tracker, in our words. Reading and writing are two ports: a planner gets the one that cannot write."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

from hypercare_rules.label_style import LabelStyle
from hypercare_rules.release import Selector
from hypercare_rules.ticket import Audience, Comment, Marker, OurLink, Ref, Ticket
from hypercare_sync.observed import FoundSummary, SummaryPlace, SummaryRecord, SummaryState
from hypercare_sync.text.document import Document
from hypercare_sync.trackers.access import Inspector
from hypercare_sync.trackers.http import Requests
from hypercare_sync.trackers.unread import Unread

Cursor: TypeAlias = Mapping[str, Any]
"""Where the next reading of a source starts, in tracker time; JSON that only the adapter understands."""


@cache
def _ticket_shape() -> str:
    """The shape of our tickets: after an upgrade that changes it, what was kept in the old one is read anew."""
    return json.dumps(Ticket.model_json_schema(), sort_keys=True)


@dataclass(frozen=True)
class Source:
    """Where tickets of a release come from: a repository or a Jira project, and what selects them there.

    `summary_label` is the label of the release's summary where that is kept in the same place: one request may bring both.
    `asks_blockers` says that the policy wants to know how many open tickets block each, which costs requests of its own;
    `fields` are the native fields that it asks for, by name or id, `asks_organisations` that it asks for those of customers.
    `managed_labels` are all labels that it may give; GitHub tells which of them there are.
    """

    tracker: str
    place: str
    selector: Selector
    go_live: datetime
    label_prefix: str
    query: str | None = None
    audience: Audience | None = None
    summary_label: str | None = None
    asks_blockers: bool = False
    fields: frozenset[str] = frozenset()
    asks_organisations: bool = False
    managed_labels: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The same for the same source in every process; another one as soon as something else would be read."""
        several = {name: sorted(getattr(self.selector, name)) for name in ("labels", "components")}
        selector = self.selector.model_dump() | several
        parts = (
            self.tracker,
            self.place,
            sorted(selector.items()),
            self.go_live,
            self.query,
            self.audience,
            self.asks_blockers,
            sorted(self.fields),
            self.asks_organisations,
            _ticket_shape(),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    @property
    def label(self) -> str:
        """The source as people name it."""
        return f"{self.tracker} {self.place}".strip()

    def selects(self, ticket: Ticket) -> bool:
        """Whether the tracker names the ticket as the release's, planned or reported."""
        selector = self.selector
        named = selector.version is not None and selector.version in {*ticket.affects, *ticket.planned_for}
        within = selector.is_within(ticket) and (selector.take_planned or ticket.created >= self.go_live)
        return ticket.listed and (
            selector.by_query or named or within or bool(selector.labels & ticket.labels) or selector.is_of_type(ticket)
        )

    def lists(self, ticket: Ticket) -> bool:
        """Whether a reading finds the ticket: what the source selects, and newcomers without any version or milestone."""
        newcomer = ticket.created >= self.go_live and not (ticket.affects or ticket.planned_for)
        return self.selects(ticket) or (self.selector.suggest_untagged and not self.selector.by_query and newcomer)


@dataclass(frozen=True)
class Reading:
    """What one look at a source brought: tickets that changed (all of them the first time), tickets that are gone, and more.

    `cursor` is where the next reading starts; `audience` are those who may read the place as a whole, None where nobody told.
    A reading is whole but for the `unread` tickets: one that could not be finished is raised as an error. `notes` may be shown to the audience; `details` name
    tickets, and are for who runs the tick.
    """

    tickets: tuple[Ticket, ...]
    cursor: Cursor
    gone: frozenset[Ref] = frozenset()
    notes: tuple[str, ...] = field(default=())
    details: tuple[str, ...] = field(default=())
    audience: Audience | None = None
    unread: tuple[Unread, ...] = ()


class Created(NamedTuple):
    """An issue that we opened: its key and the address of its page."""

    key: str
    url: str


class Page(NamedTuple):
    """What a link of ours leads to: its address, the title that people read, and what it is to the ticket."""

    url: str
    title: str
    relationship: str


class Reader(Protocol):
    """Reads from one tracker. Raises AccessDenied, Rejected, Unanswered, NotFound or TrackerError."""

    @property
    def requests(self) -> Requests:
        """How many requests this tracker was sent in this tick."""
        ...

    def read(self, source: Source, cursor: Cursor | None, known: Mapping[Ref, Ticket]) -> Reading:
        """What changed since `cursor`, or everything. `known` are the source's tickets from earlier readings."""
        ...

    def summary(self, place: SummaryPlace, release: str, key: str | None, named: Collection[str]) -> FoundSummary:
        """Our summary of the release, and its doubles.

        GitHub lists all of them at once. Jira, whose searches lag, is asked for the `key`, then for those `named` by our
        records on tickets; doubles are seen only where none of them holds.
        """
        ...

    def unlisted_summaries(self, place: SummaryPlace, release: str) -> tuple[SummaryState, ...]:
        """Our open summaries of the release that `summary` does not show, the oldest first.

        Looked for only before one is opened, so that it may take some requests: people take labels off, and searches lag behind.
        """
        ...

    def conversation(self, key: str) -> tuple[Comment, ...]:
        """All comments on the summary of that key."""
        ...


class Writer(Protocol):
    """Writes to one tracker. What stands there already is not written again; every method but one may be called twice."""

    def change_labels(
        self, ticket: Ref, add: Mapping[str, LabelStyle], remove: Collection[str], summary_key: str | None
    ) -> None:
        """Add and remove these labels and no others; Jira keeps the summary's key beside them.

        A label that the tracker does not know yet is made with its style, where it has such a thing.
        """
        ...

    def add_comment(self, ticket: Ref, marker: Marker, document: Document, *, first: bool = False) -> str:
        """Write a comment with a marker, unless ours with the same key is there; `first` saves the look. The id of the one that stands then."""
        ...

    def edit_comment(self, ticket: Ref, comment: str, marker: Marker, document: Document) -> bool:
        """Replace our comment's text; one that is gone, or not ours, or that a person edited, is left alone. Whether it was replaced."""
        ...

    def remove_comment(self, ticket: Ref, comment: str) -> None:
        """Delete our comment; one that is gone already is no error."""
        ...

    def assign(self, ticket: Ref, account: str) -> None:
        """Assign an open ticket that nobody has by now; any other is left alone. Raises Unwritable where they cannot have it."""
        ...

    def link(self, ticket: Ref, link: OurLink, page: Page) -> str | None:
        """Show a page beside the ticket, where the tracker has such links, and the link's id there. Raises Unwritable where we may not."""
        ...

    def unlink(self, ticket: Ref, link: OurLink) -> None:
        """Take our link off; one that is gone already is no error. Raises Unwritable where we may not."""
        ...

    def set_priority(self, ticket: Ref, native: str, before: str | None) -> None:
        """Make an open ticket's native priority this one, if it still is as it was `before`; what somebody made of it meanwhile stays.

        Raises Unwritable where it cannot be so. GitHub has no such field.
        """
        ...

    def create_summary(self, place: SummaryPlace, title: str, document: Document, record: SummaryRecord) -> Created:
        """Open the summary. Called twice it opens two: the caller has just looked, and closes a double when it sees one."""
        ...

    def edit_summary(
        self, key: str, title: str, document: Document, record: SummaryRecord, *, be_open: bool | None = None
    ) -> None:
        """Replace our part of the summary, and close or reopen it where that is told; `record.written` is the digest of the part that stands.

        Raises TrackerError where it can be neither closed nor reopened; the rest is written all the same.
        """
        ...

    def close_summary(self, place: SummaryPlace, key: str, first: str) -> None:
        """Close a double: without its label and marker, pointing to the first."""
        ...

    def pin_summary(self, key: str) -> None:
        """Pin the summary where the tracker has pins; one that is pinned stays so. Raises Unwritable where it cannot be."""
        ...


@dataclass(frozen=True)
class FieldEdit:
    """What is to become of a ticket's fields: labels with the summary's key beside them, who has it, its native priority and what that was `before`."""

    add: Mapping[str, LabelStyle] = field(default_factory=dict)
    remove: Collection[str] = ()
    summary_key: str | None = None
    account: str | None = None
    native: str | None = None
    before: str | None = None


@runtime_checkable
class EditsAtOnce(Protocol):
    """A writer that makes all of a ticket's field changes in one write."""

    def edit_fields(self, ticket: Ref, edit: FieldEdit) -> None:
        """Make them, but for what somebody decided meanwhile. Where one is refused none is made: raises Invalid or Unwritable."""
        ...


@dataclass(frozen=True)
class Tracker:
    """One configured tracker: both ports, and what tries its account where we know how to."""

    name: str
    kind: str
    reader: Reader
    writer: Writer
    inspector: Inspector | None = None
