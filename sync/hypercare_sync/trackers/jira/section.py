"""Our part of a description: between two short lines that people see, each with a link that carries a marker.

Jira keeps no hidden text. A link survives both editors, and where somebody takes one of the lines away, nothing of theirs is lost:
the part is then written anew above what stands.
"""

import json
import re
from typing import Any

from hypercare_sync.text import adf
from hypercare_sync.text.document import Document, Link, Paragraph, Text
from hypercare_sync.trackers import marker
from hypercare_sync.trackers.written import digest

_ADDRESS = re.compile(r"https?://[^\s|\])]+")
_BEGIN, _END = (marker.in_fragment({"section": side}) for side in ("begin", "end"))


def marked(document: Document, address: str) -> Document:
    """The document between the two lines, whose links lead to `address`."""
    begin = (
        Link("hypercare-sync", address + _BEGIN),
        Text(" keeps this part up to date; what is written above or below it stays."),
    )
    end = (Text("Here ends the part of "), Link("hypercare-sync", address + _END), Text("."))
    return Document((Paragraph(begin), *document.blocks, Paragraph(end)))


def around(standing: Any) -> tuple[Any, Any]:
    """What people wrote before and after our part; all of it is after where one of its lines is gone. Rows of ADF, or wiki markup."""
    rows = _rows(standing)
    begin, end = _bounds(rows)
    if end < 0:
        return [], rows
    return rows[:begin], rows[end + 1 :]


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
    text = "\n".join(row if isinstance(row, str) else adf.plain_text(row) for row in rows)
    return digest(_ADDRESS.sub("", text))


def _rows(standing: Any) -> list[Any]:
    """The parts of a description that can be told apart: the nodes of a document, or lines."""
    if isinstance(standing, dict):
        content = standing.get("content")
        return content if isinstance(content, list) else []
    return standing.replace("\r\n", "\n").split("\n") if isinstance(standing, str) and standing.strip() else []


def _bounds(rows: list[Any]) -> tuple[int, int]:
    """Where our first and our last row is; -1 where they are not there in this order."""
    texts = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    begin = next((index for index, text in enumerate(texts) if _BEGIN in text), -1)
    end = next((index for index, text in enumerate(texts) if index > begin and _END in text), -1)
    return (begin, end) if begin >= 0 else (-1, -1)
