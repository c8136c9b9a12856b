"""What must come in an order: the time for a P1 before that for a P2, each tier after the one before, phases by their days."""

from collections.abc import Container, Iterator
from itertools import pairwise

from hypercare_rules.durations import render
from hypercare_rules.lint.draft import Draft
from hypercare_rules.lint.finding import Finding, Path, error, warning
from hypercare_rules.values import Priority


def neighbours(draft: Draft, path: Path, given: Container[Priority]) -> Iterator[tuple[Priority, Priority]]:
    """Each priority that is given at a path with the next lower one, where both were read."""
    named = [one for one in Priority if one in given or not draft.whole(*path, one.value)]
    for higher, lower in pairwise(named):
        if draft.whole(*path, higher.value) and draft.whole(*path, lower.value):
            yield higher, lower


def targets(draft: Draft) -> Iterator[Finding]:
    """Targets in one calendar by which a higher priority may take longer than a lower one."""
    for at, allowances in draft.policy.all_targets():
        for clock, allowed in allowances.by_clock():
            for higher, lower in neighbours(draft, (*at, clock), allowed):
                first, second = allowed[higher], allowed[lower]
                if first.calendar == second.calendar and first.length > second.length:
                    text = f"{higher} ({first}) may not take longer than {lower} ({second})"
                    remedy = f"write less time for {higher}, or more for {lower}"
                    yield error((*at, clock, higher.value), f"{text}; {remedy}", also=(*at, clock, lower.value))


def tiers(draft: Draft) -> Iterator[Finding]:
    """Tiers that do not come after the one before them."""
    for name, escalation in draft.policy.escalation.items():
        path = ("escalation", name, "tiers")
        read = [(at, one.after) for at, one in enumerate(escalation.tiers) if draft.whole(*path, at, "after")]
        for (_, earlier), (at, later) in pairwise(read):
            if later <= earlier:
                text = f"not after the tier before it ({render(earlier)})"
                yield error((*path, at, "after"), f"{render(later)} is {text}; write more, or change their order")


def phases(draft: Draft) -> Iterator[Finding]:
    """Phases that do not end after the one before them."""
    read = [(at, one.until_day) for at, one in enumerate(draft.policy.phases) if draft.whole("phases", at, "until_day")]
    for (_, earlier), (at, later) in pairwise(read):
        if later <= earlier:
            text = f"day {later} is not after day {earlier}, with which the phase before it ends"
            yield error(("phases", at, "until_day"), f"{text}; write a later day, or change their order")


def stale(draft: Draft) -> Iterator[Finding]:
    """Priorities that may be left alone for longer than lower ones."""
    lengths = draft.policy.stale
    for higher, lower in neighbours(draft, ("stale",), lengths):
        if lengths[higher] > lengths[lower]:
            text = f"a {higher} may be left alone for longer than a {lower}; write a shorter length"
            yield warning(("stale", higher.value), text, also=("stale", lower.value))
