"""Rules that cannot matter, and rules that take back what others decide.

Rules are tried in order, and later ones see what earlier ones set. So a claim about two rules holds only if what the earlier one
asks is still so when the later one is tried: nothing between them may set it.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

from hypercare_rules.conditions import Condition, exclude, fields_in, implies
from hypercare_rules.lint.finding import Finding, error, warning
from hypercare_rules.policy import Policy
from hypercare_rules.rule import Rule

_BY_PRIORITY = frozenset({"priority", "acknowledge_used", "resolve_used"})
_ALWAYS = Condition()


def set_by(rules: Iterable[Rule]) -> frozenset[str]:
    """The fields that later conditions may find changed by these rules."""
    changed: set[str] = set()
    for rule in rules:
        for decision in (rule.then.set, rule.then.raise_):
            named = decision.model_fields_set if decision else set()
            changed |= named
            if named - {"kind"}:
                changed |= _BY_PRIORITY
    return frozenset(changed)


def blocked(policy: Policy) -> Iterator[Finding]:
    """Rules that are never reached: wherever they hold, one before them holds too and stops."""
    for (earlier, stopping), (later, rule) in combinations(enumerate(policy.rules), 2):
        if not stopping.then.stop or not implies(rule.when, stopping.when, policy.declared):
            continue
        if not fields_in(stopping.when, policy.declared) & set_by(policy.rules[earlier + 1 : later]):
            text = f"never reached: wherever it holds, rule {stopping.id!r} before it holds and stops"
            yield error(("rules", later), f"{text}; put it first, or change one of the two")


def never_lasting(policy: Policy) -> Iterator[Finding]:
    """Priorities that are set in vain: a later rule that always holds sets another, and nothing asks in between."""
    always = {
        index
        for index, rule in enumerate(policy.rules)
        if _priority(rule) and implies(_ALWAYS, rule.when, policy.declared)
    }
    for (earlier, rule), (later, last) in combinations(enumerate(policy.rules), 2):
        between = policy.rules[earlier + 1 : later]
        second = _priority(last)
        if _priority(rule) is None or second is None or later not in always:
            continue
        asked = frozenset().union(*(fields_in(one.when, policy.declared) for one in between))
        if not rule.then.stop and not any(one.then.stop for one in between) and not asked & _BY_PRIORITY:
            text = f"never lasts: rule {last.id!r} after it always holds and sets {second}"
            yield error(("rules", earlier, "then", "set", "priority"), f"{text}; add stop: true here, or take it out")


def contradicting(policy: Policy) -> Iterator[Finding]:
    """Rules that may hold together and set different priorities, where the later one does not ask what was set."""
    for (_, earlier), (index, later) in combinations(enumerate(policy.rules), 2):
        first, second = _priority(earlier), _priority(later)
        if first is None or second is None or first is second or earlier.then.stop:
            continue
        if "priority" not in fields_in(later.when, policy.declared) and not exclude(
            earlier.when, later.when, policy.declared
        ):
            text = f"may hold together with rule {earlier.id!r}, and then {second} replaces its {first}"
            yield warning(
                ("rules", index, "then", "set", "priority"), f"{text}; if that one should win, add stop: true to it"
            )


def unmatched(policy: Policy, matched: Collection[str], tickets: int) -> Iterator[Finding]:
    """The rules that held for none of so many tickets."""
    for index, rule in enumerate(policy.rules):
        if rule.id not in matched:
            yield warning(
                ("rules", index, "when"),
                f"held for none of the release's tickets ({tickets}); see whether it asks what you mean",
            )


def _priority(rule: Rule) -> str | None:
    return rule.then.set.priority if rule.then.set else None
