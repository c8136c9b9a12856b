"""Escalation policies: each must have tickets to run for."""

from collections.abc import Iterator

from hypercare_rules.conditions import Condition, fields_in, implies
from hypercare_rules.lint.asked import open_and
from hypercare_rules.lint.finding import Finding, Path, error, warning
from hypercare_rules.lint.rules import set_by
from hypercare_rules.policy import Policy


def uncalled(policy: Policy) -> Iterator[Finding]:
    """Escalation policies that apply to no priority and that no rule hands a ticket to."""
    called = {name for rule in policy.rules for name in rule.then.escalate}
    for name, escalation in policy.escalation.items():
        if not escalation.priorities and name not in called:
            text = "nothing calls it; write for: [P1], or let a rule say escalate, or take it out"
            yield warning(("escalation", name), text, at_key=True)


def ended_already(policy: Policy) -> Iterator[Finding]:
    """Callers for which an escalation policy has ended before it begins."""
    for name, escalation in policy.escalation.items():
        for path, who, when in _callers(policy, name):
            if implies(open_and(when), escalation.until, policy.declared):
                text = f"never begins for {who}: what ends the escalation policy {name!r} is so from the start"
                yield error(path, f"{text}; change its until")


def _callers(policy: Policy, name: str) -> Iterator[tuple[Path, str, Condition]]:
    """What a ticket is known to meet where the escalation policy applies to it, as it stands after all rules."""
    for at, priority in enumerate(policy.escalation[name].priorities):
        asked = Condition.model_validate({"priority": priority.value})
        yield ("escalation", name, "for", at), str(priority), asked
    for index, rule in enumerate(policy.rules):
        # What the rule asked may have changed since, by itself or by one after it.
        stands = not fields_in(rule.when, policy.declared) & set_by(policy.rules[index:])
        for at, called in enumerate(rule.then.escalate):
            if called == name and stands:
                yield ("rules", index, "then", "escalate", at), f"rule {rule.id!r}", rule.when
