"""Documents (ADF) as harmless HTML, for the sandbox's pages: the words of any document are shown, whatever it is made of."""

from collections.abc import Callable, Iterator
from html import escape

from hypercare_sync.sandbox.jira.model import Json
from hypercare_sync.sandbox.jira.wiki import children, members
from hypercare_sync.text.adf import plain_text
from hypercare_sync.text.clean import safe_url, visible

from .layout import ALERTS, SCROLLS, alert_title, outline, painted

Called = Callable[[str], str | None]
"""The name of whom an account id or a user name means, if anybody."""

_BROKEN_OFF_AT = 40
"""Levels of nesting that are shown as such; of deeper ones, which no editor makes, the words are."""
_MARKS = {"strong": "strong", "em": "em", "code": "code", "strike": "s", "underline": "u"}
_HOLDERS = {
    "paragraph": "p", "bulletList": "ul", "orderedList": "ol", "listItem": "li", "blockquote": "blockquote",
    "taskList": "ul", "decisionList": "ul", "decisionItem": "li", "tableRow": "tr",
}  # fmt: skip


def render(document: Json, called: Called) -> str:
    """HTML of a document; headings go below the page's own."""
    levels = {_level(node) for node in _all(document, 0) if node.get("type") == "heading"}
    return _Writer(called, outline(levels)).inside(document, 0)


def _all(node: Json, depth: int) -> Iterator[Json]:
    yield node
    if depth < _BROKEN_OFF_AT:
        for child in children(node):
            yield from _all(child, depth + 1)


def _level(node: Json) -> int:
    level = members(node.get("attrs")).get("level")
    return level if isinstance(level, int) else 1


class _Writer:
    """Writes the nodes of one document, whose headings go where `levels` says."""

    def __init__(self, called: Called, levels: dict[int, int]) -> None:
        self._called = called
        self._levels = levels

    def inside(self, node: Json, depth: int) -> str:
        """What a node holds."""
        if depth >= _BROKEN_OFF_AT:
            return escape(plain_text(node))
        return "".join(self._node(child, depth + 1) for child in children(node))

    def _node(self, node: Json, depth: int) -> str:
        kind, attributes = node.get("type"), members(node.get("attrs"))
        match kind:
            case "text":
                return self._words(node)
            case "hardBreak":
                return "<br>"
            case "mention":
                who = str(attributes.get("id", ""))
                name = self._called(who) or str(attributes.get("text") or who).removeprefix("@")
                return f"<strong>@{escape(visible(name))}</strong>"
            case "inlineCard" | "blockCard" | "embedCard":
                return _link(str(attributes.get("url", "")), escape(str(attributes.get("url", ""))))
            case "emoji":
                return escape(str(attributes.get("text") or attributes.get("shortName") or ""))
            case "rule":
                return "<hr>"
            case _ if isinstance(node.get("content"), list):
                return self._block(node, depth)
            case _:
                return escape(visible(plain_text(node)))

    def _block(self, node: Json, depth: int) -> str:
        attributes, body = members(node.get("attrs")), self.inside(node, depth)
        match node.get("type"):
            case "heading":
                level = self._levels.get(_level(node), 6)
                return f"<h{level}>{body}</h{level}>\n"
            case "codeBlock":
                return f"<pre {SCROLLS}><code>{escape(plain_words(node))}</code></pre>\n"
            case "panel":
                return _panel(attributes, body)
            case "expand" | "nestedExpand":
                title = escape(visible(str(attributes.get("title") or "More")))
                return f"<details><summary>{title}</summary>\n{body}</details>\n"
            case "table":
                return f"<div {SCROLLS}><table>\n{body}</table></div>\n"
            case "tableHeader" | "tableCell" as kind:
                tag = "th" if kind == "tableHeader" else "td"
                return f"<{tag}{_span(attributes)}>{body}</{tag}>"
            case "taskItem":
                done, name = (" checked", "Done") if attributes.get("state") == "DONE" else ("", "Not done")
                return f'<li class="task"><input type="checkbox" disabled{done} aria-label="{name}"> {body}</li>\n'
            case str() as kind if kind in _HOLDERS:
                return f"<{_HOLDERS[kind]}>{body}</{_HOLDERS[kind]}>\n"
            case _:
                return f"<div>{body}</div>\n"

    def _words(self, node: Json) -> str:
        shown = escape(visible(str(node.get("text", ""))))
        for mark in children(node, "marks"):
            kind, attributes = mark.get("type"), members(mark.get("attrs"))
            if kind == "link":
                shown = _link(str(attributes.get("href", "")), shown)
            elif kind == "subsup":
                tag = "sub" if attributes.get("type") == "sub" else "sup"
                shown = f"<{tag}>{shown}</{tag}>"
            elif isinstance(kind, str) and kind in _MARKS:
                shown = f"<{_MARKS[kind]}>{shown}</{_MARKS[kind]}>"
        return shown


def plain_words(node: Json) -> str:
    """The words of a block of code, as they stand."""
    return "".join(str(child.get("text", "")) for child in children(node))


def _link(url: str, words: str) -> str:
    """Only web addresses become links: a page for people runs nothing that came by the API."""
    address = safe_url(url)
    return f'<a href="{escape(address)}">{words}</a>' if address else words


def _panel(attributes: Json, body: str) -> str:
    kind, colour = str(attributes.get("panelType", "")), attributes.get("panelColor")
    if isinstance(colour, str):
        return f'<div class="panel"{painted(colour)}>{body}</div>\n'
    name = kind.upper() if kind.upper() in ALERTS else "INFO"
    return f'<div class="alert {ALERTS[name]}">{alert_title(name)}{body}</div>\n'


def _span(attributes: Json) -> str:
    """Over how many columns and rows a cell goes."""
    return "".join(
        f' {name}="{number}"'
        for name in ("colspan", "rowspan")
        if isinstance(number := attributes.get(name), int) and 1 < number < 100
    )
