"""The record as a page: what a lead shows to a board first, every story last."""

from collections.abc import Callable, Iterable, Iterator

from hypercare_rules.clocks import ClockName
from hypercare_rules.metrics import Metrics, Service, Spread
from hypercare_rules.values import Kind, Priority
from hypercare_sync.record.learned import learned
from hypercare_sync.record.periods import periods
from hypercare_sync.record.sheet import (
    Cell,
    Column,
    Figure,
    Figures,
    Page,
    Part,
    Picture,
    Remark,
    Section,
    Sheet,
    cell,
)
from hypercare_sync.record.told import timeline, told
from hypercare_sync.record.view import RecordView
from hypercare_sync.record.words import NOTHING, Words, kept_cells, number_cell, share_text
from hypercare_sync.text.document import Strong, spans
from hypercare_sync.wording import count

_SPREAD = (Column("Mean", "number"), Column("Median", "number"), Column("90th percentile", "number"))
_KEPT = tuple(Column(name, "number") for name in ("Met", "Missed", "Late", "Running", "Targets met"))


def record_page(view: RecordView) -> Page:
    """The page of a record."""
    words, release = Words(view), view.release
    return Page(
        title=f"Hypercare record: {release.name}",
        health=view.health,
        lead=f"{view.phase.capitalize()}, day {view.day} of {release.days}, live since {words.time(release.go_live)}. "
        f"{view.health.capitalize()}: {'; '.join(view.reasons)}.",
        as_of=f"As of {words.time(view.now)} ({release.zone}).",
        audience=f"For readers: {view.audience.name}.",
        sections=tuple(section for section in _sections(view, words) if section.parts),
    )


def _sections(view: RecordView, words: Words) -> Iterator[Section]:
    yield Section("glance", "At a glance", tuple(_glance(view, words)))
    yield Section("flow", "Arrival and backlog", (_arrival(view),))
    yield Section("times", "Times and targets", tuple(_times(view, words)))
    yield from told(view, words)
    yield from learned(view, words)
    yield Section("exit", "Exit criteria", (_exit(view, words),))
    yield timeline(view, words)
    yield Section("reading", "Sources", tuple(_reading(view, words)))


def _glance(view: RecordView, words: Words) -> Iterator[Part]:
    service = view.metrics.all
    yield Figures(
        (
            Figure(
                "Tickets", str(service.tickets), f"{service.open} open, in {count(view.incidents_counted, 'incident')}"
            ),
            Figure("Mean time to acknowledge", *_typical(service.to_acknowledge, words)),
            Figure("Mean time to resolve", *_typical(service.to_resolve, words)),
            Figure("Targets to resolve met", share_text(service.resolve.share), _decided(service)),
            Figure("Breaches", str(view.breached), "targets that were exceeded"),
            Figure("Escalations", str(view.escalated), "calls to people"),
            Figure("Reopened", str(service.reopened), "tickets that came back"),
            Figure("Exit criteria met", str(sum(one.met for one in view.exit)), f"of {len(view.exit)}"),
        )
    )
    if view.stale:
        yield Remark("warning", spans(Strong("Not all sources could be read"), ": every count is a lower bound."))
    if hidden := sum(view.hidden.values()):
        named = ", ".join(f"{number} {priority}" for priority, number in sorted(view.hidden.items()))
        yield Remark(
            "info",
            spans(
                Strong(f"{count(hidden, 'ticket')} not shown to these readers"),
                f" ({named}); the figures count {'them' if hidden > 1 else 'it'}.",
            ),
        )
    if service.lower_bounds:
        bounds = count(service.lower_bounds, "time is", "times are")
        yield Remark("info", spans(f"{bounds} at least so long: a tracker does not tell the whole history."))


def _typical(spread: Spread | None, words: Words) -> tuple[str, str]:
    if spread is None:
        return NOTHING, "none yet"
    return words.length(spread.mean), f"median {words.length(spread.median)}, 90% within {words.length(spread.p90)}"


def _decided(service: Service) -> str:
    kept = service.resolve
    return f"{kept.met} of {kept.met + kept.missed + kept.late} decided"


def _arrival(view: RecordView) -> Picture:
    flow = periods(view)
    columns = (
        Column("From"),
        *(Column(name, "number") for name in ("New", "Resolved", "Reopened", "Open at its end")),
    )
    rows = tuple(
        (
            cell(f"{one.date:%a} {one.date.day} {one.date:%b %Y}", key=one.date.toordinal()),
            *map(number_cell, (one.new, one.resolved, one.reopened, one.open)),
        )
        for one in flow.periods
    )
    return Picture(
        "flow",
        f"Tickets by {flow.unit}",
        f"How many tickets came up, were resolved and came back in each {flow.unit}, and how many were open at its end.",
        Sheet(f"Tickets by {flow.unit}", columns, rows),
    )


def _times(view: RecordView, words: Words) -> Iterator[Part]:
    of = view.metrics
    yield Picture(
        "resolve",
        "Time to resolve by priority",
        "Mean, median and 90th percentile of the time from when a ticket came up until it was done, by priority.",
        _spreads("Time to resolve", _groups(of), words, lambda service: service.to_resolve),
    )
    yield _spreads("Time to acknowledge", _groups(of), words, lambda service: service.to_acknowledge)
    yield Picture(
        "targets",
        "Targets by priority",
        "How many targets to acknowledge and to resolve were met, missed, and are late while the ticket is open, by priority.",
        _targets(of),
    )


def _groups(of: Metrics) -> Iterator[tuple[str, Service]]:
    """All tickets, then those of each priority and of each kind."""
    yield "All", of.all
    groups: Iterable[tuple[Priority | Kind, Service]] = (*of.by_priority.items(), *of.by_kind.items())
    for group, service in groups:
        yield group.replace("_", " "), service


def _spreads(
    caption: str, groups: Iterable[tuple[str, Service]], words: Words, of: Callable[[Service], Spread | None]
) -> Sheet:
    rows = tuple(
        (cell(group, key=number), *words.spread_cells(of(service))) for number, (group, service) in enumerate(groups)
    )
    columns = (Column("Tickets"), Column("Number", "number"), *_SPREAD)
    return Sheet(f"{caption}, by priority and kind", columns, rows)


def _targets(of: Metrics) -> Sheet:
    rows = tuple(
        (cell(group, key=number), cell(name), *kept_cells(kept))
        for number, (group, service) in enumerate(_groups(of))
        for name, kept in ((ClockName.acknowledge, service.acknowledge), (ClockName.resolve, service.resolve))
    )
    return Sheet("Targets met, by priority and kind", (Column("Tickets"), Column("Target"), *_KEPT), rows)


def _exit(view: RecordView, words: Words) -> Sheet:
    rows = tuple(
        (
            cell(state.id.replace("-", " ")),
            cell("met" if state.met else "not met"),
            words.time_cell(state.held_since),
            cell(state.evidence),
        )
        for state in view.exit
    )
    columns = (Column("Criterion"), Column("State"), Column("Since"), Column("Evidence"))
    return Sheet("Exit criteria", columns, rows, "The policy has none.")


def _reading(view: RecordView, words: Words) -> Iterator[Part]:
    rows: list[tuple[Cell, ...]] = [
        (
            cell(source.label),
            number_cell(len(source.tickets)),
            cell("up to date" if source.problem is None else "stale"),
            words.time_cell(source.as_of),
        )
        for source in view.sources
    ]
    if view.unnamed:
        rows.append(
            (cell(f"{count(view.unnamed, 'source')} not named here"), cell(NOTHING), cell(NOTHING), cell(NOTHING))
        )
    yield Sheet(
        "Sources",
        (Column("Source"), Column("Tickets", "number"), Column("State"), Column("As of")),
        tuple(rows),
    )
    yield Remark(
        "info",
        spans(
            f"{count(view.planned, 'ticket')} left out as planned work, {view.untagged} possibly of this release. ",
            "Times are what a ticket's clock used: without pauses, and in working hours where its target has a calendar. ",
            "The 90th percentile is a time that occurred; targets met are those met of all that are decided.",
        ),
    )
