"""Our part of a text on GitHub: between two HTML comments, of which the first holds our record and the digest of the words between."""

from collections.abc import Mapping
from typing import Any

from hypercare_sync.observed import SummaryRecord
from hypercare_sync.trackers import marker
from hypercare_sync.trackers.written import digest

_BEGIN, _END = "<!-- hypercare-sync ", "<!-- /hypercare-sync -->"


def of_summary(text: str, record: SummaryRecord) -> str:
    """Our part of a summary with this text."""
    hidden = record.model_copy(update={"written": digest(text)}).model_dump(mode="json")
    return f"{marker.in_comment(hidden)}\n{text}{_END}"


def around(standing: str) -> tuple[str, str]:
    """What people wrote before and after our section; all of it is after where they took the section's markers away."""
    begin, end = _bounds(standing)
    if end < 0:
        return "", f"\n\n{standing}".rstrip()
    return standing[:begin], standing[end + len(_END) :]


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
