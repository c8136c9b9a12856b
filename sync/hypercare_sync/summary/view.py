"""What the summary says, as values: every figure and row that a lead sees, before any markup.

What its readers may not see is counted and never named.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from hypercare_rules.assess import Assessment, TicketAssessment
from hypercare_rules.health import Health
from hypercare_rules.release import Phase, Release, SourceState
from hypercare_rules.ticket import Audience, StatusCategory, Ticket
from hypercare_rules.values import Priority
from hypercare_sync.wording import clock_state

NEW_WITHIN = timedelta(hours=24)
_BURNING = {Priority.P1, Priority.P2}


@dataclass(frozen=True)
class Row:
    """A ticket as the summary lists it; without `url` its key alone is a reference where the summary stands."""

    priority: str
    key: str
    url: str | None
    title: str
    clock: str
    owner: str
    age_days: int


@dataclass(frozen=True)
class Listing:
    """Tickets under one heading: those that may be shown, and how many may not, by priority."""

    rows: tuple[Row, ...]
    hidden: Counter[str]

    def __len__(self) -> int:
        return len(self.rows) + self.hidden.total()


@dataclass(frozen=True)
class SummaryView:
    """Everything in the summary but the time at which it was written."""

    release: Release
    phase: Phase
    day: int
    health: Health
    burning: Listing
    new: Listing
    untagged: Listing
    counts: dict[Priority, dict[StatusCategory, int]]
    tickets: int
    incidents: int
    planned: int
    sources: tuple[SourceState, ...]

    @property
    def stale(self) -> bool:
        """Whether a source could not be read: then every count is a lower bound."""
        return any(source.problem for source in self.sources)


def summary_view(assessment: Assessment, audience: Audience, github: str | None = None) -> SummaryView:
    """The summary of an assessment for readers of this audience; `github` names the GitHub that it is written on, if any."""
    counts = {priority: dict.fromkeys(StatusCategory, 0) for priority in Priority}
    for assessed in assessment.tickets:
        counts[assessed.priority][assessed.ticket.status.category] += 1
    burning = [
        a for a in assessment.open if a.priority in _BURNING or {"breached", "at-risk"} & {c.name for c in a.conditions}
    ]
    new = [a for a in assessment.tickets if timedelta() <= assessment.now - a.ticket.created < NEW_WITHIN]
    untagged = [(ticket, "", "") for ticket in assessment.untagged]
    return SummaryView(
        release=assessment.release,
        phase=assessment.phase,
        day=assessment.day,
        health=assessment.health,
        burning=_listing(
            [(a.ticket, a.priority, _clock(a, assessment)) for a in burning], assessment, audience, github
        ),
        new=_listing([(a.ticket, a.priority, _clock(a, assessment)) for a in new], assessment, audience, github),
        untagged=_listing(untagged, assessment, audience, github),
        counts=counts,
        tickets=len(assessment.tickets),
        incidents=assessment.incidents,
        planned=len(assessment.planned),
        sources=assessment.sources,
    )


def _listing(
    tickets: list[tuple[Ticket, str, str]], assessment: Assessment, audience: Audience, github: str | None
) -> Listing:
    shown = [(ticket, priority, clock) for ticket, priority, clock in tickets if ticket.audience <= audience]
    rows = tuple(
        Row(
            priority=priority,
            key=ticket.ref.key,
            url=None if ticket.ref.tracker == github else ticket.url,
            title=ticket.title,
            clock=clock,
            owner=", ".join(person.name for person in ticket.assignees) or "nobody",
            age_days=_age_days(ticket, assessment),
        )
        for ticket, priority, clock in shown
    )
    return Listing(
        rows, Counter(priority or "untagged" for ticket, priority, _ in tickets if ticket.audience > audience)
    )


def _clock(assessed: TicketAssessment, assessment: Assessment) -> str:
    clock = assessed.next_due
    return f"{clock.name} {clock_state(clock, assessment.release)}" if clock else "done"


def _age_days(ticket: Ticket, assessment: Assessment) -> int:
    """Days in the calendar of the release's zone: it changes at midnight, for all tickets at once."""
    local = assessment.release.local
    return max(0, (local(assessment.now).date() - local(ticket.created).date()).days)
