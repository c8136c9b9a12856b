"""Which word of a person's on a ticket's priority counts: a label, or what somebody said in the summary; the last one does."""

from collections.abc import Iterator
from datetime import datetime

from hypercare_rules.policy import Policy
from hypercare_rules.ticket import LabelChanged, Said, Ticket
from hypercare_rules.values import Priority
from hypercare_rules.words import Verb


def said_priority(ticket: Ticket, policy: Policy) -> Said | None:
    """What was said last in the summary about the ticket's priority, unless it was taken back or a label was set or taken off since."""
    said = next((one for one in reversed(ticket.said) if one.verb is Verb.priority), None)
    if said is None or said.priority is None:
        return None
    return None if any(event.at > said.at for event in label_words(ticket, policy)) else said


def labelled_priority(ticket: Ticket, policy: Policy) -> Priority | None:
    """The highest priority that people's override labels name; labels that name none are left alone."""
    prefix = policy.override_prefix.casefold()
    named = {label.removeprefix(prefix).upper() for label in ticket.folded.labels if label.startswith(prefix)}
    return min((priority for priority in Priority if priority in named), default=None)


def label_words(ticket: Ticket, policy: Policy) -> Iterator[LabelChanged]:
    """Each time that somebody set such a label or took one off, oldest first."""
    prefix = policy.override_prefix.casefold()
    for event in ticket.history:
        if isinstance(event, LabelChanged) and event.label.casefold().startswith(prefix):
            yield event


def overridden_since(ticket: Ticket, policy: Policy) -> datetime:
    """When the word that counts was given; the ticket's creation where the history does not tell."""
    if said := said_priority(ticket, policy):
        return said.at
    return max((event.at for event in label_words(ticket, policy) if event.added), default=ticket.created)


def without_words(ticket: Ticket, policy: Policy) -> Ticket:
    """The ticket as if nobody had overridden its priority."""
    prefix = policy.override_prefix.casefold()
    labels = frozenset(label for label in ticket.labels if not label.casefold().startswith(prefix))
    history = tuple(event for event in ticket.history if not (isinstance(event, Said) and event.verb is Verb.priority))
    return ticket.model_copy(update={"labels": labels, "history": history})
