"""What the record says, as values: every figure and story, before any markup. What its readers may not see is counted and never named."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from hypercare_rules.assess import Assessment
from hypercare_rules.exits import CriterionState
from hypercare_rules.flow import Day
from hypercare_rules.handover import Handover
from hypercare_rules.metrics import Metrics
from hypercare_rules.policy import Policy
from hypercare_rules.record import Gap, Record, TicketRecord, What, gaps, record
from hypercare_rules.record.feedback import Feedback
from hypercare_rules.release import Release, SourceState, known_to
from hypercare_rules.ticket import Audience, Ref
from hypercare_rules.values import Priority
from hypercare_sync.wording import name_of


@dataclass(frozen=True)
class IncidentStory:
    """One incident: those of its tickets that readers may see, the highest priority first and of one the oldest."""

    tickets: tuple[TicketRecord, ...]

    @property
    def first(self) -> TicketRecord:
        """The ticket that tells what the incident is."""
        return self.tickets[0]

    @property
    def priority(self) -> Priority:
        """The highest of its tickets' priorities."""
        return self.first.assessed.priority

    @property
    def began(self) -> datetime:
        """When the first of its tickets came up."""
        return min(one.assessed.ticket.created for one in self.tickets)

    @property
    def acknowledged_at(self) -> datetime | None:
        """The team's first response to any of its tickets."""
        return min((one.acknowledged_at for one in self.tickets if one.acknowledged_at), default=None)

    @property
    def ended(self) -> datetime | None:
        """When the last of its tickets was done; None while one is open."""
        ends = [one.assessed.ticket.ended for one in self.tickets]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None


@dataclass(frozen=True)
class RecordView:
    """Everything in the record of a release for readers of an audience.

    Figures (`metrics`, `days`, `breached`, `escalated`) are of all tickets; `stories` and all that follows from them are of those
    that readers may see, and `hidden` counts the others by priority. `in_days` says that no target counts working hours, so that a
    day of its time has 24. `unnamed` counts the sources whose names readers may not see.
    """

    release: Release
    now: datetime
    day: int
    phase: str
    health: str
    reasons: tuple[str, ...]
    audience: Audience
    incidents_counted: int
    planned: int
    untagged: int
    metrics: Metrics
    days: tuple[Day, ...]
    breached: int
    escalated: int
    stories: tuple[TicketRecord, ...]
    incidents: tuple[IncidentStory, ...]
    hidden: Mapping[Priority, int]
    testing_missed: tuple[Gap, ...]
    exit: tuple[CriterionState, ...]
    signed: tuple[tuple[str, datetime], ...]
    handover: Handover | None
    sources: tuple[SourceState, ...]
    unnamed: int
    stale: bool
    in_days: bool

    @property
    def feedback(self) -> tuple[tuple[TicketRecord, Feedback], ...]:
        """The tickets by which customers made themselves known, most signs first."""
        said = [(one, one.feedback) for one in self.stories if one.feedback.weight]
        return tuple(sorted(said, key=lambda pair: -pair[1].weight))


def record_view(assessment: Assessment, policy: Policy, audience: Audience) -> RecordView:
    """The record of an assessed release for readers of this audience."""
    known = record(assessment, policy)
    every = tuple(known.tickets.values())
    shown = tuple(_told(one, policy, audience) for one in every if one.assessed.ticket.audience <= audience)
    named, unnamed = known_to(audience, assessment.sources)
    return RecordView(
        release=assessment.release,
        now=assessment.now,
        day=assessment.day,
        phase=assessment.phase,
        health=assessment.health.state,
        reasons=assessment.health.reasons(audience),
        audience=audience,
        incidents_counted=len(assessment.incidents),
        planned=len(assessment.planned),
        untagged=len(assessment.untagged),
        metrics=known.metrics,
        days=known.days,
        breached=sum(len(one.breaches) for one in every),
        escalated=sum(len(one.escalations) for one in every),
        stories=shown,
        incidents=_incidents(known, shown),
        hidden=Counter(one.assessed.priority for one in every if one.assessed.ticket.audience > audience),
        testing_missed=gaps((one.assessed.ticket, one.assessed.judgement, one.lessons) for one in shown),
        exit=assessment.exit,
        signed=_signed(assessment, policy, audience),
        handover=_ended(assessment.memory.handover, audience),
        sources=named,
        unnamed=len(unnamed),
        stale=any(source.problem for source in assessment.sources),
        in_days=not any(clock.calendar for one in every for clock in one.assessed.clocks),
    )


def _told(one: TicketRecord, policy: Policy, audience: Audience) -> TicketRecord:
    """The story as readers of an audience may know it: without what customers said to a few only, and with the names of who was called.

    For the public those are the short ones of the policy, which summaries show, too.
    """
    comments = tuple(each for each in one.feedback.comments if audience is Audience.restricted or not each.restricted)
    happenings = tuple(
        replace(each, who=tuple(_called(name, policy, audience) for name in each.who))
        if each.what is What.escalated
        else each
        for each in one.happenings
    )
    return replace(one, happenings=happenings, feedback=replace(one.feedback, comments=comments))


def _ended(handover: Handover | None, audience: Audience) -> Handover | None:
    """How hypercare ended; why it did before its criteria held is said to those inside."""
    if handover is None or audience is not Audience.public:
        return handover
    return handover.model_copy(update={"because": ""})


def _signed(assessment: Assessment, policy: Policy, audience: Audience) -> tuple[tuple[str, datetime], ...]:
    """Who signed off and when, the first time first, whether or not that still counts."""
    handover = assessment.memory.handover
    words = {*assessment.memory.sign_offs, *(handover.signed if handover else ())}
    return tuple(
        (_called(one.who, policy, audience), one.at) for one in sorted(words, key=lambda one: (one.at, one.who))
    )


def _called(name: str, policy: Policy, audience: Audience) -> str:
    return name if audience is Audience.public and name in policy.people else name_of(name, policy)


def _incidents(known: Record, shown: tuple[TicketRecord, ...]) -> tuple[IncidentStory, ...]:
    """The incidents with a ticket that may be seen: those that still go on, then by priority, the oldest first."""
    of_ticket = {ref: incident.tickets for incident in known.assessment.incidents for ref in incident.tickets}
    groups: dict[tuple[Ref, ...], list[TicketRecord]] = {}
    for one in shown:
        groups.setdefault(of_ticket[one.ref], []).append(one)
    stories = (IncidentStory(tuple(sorted(group, key=_weight))) for group in groups.values())
    return tuple(sorted(stories, key=lambda one: (one.ended is not None, one.priority, one.began, one.first.ref)))


def _weight(one: TicketRecord) -> tuple[Priority, datetime, Ref]:
    return one.assessed.priority, one.assessed.ticket.created, one.ref
