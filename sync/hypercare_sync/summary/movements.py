"""What changed since a lead last looked, in words."""

from collections.abc import Iterator

from hypercare_rules.release import Release
from hypercare_sync.summary.changes import Changes, Reranked
from hypercare_sync.summary.rows import few, first_rows, joined, listed, ticket
from hypercare_sync.text.document import Block, Bullets, Heading, Paragraph, Spans, Strong, spans
from hypercare_sync.wording import stamp

_NAMED, _ROWS = 8, 15


def since_then(changes: Changes, release: Release, *, whole: bool = False) -> Iterator[Block]:
    """How many came up, were done, came back, were escalated or have another priority, which those are, and the new ones in a table.

    Of everything a few are named, unless the `whole` is asked for.
    """
    when = stamp(changes.moment, release)
    yield Heading(2, spans(f"Since the last review ({when})" if changes.at_review else f"Since {when}"))
    lines = tuple(_lines(changes, None if whole else _NAMED))
    if lines:
        yield Bullets(lines)
    else:
        yield Paragraph(spans("Nothing came up, was done or changed its priority."))
    if len(changes.new):
        yield from listed(changes.new) if whole else first_rows(changes.new, _ROWS)


def _lines(changes: Changes, most: int | None) -> Iterator[Spans]:
    if len(changes.new):
        yield spans(Strong(f"{len(changes.new)} new"))
    for what, named in (
        ("resolved", changes.resolved),
        ("reopened", changes.reopened),
        ("escalated", changes.escalated),
    ):
        if len(named):
            yield _line(f"{len(named)} {what}", few(named, most))
    number = len(changes.reranked) + changes.reranked_others
    if number:
        shown = joined(map(_reranked, changes.reranked[:most]))
        more = number - len(changes.reranked[:most])
        rest = spans(f" and {more} more") if shown and more else ()
        yield _line(f"{number} with another priority", (*shown, *rest))


def _line(what: str, shown: Spans) -> Spans:
    return (*spans(Strong(what)), *(spans(": ") if shown else ()), *shown)


def _reranked(change: Reranked) -> Spans:
    return (*ticket(change.ticket), *spans(f" from {change.before} to {change.after} ({change.why})"))
