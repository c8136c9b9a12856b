"""What mappings, the matrix and a rule make of a ticket's kind, impact, urgency, severity and priority.

Every value keeps where it came from. A person's override wins over all.
"""

from dataclasses import dataclass
from typing import TypeVar

from hypercare_rules.mapping import Sourced
from hypercare_rules.overrides import labelled_priority, said_priority
from hypercare_rules.policy import Policy
from hypercare_rules.rule import Rule
from hypercare_rules.ticket import Said, Ticket
from hypercare_rules.values import Kind, Level, Priority, Severity

V = TypeVar("V")

_RISING = (Level.low, Level.medium, Level.high)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the policy makes of a ticket, each value with its source.

    `pinned` says that a rule set the priority: then the matrix no longer decides. `matched` are the rules that held, in their order. `labels`, `escalate` and `comment` are what they ask for, by rule.
    """

    kind: Sourced[Kind]
    impact: Sourced[Level]
    urgency: Sourced[Level]
    severity: Sourced[Severity | None]
    customer: Sourced[bool]
    priority: Sourced[Priority]
    overridden: bool
    pinned: bool = False
    matched: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    escalate: tuple[tuple[str, str], ...] = ()
    comment: str | None = None


def topics_of(ticket: Ticket, judgement: Judgement) -> frozenset[str]:
    """What a ticket is about, casefolded: who has one of these among their skills knows it best."""
    return ticket.folded.components | ticket.folded.labels | {str(judgement.kind.value)}


def mapped(ticket: Ticket, policy: Policy) -> Judgement:
    """What the mappings and the matrix make of it, before any rule."""
    kind = policy.kind.find(ticket)
    impact, urgency = policy.impact.find(ticket, kind.value), policy.urgency.find(ticket, kind.value)
    override = _override(ticket, policy)
    return Judgement(
        kind=kind,
        impact=impact,
        urgency=urgency,
        severity=policy.severity.find(ticket, kind.value),
        customer=policy.customer.find(ticket, kind.value),
        priority=override or _from_matrix(impact, urgency, policy),
        overridden=override is not None,
    )


def ruled(judgement: Judgement, rule: Rule, policy: Policy) -> Judgement:
    """The judgement after one rule that holds."""
    then, name = rule.then, f"rule {rule.id}"
    kind, impact, urgency = judgement.kind, judgement.impact, judgement.urgency
    wanted = then.set
    if wanted:
        kind, impact = _set(kind, wanted.kind, name), _set(impact, wanted.impact, name)
        urgency = _set(urgency, wanted.urgency, name)
    if then.raise_:
        impact, urgency = _raised(impact, then.raise_.impact, name), _raised(urgency, then.raise_.urgency, name)
    priority, pinned = judgement.priority, judgement.pinned
    if not judgement.overridden:
        if wanted and wanted.priority:
            # The first rule to set a priority takes it from the matrix, even where it is the same; then only another one counts.
            priority = _set(priority, wanted.priority, name) if pinned else Sourced(wanted.priority, name)
            pinned = True
        elif not pinned and (impact.value, urgency.value) != (judgement.impact.value, judgement.urgency.value):
            priority = _from_matrix(impact, urgency, policy)
    return Judgement(
        kind=kind,
        impact=impact,
        urgency=urgency,
        severity=judgement.severity,
        customer=judgement.customer,
        priority=priority,
        overridden=judgement.overridden,
        pinned=pinned,
        matched=(*judgement.matched, rule.id),
        labels=(*judgement.labels, *((_prefixed(label, policy.label_prefix), name) for label in then.add_labels)),
        escalate=(*judgement.escalate, *((escalation, name) for escalation in then.escalate)),
        comment=name if then.comment else judgement.comment,
    )


def _set(value: Sourced[V], to: V | None, name: str) -> Sourced[V]:
    """The value as a rule sets it; what is so already keeps its source."""
    return value if to is None or to is value.value else Sourced(to, name)


def _raised(level: Sourced[Level], by: int, name: str) -> Sourced[Level]:
    at = _RISING.index(level.value)
    higher = _RISING[min(at + by, len(_RISING) - 1)]
    return level if higher is level.value else Sourced(higher, f"{level.source}, raised by {name}")


def _from_matrix(impact: Sourced[Level], urgency: Sourced[Level], policy: Policy) -> Sourced[Priority]:
    return Sourced(
        policy.priority_matrix[impact.value][urgency.value],
        f"impact {impact.value} ({impact.source}), urgency {urgency.value} ({urgency.source})",
    )


def _override(ticket: Ticket, policy: Policy) -> Sourced[Priority] | None:
    """The priority that a person's last word gives."""
    if (said := said_priority(ticket, policy)) and said.priority:
        return Sourced(said.priority, _of_the_summary(said, ticket))
    labelled = labelled_priority(ticket, policy)
    return Sourced(labelled, f"override by the label {policy.override_prefix}{labelled}") if labelled else None


def _of_the_summary(said: Said, ticket: Ticket) -> str:
    """Who said so and why, as far as all who read the ticket may read the summary."""
    if said.readers > ticket.audience or said.by is None:
        return "override by a person in the summary"
    return f"override by {said.by.name} in the summary{f': {said.why}' if said.why else ''}"


def _prefixed(label: str, prefix: str) -> str:
    return label if label.startswith(prefix) else f"{prefix}{label}"
