"""Documents as wiki markup: what REST version 2 tells of what was written by version 3."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sync.sandbox.jira_site import Site, row, serving

from hypercare_sync.sandbox.jira.wiki import from_document
from hypercare_sync.sandbox.world import Sandbox


def doc(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": list(blocks)}


def node(kind: str, *content: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attributes, "content": list(content)}


def text(words: str, *marks: str, **link: str) -> dict[str, Any]:
    links = [{"type": "link", "attrs": link}] if link else []
    return {"type": "text", "text": words, "marks": [{"type": mark} for mark in marks] + links}


def line(*inline: dict[str, Any]) -> dict[str, Any]:
    return node("paragraph", *inline)


ITEM = node("listItem", line(text("one")), node("orderedList", node("listItem", line(text("below")))))


@pytest.mark.parametrize(
    ("document", "markup"),
    [
        (doc(line(text("Hi "), text("all ", "strong"), text("!", "em"), text("  "))), "Hi *all* _!_  "),
        (doc(line(text("gone", "strike"), text(" "), text("new", "underline"))), "-gone- +new+"),
        (doc(line(text("a"), {"type": "hardBreak"}, text("b")), line(text("c"))), "a\nb\n\nc"),
        (doc(node("heading", text("Health"), level=2)), "h2. Health"),
        (doc(line(text("x = 1", "code"))), "{{x = 1}}"),
        (doc(line(text("shop", href="https://shop.example"))), "[shop|https://shop.example]"),
        (doc(line(node("mention", id="ana", text="@Ana"), text(" look"))), "[~accountid:ana] look"),
        (doc(line({"type": "inlineCard", "attrs": {"url": "https://x.example"}})), "[https://x.example]"),
        (doc(line({"type": "emoji", "attrs": {"shortName": ":fire:"}})), ":fire:"),
        (doc(line({"type": "date", "attrs": {"timestamp": "1795262400000"}})), "2026-11-21"),
        (doc(node("bulletList", ITEM, node("listItem", line(text("two"))))), "* one\n*# below\n* two"),
        (doc(node("codeBlock", text("a[0] {"), language="java")), "{code:java}\na[0] {\n{code}"),
        (doc(node("codeBlock", text("plain"))), "{code}\nplain\n{code}"),
        (doc(node("blockquote", line(text("said")))), "{quote}\nsaid\n{quote}"),
        (doc(node("panel", line(text("careful")), panelType="warning")), "{note}\ncareful\n{note}"),
        (doc(node("expand", line(text("inside")), title="More")), "*More*\n\ninside"),
        (doc(line(text("a")), {"type": "rule"}, line(text("b"))), "a\n\n----\n\nb"),
        (
            doc(
                node(
                    "table",
                    node("tableRow", node("tableHeader", line(text("Who"))), node("tableHeader", line())),
                    node("tableRow", node("tableCell", line(text("a|b"))), node("tableCell", line(text("x")))),
                )
            ),
            "||Who|| ||\n|a\\|b|x|",
        ),
        (doc(line(text("see [this] {x} *and* snake_case 2 * 3"))), r"see \[this\] \{x\} \*and* snake_case 2 * 3"),
        (doc(node("unheard", line(text("kept")))), "kept"),
    ],
)
def test_document_reads_as_markup(document: dict[str, Any], markup: str) -> None:
    assert from_document(document) == markup


@given(
    st.recursive(
        st.one_of(st.none(), st.text(max_size=3), st.integers()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from(["type", "content", "attrs", "marks", "text", "level"]), inner, max_size=4),
        ),
        max_leaves=10,
    )
)
def test_whatever_stands_in_a_document_becomes_some_text(content: Any) -> None:
    assert isinstance(from_document({"type": "doc", "version": 1, "content": content}), str)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Sandbox]]:
    with serving() as both:
        yield both


@pytest.fixture
def jira(served: tuple[str, Sandbox], tmp_path: Path) -> Site:
    base, sandbox = served
    site = Site(base, sandbox.jira, tmp_path)
    site.load(row(site.key(1)))
    return site


def test_what_was_written_as_a_document_reads_back_as_one_and_as_markup(jira: Site) -> None:
    written = doc(line(text("Now ", "strong"), text("seen")))
    jira.call("PUT", f"issue/{jira.key(1)}", {"fields": {"description": written}})
    made = jira.call("POST", f"issue/{jira.key(1)}/comment", {"body": written}).json()
    assert jira.issue(1)["fields"]["description"] == made["body"] == written
    assert jira.issue(1, version=2)["fields"]["description"] == "*Now* seen"
    assert jira.get(f"issue/{jira.key(1)}/comment/{made['id']}", version=2)["body"] == "*Now* seen"
