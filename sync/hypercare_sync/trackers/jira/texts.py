"""Our texts as a flavour of Jira takes them: documents (ADF) on Cloud, wiki markup on Data Center; and what they must fit into.

What Cloud counts of a document is nowhere said. So half of the limit is left first to what it may count beside the words; a text that is
refused as too long is sent once more, so short that its whole JSON keeps within the limit that the refusal names.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from hypercare_sync.errors import TrackerError
from hypercare_sync.text import adf, wiki
from hypercare_sync.text.document import Document
from hypercare_sync.text.shorten import fit, shortest
from hypercare_sync.trackers.http import Invalid

T = TypeVar("T")

TEXT_LIMIT = 32_767
"""Characters of a text, as either Jira comes; on Data Center an administrator may set another limit."""
_TOO_LONG = re.compile(r"too long\b.*\blimit of (?P<limit>\d[\d.,\s]*)|CONTENT_LIMIT_EXCEEDED|: 413\b", re.DOTALL)


@dataclass(frozen=True)
class Texts:
    """The texts of one flavour."""

    cloud: bool

    def render(self, document: Document) -> Any:
        """The document as it is sent."""
        return adf.render(document) if self.cloud else wiki.render(document)

    def sent(
        self,
        document: Document,
        send: Callable[[Any], T],
        around: Callable[[Document], Document] = lambda inner: inner,
        whole: Callable[[Any], Any] = lambda text: text,
    ) -> T:
        """What `send` makes of the text of the document, set into what is `around` it and shortened by whole rows where it must be.

        `whole` is how it will stand among what others wrote, which counts, too. Where that leaves no room, what is shortest is sent all the
        same, and Jira has the say. Raises Invalid where it says no, and what `send` raises.
        """

        def cut(measure: Callable[[Any], int], *limits: int) -> Any:
            def size(shorter: Document) -> int:
                return measure(whole(self.render(around(shorter))))

            return self.render(around(_fitted(document, size, limits)))

        first = cut(_words, TEXT_LIMIT // 2, TEXT_LIMIT) if self.cloud else cut(_size, TEXT_LIMIT)
        try:
            return send(first)
        except TrackerError as error:
            refusal = _TOO_LONG.search(str(error))
            if refusal is None:
                raise
            limit = re.sub(r"\D", "", refusal["limit"] or "")
            second = cut(_size, int(limit or TEXT_LIMIT))
            if second == first:
                raise _too_long(error) from error
        try:
            return send(second)
        except TrackerError as error:
            if _TOO_LONG.search(str(error)):
                raise _too_long(error) from error
            raise


def _fitted(document: Document, size: Callable[[Document], int], limits: tuple[int, ...]) -> Document:
    """The document within the first of the limits that it can be cut to; the shortest that there is where it fits into none."""
    for limit in limits:
        try:
            return fit(document, size, limit)
        except ValueError:
            continue
    return shortest(document)


def _too_long(error: TrackerError) -> Invalid:
    return Invalid(f"{error}; ours is cut as short as it can be: shorten what people wrote beside it")


def _words(text: Any) -> int:
    return _units(adf.plain_text(text))


def _size(text: Any) -> int:
    """All that may be counted: a server may keep the end of a line as two characters."""
    if isinstance(text, str):
        return _units(text) + text.count("\n")
    return _units(json.dumps(text, ensure_ascii=False))


def _units(text: str) -> int:
    """The length of a text as Java counts it: a character beyond the first 65,536 is two."""
    return len(text.encode("utf-16-le")) // 2
