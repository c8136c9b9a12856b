"""Markdown from people as harmless HTML, for the sandbox's pages."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# Images would be fetched from elsewhere, and HTML could hold anything.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_FOLDS = re.compile(r"&lt;(/?(?:details|summary))&gt;")
_ALERTS = re.compile(r"<blockquote>\n<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*")
_REFERENCE = re.compile(r"(?<![\w/&#.-])(?P<repo>[\w-]+/[\w.-]+)#(?P<number>\d{1,9})\b")
_TASKS = {"<li>[ ] ": "<li>☐ ", "<li>[x] ": "<li>☑ "}


def render(text: str) -> str:
    """HTML of `text` as GitHub shows it, in the main.

    Comments are invisible, folds fold, tasks have boxes, alerts stand out, `owner/name#12` leads to the issue's page; other HTML is
    shown as it is written.
    """
    html = _FOLDS.sub(r"<\1>", _MARKDOWN.render(_HIDDEN.sub("", text)))
    html = _ALERTS.sub(lambda alert: f'<blockquote class="{alert[1].lower()}">\n<p>', html)
    for plain, box in _TASKS.items():
        html = html.replace(plain, box)
    return html


def _refer(state: StateCore) -> None:
    """Make links of the references in texts that are no links already."""
    for token in state.tokens:
        inside = False
        children: list[Token] = []
        for child in token.children or ():
            inside = child.type == "link_open" or (inside and child.type != "link_close")
            children += _referring(child) if child.type == "text" and not inside else [child]
        token.children = children or token.children


def _referring(text: Token) -> Iterator[Token]:
    at = 0
    for match in _REFERENCE.finditer(text.content):
        yield Token("text", "", 0, content=text.content[at : match.start()])
        yield Token("link_open", "a", 1, attrs={"href": f"/{match['repo']}/issues/{match['number']}"})
        yield Token("text", "", 0, content=match[0])
        yield Token("link_close", "a", -1)
        at = match.end()
    yield Token("text", "", 0, content=text.content[at:])


_MARKDOWN.core.ruler.push("references", _refer)
