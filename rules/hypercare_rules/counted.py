"""Ids that count up, as both trackers give them out."""

_DIGITS = 20
"""From so many on it is no number of theirs, and Python may refuse to read it."""


def counted(text: str) -> int:
    """The number that an id is, so that ids can be put in the order in which they were given out; 0 where it is none."""
    return int(text) if text.isdecimal() and len(text) < _DIGITS else 0
