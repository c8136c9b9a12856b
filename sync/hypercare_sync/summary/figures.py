"""The figures of the summary: counts, the days, how targets were met, and what customers say."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from hypercare_rules.durations import render
from hypercare_rules.flow import Day
from hypercare_rules.metrics import Kept, Metrics, Service, Spread
from hypercare_rules.ticket import StatusCategory
from hypercare_rules.values import Priority
from hypercare_sync.summary.rows import ticket
from hypercare_sync.summary.view import Counts, SummaryView
from hypercare_sync.text.document import Block, Chart, Heading, Paragraph, Series, Spans, Strong, Table, spans
from hypercare_sync.wording import count

_STATUS_WORDS = {StatusCategory.new: "New", StatusCategory.in_progress: "In progress", StatusCategory.done: "Done"}
_MINUTE = timedelta(minutes=1)
_UP_FROM = timedelta(
    seconds=45
)  # people's times are whole minutes, medians half ones: neither is a border, so seconds change nothing
_OF = " (median, 90%)"


def counts(view: SummaryView) -> Iterator[Block]:
    """How many tickets there are of each priority and each kind, by status."""
    yield Heading(2, spans("Counts"))
    yield _counted("Priority", {str(one): each for one, each in view.counts.items()}, total=True)
    if len(view.kinds) > 1:
        yield _counted("Kind", {kind.replace("_", " "): each for kind, each in view.kinds.items()})


def by_day(days: tuple[Day, ...]) -> Iterator[Block]:
    """What came up and what was done day by day, and what was left open."""
    if not days:
        return
    yield Heading(2, spans("By day"))
    names = tuple(f"{day.date.day} {day.date:%b}" for day in days)
    new = Series("New", tuple(day.new + day.reopened for day in days), "bar")
    resolved = Series("Resolved", tuple(day.resolved for day in days))
    left = Series("Open at the end", tuple(day.open for day in days))
    yield Chart("Day", names, ((new, resolved), (left,)))
    if any(day.reopened for day in days):
        yield Paragraph(spans("What was reopened counts as new."))


def targets(served: Metrics) -> Iterator[Block]:
    """How targets were met and how long things took, by priority."""
    rows = [*((priority, served.by_priority[priority]) for priority in Priority if priority in served.by_priority)]
    if not rows:
        return
    yield Heading(2, spans("Targets"))
    header = ("Priority", "Answered in time", f"Time to acknowledge{_OF}", "Resolved in time", f"Time to resolve{_OF}")
    total = [_served("All", served.all)] if len(rows) > 1 else []
    yield Table(header, (*(_served(priority, service) for priority, service in rows), *total))
    bound = served.all.lower_bounds
    at_least = f" {count(bound, 'time is', 'times are')} at least so long." if bound else ""
    yield Paragraph(spans(f"Times run as the targets do, in working hours where those have a calendar.{at_least}"))


def customers(view: SummaryView) -> Iterator[Block]:
    """What customers say, and about what most."""
    said = view.said
    figures = [
        f"{count(said.customers, 'customer')} reported {count(said.reported, 'ticket')}" * bool(said.reported),
        count(said.comments, "comment by a customer", "comments by customers") * bool(said.comments),
        count(said.votes, "vote") * bool(said.votes),
        count(said.reactions, "reaction") * bool(said.reactions),
    ]
    if not any(figures):
        return
    yield Heading(2, spans("Customers"))
    yield Paragraph(spans(f"{'; '.join(filter(None, figures))}."))
    if view.voices:
        yield Table(
            ("Ticket", "Title", "Customers", "Comments", "Votes", "Reactions"),
            tuple(
                (ticket(shown), spans(shown.title), *_numbers((one.customers, one.comments, one.votes, one.reactions)))
                for shown, one in view.voices
            ),
        )


def _counted(name: str, each: Mapping[str, Counts], *, total: bool = False) -> Table:
    rows = [(row, [numbers[category] for category in StatusCategory]) for row, numbers in each.items()]
    if total:
        rows.append(("All", [sum(column) for column in zip(*(numbers for _, numbers in rows), strict=True)]))
    return Table(
        (name, *_STATUS_WORDS.values(), "All"),
        tuple((spans(Strong(row)), *_numbers((*numbers, sum(numbers)))) for row, numbers in rows),
    )


def _numbers(numbers: Iterable[int]) -> tuple[Spans, ...]:
    return tuple(spans(str(number)) for number in numbers)


def _served(name: str, service: Service) -> tuple[Spans, ...]:
    return (
        spans(Strong(name)),
        spans(_kept(service.acknowledge)),
        spans(_time(service.to_acknowledge)),
        spans(_kept(service.resolve)),
        spans(_time(service.to_resolve)),
    )


def _kept(kept: Kept) -> str:
    """Rounded down: what is not enough must not look as if it were."""
    decided = kept.met + kept.missed + kept.late
    return f"{kept.met} of {decided}, {kept.met * 100 // decided}%" if decided else ""


def _time(spread: Spread | None) -> str:
    return f"{_length(spread.median)}, {_length(spread.p90)}" if spread else ""


def _length(length: timedelta) -> str:
    """In hours and whole minutes: days would be calendar days to some and working days to others."""
    return render((length + _UP_FROM) // _MINUTE * _MINUTE, days=False)
