"""The sections that tell what happened: incidents, breaches, decisions, and the whole timeline."""

from collections.abc import Iterator

from hypercare_rules.record import Breach, TicketRecord, What
from hypercare_sync.record.course import course
from hypercare_sync.record.sheet import Cell, Column, Event, Part, Picture, Section, Sheet, Story, cell
from hypercare_sync.record.view import IncidentStory, RecordView
from hypercare_sync.record.words import GOING, Words, linked, tickets_cell, words_cell
from hypercare_sync.text.document import Spans, Strong, spans

_DECISIONS = (What.priority, What.escalated)


def told(view: RecordView, words: Words) -> Iterator[Section]:
    """The sections in their order; the timeline of each incident comes with its table."""
    yield Section("incidents", "Incidents", tuple(_incidents(view, words)))
    yield Section(
        "breaches", "Breaches", (_breaches(view, words),), "Targets that were exceeded, and what used up the time."
    )
    yield Section(
        "decisions",
        "Decisions",
        (_decisions(view, words),),
        "Priorities that rules or people changed, and whom escalations called.",
    )


def timeline(view: RecordView, words: Words) -> Section:
    """What happened in every incident."""
    stories = (*_of_release(view, words), *(_story(incident, words) for incident in view.incidents))
    return Section("timeline", "Timeline", stories, "Every incident, the most urgent first.")


def _of_release(view: RecordView, words: Words) -> Iterator[Story]:
    """The course of the release itself, once there is more to it than that it goes on."""
    if view.signed or view.handover:
        events = tuple(Event(at, words.time(at), spans(what)) for at, what in course(view))
        yield Story(spans(Strong("The release"), ": sign-offs and exit"), events)


def _incidents(view: RecordView, words: Words) -> Iterator[Part]:
    columns = (
        Column("Priority"), Column("Tickets"), Column("Title"), Column("Status"), Column("Owner"),
        Column("Came up", "time"), Column("Acknowledged", "time"), Column("Resolved", "time"),
    )  # fmt: skip
    sheet = Sheet("Incidents, the most urgent first", columns, tuple(_incident(one, words) for one in view.incidents))
    if not view.incidents:
        yield sheet
        return
    yield Picture(
        "incidents",
        "Incidents in time",
        "From when each of the most urgent incidents came up until it was resolved, or until now, with the team's first response.",
        sheet,
        open=True,
    )


def _incident(incident: IncidentStory, words: Words) -> tuple[Cell, ...]:
    first = incident.first.assessed
    owners = dict.fromkeys(person.name for one in incident.tickets for person in one.assessed.ticket.assignees)
    return (
        cell(incident.priority),
        tickets_cell(one.assessed.ticket for one in incident.tickets),
        cell(first.ticket.title),
        cell(", ".join(dict.fromkeys(one.assessed.ticket.status.name for one in incident.tickets))),
        words_cell(", ".join(owners)),
        words.time_cell(incident.began),
        words.time_cell(incident.acknowledged_at),
        words.time_cell(incident.ended),
    )


def _breaches(view: RecordView, words: Words) -> Sheet:
    found = sorted(
        ((breach, one) for one in view.stories for breach in one.breaches), key=lambda pair: pair[0].clock.due_at
    )
    columns = (
        Column("Priority"), Column("Ticket"), Column("Target"), Column("Allowed", "number"), Column("Breached", "time"),
        Column("Over by", "number"), Column("State"), Column("Where the time went until then"),
    )  # fmt: skip
    rows = tuple(_breach(breach, one, words) for breach, one in found)
    return Sheet("Targets that were exceeded, oldest first", columns, rows, "Every target was met or still can be.")


def _breach(breach: Breach, one: TicketRecord, words: Words) -> tuple[Cell, ...]:
    clock = breach.clock
    bound = "at least " if clock.lower_bound else ""
    return (
        cell(one.assessed.priority),
        tickets_cell([one.assessed.ticket]),
        cell(clock.name),
        words.length_cell(clock.target),
        words.time_cell(clock.due_at),
        cell(f"{bound}{words.length(breach.over)}", key=breach.over.total_seconds()),
        cell("late" if breach.late else "missed"),
        cell(words.spent(breach)),
    )


def _decisions(view: RecordView, words: Words) -> Sheet:
    found = sorted(
        ((each, one) for one in view.stories for each in one.happenings if each.what in _DECISIONS),
        key=lambda pair: pair[0].at,
    )
    rows = tuple(
        (words.time_cell(each.at), tickets_cell([one.assessed.ticket]), Cell(words.happening(each)))
        for each, one in found
    )
    return Sheet(
        "Decisions and escalations, oldest first",
        (Column("When", "time"), Column("Ticket"), Column("What, and why")),
        rows,
    )


def _story(incident: IncidentStory, words: Words) -> Story:
    """The happenings of all tickets of an incident in one line of time; with several tickets each says which.

    Where one stretch used up a target, the table of breaches says it all.
    """
    several = len(incident.tickets) > 1
    found = sorted(((each, one) for one in incident.tickets for each in one.happenings), key=lambda pair: pair[0].at)
    events = tuple(
        Event(each.at, words.time(each.at), (*_of(one, several=several), *words.happening(each))) for each, one in found
    )
    first = incident.first.assessed
    title = spans(
        Strong(incident.priority), " ", ", ".join(one.ref.key for one in incident.tickets), f": {first.ticket.title}"
    )
    sheets = tuple(
        _causes(one, breach, words) for one in incident.tickets for breach in one.breaches if len(breach.causes) > 1
    )
    return Story(title, events, sheets)


def _of(one: TicketRecord, *, several: bool) -> Spans:
    return spans(linked(one.assessed.ticket), " ") if several else ()


def _causes(one: TicketRecord, breach: Breach, words: Words) -> Sheet:
    rows = tuple(
        (
            words.time_cell(cause.start),
            words.time_cell(cause.end),
            cell(GOING[cause.going]),
            words.length_cell(cause.worked),
            cell(cause.status),
            words_cell(", ".join(cause.owners)),
        )
        for cause in breach.causes
    )
    columns = (
        Column("From", "time"), Column("Until", "time"), Column("Clock"), Column("Counted", "number"), Column("Status"), Column("Owner"),
    )  # fmt: skip
    return Sheet(
        f"{one.ref.key}: what used up the {words.length(breach.clock.target)} to {breach.clock.name}", columns, rows
    )
