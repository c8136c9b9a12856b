"""A tracker held in memory, for tests: both ports over tickets in a dict, and what people do there.

It behaves as the real ones do: everything leaves a trace in history, `updated` moves, deltas overlap, a census shows what left.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hypercare_rules.label_style import LabelStyle
from hypercare_rules.ticket import (
    Assigned,
    Audience,
    Comment,
    Event,
    LabelChanged,
    Marker,
    NativePriorityChanged,
    OurLink,
    Person,
    Ref,
    Standing,
    Status,
    StatusCategory,
    StatusChanged,
    Ticket,
)
from hypercare_sync.observed import FoundSummary, SummaryPlace, SummaryRecord, SummaryState, first_of
from hypercare_sync.text import markdown
from hypercare_sync.text.document import Document
from hypercare_sync.trackers import marker as markers
from hypercare_sync.trackers.census import CENSUS_EVERY, believable
from hypercare_sync.trackers.http import NotFound, Requests
from hypercare_sync.trackers.port import Created, Cursor, Page, Reading, Source, Tracker

US = Person(id="hypercare-bot", name="hypercare-sync", standing=Standing.ours)
OPEN = Status(name="open", category=StatusCategory.new)
CLOSED = Status(name="closed", category=StatusCategory.done)
OVERLAP = timedelta(minutes=5)


@dataclass
class Summary:
    """A summary issue as it stands."""

    place: SummaryPlace
    title: str
    text: str
    record: SummaryRecord | None
    open: bool = True
    comments: tuple[Comment, ...] = ()


@dataclass
class MemoryTracker:
    """Both ports over `tickets`, whose keys are `PLACE#NUMBER`; `clock` tells the tracker's time."""

    name: str
    clock: Callable[[], datetime]
    tickets: dict[Ref, Ticket] = field(default_factory=dict)
    summaries: dict[str, Summary] = field(default_factory=dict)
    requests: Requests = field(default_factory=Requests)
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def tracker(self) -> Tracker:
        """The tracker as a tick is given it."""
        return Tracker(self.name, "memory", self, self)

    # What people do.

    def add(self, *tickets: Ticket) -> None:
        """Tickets that are there, as they stand."""
        self.tickets |= {ticket.ref: ticket for ticket in tickets}

    def comment_as(self, person: Person, ref: Ref, text: str) -> str:
        """A new comment; its id."""
        identity, now = str(next(self._ids)), self.clock()
        found = _marker(person, text)
        comment = Comment(id=identity, author=person, created=now, updated=now, text=text, marker=found)
        self._say(ref, (*self._said(ref), comment))
        return identity

    def rewrite(self, ref: Ref, comment: str, text: str) -> None:
        """Another text for a comment, whoever does it: its author stays who it was."""
        comments = {one.id: one for one in self._said(ref)}
        found = _marker(comments[comment].author, text)
        update = {"text": text, "updated": self.clock(), "marker": found}
        comments[comment] = comments[comment].model_copy(update=update)
        self._say(ref, tuple(comments.values()))

    def erase(self, ref: Ref, comment: str) -> None:
        """A comment is gone, whoever does it."""
        self._say(ref, tuple(one for one in self._said(ref) if one.id != comment))

    def label_as(self, person: Person, ref: Ref, add: Collection[str] = (), remove: Collection[str] = ()) -> None:
        """Labels put on and taken off; what is so already leaves no trace."""
        labels = self.tickets[ref].labels
        after = (labels | {*add}) - {*remove}
        events = [
            LabelChanged(at=self.clock(), by=person, label=label, added=label in after)
            for label in sorted(labels ^ after)
        ]
        if events:
            self.change(ref, *events, labels=after)

    def move_as(self, person: Person, ref: Ref, status: Status) -> None:
        """The ticket in another status."""
        now = self.clock()
        moved = StatusChanged(at=now, by=person, before=self.tickets[ref].status, after=status)
        self.change(ref, moved, status=status, resolved=now if status.category is StatusCategory.done else None)

    def assign_as(self, person: Person, ref: Ref, *whom: Person) -> None:
        """The ticket is these people's, or nobody's."""
        after = whom[-1].id if whom else None
        self.change(ref, Assigned(at=self.clock(), by=person, after=after), assignees=whom)

    def prioritise_as(self, person: Person, ref: Ref, native: str) -> None:
        """Another native priority."""
        before = self.tickets[ref].native_priority
        event = NativePriorityChanged(at=self.clock(), by=person, before=before, after=native)
        self.change(ref, event, native_priority=native)

    def change(self, ref: Ref, *events: Event, **fields: Any) -> None:
        """Whatever else somebody does to a ticket: what its history says of it, and the fields that are other then."""
        ticket = self.tickets[ref]
        history = (*ticket.history, *events)
        self.tickets[ref] = ticket.model_copy(update={"updated": self.clock(), "history": history, **fields})

    def unlink_as(self, person: Person, ref: Ref, link: OurLink) -> None:
        """A link of ours is off; where somebody else did it, that is known."""
        ticket = self.tickets[ref]
        if link in ticket.linked:
            taken = ticket.unlinked if person.standing is Standing.ours else ticket.unlinked | {link}
            self.change(ref, linked=ticket.linked - {link}, unlinked=taken)

    # The reading port.

    def read(self, source: Source, cursor: Cursor | None, known: Mapping[Ref, Ticket]) -> Reading:
        """Everything of the source, or what changed since the cursor; once an hour also what left it."""
        self.requests.read += 1
        now = self.clock()
        since, census = (datetime.fromisoformat(cursor[name]) if cursor else None for name in ("since", "census"))
        changed = {
            ref: one for ref, one in self._listed(source).items() if since is None or one.updated >= since - OVERLAP
        }
        gone: set[Ref] = set()
        if census is not None and now - census >= CENSUS_EVERY:
            expected = {ref for ref, ticket in known.items() if source.lists(ticket)}
            left = expected - believable(source.label, lambda: self._listed(source), expected).keys()
            gone = left - self.tickets.keys()
            changed |= {ref: self.tickets[ref] for ref in left - gone}
            census = now
        after = {"since": now.isoformat(), "census": (census or now).isoformat()}
        return Reading(tuple(changed.values()), after, frozenset(gone), audience=source.audience)

    def unlisted_summaries(self, place: SummaryPlace, release: str) -> tuple[SummaryState, ...]:
        """None: `summary` shows them all."""
        return ()

    def summary(self, place: SummaryPlace, release: str, key: str | None, named: Collection[str]) -> FoundSummary:
        """The summary by its key, else among all in its place."""
        self.requests.read += 1
        states = {
            each: SummaryState(each, _url(each), one.open, one.record, stamp=_stamp(one.comments))
            for each, one in self.summaries.items()
            if one.place == place and one.record is not None and one.record.release == release
        }
        standing = states.get(key or "")
        if standing and standing.stands:
            return FoundSummary(Audience.internal, standing)
        return first_of(list(states.values()), Audience.internal)

    def conversation(self, key: str) -> tuple[Comment, ...]:
        """All comments on the summary."""
        self.requests.read += 1
        return self.summaries[key].comments

    # The writing port.

    def change_labels(
        self, ticket: Ref, add: Mapping[str, LabelStyle], remove: Collection[str], summary_key: str | None
    ) -> None:
        """Deltas only, and the summary's key beside them."""
        self.requests.write += 1
        self.label_as(US, ticket, add, remove)
        if summary_key and self.tickets[ticket].summary_key != summary_key:
            self.change(ticket, summary_key=summary_key)

    def add_comment(self, ticket: Ref, marker: Marker, document: Document, *, first: bool = False) -> str:
        """A comment, unless ours with this purpose and release is there."""
        self.requests.write += 1
        standing = {one.marker.key: one.id for one in self._said(ticket) if one.marker}
        known = standing.get(marker.key)
        return known or self.comment_as(US, ticket, _text(document, markers.value_of(marker)))

    def edit_comment(self, ticket: Ref, comment: str, marker: Marker, document: Document) -> bool:
        """Another text, in its place, where the comment is still there and ours."""
        self.requests.write += 1
        ours = any(one.id == comment and one.marker for one in self._said(ticket))
        if ours:
            self.rewrite(ticket, comment, _text(document, markers.value_of(marker)))
        return ours

    def remove_comment(self, ticket: Ref, comment: str) -> None:
        """Our comment is gone."""
        self.requests.write += 1
        self.erase(ticket, comment)

    def assign(self, ticket: Ref, account: str) -> None:
        """Somebody has it, if nobody had."""
        self.requests.write += 1
        if not self.tickets[ticket].assignees and self.tickets[ticket].open:
            self.assign_as(US, ticket, Person(id=account, name=account, standing=Standing.team))

    def link(self, ticket: Ref, link: OurLink, page: Page) -> str:
        """A link; that it stands is known, what it says is not."""
        self.requests.write += 1
        standing = self.tickets[ticket]
        if link not in standing.linked:
            self.change(ticket, linked=standing.linked | {link}, unlinked=standing.unlinked - {link})
        return str(link)

    def unlink(self, ticket: Ref, link: OurLink) -> None:
        """Our link is off."""
        self.requests.write += 1
        self.unlink_as(US, ticket, link)

    def set_priority(self, ticket: Ref, native: str, before: str | None) -> None:
        """Another native priority, if it is as it was."""
        self.requests.write += 1
        if self.tickets[ticket].native_priority == before and self.tickets[ticket].open:
            self.prioritise_as(US, ticket, native)

    def create_summary(self, place: SummaryPlace, title: str, document: Document, record: SummaryRecord) -> Created:
        """A new summary."""
        self.requests.write += 1
        key = f"{place.place}#summary-{next(self._ids)}"
        self.summaries[key] = Summary(place, title, markdown.render(document), record)
        return Created(key, _url(key))

    def edit_summary(
        self, key: str, title: str, document: Document, record: SummaryRecord, *, be_open: bool | None = None
    ) -> None:
        """Another title, text and record, and closed or open where that is told. Raises NotFound."""
        self.requests.write += 1
        if key not in self.summaries:
            raise NotFound(f"{self.name}: there is no {key}")
        standing = self.summaries[key]
        standing.title, standing.text, standing.record = title, markdown.render(document), record
        standing.open = standing.open if be_open is None else be_open

    def close_summary(self, place: SummaryPlace, key: str, first: str) -> None:
        """A closed double, which no longer counts as a summary."""
        self.requests.write += 1
        self.summaries[key].open, self.summaries[key].record = False, None
        self.summaries[key].text = f"The summary is {first}."

    def pin_summary(self, key: str) -> None:
        """Nothing: there is no place to be seen first."""

    def _said(self, ref: Ref) -> tuple[Comment, ...]:
        """The comments on a ticket or a summary."""
        return self.summaries[ref.key].comments if ref.key in self.summaries else self.tickets[ref].comments

    def _say(self, ref: Ref, comments: tuple[Comment, ...]) -> None:
        if ref.key in self.summaries:
            self.summaries[ref.key].comments = comments
        else:
            self.change(ref, comments=comments)

    def _listed(self, source: Source) -> dict[Ref, Ticket]:
        here = {ref: one for ref, one in self.tickets.items() if ref.key.rpartition("#")[0] == source.place}
        return {ref: one for ref, one in here.items() if source.lists(one)}


def _marker(author: Person, text: str) -> Marker | None:
    return markers.of_comment(markers.from_comment(text)) if author.standing is Standing.ours else None


def _text(document: Document, value: Mapping[str, Any]) -> str:
    return markdown.render(document) + markers.in_comment(value)


def _stamp(comments: tuple[Comment, ...]) -> str:
    return f"{len(comments)} {max(one.updated for one in comments)}" if comments else ""


def _url(key: str) -> str:
    return f"https://tracker.example/{key.replace('#', '/')}"
