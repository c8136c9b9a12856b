"""Incidents: one problem, seen through one or more tickets that say they are duplicates, counted once."""

from collections.abc import Iterable

from hypercare_rules.ticket import Ref, Relation, Ticket


def incidents(tickets: Iterable[Ticket]) -> tuple[frozenset[Ref], ...]:
    """The tickets grouped into incidents, sorted by their first ticket. A link to a ticket outside binds nothing."""
    known = {ticket.ref: ticket for ticket in tickets}
    head = {ref: ref for ref in known}

    def find(ref: Ref) -> Ref:
        while head[ref] != ref:
            head[ref] = ref = head[head[ref]]
        return ref

    for ref, ticket in known.items():
        for link in ticket.links:
            other = Ref(ref.tracker, link.key)
            if link.relation in (Relation.duplicates, Relation.duplicated_by) and other in known:
                head[find(other)] = find(ref)
    groups: dict[Ref, set[Ref]] = {}
    for ref in known:
        groups.setdefault(find(ref), set()).add(ref)
    return tuple(sorted((frozenset(group) for group in groups.values()), key=min))
