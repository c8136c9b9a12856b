"""Incidents: one problem, seen through one or more tickets that say they are duplicates, counted once."""

from collections.abc import Iterable

from hypercare_rules.ticket import Ref, Relation, Ticket


def incidents(tickets: Iterable[Ticket]) -> tuple[frozenset[Ref], ...]:
    """The tickets grouped into incidents, sorted by their first ticket. A link to a ticket outside binds nothing."""
    known = {ticket.ref.key: ticket for ticket in tickets}
    head = {key: key for key in known}

    def find(key: str) -> str:
        while head[key] != key:
            head[key] = key = head[head[key]]
        return key

    for key, ticket in known.items():
        for link in ticket.links:
            if link.relation in (Relation.duplicates, Relation.duplicated_by) and link.key in known:
                head[find(link.key)] = find(key)
    groups: dict[str, set[Ref]] = {}
    for key, ticket in known.items():
        groups.setdefault(find(key), set()).add(ticket.ref)
    return tuple(sorted((frozenset(group) for group in groups.values()), key=min))
