"""What cannot be written for now: reported once, set aside, and tried again at growing intervals. Pure.

A store that is lost costs one more try of each.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import get_args

from hypercare_rules.ticket import Ref
from hypercare_sync.change import (
    AddComment,
    AddLabel,
    Assign,
    Change,
    CloseSummary,
    CreateSummary,
    EditComment,
    EditSummary,
    FieldChange,
    LinkChange,
    PinSummary,
    RemoveComment,
    RemoveLabel,
    SetPriority,
    TicketChange,
    tracker_of,
)
from hypercare_sync.trackers.obstacle import Obstacle
from hypercare_sync.wording import count

_REFUSALS: Mapping[Obstacle, tuple[type[Change], ...]] = {
    Obstacle.refuses_edits: get_args(FieldChange),
    Obstacle.refuses_comments: (AddComment,),
    Obstacle.refuses_rewording: (EditComment,),
    Obstacle.refuses_removals: (RemoveComment,),
    Obstacle.refuses_links: get_args(LinkChange),
}
_OF_TICKETS = (Obstacle.gone, Obstacle.locked, Obstacle.unassignable, Obstacle.no_priority, *_REFUSALS)
_OF_PLACES = (Obstacle.archived, Obstacle.no_edits, Obstacle.no_reader, Obstacle.unlinkable)
_EVERY_TICK = (Obstacle.no_edits, Obstacle.no_labels, Obstacle.read_only)
"""What ends with a right that is given or a ticket that is reopened: then the next tick is to make everything good."""
_WISHES = (Obstacle.unassignable, Obstacle.no_such_priority, Obstacle.no_priority)
"""What stands in the way of nothing but one wish of a policy."""
_STEADY = 3
"""So many tries in vain, ten minutes apart at the least, and it is no moment's trouble any more."""
_FIRST, _LAST = timedelta(hours=1), timedelta(days=1)
_NEXT_TICK = timedelta(seconds=1)
_SOON = timedelta(minutes=10)


def interval(tries: int) -> timedelta:
    """How long to wait after so many tries in vain: an hour after the first, then twice as long each time, a day at most."""
    return _doubled(_FIRST, tries)


def _rest(tries: int, obstacle: Obstacle) -> timedelta:
    """That, or until the next tick. What one ticket refused may have been the trouble of a moment: it is tried again at once, and sooner later on."""
    if obstacle in _REFUSALS:
        return timedelta() if tries == 1 else _doubled(_SOON, tries - 1)
    return _NEXT_TICK if obstacle in _EVERY_TICK else interval(tries)


def _doubled(first: timedelta, tries: int) -> timedelta:
    return min(first * (1 << min(tries - 1, 10)), _LAST)


@dataclass(frozen=True)
class SetAside:
    """A ticket, a place, or one of its priorities, by its key, to which an obstacle keeps us from writing; `why` in the tracker's words.

    `since` and `again`, the next try, are policy times.
    """

    tracker: str
    key: str
    obstacle: Obstacle
    why: str
    since: datetime
    again: datetime
    tries: int = 1

    @property
    def name(self) -> tuple[str, str, Obstacle]:
        """What tells it from others."""
        return self.tracker, self.key, self.obstacle

    @property
    def lasts(self) -> bool:
        """Whether it is here to stay: neither a right that may be given back any time, nor what may be a moment's trouble."""
        return self.obstacle not in _EVERY_TICK and (self.obstacle not in _REFUSALS or self.tries >= _STEADY)

    def covers(self, change: Change) -> bool:
        """Whether the obstacle stands in the way of a change."""
        if (self.tracker, self.key) != (tracker_of(change), _subject(change, self.obstacle)):
            return False
        match self.obstacle:
            case Obstacle.archived | Obstacle.gone:
                return True
            case Obstacle.locked | Obstacle.no_reader:
                return isinstance(change, AddComment | EditComment)
            case Obstacle.no_edits | Obstacle.read_only:
                return isinstance(change, AddLabel | RemoveLabel | Assign | SetPriority | EditSummary | CloseSummary)
            case Obstacle.no_labels:
                return isinstance(change, AddLabel | RemoveLabel)
            case Obstacle.unassignable:
                return isinstance(change, Assign)
            case Obstacle.unlinkable:
                return isinstance(change, LinkChange)
            case Obstacle.no_such_priority | Obstacle.no_priority:
                return isinstance(change, SetPriority)
            case Obstacle.unpinnable:
                return isinstance(change, PinSummary)
            case Obstacle.unreadable:
                return False  # nothing is planned for what could not be read
            case refusal:
                return isinstance(change, _REFUSALS[refusal])

    def rests(self, now: datetime) -> bool:
        """Whether its next try is not due yet. Where the last one is still to come, the clock was ahead: then it is."""
        return self.again - _rest(self.tries, self.obstacle) <= now < self.again

    def met_again(self, now: datetime) -> "SetAside":
        """After another try in vain: the next one comes after twice the time, a day at most, or with the next tick."""
        tries = self.tries + 1
        return replace(self, since=min(self.since, now), tries=tries, again=now + _rest(tries, self.obstacle))


def refusal_of(change: TicketChange) -> Obstacle:
    """The obstacle that a ticket is which alone takes no such change."""
    return next(obstacle for obstacle, kinds in _REFUSALS.items() if isinstance(change, kinds))


def set_aside(change: Change, obstacle: Obstacle, why: str, now: datetime) -> SetAside:
    """What is set aside when a change meets an obstacle for the first time."""
    return SetAside(tracker_of(change), _subject(change, obstacle), obstacle, why, now, now + _rest(1, obstacle))


def still_covering(
    known: Iterable[SetAside], wanted: Iterable[Change], now: datetime, untold: Collection[str]
) -> tuple[SetAside, ...]:
    """What stands in the way of a wanted change, or may again before its next try is due.

    What a policy wished and wishes no more stands in nobody's way. Of the trackers that are `untold` not all that is wanted is known.
    """
    changes = tuple(wanted)
    return tuple(
        one
        for one in known
        if any(map(one.covers, changes)) or (one.rests(now) and (one.obstacle not in _WISHES or one.tracker in untold))
    )


def without(changes: Iterable[Change], known: Iterable[SetAside], now: datetime) -> tuple[Change, ...]:
    """The changes that nothing known stands in the way of, or whose next try is due; nothing that follows from a decision that cannot be kept."""
    waiting = tuple(one for one in known if one.rests(now))
    kept: list[Change] = []
    undecided: set[Ref] = set()
    for change in changes:
        if not any(one.covers(change) for one in waiting):
            kept.append(change)
        elif isinstance(change, EditSummary):
            undecided |= change.before
    return tuple(change for change in kept if not (undecided and getattr(change, "ticket", None) in undecided))


def _subject(change: Change, obstacle: Obstacle) -> str:
    """The key of what an obstacle to a change stands on: the ticket, the whole place, or a priority in all of it."""
    match change:
        case CreateSummary() | EditSummary() | CloseSummary() | PinSummary():
            return change.place.place
        case SetPriority() if obstacle is Obstacle.no_such_priority:
            return f"{change.ticket.place} {change.native}"
        case _:
            return change.ticket.place if obstacle in _OF_PLACES else change.ticket.key


def notes_on(known: Iterable[SetAside], tracker: str, place: str) -> Iterator[str]:
    """What readers of the summary are told of a source's place: no ticket is named."""
    here = [one for one in known if one.tracker == tracker]
    if any(one.obstacle is Obstacle.archived and one.key == place for one in here):
        yield "it is archived, so nothing is written there"
    if any(one.obstacle is Obstacle.no_reader and one.key == place for one in here):
        yield "no comments are written there: our account is not among their readers"
    if any(one.obstacle is Obstacle.no_edits and one.key == place for one in here):
        yield "no labels are written there: our account may not edit its tickets"
    if any(one.obstacle is Obstacle.no_labels and Ref(tracker, one.key).place == place for one in here):
        yield "labels are not written to all tickets there: some have no field for them"
    # A refusal may pass for a moment's; what is told of it waits for a second one.
    stand = [one for one in here if one.obstacle in _OF_TICKETS and (one.tries > 1 or one.obstacle not in _REFUSALS)]
    tickets = {one.key for one in stand if Ref(tracker, one.key).place == place}
    if tickets:
        yield f"{count(len(tickets), 'ticket')} set aside: not all can be written there that should be"
