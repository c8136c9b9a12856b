"""Incidents: one problem, seen through one or more tickets, in one tracker or several, counted once.

Tickets are one incident where a link of a tracker, or plain words of a person, say that they are the same problem; docs/adr/0005
says what counts. Whatever says less is suggested elsewhere, never merged.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hypercare_rules.directory import Directory
from hypercare_rules.judge import Surroundings, own_customers
from hypercare_rules.mentions import Named, Says, said
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Ref, Relation, Ticket
from hypercare_rules.values import Priority

_BY_LINK = {
    Relation.duplicates: Says.duplicate,
    Relation.duplicated_by: Says.duplicate,
    Relation.same: Says.same,
}


@dataclass(frozen=True, slots=True)
class Group:
    """The tickets of one problem, sorted, and how many of the others are duplicates of each."""

    tickets: tuple[Ref, ...]
    duplicates: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """All tickets in groups, sorted by their first; and pairs of two groups of which one names the other, sorted, too."""

    groups: tuple[Group, ...]
    mentions: tuple[tuple[Ref, Ref], ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """Tickets of one problem, with the highest of their priorities. `disagreement` says in what their trackers differ."""

    tickets: tuple[Ref, ...]
    priority: Priority
    disagreement: str | None = None


def bound(tickets: Iterable[Ticket]) -> Bound:
    """What the tickets say of each other. What is named but not among the tickets binds nothing, nor what a person took back."""
    known = {ticket.ref: ticket for ticket in tickets}
    directory = Directory.of(known.values())
    distinct = {frozenset(pair) for ticket in known.values() for pair in _distinct(ticket, directory)}
    problem, duplicates = _Union(), _Union()
    mentions: set[tuple[Ref, Ref]] = set()
    for ref, ticket in known.items():
        for other, says in _related(ticket, directory):
            if frozenset((ref, other)) in distinct:
                continue
            if says is Says.mention:
                mentions.add(min((ref, other), (other, ref)))
            else:
                problem.join(ref, other)
            if says is Says.duplicate:
                duplicates.join(ref, other)
    groups: dict[Ref, list[Ref]] = {}
    for ref in known:
        groups.setdefault(problem.head(ref), []).append(ref)
    copies = Counter(map(duplicates.head, known))
    return Bound(
        tuple(
            sorted(
                (
                    Group(tuple(sorted(refs)), tuple(copies[duplicates.head(ref)] - 1 for ref in sorted(refs)))
                    for refs in groups.values()
                ),
                key=lambda group: group.tickets,
            )
        ),
        tuple(sorted(pair for pair in mentions if problem.head(pair[0]) != problem.head(pair[1]))),
    )


def incidents(
    groups: Iterable[Group], tickets: Mapping[Ref, Ticket], priority: Mapping[Ref, Priority]
) -> tuple[Incident, ...]:
    """The groups as incidents, by the tickets' priorities."""
    return tuple(
        Incident(
            group.tickets,
            min(priority[ref] for ref in group.tickets),
            _disagreement([tickets[ref] for ref in group.tickets], priority),
        )
        for group in groups
    )


def surroundings(
    groups: Iterable[Group], tickets: Mapping[Ref, Ticket], priority: Mapping[Ref, Priority], policy: Policy
) -> dict[Ref, Surroundings]:
    """What each ticket of a group of several owes to the others, by the priority that each has on its own.

    So a rule may set a priority because trackers disagree, and what it sees does not depend on what it does.
    """
    around: dict[Ref, Surroundings] = {}
    for group in groups:
        if len(group.tickets) > 1:
            members = [tickets[ref] for ref in group.tickets]
            customers: frozenset[str] = frozenset().union(*(customers_of(ticket, policy) for ticket in members))
            disagree = _disagreement(members, priority) is not None
            for ref, copies in zip(group.tickets, group.duplicates, strict=True):
                around[ref] = Surroundings(copies, customers, disagree)
    return around


class _Union:
    """Tickets joined into sets, each found by its head; one that was never joined is its own."""

    def __init__(self) -> None:
        self._above: dict[Ref, Ref] = {}

    def head(self, ref: Ref) -> Ref:
        above = self._above
        while (next_ := above.get(ref, ref)) != ref:
            above[ref] = ref = above.get(next_, next_)
        return ref

    def join(self, one: Ref, other: Ref) -> None:
        first, second = self.head(one), self.head(other)
        if first != second:
            self._above[second] = first


def _related(ticket: Ticket, known: Directory) -> Iterator[Named]:
    """What the ticket's links and texts say of other known tickets."""
    for link in ticket.links:
        if link.relation is Relation.distinct:
            continue
        says = _BY_LINK.get(link.relation, Says.mention)
        for ref in known.linked(link.key, ticket.ref) if link.url is None else known.addressed(link.url):
            # Within a site tickets are linked for many reasons; of another one a link tells at least that the two belong together.
            if ref != ticket.ref and (says is Says.duplicate or not known.together(ref, ticket.ref)):
                yield Named(ref, says)
    yield from said(ticket, known)


def _distinct(ticket: Ticket, known: Directory) -> Iterator[tuple[Ref, Ref]]:
    """The ticket with each other one of which a person took back that it is the same problem."""
    for link in ticket.links:
        if link.relation is Relation.distinct:
            yield from ((ticket.ref, ref) for ref in known.linked(link.key, ticket.ref))


def _disagreement(group: list[Ticket], priorities: Mapping[Ref, Priority]) -> str | None:
    """In what the trackers of an incident differ; within one tracker duplicates are expected to be closed."""
    if len({ticket.ref.tracker for ticket in group}) == 1:
        return None
    opened = {ticket.ref.tracker for ticket in group if ticket.open}
    closed = {ticket.ref.tracker for ticket in group} - opened
    differ = []
    if opened and closed:
        differ.append(f"open in {', '.join(sorted(opened))}, closed in {', '.join(sorted(closed))}")
    by_tracker: dict[str, Priority] = {}
    for ticket in group:
        value = priorities[ticket.ref]
        by_tracker[ticket.ref.tracker] = min(value, by_tracker.get(ticket.ref.tracker, value))
    if len(set(by_tracker.values())) > 1:
        differ.append(", ".join(f"{value} in {tracker}" for tracker, value in sorted(by_tracker.items())))
    return "; ".join(differ) or None


def customers_of(ticket: Ticket, policy: Policy) -> frozenset[str]:
    """The customers whom a ticket names by itself."""
    custom = {name: declared.read(ticket).value for name, declared in policy.fields.items()}
    return own_customers(ticket, custom, customer=policy.customer.find(ticket, policy.kind.find(ticket).value).value)
