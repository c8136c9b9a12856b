"""What can change the answer of a condition about a ticket: which happenings, and whether time alone can.

So the past of thousands of tickets is known without judging each of them at each of its events.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce

from hypercare_rules.conditions import fields_in
from hypercare_rules.policy import Policy
from hypercare_rules.rewind import WITHOUT_HISTORY
from hypercare_rules.rule import Rule
from hypercare_rules.ticket import Event, LabelChanged, Said, StatusChanged, Ticket
from hypercare_rules.words import Verb


class Happening(StrEnum):
    """Something that happens to a ticket; `mapped_label` are only the labels that the policy has values for."""

    status = "status"
    reopening = "reopening"
    label = "label"
    mapped_label = "mapped label"
    native_priority = "native_priority"
    assigned = "assigned"
    scope = "scope"
    comment = "comment"


@dataclass(frozen=True, slots=True)
class Influence:
    """What can change an answer. `timely` says that time alone can, `traceless` that something can of which no history tells."""

    happenings: frozenset[Happening] = frozenset()
    timely: bool = False
    traceless: bool = False

    def __or__(self, other: "Influence") -> "Influence":
        return Influence(
            self.happenings | other.happenings, self.timely or other.timely, self.traceless or other.traceless
        )


def _by(*happenings: Happening, timely: bool = False, traceless: bool = False) -> Influence:
    return Influence(frozenset(happenings), timely, traceless)


_NOTHING, _UNTOLD = Influence(), Influence(traceless=True)
_ANYTHING = Influence(frozenset(Happening), timely=True)
_VALUES = _by(Happening.mapped_label, Happening.native_priority)
_RESPONSES = (Happening.comment, Happening.status, Happening.assigned)
_OF_FIELD = {
    **dict.fromkeys(("status", "status_category", "open", "resolution"), _by(Happening.status)),
    "resolved": _by(Happening.status, timely=True),
    "labels": _by(Happening.label),
    "overridden": _by(Happening.mapped_label),
    "assignees": _by(Happening.assigned),
    "native_priority": _by(Happening.native_priority),
    **dict.fromkeys(("affects", "planned_for"), _by(Happening.scope)),
    "comments": _by(Happening.comment),
    "reopened": _by(Happening.reopening),
    "acknowledged": _by(*_RESPONSES),
    "acknowledged_at": _by(*_RESPONSES, timely=True),
    **dict.fromkeys(("created", "updated", "age"), _by(timely=True)),
    **dict.fromkeys(("severity", "customer"), _VALUES),
    **dict.fromkeys(("tracker", "place", "key", "reporter"), _NOTHING),
    **dict.fromkeys(("title", "description", "components", "issue_type", "audience", *WITHOUT_HISTORY), _UNTOLD),
    **dict.fromkeys(("customers", "customers_affected"), _VALUES | _UNTOLD),
}  # fmt: skip
_JUDGED = frozenset({"kind", "impact", "urgency", "priority"})


class Influences:
    """What can change the answers of a policy's conditions."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        mappings = (policy.kind, policy.impact, policy.urgency, policy.severity, policy.customer)
        self._mapped = frozenset().union(*(mapping.labels for mapping in mappings)) | {
            label.casefold() for field in policy.fields.values() for label in field.labels
        }
        self._judgement = self._of_judgement()

    def of(self, fields: Iterable[str]) -> Influence:
        """What can change the answer of a condition that asks about these fields."""
        return reduce(Influence.__or__, map(self._of_field, fields), _NOTHING)

    def moments(self, ticket: Ticket, happenings: frozenset[Happening], after: datetime) -> Iterator[datetime]:
        """When one of the happenings came to a ticket, later than `after`."""
        if not happenings:
            return
        for event in ticket.history:
            if event.at > after and (event.kind in happenings or self._is_one(event, happenings)):
                yield event.at
        if Happening.comment in happenings:
            yield from (comment.created for comment in ticket.comments if comment.created > after)

    def _is_one(self, event: Event, happenings: frozenset[Happening]) -> bool:
        match event:
            case LabelChanged(label=label):
                return Happening.mapped_label in happenings and self._is_mapped(label.casefold())
            case StatusChanged():
                return Happening.reopening in happenings and event.reopens
            case Said(verb=Verb.priority):
                return Happening.mapped_label in happenings  # it does what a label would
            case Said(verb=Verb.ack):
                return Happening.comment in happenings
        return False

    def _is_mapped(self, label: str) -> bool:
        return label in self._mapped or label.startswith(self._policy.override_prefix.casefold())

    def _of_field(self, name: str) -> Influence:
        if name in _JUDGED:
            return self._judgement
        if name in self._policy.fields:
            return _by(Happening.mapped_label, traceless=self._policy.fields[name].changeable)
        return _OF_FIELD.get(name, _ANYTHING)

    def _of_judgement(self) -> Influence:
        """What can change kind, impact, urgency and priority: what mappings see, and what the rules that decide on them ask."""
        found = _VALUES
        for rule in filter(_decides, self._policy.rules):
            asked = fields_in(rule.when, self._policy.declared) - _JUDGED
            found |= reduce(Influence.__or__, map(self._of_field, asked), _NOTHING)
        return found


def _decides(rule: Rule) -> bool:
    return bool(rule.then.set or rule.then.raise_ or rule.then.stop)
