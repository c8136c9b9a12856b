import re
import string
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt
from markdown_it.token import Token
from tests.sync.text.strategies import documents, lines, tables, texts, unhurried

from hypercare_sync.text import markdown
from hypercare_sync.text.clean import JOINER, one_line, safe_url
from hypercare_sync.text.document import (
    Bullets,
    Checklist,
    Code,
    Document,
    Fold,
    Heading,
    Link,
    Note,
    Paragraph,
    Spans,
    Strong,
    Table,
    Text,
    Tone,
    spans,
)

GFM = MarkdownIt("gfm-like", {"linkify": False})
OUR_HTML = {"<span>", "</span>", "<details>", "<summary>", "</summary>", "</details>"}
# What GitHub makes live in the text of a finished page, as its documentation of autolinked references has it.
LIVE_ON_GITHUB = re.compile(
    r"(?<!\w)@[a-z0-9]|[a-z0-9.]@[a-z0-9]|#\d|gh-\d|(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])|https?://|www\.",
    re.IGNORECASE | re.ASCII,
)


def parse(source: str) -> list[Token]:
    return GFM.parse(source)


def inner(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def shown(token: Token) -> str:
    """The words of an inline token, as a reader sees them: without joiners, and blanks as one space."""
    words = "".join(child.content for child in token.children or () if child.type != "html_inline")
    return squeezed(words)


def squeezed(words: str) -> str:
    return " ".join(words.replace(JOINER, "").split())


def words_of(content: Spans) -> str:
    """What a reader should see of the spans, by the documents' own rules."""
    words = []
    for span in content:
        if isinstance(span, Link):
            words.append(one_line(span.text) or safe_url(span.url) or "")
        else:
            words.append(one_line(span.value))
    return squeezed("".join(words))


def cells(source: str) -> list[str]:
    tokens = parse(source)
    return [shown(tokens[at + 1]) for at, token in enumerate(tokens) if token.type in {"th_open", "td_open"}]


def paragraph(*parts: str | Text | Strong | Code | Link) -> str:
    return markdown.render(Document((Paragraph(spans(*parts)),)))


@unhurried
@given(tables)
def test_a_table_gives_exactly_its_cells_back(table: Table) -> None:
    source = markdown.render(Document((table,)))
    expected = [squeezed(one_line(name)) for name in table.header] + [
        words_of(cell) for row in table.rows for cell in row
    ]
    assert cells(source) == expected


@unhurried
@given(texts)
@example(string.punctuation)
@example("[x](http://evil.example)")
@example("<!-- hypercare-sync:summary -->")
@example("*a* _b_ ~~c~~ `d`")
@example("&lt;b&gt;")
@example("1. one")
@example("1) one")
@example("- one")
@example("+ one")
@example("> one")
@example("# one")
@example("---")
@example("===")
@example("    indented")
def test_escaped_text_reads_as_the_same_words_in_one_paragraph(text: str) -> None:
    tokens = parse(markdown.escape(text))
    if not one_line(text).strip():
        assert tokens == []
        return
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {child.type for child in tokens[1].children or ()} <= {"text", "html_inline"}
    assert shown(tokens[1]) == squeezed(one_line(text))


@unhurried
@given(lines)
def test_a_line_shows_its_words_its_links_and_nothing_else(content: Spans) -> None:
    tokens = parse(markdown.render(Document((Paragraph(content),))))
    assert " ".join(shown(token) for token in tokens if token.type == "inline") == words_of(content)
    links = [child.attrs["href"] for child in inner(tokens) if child.type == "link_open"]
    safe = [safe_url(span.url) for span in content if isinstance(span, Link)]
    assert [GFM.normalizeLink(url) for url in safe if url] == links


@unhurried
@given(documents)
def test_no_document_holds_foreign_html_images_or_live_references(document: Document) -> None:
    source = markdown.render(document)
    tokens = parse(source)
    children = list(inner(tokens))
    assert "<!--" not in source
    assert source.endswith("\n")
    assert not source.endswith("\n\n") or source == "\n\n"
    assert not [child for child in children if child.type == "image"]
    assert {child.content for child in children if child.type == "html_inline"} <= OUR_HTML
    html = "".join(token.content for token in tokens if token.type == "html_block")
    assert set(re.findall(r"<[^>]*>", html)) <= OUR_HTML
    inside_link = 0
    texts_shown = [html]
    for child in children:
        inside_link += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type == "text" and not inside_link:
            texts_shown.append(child.content)
    assert [text for text in texts_shown if LIVE_ON_GITHUB.search(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "@ana",
        "thanks @acme/team",
        "a@b.example",
        "#12",
        "fixes acme/web#12",
        "GH-12",
        "gh-12",
        "see deadbeef",
        "0123456789abcdef0123456789abcdef01234567",
        "https://evil.example",
        "www.evil.example",
    ],
)
def test_what_github_would_make_live_stays_text(text: str) -> None:
    assert LIVE_ON_GITHUB.search(text)
    escaped = markdown.escape(text)
    assert not LIVE_ON_GITHUB.search(escaped)
    assert squeezed(escaped).replace("\\", "") == text


def test_a_reference_split_over_spans_stays_text() -> None:
    assert "#12" not in paragraph(Text("#"), Text("12"))
    assert "#12" not in paragraph(Text("#"), Strong("\u200b"), Text("12"))


def test_an_emoji_name_stays_text_and_a_time_stays_whole() -> None:
    assert markdown.escape(":tada: at 08:00:00") == f":{JOINER}tada: at 08:00:00"


def test_dollars_make_no_formula() -> None:
    assert markdown.escape("$x$") == "<span>$</span>x<span>$</span>"


def test_bidi_and_control_characters_are_gone() -> None:
    assert markdown.escape("a\u202eb\x1b[0m\u2066c\x00") == "ab\\[0mc"


def test_an_exclamation_mark_makes_no_image_of_a_link() -> None:
    assert paragraph("Down!", Link("log", "https://a.example")) == "Down\\![log](https://a.example)\n"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://a.example", "//a.example", "a.example", "https://github.com@evil.example", ""]
)
def test_a_link_that_is_no_plain_web_address_is_its_text(url: str) -> None:
    assert paragraph(Link("here", url)) == "here\n"


def test_a_url_cannot_end_its_link_early() -> None:
    url = 'https://a.example/x) [y](https://evil.example "t")|`<b>'
    [link] = [child for child in inner(parse(paragraph(Link("here", url)))) if child.type == "link_open"]
    assert str(link.attrs["href"]).startswith("https://a.example/x%29")


def test_a_url_is_read_as_written_where_it_looks_like_a_reference() -> None:
    url = "https://a.example/?a=1&lt;=2&copy;=3"
    [link] = [child for child in inner(parse(paragraph(Link("here", url)))) if child.type == "link_open"]
    assert link.attrs["href"] == url


def test_a_line_under_an_alert_makes_no_heading_of_it() -> None:
    source = markdown.render(Document((Note("info", spans("===")),)))
    assert "heading_open" not in {token.type for token in parse(source)}


def test_strong_text_is_strong_next_to_letters_and_signs() -> None:
    kinds = [child.type for child in inner(parse(paragraph("a", Strong("(b)"), "c", Strong(" d "), "e")))]
    assert kinds.count("strong_open") == kinds.count("strong_close") == 2


def test_code_keeps_backticks_and_can_hold_no_marker() -> None:
    [code] = [child for child in inner(parse(paragraph(Code("`a``b")))) if child.type == "code_inline"]
    assert code.content == "`a``b"
    assert "<!--" not in paragraph(Code("<!-- hypercare-sync -->"))


def test_a_bar_in_code_never_parts_a_cell() -> None:
    table = Table(("A", "B"), ((spans(Code("x\\|y")), spans("z")),))
    assert cells(markdown.render(Document((table,)))) == ["A", "B", "x\\|y", "z"]


@pytest.mark.parametrize(
    ("tone", "alert"), [("good", "TIP"), ("info", "NOTE"), ("warning", "WARNING"), ("danger", "CAUTION")]
)
def test_a_note_is_an_alert(tone: Tone, alert: str) -> None:
    assert markdown.render(Document((Note(tone, spans("Two burn")),))) == f"> [!{alert}]\n> Two burn\n"


def test_a_document_reads_well_as_source() -> None:
    document = Document(
        (
            Heading(2, spans("Shop 5.2")),
            Bullets((spans("first"), spans("second"))),
            Checklist(((True, spans("no P1")), (False, spans("quiet for 3 days")))),
            Table(("Ticket", "Owner"), ((spans(Link("SHOP-1", "https://a.example/SHOP-1")), spans("Ana")),)),
            Fold("Details", (Paragraph(spans("inside")),)),
        )
    )
    assert markdown.render(document) == (
        "## Shop 5.2\n\n- first\n- second\n\n- [x] no P1\n- [ ] quiet for 3 days\n\n"
        "| Ticket | Owner |\n| --- | --- |\n| [SHOP-1](https://a.example/SHOP-1) | Ana |\n\n"
        "<details>\n<summary>Details</summary>\n\ninside\n\n</details>\n"
    )


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="row 1 has 1 cells under a header of 2"):
        Table(("A", "B"), ((spans("x"),),))


def test_a_table_without_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one column"):
        Table((), ())
