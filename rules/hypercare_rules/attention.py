"""Which tickets a lead looks at first: what burns, and what will be late soon."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypercare_rules.assess import Assessment, TicketAssessment
from hypercare_rules.clocks import ClockState
from hypercare_rules.values import Priority

_URGENT = {Priority.P1, Priority.P2}
_LATE = {"breached", "at-risk"}
_DAYS_AHEAD = 2


def burning(assessment: Assessment) -> tuple[TicketAssessment, ...]:
    """The open tickets of P1 and P2, and those that are breached or at risk, the most urgent first."""
    return tuple(one for one in assessment.open if _burns(one))


def due_soon(assessment: Assessment) -> tuple[TicketAssessment, ...]:
    """The open tickets that do not burn yet and miss a target before the horizon if nobody acts; whose clock is paused does not."""
    end = horizon(assessment)
    return tuple(
        one
        for one in assessment.open
        if not _burns(one) and any(clock.state is ClockState.running and clock.due_at <= end for clock in one.clocks)
    )


def horizon(assessment: Assessment) -> datetime:
    """The next review, or the end of tomorrow in the release's zone where that is sooner: it stands still from tick to tick."""
    release, coming = assessment.release, assessment.reviews.next
    day = release.local(assessment.now).date() + timedelta(days=_DAYS_AHEAD)
    tomorrow_ends = datetime.combine(day, time(), ZoneInfo(release.zone))
    return min(tomorrow_ends, coming.at) if coming else tomorrow_ends


def _burns(assessed: TicketAssessment) -> bool:
    return assessed.priority in _URGENT or any(condition.name in _LATE for condition in assessed.conditions)
