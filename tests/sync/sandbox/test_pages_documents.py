"""Jira's documents (ADF) and wiki markup as the sandbox's pages show them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypercare_sync.sandbox.jira.markup import to_document
from hypercare_sync.sandbox.pages import adf

NAMES = {"ana-id": "Ana K"}


def shown(*nodes: dict[str, Any]) -> str:
    """A document of these nodes, as HTML."""
    return adf.render({"type": "doc", "version": 1, "content": list(nodes)}, NAMES.get)


def paragraph(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", "content": list(content)}


def words(text: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": text, "marks": list(marks)}


def in_wiki(markup: str) -> str:
    """Wiki markup as HTML."""
    return adf.render(to_document(markup), NAMES.get)


def test_marks_and_links_show() -> None:
    link = {"type": "link", "attrs": {"href": "https://shop.example/a?b=c&d"}}
    html = shown(paragraph(words("much", {"type": "strong"}), words("x", {"type": "code"}), words("shop", link)))
    assert "<strong>much</strong><code>x</code>" in html
    assert '<a href="https://shop.example/a?b=c&amp;d">shop</a>' in html


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "http://good.example@evil.example/", "/jira"]
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    mark = {"type": "link", "attrs": {"href": url}}
    assert shown(paragraph(words("x", mark))) == "<p>x</p>\n"
    assert "<a " not in shown({"type": "blockCard", "attrs": {"url": url}})


def test_people_are_called_by_their_names() -> None:
    known = {"type": "mention", "attrs": {"id": "ana-id", "text": "@old"}}
    unknown = {"type": "mention", "attrs": {"id": "x", "text": "@Bo"}}
    assert shown(paragraph(known, unknown)) == "<p><strong>@Ana K</strong><strong>@Bo</strong></p>\n"
    assert "@Ana K" in in_wiki("[~ana-id] look")


def test_panels_expands_and_tables_show() -> None:
    html = shown(
        {"type": "panel", "attrs": {"panelType": "error"}, "content": [paragraph(words("down"))]},
        {"type": "expand", "attrs": {"title": "More <b>"}, "content": [paragraph(words("inside"))]},
        {"type": "table", "content": [
            {"type": "tableRow", "content": [{"type": "tableHeader", "content": [paragraph(words("Who"))]}]},
            {"type": "tableRow", "content": [{"type": "tableCell", "attrs": {"colspan": 2, "rowspan": "x"}, "content": [paragraph(words("Ana"))]}]},
        ]},
    )  # fmt: skip
    assert '<div class="alert danger"><p class="title">Error</p><p>down</p>' in html
    assert "<details><summary>More &lt;b&gt;</summary>\n<p>inside</p>" in html
    assert "<th><p>Who</p>" in html
    assert '<td colspan="2"><p>Ana</p>' in html


def test_tasks_have_boxes_and_headings_go_below_the_page_s() -> None:
    task = {"type": "taskItem", "attrs": {"state": "DONE"}, "content": [words("call")]}
    html = shown(
        {"type": "heading", "attrs": {"level": 4}, "content": [words("Now")]}, {"type": "taskList", "content": [task]}
    )
    assert "<h3>Now</h3>" in html
    assert 'disabled checked aria-label="Done"> call</li>' in html


def test_code_is_shown_as_it_stands() -> None:
    code = {"type": "codeBlock", "content": [words("a < b\n  c")]}
    assert "<code>a &lt; b\n  c</code></pre>" in shown(code)


def test_what_is_unknown_shows_its_words() -> None:
    html = shown(
        {"type": "layoutSection", "content": [paragraph(words("kept"))]},
        paragraph(
            {"type": "status", "attrs": {"text": "DONE <x>"}}, {"type": "date", "attrs": {"timestamp": "1763942400000"}}
        ),
    )
    assert "kept" in html
    assert "DONE &lt;x&gt;" in html
    assert "2025-11-24" in html


EVIL = '<img src=x onerror=alert(1)>"'


@pytest.mark.parametrize(
    "node",
    [
        words(EVIL),
        words(EVIL, {"type": "link", "attrs": {"href": "https://x.example/" + EVIL}}),
        {"type": "mention", "attrs": {"id": EVIL}},
        {"type": "mention", "attrs": {"text": EVIL}},
        {"type": "emoji", "attrs": {"shortName": EVIL}},
        {"type": "inlineCard", "attrs": {"url": EVIL}},
        {"type": "expand", "attrs": {"title": EVIL}, "content": []},
        {"type": "panel", "attrs": {"panelType": EVIL, "panelColor": EVIL}, "content": []},
        {"type": "codeBlock", "attrs": {"language": EVIL}, "content": [words(EVIL)]},
        {"type": "tableCell", "attrs": {"colspan": EVIL}, "content": []},
        {"type": EVIL, "content": [words(EVIL)]},
        {"type": EVIL, "text": EVIL},
        {"type": "media", "attrs": {"alt": EVIL}},
    ],
)
def test_whatever_people_write_wherever_stays_text(node: dict[str, Any]) -> None:
    html = shown(paragraph(node))
    assert "<img" not in html
    assert "x.example/<" not in html


def test_depth_that_no_editor_makes_is_no_fault() -> None:
    node: dict[str, Any] = paragraph(words("deep"))
    for _ in range(3_000):
        node = {"type": "blockquote", "content": [node]}
    assert shown(node).count("<blockquote>") <= 40


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "<img>", "text", "DONE", "2"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "content", "attrs", "text", "marks", "level", "href"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
_KINDS = st.sampled_from(
    ["text", "mention", "panel", "heading", "table", "tableCell", "taskItem", "codeBlock", "expand", "emoji", "x"]
)
_NODES = st.builds(
    lambda kind, rest: {**rest, "type": kind},
    _KINDS,
    st.dictionaries(st.sampled_from(["content", "attrs", "text", "marks"]), _JSON),
)


@given(st.lists(_NODES, max_size=4))
def test_malformed_documents_are_no_fault(nodes: list[dict[str, Any]]) -> None:
    assert "<img" not in shown(*nodes)


def test_wiki_markup_of_ours_shows_what_it_means() -> None:
    html = in_wiki(
        "{panel:bgColor=#ffebe6}\n(x) *Red*: 1 open\n{panel}\n\n||Ticket||Title||\n|[SHOP\\-1|https://x.example/browse/SHOP-1]|a &#124; \\[b\\]|\n\n* ☐ *no open p1*: none"
    )
    assert '<div class="panel" data-colour="ffebe6"><p>❌ <strong>Red</strong>: 1 open</p>' in html
    assert '<td><p><a href="https://x.example/browse/SHOP-1">SHOP-1</a></p>\n</td><td><p>a | [b]</p>' in html
    assert "<li><p>☐ <strong>no open p1</strong>: none</p>" in html
