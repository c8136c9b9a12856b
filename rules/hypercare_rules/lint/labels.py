"""Labels: what rules add must be possible in both trackers, no decision may rest on what we write, and no style may be for nothing."""

from collections.abc import Iterator
from typing import get_args

from hypercare_rules.calendars.written import nearest
from hypercare_rules.conditions.tree import tree
from hypercare_rules.lint.asked import leaves
from hypercare_rules.lint.draft import Draft
from hypercare_rules.lint.finding import Finding, Path, error, warning
from hypercare_rules.policy import ConditionName, Policy
from hypercare_rules.values import Priority

_LONGEST = 50  # on GitHub; Jira allows 255


def labels_of_ours(draft: Draft) -> Iterator[Finding]:
    """Labels that rules cannot add, and decisions that rest on managed labels."""
    if draft.whole("label_prefix"):
        yield from _added(draft.policy)
        yield from _handed_over(draft)
        yield from _read_back(draft)


def styles_of_nothing(draft: Draft) -> Iterator[Finding]:
    """Styles for labels that are never set."""
    policy = draft.policy
    if not (draft.whole("label_prefix") and draft.each("rules", "then", "add_labels")):
        return
    added = {label.removeprefix(policy.label_prefix) for _, label in _rule_labels(policy)}
    known = _ours(policy) - {"overridden"} | added | {policy.handover.label}
    for name in policy.labels:
        bare = name.removeprefix(policy.label_prefix)
        if name not in known:
            remedy = nearest(bare, sorted(known), otherwise="let a rule add it, or take it out")
            yield warning(("labels", name), f"nothing ever sets this label; {remedy}", at_key=True)


def _ours(policy: Policy) -> set[str]:
    """The names, without the prefix, that have a meaning of their own."""
    return {*map(str, Priority), *get_args(ConditionName), policy.summary_label.removeprefix(policy.label_prefix)}


def _added(policy: Policy) -> Iterator[Finding]:
    spelled: dict[str, str] = {}
    for path, label in _rule_labels(policy):
        bare = label.removeprefix(policy.label_prefix)
        known = spelled.setdefault(bare.casefold(), bare)
        if not bare or any(character.isspace() or character == "," for character in bare):
            yield error(path, f"no label in every tracker: {label!r}; write it without spaces and commas")
        elif bare.casefold().startswith(policy.override_prefix.casefold()):
            yield error(path, f"{label!r}: labels that override belong to people; set the priority instead")
        elif bare.casefold() in {name.casefold() for name in _ours(policy)}:
            yield error(path, f"{policy.label_prefix}{bare} has a meaning of its own; write another label")
        elif len(policy.label_prefix + bare) > _LONGEST:
            yield error(
                path,
                f"longer than {_LONGEST} characters with its prefix, which GitHub does not take; write a shorter one",
            )
        elif known != bare:
            yield error(path, f"{bare!r} is {known!r} elsewhere, and GitHub takes them for one; write them alike")


def _handed_over(draft: Draft) -> Iterator[Finding]:
    """The label of what is handed over stays when all others go: it cannot be one of these."""
    policy = draft.policy
    taken = _ours(policy) | {label.removeprefix(policy.label_prefix) for _, label in _rule_labels(policy)}
    if draft.whole("handover", "label"):
        if policy.handover.label.casefold() in {name.casefold() for name in taken}:
            yield error(("handover", "label"), f"{policy.bau_label} has a meaning of its own; write another label")
        elif len(policy.bau_label) > _LONGEST:
            yield error(
                ("handover", "label"),
                f"longer than {_LONGEST} characters with its prefix, which GitHub does not take; write a shorter one",
            )


def _read_back(draft: Draft) -> Iterator[Finding]:
    prefix = draft.policy.label_prefix.casefold()
    for path, label in _asked(draft):
        if label.casefold().startswith(prefix):
            text = f"we write {label!r} ourselves, so nothing may follow from it; ask what it stands for"
            yield error(path, text, at_key=path[-1] == label)


def _rule_labels(policy: Policy) -> Iterator[tuple[Path, str]]:
    for index, rule in enumerate(policy.rules):
        for at, label in enumerate(rule.then.add_labels):
            yield ("rules", index, "then", "add_labels", at), label


def _asked(draft: Draft) -> Iterator[tuple[Path, str]]:
    """The labels from which something follows."""
    policy = draft.policy
    for part in ("kind", "impact", "urgency", "severity", "customer"):
        yield from (((part, "labels", label), label) for label in getattr(policy, part).labels)
    for name, declared in policy.fields.items():
        yield from ((("fields", name, "labels", label), label) for label in declared.labels)
    for path, condition in draft.conditions():
        for leaf in leaves(tree(condition, policy.declared)):
            if leaf.field.name == "labels" and leaf.operator.name != "missing":
                names = leaf.argument if isinstance(leaf.argument, tuple) else (leaf.argument,)
                yield from ((path, name) for name in names)
