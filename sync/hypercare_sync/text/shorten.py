"""Makes a document fit where it goes: trackers limit the length of a text."""

from bisect import bisect_right
from collections.abc import Callable

from .document import Block, Bullets, Chart, Document, Fold, Note, PlainBlock, Spans, Table, spans


def fit(document: Document, size: Callable[[Document], int], limit: int) -> Document:
    """`document`, with no more rows and bullets left out than its size needs to come within `limit`.

    The longest tables and lists lose their last entries first, and say how many, and where those are found if they know; charts
    begin later. Headings, paragraphs, notes and checklists stay whole. `size` measures a document as it will be sent, in the unit of `limit`. Raises ValueError when the rest is
    still too large.
    """
    if size(document) <= limit:
        return document
    longest = max(map(_entries, document.blocks), default=0)
    kept = bisect_right(range(longest), limit, key=lambda most: size(_at_most(document, most))) - 1
    if kept < 0:
        raise ValueError(f"{size(shortest(document))} long with every table and list cut, and the limit is {limit}")
    return _at_most(document, kept)


def shortest(document: Document) -> Document:
    """`document` without any row or bullet that `fit` may leave out."""
    return _at_most(document, 0)


def _entries(block: Block) -> int:
    """The length of the longest table or list in the block."""
    match block:
        case Table(rows=rows):
            return len(rows)
        case Bullets(items):
            return len(items)
        case Chart(points=points):
            return len(points)
        case Fold(blocks=blocks):
            return max(map(_entries, blocks), default=0)
        case _:
            return 0


def _at_most(document: Document, most: int) -> Document:
    return Document(tuple(_shortened(block, most) for block in document.blocks))


def _shortened(block: Block, most: int) -> Block:
    match block:
        case Fold(title, blocks):
            return Fold(title, tuple(_cut(inner, most) for inner in blocks))
        case Note():
            return block
        case _:
            return _cut(block, most)


def _cut(block: PlainBlock, most: int) -> PlainBlock:
    match block:
        case Table(header, rows, rest) if len(rows) > most:
            blank: Spans = ()
            more = (_more(len(rows) - most, rest), *(blank for _ in header[1:]))
            return Table(header, (*rows[:most], more))
        case Bullets(items, rest) if len(items) > most:
            return Bullets((*items[:most], _more(len(items) - most, rest)))
        case Chart():
            return block.last(most)
        case _:
            return block


def _more(count: int, rest: Spans) -> Spans:
    return spans(f"and {count} more: ", *rest) if rest else spans(f"and {count} more, not shown here")
