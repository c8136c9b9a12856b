"""A release's figures of a day, from what the rules make of it: what a report draws later. Pure."""

from collections import Counter

from hypercare_rules.assess import Assessment
from hypercare_rules.values import Priority
from hypercare_sync.store import Rollup


def rollup(assessment: Assessment) -> Rollup:
    """The figures of the day, in the release's zone, at which it was assessed: what was created and what was done on it, and what stands."""
    release = assessment.release
    day = release.local(assessment.now).date()
    tickets = [one.ticket for one in assessment.tickets]
    priorities = Counter(one.priority for one in assessment.open)
    return Rollup(
        day=day,
        open=(priorities[Priority.P1], priorities[Priority.P2], priorities[Priority.P3], priorities[Priority.P4]),
        new=sum(release.local(ticket.created).date() == day for ticket in tickets),
        resolved=sum(ticket.ended is not None and release.local(ticket.ended).date() == day for ticket in tickets),
        breached=sum(any(found.name == "breached" for found in one.conditions) for one in assessment.open),
        health=assessment.health.state,
        as_of=assessment.now,
    )
