"""Makes text from people fit to be rendered anywhere; what only one target would misread is that target's to escape."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import quote, urlsplit, urlunsplit

from .document import Inline, Link, Mention, Reference, Spans, Text

JOINER = "\u2060"
"""An invisible word joiner: set inside what a tracker would make live (`@ana`, `#12`), it leaves it text.

`visible` takes joiners out of people's text, so one in our output is always ours.
"""

BOX = {True: "☑", False: "☐"}
"""How a checklist's item begins where the target has no checkboxes."""

# Control characters (terminals obey them), format characters (bidi, zero width) and surrogates.
_HIDDEN = {"Cc", "Cf", "Cs"}
_KEPT = "\t\n\r\u200c\u200d"  # zero-width (non-)joiners belong to the spelling of many scripts and of emoji
_BLANKS = re.compile(r"\s+")
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


def visible(text: str) -> str:
    """`text` without characters that show nothing but steer what shows; tabs and line ends stay, odd ones become spaces."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _HIDDEN:
        return character
    return " " if character.isspace() else ""


def one_line(text: str) -> str:
    """The visible text with every run of white space as one space."""
    return _BLANKS.sub(" ", visible(text))


def safe_url(url: str) -> str | None:
    """`url` with all that could end it early in any markup percent-encoded; None unless it is http(s) to a plain host.

    A user name before the host is refused: it is how a link pretends to lead elsewhere.
    """
    try:
        parts = urlsplit(one_line(url).strip())
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(parts.netloc):
        return None
    path = quote(parts.path, safe="/%:@+,;=")
    query, fragment = (quote(part, safe="/%:@+,;=&?") for part in (parts.query, parts.fragment))
    return urlunsplit((parts.scheme, parts.netloc, path, query, fragment))


def clean_spans(content: Spans) -> Spans:
    """The spans as one visible line: unsafe links become their text, empty spans go, neighbours of one kind are joined.

    Joining lets an escape see what a reader will see: `#` and `12` side by side are `#12`.
    """
    clean: list[Inline] = []
    for span in _clean_each(content):
        last = clean[-1] if clean else None
        if (
            last is None
            or isinstance(last, Link | Reference | Mention)
            or isinstance(span, Link | Reference | Mention)
            or type(last) is not type(span)
        ):
            clean.append(span)
        else:
            clean[-1] = replace(last, value=one_line(last.value + span.value))
    return tuple(clean)


def _clean_each(content: Spans) -> Iterable[Inline]:
    for span in content:
        if isinstance(span, Reference | Mention):
            yield span
        elif isinstance(span, Link):
            url = safe_url(span.url)
            words = one_line(span.text) or url
            if words:
                yield Link(words, url) if url else Text(words)
        elif value := one_line(span.value):
            yield replace(span, value=value)


def mark_words(line: str, mark: Callable[[str], str]) -> str:
    """`mark` applied to the words of a clean line, its outer spaces left outside: inside they would undo most markup."""
    words = line.strip(" ")
    if not words:
        return line
    return f"{' ' * line.startswith(' ')}{mark(words)}{' ' * line.endswith(' ')}"
