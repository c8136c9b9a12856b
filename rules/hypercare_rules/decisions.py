"""What people must decide now, and who: what a rule cannot settle, or may not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hypercare_rules.assess import Assessment, TicketAssessment
from hypercare_rules.assignment import Assignment
from hypercare_rules.escalations import Escalation
from hypercare_rules.exit_criteria import SignedOff
from hypercare_rules.judge import Scene, judge
from hypercare_rules.mapping import Sourced
from hypercare_rules.overrides import without_words
from hypercare_rules.policy import Policy
from hypercare_rules.release import Phase
from hypercare_rules.similar import similar
from hypercare_rules.ticket import Ref
from hypercare_rules.values import Priority

LEAD = "hypercare_lead"
"""The role that decides what nobody else does."""

OVERRIDE_STANDS = timedelta(days=1)
"""How long a person's word on priority stands before somebody is asked whether it still holds."""

_URGENT = {Priority.P1, Priority.P2}


class Ask(StrEnum):
    """What there is to decide, the most pressing first."""

    take = "take"
    act = "act"
    settle = "settle"
    extend = "extend"
    leave = "leave"
    sign_off = "sign_off"
    confirm = "confirm"
    claim = "claim"
    same = "same"


_ORDER = {ask: number for number, ask in enumerate(Ask)}


@dataclass(frozen=True, slots=True)
class Decision:
    """Something to decide now.

    `who` decides, by names of the policy; nobody where it names nobody. `tickets` are what it is about, `why` is the evidence, which
    may tell of all of them but names none, `since` when it came up, where that matters.
    """

    ask: Ask
    who: tuple[str, ...]
    tickets: tuple[Ref, ...] = ()
    why: str = ""
    since: datetime | None = None


def decisions(assessment: Assessment, policy: Policy) -> tuple[Decision, ...]:
    """Everything that waits for a person, the most pressing first; nothing once hypercare is left."""
    if assessment.phase is Phase.exited:
        return ()
    lead = policy.roles.get(LEAD, ())
    on_call = policy.roster.on_call(policy.calendars, assessment.now)
    first, chief = on_call or lead, lead or on_call
    found = (
        *_without_an_owner(assessment, first),
        *_without_further_steps(assessment, chief),
        *_in_two_minds(assessment, chief),
        *_leaving(assessment, policy, chief),
        *_overridden(assessment, policy, chief),
        *_newcomers(assessment, chief),
        *(
            Decision(Ask.same, chief, (pair[0].ref, pair[1].ref))
            for pair in (one.tickets for one in similar(assessment))
        ),
    )
    return tuple(sorted(found, key=lambda decision: _ORDER[decision.ask]))


def _without_an_owner(assessment: Assessment, who: tuple[str, ...]) -> Iterator[Decision]:
    """P1 and P2 that nobody has, nor any other ticket of their incident, nor is about to get."""
    owned = {
        one.ticket.ref for one in assessment.open if one.ticket.assignees or isinstance(one.assignment, Assignment)
    }
    taken = {ref for incident in assessment.incidents if owned & set(incident.tickets) for ref in incident.tickets}
    alone = tuple(one.ticket.ref for one in assessment.open if one.priority in _URGENT and one.ticket.ref not in taken)
    if alone:
        yield Decision(Ask.take, who, alone)


def _without_further_steps(assessment: Assessment, who: tuple[str, ...]) -> Iterator[Decision]:
    """Tickets of which an escalation told everybody whom it can tell."""
    over: dict[str, list[Ref]] = {}
    for one in assessment.open:
        for escalation in one.escalations:
            if _is_at_its_end(escalation):
                over.setdefault(escalation.policy, []).append(one.ticket.ref)
    yield from (Decision(Ask.act, who, tuple(refs), name) for name, refs in sorted(over.items()))


def _is_at_its_end(escalation: Escalation) -> bool:
    told = all(step.fired or step.unheard_at or step in escalation.due for step in escalation.steps)
    return escalation.quiet is None and escalation.upcoming is None and told


def _in_two_minds(assessment: Assessment, who: tuple[str, ...]) -> Iterator[Decision]:
    """Incidents in which trackers disagree while there is something left to do."""
    still = {one.ticket.ref for one in assessment.open}
    for incident in assessment.incidents:
        if incident.disagreement and still & set(incident.tickets):
            yield Decision(Ask.settle, who, incident.tickets, incident.disagreement)


def _leaving(assessment: Assessment, policy: Policy, who: tuple[str, ...]) -> Iterator[Decision]:
    """Whether hypercare ends: the criteria hold, only people's word is missing, or the window is over all the same."""
    if assessment.phase is Phase.planned:
        return
    unmet = [state for state in assessment.exit if not state.met]
    over = assessment.release.ends if assessment.phase is Phase.extended else None
    agreeing = [one for one in policy.exit if isinstance(one, SignedOff)]
    if assessment.exit and not unmet:
        yield Decision(Ask.leave, who, why=f"{_all(len(assessment.exit))} met")
    elif unmet and {state.id for state in unmet} <= {one.id for one in agreeing}:
        signed = assessment.memory.signed_off
        lacking = dict.fromkeys(name for one in agreeing for name in one.signed_off if name not in signed)
        yield Decision(Ask.sign_off, tuple(lacking))
    elif over and unmet:
        names = ", ".join(state.id.replace("-", " ") for state in unmet)
        yield Decision(
            Ask.extend, who, why=f"{len(unmet)} of {_criteria(len(assessment.exit))} not met: {names}", since=over
        )
    elif over:
        yield Decision(Ask.leave, who, why="no exit criterion says when it may", since=over)


def _all(number: int) -> str:
    return f"all {_criteria(number)} are" if number > 1 else "the exit criterion is"


def _criteria(number: int) -> str:
    return f"{number} exit criteria" if number > 1 else "1 exit criterion"


def _overridden(assessment: Assessment, policy: Policy, who: tuple[str, ...]) -> Iterator[Decision]:
    """Priorities by hand that have stood for a while, and that the policy would not give."""
    scene = Scene(policy, assessment.release, assessment.now, assessment.surroundings)
    for one in assessment.open:
        since = next((condition.since for condition in one.conditions if condition.name == "overridden"), None)
        if since is None or assessment.now - since < OVERRIDE_STANDS:
            continue
        computed = without_override(one, scene)
        if computed.value is not one.priority:
            why = f"{one.priority} by hand, {computed.value} by the policy ({computed.source})"
            yield Decision(Ask.confirm, who, (one.ticket.ref,), why, since)


def without_override(assessed: TicketAssessment, scene: Scene) -> Sourced[Priority]:
    """The priority that the policy would give, had no person overridden it."""
    return judge(without_words(assessed.ticket, scene.policy), scene).judgement.priority


def _newcomers(assessment: Assessment, who: tuple[str, ...]) -> Iterator[Decision]:
    """Tickets of which nobody said whether they are the release's."""
    if assessment.untagged:
        yield Decision(Ask.claim, who, tuple(ticket.ref for ticket in assessment.untagged))
