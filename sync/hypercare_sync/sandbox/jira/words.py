"""What people wrote, as plain text, and JQL's text search in it."""

import re
from collections.abc import Iterable

from hypercare_sync.sandbox.jira.model import Json
from hypercare_sync.sandbox.jira.query import JqlError
from hypercare_sync.text.adf import plain_text


def text_of(body: str | Json | None) -> str:
    """Wiki text or a document as plain text; nothing as empty text."""
    return plain_text(body) if isinstance(body, dict) else body or ""


def _words(text: str) -> str:
    return " " + " ".join(re.findall(r"\w+", text.casefold())) + " "


def holds(patterns: Iterable[re.Pattern[str]], text: str) -> bool:
    """Whether `text` has something for each of the patterns that `terms` made."""
    words = _words(text)
    return all(pattern.search(words) for pattern in patterns)


def terms(query: str, field: str) -> list[re.Pattern[str]]:
    """One pattern for each word of a text query, or for the whole phrase when it is in quotation marks of its own."""
    if query.startswith(("*", "?")):
        raise JqlError(
            f"The text query '{query}' for field '{field}' is not allowed to start with character '{query[0]}'"
        )
    phrase = re.fullmatch(r'\s*"(.*)"\s*', query, re.DOTALL)
    parts = [phrase[1]] if phrase else query.split()
    found = [" ".join(re.findall(r"[\w*?]+", part.casefold())) for part in parts]
    if not any(found):
        raise JqlError(f"The field '{field}' does not support searching for an empty string.")
    return [re.compile(" " + term.replace("*", r"\w*").replace("?", r"\w") + " ") for term in found if term]
