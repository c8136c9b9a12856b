"""Impact, urgency and severity from what a ticket says, and the priority that follows from them."""

from collections.abc import Iterator
from datetime import datetime

from hypercare_rules.model import Model
from hypercare_rules.policy import Policy, Sourced
from hypercare_rules.ticket import LabelChanged, NativePriorityChanged, Ticket
from hypercare_rules.values import Kind, Level, Priority, Severity


class Judgement(Model):
    """What the policy makes of a ticket, each value with its source."""

    kind: Sourced[Kind]
    impact: Sourced[Level]
    urgency: Sourced[Level]
    severity: Sourced[Severity | None]
    priority: Sourced[Priority]
    overridden: bool


def judge(ticket: Ticket, policy: Policy) -> Judgement:
    """The kind, impact, urgency, severity and priority of a ticket. A person's override wins over the matrix."""
    kind = policy.kind.find(ticket)
    impact, urgency = policy.impact.find(ticket, kind.value), policy.urgency.find(ticket, kind.value)
    override = _override(ticket, policy)
    if override:
        priority = Sourced[Priority](value=override, source=f"override by the label {policy.override_prefix}{override}")
    else:
        priority = Sourced[Priority](
            value=policy.priority_matrix[impact.value][urgency.value],
            source=f"impact {impact.value} ({impact.source}), urgency {urgency.value} ({urgency.source})",
        )
    return Judgement(
        kind=kind, impact=impact, urgency=urgency, severity=policy.severity.find(ticket, kind.value), priority=priority,
        overridden=override is not None,
    )  # fmt: skip


def priority_since(ticket: Ticket, policy: Policy) -> datetime:
    """Since when the ticket has had its present priority without a break, replayed from its history."""
    present = judge(ticket, policy).priority.value
    since = ticket.created
    for changed_at, before in _earlier(ticket):
        if judge(before, policy).priority.value != present:
            return changed_at
    return since


def _override(ticket: Ticket, policy: Policy) -> Priority | None:
    """The highest priority that people's override labels name; labels that name none are left alone."""
    prefix = policy.override_prefix.casefold()
    named = {
        label.casefold().removeprefix(prefix).upper() for label in ticket.labels if label.casefold().startswith(prefix)
    }
    return min((priority for priority in Priority if priority in named), default=None)


def _earlier(ticket: Ticket) -> Iterator[tuple[datetime, Ticket]]:
    """The ticket before each change that may bear on its priority, newest first, with the time of the change."""
    for event in reversed(ticket.history):
        match event:
            case LabelChanged(label=label, added=added):
                labels = ticket.labels - {label} if added else ticket.labels | {label}
                ticket = ticket.model_copy(update={"labels": labels})
            case NativePriorityChanged(before=before):
                ticket = ticket.model_copy(update={"native_priority": before})
            case _:
                continue
        yield event.at, ticket
