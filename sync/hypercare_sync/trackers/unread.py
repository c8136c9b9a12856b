"""Tickets that could not be read, or only in part: set aside by a reading, and tried again at growing intervals of tracker time.

They are kept in the cursor: a store that is lost costs one more try of each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hypercare_rules.ticket import Ticket
from hypercare_sync.aside import interval
from hypercare_sync.wording import count


@dataclass(frozen=True)
class Unread:
    """A ticket by its key, and `why` it could not be read.

    `since` and `again`, the next try, are times of the tracker. It is `new` in the reading that first meets it.
    """

    key: str
    why: str
    since: datetime
    again: datetime
    tries: int = 1
    new: bool = True


def in_part(ticket: Ticket) -> str:
    """Why a ticket that was read counts as one that was not."""
    return f"it could be read only in part: {', '.join(ticket.unreadable)}"


def met(failed: Mapping[str, str], before: Mapping[str, Unread], tried: set[str], began: datetime) -> dict[str, Unread]:
    """What is set aside after a reading that began then and `tried` these: what `failed` in it, and what it did not come to.

    A ticket that comes along before its next try is due, and fails once more, is not put off further.
    """
    found = {key: replace(one, new=False) for key, one in before.items() if key in failed or key not in tried}
    for key, why in failed.items():
        known = found.get(key)
        if known is None:
            found[key] = Unread(key, why, began, began + interval(1))
        elif known.again <= began:
            tries = known.tries + 1
            found[key] = replace(known, why=why, tries=tries, again=began + interval(tries))
    return found


def noted(label: str, unread: Mapping[str, Unread]) -> str:
    """What readers of the summary are told of a source: no ticket is named."""
    return f"{label}: {count(len(unread), 'ticket')} could not be read; what is known of them is kept"


def due(before: Mapping[str, Unread], by: datetime) -> list[str]:
    """The keys of those whose next try is due."""
    return sorted(key for key, one in before.items() if one.again <= by)


def as_json(unread: Mapping[str, Unread]) -> list[dict[str, Any]]:
    """What is kept in a cursor."""
    return [
        {
            "key": one.key,
            "why": one.why,
            "since": one.since.isoformat(),
            "again": one.again.isoformat(),
            "tries": one.tries,
        }
        for _, one in sorted(unread.items())
    ]


def from_json(rows: list[Mapping[str, Any]]) -> dict[str, Unread]:
    """What a cursor kept."""
    times = ("since", "again")
    return {
        row["key"]: Unread(**{**row, **{name: datetime.fromisoformat(row[name]) for name in times}, "new": False})
        for row in rows
    }
