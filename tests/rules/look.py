"""One ticket looked at at one moment, as the tests of conditions, labels and comments do.

A P3 that came up at 1h and that nobody answers is at risk at 4h and breached at 5h by its acknowledge clock; ANSWERED at 2h, it
is at risk at 13h and breached at 17h by its resolve clock. By the policy STALE it is so six hours after the last activity.
"""

from datetime import datetime, timedelta
from typing import Any

from tests.rules.build import after, comment, policy, release

from hypercare_rules.assess import Memory, TicketAssessment, assess_ticket
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Ticket
from hypercare_rules.values import Priority

ANSWERED: dict[str, Any] = {"comments": (comment("2h"),)}
STALE = policy(stale={Priority.P3: timedelta(hours=6)})


def look(
    at: Ticket, now: str | datetime, by: Policy | None = None, baseline: str | None = None, backfilled: bool = False
) -> TicketAssessment:
    memory = Memory(baseline=after(baseline) if baseline else None, backfilled=backfilled)
    return assess_ticket(at, by or policy(), release(), memory, after(now) if isinstance(now, str) else now)


def labels(assessed: TicketAssessment) -> set[str]:
    return {wanted.label.removeprefix("hypercare:") for wanted in assessed.labels}
