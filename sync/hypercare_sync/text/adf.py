"""Atlassian Document Format: the JSON in which Jira Cloud (REST v3) holds comments and descriptions.

Text nodes are literal there: nothing in them is read as markup, a mention or a link.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, TypeAlias, assert_never

from .clean import BOX, clean_spans, one_line, visible
from .document import (
    Block,
    Bullets,
    Chart,
    Checklist,
    Code,
    Document,
    Fold,
    Heading,
    Inline,
    Link,
    Mention,
    Note,
    Paragraph,
    Reference,
    Spans,
    Strong,
    Table,
    Text,
)

Node: TypeAlias = dict[str, Any]

_PANELS = {"good": "success", "info": "info", "warning": "warning", "danger": "error"}


def render(document: Document) -> Node:
    """The document as an ADF document."""
    return _document(_blocks(document.blocks))


def from_text(text: str) -> Node:
    """Plain text as an ADF document: blank lines part paragraphs, other line ends stay line ends."""
    lines = (visible(line).rstrip() for line in text.splitlines())
    paragraphs = (list(group) for has_words, group in groupby(lines, bool) if has_words)
    return _document(_node("paragraph", _broken_lines(paragraph)) for paragraph in paragraphs)


def _document(blocks: Iterable[Node]) -> Node:
    return {"version": 1, **_node("doc", blocks)}


def _node(kind: str, content: Iterable[Node], **attributes: object) -> Node:
    return {"type": kind, **({"attrs": attributes} if attributes else {}), "content": list(content)}


def _broken_lines(lines: Iterable[str]) -> Iterator[Node]:
    for number, line in enumerate(lines):
        if number:
            yield {"type": "hardBreak"}
        yield {"type": "text", "text": line}


def _blocks(blocks: Iterable[Block]) -> Iterator[Node]:
    """The blocks' nodes."""
    return (_block(block) for block in blocks if _says_something(block))


def _says_something(block: Block) -> bool:
    """Whether it becomes a node: ADF allows no empty list."""
    return bool(block.items) if isinstance(block, Bullets | Checklist) else True


def _block(block: Block) -> Node:
    match block:
        case Heading(level, content):
            return _node("heading", _line(content), level=level)
        case Paragraph(content):
            return _paragraph(content)
        case Bullets(items):
            return _list(items)
        case Checklist(items):
            # Real task items could be ticked by any reader, and then say what we did not.
            return _list((Text(f"{BOX[met]} "), *item) for met, item in items)
        case Table(header, rows):
            head = _row("tableHeader", ((Strong(name),) for name in header))
            return _node("table", [head, *(_row("tableCell", row) for row in rows)])
        case Chart():
            return _block(block.table)
        case Note(tone, content):
            return _node("panel", [_paragraph(content)], panelType=_PANELS[tone])
        case Fold(title, blocks):
            return _node("expand", list(_blocks(blocks)) or [_paragraph(())], title=one_line(title))
        case _:
            assert_never(block)


def _list(items: Iterable[Spans]) -> Node:
    return _node("bulletList", (_node("listItem", [_paragraph(item)]) for item in items))


def _row(kind: str, cells: Iterable[Spans]) -> Node:
    return _node("tableRow", (_node(kind, [_paragraph(cell)]) for cell in cells))


def _paragraph(content: Spans) -> Node:
    return _node("paragraph", _line(content))


def _line(content: Spans) -> Iterable[Node]:
    return map(_inline, clean_spans(content))


def _inline(span: Inline) -> Node:
    match span:
        case Text(value):
            return {"type": "text", "text": value}
        case Strong(value):
            return {"type": "text", "text": value, "marks": [{"type": "strong"}]}
        case Code(value):
            return {"type": "text", "text": value, "marks": [{"type": "code"}]}
        case Link(text, url):
            return {"type": "text", "text": text, "marks": [{"type": "link", "attrs": {"href": url}}]}
        case Mention(name, jira=account):
            name = one_line(name)
            return (
                {"type": "mention", "attrs": {"id": account, "text": f"@{name}"}}
                if account
                else {"type": "text", "text": name}
            )
        case Reference(key):
            return {"type": "text", "text": key}
        case _:
            assert_never(span)


_BROKEN_OFF_AT = 60
"""Levels of nesting that `plain_text` reads; deeper ones, which no editor makes, would exhaust the stack."""
_AROUND = {"code": "`", "strike": "~~"}
_LISTS = ("bulletList", "orderedList", "taskList", "decisionList")  # a tuple: what is sought in it may be unhashable


def plain_text(adf: object) -> str:
    """The words of any ADF, to search and to quote; never raises.

    Paragraphs are parted by blank lines, list items begin with `- `, a row's cells are parted by ` | `; mentions read as
    their names, cards as their addresses, links as their text with the address behind. Code, quotes and what is struck out
    are marked as in Markdown: they are not what the author says. Of what is unknown or malformed, whatever text it holds is kept.
    """
    return "\n\n".join(_flow([adf], 0))


def _flow(nodes: Iterable[object], depth: int) -> list[str]:
    """The texts of the blocks among the nodes; inline nodes side by side make a block."""
    texts = []
    for inline, group in groupby(nodes, _is_inline):
        if inline:
            texts.append("".join(map(_inline_text, group)))
        elif depth < _BROKEN_OFF_AT:
            texts += [_block_text(_dict(node), depth + 1) for node in group]
    return [text.strip("\n") for text in texts if text.strip()]


def _is_inline(node: object) -> bool:
    return isinstance(node, str) or not isinstance(_dict(node).get("content"), list)


def _inline_text(node: object) -> str:
    if isinstance(node, str):
        return node
    fields = _dict(node)
    attributes = _dict(fields.get("attrs"))
    kind = fields.get("type")
    if kind == "hardBreak":
        return "\n"
    if kind == "date":
        return _day(attributes.get("timestamp"))
    text = fields.get("text")
    if isinstance(text, str):
        marks = _list_of(fields.get("marks"))
        around = "".join(
            _AROUND[kind] for mark in marks if isinstance(kind := _dict(mark).get("type"), str) and kind in _AROUND
        )
        return around + text + around[::-1] + "".join(_address_behind(text, mark) for mark in marks)
    names = ("text", "url", "shortName", "alt", *(["id"] if kind == "mention" else []))
    found = next((value for name in names if isinstance(value := attributes.get(name), str) and value), "")
    return f"\n{found}\n" if kind in ("blockCard", "embedCard") else found


def _address_behind(text: str, mark: object) -> str:
    address = _dict(_dict(mark).get("attrs")).get("href")
    return f" ({address})" if isinstance(address, str) and address != text else ""


def _day(milliseconds: object) -> str:
    """The date of an ADF timestamp (milliseconds since 1970, as text); nothing when it is none."""
    if not isinstance(milliseconds, str | int):
        return ""
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _block_text(node: Node, depth: int) -> str:
    children = _list_of(node.get("content"))
    kind = node.get("type")
    if kind in _LISTS:
        return "\n".join(_item_text(_dict(child), depth) for child in children)
    if kind == "tableRow":
        return " | ".join(" ".join("\n".join(_flow([cell], depth)).split()) for cell in children)
    if kind == "codeBlock":
        return _marked("\n".join(_flow(children, depth)), "```\n{}\n```")
    if kind == "blockquote":
        return _marked("\n\n".join(_flow(children, depth)).replace("\n", "\n> "), "> {}")
    title = _dict(node.get("attrs")).get("title")
    texts = ([title] if isinstance(title, str) and title else []) + _flow(children, depth)
    return ("\n" if kind in ("table", "listItem") else "\n\n").join(texts)


def _marked(text: str, around: str) -> str:
    return around.format(text) if text.strip() else ""


def _item_text(item: Node, depth: int) -> str:
    text = "\n".join(_flow([item], depth)).replace("\n", "\n  ")
    if item.get("type") in _LISTS:  # task lists nest without an item around
        return f"  {text}"
    state = _dict(item.get("attrs")).get("state")
    return f"- {BOX[state == 'DONE']} {text}" if state in ("DONE", "TODO") else f"- {text}"


def _dict(value: object) -> Node:
    return value if isinstance(value, dict) else {}


def _list_of(value: object) -> list[object]:
    return value if isinstance(value, list) else []
