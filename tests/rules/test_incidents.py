from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import duplicate_of, ticket
from tests.rules.strategies import any_tickets, unhurried

from hypercare_rules.incidents import incidents
from hypercare_rules.ticket import Link, Ref, Relation, Ticket


def numbers(*tickets: Ticket) -> list[list[str]]:
    return [sorted(ref.key for ref in incident) for incident in incidents(tickets)]


def linked(key: str, relation: Relation, other: str) -> Ticket:
    return ticket(key, links=(Link(relation=relation, key=other),))


def test_without_links_every_ticket_is_an_incident() -> None:
    assert numbers(ticket("B"), ticket("A"), ticket("C")) == [["A"], ["B"], ["C"]]


def test_incidents_come_in_the_order_of_their_first_tickets() -> None:
    assert numbers(ticket("C"), ticket("D", links=duplicate_of("A")), ticket("A"), ticket("B")) == [
        ["A", "D"],
        ["B"],
        ["C"],
    ]


def test_no_tickets_no_incidents() -> None:
    assert incidents([]) == ()


@pytest.mark.parametrize("relation", [Relation.duplicates, Relation.duplicated_by])
def test_duplicates_are_one_incident_whichever_says_so(relation: Relation) -> None:
    assert numbers(linked("A", relation, "B"), ticket("B"), ticket("C")) == [["A", "B"], ["C"]]
    assert numbers(ticket("A"), linked("B", relation, "A"), ticket("C")) == [["A", "B"], ["C"]]


@pytest.mark.parametrize("relation", [Relation.blocks, Relation.blocked_by, Relation.relates])
def test_other_links_bind_nothing(relation: Relation) -> None:
    assert numbers(linked("A", relation, "B"), ticket("B")) == [["A"], ["B"]]


def test_a_duplicate_of_a_duplicate_is_the_same_incident() -> None:
    chain = [ticket(key, links=duplicate_of(other)) for key, other in [("A", "D"), ("B", "C"), ("D", "C"), ("C", "E")]]
    assert numbers(*chain, ticket("E"), ticket("F")) == [["A", "B", "C", "D", "E"], ["F"]]


def test_a_link_to_a_ticket_outside_binds_nothing_not_even_through_it() -> None:
    assert numbers(*(ticket(key, links=duplicate_of("OTHER-1")) for key in "AB")) == [["A"], ["B"]]


def test_a_ticket_that_is_linked_to_itself_or_in_a_circle_does_no_harm() -> None:
    assert numbers(ticket("A", links=duplicate_of("A", "B")), ticket("B", links=duplicate_of("A"))) == [["A", "B"]]


def test_a_key_means_a_ticket_of_the_same_tracker() -> None:
    shop, web = ticket("A-1", tracker="shop"), ticket("A-1", tracker="web")
    linked_web = ticket("A-2", tracker="web", links=duplicate_of("A-1"))
    assert incidents([web, shop, linked_web]) == (
        frozenset({Ref("shop", "A-1")}),
        frozenset({Ref("web", "A-1"), Ref("web", "A-2")}),
    )


@unhurried
@given(st.lists(any_tickets(), max_size=8, unique_by=lambda one: one.ref), st.randoms(use_true_random=False))
def test_every_ticket_is_in_one_incident_in_whatever_order_they_come(tickets: list[Ticket], random: Random) -> None:
    found = incidents(tickets)
    assert sorted(ref for incident in found for ref in incident) == sorted(one.ref for one in tickets)
    assert found == incidents(random.sample(tickets, len(tickets)))
