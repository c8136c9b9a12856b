"""What customers say, as the tickets show it: who reported, and what was voted for, reacted to and commented on."""

from dataclasses import dataclass

from hypercare_rules.assess import Assessment, TicketAssessment
from hypercare_rules.incidents import customers_of
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Ref, Standing, Ticket


@dataclass(frozen=True, slots=True)
class Voices:
    """What one open ticket has of customers: how many they are, and their votes, reactions and comments."""

    ref: Ref
    customers: int
    votes: int
    reactions: int
    comments: int

    @property
    def volume(self) -> int:
        """All of it together; that one customer reported it is no voice beside the ticket itself."""
        return max(0, self.customers - 1) + self.votes + self.reactions + self.comments


@dataclass(frozen=True, slots=True)
class Feedback:
    """The sums over all tickets in scope, of which `reported` are by customers; `loudest` are the open ones that have any, the loudest first."""

    reported: int
    customers: int
    votes: int
    reactions: int
    comments: int
    loudest: tuple[Voices, ...]


def feedback(assessment: Assessment, policy: Policy) -> Feedback:
    """The feedback in the tickets of a release. A comment is a customer's where neither the team nor a program wrote it."""
    names = {one.ticket.ref: customers_of(one.ticket, policy) for one in assessment.tickets}
    tickets = [one.ticket for one in assessment.tickets]
    comments = {ticket.ref: _comments(ticket, policy) for ticket in tickets}
    loud = (voices for one in assessment.open if (voices := _voices(one, len(names[one.ticket.ref]), comments)).volume)
    return Feedback(
        reported=sum(bool(one.judgement.customer.value) for one in assessment.tickets),
        customers=len(frozenset().union(*names.values())),
        votes=sum(ticket.votes for ticket in tickets),
        reactions=sum(ticket.reactions for ticket in tickets),
        comments=sum(comments.values()),
        loudest=tuple(sorted(loud, key=lambda voices: (-voices.volume, voices.ref))),
    )


def _voices(assessed: TicketAssessment, customers: int, comments: dict[Ref, int]) -> Voices:
    ticket = assessed.ticket
    return Voices(ticket.ref, customers, ticket.votes, ticket.reactions, comments[ticket.ref])


def _comments(ticket: Ticket, policy: Policy) -> int:
    """How many of its comments are by customers."""
    team = policy.team_ids.get(ticket.ref.kind, frozenset())
    authors = (comment.author for comment in ticket.comments)
    return sum(one.standing is Standing.other and one.id.casefold() not in team for one in authors)
