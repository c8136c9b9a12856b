"""The record as Markdown: its page as a document, which `text/markdown.py` renders."""

from collections.abc import Iterator
from typing import assert_never

from hypercare_sync.record.page import record_page
from hypercare_sync.record.sheet import Figures, Part, Picture, Remark, Section, Sheet, Story
from hypercare_sync.record.view import RecordView
from hypercare_sync.text import markdown
from hypercare_sync.text.document import (
    Block,
    Bullets,
    Document,
    Fold,
    Heading,
    Note,
    Paragraph,
    PlainBlock,
    Spans,
    Strong,
    Table,
    spans,
)


def record_markdown(view: RecordView) -> str:
    """The whole record as GitHub Flavoured Markdown."""
    page = record_page(view)
    head = (
        Heading(1, spans(page.title)),
        Paragraph(spans(page.lead)),
        Paragraph(spans(f"{page.as_of} {page.audience}")),
    )
    body = tuple(block for section in page.sections for block in _section(section))
    return markdown.render(Document((*head, *body)))


def _section(section: Section) -> Iterator[Block]:
    yield Heading(2, spans(section.title))
    if section.lead:
        yield Paragraph(spans(section.lead))
    for part in section.parts:
        yield from _part(part)


def _part(part: Part) -> Iterator[Block]:
    match part:
        case Sheet():
            yield from _sheet(part)
        case Picture(sheet=sheet):
            yield from _sheet(sheet)
        case Figures(figures):
            yield Bullets(tuple(spans(f"{one.name}: ", Strong(one.value), f" ({one.note})") for one in figures))
        case Remark(tone, content):
            yield Note(tone, content)
        case Story(title, events, sheets):
            lines: tuple[Spans, ...] = tuple((*spans(f"{event.shown}: "), *event.spans) for event in events)
            yield Fold(_words(title), (Bullets(lines), *(block for sheet in sheets for block in _sheet(sheet))))
        case _:
            assert_never(part)


def _sheet(sheet: Sheet) -> Iterator[PlainBlock]:
    if not sheet.rows:
        yield Paragraph(spans(Strong(sheet.caption), f": {sheet.empty}"))
        return
    yield Paragraph(spans(Strong(sheet.caption)))
    header = tuple(column.name for column in sheet.columns)
    yield Table(header, tuple(tuple(one.spans for one in row) for row in sheet.rows))


def _words(content: Spans) -> str:
    """The words of a line in which nothing is a link."""
    return "".join(getattr(span, "value", "") for span in content)
