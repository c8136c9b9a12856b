"""Rules that cannot matter, and rules that take back what others decide.

Rules are tried in order, and later ones see what earlier ones set. So a claim about two rules holds only if what the earlier one
asks is still so when the later one is tried: nothing between them may set it. A rule that is never tried is spoken of once.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from hypercare_rules.conditions import Condition, exclude, fields_in, implies, never
from hypercare_rules.lint.draft import Draft
from hypercare_rules.lint.finding import Finding, error, warning
from hypercare_rules.policy import Policy
from hypercare_rules.rule import Rule, SetValues
from hypercare_rules.values import Level, Priority

_BY_PRIORITY = frozenset({"priority", "acknowledge_used", "resolve_used"})
_ALL_VALUES = frozenset(SetValues.model_fields) | _BY_PRIORITY
_ALWAYS = Condition()


def set_by(draft: Draft, rules: Iterable[int]) -> frozenset[str]:
    """The fields that later conditions may find changed by the rules of these indexes."""
    changed: set[str] = set()
    for index in rules:
        if not draft.whole("rules", index, "then"):
            return _ALL_VALUES
        then = draft.policy.rules[index].then
        for decision in (then.set, then.raise_):
            named = decision.model_fields_set if decision else set()
            changed |= named
            if named - {"kind"}:
                changed |= _BY_PRIORITY
    return frozenset(changed)


@dataclass(frozen=True)
class RuleBook:
    """The rules of a draft, and which of them come to nothing by others."""

    draft: Draft

    @cached_property
    def understood(self) -> dict[int, Rule]:
        """The rules, by their indexes, of which the name and all of the condition are known."""
        draft = self.draft
        return {
            index: rule
            for index, rule in enumerate(draft.policy.rules)
            if draft.whole("rules", index, "id") and draft.understood(("rules", index, "when"), rule.when)
        }

    @cached_property
    def known(self) -> dict[int, Rule]:
        """Those of them that some ticket may meet."""
        declared = self.draft.policy.declared
        return {index: rule for index, rule in self.understood.items() if not never(rule.when, declared)}

    @cached_property
    def blocked(self) -> dict[int, Rule]:
        """For each rule that is never reached the first that stops before it."""
        draft, declared = self.draft, self.draft.policy.declared
        found: dict[int, Rule] = {}
        for (earlier, stopping), (later, rule) in combinations(self.known.items(), 2):
            if later in found or not stopping.then.stop or not implies(rule.when, stopping.when, declared):
                continue
            if not fields_in(stopping.when, declared) & set_by(draft, range(earlier + 1, later)):
                found[later] = stopping
        return found

    @cached_property
    def reached(self) -> dict[int, Rule]:
        """The known rules but for those that are never reached."""
        return {index: rule for index, rule in self.known.items() if index not in self.blocked}

    @cached_property
    def replaced(self) -> dict[int, Rule]:
        """For each rule whose priority never lasts the first one that replaces it."""
        draft, declared, reached = self.draft, self.draft.policy.declared, self.reached
        found: dict[int, Rule] = {}
        for (earlier, rule), (later, last) in combinations(reached.items(), 2):
            first, second = _priority(rule), _priority(last)
            if earlier in found or first is None or second is None or first is second or _may_stop(draft, earlier):
                continue
            # What is between and may hold may stop, or make use of the priority.
            between = [at for at in range(earlier + 1, later) if at in reached or at not in self.understood]
            if not all(at in reached and not _may_stop(draft, at) for at in between):
                continue
            asked = frozenset().union(*(fields_in(reached[at].when, declared) for at in between))
            if asked & _BY_PRIORITY:
                continue
            lasting = not fields_in(last.when, declared) & set_by(draft, range(earlier, later))
            if implies(_ALWAYS, last.when, declared) or (lasting and implies(rule.when, last.when, declared)):
                found[earlier] = last
        return found


def blocked(book: RuleBook) -> Iterator[Finding]:
    """Rules that are never reached: wherever they hold, one before them holds too and stops."""
    for later, stopping in book.blocked.items():
        text = f"never reached: wherever it holds, rule {stopping.id!r} before it holds and stops"
        yield error(("rules", later), f"{text}; put it first, or change one of the two")


def never_lasting(book: RuleBook) -> Iterator[Finding]:
    """Priorities that are set in vain: wherever the rule holds a later one holds too and sets another, and nothing asks in between."""
    for earlier, last in book.replaced.items():
        always = implies(_ALWAYS, last.when, book.draft.policy.declared)
        how = f"rule {last.id!r} after it {'always holds' if always else 'holds wherever it does'}"
        text = f"never lasts: {how} and sets {_priority(last)}"
        yield error(("rules", earlier, "then", "set", "priority"), f"{text}; add stop: true here, or take it out")


def contradicting(book: RuleBook) -> Iterator[Finding]:
    """Rules that may hold together and set different priorities, where the later one does not ask what was set."""
    draft, declared = book.draft, book.draft.policy.declared
    for (at, earlier), (index, later) in combinations(book.reached.items(), 2):
        first, second = _priority(earlier), _priority(later)
        if first is None or second is None or first is second or book.replaced.get(at) is later or _may_stop(draft, at):
            continue
        if "priority" not in fields_in(later.when, declared) and not exclude(earlier.when, later.when, declared):
            text = f"may hold together with rule {earlier.id!r}, and then {second} replaces its {first}"
            yield warning(
                ("rules", index, "then", "set", "priority"), f"{text}; if that one should win, add stop: true to it"
            )


def idle(book: RuleBook) -> Iterator[Finding]:
    """Rules that change nothing, whatever the ticket."""
    draft, last = book.draft, len(book.draft.policy.rules) - 1
    for index, rule in book.reached.items():
        then = rule.then
        asks = then.add_labels or then.escalate or then.comment or (then.stop and index < last)
        if (
            asks
            or not draft.whole("rules", index, "then")
            or not draft.each("rules", "then", "stop")
            or _changed(draft, index, rule)
        ):
            continue
        text = "changes nothing: it stops the rules where they end anyway" if then.stop else "changes nothing"
        if then.set or (then.raise_ and any(by for _, by in then.raise_)):
            text = "changes nothing: what it sets or raises is so already wherever it holds"
        yield warning(("rules", index, "then"), f"{text}; change it, or take the rule out")


def unmatched(policy: Policy, matched: Collection[str], tickets: int) -> Iterator[Finding]:
    """The rules that held for none of so many tickets."""
    for index, rule in enumerate(policy.rules):
        if rule.id not in matched:
            yield warning(
                ("rules", index, "when"),
                f"held for none of the release's tickets ({tickets}); see whether it asks what you mean",
            )


def _changed(draft: Draft, index: int, rule: Rule) -> bool:
    """Whether a rule may change a value."""
    wanted = rule.then.set
    rises = rule.then.raise_.model_dump() if rule.then.raise_ else {}
    for name in ("kind", "impact", "urgency"):
        value = getattr(wanted, name) if wanted else None
        if value is not None and not _so(draft, rule, name, value.value):
            return True
        if rises.get(name):
            highest = value is Level.high if value is not None else _so(draft, rule, name, Level.high.value)
            if not highest:
                return True
    if wanted and wanted.priority:
        # A priority that is set stays, whatever later rules make of impact and urgency.
        later = set_by(draft, range(index + 1, len(draft.policy.rules)))
        return bool(later & {"impact", "urgency"}) or not _so(draft, rule, "priority", wanted.priority.value)
    return False


def _so(draft: Draft, rule: Rule, name: str, value: str) -> bool:
    """Whether the value is so wherever the rule holds."""
    return implies(rule.when, Condition.model_validate({name: value}), draft.policy.declared)


def _may_stop(draft: Draft, index: int) -> bool:
    return draft.policy.rules[index].then.stop or not draft.whole("rules", index, "then", "stop")


def _priority(rule: Rule) -> Priority | None:
    return rule.then.set.priority if rule.then.set else None
