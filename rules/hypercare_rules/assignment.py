"""Who gets a ticket that nobody has, where the policy asks for that: somebody on call, and never against what a person decided."""

from dataclasses import dataclass
from datetime import datetime

from hypercare_rules.beginnings import priority_began
from hypercare_rules.judge import Scene
from hypercare_rules.judgement import Judgement, topics_of
from hypercare_rules.people import suited
from hypercare_rules.quiet import Silence, reason_mark
from hypercare_rules.ticket import Assigned, Standing, Ticket


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who should get the ticket: a name of the policy and its account in the ticket's tracker."""

    who: str
    account: str
    why: str


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """The policy asks for somebody to get the ticket, and this is why nobody does; `quiet` marks what was so at the baseline already."""

    why: str
    quiet: str = ""


def assignment(
    ticket: Ticket, judgement: Judgement, scene: Scene, silence: Silence, entered: datetime | None
) -> Assignment | LeftAlone | None:
    """Who should get the ticket; None where the policy does not ask, or somebody has it.

    What is quiet is left alone: being assigned is news. So is a ticket that a person took from somebody, until its priority newly
    arises.
    """
    policy, priority = scene.policy, judgement.priority.value
    if not ticket.open or ticket.assignees or priority not in policy.assign.priorities:
        return None
    began = priority_began(ticket, scene).surely
    mark = reason_mark(ticket.ref, "assign", priority)
    if not silence.breaks_for(ticket.created) and silence.reason(mark, max(began, entered or began)):
        return LeftAlone(f"it was {priority} before people are told of anything", mark)
    taken = _taken_off(ticket)
    if taken is not None and began <= taken.at:
        return LeftAlone(f"{taken.by.name if taken.by else 'somebody'} took it from whoever had it")
    on_call = policy.roster.on_call(policy.calendars, scene.now)
    accounts = {name: account for name in on_call if (account := policy.people[name].identity(ticket.ref.kind))}
    if not accounts:
        return LeftAlone("nobody is on call who has an account there" if on_call else "nobody is on call")
    who = suited(accounts, policy.people, topics_of(ticket, judgement))[0]
    return Assignment(who, accounts[who], f"{priority}, and {who} is on call")


def _taken_off(ticket: Ticket) -> Assigned | None:
    """How somebody else than us left the ticket without anybody, if that was the last that was done about it."""
    last = next((event for event in reversed(ticket.history) if isinstance(event, Assigned)), None)
    if last is None or last.after is not None or (last.by is not None and last.by.standing is Standing.ours):
        return None
    return last
