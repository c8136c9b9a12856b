"""The body of an HTML page: the published summary and the report. No script, no style of its own, nothing fetched from elsewhere."""

from collections.abc import Iterable
from html import escape as _escape
from typing import assert_never

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

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 0 auto; padding: 1rem }
main { overflow-x: auto }
table { border-collapse: collapse }
th, td { border: 1px solid #8886; padding: .25rem .6rem; text-align: left; vertical-align: top }
.note { border-left: .4rem solid #06c; padding: .5rem 1rem }
.note.good { border-color: #1a7f37 } .note.warning { border-color: #bf6a02 } .note.danger { border-color: #cf222e }
.checklist { list-style: none; padding-left: 0 }
"""


def render(document: Document) -> str:
    """The document as elements for the body of a page, which ends with one newline.

    Notes carry the class `note` and their tone, checklists the class `checklist`; what is set apart by colour is said in words, too.
    """
    return _blocks(document.blocks) + "\n"


def page(title: str, document: Document) -> str:
    """The document as a whole page, light or dark as its reader likes it."""
    return _PAGE.format(title=escape(title), style=_STYLE, body=render(document))


def escape(text: str) -> str:
    """`text` as one line that shows the same words and does nothing, between tags and in a quoted attribute."""
    return _escape(one_line(text))


def _blocks(blocks: Iterable[Block]) -> str:
    return "\n".join(text for text in map(_block, blocks) if text)


def _block(block: Block) -> str:
    match block:
        case Heading(level, content):
            return f"<h{level}>{_line(content)}</h{level}>"
        case Paragraph(content):
            return f"<p>{_line(content)}</p>"
        case Bullets(items):
            return _list("<ul>", items)
        case Checklist(items):
            return _list('<ul class="checklist">', ((Text(f"{BOX[met]} "), *item) for met, item in items))
        case Table(header, rows):
            return _table(header, rows)
        case Chart():
            return _block(block.table)
        case Note(tone, content):
            return f'<p class="note {tone}">{_line(content)}</p>'
        case Fold(title, blocks):
            return f"<details>\n<summary>{escape(title)}</summary>\n{_blocks(blocks)}\n</details>"
        case _:
            assert_never(block)


def _list(opening: str, items: Iterable[Spans]) -> str:
    """The items as a list; one without items is none."""
    lines = [f"<li>{_line(item)}</li>" for item in items]
    return "\n".join([opening, *lines, "</ul>"]) if lines else ""


def _table(header: Iterable[str], rows: Iterable[tuple[Spans, ...]]) -> str:
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    lines = ("".join(f"<td>{_line(cell)}</td>" for cell in row) for row in rows)
    body = [f"<tr>{line}</tr>" for line in lines]
    return "\n".join(["<table>", f"<thead><tr>{names}</tr></thead>", "<tbody>", *body, "</tbody>", "</table>"])


def _line(content: Spans) -> str:
    return "".join(map(_inline, clean_spans(content))).strip(" ")


def _inline(span: Inline) -> str:
    match span:
        case Text(value):
            return _escape(value)
        case Strong(value):
            return f"<strong>{_escape(value)}</strong>"
        case Code(value):
            return f"<code>{_escape(value)}</code>"
        case Link(text, url):
            return f'<a href="{_escape(url)}" rel="noreferrer">{_escape(text)}</a>'
        case Mention(name):
            return escape(name)
        case Reference(key):
            return _escape(key)
        case _:
            assert_never(span)
