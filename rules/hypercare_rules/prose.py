"""What somebody says in a text of Markdown or Jira's markup, without what is quoted, struck out or no prose."""

import re
from collections.abc import Iterator

GAP = "\0"
"""Stands where something was left out, so that what is around it does not read as one phrase."""

_QUOTED = "\0>"

# Fenced and inline code, comments of HTML, Jira's macros, what is struck out, quoted and indented lines. Spans on one line are
# short: without a bound a text made for it would take minutes.
_LEFT_OUT = re.compile(
    r"(?P<fence>```|~~~).*?(?:(?P=fence)|\Z)"
    r"|(?<!`)`{1,2}[^`\n]{1,400}`"
    r"|<!--.*?(?:-->|\Z)"
    r"|~~[^\n]{1,400}?~~"
    r"|\{\{[^\n]{1,400}?\}\}"
    r"|\{(?P<macro>code|noformat|quote)\b[^}\n]{0,200}\}.*?(?:\{(?P=macro)\}|\Z)"
    r"|<(?P<tag>pre|code|blockquote|del|s)\b[^>\n]{0,200}>.*?(?:</(?P=tag)>|\Z)"
    r"|^(?:[ ]{4}|\t|[ ]{0,3}>|bq\.)[^\n]*",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
# `[words](address)`, `[words|address]` and `KEY (address)` read as the address.
_LINK = re.compile(
    r"\[[^\[\]\n|]{0,300}\]\((https?://[^\s)]+)\)"
    r"|\[[^\[\]\n|]{0,300}\|(https?://[^\s\]|]+)(?:\|[^\]\n]{0,100})?\]"
    r"|(?<![\w./#-])[\w./#-]{1,100}[-#/][0-9]{1,9} \((https?://[^\s)]+)\)"
)


def own_lines(text: str) -> Iterator[str]:
    """The lines of the text that are its author's own, with links as their addresses; lines that go on a quoted paragraph are quoted, too."""
    marked = _LEFT_OUT.sub(lambda found: _QUOTED if found[0].lstrip().startswith((">", "bq.")) else GAP, text)
    quoted = False
    for line in marked.splitlines():
        quoted = bool(line.strip()) and (quoted or line.lstrip().startswith(_QUOTED))
        if not quoted:
            yield _with_addresses(line)


def prose(text: str) -> str:
    """The text with a gap for whatever is not its author's own words, and with links as their addresses."""
    return _with_addresses(_LEFT_OUT.sub(GAP, text))


def _with_addresses(text: str) -> str:
    return _LINK.sub(lambda link: link[1] or link[2] or link[3], text)
