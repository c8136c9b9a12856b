"""Escalation policies: each must have tickets to run for."""

from collections.abc import Iterator

from hypercare_rules.conditions import Condition, fields_in, implies, never
from hypercare_rules.lint.asked import open_and
from hypercare_rules.lint.draft import Draft
from hypercare_rules.lint.finding import Finding, Path, error, warning
from hypercare_rules.lint.rules import RuleBook, set_by

_UNANSWERED = Condition.model_validate({"acknowledged": False, "acknowledged_at": {"missing": True}})


def uncalled(draft: Draft) -> Iterator[Finding]:
    """Escalation policies that apply to no priority and that no rule hands a ticket to."""
    policy = draft.policy
    if not draft.each("rules", "then", "escalate"):
        return
    called = {name for rule in policy.rules for name in rule.then.escalate}
    for name, escalation in policy.escalation.items():
        if not escalation.priorities and name not in called and draft.whole("escalation", name, "for"):
            text = "nothing calls it; write for: [P1], or let a rule say escalate, or take it out"
            yield warning(("escalation", name), text, at_key=True)


def ended_already(book: RuleBook) -> Iterator[Finding]:
    """Callers for which an escalation policy has ended before it begins, or until somebody responds."""
    draft, declared = book.draft, book.draft.policy.declared
    for name, escalation in draft.policy.escalation.items():
        if not draft.understood(("escalation", name, "until"), escalation.until):
            continue
        inverted = []
        for path, who, when in _callers(book, name):
            unanswered = _both(open_and(when), _UNANSWERED)
            if implies(open_and(when), escalation.until, declared):
                text = f"never begins for {who}: what ends the escalation policy {name!r} is so from the start"
                yield error(path, f"{text}; change its until")
            elif not never(unanswered, declared) and implies(unanswered, escalation.until, declared):
                inverted.append(who)
        if inverted:
            text = f"so from the start for {' and '.join(inverted)}: nobody is called before the team has responded"
            remedy = "write {acknowledged: true} to end it with the response"
            yield error(("escalation", name, "until"), f"{text}; {remedy}")


def _callers(book: RuleBook, name: str) -> Iterator[tuple[Path, str, Condition]]:
    """What a ticket is known to meet where the escalation policy applies to it, as it stands after all rules."""
    draft, policy = book.draft, book.draft.policy
    for at, priority in enumerate(policy.escalation[name].priorities):
        asked = Condition.model_validate({"priority": priority.value})
        yield ("escalation", name, "for", at), str(priority), asked
    for index, rule in book.known.items():
        # What the rule asked may have changed since, by itself or by one after it.
        stands = not fields_in(rule.when, policy.declared) & set_by(draft, range(index, len(policy.rules)))
        for at, called in enumerate(rule.then.escalate):
            if called == name and stands:
                yield ("rules", index, "then", "escalate", at), f"rule {rule.id!r}", rule.when


def _both(first: Condition, second: Condition) -> Condition:
    return Condition.model_validate({"all": [first, second]})
