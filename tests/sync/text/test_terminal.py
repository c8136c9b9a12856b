import io
import unicodedata

from hypothesis import given
from rich.console import Console
from tests.sync.text.strategies import documents, unhurried

from hypercare_sync.text import terminal
from hypercare_sync.text.document import (
    Bullets,
    Code,
    Document,
    Fold,
    Heading,
    Link,
    Note,
    Paragraph,
    Strong,
    Table,
    spans,
)


def shown(document: Document) -> str:
    sink = io.StringIO()
    Console(file=sink, width=100, color_system=None, force_terminal=False, legacy_windows=False).print(
        terminal.render(document)
    )
    return sink.getvalue()


@unhurried
@given(documents)
def test_nothing_from_people_drives_the_terminal(document: Document) -> None:
    hidden = {c for c in shown(document) if unicodedata.category(c) in {"Cc", "Cf", "Cs"}}
    assert hidden <= {"\n", "\u200c", "\u200d"}


def test_brackets_are_text_and_no_style() -> None:
    assert "[red]x[/red] [/]" in shown(Document((Paragraph(spans("[red]x[/red] [/]")),)))


def test_every_part_is_shown() -> None:
    document = Document(
        (
            Heading(1, spans("Shop")),
            Note("info", spans("calm")),
            Table(("Ticket [b]", "Why"), ((spans(Link("SHOP-1", "https://a.example")), spans(Code("late"))),)),
            Bullets((spans("first", Strong(" loud")),)),
            Fold("More", (Paragraph(spans("inside")),)),
        )
    )
    output = shown(document)
    assert [
        word
        for word in ("Shop", "calm", "Ticket [b]", "SHOP-1", "late", "• first loud", "More", "inside")
        if word not in output
    ] == []
