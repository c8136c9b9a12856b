"""How tickets came and went by day: arrival against resolution, and what was open at the end of each day."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypercare_rules.release import Release
from hypercare_rules.ticket import StatusCategory, Ticket

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar in the release's zone; the first and the last may be cut short by go-live and by now.

    `new` tickets came up, `resolved` were done and `reopened` came back; each counts as often as it happened. `open` were left at
    its end.
    """

    date: date
    new: int
    resolved: int
    reopened: int
    open: int


def flow(tickets: Iterable[Ticket], release: Release, now: datetime) -> tuple[Day, ...]:
    """The days from go-live until now, oldest first; what was there before go-live is open when the first one begins."""
    moves: dict[str, Counter[date]] = {"new": Counter(), "resolved": Counter(), "reopened": Counter()}
    backlog = 0
    for ticket in tickets:
        for at, what in moves_of(ticket):
            if at > now:
                break
            if at < release.go_live:
                backlog += -1 if what == "resolved" else 1
            else:
                moves[what][release.local(at).date()] += 1
    return tuple(_days(moves, backlog, release, now))


def moves_of(ticket: Ticket) -> Iterator[tuple[datetime, str]]:
    """What happened to a ticket, oldest first: it came up, was done, came back. It ends as the ticket stands."""
    yield ticket.created, "new"
    done, is_open = StatusCategory.done, True
    for move in ticket.status_history:
        if is_open and move.after.category is done:
            yield max(ticket.created, move.at), "resolved"
        elif not is_open and move.after.category is not done:
            yield move.at, "reopened"
        is_open = move.after.category is not done
    if is_open and ticket.ended is not None:
        yield max(ticket.created, ticket.ended), "resolved"


def _days(moves: dict[str, Counter[date]], backlog: int, release: Release, now: datetime) -> Iterator[Day]:
    day, last = release.local(release.go_live).date(), release.local(now).date()
    while day <= last:
        new, resolved, reopened = (moves[what][day] for what in ("new", "resolved", "reopened"))
        backlog += new + reopened - resolved
        yield Day(day, new, resolved, reopened, backlog)
        day += _DAY
