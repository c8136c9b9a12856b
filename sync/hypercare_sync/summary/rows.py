"""Tickets as people read them in the summary: in a line, and in a table."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from hypercare_sync.summary.shown import Listing, Named, Row, Shown
from hypercare_sync.text.document import (
    Block,
    Code,
    Fold,
    Inline,
    Link,
    Paragraph,
    Reference,
    Spans,
    Strong,
    Table,
    Text,
    spans,
)
from hypercare_sync.wording import count

_SHOWN_AT_ONCE = 25
_NAMED = 3

Column = tuple[str, Callable[[Row], Spans]]


def ticket(shown: Shown) -> Spans:
    """The key of a ticket, which leads to it."""
    return spans(Link(shown.key, shown.url) if shown.url else Reference(shown.key))


def joined(parts: Iterable[Spans]) -> Spans:
    """The parts with commas between them."""
    line: list[Inline] = []
    for part in parts:
        line += [*spans(*[", "] * bool(line)), *part]
    return tuple(line)


def few(named: Named, most: int | None = _NAMED) -> Spans:
    """The first few of the tickets, or all that may be named, and how many more there are; nothing where none may be."""
    more = len(named) - len(named.tickets[:most])
    shown = joined(map(ticket, named.tickets[:most]))
    return (*shown, *spans(f" and {more} more")) if shown and more else shown


def listed(listing: Listing, nothing: str = "", *, reasons: bool = False) -> Iterator[Block]:
    """The rows, those beyond the first screen folded, and how many may not be shown here; with `reasons` why priorities are so."""
    if not len(listing):
        yield Paragraph(spans(nothing))
    rest = joined(spans(Link(place, url)) for place, url in listing.searches)
    if listing.rows:
        yield replace(_table(listing.rows[:_SHOWN_AT_ONCE], reasons=reasons), rest=rest)
    if listing.rows[_SHOWN_AT_ONCE:]:
        further = replace(_table(listing.rows[_SHOWN_AT_ONCE:], reasons=reasons), rest=rest)
        yield Fold(f"{len(listing.rows) - _SHOWN_AT_ONCE} more", (further,))
    if listing.hidden:
        kinds = ", ".join(f"{number} {priority}" for priority, number in sorted(listing.hidden.items()))
        yield Paragraph(
            spans(f"{count(listing.hidden.total(), 'ticket')} of a narrower audience not named here: {kinds}.")
        )


def first_rows(listing: Listing, most: int) -> Iterator[Block]:
    """The first rows of a listing whose rest is found elsewhere, which its readers are told."""
    yield from listed(replace(listing, rows=listing.rows[:most]))
    if (more := len(listing.rows) - most) > 0:
        yield Paragraph(spans(f"and {more} more, which ", Code("hypercare-sync summary --since"), " lists."))


def _table(rows: tuple[Row, ...], *, reasons: bool) -> Table:
    """The rows under a header; columns that would be empty are left out."""
    why: tuple[Column, ...] = (("Why", lambda row: spans(row.why)),) if reasons else ()
    columns: tuple[Column, ...] = (
        ("Priority", _priority),
        ("Ticket", lambda row: joined(map(ticket, row.tickets))),
        ("Title", lambda row: spans(" / ".join(dict.fromkeys(one.title for one in row.tickets)))),
        ("Clock", lambda row: spans(row.clock)),
        ("Owner", lambda row: spans(row.owner)),
        ("Next call", lambda row: spans(row.next_call)),
        ("Runbook", lambda row: joined(spans(Link(one.text, one.url)) for one in row.runbooks)),
        ("Age in days", lambda row: spans(str(row.age_days))),
        *why,
        ("Note", lambda row: spans(row.note)),
    )
    used = [column for column in columns if any(_filled(column[1](row)) for row in rows)]
    return Table(tuple(name for name, _ in used), tuple(tuple(cell(row) for _, cell in used) for row in rows))


def _filled(content: Spans) -> bool:
    return any(not isinstance(span, Text | Strong) or span.value for span in content)


def _priority(row: Row) -> Spans:
    return spans(Strong(row.priority), *[" by hand"] * row.by_hand)
