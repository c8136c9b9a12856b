"""Markdown from people as harmless HTML that looks as GitHub shows it, in the main, for the sandbox's pages.

What people write is shown and never run: of HTML only a few tags without attributes count, images are not fetched.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from . import chart
from .layout import ALERTS, SCROLLS, alert_title, outline

_TAGS = ("details", "summary", "span", "sub", "sup", "kbd", "br")
_HTML = re.compile(rf"<!--.*?(?:-->|\Z)|<(?P<tag>/?(?:{'|'.join(_TAGS)}))\b[^<>]*>", re.DOTALL | re.IGNORECASE)
_ALERT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(?:\n|$)")
_TASK = re.compile(r"\[([ xX])\] +(?=\S)")
_REFERENCE = re.compile(r"(?<![\w/&#.-])(?P<repo>[\w-]+/[\w.-]+)?#(?P<number>\d{1,9})\b|(?<![\w`@/.])@(?P<who>[\w-]+)")


def render(text: str, repo: str = "") -> str:
    """HTML of `text`, which stands in the repository `repo`.

    Comments are invisible, folds fold, tasks have boxes, alerts stand out, charts are drawn, `#12` and `owner/name#12` lead to the
    issues' pages; headings go below the page's own.
    """
    html: str = _MARKDOWN.render(text, {"repo": repo})
    return html


def _mark(state: StateCore) -> None:
    """Note which quotes are alerts and which items are tasks, and take the signs out of their words."""
    levels = outline(int(token.tag[1]) for token in state.tokens if token.type == "heading_open")
    for at, token in enumerate(state.tokens):
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{levels[int(token.tag[1])]}"
        elif token.type == "inline" and at >= 2:  # a paragraph's own words; what holds the paragraph stands before that
            holder, pattern = state.tokens[at - 2], {"blockquote_open": _ALERT, "list_item_open": _TASK}
            if found := holder.type in pattern and pattern[holder.type].match(token.content):
                holder.meta["sign"] = found[1]
                token.content = token.content[found.end() :]


def _refer(state: StateCore) -> None:
    """Make links of the references in texts that are no links already, and let people's names stand out."""
    for token in state.tokens:
        inside = False
        children: list[Token] = []
        for child in token.children or ():
            inside = child.type == "link_open" or (inside and child.type != "link_close")
            plain = child.type == "text" and not inside
            children += _referring(child, str(state.env.get("repo", ""))) if plain else [child]
        token.children = children or token.children


def _referring(text: Token, here: str) -> Iterator[Token]:
    at = 0
    for match in _REFERENCE.finditer(text.content):
        repo = match["repo"] or here
        if not match["who"] and not repo:
            continue
        kind, tag = ("strong", "strong") if match["who"] else ("link", "a")
        attributes: dict[str, str | int | float] = {} if match["who"] else {"href": f"/{repo}/issues/{match['number']}"}
        yield Token("text", "", 0, content=text.content[at : match.start()])
        yield Token(f"{kind}_open", tag, 1, attrs=attributes)
        yield Token("text", "", 0, content=match[0])
        yield Token(f"{kind}_close", tag, -1)
        at = match.end()
    yield Token("text", "", 0, content=text.content[at:])


def _quote(_: RendererHTML, tokens: Sequence[Token], at: int, __: OptionsDict, ___: EnvType) -> str:
    sign = tokens[at].meta.get("sign")
    return f'<blockquote class="alert {ALERTS[sign]}">\n{alert_title(sign)}\n' if sign else "<blockquote>\n"


def _item(_: RendererHTML, tokens: Sequence[Token], at: int, __: OptionsDict, ___: EnvType) -> str:
    sign = tokens[at].meta.get("sign")
    if sign is None:
        return "<li>"
    done, name = (" checked", "Done") if sign in "xX" else ("", "Not done")
    return f'<li class="task"><input type="checkbox" disabled{done} aria-label="{name}"> '


def _fence(_: RendererHTML, tokens: Sequence[Token], at: int, __: OptionsDict, ___: EnvType) -> str:
    token = tokens[at]
    drawn = chart.draw(token.content) if token.info.strip() == "mermaid" else None
    return drawn or f"<pre {SCROLLS}><code>{escape(token.content)}</code></pre>\n"


def _html(_: RendererHTML, tokens: Sequence[Token], at: int, __: OptionsDict, ___: EnvType) -> str:
    """HTML of a person's: few tags stay, without their attributes; comments go, and all else is shown as it is written."""
    shown, place, text = "", 0, tokens[at].content
    for found in _HTML.finditer(text):
        tag = f"<{found['tag'].lower()}>" if found["tag"] else ""
        shown += escape(unescape(text[place : found.start()])) + tag
        place = found.end()
    return shown + escape(unescape(text[place:]))


def _made() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(["table", "strikethrough"]).disable("image")
    made.core.ruler.after("block", "marks", _mark)
    made.core.ruler.push("references", _refer)
    for name, rule in (
        ("blockquote_open", _quote),
        ("list_item_open", _item),
        ("fence", _fence),
        ("code_block", _fence),
        ("html_block", _html),
        ("html_inline", _html),
        ("table_open", lambda *_: f"<div {SCROLLS}><table>\n"),
        ("table_close", lambda *_: "</table></div>\n"),
    ):
        made.add_render_rule(name, rule)
    return made


_MARKDOWN = _made()
