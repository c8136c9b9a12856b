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
from hypercare_sync.trackers.fitting import fitted

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
        taken: int = 0,
    ) -> T:
        """What `send` makes of the text of the document, set into what is `around` it and shortened by whole rows where it must be.

        So many characters are `taken` by others.

        Raises TrackerError where nothing is left to shorten, and what `send` raises.
        """

        def fit(size: Callable[[Document], int], limit: int) -> Any:
            return self.render(around(fitted(document, lambda shorter: size(around(shorter)), limit - taken)))

        try:
            return send(fit(self._words, TEXT_LIMIT // 2) if self.cloud else fit(self._size, TEXT_LIMIT))
        except TrackerError as error:
            refusal = _TOO_LONG.search(str(error))
            if refusal is None:
                raise
        limit = re.sub(r"\D", "", refusal["limit"] or "")
        return send(fit(self._size, int(limit or TEXT_LIMIT)))

    def _words(self, document: Document) -> int:
        return _units(adf.plain_text(self.render(document)))

    def _size(self, document: Document) -> int:
        """All that may be counted: a server may keep the end of a line as two characters."""
        text = self.render(document)
        return _units(json.dumps(text, ensure_ascii=False)) if self.cloud else _units(text) + text.count("\n")


def _units(text: str) -> int:
    """The length of a text as Java counts it: a character beyond the first 65,536 is two."""
    return len(text.encode("utf-16-le")) // 2
