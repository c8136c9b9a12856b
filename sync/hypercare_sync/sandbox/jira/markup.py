"""Wiki markup as documents (ADF): what REST v3 tells of what was written by v2, or came with data.

How Cloud itself converts is not documented. Here markup that people use becomes what it means, and whatever else there is stays as text.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from itertools import groupby

from hypercare_sync.sandbox.jira.model import Json

_PANELS = {"info": "info", "note": "note", "warning": "error", "tip": "success"}
_FENCE = re.compile(
    r"\{(?P<name>code|noformat|quote|panel|info|note|warning|tip)(?::(?P<told>[^}\n]*))?\}[ ]?\n?(?P<inner>.*?)\n?\{(?P=name)\}",
    re.DOTALL,
)
_HEADING = re.compile(r"h([1-6])\.\s+(.*)")
_ITEM = re.compile(r"([*#]+|-)\s+(.*)")
_CELLS = re.compile(r"\|\||(?<!\\)\|(?![^\[\]|\n]*\])")
"""What parts cells: a bar that is neither escaped nor within a link."""
_PLAIN = re.compile(r"\\([^\w\s]|_)|&#\d{1,6};")
_COLOUR = re.compile(r"(?:^|\|)bgColor=(#[0-9A-Fa-f]{6})(?:\||$)")
_SIGNS = {"/": ("check_mark", "✅"), "x": ("cross_mark", "❌"), "!": ("warning", "⚠️"), "i": ("info", "ℹ️")}  # noqa: RUF001 -- as people see it
_INLINE = re.compile(
    r"""(?P<plain>\\(?:[^\w\s]|_)|&\#\d{1,6};)
    |(?<!\S)\((?P<sign>[/x!i])\)(?!\S)
    |\{\{(?P<code>[^}\n]+)\}\}
    |\[~(?:accountid:)?(?P<who>[^\]\s]+)\]
    |\[(?:(?P<words>[^\]|\n]+)\|)?(?P<url>(?:https?://|mailto:)[^\]\s|]+)[^\]\n]*\]
    |(?<!\w)\*(?P<strong>(?!\s)(?:\\.|[^*\\\n])+(?<!\s))\*(?!\w)
    |(?<!\w)_(?P<em>(?!\s)(?:\\.|[^_\\\n])+(?<!\s))_(?!\w)""",
    re.VERBOSE,
)


def to_document(text: str) -> Json:
    """The document that wiki markup stands for; never raises."""
    return {"version": 1, **_node("doc", _blocks(text.replace("\r\n", "\n")))}


def _blocks(text: str) -> Iterator[Json]:
    place = 0
    for fence in _FENCE.finditer(text):
        yield from _plain_blocks(text[place : fence.start()])
        yield _fenced(fence["name"], fence["told"] or "", fence["inner"])
        place = fence.end()
    yield from _plain_blocks(text[place:])


def _fenced(name: str, told: str, inner: str) -> Json:
    if name == "quote":
        return _node("blockquote", list(_plain_blocks(inner)) or [_node("paragraph", [])])
    if name == "panel" or name in _PANELS:
        colour = _COLOUR.search(told)
        kind = {"panelType": "custom", "panelColor": colour[1]} if colour else {"panelType": _PANELS.get(name, "info")}
        return _node("panel", list(_plain_blocks(inner)) or [_node("paragraph", [])], **kind)
    language = told.split("|", maxsplit=1)[0]
    named = {"language": language} if language and "=" not in language else {}
    return _node("codeBlock", [_words(inner)] if inner else [], **named)


def _plain_blocks(text: str) -> Iterator[Json]:
    """The blocks of text without fences: lines of one kind that follow each other make one."""
    for kind, lines in groupby(text.split("\n"), _kind):
        if kind is not None:
            yield from kind(list(lines))


Maker = Callable[[list[str]], Iterable[Json]]


def _kind(line: str) -> Maker | None:
    bare = line.strip()
    if not bare:
        return None
    for pattern, make in ((_HEADING, _headings), (_ITEM, _lists)):
        if pattern.fullmatch(bare):
            return make
    if re.fullmatch(r"-{4,}", bare):
        return _rules
    return _tables if bare.startswith("|") and len(bare) > 1 else _paragraphs


def _headings(lines: list[str]) -> Iterator[Json]:
    for line in lines:
        match = _HEADING.fullmatch(line.strip())
        assert match is not None
        yield _node("heading", _inline(match[2]), level=int(match[1]))


def _rules(lines: list[str]) -> Iterator[Json]:
    return ({"type": "rule"} for _ in lines)


def _paragraphs(lines: list[str]) -> Iterator[Json]:
    content: list[Json] = []
    for line in lines:
        if content:
            content.append({"type": "hardBreak"})
        content += _inline(line.strip())
    yield _node("paragraph", content)


def _lists(lines: list[str]) -> Iterator[Json]:
    """Lists whose items hold the lists below them; a list of another kind on the same level begins anew."""
    items = [(match[1], match[2]) for line in lines if (match := _ITEM.fullmatch(line.strip()))]
    return _level(items, 1)


def _level(items: list[tuple[str, str]], depth: int) -> Iterator[Json]:
    for sign, group in groupby(items, lambda item: item[0][min(depth, len(item[0])) - 1]):
        entries: list[Json] = []
        below: list[tuple[str, str]] = []
        for marks, text in group:
            if len(marks) > depth:
                below.append((marks, text))
                continue
            _hang(entries, below, depth)
            entries.append(_node("listItem", [_node("paragraph", _inline(text))]))
        _hang(entries, below, depth)
        yield _node("orderedList" if sign == "#" else "bulletList", entries)


def _hang(entries: list[Json], below: list[tuple[str, str]], depth: int) -> None:
    """Put deeper items below the last entry, or below an empty one."""
    if below:
        entries[:] = entries or [_node("listItem", [_node("paragraph", [])])]
        entries[-1]["content"] += _level(below, depth + 1)
        below.clear()


def _tables(lines: list[str]) -> Iterator[Json]:
    rows = []
    for line in lines:
        bare = line.strip()
        kind = "tableHeader" if bare.startswith("||") else "tableCell"
        cells = _CELLS.split(bare.strip("|"))
        rows.append(_node("tableRow", [_node(kind, [_node("paragraph", _inline(cell.strip()))]) for cell in cells]))
    yield _node("table", rows)


def _inline(text: str) -> list[Json]:
    found: list[Json] = []
    place = 0
    for match in _INLINE.finditer(text):
        _append(found, text[place : match.start()])
        place = match.end()
        if match["plain"]:
            _append(found, _unescaped(match["plain"]))
        else:
            found.append(_marked(match))
    _append(found, text[place:])
    return found


def _unescaped(text: str) -> str:
    """Words without what kept their signs from being markup."""
    return _PLAIN.sub(lambda found: found[1] or unescape(found[0]), text)


def _marked(match: re.Match[str]) -> Json:
    if match["sign"]:
        name, shown = _SIGNS[match["sign"]]
        return {"type": "emoji", "attrs": {"shortName": f":{name}:", "text": shown}}
    if match["who"]:
        return {"type": "mention", "attrs": {"id": match["who"], "text": f"@{match['who']}"}}
    if match["url"]:
        mark: Json = {"type": "link", "attrs": {"href": match["url"]}}
        return {**_words(_unescaped(match["words"] or match["url"])), "marks": [mark]}
    name = next(kind for kind in ("code", "strong", "em") if match[kind])
    return {**_words(_unescaped(match[name])), "marks": [{"type": name}]}


def _append(found: list[Json], text: str) -> None:
    """Add plain words, to those before them where those are plain, too."""
    if not text:
        return
    if found and found[-1].keys() == {"type", "text"}:
        found[-1]["text"] += text
    else:
        found.append(_words(text))


def _words(text: str) -> Json:
    return {"type": "text", "text": text}


def _node(kind: str, content: Iterable[Json], **attributes: object) -> Json:
    return {"type": kind, **({"attrs": attributes} if attributes else {}), "content": list(content)}
