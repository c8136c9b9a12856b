"""What the summary says, as values: every figure and row that a lead sees, before any markup.

What its readers may not see is counted and never named.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypercare_rules.assess import Assessment, TicketAssessment
from hypercare_rules.exits import CriterionState, expected_exit
from hypercare_rules.health import HealthState
from hypercare_rules.incidents import Incident
from hypercare_rules.release import Phase, Release, SourceState, known_to
from hypercare_rules.reviews import Meeting
from hypercare_rules.similar import similar
from hypercare_rules.ticket import Audience, Ref, StatusCategory, Ticket
from hypercare_rules.values import Priority
from hypercare_sync.summary.finding import Search, searches
from hypercare_sync.wording import clock_state, stamp

NEW_WITHIN = timedelta(hours=24)
_BURNING = {Priority.P1, Priority.P2}
_MOST_SIMILAR = 10


@dataclass(frozen=True)
class Shown:
    """A ticket that readers may see; without `url` its key alone is a reference where the summary stands."""

    key: str
    url: str | None
    title: str


@dataclass(frozen=True)
class Row:
    """One line of a listing: a ticket, or an incident with those of its tickets that belong there.

    `by_hand` says that a person set the priority, `next_call` whom the next step of escalation reaches and when; `note` is what
    else a lead should know.
    """

    priority: str
    tickets: tuple[Shown, ...]
    clock: str
    owner: str
    age_days: int
    by_hand: bool = False
    next_call: str = ""
    note: str = ""


@dataclass(frozen=True)
class Listing:
    """Tickets under one heading: those that may be shown, and how many may not, by priority; `searches` find those that may."""

    rows: tuple[Row, ...]
    hidden: Counter[str]
    searches: tuple[Search, ...] = ()

    def __len__(self) -> int:
        return len(self.rows) + self.hidden.total()


@dataclass(frozen=True)
class Criterion:
    """An exit criterion, with the tickets that keep it from being met, or the last that did, as far as readers may see them.

    `others` counts the tickets that they may not see; `lost_by` are those of its relapse.
    """

    state: CriterionState
    tickets: tuple[Shown, ...]
    others: int
    lost_by: tuple[Shown, ...]


@dataclass(frozen=True)
class Unnamed:
    """The sources that readers may not hear the names of, together: how many, with how many tickets and notes.

    `stale` of them could not be read, the longest since `stale_since`; None where one never was.
    """

    number: int
    tickets: int
    stale: int = 0
    stale_since: datetime | None = None
    notes: int = 0


@dataclass(frozen=True)
class SummaryView:
    """Everything in the summary but the time at which it was written.

    `expected_exit` is when the last criterion will be met if nothing new happens, where that can be told. `alike` are pairs of
    tickets that may be one problem.
    """

    release: Release
    phase: Phase
    day: int
    health: HealthState
    reasons: tuple[str, ...]
    burning: Listing
    new: Listing
    untagged: Listing
    counts: dict[Priority, dict[StatusCategory, int]]
    tickets: int
    incidents: int
    planned: int
    exit: tuple[Criterion, ...]
    expected_exit: datetime | None
    alike: tuple[tuple[Shown, Shown], ...]
    sources: tuple[SourceState, ...]
    unnamed: Unnamed | None = None
    next_review: Meeting | None = None

    @property
    def stale(self) -> bool:
        """Whether a source could not be read: then every count is a lower bound."""
        unnamed = self.unnamed is not None and self.unnamed.stale > 0
        return unnamed or any(source.problem for source in self.sources)


def summary_view(assessment: Assessment, audience: Audience, github: str | None = None) -> SummaryView:
    """The summary of an assessment for readers of this audience; `github` names the GitHub that it is written on, if any."""
    readers = _Readers(assessment, audience, github)
    named, others = known_to(audience, assessment.sources)
    counts = {priority: dict.fromkeys(StatusCategory, 0) for priority in Priority}
    for assessed in assessment.tickets:
        counts[assessed.priority][assessed.ticket.status.category] += 1
    burning = [
        a for a in assessment.open if a.priority in _BURNING or {"breached", "at-risk"} & {c.name for c in a.conditions}
    ]
    new = [a for a in assessment.tickets if timedelta() <= assessment.now - a.ticket.created < NEW_WITHIN]
    return SummaryView(
        release=assessment.release,
        phase=assessment.phase,
        day=assessment.day,
        health=assessment.health.state,
        reasons=assessment.health.reasons(audience),
        burning=readers.listing(burning, by=readers.incident_of),
        new=readers.listing(new, by=lambda ref: (ref,)),
        untagged=readers.untagged(assessment.untagged),
        counts=counts,
        tickets=len(assessment.tickets),
        incidents=len(assessment.incidents),
        planned=len(assessment.planned),
        exit=tuple(map(readers.criterion, assessment.exit)),
        expected_exit=expected_exit(assessment.exit),
        alike=readers.alike(),
        sources=named,
        unnamed=_unnamed(others) if others else None,
        next_review=assessment.reviews.next,
    )


class _Readers:
    """What those who may read the summary may see of an assessment."""

    def __init__(self, assessment: Assessment, audience: Audience, github: str | None) -> None:
        self._assessment, self._audience, self._github = assessment, audience, github
        self._by_ref = {assessed.ticket.ref: assessed for assessed in assessment.tickets}
        self._incidents = {ref: incident for incident in assessment.incidents for ref in incident.tickets}

    def incident_of(self, ref: Ref) -> tuple[Ref, ...]:
        """The tickets of the incident that a ticket belongs to."""
        return self._incidents[ref].tickets

    def listing(self, found: Sequence[TicketAssessment], by: Callable[[Ref], tuple[Ref, ...]]) -> Listing:
        """A row for each group of tickets, in the order of their most urgent."""
        groups: dict[tuple[Ref, ...], list[TicketAssessment]] = {}
        for assessed in found:
            if self._may_see(assessed.ticket):
                groups.setdefault(by(assessed.ticket.ref), []).append(assessed)
        hidden = Counter[str](a.priority for a in found if not self._may_see(a.ticket))
        seen = [assessed for group in groups.values() for assessed in group]
        return Listing(tuple(map(self._row, groups.values())), hidden, searches(seen))

    def untagged(self, tickets: Sequence[Ticket]) -> Listing:
        """Tickets that may belong to the release; nothing is decided about them."""
        shown = [ticket for ticket in tickets if self._may_see(ticket)]
        rows = tuple(Row("", (self._shown(one),), "", _owners([one]), self._age_days([one])) for one in shown)
        hidden = len(tickets) - len(shown)
        return Listing(rows, Counter({"untagged": hidden} if hidden else ()))

    def criterion(self, state: CriterionState) -> Criterion:
        """An exit criterion without the tickets that readers may not see."""
        tickets, lost_by = self._named(state.tickets), self._named(state.relapse.tickets if state.relapse else ())
        return Criterion(state, tickets, len(state.tickets) - len(tickets), lost_by)

    def _named(self, refs: Iterable[Ref]) -> tuple[Shown, ...]:
        return tuple(self._shown(one) for ref in refs if self._may_see(one := self._by_ref[ref].ticket))

    def alike(self) -> tuple[tuple[Shown, Shown], ...]:
        """Pairs of tickets with much the same title, of which both may be seen."""
        pairs = [pair.tickets for pair in similar(self._assessment) if all(map(self._may_see, pair.tickets))]
        return tuple((self._shown(one), self._shown(other)) for one, other in pairs[:_MOST_SIMILAR])

    def _row(self, group: Sequence[TicketAssessment]) -> Row:
        """The line of tickets of one incident; the first is the most urgent."""
        first, tickets = group[0], [assessed.ticket for assessed in group]
        release, clocks = self._assessment.release, [a.next_due for a in group if a.next_due]
        clock = min(clocks, key=lambda clock: clock.due_at, default=None)
        return Row(
            priority=first.priority,
            tickets=tuple(map(self._shown, tickets)),
            clock=f"{clock.name} {clock_state(clock, release)}" if clock else "done",
            owner=_owners(tickets),
            age_days=self._age_days(tickets),
            by_hand=first.judgement.overridden,
            next_call=_next_call(group, release),
            note="; ".join(self._notes(group)),
        )

    def _notes(self, group: Sequence[TicketAssessment]) -> Iterable[str]:
        incident: Incident = self._incidents[group[0].ticket.ref]
        # What its trackers differ in tells of every ticket of the incident.
        if incident.disagreement and all(self._may_see(self._by_ref[ref].ticket) for ref in incident.tickets):
            yield f"trackers differ: {incident.disagreement}"
        if any(clock.lower_bound for assessed in group for clock in assessed.clocks):
            cut = any(assessed.ticket.history_cut for assessed in group)
            yield f"times are a lower bound: {'its history was cut' if cut else 'nothing tells when it was done'}"

    def _may_see(self, ticket: Ticket) -> bool:
        return ticket.audience <= self._audience

    def _shown(self, ticket: Ticket) -> Shown:
        return Shown(ticket.ref.key, None if ticket.ref.tracker == self._github else ticket.url, ticket.title)

    def _age_days(self, tickets: Iterable[Ticket]) -> int:
        """Days in the calendar of the release's zone: it changes at midnight, for all tickets at once."""
        local = self._assessment.release.local
        oldest = min(ticket.created for ticket in tickets)
        return max(0, (local(self._assessment.now).date() - local(oldest).date()).days)


def _unnamed(sources: Sequence[SourceState]) -> Unnamed:
    stale = [source.as_of for source in sources if source.problem]
    known = [as_of for as_of in stale if as_of]
    return Unnamed(
        number=len(sources),
        tickets=sum(len(source.tickets) for source in sources),
        stale=len(stale),
        stale_since=min(known) if known and len(known) == len(stale) else None,
        notes=sum(len(source.notes) for source in sources),
    )


def _owners(tickets: Iterable[Ticket]) -> str:
    names = dict.fromkeys(person.name for ticket in tickets for person in ticket.assignees)
    return ", ".join(names) or "nobody"


def _next_call(group: Iterable[TicketAssessment], release: Release) -> str:
    """Whom the next step of any escalation reaches, and when."""
    steps = [escalation.upcoming for assessed in group for escalation in assessed.escalations if escalation.upcoming]
    step = min(steps, key=lambda step: (step.due_at, step.notify), default=None)
    return f"{step.callees.replace('_', ' ')}, {stamp(step.due_at, release)}" if step else ""
