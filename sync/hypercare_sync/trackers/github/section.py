"""Our part of a text on GitHub: between two HTML comments, of which the first holds our record and the digest of the words between."""

import re
from collections.abc import Mapping
from typing import Any

from hypercare_sync.observed import SummaryRecord
from hypercare_sync.trackers import marker
from hypercare_sync.trackers.written import digest, theirs

_BEGIN, _END = "<!-- hypercare-sync ", "<!-- /hypercare-sync -->"


def of_summary(text: str, record: SummaryRecord) -> str:
    """Our part of a summary with this text."""
    hidden = record.model_copy(update={"written": digest(text)}).model_dump(mode="json")
    return f"{marker.in_comment(hidden)}\n{text}{_END}"


def around(standing: str, own: str = "", written: str = "") -> tuple[str, str]:
    """What people wrote before and after our section.

    Where they took one of its markers away, the section is what has the digest `written`; else all lines are theirs that are not like one of our
    `own` text, which is to stand there now.
    """
    begin, end = _bounds(standing)
    if end >= 0:
        return standing[:begin], standing[end + len(_END) :]
    if begin >= 0:
        before, rest = standing[:begin], standing[begin:].partition("-->")[2].split("\n")
        exact = (stop for stop in range(len(rest) + 1) if digest("\n".join(rest[:stop])) == written)
        return before, _after(_theirs(rest[next(exact, 0) :], own))
    above, marker_of_end, below = standing.rpartition(_END)
    if not marker_of_end:
        return "", _after(_theirs(standing.split("\n"), own))
    before = _theirs(above.split("\n"), own)
    return (f"{before}\n\n" if before else ""), below


def _theirs(lines: list[str], own: str) -> str:
    """People's lines: none that is like one of ours, nor what is left of a marker."""
    found = theirs([line for line in lines if not _is_of_a_marker(line)], str, own.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(found)).strip()


def _is_of_a_marker(line: str) -> bool:
    text = line.strip()
    begun = len(text) > len("<!-- /") and _END.startswith(text)
    return begun or (text.endswith("-->") and '"purpose":"summary"' in text)


def _after(text: str) -> str:
    return f"\n\n{text}".rstrip()


def words(standing: str) -> str:
    """The digest of our part of a summary as it stands; empty where it is not to be found whole."""
    begin, end = _bounds(standing)
    return digest(standing[begin:end].partition("-->")[2]) if end >= 0 else ""


def signed(text: str, value: Mapping[str, Any]) -> str:
    """The text of a comment with its marker behind."""
    return f"{text}{marker.in_comment({**value, 'text': digest(text)})}"


def edited(body: str) -> bool:
    """Whether a comment of ours says something else than we wrote."""
    wrote = (marker.from_comment(body) or {}).get("text")
    before, _, rest = body.partition(_BEGIN)
    return wrote is not None and wrote != digest(before + rest.partition("-->")[2])


def _bounds(standing: str) -> tuple[int, int]:
    begin = standing.find(_BEGIN)
    return (begin, standing.find(_END, begin)) if begin >= 0 else (-1, -1)
