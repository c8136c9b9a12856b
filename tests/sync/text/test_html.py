"""HTML: read back by a parser, it says the same words, and has no element or attribute that is not ours."""

import string
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from tests.sync.text.strategies import documents, texts, unhurried

from hypercare_sync.text import html
from hypercare_sync.text.clean import one_line, safe_url
from hypercare_sync.text.document import (
    Bullets,
    Checklist,
    Code,
    Document,
    Fold,
    Heading,
    Link,
    Mention,
    Note,
    Paragraph,
    Reference,
    Strong,
    Table,
    spans,
)

OURS = {
    *("h1", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"),
    *("details", "summary", "strong", "code", "a"),
}  # fmt: skip


class Page(HTMLParser):
    """What a browser finds in a page: its elements, still open ones, words and addresses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.words = ""
        self.foreign: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.tags.add(tag)
        self.open.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        """The element that was opened last ends."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Words."""
        self.words += data

    def handle_comment(self, data: str) -> None:
        """Something that no reader sees."""
        self.foreign.append(data)

    def handle_decl(self, decl: str) -> None:
        """A declaration."""
        self.foreign.append(decl)

    def handle_pi(self, data: str) -> None:
        """An instruction."""
        self.foreign.append(data)


@unhurried
@given(texts)
@example(string.punctuation)
@example("</p><script>alert(1)</script>")
@example('" onmouseover="alert(1)')
def test_escaped_text_reads_as_the_same_words(text: str) -> None:
    page = Page(f'<p class="{html.escape(text)}">{html.escape(text)}</p>')
    assert page.words == one_line(text)
    assert (page.tags, page.attributes, page.foreign) == ({"p"}, {"class"}, [])


@unhurried
@given(documents)
def test_nothing_from_people_makes_an_element_an_attribute_or_an_unsafe_address(document: Document) -> None:
    page = Page(html.render(document))
    assert page.tags <= OURS
    assert page.attributes <= {"class", "scope", "href", "rel"}
    assert page.open == []
    assert page.foreign == []
    assert [address for address in page.addresses if safe_url(address) != address] == []


@unhurried
@given(documents)
def test_a_row_has_as_many_cells_as_its_header(document: Document) -> None:
    for table in (block for block in document.blocks if isinstance(block, Table)):
        lines = html.render(Document((table,))).splitlines()
        assert lines[1].count("<th ") == len(table.header)
        assert [line.count("<td>") for line in lines[3:-2]] == [len(table.header)] * len(table.rows)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https://a@evil.example/", "//evil.example"]
)
def test_an_unsafe_link_is_its_words(url: str) -> None:
    assert html.render(Document((Paragraph(spans(Link("here", url))),))) == "<p>here</p>\n"


def test_a_document_as_a_page() -> None:
    document = Document(
        (
            Heading(2, spans("Shop")),
            Note("warning", spans("At risk: ", Strong("2"))),
            Table(
                ("Ticket", "Why"),
                ((spans(Link("one", "https://a.example/x?a=1&b=2")), spans(Code("late"))), (spans("two"), ())),
            ),
            Checklist(((True, spans("calm")), (False, spans("done")))),
            Bullets(()),
            Fold("More <b>", (Paragraph(spans(Mention("Ana", github="ana"), " has ", Reference("acme/web#7"))),)),
        )
    )
    assert html.render(document) == (
        "<h2>Shop</h2>\n"
        '<p class="note warning">At risk: <strong>2</strong></p>\n'
        '<table>\n<thead><tr><th scope="col">Ticket</th><th scope="col">Why</th></tr></thead>\n<tbody>\n'
        '<tr><td><a href="https://a.example/x?a=1&amp;b=2" rel="noreferrer">one</a></td><td><code>late</code></td></tr>\n'
        "<tr><td>two</td><td></td></tr>\n</tbody>\n</table>\n"
        '<ul class="checklist">\n<li>☑ calm</li>\n<li>☐ done</li>\n</ul>\n'
        "<details>\n<summary>More &lt;b&gt;</summary>\n<p>Ana has acme/web#7</p>\n</details>\n"
    )
