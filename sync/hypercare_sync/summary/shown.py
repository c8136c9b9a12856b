"""What of an assessment the readers of a summary may see, as values: tickets that are named, and how many are only counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hypercare_rules.assess import Assessment, TicketAssessment
from hypercare_rules.exits import CriterionState
from hypercare_rules.guides import Runbook
from hypercare_rules.incidents import Incident
from hypercare_rules.judgement import topics_of
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Audience, Ref, Ticket
from hypercare_sync.summary.finding import Search, searches
from hypercare_sync.wording import call, clock_state, stamp


@dataclass(frozen=True)
class Shown:
    """A ticket that readers may see; without `url` its key alone is a reference where the summary stands."""

    key: str
    url: str | None
    title: str


@dataclass(frozen=True)
class Named:
    """Some tickets: those that readers may see, and how many others there are."""

    tickets: tuple[Shown, ...]
    others: int = 0

    def __len__(self) -> int:
        return len(self.tickets) + self.others


@dataclass(frozen=True)
class Row:
    """One line of a listing: a ticket, or an incident with its tickets, the most urgent first.

    `why` is where the priority is from, `by_hand` says that a person set it, `next_call` whom the next step of escalation reaches and
    when; `note` is what else a lead should know.
    """

    priority: str
    tickets: tuple[Shown, ...]
    clock: str
    owner: str
    age_days: int
    why: str = ""
    by_hand: bool = False
    next_call: str = ""
    note: str = ""
    runbooks: tuple[Runbook, ...] = ()


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
    """An exit criterion, with the tickets that keep it from being met, or the last that did; `lost_by` are those of its relapse."""

    state: CriterionState
    tickets: Named
    lost_by: Named


class Readers:
    """Those who may read the summary, and what they may see of an assessment. `github` names the GitHub that it is written on, if any."""

    def __init__(self, assessment: Assessment, policy: Policy, audience: Audience, github: str | None) -> None:
        self.audience = audience
        self._assessment, self._policy, self._github = assessment, policy, github
        self._assessed = {assessed.ticket.ref: assessed for assessed in assessment.tickets}
        self._by_ref = {ref: one.ticket for ref, one in self._assessed.items()}
        self._by_ref |= {ticket.ref: ticket for ticket in assessment.untagged}
        self._incidents = {ref: incident for incident in assessment.incidents for ref in incident.tickets}

    def named(self, refs: Iterable[Ref]) -> Named:
        """Tickets by their references."""
        tickets = [self._by_ref[ref] for ref in refs]
        seen = tuple(self._shown(ticket) for ticket in tickets if self._may_see(ticket))
        return Named(seen, len(tickets) - len(seen))

    def listing(self, found: Sequence[TicketAssessment]) -> Listing:
        """A row for each ticket, in their order."""
        seen = [assessed for assessed in found if self._may_see(assessed.ticket)]
        return self._listed(found, seen, [[one] for one in seen])

    def incidents(self, found: Sequence[TicketAssessment]) -> Listing:
        """A row for each incident of which a ticket is found and may be seen, in the order of their most urgent, with all of its tickets that may."""
        seen = [assessed for assessed in found if self._may_see(assessed.ticket)]
        groups: dict[tuple[Ref, ...], list[TicketAssessment]] = {}
        for one in seen:
            groups.setdefault(self._incidents[one.ticket.ref].tickets, []).append(one)
        rows = []
        for refs, group in groups.items():
            others = (self._assessed[ref] for ref in refs if self._assessed[ref] not in group)
            rows.append([*group, *(one for one in others if self._may_see(one.ticket))])
        return self._listed(found, seen, rows)

    def apart(self, found: Iterable[TicketAssessment], others: Iterable[TicketAssessment]) -> list[TicketAssessment]:
        """Those of `found` that are not in an incident of which one of the others may be seen."""
        taken = {self._incidents[one.ticket.ref].tickets for one in others if self._may_see(one.ticket)}
        return [one for one in found if self._incidents[one.ticket.ref].tickets not in taken]

    def _listed(
        self,
        found: Sequence[TicketAssessment],
        seen: Sequence[TicketAssessment],
        rows: Iterable[list[TicketAssessment]],
    ) -> Listing:
        hidden = Counter[str](one.priority for one in found if not self._may_see(one.ticket))
        return Listing(tuple(map(self._row, rows)), hidden, searches(seen))

    def untagged(self, tickets: Sequence[Ticket]) -> Listing:
        """Tickets that may belong to the release; nothing is decided about them."""
        shown = [ticket for ticket in tickets if self._may_see(ticket)]
        rows = tuple(Row("", (self._shown(one),), "", _owners([one]), self._age_days([one])) for one in shown)
        hidden = len(tickets) - len(shown)
        return Listing(rows, Counter({"untagged": hidden} if hidden else ()))

    def criterion(self, state: CriterionState) -> Criterion:
        """An exit criterion without the tickets that readers may not see."""
        return Criterion(state, self.named(state.tickets), self.named(state.relapse.tickets if state.relapse else ()))

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
            why=first.judgement.priority.source,
            by_hand=first.judgement.overridden,
            next_call=self._next_call(group),
            note="; ".join(self._notes(group)),
            runbooks=tuple(self._runbooks(group)),
        )

    def _notes(self, group: Sequence[TicketAssessment]) -> Iterable[str]:
        incident: Incident = self._incidents[group[0].ticket.ref]
        # What its trackers differ in tells of every ticket of the incident.
        if incident.disagreement and not self.named(incident.tickets).others:
            yield f"trackers differ: {incident.disagreement}"
        for snoozed in (one.snoozed for one in group):
            if snoozed and snoozed.until and snoozed.by:
                yield f"snoozed until {stamp(snoozed.until, self._assessment.release)} by {snoozed.by.name}"
        if any(clock.lower_bound for assessed in group for clock in assessed.clocks):
            cut = any(assessed.ticket.history_cut for assessed in group)
            yield f"times are a lower bound: {'its history was cut' if cut else 'nothing tells when it was done'}"

    def _next_call(self, group: Iterable[TicketAssessment]) -> str:
        """Whom the next step of any escalation reaches, and when."""
        steps = [one.upcoming for assessed in group for one in assessed.escalations if one.upcoming]
        step = min(steps, key=lambda step: (step.due_at, step.notify), default=None)
        return call(step, self._assessment.release, self._policy) if step else ""

    def _runbooks(self, group: Iterable[TicketAssessment]) -> Iterable[Runbook]:
        """The runbooks for what any of the tickets is about, that readers may know of."""
        about = frozenset().union(*(topics_of(one.ticket, one.judgement) for one in group))
        return (one for one in self._policy.runbooks if one.readers <= self.audience and one.suits(about))

    def _may_see(self, ticket: Ticket) -> bool:
        return ticket.audience <= self.audience

    def _shown(self, ticket: Ticket) -> Shown:
        return Shown(ticket.ref.key, None if ticket.ref.tracker == self._github else ticket.url, ticket.title)

    def _age_days(self, tickets: Iterable[Ticket]) -> int:
        """Days in the calendar of the release's zone: it changes at midnight, for all tickets at once."""
        local = self._assessment.release.local
        oldest = min(ticket.created for ticket in tickets)
        return max(0, (local(self._assessment.now).date() - local(oldest).date()).days)


def _owners(tickets: Iterable[Ticket]) -> str:
    names = dict.fromkeys(person.name for ticket in tickets for person in ticket.assignees)
    return ", ".join(names) or "nobody"
