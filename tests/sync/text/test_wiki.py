import re
import string

import pytest
from hypothesis import example, given
from tests.sync.text.strategies import documents, texts, unhurried

from hypercare_sync.text import wiki
from hypercare_sync.text.clean import JOINER, one_line
from hypercare_sync.text.document import (
    Checklist,
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

# The characters that Jira's renderer lets a backslash escape.
ESCAPED = re.compile(r"\\([-#*_+?^~%{}\[\]()!@])|&#(\d+);")


def read_back(markup: str) -> str:
    return ESCAPED.sub(lambda match: match[1] or chr(int(match[2])), markup).replace(JOINER, "")


@unhurried
@given(texts)
@example(string.punctuation)
def test_escaped_text_reads_as_the_same_words(text: str) -> None:
    assert read_back(wiki.escape(text)) == one_line(text)


@unhurried
@given(texts)
@example(string.punctuation)
@example("bq. quoted")
@example("h1. title")
@example("https://evil.example")
def test_no_markup_of_people_is_left(text: str) -> None:
    escaped = wiki.escape(text)
    assert not set(ESCAPED.sub("", escaped)) & set("\\|{}[]()*_-+^~?!%#@<>&\n")
    assert "://" not in escaped
    assert not re.match(r"\s*(h[1-6]|bq)\.", escaped)


@unhurried
@given(documents)
def test_a_row_has_as_many_cells_as_its_header(document: Document) -> None:
    tables = [block for block in document.blocks if isinstance(block, Table)]
    for table in tables:
        head, *rows = wiki.render(Document((table,))).splitlines()
        assert head.count("||") == len(table.header) + 1
        for row in rows:
            assert (
                len(re.sub(r"\[[^\[\]|]*\|[^]]*\]", "link", ESCAPED.sub("", row)).split("|")) == len(table.header) + 2
            )


@pytest.mark.parametrize(
    "text",
    [
        "[~ana]",
        "{code}",
        "{panel}x{panel}",
        "!image.png!",
        "*bold*",
        "||head||",
        "h1. Title",
        "@ana",
        "https://evil.example",
        "a\\\\b",
        ":D",
    ],
)
def test_known_markup_is_changed(text: str) -> None:
    assert wiki.escape(text) != text


def test_a_document_in_wiki_markup() -> None:
    document = Document(
        (
            Heading(2, spans("Shop")),
            Note("warning", spans("At risk: ", Strong("2"))),
            Table(
                ("Ticket", "Why"),
                ((spans(Link("one", "https://a.example/x")), spans(Code("late"))), (spans("two"), ())),
            ),
            Checklist(((True, spans("calm")), (False, spans("done")))),
            Fold("More", (Paragraph(spans("inside")),)),
        )
    )
    assert wiki.render(document) == (
        "h2. Shop\n\n{panel:bgColor=#fffae6}\n(!) At risk: *2*\n{panel}\n\n"
        "||Ticket||Why||\n|[one|https://a.example/x]|{{late}}|\n|two| |\n\n"
        "* ☑ calm\n* ☐ done\n\n*More*\n\ninside\n"
    )
