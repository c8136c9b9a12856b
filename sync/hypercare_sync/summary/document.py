"""The summary as a document: ten seconds at the top, ten minutes below."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hypercare_rules.health import HealthState
from hypercare_rules.release import Release, SourceState
from hypercare_rules.ticket import StatusCategory
from hypercare_rules.values import Priority
from hypercare_sync.summary.view import Listing, Row, SummaryView
from hypercare_sync.text.document import (
    Block,
    Document,
    Fold,
    Heading,
    Link,
    Note,
    Paragraph,
    Reference,
    Spans,
    Strong,
    Table,
    Tone,
    spans,
)
from hypercare_sync.wording import count, stamp

HEARTBEAT = timedelta(hours=1)
_LATE_AFTER = HEARTBEAT + timedelta(minutes=20)
_LIGHTS = {HealthState.green: "🟢", HealthState.amber: "🟠", HealthState.red: "🔴"}
_TONES: dict[HealthState, Tone] = {HealthState.green: "good", HealthState.amber: "warning", HealthState.red: "danger"}
_STATUS_WORDS = {StatusCategory.new: "New", StatusCategory.in_progress: "In progress", StatusCategory.done: "Done"}
_SHOWN_AT_ONCE = 25


def summary_title(view: SummaryView) -> str:
    """The title of the issue, with the health in it."""
    state = view.health.state
    return f"{_LIGHTS[state]} Hypercare {view.release.name}: {state}, day {view.day} of {view.release.days}"


def summary_document(view: SummaryView) -> Document:
    """The content of the summary, without the time at which it was written."""
    return Document(tuple(_blocks(view)))


def heartbeat(document: Document, release: Release, now: datetime) -> Document:
    """The document with the time at which it was written, and the time after which it is overdue: so a dead cron shows."""
    late = stamp(now + _LATE_AFTER, release)
    return Document(
        (
            Paragraph(spans(f"As of {stamp(now, release)} ({release.zone}), late if you read this after {late}.")),
            *document.blocks,
        )
    )


def _blocks(view: SummaryView) -> Iterator[Block]:
    yield Note(
        _TONES[view.health.state], spans(Strong(view.health.state.capitalize()), f": {'; '.join(view.health.reasons)}.")
    )
    bound = "At least " if view.stale else ""
    yield Paragraph(
        spans(
            f"{view.phase.capitalize()}, day {view.day} of {view.release.days}. ",
            f"{bound}{count(view.tickets, 'ticket')} in {count(view.incidents, 'incident')}; ",
            f"{count(view.planned, 'ticket')} left out as planned work.",
        )
    )
    yield Heading(2, spans("Burning"))
    yield from _listed(view.burning, "Nothing burns.")
    yield Heading(2, spans("New in the last 24 hours"))
    yield from _listed(view.new, "Nothing new.")
    yield Heading(2, spans("Counts"))
    yield _counts(view)
    if len(view.untagged):
        yield Heading(2, spans("Possibly this release"))
        yield Paragraph(spans("Reported after go-live without a version or milestone; set one where it belongs here."))
        yield from _listed(view.untagged, "")
    yield Heading(2, spans("Sources"))
    yield Table(
        ("Source", "Tickets", "State"),
        tuple(
            (spans(source.label), spans(str(len(source.tickets))), _source_state(source, view.release))
            for source in view.sources
        ),
    )


def _listed(listing: Listing, nothing: str) -> Iterator[Block]:
    """The rows, those beyond the first screen folded, and how many may not be shown here."""
    if not len(listing):
        yield Paragraph(spans(nothing))
    if listing.rows:
        yield _table(listing.rows[:_SHOWN_AT_ONCE])
    if listing.rows[_SHOWN_AT_ONCE:]:
        yield Fold(f"{len(listing.rows) - _SHOWN_AT_ONCE} more", (_table(listing.rows[_SHOWN_AT_ONCE:]),))
    if listing.hidden:
        kinds = ", ".join(f"{number} {priority}" for priority, number in sorted(listing.hidden.items()))
        yield Paragraph(
            spans(f"{count(listing.hidden.total(), 'ticket')} of a narrower audience not named here: {kinds}.")
        )


def _table(rows: tuple[Row, ...]) -> Table:
    judged = any(row.priority for row in rows)
    header = (
        ("Priority", "Ticket", "Title", "Clock", "Owner", "Age in days")
        if judged
        else ("Ticket", "Title", "Owner", "Age in days")
    )

    def cells(row: Row) -> tuple[Spans, ...]:
        ticket, title = spans(Link(row.key, row.url) if row.url else Reference(row.key)), spans(row.title)
        owner, age = spans(row.owner), spans(str(row.age_days))
        return (
            (spans(Strong(row.priority)), ticket, title, spans(row.clock), owner, age)
            if judged
            else (ticket, title, owner, age)
        )

    return Table(header, tuple(cells(row) for row in rows))


def _counts(view: SummaryView) -> Table:
    header = ("Priority", *_STATUS_WORDS.values(), "All")
    rows = [[view.counts[priority][category] for category in StatusCategory] for priority in Priority]
    totals = [sum(column) for column in zip(*rows, strict=True)]
    named = [*((str(priority), row) for priority, row in zip(Priority, rows, strict=True)), ("All", totals)]
    return Table(
        header,
        tuple((spans(Strong(name)), *(spans(str(number)) for number in (*row, sum(row)))) for name, row in named),
    )


def _source_state(source: SourceState, release: Release) -> Spans:
    if source.problem is None:
        return spans("; ".join(("up to date", *source.notes)))
    since = f"since {stamp(source.as_of, release)}" if source.as_of else "and was never read"
    return spans(Strong("Stale"), f" {since}; counts are lower bounds")
