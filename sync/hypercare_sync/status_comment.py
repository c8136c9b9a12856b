"""The status comment on a ticket: its priority with the reason, its clocks, and what somebody should do."""

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.clocks import ClockName, ClockState
from hypercare_rules.durations import render
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release
from hypercare_rules.values import Priority
from hypercare_sync.text.document import Bullets, Code, Document, Paragraph, Strong, Table, spans
from hypercare_sync.wording import clock_state, stamp


def status_comment(assessed: TicketAssessment, release: Release, policy: Policy) -> Document:
    """What the comment should say now. The same until something that matters changes."""
    judgement = assessed.judgement
    head = spans(
        "Hypercare ",
        Strong(release.name),
        ": priority ",
        Strong(judgement.priority.value),
        f" from {judgement.priority.source}.",
    )
    rows = tuple(
        (spans(clock.name.capitalize()), spans(render(clock.target)), spans(clock_state(clock, release)))
        for clock in assessed.clocks
    )
    ending = (
        (Paragraph(spans(*_next_step(assessed, policy))),)
        if assessed.ticket.open
        else (Paragraph(spans("Closed: nothing is asked of anybody.")),)
    )
    conditions = [
        spans(Strong(condition.name), f" since {stamp(condition.since, release)}: {condition.why}")
        for condition in assessed.conditions
    ]
    listed = (Bullets(tuple(conditions)),) if conditions else ()
    return Document((Paragraph(head), Table(("Clock", "Target", "State"), rows), *listed, *ending))


def _next_step(assessed: TicketAssessment, policy: Policy) -> tuple[str | Code, ...]:
    override = ("Priority wrong? Set the label ", Code(f"{policy.override_prefix}{Priority.P1}"), f" to {Priority.P4}.")
    acknowledge, resolve = assessed.clocks
    if acknowledge.name is ClockName.acknowledge and acknowledge.stopped is None:
        return ("Nobody of the team has responded yet: comment or assign somebody to acknowledge. ", *override)
    if resolve.state in (ClockState.breached, ClockState.at_risk):
        return ("Say what holds it up, or resolve it. ", *override)
    return override
