"""What a person can do to tickets, whichever tracker holds them, and what a tick does between: the frame of all contract tests."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from hypercare_rules.label_style import LabelStyle
from hypercare_rules.release import Selector
from hypercare_rules.ticket import Marker, OurLink, Ref, Ticket
from hypercare_sync.observed import FoundSummary, SummaryPlace, SummaryRecord
from hypercare_sync.packs import builtin
from hypercare_sync.text.document import Document, Paragraph, spans
from hypercare_sync.trackers.port import Cursor, Reading, Source, Tracker

VERSION = "5.2"
GO_LIVE = datetime(2026, 11, 1, tzinfo=UTC)
START = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Played(Protocol):
    """A tracker and what is read from it."""

    @property
    def source(self) -> Source:
        """The release's tickets."""
        ...

    @property
    def tracker(self) -> Tracker:
        """Both ports, as our own account."""
        ...


class Scene(Played, Protocol):
    """What a person can do to tickets, and see of what we wrote."""

    @property
    def place(self) -> SummaryPlace:
        """Where the summary is kept."""
        ...

    @property
    def colleague(self) -> str:
        """The account of the person who acts here."""
        ...

    @property
    def bystander(self) -> str:
        """The account of somebody else."""
        ...

    def load(self, count: int) -> list[Ref]:
        """So many tickets of the release, opened by people long ago."""
        ...

    def pass_time(self, by: timedelta) -> None:
        """Move the tracker's clock on."""
        ...

    def comment(self, ref: Ref, text: str) -> None:
        """Write a comment as a person."""
        ...

    def edit_comment(self, ref: Ref, comment: str, text: str) -> None:
        """Change a comment of ours as a person."""
        ...

    def delete_comment(self, ref: Ref, comment: str) -> None:
        """Delete a comment of ours as a person."""
        ...

    def forge(self, ref: Ref, marker: Marker) -> None:
        """Write a comment as a person that carries the text of our marker."""
        ...

    def label(self, ref: Ref, *labels: str) -> None:
        """Put labels on."""
        ...

    def unlabel(self, ref: Ref, label: str) -> None:
        """Take a label off."""
        ...

    def unlink(self, ref: Ref, link: OurLink) -> None:
        """Take a link of ours off as a person."""
        ...

    def close(self, ref: Ref) -> None:
        """Close the ticket."""
        ...

    def assign(self, ref: Ref) -> None:
        """Take the ticket."""
        ...

    def prioritise(self, ref: Ref, native: str) -> None:
        """Choose a native priority; nothing where the tracker has none."""
        ...

    def native_priority(self, ref: Ref) -> str | None:
        """The native priority as people see it."""
        ...

    def leave(self, ref: Ref) -> None:
        """Move the ticket to another release."""
        ...

    def delete(self, *refs: Ref) -> None:
        """Tickets are gone for good."""
        ...

    def labels(self, ref: Ref) -> set[str]:
        """The labels that the ticket carries."""
        ...

    def comments(self, ref: Ref) -> list[str]:
        """The texts of all its comments as people see them, oldest first."""
        ...

    def summaries(self) -> list[tuple[str, bool]]:
        """Every issue under the summary's label, or that was: title, and whether it is open."""
        ...

    def summary_text(self, key: str) -> str:
        """What people read in a summary."""
        ...


@dataclass
class Follower:
    """Reads a source again and again, as ticks do: with the cursor and the tickets that the last reading left in the store."""

    scene: Played
    cursor: Cursor | None = None
    known: dict[Ref, Ticket] = field(default_factory=dict)

    def read(self) -> Reading:
        """The next reading."""
        reading = self.scene.tracker.reader.read(self.scene.source, self.cursor, self.known)
        self.cursor = json.loads(json.dumps(reading.cursor))
        self.known |= {ticket.ref: ticket for ticket in reading.tickets}
        for ref in reading.gone:
            self.known.pop(ref, None)
        return reading

    def selected(self) -> list[int]:
        """The numbers of the known tickets that the source selects."""
        selected = (ref for ref, ticket in self.known.items() if self.scene.source.selects(ticket))
        return sorted(int(ref.key.rpartition("#")[2]) for ref in selected)


def marker(digest: str = "d1", release: str = "Shop 5.2") -> Marker:
    """The marker of a status comment."""
    return Marker(purpose="status", release=release, digest=digest)


def said(found: FoundSummary) -> SummaryRecord:
    """The record of a summary as the writer was given it, which puts the digest of the words into it."""
    assert found.current is not None
    return found.current.record.model_copy(update={"written": ""})


def record(digest: str = "s1", release: str = "Shop 5.2") -> SummaryRecord:
    """The record of a summary."""
    return SummaryRecord(release=release, digest=digest, baseline=START, backfilled=False, as_of=START)


def styled(*labels: str) -> dict[str, LabelStyle]:
    """The labels as the standard policy styles them."""
    return {label: builtin("standard").label_style(label) for label in labels}


def document(text: str) -> Document:
    """One paragraph."""
    return Document((Paragraph(spans(text)),))


def source(tracker: str, place: str, **selected_by: Any) -> Source:
    """The source of the release in a repository or project."""
    return Source(tracker, place, Selector(**{"version": VERSION, **selected_by}), GO_LIVE, "hypercare:")
