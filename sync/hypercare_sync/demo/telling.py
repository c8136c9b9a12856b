"""What happened, in a few words: what people did between two ticks, and what a tick wrote and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

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
    UnlinkTicket,
)
from hypercare_sync.demo.script import Deed, Story, Verb

_REOPENED = ("Reopened", "reopened")
_MOVED = {
    **dict.fromkeys(_REOPENED, "reopened {}"),
    **dict.fromkeys(("closed", "Closed", "Done"), "closed {}"),
    "Resolved": "resolved {}",
    "not planned": "closed {} as not planned",
}
_QUOTED = 80  # characters


@dataclass(frozen=True)
class Written:
    """What a tick wrote to one ticket: in words, with the reason of the most telling part."""

    ticket: str
    wrote: str
    why: str


def told(deed: Deed, story: Story) -> str:
    """One deed as a sentence: `Lena (shop Zürich) reopened SHOP-12`."""
    who, ticket, what = story.week.people[deed.who].introduced, deed.ticket, deed.what
    match deed.verb:
        case Verb.opens:
            kind = "opened the pull request" if story.tickets[ticket].pull_request else "reported"
            return f"{who} {kind} {ticket}: {_short(what)}"
        case Verb.comments:
            return f"{who} on {ticket}: “{_short(what)}”"
        case Verb.assigns:
            return f"{who} took {ticket}" if what == deed.who else f"{who} gave {ticket} to {_first(what, story)}"
        case Verb.moves:
            return f"{who} {_MOVED.get(what, f'moved {{}} to {what}').format(ticket)}"
        case Verb.labels:
            return f"{who} labelled {ticket} {what}"
        case Verb.unlabels:
            return f"{who} took {what} off {ticket}"
        case Verb.tags:
            return f"{who} tied {ticket} to version {what}"
        case Verb.duplicates:
            return f"{who} marked {ticket} as a duplicate of {what}"
        case _:
            assert_never(deed.verb)


def most_telling(deeds: Sequence[Deed], story: Story, number: int) -> list[Deed]:
    """So many of the deeds, in the order of time: what changes the course of things first, everyday work last."""
    ranked = sorted(deeds, key=lambda deed: _rank(deed, story))
    return sorted(ranked[:number], key=lambda deed: deed.at)


def _rank(deed: Deed, story: Story) -> int:
    if deed.what in _REOPENED or deed.verb in (Verb.labels, Verb.unlabels, Verb.tags):
        return 0
    report = story.tickets[deed.ticket]
    burning = report.priority in ("Highest", "High") or not {"regression", "outage"}.isdisjoint(report.labels)
    customer = deed.who in story.week.customers
    match deed.verb:
        case Verb.opens:
            return 1 if burning else 4
        case Verb.comments:
            return 2 if customer and burning else 5
        case Verb.duplicates:
            return 3
        case Verb.moves:
            return 3 if burning else 5
        case _:
            return 6


def written(changes: Iterable[Change], prefix: str) -> list[Written]:
    """What was written to tickets, one for each, the most telling first; labels without our prefix, the summary left out."""
    by_ticket: dict[str, list[Change]] = {}
    for change in changes:
        if not isinstance(change, CreateSummary | EditSummary | CloseSummary | PinSummary):
            by_ticket.setdefault(change.ticket.key, []).append(change)
    ranked = sorted(by_ticket.items(), key=lambda entry: min(map(_weight, entry[1])))
    return [
        Written(ticket, ", ".join(_wrote(change, prefix) for change in mine), min(mine, key=_weight).why)
        for ticket, mine in ranked
    ]


def _weight(change: Change) -> int:
    """How telling a change is; fewer is more. The plan's own order, by urgency, decides among equals."""
    match change:
        case AddLabel(label=label):
            return 2 if label.endswith(("P3", "P4")) else 0
        case AddComment():
            return 1
        case RemoveLabel():
            return 3
        case _:
            return 4


def _wrote(change: Change, prefix: str) -> str:
    match change:
        case AddLabel():
            return f"+{change.label.removeprefix(prefix)}"
        case RemoveLabel():
            return f"-{change.label.removeprefix(prefix)}"
        case AddComment():
            return "comment"
        case EditComment():
            return "comment updated"
        case RemoveComment():
            return "double removed"
        case Assign():
            return f"assigned to {change.who}"
        case LinkTicket() | LinkSummary():
            return "linked"
        case UnlinkTicket():
            return "link removed"
        case SetPriority():
            return f"native priority {change.native}"
        case CreateSummary() | EditSummary() | CloseSummary() | PinSummary():
            return "the summary"
        case _:
            assert_never(change)


def _first(login: str, story: Story) -> str:
    return story.week.people[login].name.partition(" ")[0]


def _short(text: str) -> str:
    """The text as far as it fits: by whole sentences, or else by words."""
    if len(text) <= _QUOTED:
        return text
    fits = text[:_QUOTED]
    sentences = max(fits.rfind(end) for end in (". ", "! ", "? ")) + 1
    return fits[:sentences] if sentences else f"{fits.rpartition(' ')[0]} …"
