"""One document says the same everywhere."""

import io
import re

import pytest
from rich.console import Console

from hypercare_sync.text import adf, html, markdown, terminal, wiki
from hypercare_sync.text.clean import JOINER
from hypercare_sync.text.document import (
    Bullets,
    Chart,
    Checklist,
    Code,
    Document,
    Fold,
    Heading,
    Link,
    Note,
    Paragraph,
    Series,
    Strong,
    Table,
    spans,
)

SAMPLE = Document(
    (
        Heading(1, spans("Shop 5.2: day 4 of 14")),
        Note("danger", spans("Red: ", Strong("3 P1"), " not acknowledged")),
        Paragraph(
            spans(
                "Rule ",
                Code("enterprise-outage"),
                " set P1 at 08:00; see ",
                Link("the runbook", "https://wiki.example/runbook"),
            )
        ),
        Table(
            ("Ticket", "Title", "Owner"),
            (
                (
                    spans(Link("SHOP-7", "https://shop.example/browse/SHOP-7")),
                    spans("Checkout | fails for [Android] @all"),
                    spans("Ana K"),
                ),
                (
                    spans(Link("web#12", "https://github.example/acme/web/issues/12")),
                    spans("<b>Cart</b> *empty* {code}"),
                    spans("nobody"),
                ),
            ),
        ),
        Bullets((spans("2 new since the last review"), spans("1. not a number"))),
        Checklist(((True, spans("no open P1 for 3 days")), (False, spans("backlog handed over")))),
        Chart("Day", ("Fri 20 Nov", "Sat 21 Nov"), ((Series("New", (31, 17), "bar"), Series("Resolved", (5, 23))),)),
        Fold("How this was decided", (Paragraph(spans("impact high, urgency high")),)),
    )
)
FACTS = [
    "Shop 5.2: day 4 of 14",
    "Red:",
    "3 P1",
    "not acknowledged",
    "enterprise-outage",
    "08:00",
    "the runbook",
    "SHOP-7",
    "web#12",
    "Checkout | fails for [Android] @all",
    "Ana K",
    "<b>Cart</b> *empty* {code}",
    "nobody",
    "2 new since the last review",
    "1. not a number",
    "no open P1 for 3 days",
    "backlog handed over",
    *("Fri 20 Nov", "Sat 21 Nov", "New", "Resolved", "31", "17", "5", "23"),
    "How this was decided",
    "impact high, urgency high",
]
ADDRESSES = [
    "https://wiki.example/runbook",
    "https://shop.example/browse/SHOP-7",
    "https://github.example/acme/web/issues/12",
]
REFERENCES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def words_of_markup(markup: str) -> str:
    """Markup with its escapes taken back."""
    text = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), markup.replace(JOINER, ""))
    text = re.sub(r"&\w+;", lambda match: REFERENCES[match[0]], text)
    return re.sub(r"\\([^\w\s])", r"\1", text)


def on_a_terminal(document: Document) -> str:
    sink = io.StringIO()
    Console(file=sink, width=200, color_system=None).print(terminal.render(document))
    return sink.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(words_of_markup(markdown.render(SAMPLE)), id="markdown"),
        pytest.param(words_of_markup(wiki.render(SAMPLE)), id="wiki"),
        pytest.param(adf.plain_text(adf.render(SAMPLE)), id="adf"),
        pytest.param(words_of_markup(html.render(SAMPLE)), id="html"),
    ],
)
def test_markdown_adf_wiki_and_html_carry_the_same_facts_and_addresses(text: str) -> None:
    assert [fact for fact in FACTS + ADDRESSES if fact not in text] == []


def test_a_terminal_shows_the_same_facts() -> None:
    output = on_a_terminal(SAMPLE)
    assert [fact for fact in FACTS if fact not in output] == []
