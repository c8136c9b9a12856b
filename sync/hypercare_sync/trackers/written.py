"""What we wrote, known again by its words: whether somebody edited it since, and which rows of a text are still ours."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

_ADDRESS = re.compile(r"https?://[^\s|\])]+")
_FIGURES = re.compile(r"\d+")
_MANY_LETTERS = 12


def digest(text: str) -> str:
    """Sixteen hex digits of the words alone: trackers and editors set line ends and blanks anew."""
    return hashlib.sha256(" ".join(text.split()).encode(errors="replace")).hexdigest()[:16]


def without_addresses(text: str) -> str:
    """The text without the addresses of its links: trackers may set those anew."""
    return _ADDRESS.sub("", text)


def theirs(rows: Sequence[T], words: Callable[[T], str], own: Iterable[T]) -> list[T]:
    """The rows but for those that say, apart from figures and signs, the same as one of our `own`.

    What says nothing, such as a blank line, goes the way of the row before it.
    """
    known = {likeness for row in own for likeness in _likenesses(words(row))}
    kept, ours = [], False
    for row in rows:
        said = words(row)
        if any(map(str.isalpha, said)):
            ours = not known.isdisjoint(_likenesses(said))
        if not ours:
            kept.append(row)
    return kept


def _likenesses(text: str) -> Iterator[str]:
    """By what a row is known again: all of it but its figures; its letters alone, for an editor may write the signs otherwise, where they are many."""
    told = without_addresses(text)
    yield " ".join(_FIGURES.sub("0", told).split())
    letters = "".join(filter(str.isalpha, told))
    if len(letters) >= _MANY_LETTERS:
        yield letters
