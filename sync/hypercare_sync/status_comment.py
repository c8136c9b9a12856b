"""The status comment on a ticket: its priority with the reason, its clocks, who is called next, and what somebody should do."""

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.clocks import Clock, ClockName, ClockState
from hypercare_rules.overrides import said_priority
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release
from hypercare_rules.values import Priority
from hypercare_sync.own_words import filled, ticket_values
from hypercare_sync.text.document import Bullets, Code, Document, Inline, Paragraph, Spans, Strong, Table, spans
from hypercare_sync.wording import call, clock_state, stamp, working

_RULE = "rule "
_LATE = (ClockState.breached, ClockState.at_risk)


def status_comment(assessed: TicketAssessment, release: Release, policy: Policy) -> Document:
    """What the comment should say now. The same until something that matters changes."""
    own = policy.templates.status
    values = ticket_values(assessed, release, policy) | {"next_step": _next_step(assessed)}
    head = filled(own.introduction, values) if own.introduction else _introduction(assessed, release, policy)
    table = Table(("Clock", "Target", "State"), tuple(_row(clock, release) for clock in assessed.clocks))
    listed = (*_conditions(assessed, release), *_calls(assessed, release, policy))
    if not assessed.ticket.open:
        ending = spans("Closed: nothing is asked of anybody.")
    elif own.closing:
        ending = filled(own.closing, values)
    else:
        wanted = _next_step(assessed)
        ending = spans(f"{wanted} " if wanted else "", *_override(assessed, policy))
    return Document((Paragraph(head), table, *([Bullets(listed)] if listed else []), Paragraph(ending)))


def _introduction(assessed: TicketAssessment, release: Release, policy: Policy) -> Spans:
    return spans(
        "Hypercare ", Strong(release.name), ": priority ", Strong(assessed.priority), *_reason(assessed, policy)
    )


def _reason(assessed: TicketAssessment, policy: Policy) -> tuple[str | Inline, ...]:
    """What decided the priority: a person, a rule, or impact and urgency."""
    judgement = assessed.judgement
    if judgement.overridden and said_priority(assessed.ticket, policy):
        return (f": {judgement.priority.source}.",)
    if judgement.overridden:
        return (", set by hand with the label ", Code(f"{policy.override_prefix}{assessed.priority}"), ".")
    if judgement.pinned:
        return (" by the rule ", Code(judgement.priority.source.removeprefix(_RULE)), ".")
    return (f" from {judgement.priority.source}.",)


def _row(clock: Clock, release: Release) -> tuple[Spans, ...]:
    name = "Next news" if clock.name is ClockName.update else clock.name.capitalize()
    target = working(clock.target, clock.calendar) + (f" on {clock.calendar}" if clock.calendar else "")
    return spans(name), spans(target), spans(clock_state(clock, release))


def _conditions(assessed: TicketAssessment, release: Release) -> tuple[Spans, ...]:
    return tuple(
        spans(Strong(condition.name), f" since {stamp(condition.since, release)}: {condition.why}")
        for condition in assessed.conditions
    )


def _calls(assessed: TicketAssessment, release: Release, policy: Policy) -> tuple[Spans, ...]:
    """Whom each escalation calls next, and when; or why it calls nobody."""
    said = []
    for escalation in assessed.escalations:
        if escalation.quiet:
            said.append(spans("Escalation ", Strong(escalation.policy), f" calls nobody: {escalation.quiet}"))
        elif step := escalation.upcoming:
            said.append(
                spans("Next call of escalation ", Strong(escalation.policy), f": {call(step, release, policy)}")
            )
    return tuple(said)


def _next_step(assessed: TicketAssessment) -> str:
    """What somebody should do, the most urgent first; nothing where all is well."""
    clocks = {clock.name: clock for clock in assessed.clocks}
    update = clocks.get(ClockName.update)
    if clocks[ClockName.acknowledge].stopped is None:
        return "Nobody of the team has responded yet: comment or assign somebody to acknowledge."
    if clocks[ClockName.resolve].state in _LATE:
        return "Say what holds it up, or resolve it."
    if update is not None and update.state in _LATE:
        return "People wait for news: say how it stands."
    return ""


def _override(assessed: TicketAssessment, policy: Policy) -> tuple[str | Inline, ...]:
    """How to disagree with the priority."""
    prefix = policy.override_prefix
    if assessed.judgement.overridden and said_priority(assessed.ticket, policy):
        back = f"/hypercare priority {assessed.ticket.ref.key} auto"
        return ("Say ", Code(back), " in the summary, and the policy decides again.")
    if assessed.judgement.overridden:
        return ("Take the label ", Code(f"{prefix}{assessed.priority}"), " off, and the policy decides again.")
    return ("Priority wrong? Set the label ", Code(f"{prefix}{Priority.P1}"), f" to {Priority.P4}.")
