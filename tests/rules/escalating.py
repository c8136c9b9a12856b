"""An escalation policy for P1 and a ticket that it is for, as the tests of escalation know them.

The ticket comes up at 1h, nine o'clock on Friday in Berlin, and nobody answers it. The tiers are due at once, after half an hour and
after two hours. In office hours Ana and Ben are on call, in the night Ben alone.
"""

from datetime import datetime
from typing import Any

from tests.rules.build import OFFICE, P1_LABEL, policy, ticket
from tests.rules.look import look

from hypercare_rules.escalations import Escalation
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Comment, Ticket

TIERS = [
    {"after": "0m", "notify": ["on_call"]},
    {"after": "30m", "notify": ["lead"]},
    {"after": "2h", "notify": ["cto"]},
]
PEOPLE = {
    "ana": {"name": "Ana K", "github": "ana", "jira": "ana", "skills": ["Payments"]},
    "ben": {"name": "Ben L", "github": "ben", "skills": ["ios", "performance"]},
    "cto": {"name": "Cora", "github": "cora"},
}
BEFORE_ALL = "30m"


def escalating(tiers: list[dict[str, Any]] = TIERS, rules: tuple[Any, ...] = (), **written: Any) -> Policy:
    """The test policy with one escalation policy, for P1."""
    return policy(
        calendars={"office": OFFICE, "nights": {"zone": "UTC", "hours": {"mon-sun": ["18:00-06:00"]}}},
        people=PEOPLE,
        roles={"lead": ["ana", "ben"], "vacant": []},
        roster={"shifts": [{"who": ["ana", "ben"], "calendar": "office"}, {"who": ["ben"], "calendar": "nights"}]},
        escalation={"p1": {"for": ["P1"], "tiers": tiers, **written}},
        rules=rules,
    )


def urgent(key: str = "SHOP-1", **given: Any) -> Ticket:
    """A P1 that came up at 1h, which nobody answered."""
    return ticket(key, **{"labels": {P1_LABEL}, **given})


def episode(of: Ticket, now: str | datetime, by: Policy | None = None, baseline: str | None = BEFORE_ALL) -> Escalation:
    (running,) = look(of, now, by or escalating(), baseline).escalations
    return running


def due(of: Ticket, now: str | datetime, by: Policy | None = None, baseline: str | None = BEFORE_ALL) -> list[int]:
    """The numbers of the steps to tell now."""
    running = look(of, now, by or escalating(), baseline).escalations
    return [step.number for one in running for step in one.due]


def with_told(of: Ticket, *comments: Comment) -> Ticket:
    return of.model_copy(update={"comments": (*of.comments, *comments)})
