"""Jira's wiki markup: what Jira Data Center (REST v2) takes for comments and descriptions."""

import re
from collections.abc import Iterable
from typing import assert_never

from .clean import BOX, JOINER, clean_spans, mark_words, one_line
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

# Two backslashes are a line break and a backslash does not keep a bar inside its cell: those go as references.
_REFERENCES = {c: f"&#{ord(c)};" for c in "\\|&<>"}
_MARKUP = str.maketrans({**{c: f"\\{c}" for c in "{}[]()*_-+^~?!%#@"}, **_REFERENCES})
_LIVE = re.compile(r":(?=//|[DPp]\b)")  # addresses and the smileys without a bracket
_BLOCK_START = re.compile(r"^ ?(?:h[1-6]|bq)(?=\.)")
_PANELS = {
    "good": ("#e3fcef", "(/)"),
    "info": ("#deebff", "(i)"),
    "warning": ("#fffae6", "(!)"),
    "danger": ("#ffebe6", "(x)"),
}


def render(document: Document) -> str:
    """The document as wiki markup that ends with one newline. A fold, which the markup lacks, stands open."""
    return _blocks(document.blocks) + "\n"


def escape(text: str) -> str:
    """`text` as one line of wiki markup that shows the same words and does nothing."""
    return _guard(_escape(one_line(text)))


def _blocks(blocks: tuple[Block, ...]) -> str:
    return "\n\n".join(text for text in map(_block, blocks) if text)


def _block(block: Block) -> str:
    match block:
        case Heading(level, content):
            return f"h{level}. {_line(content)}"
        case Paragraph(content):
            return _line(content)
        case Bullets(items):
            return _list(items)
        case Checklist(items):
            return _list((Text(f"{BOX[met]} "), *item) for met, item in items)
        case Table(header, rows):
            head = "".join(f"||{escape(name) or ' '}" for name in header)
            return "\n".join([f"{head}||", *(_row(row) for row in rows)])
        case Chart():
            return _block(block.table)
        case Note(tone, content):
            colour, sign = _PANELS[tone]
            return f"{{panel:bgColor={colour}}}\n{sign} {_line(content)}\n{{panel}}"
        case Fold(title, blocks):
            return f"*{escape(title).strip()}*\n\n{_blocks(blocks)}"
        case _:
            assert_never(block)


def _list(items: Iterable[Spans]) -> str:
    return "\n".join(f"* {_line(item)}" for item in items)


def _row(cells: tuple[Spans, ...]) -> str:
    return "".join(f"|{_line(cell) or ' '}" for cell in cells) + "|"


def _line(content: Spans) -> str:
    return _guard("".join(map(_inline, clean_spans(content))).strip(" "))


def _inline(span: Inline) -> str:
    match span:
        case Text(value):
            return _escape(value)
        case Strong(value):
            return mark_words(value, lambda words: f"*{_escape(words)}*")
        case Code(value):
            return mark_words(value, lambda words: f"{{{{{_escape(words)}}}}}")
        case Link(text, url):
            return f"[{_escape(text)}|{url}]"
        case Mention(name, jira=account):
            return f"[~{account}]" if account else _escape(one_line(name))
        case Reference(key):
            return _escape(key)
        case _:
            assert_never(span)


def _escape(line: str) -> str:
    return _LIVE.sub(rf"\g<0>{JOINER}", line).translate(_MARKUP)


def _guard(line: str) -> str:
    return _BLOCK_START.sub(rf"\g<0>{JOINER}", line)
