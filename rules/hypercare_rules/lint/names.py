"""Names: what a policy mentions must be defined in it, and be unlike what else has a name."""

from collections.abc import Iterator

from hypercare_rules.exit_criteria import SignedOff
from hypercare_rules.lint.draft import Draft
from hypercare_rules.lint.finding import Finding, Path, error, undefined
from hypercare_rules.people import ON_CALL
from hypercare_rules.policy import Policy


def undefined_names(draft: Draft) -> Iterator[Finding]:
    """Calendars, escalation policies, roles and people that are mentioned and not defined."""
    policy = draft.policy
    kinds: tuple[tuple[str, tuple[str, ...], set[str], Iterator[tuple[Path, str]]], ...] = (
        ("calendar", ("calendars",), set(), _calendars(policy)),
        ("escalation policy", ("escalation",), set(), _escalations(policy)),
        ("person", ("people",), set(), _people(policy)),
        ("role or person", ("roles", "people"), {ON_CALL}, _notified(policy)),
    )
    for what, parts, builtin, mentioned in kinds:
        if (defined := draft.defined(*parts)) is None:
            continue
        known = defined | builtin
        for path, name in mentioned:
            if name not in known:
                yield undefined(path, what, name, known)


def same_ids(draft: Draft) -> Iterator[Finding]:
    """Rules, exit criteria and reviews that share an id: markers, explanations and overriding files name them by it."""
    policy = draft.policy
    for part, items in (("rules", policy.rules), ("exit", policy.exit), ("reviews", policy.reviews)):
        seen: set[str] = set()
        for index, item in enumerate(items):
            if not draft.whole(part, index, "id"):
                continue
            if item.id in seen:
                yield error((part, index, "id"), f"a second one of this id: {item.id!r}; rename one of the two")
            seen.add(item.id)


def ambiguous(draft: Draft) -> Iterator[Finding]:
    """Names of roles that mean something else."""
    policy = draft.policy
    for name in policy.roles:
        if name == ON_CALL:
            yield error(
                ("roles", name),
                "who is on call comes from the roster; write its shifts, or rename the role",
                at_key=True,
            )
        elif name in policy.people:
            yield error(("roles", name), "a role and a person of one name; rename one of the two", at_key=True)


def _calendars(policy: Policy) -> Iterator[tuple[Path, str]]:
    for at, targets in policy.all_targets():
        for clock, allowed in targets.by_clock():
            for priority, target in allowed.items():
                if target.calendar:
                    yield (*at, clock, priority.value), target.calendar
    for index, shift in enumerate(policy.roster.shifts):
        yield ("roster", "shifts", index, "calendar"), shift.calendar
    for name, escalation in policy.escalation.items():
        if escalation.calendar:
            yield ("escalation", name, "calendar"), escalation.calendar
    for index, review in enumerate(policy.reviews):
        if review.calendar:
            yield ("reviews", index, "calendar"), review.calendar


def _escalations(policy: Policy) -> Iterator[tuple[Path, str]]:
    for index, rule in enumerate(policy.rules):
        for at, name in enumerate(rule.then.escalate):
            yield ("rules", index, "then", "escalate", at), name


def _people(policy: Policy) -> Iterator[tuple[Path, str]]:
    for role, members in policy.roles.items():
        yield from ((("roles", role, at), name) for at, name in enumerate(members))
    for index, shift in enumerate(policy.roster.shifts):
        yield from ((("roster", "shifts", index, "who", at), name) for at, name in enumerate(shift.who))
    for index, criterion in enumerate(policy.exit):
        if isinstance(criterion, SignedOff):
            yield from ((("exit", index, "signed_off", at), name) for at, name in enumerate(criterion.signed_off))
    if policy.handover.owner is not None:
        yield ("handover", "owner"), policy.handover.owner
    yield from ((("handover", "owners", component), name) for component, name in policy.handover.owners.items())


def _notified(policy: Policy) -> Iterator[tuple[Path, str]]:
    for name, escalation in policy.escalation.items():
        for tier, step in enumerate(escalation.tiers):
            yield from ((("escalation", name, "tiers", tier, "notify", at), who) for at, who in enumerate(step.notify))
    for index, review in enumerate(policy.reviews):
        yield from ((("reviews", index, "who", at), who) for at, who in enumerate(review.who))
