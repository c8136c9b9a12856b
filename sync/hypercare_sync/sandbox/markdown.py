"""Markdown from people as harmless HTML, for the sandbox's pages."""

import re

from markdown_it import MarkdownIt

# Images would be fetched from elsewhere, and HTML could hold anything.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_FOLDS = re.compile(r"&lt;(/?(?:details|summary))&gt;")
_TASKS = {"<li>[ ] ": "<li>☐ ", "<li>[x] ": "<li>☑ "}


def render(text: str) -> str:
    """HTML of `text` as GitHub shows it, in the main: comments are invisible, folds fold, tasks have boxes; other HTML is shown as it is written."""
    html = _FOLDS.sub(r"<\1>", _MARKDOWN.render(_HIDDEN.sub("", text)))
    for plain, box in _TASKS.items():
        html = html.replace(plain, box)
    return html
