"""How the record says times, lengths and tickets, the same in every section."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from hypercare_rules.durations import render
from hypercare_rules.ledger import Going
from hypercare_rules.metrics import Kept, Spread
from hypercare_rules.record import Breach, Happening, What
from hypercare_rules.ticket import Ticket
from hypercare_sync.record.sheet import Cell, cell
from hypercare_sync.record.view import RecordView
from hypercare_sync.text.document import Inline, Link, Spans, Strong, spans
from hypercare_sync.wording import stamp

NOTHING = "\N{EN DASH}"
_DAY, _HOUR, _MINUTE, _SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
_UNITS = re.compile(r"\d+[dhms]")


class Words:
    """The words of one record: its zone, and whether its lengths are told in days."""

    def __init__(self, view: RecordView) -> None:
        self._release, self._in_days = view.release, view.in_days

    def time(self, moment: datetime) -> str:
        """A moment in the zone of the release."""
        return stamp(moment, self._release)

    def time_cell(self, moment: datetime | None) -> Cell:
        """A moment in a table; sorted by time."""
        return cell(self.time(moment), key=moment.timestamp()) if moment else cell(NOTHING, key=float("inf"))

    def length(self, length: timedelta) -> str:
        """A length of time in its two greatest units, rounded down: `7d 16h`, `2h 30m`, less than a minute in seconds."""
        unit = _HOUR if self._in_days and length >= _DAY else _MINUTE if length >= _MINUTE else _SECOND
        return " ".join(_UNITS.findall(render(length // unit * unit, days=self._in_days)))

    def length_cell(self, length: timedelta | None) -> Cell:
        """A length of time in a table; what is not there comes last."""
        if length is None:
            return cell(NOTHING, key=float("inf"))
        return cell(self.length(length), key=length.total_seconds())

    def spread_cells(self, spread: Spread | None) -> tuple[Cell, ...]:
        """Number, mean, median and 90th percentile."""
        if spread is None:
            return (number_cell(0), *(self.length_cell(None) for _ in range(3)))
        times = (spread.mean, spread.median, spread.p90)
        return (number_cell(spread.number), *map(self.length_cell, times))

    def spent(self, breach: Breach) -> str:
        """Where the time until a breach went: `12h Open, nobody had it; 4h In Progress, Ana K; not counted: 3h paused, 14h closed`."""
        used: dict[tuple[str, str], timedelta] = {}
        idle: dict[Going, timedelta] = {}
        for cause in breach.causes:
            if cause.going is Going.running:
                key = (cause.status, ", ".join(cause.owners) or "nobody had it")
                used[key] = used.get(key, timedelta()) + cause.worked
            else:
                idle[cause.going] = idle.get(cause.going, timedelta()) + (cause.end - cause.start)
        said = [f"{self.length(spent)} {status}, {who}" for (status, who), spent in used.items()]
        rest = [f"{self.length(spent)} {GOING[going]}" for going, spent in idle.items()]
        return "; ".join((*said, *([f"not counted: {', '.join(rest)}"] if rest else [])))

    def happening(self, one: Happening) -> Spans:
        """What happened, in a line."""
        by = f" by {', '.join(one.who)}" if one.who else ""
        match one.what:
            case What.came_up:
                return spans(Strong("Came up"), f"{by}: {one.after}, {one.why}")
            case What.acknowledged:
                return spans(Strong("Acknowledged"), by)
            case What.priority:
                how = f" by hand{by}" if one.by_hand else ""
                return spans(Strong(f"Priority {one.before} → {one.after}"), f"{how}: {one.why}")
            case What.escalated:
                return spans(Strong(f"Escalated by {one.after}"), f" to {', '.join(one.who)}: {one.why}")
            case What.breached:
                return spans(Strong(f"Breached: {one.after}"), f", {one.why}")
            case What.resolved:
                return spans(Strong("Resolved"), f"{by}: {one.after}")
            case What.reopened:
                return spans(Strong("Reopened"), f"{by}: {one.after}")


GOING = {Going.running: "counted", Going.paused: "paused", Going.closed: "outside working hours"}


def number_cell(number: int) -> Cell:
    """A number in a table."""
    return cell(str(number), key=number)


def kept_cells(kept: Kept) -> tuple[Cell, ...]:
    """How targets ended: met, missed, late, running, and the part that was met."""
    numbers = (kept.met, kept.missed, kept.late, kept.running)
    return (*map(number_cell, numbers), share_cell(kept.share))


def share_cell(share: float | None) -> Cell:
    """A part of the whole in a table."""
    return cell(share_text(share), key=-1 if share is None else share)


def share_text(share: float | None) -> str:
    """`86%`, rounded down: what is not enough must not look as if it were."""
    return NOTHING if share is None else f"{int(share * 100 + 1e-9)}%"


def linked(ticket: Ticket) -> Link:
    """The ticket by its key."""
    return Link(ticket.ref.key, ticket.url)


def tickets_cell(tickets: Iterable[Ticket]) -> Cell:
    """Tickets by their keys, with commas between them."""
    said: list[Inline] = []
    for ticket in tickets:
        said += [*(spans(", ") if said else ()), linked(ticket)]
    return Cell(tuple(said))


def words_cell(text: str) -> Cell:
    """Words, or a dash where there are none."""
    return cell(text or NOTHING)
