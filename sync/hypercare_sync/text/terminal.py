"""Documents on a terminal, through rich. Text goes in as `rich.text.Text`, which reads no markup of its own."""

from collections.abc import Iterable
from typing import assert_never

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.style import Style
from rich.table import Table as RichTable
from rich.text import Text as RichText

from .clean import BOX, clean_spans, one_line
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

_BORDERS = {"good": "green", "info": "blue", "warning": "yellow", "danger": "red"}


def render(document: Document) -> RenderableType:
    """The document for `rich.console.Console.print`; links are followed where the terminal can."""
    return _blocks(document.blocks)


def _blocks(blocks: Iterable[Block]) -> Group:
    return Group(*map(_block, blocks))


def _block(block: Block) -> RenderableType:
    match block:
        case Heading(level, content):
            return Group(RichText(), _line(content, "bold underline" if level == 1 else "bold"))
        case Paragraph(content):
            return _line(content)
        case Bullets(items):
            return _list(("•", item) for item in items)
        case Checklist(items):
            return _list((BOX[met], item) for met, item in items)
        case Table(header, rows):
            table = RichTable(box=box.SIMPLE_HEAD)
            for name in header:
                table.add_column(RichText(one_line(name)))
            for row in rows:
                table.add_row(*map(_line, row))
            return table
        case Chart():
            return _block(block.table)
        case Note(tone, content):
            return Panel(_line(content), border_style=_BORDERS[tone])
        case Fold(title, blocks):
            return Group(RichText(one_line(title), "bold"), _blocks(blocks))
        case _:
            assert_never(block)


def _list(items: Iterable[tuple[str, Spans]]) -> RenderableType:
    grid = RichTable.grid(padding=(0, 1))
    for sign, item in items:
        grid.add_row(RichText(sign), _line(item))
    return grid


def _line(content: Spans, style: str = "") -> RichText:
    return RichText.assemble(*map(_inline, clean_spans(content)), style=style)


def _inline(span: Inline) -> tuple[str, str | Style]:
    match span:
        case Text(value):
            return value, ""
        case Strong(value):
            return value, "bold"
        case Code(value):
            return value, "cyan"
        case Link(text, url):
            return text, Style(underline=True, link=url)
        case Mention(name):
            return f"@{one_line(name)}", "bold"
        case Reference(key):
            return key, ""
        case _:
            assert_never(span)
