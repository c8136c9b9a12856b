"""Changes as values: what a plan intends to write. Nothing here knows a tracker or writes anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, ClassVar, TypeAlias, assert_never

from hypercare_rules.label_style import UNSTYLED, LabelStyle
from hypercare_rules.ticket import Marker, OurLink, Ref
from hypercare_sync.observed import SummaryPlace, SummaryRecord
from hypercare_sync.text import markdown
from hypercare_sync.text.document import Document


@dataclass(frozen=True)
class AddLabel:
    """Set a managed label on a ticket; `style` is how it looks where it is new to the tracker."""

    kind: ClassVar[str] = "add_label"
    ticket: Ref
    label: str
    why: str
    style: LabelStyle = UNSTYLED


@dataclass(frozen=True)
class RemoveLabel:
    """Take a managed label off a ticket."""

    kind: ClassVar[str] = "remove_label"
    ticket: Ref
    label: str
    why: str


@dataclass(frozen=True)
class AddComment:
    """Write a comment on a ticket that has none of this marker yet.

    `first` says that it is the release's first tick: nobody can have written it before, so nobody need look.
    """

    kind: ClassVar[str] = "add_comment"
    ticket: Ref
    marker: Marker
    document: Document
    why: str
    first: bool = False


@dataclass(frozen=True)
class EditComment:
    """Bring a comment of ours up to date, in its place."""

    kind: ClassVar[str] = "edit_comment"
    ticket: Ref
    comment: str
    marker: Marker
    document: Document
    why: str


@dataclass(frozen=True)
class RemoveComment:
    """Delete a comment of ours that stands twice."""

    kind: ClassVar[str] = "remove_comment"
    ticket: Ref
    comment: str
    why: str


@dataclass(frozen=True)
class Assign:
    """Give a ticket that nobody has to somebody: `who` by the policy, `account` in the tracker."""

    kind: ClassVar[str] = "assign"
    ticket: Ref
    who: str
    account: str
    why: str


@dataclass(frozen=True)
class LinkTicket:
    """Lead from a ticket to another one of its incident, which the tracker shows beside it under its title."""

    kind: ClassVar[str] = "link_ticket"
    ticket: Ref
    link: OurLink
    url: str
    title: str
    why: str


@dataclass(frozen=True)
class LinkSummary:
    """Lead from a ticket to the summary of a release, which this plan may be about to open."""

    kind: ClassVar[str] = "link_summary"
    ticket: Ref
    prefix: str
    place: SummaryPlace
    release: str
    why: str


@dataclass(frozen=True)
class UnlinkTicket:
    """Take a link of ours off a ticket."""

    kind: ClassVar[str] = "unlink_ticket"
    ticket: Ref
    link: OurLink
    why: str


@dataclass(frozen=True)
class SetPriority:
    """Make the tracker's own priority field of a ticket `native`; `before` is what it was when this was decided."""

    kind: ClassVar[str] = "set_priority"
    ticket: Ref
    native: str
    before: str | None
    why: str


@dataclass(frozen=True)
class CreateSummary:
    """Open the summary issue of a release."""

    kind: ClassVar[str] = "create_summary"
    place: SummaryPlace
    title: str
    document: Document
    record: SummaryRecord
    why: str


@dataclass(frozen=True)
class EditSummary:
    """Bring the summary up to date, and `open` it or not, where that is told.

    It records a decision `before` anything that follows from that is written to these tickets, or tells what was done `after` all of
    these were written to: what cannot be written waits.
    """

    kind: ClassVar[str] = "edit_summary"
    place: SummaryPlace
    key: str
    title: str
    document: Document
    record: SummaryRecord
    why: str
    open: bool | None = None
    before: frozenset[Ref] = frozenset()
    after: frozenset[Ref] = frozenset()


@dataclass(frozen=True)
class CloseSummary:
    """Close a summary that stands twice, take its label off, and point to the first."""

    kind: ClassVar[str] = "close_summary"
    place: SummaryPlace
    key: str
    first: str
    why: str


@dataclass(frozen=True)
class PinSummary:
    """Pin the summary of a release to its repository, where people see it first."""

    kind: ClassVar[str] = "pin_summary"
    place: SummaryPlace
    release: str
    why: str


FieldChange: TypeAlias = AddLabel | RemoveLabel | Assign | SetPriority
LinkChange: TypeAlias = LinkTicket | LinkSummary | UnlinkTicket
TicketChange: TypeAlias = FieldChange | AddComment | EditComment | RemoveComment | LinkChange
SummaryChange: TypeAlias = CreateSummary | EditSummary | CloseSummary | PinSummary
Change: TypeAlias = TicketChange | SummaryChange


@dataclass(frozen=True)
class Plan:
    """The changes of a tick in the order in which they are carried out, the most urgent first."""

    changes: tuple[Change, ...] = ()
    checksum: str = field(default="")

    def writes(self) -> Iterator[tuple[Change, ...]]:
        """The changes in the groups that go out as one write: all label changes of a ticket together, anything else alone."""

        def write_of(numbered: tuple[int, Change]) -> tuple[object, ...]:
            number, change = numbered
            return ("labels", change.ticket) if isinstance(change, AddLabel | RemoveLabel) else ("alone", number)

        for _, group in groupby(enumerate(self.changes), key=write_of):
            yield tuple(change for _, change in group)

    def edits(self) -> Iterator[tuple[tuple[Change, ...], ...]]:
        """The writes, with those to the fields of one ticket beside each other: a tracker may take them as one."""

        def ticket_of(numbered: tuple[int, tuple[Change, ...]]) -> tuple[object, ...]:
            number, (change, *_) = numbered
            return ("fields", change.ticket) if isinstance(change, FieldChange) else ("alone", number)

        for _, group in groupby(enumerate(self.writes()), key=ticket_of):
            yield tuple(write for _, write in group)


def tracker_of(change: Change) -> str:
    """The name of the tracker that a change is written to."""
    match change:
        case CreateSummary() | EditSummary() | CloseSummary() | PinSummary():
            return change.place.tracker
        case _:
            return change.ticket.tracker


def as_json(change: Change) -> Mapping[str, Any]:
    """A change for people and scripts to review; texts as Markdown."""
    row: dict[str, Any] = {"kind": change.kind}
    match change:
        case AddLabel():
            row |= {"ticket": str(change.ticket), "label": change.label, "style": change.style.model_dump()}
        case RemoveLabel():
            row |= {"ticket": str(change.ticket), "label": change.label}
        case AddComment():
            row |= {
                "ticket": str(change.ticket),
                "release": change.marker.release,
                "digest": change.marker.digest,
                "body": markdown.render(change.document),
                **_answer(change.marker),
            }
        case EditComment():
            row |= {
                "ticket": str(change.ticket),
                "comment": change.comment,
                "release": change.marker.release,
                "digest": change.marker.digest,
                "body": markdown.render(change.document),
            }
        case RemoveComment():
            row |= {"ticket": str(change.ticket), "comment": change.comment}
        case Assign():
            row |= {"ticket": str(change.ticket), "assignee": change.account, "who": change.who}
        case LinkTicket():
            row |= {"ticket": str(change.ticket), "to": str(change.link.to), "url": change.url, "title": change.title}
        case LinkSummary():
            row |= {"ticket": str(change.ticket), "release": change.release}
        case UnlinkTicket():
            row |= {"ticket": str(change.ticket), "to": str(change.link.to)}
        case SetPriority():
            row |= {"ticket": str(change.ticket), "native_priority": change.native, "before": change.before}
        case CreateSummary():
            row |= {"ticket": f"{change.place.tracker}:{change.place.place}", **_content(change)}
        case EditSummary():
            row |= {"ticket": f"{change.place.tracker}:{change.key}", **_content(change)}
            row |= {} if change.open is None else {"open": change.open}
        case CloseSummary():
            row |= {"ticket": f"{change.place.tracker}:{change.key}", "first": change.first}
        case PinSummary():
            row |= {"ticket": f"{change.place.tracker}:{change.place.place}", "release": change.release}
        case _:
            assert_never(change)
    return {**row, "why": change.why}


def _answer(marker: Marker) -> dict[str, Any]:
    """What counts of the comment that is answered."""
    if marker.answer is None:
        return {}
    words = [word.model_dump(mode="json", exclude_defaults=True) for word in marker.answer.words]
    return {"answers": marker.answer.to, "words": words}


def _content(change: CreateSummary | EditSummary) -> dict[str, Any]:
    record = change.record
    return {
        "release": record.release,
        "digest": record.digest,
        "title": change.title,
        "body": markdown.render(change.document),
    }
