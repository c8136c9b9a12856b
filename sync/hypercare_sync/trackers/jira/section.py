"""Our part of a description: between two short lines that people see, each with a link that carries a marker.

Jira keeps no hidden text. A link survives both editors, and where somebody takes one of the lines away, nothing of theirs is lost:
the part is then written anew, and of the old one those rows go that are known for ours.
"""

import json
from typing import Any

from hypercare_sync.text import adf
from hypercare_sync.text.document import Document, Link, Paragraph, Text
from hypercare_sync.trackers import marker
from hypercare_sync.trackers.written import digest, theirs, without_addresses

_BEGIN, _END = (marker.in_fragment({"section": side}) for side in ("begin", "end"))
_BEGINS, _ENDS = " keeps this part up to date; what is written above or below it stays.", "Here ends the part of "


def marked(document: Document, address: str) -> Document:
    """The document between the two lines, whose links lead to `address`."""
    begin = (
        Link("hypercare-sync", address + _BEGIN),
        Text(_BEGINS),
    )
    end = (Text(_ENDS), Link("hypercare-sync", address + _END), Text("."))
    return Document((Paragraph(begin), *document.blocks, Paragraph(end)))


def around(standing: Any, own: Any = None, written: str = "") -> tuple[list[Any], list[Any]]:
    """What people wrote before and after our part: rows of ADF, or of wiki markup.

    Where one of its lines is gone, our part is what has the digest `written` together with the missing line of our `own` text, which is to
    stand there now; else all that is not like a row of that is people's.
    """
    rows, ours = _rows(standing), _rows(own)
    begin, end = _bounds(rows)
    if end >= 0:
        return rows[:begin], rows[end + 1 :]
    begin, end = _place(rows, _BEGIN), _place(rows, _END)
    if begin >= 0:
        exact = (stop for stop in range(begin + 1, len(rows) + 1) if words([*rows[begin:stop], *ours[-1:]]) == written)
        stop = next(exact, begin + 1)
        return rows[:begin], _theirs(rows[stop:], ours)
    exact = (start for start in range(end + 1) if words([*ours[:1], *rows[start : end + 1]]) == written)
    start = next(exact, max(end, 0))
    return _theirs(rows[:start], ours), _theirs(rows[max(end, 0) + (end >= 0) :], ours)


def _theirs(rows: list[Any], ours: list[Any]) -> list[Any]:
    """People's rows: none that is like ours, nor what is left of our two lines."""
    return [
        row for row in theirs(rows, _words_in, ours) if not any(said in _words_in(row) for said in (_BEGINS, _ENDS))
    ]


def joined(before: list[Any], own: Any, after: list[Any]) -> Any:
    """The description with our part, as it was rendered, in its place."""
    if isinstance(own, dict):
        return {**own, "content": [*before, *own["content"], *after]}
    return "\n".join(filter(None, ("\n".join(before).rstrip("\n"), own.strip("\n"), "\n".join(after).strip("\n"))))


def found(standing: Any) -> str:
    """The digest of our part in a description; empty where it is not to be found whole."""
    rows = _rows(standing)
    begin, end = _bounds(rows)
    return words(rows[begin : end + 1]) if end >= 0 else ""


def words(own: Any) -> str:
    """The digest of our part, as it was rendered or as it stands, without addresses: Jira may set those anew."""
    rows = _rows(own) if isinstance(own, dict | str) else own
    return digest(without_addresses("\n".join(map(_words_in, rows))))


def _words_in(row: Any) -> str:
    return row if isinstance(row, str) else adf.plain_text(row)


def _rows(standing: Any) -> list[Any]:
    """The parts of a description that can be told apart: the nodes of a document, or lines."""
    if isinstance(standing, dict):
        content = standing.get("content")
        return content if isinstance(content, list) else []
    return standing.replace("\r\n", "\n").split("\n") if isinstance(standing, str) and standing.strip() else []


def _bounds(rows: list[Any]) -> tuple[int, int]:
    """Where our first and our last row is; -1 where they are not there in this order."""
    begin = _place(rows, _BEGIN)
    end = _place(rows, _END, begin + 1)
    return (begin, end) if begin >= 0 else (-1, -1)


def _place(rows: list[Any], bound: str, start: int = 0) -> int:
    """Where a line of ours is, from `start` on; -1 where it is not there."""
    texts = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    return next((index for index, text in enumerate(texts) if index >= start and bound in text), -1)
