"""What customers say by a ticket: who they are, their votes and reactions, and their comments."""

from dataclasses import dataclass

from hypercare_rules.judge import own_customers
from hypercare_rules.judgement import Judgement
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Comment, Standing, Ticket


@dataclass(frozen=True, slots=True)
class Feedback:
    """Who the customers of a ticket are, and what they made known; `comments` are theirs, oldest first."""

    customers: tuple[str, ...]
    votes: int
    reactions: int
    comments: tuple[Comment, ...]

    @property
    def weight(self) -> int:
        """By how many signs customers care: each customer, vote, reaction and comment is one."""
        return len(self.customers) + self.votes + self.reactions + len(self.comments)


def feedback(ticket: Ticket, judgement: Judgement, policy: Policy) -> Feedback:
    """The feedback on one ticket; comments of the team, of programs and of ours are none."""
    custom = {name: declared.read(ticket).value for name, declared in policy.fields.items()}
    team = policy.team_ids[ticket.ref.kind] if policy.team_ids else frozenset()
    return Feedback(
        customers=tuple(sorted(own_customers(ticket, custom, customer=judgement.customer.value))),
        votes=ticket.votes,
        reactions=ticket.reactions,
        comments=tuple(
            comment
            for comment in ticket.comments
            if comment.author.standing is Standing.other and comment.author.id.casefold() not in team
        ),
    )
