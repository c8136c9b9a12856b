"""The words of Jira's wiki markup (Data Center, REST v2), with the marks that `adf.plain_text` leaves for documents."""

import html
import re
from collections.abc import Iterator

_SHIELD = 0xE000  # private-use characters stand for escaped marks until all others are read
_ESCAPED = re.compile(r"\\([!-/:-@\[\]^_`{-~])")
_SHIELDED = re.compile("[\ue021-\ue07e]")
_BLOCK = re.compile(r"\{(code|noformat|quote)(?::[^}\n]{0,200})?\}")
_TAG = re.compile(r"\{(?:color|panel|section|column|anchor|align|div|span)(?::[^}\n]{0,200})?\}")
_MONO = re.compile(r"\{\{([^\n]{1,1000}?)\}\}")
_LINK = re.compile(r"\[([^\[\]\n]{1,2000})\]")
_IMAGE = re.compile(r"(?<!\w)!([^\s!|][^!|\n]{0,300}?\.\w{1,5})(?:\|[^!\n]{0,200})?!(?!\w)")
_STRUCK = re.compile(r"(?<![\w\-])-(?=[^\s\-])([^\n]{1,500}?)(?<=[^\s\-])-(?![\w\-])")
_LOUD = re.compile(r"(?<![\w*])([*_+])(?=[^\s*_+])([^\n]{1,500}?)(?<=\S)\1(?![\w*])")
_HEADING = re.compile(r"h[1-6]\.\s+")
_ITEM = re.compile(r"([*#\-]+)\s+(?=\S)")
_SEVERAL = ("code", "noformat")


def plain_text(markup: str) -> str:
    """The words of wiki markup, to search and to quote; never raises.

    Code, quotes and what is struck out are marked as in Markdown, since they are not what the author says; list items begin with
    `- `, a row's cells are parted by ` | `, links read as their text with the address behind. Whatever else there is stays as it is.
    """
    return "\n".join(_blocks(markup.replace("\r\n", "\n").replace("\r", "\n"))).strip("\n")


def _blocks(text: str) -> Iterator[str]:
    """The text in parts: blocks of code and quotes, and what is between them. One that nobody closed is none."""
    start = 0
    while found := _BLOCK.search(text, start):
        kind = found[1]
        closing = re.compile(rf"\{{{kind}\}}").search(text, found.end())
        if closing is None:
            break
        yield from _between(text[start : found.start()])
        inner = text[found.end() : closing.start()].strip("\n")
        if inner.strip():
            yield f"```\n{inner}\n```" if kind in _SEVERAL else "> " + "\n".join(_between(inner)).replace("\n", "\n> ")
        start = closing.end()
    yield from _between(text[start:])


def _between(text: str) -> Iterator[str]:
    if text.strip():
        yield "\n".join(map(_line, text.strip("\n").split("\n")))


def _line(line: str) -> str:
    line = line.strip()
    if line.startswith("|"):
        cells = (_inline(cell).strip() for cell in re.split(r"\|+", _shielded_links(_shielded(line)).strip("|")))
        return " | ".join(cells)
    if line.startswith("bq. "):
        return f"> {_inline(_shielded(line[4:]))}"
    if heading := _HEADING.match(line):
        return _inline(_shielded(line[heading.end() :]))
    if item := _ITEM.match(line):
        return f"{'  ' * (len(item[1]) - 1)}- {_inline(_shielded(line[item.end() :]))}"
    return _inline(_shielded(line))


def _shielded(line: str) -> str:
    """Escaped marks made into what nothing reads as a mark; two backslashes are the end of a line."""
    return _ESCAPED.sub(lambda found: chr(_SHIELD + ord(found[1])), line.replace("\\\\", "\n"))


def _shielded_links(row: str) -> str:
    """A row whose links are read, so that their bars part no cells."""
    return _LINK.sub(lambda found: _hidden(_link(found)), row)


def _hidden(text: str) -> str:
    return re.sub(r"[|\[\]]", lambda found: chr(_SHIELD + ord(found[0])), text)


def _inline(line: str) -> str:
    line = _TAG.sub("", line)
    line = _MONO.sub(lambda found: _all_hidden(f"`{found[1]}`"), line)
    line = _LINK.sub(lambda found: _all_hidden(_link(found)), line)
    line = _IMAGE.sub(lambda found: _all_hidden(found[1]), line)
    line = _STRUCK.sub(r"~~\1~~", line)
    line = _LOUD.sub(r"\2", line)
    line = _LOUD.sub(r"\2", line)
    return html.unescape(_SHIELDED.sub(lambda found: chr(ord(found[0]) - _SHIELD), line))


def _all_hidden(text: str) -> str:
    """Text that is done: none of its marks is read again."""
    return re.sub(r"[!-/:-@\[-`{-~]", lambda found: chr(_SHIELD + ord(found[0])), text)


def _link(found: re.Match[str]) -> str:
    inner = found[1]
    if inner.startswith("~"):
        return f"@{inner[1:].removeprefix('accountid:')}"
    text, bar, address = inner.partition("|")
    address = address.partition("|")[0]
    if not bar:
        is_address = "://" in text or text.startswith(("mailto:", "#", "^"))
        return text.lstrip("#^") if is_address else f"[{text}]"
    return text if text == address or not address else f"{text} ({address})"
