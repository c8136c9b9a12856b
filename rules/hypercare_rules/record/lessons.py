"""What is to be learned of a ticket, where it says so: how it ended, why it came about, who found it, how to live with it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from hypercare_rules.conditions.explaining import in_words
from hypercare_rules.judgement import Judgement
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Standing, Ticket
from hypercare_rules.values import Kind, Priority

_NO = frozenset({"", "no", "none", "false", "n/a", "-", "unknown"})
_FINDERS = {Standing.bot: "monitoring", Standing.ours: "monitoring", Standing.team: "the team"}
_GRAVE = (Priority.P1, Priority.P2)
NO_COMPONENT = ""
"""Stands for the tickets without a component."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a ticket says; empty where it does not. `found_by` always says something.

    All but `resolution`, which is the tracker's, are fields of these names that the policy declares. Without them a label
    `workaround` or `known-error` is enough for those, and `found_by` follows from who reported.
    """

    resolution: str
    root_cause: str
    found_by: str
    workaround: str
    known_error: str


@dataclass(frozen=True, slots=True)
class Gap:
    """The defects in one component that came up after go-live, so that testing missed them: how many, how grave, found by whom."""

    component: str
    defects: int
    grave: int
    found_by: tuple[tuple[str, int], ...]


def lessons(ticket: Ticket, judgement: Judgement, policy: Policy) -> Lessons:
    """What is to be learned of one ticket."""
    return Lessons(
        resolution=(ticket.resolution or "") if not ticket.open else "",
        root_cause=_declared("root_cause", ticket, policy),
        found_by=_declared("found_by", ticket, policy) or _finder(ticket, judgement),
        workaround=_declared("workaround", ticket, policy) or _labelled("workaround", ticket),
        known_error=_declared("known_error", ticket, policy) or _labelled("known-error", ticket),
    )


def gaps(found: Iterable[tuple[Ticket, Judgement, Lessons]]) -> tuple[Gap, ...]:
    """What testing missed, by component, the most defects first; one of several components counts in each."""
    by_component: dict[str, list[tuple[Judgement, Lessons]]] = {}
    for ticket, judgement, learned in found:
        if judgement.kind.value is Kind.defect:
            for component in ticket.components or (NO_COMPONENT,):
                by_component.setdefault(component, []).append((judgement, learned))
    listed = (
        Gap(
            component,
            len(defects),
            sum(judgement.priority.value in _GRAVE for judgement, _ in defects),
            tuple(sorted(Counter(one.found_by for _, one in defects).items(), key=lambda pair: (-pair[1], pair[0]))),
        )
        for component, defects in by_component.items()
    )
    return tuple(sorted(listed, key=lambda gap: (-gap.defects, -gap.grave, gap.component)))


def _declared(name: str, ticket: Ticket, policy: Policy) -> str:
    declared = policy.fields.get(name)
    if declared is None:
        return ""
    value = declared.read(ticket).value
    said = "" if value is None or value == frozenset() else in_words(value)
    return "" if said.strip().casefold() in _NO else said


def _labelled(word: str, ticket: Ticket) -> str:
    """`yes` where a label is the word, however its parts are joined."""
    return "yes" if any(label.replace("_", "-").replace(" ", "-") == word for label in ticket.folded.labels) else ""


def _finder(ticket: Ticket, judgement: Judgement) -> str:
    if judgement.customer.value:
        return "a customer"
    return _FINDERS.get(ticket.reporter.standing, "somebody else") if ticket.reporter else "somebody else"
