"""Conditions: what they ask must exist, be possible, and be known at the time at which they are asked."""

from collections.abc import Iterator

from hypercare_rules.conditions import Condition, never, problems
from hypercare_rules.conditions.tree import AllOf, AnyOf, Leaf, Node, Not, tree
from hypercare_rules.lint.draft import Draft
from hypercare_rules.lint.finding import Finding, error
from hypercare_rules.rewind import WITHOUT_HISTORY

_OF_CLOCKS = ("acknowledge_used", "resolve_used", "acknowledged", "acknowledged_at")
_OF_TIME = ("age", "idle_for", "last_activity", "updated")
_BY_TIME = ("older_than", "younger_than")


def unknown_fields(draft: Draft) -> Iterator[Finding]:
    """Fields that neither a ticket has nor the policy declares, and arguments that do not suit a declared one."""
    declared = draft.policy.declared
    may_be_declared = draft.defined("fields")
    for path, condition in draft.policy.conditions():
        for below, text in problems(condition, declared):
            name = next((step for step in below if step in declared), None)
            if name is not None:
                sure = draft.whole("fields", name)
            else:
                sure = may_be_declared is not None and below[-1] not in may_be_declared
            if sure:
                yield error((*path, *below), text, at_key=name is None)


def impossible(draft: Draft) -> Iterator[Finding]:
    """Conditions that no ticket can meet. What ends an escalation may be impossible: then it goes on until the ticket is closed."""
    policy = draft.policy
    for path, condition in draft.conditions():
        part = path[-1]
        looked_at = open_and(condition) if part == "none_open" else condition
        if part != "until" and never(looked_at, policy.declared):
            yield error(path, "no ticket can ever meet this; change it or take it out")


def pauses(draft: Draft) -> Iterator[Finding]:
    """Pauses that ask about what clocks feed, about time, or about what no history tells: a pause is replayed from the history."""
    for path, condition in draft.conditions():
        if path[-1] != "pause_when":
            continue
        for leaf in leaves(tree(condition, draft.policy.declared)):
            name = leaf.field.name
            if name in _OF_CLOCKS:
                text = "clocks decide it, so they cannot wait for it"
            elif name in _OF_TIME or leaf.operator.name in _BY_TIME:
                text = "it changes as time passes, and a pause is looked at only when the ticket changes"
            elif name in WITHOUT_HISTORY or (name in draft.policy.fields and draft.policy.fields[name].changeable):
                text = "no history tells since when it is so, so the time of a pause by it is not known"
            else:
                continue
            yield error(path, f"{name}: {text}; ask about the ticket's status, labels or assignees")


def open_and(condition: Condition) -> Condition:
    """The condition, asked of an open ticket."""
    return Condition.model_validate({"all": [Condition.model_validate({"open": True}), condition]})


def leaves(node: Node) -> Iterator[Leaf]:
    """Every question of a condition."""
    match node:
        case Leaf():
            yield node
        case Not(part):
            yield from leaves(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
