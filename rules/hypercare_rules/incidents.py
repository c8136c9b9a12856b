"""Incidents: one problem, seen through one or more tickets, in one tracker or several, counted once.

Tickets are one incident where one says that it duplicates the other, or where a ticket names a ticket of another tracker: by its
key or its address in the title, the description or a comment of a person. Similar titles are suggested elsewhere, never merged.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hypercare_rules.judge import Surroundings, own_customers
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Ref, Relation, Standing, Ticket
from hypercare_rules.values import Priority

_JIRA_KEY = re.compile(r"(?<![A-Za-z0-9-])([A-Z][A-Z0-9_]+-[0-9]{1,9})(?![A-Za-z0-9-])")
_GITHUB_KEY = re.compile(r"(?<![\w/.-])([\w.-]+/[\w.-]+)(?:#|/issues/)([0-9]{1,9})\b")
_GITHUB_ADDRESS = re.compile(r"https?://[^\s/]+/([\w.-]+/[\w.-]+)/issues/([0-9]{1,9})\b")
_DUPLICATE_OF = re.compile(r"\b(?:duplicate|dup|dupe) of #([0-9]{1,9})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Incident:
    """Tickets of one problem, with the highest of their priorities. `disagreement` says in what their trackers differ."""

    tickets: tuple[Ref, ...]
    priority: Priority
    disagreement: str | None = None


def incidents(tickets: Iterable[Ticket], priority: Mapping[Ref, Priority]) -> tuple[Incident, ...]:
    """The tickets grouped into incidents, sorted by their first ticket. What is named but not among the tickets binds nothing."""
    known = {ticket.ref: ticket for ticket in tickets}
    head = {ref: ref for ref in known}

    def find(ref: Ref) -> Ref:
        while head[ref] != ref:
            head[ref] = ref = head[head[ref]]
        return ref

    by_key: dict[str, list[Ref]] = {}
    for ref in known:
        by_key.setdefault(ref.key, []).append(ref)
    for ref, ticket in known.items():
        for other in _same_problem(ticket, by_key):
            head[find(other)] = find(ref)
    groups: dict[Ref, list[Ticket]] = {}
    for ref, ticket in known.items():
        groups.setdefault(find(ref), []).append(ticket)
    return tuple(
        sorted((_incident(group, priority) for group in groups.values()), key=lambda incident: incident.tickets)
    )


def surroundings(found: Iterable[Incident], tickets: Mapping[Ref, Ticket], policy: Policy) -> dict[Ref, Surroundings]:
    """What each ticket of an incident of several owes to the others."""
    around: dict[Ref, Surroundings] = {}
    for incident in found:
        if len(incident.tickets) > 1:
            members = [tickets[ref] for ref in incident.tickets]
            customers: frozenset[str] = frozenset().union(*(_customers(ticket, policy) for ticket in members))
            shared = Surroundings(len(members) - 1, customers, incident.disagreement is not None)
            around |= dict.fromkeys(incident.tickets, shared)
    return around


def _same_problem(ticket: Ticket, by_key: Mapping[str, list[Ref]]) -> Iterator[Ref]:
    """The known tickets that this one says are the same problem."""
    here = ticket.ref.tracker

    def meant(key: str) -> list[Ref]:
        """The tickets that a key may mean; where the ticket's own tracker has it, only that."""
        known = by_key.get(key, [])
        return [other for other in known if other.tracker == here] or known

    for link in ticket.links:
        for other in meant(link.key):
            if other.tracker != here or link.relation in (Relation.duplicates, Relation.duplicated_by):
                yield other
    texts = [
        ticket.title,
        ticket.description,
        *(comment.text for comment in ticket.comments if comment.author.standing is not Standing.ours),
    ]
    for text in texts:
        for key in _named(text):
            yield from (other for other in meant(key) if other.tracker != here)
        for match in _DUPLICATE_OF.finditer(text):
            yield from (other for other in meant(f"{ticket.ref.place}#{match[1]}") if other.tracker == here)


def _named(text: str) -> Iterator[str]:
    if "-" in text:
        yield from (match[1] for match in _JIRA_KEY.finditer(text))
    if "/" in text:
        for pattern in (_GITHUB_KEY, _GITHUB_ADDRESS):
            yield from (f"{match[1]}#{match[2]}" for match in pattern.finditer(text))


def _incident(group: list[Ticket], priority: Mapping[Ref, Priority]) -> Incident:
    by_ref = {ticket.ref: priority[ticket.ref] for ticket in group}
    return Incident(tuple(sorted(by_ref)), min(by_ref.values()), _disagreement(group, by_ref))


def _disagreement(group: list[Ticket], priorities: Mapping[Ref, Priority]) -> str | None:
    """In what the trackers of an incident differ; within one tracker duplicates are expected to be closed."""
    if len({ticket.ref.tracker for ticket in group}) == 1:
        return None
    opened = {ticket.ref.tracker for ticket in group if ticket.open}
    closed = {ticket.ref.tracker for ticket in group} - opened
    said = []
    if opened and closed:
        said.append(f"open in {', '.join(sorted(opened))}, closed in {', '.join(sorted(closed))}")
    by_tracker: dict[str, Priority] = {}
    for ref, value in sorted(priorities.items()):
        by_tracker[ref.tracker] = min(value, by_tracker.get(ref.tracker, value))
    if len(set(by_tracker.values())) > 1:
        said.append(", ".join(f"{value} in {tracker}" for tracker, value in sorted(by_tracker.items())))
    return "; ".join(said) or None


def _customers(ticket: Ticket, policy: Policy) -> frozenset[str]:
    custom = {name: declared.read(ticket).value for name, declared in policy.fields.items()}
    return own_customers(ticket, custom, customer=policy.customer.find(ticket, policy.kind.find(ticket).value).value)
