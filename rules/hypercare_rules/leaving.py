"""What follows for a release from its end: left by sign-off, handed over to business as usual, or taken back by a new P1. Pure."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from hypercare_rules.assignment import Assignment
from hypercare_rules.beginnings import priority_began
from hypercare_rules.exit_criteria import SignedOff
from hypercare_rules.flow import moves_of
from hypercare_rules.handover import Evidence, Handover
from hypercare_rules.health import release_health
from hypercare_rules.judge import Scene
from hypercare_rules.labels import Wanted
from hypercare_rules.policy import Policy
from hypercare_rules.release import Phase
from hypercare_rules.ticket import Ref, Ticket
from hypercare_rules.values import Priority

if TYPE_CHECKING:
    from hypercare_rules.assess import Assessment, TicketAssessment


def settled(assessment: "Assessment", policy: Policy) -> "Assessment":
    """The assessment with what follows from the end of hypercare, decided now or before."""
    handover = assessment.memory.handover
    if handover is None or not handover.stands:
        decided = _signed_off(assessment, policy)
        return _left(_with(assessment, decided), policy) if decided else assessment
    if relapses(assessment, policy, handover):
        return _with(assessment, handover.model_copy(update={"relapsed": assessment.now}))
    return _left(assessment, policy)


def leave(assessment: "Assessment", policy: Policy, because: str = "") -> "Assessment":
    """The assessment once a person has decided that hypercare ends; the same where it has ended already."""
    if assessment.phase is Phase.exited:
        return assessment
    decided = _decision(assessment, policy, because)
    return _left(_with(assessment, decided), policy)


def watched_until(handover: Handover, policy: Policy) -> datetime:
    """Until when a new P1 takes it back."""
    return handover.at + policy.handover.relapse


def relapses(assessment: "Assessment", policy: Policy, handover: Handover) -> tuple[Ref, ...]:
    """The open P1 that came up after hypercare was left, while one still takes that back: by the time since when each is one."""
    until, left_at = watched_until(handover, policy), handover.at.replace(microsecond=0)  # trackers tell whole seconds
    scene = Scene(policy, assessment.release, assessment.now, assessment.surroundings)
    burning = (one for one in assessment.open if one.priority is Priority.P1)
    since = {one.ticket.ref: _open_p1_since(one, scene) for one in burning}
    return tuple(ref for ref, at in since.items() if left_at <= at <= until)


def owner_of(ticket: Ticket, policy: Policy) -> str | None:
    """Who owns a ticket that nobody has after hypercare, by a name of the policy: of its components the first that has an owner, else the default."""
    owners = {component.casefold(): name for component, name in policy.handover.owners.items()}
    found = (owners[one.casefold()] for one in ticket.components if one.casefold() in owners)
    return next(found, policy.handover.owner)


def _open_p1_since(assessed: "TicketAssessment", scene: Scene) -> datetime:
    """Since when it is the release's, open, and a P1."""
    came = (at for at, what in moves_of(assessed.ticket) if what != "resolved")
    began = priority_began(assessed.ticket, scene).likely
    return max(*came, began, assessed.entered or assessed.ticket.created)


def _signed_off(assessment: "Assessment", policy: Policy) -> Handover | None:
    """The decision of those whom the policy names, once all of them gave their word and all else holds; nothing is decided half seen."""
    asked = any(isinstance(criterion, SignedOff) for criterion in policy.exit)
    began = assessment.memory.baseline or assessment.now
    seen = began < assessment.now and not any(source.problem for source in assessment.sources)
    live = assessment.phase in (Phase.hypercare, Phase.extended)
    if not (asked and seen and live and all(state.met for state in assessment.exit)):
        return None
    return _decision(assessment, policy).model_copy(update={"by": "sign-off"})


def _decision(assessment: "Assessment", policy: Policy, because: str = "") -> Handover:
    named = {name for one in policy.exit if isinstance(one, SignedOff) for name in one.signed_off}
    signed = {one.who: one for one in reversed(assessment.memory.agreements) if one.who in named}
    return Handover(
        at=assessment.now,
        by="handover",
        because=because,
        criteria=tuple(
            Evidence(id=one.id, met=one.met, evidence=one.evidence, held_since=one.held_since)
            for one in assessment.exit
        ),
        signed=tuple(sorted(signed.values(), key=lambda one: (one.at, one.who))),
    )


def _with(assessment: "Assessment", handover: Handover) -> "Assessment":
    return replace(assessment, memory=assessment.memory.model_copy(update={"handover": handover}))


def _left(assessment: "Assessment", policy: Policy) -> "Assessment":
    """Nothing is asked of anybody any more, and of our labels only that of a handed over ticket is wanted."""
    handover = assessment.memory.handover
    over = handover is not None and handover.over
    tickets = tuple(_handed_over(one, policy, over=over) for one in assessment.tickets)
    health = release_health(((one.priority, frozenset()) for one in tickets if one.ticket.open), assessment.sources)
    return replace(assessment, phase=Phase.exited, tickets=tickets, health=health)


def _handed_over(assessed: "TicketAssessment", policy: Policy, *, over: bool) -> "TicketAssessment":
    """What is wanted of a ticket when hypercare ends; once that is `over`, it is as people have it."""
    return replace(
        assessed,
        conditions=(),
        escalations=(),
        labels=_labels(assessed, policy, over=over),
        kept_away=(),
        told=False,
        assignment=None if over else _assigned(assessed.ticket, policy),
        native_priority=None,
    )


def _labels(assessed: "TicketAssessment", policy: Policy, *, over: bool) -> tuple[Wanted, ...]:
    """An open ticket gets the label of what is handed over; a closed one keeps what it has as a record."""
    if not assessed.ticket.open:
        return assessed.labels
    if over and policy.bau_label not in assessed.ticket.labels:
        return ()
    return (Wanted(policy.bau_label, "hypercare ended while it was open"),)


def _assigned(ticket: Ticket, policy: Policy) -> Assignment | None:
    """The owner as assignee, where the policy says so and they have an account there."""
    who = owner_of(ticket, policy)
    if not (policy.handover.assign and who and ticket.open and not ticket.assignees):
        return None
    account = policy.people[who].identity(ticket.ref.kind)
    return Assignment(who, account, f"hypercare ended, and {who} owns it from then on") if account else None
