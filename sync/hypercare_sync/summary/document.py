"""The summary as a document: ten seconds at the top, ten minutes below."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from hypercare_rules.health import HealthState
from hypercare_rules.release import Release, SourceState
from hypercare_rules.reviews import Meeting
from hypercare_rules.ticket import StatusCategory
from hypercare_rules.values import Priority
from hypercare_sync.summary.view import Criterion, Listing, Row, Shown, SummaryView, Unnamed
from hypercare_sync.text.document import (
    Block,
    Bullets,
    Checklist,
    Document,
    Fold,
    Heading,
    Inline,
    Link,
    Note,
    Paragraph,
    Reference,
    Spans,
    Strong,
    Table,
    Text,
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
_NAMED = 3


def summary_title(view: SummaryView) -> str:
    """The title of the issue, with the health in it."""
    return f"{_LIGHTS[view.health]} Hypercare {view.release.name}: {view.health}, day {view.day} of {view.release.days}"


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
    yield Note(_TONES[view.health], spans(Strong(view.health.capitalize()), f": {'; '.join(view.reasons)}."))
    bound = "At least " if view.stale else ""
    yield Paragraph(
        spans(
            f"{view.phase.capitalize()}, day {view.day} of {view.release.days}. ",
            f"{bound}{count(view.tickets, 'ticket')} in {count(view.incidents, 'incident')}; ",
            f"{count(view.planned, 'ticket')} left out as planned work.",
        )
    )
    if view.next_review:
        yield Paragraph(_next_review(view.next_review, view.release))
    yield Heading(2, spans("Burning"))
    yield from _listed(view.burning, "Nothing burns.")
    yield Heading(2, spans("New in the last 24 hours"))
    yield from _listed(view.new, "Nothing new.")
    yield from _exit(view)
    yield Heading(2, spans("Counts"))
    yield _counts(view)
    if len(view.untagged):
        yield Heading(2, spans("Possibly this release"))
        yield Paragraph(spans("Reported after go-live without a version or milestone; set one where it belongs here."))
        yield from _listed(view.untagged, "")
    if view.alike:
        yield Heading(2, spans("Possibly the same problem"))
        yield Paragraph(
            spans("Their titles say much the same, or one names the other; link them as duplicates where they are.")
        )
        yield Bullets(
            tuple(
                (*_ticket(one), *spans(": ", one.title, " / "), *_ticket(other), *spans(": ", other.title))
                for one, other in view.alike
            )
        )
    yield Heading(2, spans("Sources"))
    yield _sources(view)


def _next_review(meeting: Meeting, release: Release) -> Spans:
    who = f", with {', '.join(meeting.who).replace('_', ' ')}" if meeting.who else ""
    when = Strong(stamp(meeting.at, release))
    return spans("Next review: ", when, f" ({release.zone}), {meeting.review.replace('-', ' ')}{who}.")


def _listed(listing: Listing, nothing: str) -> Iterator[Block]:
    """The rows, those beyond the first screen folded, and how many may not be shown here."""
    if not len(listing):
        yield Paragraph(spans(nothing))
    rest = _joined(spans(Link(place, url)) for place, url in listing.searches)
    if listing.rows:
        yield replace(_table(listing.rows[:_SHOWN_AT_ONCE]), rest=rest)
    if listing.rows[_SHOWN_AT_ONCE:]:
        further = replace(_table(listing.rows[_SHOWN_AT_ONCE:]), rest=rest)
        yield Fold(f"{len(listing.rows) - _SHOWN_AT_ONCE} more", (further,))
    if listing.hidden:
        kinds = ", ".join(f"{number} {priority}" for priority, number in sorted(listing.hidden.items()))
        yield Paragraph(
            spans(f"{count(listing.hidden.total(), 'ticket')} of a narrower audience not named here: {kinds}.")
        )


def _table(rows: tuple[Row, ...]) -> Table:
    """The rows under a header; columns that would be empty are left out."""
    columns: tuple[tuple[str, Callable[[Row], Spans]], ...] = (
        ("Priority", _priority),
        ("Ticket", lambda row: _joined(map(_ticket, row.tickets))),
        ("Title", lambda row: spans(" / ".join(dict.fromkeys(ticket.title for ticket in row.tickets)))),
        ("Clock", lambda row: spans(row.clock)),
        ("Next call", lambda row: spans(row.next_call)),
        ("Note", lambda row: spans(row.note)),
        ("Owner", lambda row: spans(row.owner)),
        ("Age in days", lambda row: spans(str(row.age_days))),
    )
    used = [column for column in columns if any(_filled(column[1](row)) for row in rows)]
    return Table(tuple(name for name, _ in used), tuple(tuple(cell(row) for _, cell in used) for row in rows))


def _filled(content: Spans) -> bool:
    return any(not isinstance(span, Text | Strong) or span.value for span in content)


def _priority(row: Row) -> Spans:
    return spans(Strong(row.priority), *[" by hand"] * row.by_hand)


def _ticket(ticket: Shown) -> Spans:
    return spans(Link(ticket.key, ticket.url) if ticket.url else Reference(ticket.key))


def _joined(parts: Iterable[Spans]) -> Spans:
    """The parts with commas between them."""
    joined: list[Inline] = []
    for part in parts:
        joined += [*spans(*[", "] * bool(joined)), *part]
    return tuple(joined)


def _exit(view: SummaryView) -> Iterator[Block]:
    if not view.exit:
        return
    yield Heading(2, spans("Leaving hypercare"))
    yield Checklist(tuple((one.state.met, _criterion(one, view.release)) for one in view.exit))
    met = sum(one.state.met for one in view.exit)
    said = f"{met} of {count(len(view.exit), 'criterion', 'criteria')} met"
    if met == len(view.exit):
        yield Paragraph(spans(f"{said}: hypercare can end."))
    elif view.expected_exit:
        yield Paragraph(
            spans(f"{said}; the exit is expected {stamp(view.expected_exit, view.release)} if nothing new comes up.")
        )
    else:
        yield Paragraph(spans(f"{said}; when hypercare can end cannot be told yet."))


def _criterion(one: Criterion, release: Release) -> Spans:
    """A criterion with its evidence; told by moments, which stand still, and never by how long it has held."""
    state = one.state
    said = [*spans(Strong(state.id.replace("-", " ")), f": {state.evidence}")]
    named = _named(one.tickets, one.others)
    if state.held_since is not None:
        said += spans(f"; since {stamp(state.held_since, release)}")
        said += (*spans(", broken last by "), *named) if named else ()
    elif named:
        said += (*spans(": "), *named)
    if state.relapse is not None:
        said += spans(f"; lost since {stamp(state.relapse.since, release)}")
        said += (*spans(" by "), *_named(one.lost_by)) if one.lost_by else ()
        said += spans(f" with {state.relapse.figures}") if state.relapse.figures else ()
    if state.forecast and not state.met:
        said += spans(f"; met from {stamp(state.forecast, release)} on")
    return tuple(said)


def _named(tickets: tuple[Shown, ...], others: int = 0) -> Spans:
    """The first few of the tickets, and how many more there are; nothing where none may be named."""
    more = len(tickets[_NAMED:]) + others
    shown = _joined(map(_ticket, tickets[:_NAMED]))
    return (*shown, *spans(f" and {more} more")) if shown and more else shown


def _counts(view: SummaryView) -> Table:
    header = ("Priority", *_STATUS_WORDS.values(), "All")
    rows = [[view.counts[priority][category] for category in StatusCategory] for priority in Priority]
    totals = [sum(column) for column in zip(*rows, strict=True)]
    named = [*((str(priority), row) for priority, row in zip(Priority, rows, strict=True)), ("All", totals)]
    return Table(
        header,
        tuple((spans(Strong(name)), *(spans(str(number)) for number in (*row, sum(row)))) for name, row in named),
    )


def _sources(view: SummaryView) -> Table:
    """Each source that readers may hear of, and what is known of the others together."""
    rows = [(source.label, len(source.tickets), _source_state(source, view.release)) for source in view.sources]
    if (others := view.unnamed) is not None:
        name = f"{count(others.number, 'source')} not named here"
        rows.append((name, others.tickets, _unnamed_state(others, view.release)))
    return Table(
        ("Source", "Tickets", "State"), tuple((spans(name), spans(str(number)), said) for name, number, said in rows)
    )


def _source_state(source: SourceState, release: Release) -> Spans:
    if source.problem is None:
        return spans("; ".join(("up to date", *source.notes)))
    return spans(Strong("Stale"), _stale_since(source.as_of, release))


def _unnamed_state(others: Unnamed, release: Release) -> Spans:
    notes = f"; {count(others.notes, 'note')} not shown here" if others.notes else ""
    if not others.stale:
        return spans(f"up to date{notes}")
    how_many = f"{others.stale} of them stale" if others.number > 1 else "Stale"
    return spans(Strong(how_many), f"{_stale_since(others.stale_since, release)}{notes}")


def _stale_since(as_of: datetime | None, release: Release) -> str:
    since = f"since {stamp(as_of, release)}" if as_of else "and was never read"
    return f" {since}; counts are lower bounds"
