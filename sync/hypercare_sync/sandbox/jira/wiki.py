"""Documents (ADF) as wiki markup: what REST v2 tells of what was written by v3.

How Cloud itself converts is not documented; this is the markup that means the same.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from hypercare_sync.sandbox.jira.model import Json
from hypercare_sync.text.adf import plain_text

_LIVE = re.compile(r"[{}\[\]|]|(?<!\w)[*_](?=\S)|&(?=#\d+;)")
"""What would begin markup where it stands."""
_MARKS = {"strong": "*", "em": "_", "strike": "-", "underline": "+"}
_PANELS = {"info": "info", "note": "note", "warning": "note", "error": "warning", "success": "tip"}


def from_document(document: Json) -> str:
    """The document as wiki markup, without a line end at its end."""
    return "\n\n".join(_blocks(document)).strip("\n")


def _blocks(node: Json) -> list[str]:
    return [text for child in children(node) if (text := _block(child))]


def _block(node: Json) -> str:
    kind, attributes = node.get("type"), members(node.get("attrs"))
    match kind:
        case "paragraph":
            return _line(node)
        case "heading":
            return f"h{attributes.get('level', 1)}. {_line(node)}"
        case "bulletList" | "orderedList":
            return "\n".join(_items(node, ""))
        case "codeBlock":
            language = attributes.get("language")
            text = "".join(str(child.get("text", "")) for child in children(node))
            return f"{{code{f':{language}' if language else ''}}}\n{text}\n{{code}}"
        case "blockquote":
            return f"{{quote}}\n{_inner(node)}\n{{quote}}"
        case "panel":
            name, colour = _PANELS.get(str(attributes.get("panelType")), "panel"), attributes.get("panelColor")
            return f"{{{name}{f':bgColor={colour}' if colour else ''}}}\n{_inner(node)}\n{{{name}}}"
        case "expand" | "nestedExpand":
            return f"*{_escaped(str(attributes.get('title', '')))}*\n\n{_inner(node)}"
        case "rule":
            return "----"
        case "table":
            return "\n".join(map(_row, children(node)))
        case _:  # whatever else there is: the words in it
            return _escaped(plain_text(node))


def _inner(node: Json) -> str:
    return "\n\n".join(_blocks(node))


def _items(node: Json, above: str) -> Iterable[str]:
    """A list's lines, each with the marks of all lists that it stands in."""
    marks = above + ("#" if node.get("type") == "orderedList" else "*")
    for item in children(node):
        lines: list[str] = []
        for child in children(item):
            if child.get("type") in {"bulletList", "orderedList"}:
                yield from _flush(marks, lines)
                yield from _items(child, marks)
            else:
                lines.append(_block(child))
        yield from _flush(marks, lines)


def _flush(marks: str, lines: list[str]) -> Iterable[str]:
    if lines:
        yield f"{marks} {' '.join(lines)}"
        lines.clear()


def _row(row: Json) -> str:
    cells = children(row)
    bars = ["||" if cell.get("type") == "tableHeader" else "|" for cell in cells]
    texts = (" ".join(_blocks(cell)).replace("\n", " ") or " " for cell in cells)
    return "".join(bar + text for bar, text in zip(bars, texts, strict=True)) + (bars[-1] if bars else "")


def _line(node: Json) -> str:
    return "".join(_inline(child) for child in children(node))


def _inline(node: Json) -> str:
    attributes = members(node.get("attrs"))
    named: dict[str, Callable[[], str]] = {
        "text": lambda: _marked(str(node.get("text", "")), children(node, "marks")),
        "hardBreak": lambda: "\n",
        "mention": lambda: f"[~accountid:{attributes.get('id', '')}]",
        "inlineCard": lambda: f"[{attributes.get('url', '')}]",
        "emoji": lambda: str(attributes.get("shortName", "")),
    }
    return named.get(str(node.get("type")), lambda: _escaped(plain_text(node)))()


def _marked(text: str, marks: list[Json]) -> str:
    """Words with their marks, which must touch them: spaces at the ends stay outside."""
    words = text.strip(" ")
    if not words:
        return text
    before, after = text[: text.index(words)], text[text.index(words) + len(words) :]
    return before + _mark(words, marks) + after


def _mark(text: str, marks: list[Json]) -> str:
    kinds = {str(mark.get("type")): members(mark.get("attrs")) for mark in marks}
    shown = f"{{{{{text}}}}}" if "code" in kinds else _escaped(text)
    for kind, sign in _MARKS.items():
        if kind in kinds:
            shown = f"{sign}{shown}{sign}"
    return f"[{shown}|{kinds['link'].get('href', '')}]" if "link" in kinds else shown


def _escaped(text: str) -> str:
    return _LIVE.sub(r"\\\g<0>", text)


def children(node: Json, name: str = "content") -> list[Json]:
    """The nodes that a node holds under a name; of what is malformed, none."""
    value = node.get(name)
    return [child for child in value if isinstance(child, dict)] if isinstance(value, list) else []


def members(value: Any) -> Json:
    """A node's attributes; of what is malformed, none."""
    return value if isinstance(value, dict) else {}
