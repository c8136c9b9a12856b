"""Titles that say much the same: suggested, never merged."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import after, closed, duplicate_of, policy, source, ticket, world

from hypercare_rules.assess import assess
from hypercare_rules.similar import ENOUGH, similar, title_words
from hypercare_rules.ticket import Ticket

CHECKOUT = "Checkout fails with error 500 after payment"


def pairs(*tickets: Ticket) -> list[tuple[str, str]]:
    found = similar(assess(world(source(*tickets)), policy(), after("9d")))
    return [(one.ref.key, other.ref.key) for one, other in (pair.tickets for pair in found)]


def titled(*titles: str, **given: Any) -> list[Ticket]:
    return [ticket(f"SHOP-{number:05}", title=title, **given) for number, title in enumerate(titles)]


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (CHECKOUT, True),
        ("checkout FAILS: payment error 500!", True),
        ("Error 500 when a payment fails in the checkout", True),
        ("Errors 500 after payments: checkouts fail", True),
        ("Checkout fails", False),
        ("Login fails with error 500", False),
        ("", False),
    ],
)
def test_titles_that_share_most_of_their_words_are_alike(other: str, alike: bool) -> None:
    assert bool(pairs(*titled(CHECKOUT, other))) is alike


def test_two_shared_words_say_too_little() -> None:
    assert pairs(*titled("Login broken", "Login broken")) == []


def test_tickets_of_one_incident_need_no_suggestion() -> None:
    one, other = ticket("A", title=CHECKOUT), ticket("B", title=CHECKOUT, links=duplicate_of("A"))
    assert pairs(one, other) == []


def test_a_ticket_that_names_one_of_another_tracker_is_suggested_with_it() -> None:
    naming = ticket("acme/web#12", tracker="web-github", description="See SHOP-7")
    shop = ticket("SHOP-7")
    assert pairs(shop, naming, titled("Other")[0]) == [("SHOP-7", "acme/web#12")]
    (found,) = similar(assess(world(source(shop, naming)), policy(), after("9d")))
    assert found.named
    assert pairs(closed("SHOP-7"), naming) == []


def test_a_pair_that_is_alike_and_named_stands_once() -> None:
    naming = ticket("acme/web#12", tracker="web-github", title=CHECKOUT, description="See SHOP-7")
    assert pairs(ticket("SHOP-7", title=CHECKOUT), naming) == [("SHOP-7", "acme/web#12")]


def test_closed_tickets_are_not_suggested() -> None:
    assert pairs(ticket("A", title=CHECKOUT), closed("B", title=CHECKOUT)) == []


def test_the_pairs_are_sorted_and_each_stands_once() -> None:
    assert pairs(*reversed(titled(CHECKOUT, CHECKOUT, CHECKOUT))) == [
        ("SHOP-00000", "SHOP-00001"),
        ("SHOP-00000", "SHOP-00002"),
        ("SHOP-00001", "SHOP-00002"),
    ]


@given(
    st.lists(
        st.lists(st.sampled_from(["red", "blue", "green", "pink", "grey", "cyan", "teal"]), max_size=6), max_size=6
    )
)
def test_every_pair_that_shares_enough_words_is_found(titles: list[list[str]]) -> None:
    tickets = titled(*map(" ".join, titles))
    words = {one.ref.key: title_words(one.title) for one in tickets}
    expected = [
        (one, other)
        for one, other in combinations(sorted(words), 2)
        if len(words[one] & words[other]) >= max(3, ENOUGH * len(words[one] | words[other]))
    ]
    assert pairs(*tickets) == expected
