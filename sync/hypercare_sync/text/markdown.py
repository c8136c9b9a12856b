"""GitHub Flavoured Markdown, as GitHub shows it in issues and comments."""

import html
import re
from collections.abc import Iterable
from typing import assert_never

from .clean import JOINER, clean_spans, mark_words, one_line
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
    Series,
    Spans,
    Strong,
    Table,
    Text,
)

# GitHub looks for these in the finished page, where a backslash no longer shows. A joiner after each keeps it text:
# mentions and e-mail addresses, #12 and owner/repo#12, GH-12, addresses, commit ids from 7 digits on, :emoji: (but not 08:00:00).
_LIVE = re.compile(
    r"@|#(?=\d)|gh-(?=\d)|www(?=\.)|:(?=//)|[0-9a-f]{6}(?=[0-9a-f])|:(?=(?!\d\d:)[\w+-]+:)", re.IGNORECASE
)
# `<` and `|` go as references, so that not even a search of the source finds a comment or a column in people's text.
# Two dollars on a line make a formula, even with backslashes; the span is the way out that GitHub documents.
_REFERENCES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;", "$": "<span>$</span>"}
_MARKUP = str.maketrans({**{c: f"\\{c}" for c in "\\`*_~[]#"}, **_REFERENCES})
# What would start a list, a rule or an underlined heading.
_BLOCK_START = re.compile(r"^ ?(?:\d{1,9}(?=[.)](?: |$))|(?=[-+=]))")
_DRAWN = {"bar": "bars", "line": "line"}
_ALERTS = {"good": "TIP", "info": "NOTE", "warning": "WARNING", "danger": "CAUTION"}


def render(document: Document) -> str:
    """The document as Markdown that ends with one newline."""
    return _blocks(document.blocks) + "\n"


def escape(text: str) -> str:
    """`text` as one line of Markdown that shows the same words and does nothing: no markup, mention, reference, link or HTML."""
    return _guard(_escape(one_line(text)))


def _blocks(blocks: tuple[Block, ...]) -> str:
    return "\n\n".join(text for text in map(_block, blocks) if text)


def _block(block: Block) -> str:
    match block:
        case Heading(level, content):
            return f"{'#' * level} {_line(content)}"
        case Paragraph(content):
            return _line(content)
        case Bullets(items):
            return "\n".join(f"- {_line(item)}" for item in items)
        case Checklist(items):
            return "\n".join(f"- [{'x' if met else ' '}] {_line(item)}" for met, item in items)
        case Table(header, rows):
            head = [_row(map(escape, header)), _row("---" for _ in header)]
            return "\n".join(head + [_row(map(_line, row)) for row in rows])
        case Chart():
            return _chart(block)
        case Note(tone, content):
            return f"> [!{_ALERTS[tone]}]\n> {_line(content)}"
        case Fold(title, blocks):
            return f"<details>\n<summary>{_escape_html(title)}</summary>\n\n{_blocks(blocks)}\n\n</details>"
        case _:
            assert_never(block)


def _chart(chart: Chart) -> str:
    """Pictures that GitHub draws, without a legend: the title says what is drawn how; and the same as a table."""
    pictures = [_picture(chart, panel) for panel in chart.panels if chart.points]
    table = f"<details>\n<summary>As a table</summary>\n\n{_block(chart.table)}\n\n</details>"
    return "\n\n".join([*pictures, table])


def _picture(chart: Chart, panel: tuple[Series, ...]) -> str:
    title = ", ".join(f"{series.name} ({_DRAWN[series.drawn]})" for series in panel)
    points = ", ".join(f'"{point}"' for point in chart.points)
    highest = max(max(series.values) for series in panel)
    lines = [
        "xychart-beta",
        f'title "{title}"',
        f"x-axis [{points}]",
        f"y-axis 0 --> {max(1, highest)}",
        *(f"{series.drawn} [{', '.join(map(str, series.values))}]" for series in panel),
    ]
    return "\n    ".join(["```mermaid\n" + lines[0], *lines[1:]]) + "\n```"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _line(content: Spans) -> str:
    return _guard("".join(map(_inline, clean_spans(content))).strip(" "))


def _inline(span: Inline) -> str:
    match span:
        case Text(value):
            return _escape(value)
        case Strong(value):
            return mark_words(value, _strong)
        case Code(value):
            return mark_words(value, _code)
        case Link(text, url):
            return f"[{_escape(text)}]({html.escape(url)})"
        case Mention(name, login):
            return f"@{login}" if login else _escape(one_line(name))
        case Reference(key):
            return key
        case _:
            assert_never(span)


def _strong(words: str) -> str:
    # Asterisks between a letter and a sign are no markup; a joiner counts as neither.
    first, last = ("" if end.isalnum() else JOINER for end in (words[0], words[-1]))
    return f"**{first}{_escape(words)}{last}**"


def _code(words: str) -> str:
    if "|" in words:  # dialects differ on how a column's bar is kept inside code: better plain than cut in two
        return _escape(words)
    fence = "`" * (1 + max(map(len, re.findall("`+", words)), default=0))
    pad = " " if "`" in (words[0], words[-1]) else ""
    return f"{fence}{pad}{words.replace('<!', f'<{JOINER}!')}{pad}{fence}"


def _escape(line: str) -> str:
    text = _defuse(line).translate(_MARKUP)
    # A last exclamation mark would make an image of a link that follows.
    return f"{text[:-1]}\\!" if text.endswith("!") else text


def _escape_html(title: str) -> str:
    return html.escape(_defuse(one_line(title)), quote=False).replace("$", _REFERENCES["$"])


def _defuse(line: str) -> str:
    return _LIVE.sub(rf"\g<0>{JOINER}", line)


def _guard(line: str) -> str:
    return _BLOCK_START.sub(r"\g<0>\\", line)
