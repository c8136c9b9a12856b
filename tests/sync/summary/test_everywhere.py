"""The whole summary says the same in Markdown, ADF, wiki markup, HTML and on a terminal, and looks as it was last looked at."""

import html as references
import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from tests.sync.summary.scenes import NOW, view

from hypercare_rules.ticket import Audience
from hypercare_sync.summary import heartbeat, summary_document
from hypercare_sync.text import adf, html, markdown, terminal, wiki
from hypercare_sync.text.clean import JOINER
from hypercare_sync.text.document import Document

SNAPSHOTS = Path(__file__).parent / "snapshots"
WRITE = os.environ.get("HYPERCARE_SNAPSHOTS") == "write"


def summary(audience: Audience = Audience.internal) -> Document:
    seen = view(audience=audience)
    return heartbeat(summary_document(seen), seen.release, NOW)


def on_a_terminal(document: Document, width: int = 120) -> str:
    sink = io.StringIO()
    console = Console(file=sink, width=width, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(terminal.render(document))
    return "".join(f"{line.rstrip()}\n" for line in sink.getvalue().splitlines())


def a_node_a_line(document: Document) -> str:
    """ADF, short and yet such that a difference shows where it is."""
    return "".join(f"{json.dumps(node, ensure_ascii=False)}\n" for node in adf.render(document)["content"])


FORMS: dict[str, Callable[[Document], str]] = {
    "markdown.md": markdown.render,
    "adf.jsonl": a_node_a_line,
    "wiki.txt": wiki.render,
    "page.html": html.render,
    "terminal.txt": on_a_terminal,
}


@pytest.mark.parametrize("name", FORMS)
def test_it_looks_as_it_was_last_looked_at(name: str) -> None:
    """With HYPERCARE_SNAPSHOTS=write it is written anew, to be looked at."""
    shown, path = FORMS[name](summary()), SNAPSHOTS / name
    if WRITE:
        path.write_text(shown, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == shown


_CALL = re.compile(r"\[!\w+\]|\{panel[^}]*\}|^\((?:x|!|i|/)\) |^h\d\. ", re.MULTILINE)
_PICTURE = re.compile(r"```mermaid.*?```|As a table", re.DOTALL)
_WIKI_LINK = re.compile(r"\[([^\]|]+)\|[^\]]+\]")


def unescaped(markup: str) -> str:
    return references.unescape(re.sub(r"\\([^\w\s])", r"\1", markup.replace(JOINER, "")))


def said(text: str) -> list[str]:
    """The words and numbers of a text in their order, addresses and marks left out."""
    text = re.sub(r"https?://[^\s)\]|]+", "", text)
    return re.findall(r"\w[\w.:#/%-]*\w|\w", text.replace("☑", "x").replace("☐", " "))


def in_markdown(document: Document) -> list[str]:
    text = _PICTURE.sub("", _CALL.sub("", markdown.render(document)))
    return said(re.sub(r"</?(?:details|summary)>", "", unescaped(text)))


def in_wiki(document: Document) -> list[str]:
    text = _CALL.sub("", wiki.render(document))
    return said(unescaped(_WIKI_LINK.sub(r"\1 ", text)))


def in_html(document: Document) -> list[str]:
    return said(references.unescape(re.sub(r"<[^>]+>", " ", html.render(document))))


def in_adf(document: Document) -> list[str]:
    return said(adf.plain_text(adf.render(document)))


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("told", [in_markdown, in_wiki, in_html])
def test_every_form_says_word_for_word_what_the_others_say(
    told: Callable[[Document], list[str]], audience: Audience
) -> None:
    document = summary(audience)
    facts = in_adf(document)
    assert len(facts) > 300
    assert told(document) == facts


@pytest.mark.parametrize("audience", list(Audience))
def test_a_terminal_says_the_same(audience: Audience) -> None:
    document = summary(audience)
    drawn = re.sub("[─-╿•]", " ", on_a_terminal(document, width=600))
    assert said(drawn) == in_adf(document)


def test_a_word_that_only_one_form_has_is_noticed() -> None:
    one, other = summary(), summary(Audience.public)
    assert in_markdown(one) != in_adf(other)
