"""One ticket looked at at one moment, as the tests of conditions, labels and comments do.

A P3 that came up at 1h and that nobody answers is at risk at 4h and breached at 5h by its acknowledge clock; ANSWERED at 2h, it
is at risk at 13h and breached at 17h by its resolve clock. By the policy STALE it is so six hours after the last activity.
"""

from datetime import datetime, timedelta
from typing import Any

from tests.rules.build import after, comment, moves, policy, release, ticket

from hypercare_rules.assess import Memory, TicketAssessment, assess_ticket
from hypercare_rules.clocks import Clock, ClockName
from hypercare_rules.judge import Scene, clocks_of, judge
from hypercare_rules.judgement import Judgement
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Status, Ticket
from hypercare_rules.values import Priority

ANSWERED: dict[str, Any] = {"comments": (comment("2h"),)}
STALE = policy(stale={Priority.P3: timedelta(hours=6)})


def scene(now: str | datetime, by: Policy | None = None) -> Scene:
    return Scene(by or policy(), release(), after(now) if isinstance(now, str) else now)


def judgement(of: Ticket, by: Policy | None = None, now: str | datetime = "2h") -> Judgement:
    return judge(of, scene(now, by)).judgement


def look(
    at: Ticket, now: str | datetime, by: Policy | None = None, baseline: str | None = None, backfilled: bool = False
) -> TicketAssessment:
    memory = Memory(baseline=after(baseline) if baseline else None, backfilled=backfilled)
    return assess_ticket(at, scene(now, by), memory)


def labels(assessed: TicketAssessment) -> set[str]:
    return {wanted.label.removeprefix("hypercare:") for wanted in assessed.labels}


def clocks(
    of: Ticket, now: str | datetime, priority: Priority = Priority.P3, by: Policy | None = None
) -> tuple[Clock, ...]:
    return clocks_of(of, priority, scene(now, by))


def clock(name: ClockName, of: Ticket, now: str | datetime, by: Policy | None = None) -> Clock:
    (named,) = (one for one in clocks(of, now, by=by) if one.name is name)
    return named


def acknowledge(of: Ticket, now: str | datetime, by: Policy | None = None) -> Clock:
    return clock(ClockName.acknowledge, of, now, by)


def resolve(of: Ticket, now: str | datetime, by: Policy | None = None) -> Clock:
    return clock(ClockName.resolve, of, now, by)


def waited(*steps: tuple[str, Status], **given: Any) -> Ticket:
    """A ticket that went through these statuses; it stands in the last of them."""
    return ticket(history=moves(*steps), status=steps[-1][1], **given)
