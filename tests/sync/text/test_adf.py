import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sync.text.strategies import documents, texts, unhurried

from hypercare_sync.text import adf
from hypercare_sync.text.clean import visible
from hypercare_sync.text.document import Bullets, Document, Fold, Note, Paragraph, spans

BLOCKS = {"heading", "paragraph", "bulletList", "table", "panel", "expand"}
CHILDREN = {
    "doc": BLOCKS,
    "heading": {"text"},
    "paragraph": {"text", "hardBreak"},
    "bulletList": {"listItem"},
    "listItem": {"paragraph", "bulletList"},
    "table": {"tableRow"},
    "tableRow": {"tableHeader", "tableCell"},
    "tableHeader": {"paragraph", "bulletList"},
    "tableCell": {"paragraph", "bulletList"},
    "panel": {"paragraph", "heading", "bulletList"},
    "expand": BLOCKS - {"expand", "panel"},
}
MAY_BE_EMPTY = {"doc", "heading", "paragraph"}
MARKS = {"strong", "code", "link"}


def check(node: dict[str, Any]) -> None:
    """Assert that the node is as the document format allows it."""
    kind = node["type"]
    if kind == "text":
        assert set(node) <= {"type", "text", "marks"}
        assert node["text"]
        assert {mark["type"] for mark in node.get("marks", ())} <= MARKS
        return
    if kind == "hardBreak":
        return
    assert set(node) <= {"type", "content", "attrs", "version"}
    assert node["content"] or kind in MAY_BE_EMPTY
    for child in node["content"]:
        assert child["type"] in CHILDREN[kind], f"{child['type']} in {kind}"
        check(child)


@unhurried
@given(documents)
def test_every_document_is_valid_and_json(document: Document) -> None:
    rendered = adf.render(document)
    assert rendered["version"] == 1
    check(rendered)
    json.dumps(rendered).encode()


@unhurried
@given(texts)
def test_plain_text_comes_back_from_the_format(text: str) -> None:
    rendered = adf.from_text(text)
    check(rendered)
    lines = [visible(line).rstrip() for line in text.splitlines()]
    assert adf.plain_text(rendered).split() == " ".join(lines).split()
    assert adf.from_text(adf.plain_text(rendered)) == rendered


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "content", "attrs", "text", "marks", "url"]), inner)
    ),
    max_leaves=12,
)
kinds = st.sampled_from(
    [
        "doc",
        "paragraph",
        "text",
        "hardBreak",
        "mention",
        "date",
        "bulletList",
        "taskList",
        "tableRow",
        "table",
        "codeBlock",
        "blockquote",
        "new",
    ]
)
nodes: st.SearchStrategy[object] = st.recursive(
    json_values,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": kinds | inner,
            "content": st.lists(inner, max_size=3) | inner,
            "attrs": inner,
            "marks": inner,
            "text": inner,
        },
    ),
    max_leaves=8,
)


@unhurried
@given(nodes)
def test_reading_never_fails_whatever_comes(node: object) -> None:
    assert isinstance(adf.plain_text(node), str)


def test_reading_never_fails_on_endless_nesting() -> None:
    node: dict[str, Any] = {"type": "text", "text": "deep"}
    for _ in range(50_000):
        node = {"type": "blockquote", "content": [node]}
    assert adf.plain_text(node) == ""


def doc(*content: object) -> dict[str, object]:
    return {"version": 1, "type": "doc", "content": list(content)}


def par(*content: object) -> dict[str, object]:
    return {
        "type": "paragraph",
        "content": [{"type": "text", "text": part} if isinstance(part, str) else part for part in content],
    }


def item(*content: object) -> dict[str, object]:
    return {"type": "listItem", "content": list(content)}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param([par("one"), par(), par("two")], "one\n\ntwo", id="paragraphs"),
        pytest.param([par("one", {"type": "hardBreak"}, "two")], "one\ntwo", id="hard-break"),
        pytest.param(
            [par("ask ", {"type": "mention", "attrs": {"id": "5b1", "text": "@Ana K"}})], "ask @Ana K", id="mention"
        ),
        pytest.param(
            [par({"type": "mention", "attrs": {"id": "5b1", "text": ""}})], "5b1", id="mention-without-a-name"
        ),
        pytest.param(
            [par("see ", {"type": "inlineCard", "attrs": {"url": "https://a.example"}})],
            "see https://a.example",
            id="inline-card",
        ),
        pytest.param(
            [{"type": "blockCard", "attrs": {"url": url}} for url in ("https://a.example", "https://b.example")],
            "https://a.example\n\nhttps://b.example",
            id="block-cards",
        ),
        pytest.param([par({"type": "emoji", "attrs": {"shortName": ":fire:", "text": "🔥"}})], "🔥", id="emoji"),
        pytest.param([par({"type": "status", "attrs": {"text": "DONE", "color": "green"}})], "DONE", id="status"),
        pytest.param(
            [par("on ", {"type": "date", "attrs": {"timestamp": "1795593600000"}})], "on 2026-11-25", id="date"
        ),
        pytest.param([par("on ", {"type": "date", "attrs": {"timestamp": "soon"}})], "on ", id="date-that-is-none"),
        pytest.param(
            [par({"type": "text", "text": "log", "marks": [{"type": "link", "attrs": {"href": "https://a.example"}}]})],
            "log (https://a.example)",
            id="link",
        ),
        pytest.param(
            [
                par(
                    {
                        "type": "text",
                        "text": "https://a.example",
                        "marks": [{"type": "link", "attrs": {"href": "https://a.example"}}],
                    }
                )
            ],
            "https://a.example",
            id="link-that-shows-its-address",
        ),
        pytest.param(
            [
                {
                    "type": "bulletList",
                    "content": [
                        item(par("a"), {"type": "orderedList", "content": [item(par("b"))]}),
                        item(par("c"), par("d")),
                    ],
                }
            ],
            "- a\n  - b\n- c\n  d",
            id="nested-lists",
        ),
        pytest.param(
            [
                {
                    "type": "taskList",
                    "content": [
                        {"type": "taskItem", "attrs": {"state": "DONE"}, "content": [{"type": "text", "text": "a"}]},
                        {
                            "type": "taskList",
                            "content": [
                                {
                                    "type": "taskItem",
                                    "attrs": {"state": "TODO"},
                                    "content": [{"type": "text", "text": "b"}],
                                }
                            ],
                        },
                    ],
                }
            ],
            "- ☑ a\n  - ☐ b",
            id="tasks",
        ),
        pytest.param(
            [
                {
                    "type": "table",
                    "content": [
                        {
                            "type": "tableRow",
                            "content": [
                                {"type": "tableHeader", "content": [par("A")]},
                                {"type": "tableHeader", "content": [par("B")]},
                            ],
                        },
                        {
                            "type": "tableRow",
                            "content": [
                                {"type": "tableCell", "content": [par("x"), par("y")]},
                                {"type": "tableCell", "content": [par()]},
                            ],
                        },
                    ],
                }
            ],
            "A | B\nx y | ",
            id="table",
        ),
        pytest.param(
            [par("a"), {"type": "codeBlock", "content": [{"type": "text", "text": "if x:\n\n    go()"}]}],
            "a\n\n```\nif x:\n\n    go()\n```",
            id="code",
        ),
        pytest.param(
            [{"type": "blockquote", "content": [par("a"), par("b")]}, par("c")], "> a\n> \n> b\n\nc", id="quote"
        ),
        pytest.param(
            [
                par(
                    {"type": "text", "text": "x", "marks": [{"type": "code"}]},
                    {"type": "text", "text": " is "},
                    {"type": "text", "text": "y", "marks": [{"type": "strike"}, {"type": "strong"}]},
                )
            ],
            "`x` is ~~y~~",
            id="code-and-struck-out",
        ),
        pytest.param([{"type": "expand", "attrs": {"title": "Log"}, "content": [par("x")]}], "Log\n\nx", id="expand"),
        pytest.param(
            [{"type": "bodiedNovelty", "content": [par("kept"), {"text": "too"}]}], "kept\n\ntoo", id="unknown"
        ),
        pytest.param(
            [None, 3, "bare", {"type": ["?"], "content": "x"}, {"type": {}, "content": [None]}], "bare", id="malformed"
        ),
    ],
)
def test_every_node_reads_as_its_words(content: list[object], text: str) -> None:
    assert adf.plain_text(doc(*content)) == text


def test_lists_without_items_and_folds_without_blocks_stay_valid() -> None:
    rendered = adf.render(Document((Bullets(()), Fold("Empty", (Bullets(()),)), Paragraph(spans("x")))))
    check(rendered)


def test_a_note_is_a_panel_and_text_is_literal() -> None:
    [panel] = adf.render(Document((Note("danger", spans("@ana {code} <b>")),)))["content"]
    assert panel["attrs"] == {"panelType": "error"}
    assert panel["content"][0]["content"] == [{"type": "text", "text": "@ana {code} <b>"}]


def test_real_comments_read_without_their_layout() -> None:
    text = "First line\nsecond line\n\nNext paragraph"
    assert adf.plain_text(adf.from_text(text)) == text
