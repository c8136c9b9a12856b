"""The record as CSV (RFC 4180): one row a ticket, harmless in a spreadsheet."""

import csv
from collections.abc import Iterable
from datetime import datetime, timedelta
from io import StringIO

from hypercare_rules.clocks import Clock, ClockName
from hypercare_rules.record import TicketRecord, What
from hypercare_rules.values import Priority
from hypercare_sync.record.view import RecordView
from hypercare_sync.text.clean import one_line, safe_url
from hypercare_sync.wording import iso

COLUMNS = (
    "release", "tracker", "ticket", "url", "title", "priority", "priority_because", "priority_by_hand", "kind", "status",
    "owners", "reporter", "components", "incident", "came_up", "acknowledged", "resolved", "reopened", "hours_to_acknowledge",
    "hours_to_resolve", "acknowledge", "resolve", "breaches", "escalations", "resolution", "root_cause", "found_by",
    "workaround", "known_error", "customers", "votes", "reactions", "customer_comments",
)  # fmt: skip
NOT_SHOWN = "(not shown)"
_FORMULA = tuple("=+-@\t\r＝＋－＠")  # noqa: RUF001 -- spreadsheets take the wide forms for the same


def record_csv(view: RecordView) -> str:
    """A header, a row for each ticket that readers may see, and one with nothing but its priority for each other."""
    text = StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for incident in view.incidents:
        for one in incident.tickets:
            rows.writerow([safe(value) for value in _row(one, view, incident.first.ref.key)])
    for priority in Priority:
        for _ in range(view.hidden.get(priority, 0)):
            hidden = {"release": view.release.name, "ticket": NOT_SHOWN, "priority": str(priority)}
            rows.writerow([safe(hidden.get(name, "")) for name in COLUMNS])
    return text.getvalue()


def safe(value: str) -> str:
    """A value on one line that no spreadsheet takes for a formula: where one would begin, an apostrophe comes before."""
    text = one_line(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _row(one: TicketRecord, view: RecordView, incident: str) -> list[str]:
    assessed, ticket = one.assessed, one.assessed.ticket
    clocks = {clock.name: clock for clock in assessed.clocks}
    acknowledge, resolve = clocks[ClockName.acknowledge], clocks[ClockName.resolve]
    answered = one.acknowledged_at is not None and acknowledge.stopped == one.acknowledged_at
    learned, said = one.lessons, one.feedback
    return [
        view.release.name,
        one.ref.tracker,
        one.ref.key,
        safe_url(ticket.url) or "",
        ticket.title,
        assessed.priority,
        assessed.judgement.priority.source,
        "yes" if assessed.judgement.overridden else "no",
        assessed.judgement.kind.value,
        ticket.status.name,
        _names(person.name for person in ticket.assignees),
        ticket.reporter.name if ticket.reporter else "",
        _names(ticket.components),
        incident,
        iso(ticket.created),
        _moment(one.acknowledged_at),
        _moment(ticket.ended),
        str(sum(each.what is What.reopened for each in one.happenings)),
        _hours(acknowledge) if answered else "",
        _hours(resolve) if resolve.stopped else "",
        acknowledge.state,
        resolve.state,
        str(len(one.breaches)),
        str(len(one.escalations)),
        learned.resolution,
        learned.root_cause,
        learned.found_by,
        learned.workaround,
        learned.known_error,
        _names(said.customers),
        str(said.votes),
        str(said.reactions),
        str(len(said.comments)),
    ]


def _names(names: Iterable[str]) -> str:
    return "; ".join(names)


def _moment(moment: datetime | None) -> str:
    return iso(moment) if moment else ""


def _hours(clock: Clock) -> str:
    """What a clock used, in hours with two places."""
    return f"{clock.used / timedelta(hours=1):.2f}"
