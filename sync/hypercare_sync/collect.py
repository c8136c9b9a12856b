"""Reading the sources of a release: what is known from earlier ticks, brought up to date as far as the trackers answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hypercare_rules.assess import SourceView
from hypercare_rules.release import SourceState
from hypercare_rules.ticket import Audience, Ref, Standing, Ticket
from hypercare_sync.errors import HypercareError, StoreUnusable
from hypercare_sync.store import KnownSource, Store
from hypercare_sync.trackers.port import Reader, Source
from hypercare_sync.trackers.unread import Unread
from hypercare_sync.wording import count


@dataclass(frozen=True)
class Collected:
    """One source after reading. `changed` counts tickets that people changed; `error` says why a reading failed.

    `notes` may be shown to `audience`, who may know the source; `details` name tickets, and are for who runs the tick.
    `keep` puts what was read into a store; nothing is kept of a reading that failed. `unread` are the tickets that could not be read,
    or not whole: what is known of them stays, and nothing is written to them.
    """

    source: Source
    tickets: Mapping[Ref, Ticket]
    as_of: datetime | None
    changed: int
    notes: tuple[str, ...]
    details: tuple[str, ...]
    error: HypercareError | None
    audience: Audience
    keep: Callable[[Store], None]
    unread: tuple[Unread, ...] = ()

    def view(self) -> SourceView:
        """The source as the rules see it."""
        state = SourceState(
            tracker=self.source.tracker,
            label=self.source.label,
            as_of=self.as_of,
            problem=str(self.error) if self.error else None,
            notes=self.notes,
            audience=self.audience,
        )
        return SourceView(
            selector=self.source.selector,
            state=state,
            tickets=tuple(ticket for _, ticket in sorted(self.tickets.items())),
        )


def collect(source: Source, reader: Reader, store: Store, now: datetime) -> Collected:
    """The source's tickets: changes since the last whole reading, or all. A failure leaves them as they were."""
    known = store.source(source.id)
    before = known.tickets if known else {}
    try:
        reading = reader.read(source, known.cursor if known else None, before)
    except StoreUnusable:
        raise
    except HypercareError as error:
        return as_known(source, known, error)
    kept = (ticket for ref, ticket in before.items() if ref not in reading.gone)
    read = {ticket.ref: ticket for ticket in (*_narrowed(kept, reading.audience), *_whole(reading.tickets, before))}
    fresh = {ref: ticket for ref, ticket in read.items() if before.get(ref) != ticket}
    prefix = source.label_prefix
    changed = sum(
        1
        for ref, ticket in fresh.items()
        if ref not in before or _of_people(before[ref], prefix) != _of_people(ticket, prefix)
    )
    tickets = {ref: ticket for ref, ticket in {**before, **fresh}.items() if ref not in reading.gone}
    now_known = KnownSource(reading.cursor, now, tickets)
    gone = reading.gone

    def keep(into: Store) -> None:
        into.save_source(source.id, now_known, fresh.values(), gone)

    odd = [
        f"{ref.key}: could not be read in part: {', '.join(ticket.unreadable)}"
        for ref, ticket in tickets.items()
        if ticket.unreadable
    ]
    notes = (*reading.notes, *([f"{count(len(odd), 'ticket')} could be read only in part"] if odd else []))
    audience = _audience(source, tickets) if reading.audience is None else reading.audience
    changed += len(gone & before.keys())
    details = (*reading.details, *sorted(odd))
    return Collected(source, tickets, now, changed, notes, details, None, audience, keep, reading.unread)


def as_known(source: Source, known: KnownSource | None, error: HypercareError | None = None) -> Collected:
    """The source as it was read last: where it could not be read now, or where nobody need ask."""
    tickets, as_of = (known.tickets, known.as_of) if known else ({}, None)
    return Collected(source, tickets, as_of, 0, (), (), error, _audience(source, tickets), lambda _: None)


def _whole(tickets: Iterable[Ticket], before: Mapping[Ref, Ticket]) -> Iterator[Ticket]:
    """What was read, but for what came in part and is known whole from earlier: that stays as it was known."""
    for ticket in tickets:
        if not ticket.unreadable or ticket.ref not in before or before[ticket.ref].unreadable:
            yield ticket


def _narrowed(tickets: Iterable[Ticket], place: Audience | None) -> Iterator[Ticket]:
    """Those that were kept from earlier and that fewer people may read since, as a repository that became private has them."""
    for ticket in tickets:
        if place is not None and place > ticket.audience:
            yield ticket.model_copy(update={"audience": place})


def _audience(source: Source, tickets: Mapping[Ref, Ticket]) -> Audience:
    """Who may know of a source that could not be asked: those who may read the most open of its tickets; without any, as few as can be."""
    known = (ticket.audience for ticket in tickets.values())
    return min(known, default=Audience.restricted) if source.audience is None else source.audience


def _of_people(ticket: Ticket, prefix: str) -> Ticket:
    """The ticket without anything that our own writes leave on it."""
    return ticket.model_copy(
        update={
            "updated": ticket.created,
            "labels": frozenset(label for label in ticket.labels if not label.startswith(prefix)),
            "comments": tuple(comment for comment in ticket.comments if comment.author.standing is not Standing.ours),
            "history": tuple(
                event for event in ticket.history if event.by is None or event.by.standing is not Standing.ours
            ),
            "summary_key": None,
            "linked": frozenset(),
        }
    )
