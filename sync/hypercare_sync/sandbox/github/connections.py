"""GraphQL's pages: a connection is a sorted list, cut by cursors that stay valid while the list grows."""

import base64
import binascii
import bisect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from graphql import GraphQLError

_T = TypeVar("_T")
Key = tuple[int | str, int]
MOST = 100


@dataclass(frozen=True)
class Bounds:
    """What a connection is asked for: the GraphQL arguments of every connection."""

    first: int | None = None
    last: int | None = None
    after: str | None = None
    before: str | None = None


class Connection(Generic[_T]):
    """One page of a list."""

    def __init__(
        self, items: Sequence[_T], key: Callable[[_T], Key], bounds: Bounds, *, descending: bool = False
    ) -> None:
        """Cut `items`, which `key` sorts. Raises GraphQLError for a cursor that is none, or for a page of over 100."""
        self._bounds = bounds
        self._key = key
        rows = sorted(items, key=key, reverse=descending)
        self.total_count = len(rows)
        start, end = self._window([key(row) for row in rows], descending=descending)
        self.filtered_count = end - start
        if bounds.first is not None:
            end = min(end, start + self._size("first", bounds.first))
        if bounds.last is not None:
            start = max(start, end - self._size("last", bounds.last))
        self.page_count = end - start
        self._page = rows[start:end]
        self._more_before, self._more_after = start > 0, end < len(rows)

    def _window(self, keys: list[Key], *, descending: bool) -> tuple[int, int]:
        """Where the rows between the two cursors start and end."""
        start, end = 0, len(keys)
        if descending:
            keys.reverse()
        if self._bounds.after is not None:
            after = _key_of(self._bounds.after, keys)
            start = len(keys) - bisect.bisect_left(keys, after) if descending else bisect.bisect_right(keys, after)
        if self._bounds.before is not None:
            before = _key_of(self._bounds.before, keys)
            end = len(keys) - bisect.bisect_right(keys, before) if descending else bisect.bisect_left(keys, before)
        return start, max(start, end)

    @staticmethod
    def _size(name: str, size: int) -> int:
        if not 0 <= size <= MOST:
            raise problem("EXCESSIVE_PAGINATION", f"`{name}` is {size}; a connection takes 0 to {MOST} records.")
        return size

    @property
    def nodes(self) -> list[_T]:
        """The page's rows. Raises GraphQLError where neither `first` nor `last` bounds them."""
        if self._bounds.first is None and self._bounds.last is None:
            raise problem(
                "MISSING_PAGINATION_BOUNDARIES",
                "You must provide a `first` or `last` value to properly paginate this connection.",
            )
        return self._page

    @property
    def page_info(self) -> dict[str, Any]:
        """Where this page stands among the others."""
        return {
            "startCursor": cursor(self._key(self._page[0])) if self._page else None,
            "endCursor": cursor(self._key(self._page[-1])) if self._page else None,
            "hasPreviousPage": self._more_before,
            "hasNextPage": self._more_after,
        }


def cursor(key: Key) -> str:
    """An opaque cursor for the row that `key` sorts."""
    return base64.b64encode(json.dumps(key).encode()).decode()


def _key_of(text: str, others: list[Key]) -> Key:
    """The key that a cursor stands for. Raises GraphQLError for one that was not given out for a list of `others`."""
    try:
        value, number = json.loads(base64.b64decode(text, validate=True))
        key = (value, int(number))
    except (binascii.Error, ValueError, TypeError):
        key = None
    if key is None or (others and not isinstance(key[0], type(others[0][0]))):
        raise problem("INVALID_CURSOR_ARGUMENTS", f"`{text}` does not appear to be a valid cursor.")
    return key


def problem(kind: str, message: str) -> GraphQLError:
    """An error with GitHub's `type`."""
    return GraphQLError(message, extensions={"type": kind})
