"""The table of all that a condition may ask about: the ticket's fields, and those that a policy declares."""

from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from typing import Any

from hypercare_rules.conditions.closures import Read
from hypercare_rules.conditions.facts import Facts
from hypercare_rules.conditions.field_types import (
    COUNT,
    FLAG,
    LENGTH,
    MOMENT,
    NAMES,
    NUMBER,
    SHARE,
    TEXT,
    Type,
    choice,
    optional,
)
from hypercare_rules.ticket import Audience, StatusCategory
from hypercare_rules.values import Kind, Level, Priority, Severity


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name in conditions, its type, what it means, and what reads it."""

    name: str
    type: Type
    doc: str = field(repr=False)
    read: Read = field(compare=False, repr=False)


def _fact(name: str, type_: Type, doc: str) -> Field:
    return Field(name, type_, doc, attrgetter(name))


LEVEL = choice(Level, gravest_first=True)

# The order is the order in which a condition tests its fields: the cheap ones first.
FIELDS = {
    fact.name: fact
    for fact in (
        _fact("open", FLAG, "Whether anything is left to do."),
        _fact("acknowledged", FLAG, "Whether the team has responded."),
        _fact("overridden", FLAG, "Whether a person has overridden the priority."),
        _fact("customer", FLAG, "Whether a customer reported it."),
        _fact("disagreement", FLAG, "Whether the trackers disagree about its incident, by the priorities that its tickets have on their own."),
        _fact("kind", choice(Kind), "What it is about."),
        _fact("impact", LEVEL, "Its effect on the business, by scope."),
        _fact("urgency", LEVEL, "How soon it has a significant effect."),
        _fact("severity", optional(choice(Severity, gravest_first=True)), "The technical degree that the reporter stated."),
        _fact("priority", choice(Priority, gravest_first=True), "P1 to P4, from impact and urgency or by override."),
        _fact("status_category", choice(StatusCategory), "Where its native status stands in the life of a ticket."),
        _fact("audience", choice(Audience), "Who may read it."),
        _fact("votes", COUNT, "How many people voted for it."),
        _fact("reactions", COUNT, "How many reactions it has."),
        _fact("comments", COUNT, "How many comments it has."),
        _fact("reopened", COUNT, "How often it was reopened."),
        _fact("customers_affected", COUNT, "How many customers it affects."),
        _fact("duplicates", COUNT, "How many tickets are duplicates of it."),
        _fact("linked", COUNT, "How many tickets it is linked to."),
        _fact("open_sub_issues", COUNT, "How many of its sub-issues are open (GitHub)."),
        _fact("open_blockers", COUNT, "How many open issues block it (GitHub; a condition on it costs a request for each 100 issues)."),
        _fact("acknowledge_used", SHARE, "The used share of the time to acknowledge: 0.75 is three quarters, over 1 a breach."),
        _fact("resolve_used", SHARE, "The used share of the time to resolve: 0.75 is three quarters, over 1 a breach."),
        _fact("age", LENGTH, "The time since it was created."),
        _fact("idle_for", LENGTH, "The time since a person last did something to it."),
        _fact("created", MOMENT, "When it was created."),
        _fact("updated", MOMENT, "When anything last changed in it."),
        _fact("resolved", optional(MOMENT), "When it was resolved."),
        _fact("acknowledged_at", optional(MOMENT), "When the team first responded."),
        _fact("last_activity", MOMENT, "When a person last did something to it."),
        _fact("labels", NAMES, "Its labels."),
        _fact("components", NAMES, "Its components."),
        _fact("affects", NAMES, "The versions it was found in."),
        _fact("planned_for", NAMES, "The versions or the milestone it is planned for."),
        _fact("assignees", NAMES, "Who has it, by name in the tracker."),
        _fact("customers", NAMES, "The customers it affects."),
        _fact("tracker", TEXT, "The tracker's name in the config."),
        _fact("place", TEXT, "The Jira project or GitHub repository."),
        _fact("key", TEXT, "Its key in the tracker."),
        _fact("status", TEXT, "Its native status."),
        _fact("native_priority", TEXT, "The tracker's own priority, as people have it: what we made of it does not count."),
        _fact("issue_type", TEXT, "Its native type."),
        _fact("resolution", TEXT, "How it was resolved."),
        _fact("reporter", TEXT, "Who reported it, by name in the tracker."),
        _fact("title", TEXT, "Its title."),
        _fact("description", TEXT, "Its description."),
    )
}  # fmt: skip


class FieldType(StrEnum):
    """What the values of a field are that a policy declares itself."""

    text = "text"
    number = "number"
    names = "names"


DECLARABLE = {FieldType.text: TEXT, FieldType.number: NUMBER, FieldType.names: NAMES}


def declared_field(name: str, type_: FieldType) -> Field:
    """A field of the policy's own. A value of another type than the declared one is missing, as is what is no number."""
    kind = DECLARABLE[type_]
    accepted = (int, float) if kind is NUMBER else kind.values
    absent: frozenset[str] | None = frozenset() if kind is NAMES else None

    def read(facts: Facts) -> Any:
        value = facts.custom.get(name)
        return value if isinstance(value, accepted) and value == value else absent  # noqa: PLR0124 -- nan differs from itself

    return Field(name, kind, "A field that the policy declares.", read)
