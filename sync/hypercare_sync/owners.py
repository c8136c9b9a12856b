"""Who has a ticket once a plan is carried out, by the names that the policy has for them: so that our texts need not be written twice."""

from collections.abc import Mapping
from dataclasses import replace

from hypercare_rules.assess import Assessment, TicketAssessment
from hypercare_rules.assignment import Assignment
from hypercare_rules.leaving import owner_of
from hypercare_rules.policy import Policy
from hypercare_rules.release import Phase
from hypercare_rules.ticket import Person, Standing
from hypercare_rules.values import TrackerKind


def with_owners(assessment: Assessment, policy: Policy) -> Assessment:
    """The assessment with the policy's names for its people, and with those who are to get a ticket as its owners.

    Once hypercare is left, that is whoever the policy names for a ticket that nobody has.
    """
    names = {
        (kind, account.casefold()): member.name
        for member in policy.people.values()
        for kind in TrackerKind
        if (account := member.identity(kind))
    }
    if not policy.people:
        return assessment
    left = policy if assessment.phase is Phase.exited else None
    return replace(assessment, tickets=tuple(_owned(assessed, names, left) for assessed in assessment.tickets))


def _owned(
    assessed: TicketAssessment, names: Mapping[tuple[TrackerKind, str], str], left: Policy | None
) -> TicketAssessment:
    """The ticket with its owners; `left` is the policy by which hypercare is left."""
    ticket, to = assessed.ticket, assessed.assignment
    people = ticket.assignees
    if isinstance(to, Assignment):
        people = (Person(id=to.account, name=to.account, standing=Standing.team),)
    elif left and ticket.open and not people and (owner := owner_of(ticket, left)):
        people = (Person(id="", name=left.people[owner].name, standing=Standing.team),)
    kind = ticket.ref.kind
    named = tuple(one.model_copy(update={"name": names.get((kind, one.id.casefold()), one.name)}) for one in people)
    if named == ticket.assignees:
        return assessed
    return replace(assessed, ticket=ticket.model_copy(update={"assignees": named}))
