"""Texts made to fit a tracker's limits; one that cannot fails alone, not the whole tick."""

from collections.abc import Callable

from hypercare_sync.errors import TrackerError
from hypercare_sync.text.document import Document
from hypercare_sync.text.shorten import fit


def fitted(document: Document, size: Callable[[Document], int], limit: int) -> Document:
    """The document, shortened to `limit` as `size` counts. Raises TrackerError where that cannot be done."""
    try:
        return fit(document, size, limit)
    except ValueError as error:
        raise TrackerError(
            f"a text is too long for the tracker: {error}; shorten what people wrote beside it"
        ) from error


def title_within(title: str, limit: int) -> str:
    """The title, its end cut off where it is longer than so many characters."""
    return title if len(title) <= limit else f"{title[: limit - 1]}…"
