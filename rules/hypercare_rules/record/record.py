"""The record put together: each ticket's story, and the figures of the release."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hypercare_rules.assess import Assessment, TicketAssessment
from hypercare_rules.clocks import acknowledged_at
from hypercare_rules.flow import Day, flow
from hypercare_rules.influence import Influences
from hypercare_rules.judge import Scene
from hypercare_rules.metrics import Metrics, metrics
from hypercare_rules.policy import Policy
from hypercare_rules.record.breaches import Breach, breaches
from hypercare_rules.record.feedback import Feedback, feedback
from hypercare_rules.record.happenings import Happening, What, happenings
from hypercare_rules.record.lessons import Lessons, lessons
from hypercare_rules.release import Release
from hypercare_rules.ticket import Ref


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """The story of one ticket: what happened, which targets were exceeded and why, what it taught, what customers said."""

    assessed: TicketAssessment
    acknowledged_at: datetime | None
    happenings: tuple[Happening, ...]
    breaches: tuple[Breach, ...]
    lessons: Lessons
    feedback: Feedback

    @property
    def ref(self) -> Ref:
        """Which ticket."""
        return self.assessed.ticket.ref

    @property
    def escalations(self) -> tuple[Happening, ...]:
        """What of it was escalated."""
        return tuple(one for one in self.happenings if one.what is What.escalated)


@dataclass(frozen=True, slots=True)
class Record:
    """A release as it went: the assessment at its end, the stories in its order, figures, and the days until nothing happened any more."""

    assessment: Assessment
    tickets: Mapping[Ref, TicketRecord]
    metrics: Metrics
    days: tuple[Day, ...]


def record(assessment: Assessment, policy: Policy) -> Record:
    """The record of a release until the assessment's time."""
    release, now = assessment.release, assessment.now
    scene, influences = Scene(policy, release, now, assessment.surroundings), Influences(policy)
    tickets = [assessed.ticket for assessed in assessment.tickets]
    return Record(
        assessment,
        {assessed.ticket.ref: _story(assessed, scene, influences) for assessed in assessment.tickets},
        metrics(assessment, policy),
        _until_quiet(flow(tickets, release, now), release),
    )


def _story(assessed: TicketAssessment, scene: Scene, influences: Influences) -> TicketRecord:
    ticket, policy = assessed.ticket, scene.policy
    exceeded = tuple(breaches(assessed, policy, scene.now))
    return TicketRecord(
        assessed,
        acknowledged_at(ticket, policy),
        happenings(assessed, scene, influences, exceeded),
        exceeded,
        lessons(ticket, assessed.judgement, policy),
        feedback(ticket, assessed.judgement, policy),
    )


def _until_quiet(days: tuple[Day, ...], release: Release) -> tuple[Day, ...]:
    """The days of hypercare, and those after it until the last on which anything happened: a release may be long past."""
    end = release.local(release.ends).date()
    last = max((day.date for day in days if day.new or day.resolved or day.reopened), default=end)
    return tuple(day for day in days if day.date <= max(end, last))
