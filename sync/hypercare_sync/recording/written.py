"""What the journal is told of a write: what was before it, what is after it, why, and what became of it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, assert_never, get_args

from hypercare_sync.change import (
    AddComment,
    AddLabel,
    Assign,
    Change,
    CloseSummary,
    CreateSummary,
    EditComment,
    EditSummary,
    LinkSummary,
    LinkTicket,
    PinSummary,
    RemoveComment,
    RemoveLabel,
    SetPriority,
    TicketChange,
    UnlinkTicket,
    as_json,
)
from hypercare_sync.recording.effects import Seen, after
from hypercare_sync.recording.named import Names
from hypercare_sync.store import Entry

_SAID_BETTER = ("body", "digest", "title", "native_priority", "style")
"""What a plan shows of a change, and here stands in what is before and after it, or says nothing to people."""


def entries(changes: Sequence[Change], became: Mapping[str, Any], seen: Seen, names: Names) -> Iterator[Entry]:
    """One entry for each change of a write; `became` is what all of them share."""
    for change in changes:
        row = as_json(change)
        said = {name: value for name, value in row.items() if name not in _SAID_BETTER}
        before, now = _around(change, changes, row, seen)
        rules = names.rules_in(change.ticket, change.why) if isinstance(change, get_args(TicketChange)) else ()
        stands = before if became.get("outcome") == "dropped" else now
        body = {**said, "before": before, "after": stands, **became}
        yield Entry("change", body, row.get("release"), row["ticket"], names.of(_people(change)), rules)


def _around(change: Change, changes: Sequence[Change], row: Mapping[str, Any], seen: Seen) -> tuple[Any, Any]:
    """What was before a change, as it was read, and what is after it."""
    match change:
        case AddLabel() | RemoveLabel():
            ticket = seen.tickets.get(change.ticket)
            labels = sorted(ticket.labels) if ticket else []
            return labels, after(changes, labels)
        case AddComment():
            return None, _text(row["digest"], row["body"])
        case EditComment() | RemoveComment():
            standing = seen.comment(change.ticket, change.comment)
            digest = standing.marker.digest if standing and standing.marker else ""
            before = _text(digest, standing.text) if standing else None
            return before, _text(row["digest"], row["body"]) if isinstance(change, EditComment) else None
        case Assign():
            return [], [change.account]
        case SetPriority():
            return change.before, change.native
        case LinkTicket():
            return None, str(change.link)
        case LinkSummary():
            return None, f"the summary of {change.release}"
        case UnlinkTicket():
            return str(change.link), None
        case CreateSummary() | EditSummary():
            found = seen.summaries.get(change.record.release)
            before = {"digest": found.current.record.digest} if found and found.current else None
            return before, {"digest": change.record.digest, "title": change.title}
        case CloseSummary():
            return "open", "closed"
        case PinSummary():
            return "not pinned", "pinned"
        case _:
            assert_never(change)


def _text(digest: str, text: str) -> dict[str, str]:
    """A comment of ours; of escalations there is no digest."""
    return {"digest": digest, "text": text} if digest else {"text": text}


def _people(change: Change) -> Iterator[str]:
    """Whom a change is for."""
    match change:
        case Assign():
            yield from (change.who, change.account)
        case AddComment():
            yield from (name for step in change.marker.steps for name in step.who)
            if change.marker.answer:
                yield from (name for word in change.marker.answer.words for name in (word.who, word.name))
        case _:
            return
