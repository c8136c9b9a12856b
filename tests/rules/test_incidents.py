"""Which tickets are one problem, and what its trackers disagree about."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import ANA, CUSTOMER, DONE, US, comment, duplicate_of, ticket
from tests.rules.strategies import any_tickets, of_whole_releases

from hypercare_rules.incidents import Incident, incidents
from hypercare_rules.ticket import Link, Ref, Relation, Ticket
from hypercare_rules.values import Priority

# Where the priorities of tickets do not matter.
P3 = Priority.P3
SHOP, WEB = ticket("SHOP-7"), ticket("acme/web#12", tracker="web-github")


def found(*tickets: Ticket, **priorities: Priority) -> tuple[Incident, ...]:
    """The incidents of the tickets; priorities are given by tracker."""
    by_tracker = {name.replace("_", "-"): value for name, value in priorities.items()}
    return incidents(tickets, {one.ref: by_tracker.get(one.ref.tracker, P3) for one in tickets})


def numbers(*tickets: Ticket) -> list[list[str]]:
    return [[ref.key for ref in incident.tickets] for incident in found(*tickets)]


def linked(key: str, relation: Relation, other: str) -> Ticket:
    return ticket(key, links=(Link(relation=relation, key=other),))


def on_web(key: str = "acme/web#12", **given: object) -> Ticket:
    return ticket(key, tracker="web-github", **given)


def test_without_links_every_ticket_is_an_incident() -> None:
    assert numbers(ticket("B"), ticket("A"), ticket("C")) == [["A"], ["B"], ["C"]]


def test_incidents_come_in_the_order_of_their_first_tickets() -> None:
    tickets = (ticket("C"), ticket("D", links=duplicate_of("A")), ticket("A"), ticket("B"))
    assert numbers(*tickets) == [["A", "D"], ["B"], ["C"]]


def test_no_tickets_no_incidents() -> None:
    assert found() == ()


@pytest.mark.parametrize("relation", [Relation.duplicates, Relation.duplicated_by])
def test_duplicates_are_one_incident_whichever_says_so(relation: Relation) -> None:
    assert numbers(linked("A", relation, "B"), ticket("B"), ticket("C")) == [["A", "B"], ["C"]]
    assert numbers(ticket("A"), linked("B", relation, "A"), ticket("C")) == [["A", "B"], ["C"]]


@pytest.mark.parametrize("relation", [Relation.blocks, Relation.blocked_by, Relation.relates])
def test_other_links_within_a_tracker_bind_nothing(relation: Relation) -> None:
    assert numbers(linked("A", relation, "B"), ticket("B")) == [["A"], ["B"]]


def test_a_duplicate_of_a_duplicate_is_the_same_incident() -> None:
    chain = [ticket(key, links=duplicate_of(other)) for key, other in [("A", "D"), ("B", "C"), ("D", "C"), ("C", "E")]]
    assert numbers(*chain, ticket("E"), ticket("F")) == [["A", "B", "C", "D", "E"], ["F"]]


def test_a_link_to_a_ticket_outside_binds_nothing_not_even_through_it() -> None:
    assert numbers(*(ticket(key, links=duplicate_of("OTHER-1")) for key in "AB")) == [["A"], ["B"]]


def test_a_ticket_that_is_linked_to_itself_or_in_a_circle_does_no_harm() -> None:
    assert numbers(ticket("A", links=duplicate_of("A", "B")), ticket("B", links=duplicate_of("A"))) == [["A", "B"]]


def test_a_key_that_two_trackers_have_means_the_own_one() -> None:
    shop, web = ticket("A-1", tracker="shop"), ticket("A-1", tracker="web")
    for own in (
        ticket("A-2", tracker="web", links=duplicate_of("A-1")),
        ticket("A-2", tracker="web", links=duplicate_of("A-1"), title="A-1 again"),
    ):
        assert [incident.tickets for incident in found(web, shop, own)] == [
            (Ref("shop", "A-1"),),
            (Ref("web", "A-1"), Ref("web", "A-2")),
        ]


@pytest.mark.parametrize(
    "text",
    [
        "See SHOP-7",
        "SHOP-7: checkout fails",
        "(SHOP-7)",
        "https://shop.atlassian.net/browse/SHOP-7",
        "https://shop.atlassian.net/browse/SHOP-7?focusedId=3",
    ],
)
def test_a_key_or_an_address_of_the_other_trackers_ticket_binds(text: str) -> None:
    for naming in (on_web(title=text), on_web(description=text), on_web(comments=(comment("2h", CUSTOMER, text),))):
        assert numbers(SHOP, naming) == [["SHOP-7", "acme/web#12"]]


@pytest.mark.parametrize(
    "text",
    [
        "also acme/web#12.",
        "acme/web#12",
        "https://github.com/acme/web/issues/12",
        "see https://github.example/acme/web/issues/12#issuecomment-5 please",
    ],
)
def test_a_github_issue_is_named_by_repository_and_number_or_address(text: str) -> None:
    assert numbers(ticket("SHOP-7", title=text), WEB) == [["SHOP-7", "acme/web#12"]]


@pytest.mark.parametrize(
    "text",
    ["SHOP-70", "XSHOP-7", "shop-7", "MY-SHOP-7", "SHOP-7-1", "SHOP - 7", "SHOP-"],
)
def test_what_only_looks_like_the_key_binds_nothing(text: str) -> None:
    assert numbers(SHOP, on_web(title=text)) == [["SHOP-7"], ["acme/web#12"]]


@pytest.mark.parametrize("text", ["#12", "web#12", "acme/web#123", "x/acme/web#12", "acme/web 12"])
def test_what_only_looks_like_the_repository_and_number_binds_nothing(text: str) -> None:
    assert numbers(ticket("SHOP-7", title=text), WEB) == [["SHOP-7"], ["acme/web#12"]]


def test_our_own_comments_bind_nothing() -> None:
    ours, theirs = (on_web(comments=(comment("2h", who, "Same incident as SHOP-7."),)) for who in (US, ANA))
    assert numbers(SHOP, ours) == [["SHOP-7"], ["acme/web#12"]]
    assert numbers(SHOP, theirs) == [["SHOP-7", "acme/web#12"]]


@pytest.mark.parametrize("relation", Relation)
def test_any_link_to_the_other_tracker_binds(relation: Relation) -> None:
    assert numbers(linked("SHOP-7", relation, "acme/web#12"), WEB) == [["SHOP-7", "acme/web#12"]]


def test_naming_a_ticket_of_the_same_tracker_binds_nothing() -> None:
    assert numbers(SHOP, ticket("SHOP-8", title="after SHOP-7")) == [["SHOP-7"], ["SHOP-8"]]
    assert numbers(WEB, on_web("acme/web#13", title="after acme/web#12")) == [["acme/web#12"], ["acme/web#13"]]


@pytest.mark.parametrize("text", ["Duplicate of #12", "looks like a dup of #12.", "dupe of #12"])
def test_duplicate_of_a_number_binds_within_the_repository(text: str) -> None:
    said = on_web("acme/web#13", comments=(comment("2h", ANA, text),))
    assert numbers(WEB, said) == [["acme/web#12", "acme/web#13"]]
    elsewhere = on_web("acme/api#13", comments=(comment("2h", ANA, text),))
    assert numbers(WEB, elsewhere) == [["acme/api#13"], ["acme/web#12"]]


@pytest.mark.parametrize("text", ["not a duplicate of #123", "see #12", "duplicates #12"])
def test_other_words_about_a_number_bind_nothing(text: str) -> None:
    assert numbers(WEB, on_web("acme/web#13", title=text)) == [["acme/web#12"], ["acme/web#13"]]


def test_two_reports_of_one_problem_in_the_other_tracker_are_one_incident() -> None:
    tickets = (SHOP, on_web("acme/web#1", title="SHOP-7"), on_web("acme/web#2", title="SHOP-7"))
    assert numbers(*tickets) == [["SHOP-7", "acme/web#1", "acme/web#2"]]


@pytest.mark.parametrize(("shop", "web"), [(Priority.P1, Priority.P4), (Priority.P4, Priority.P1)])
def test_an_incident_has_the_highest_of_its_priorities(shop: Priority, web: Priority) -> None:
    (incident,) = found(SHOP, on_web(title="SHOP-7"), shop_jira=shop, web_github=web)
    assert incident.priority is Priority.P1
    assert incident.disagreement == f"{shop} in shop-jira, {web} in web-github"


def test_one_side_closed_and_the_other_open_is_a_disagreement() -> None:
    (incident,) = found(SHOP, on_web(title="SHOP-7", status=DONE))
    assert incident.disagreement == "open in shop-jira, closed in web-github"


def test_a_tracker_with_one_ticket_open_is_open() -> None:
    closed_duplicate = on_web("acme/web#13", status=DONE, title="SHOP-7")
    (incident,) = found(SHOP, on_web(title="SHOP-7"), closed_duplicate)
    assert incident.disagreement is None


def test_everything_in_which_trackers_differ_is_told() -> None:
    (incident,) = found(SHOP, on_web(title="SHOP-7", status=DONE), web_github=Priority.P1)
    assert incident.disagreement == "open in shop-jira, closed in web-github; P3 in shop-jira, P1 in web-github"


@pytest.mark.parametrize("status", [SHOP.status, DONE], ids=["open", "closed"])
def test_trackers_that_say_the_same_do_not_disagree(status: object) -> None:
    (incident,) = found(ticket("SHOP-7", status=status), on_web(title="SHOP-7", status=status))
    assert incident.disagreement is None


def test_duplicates_of_one_tracker_may_be_closed() -> None:
    (incident,) = found(ticket("A"), ticket("B", status=DONE, links=duplicate_of("A")))
    assert incident.disagreement is None


@of_whole_releases
@given(st.lists(any_tickets(), max_size=8, unique_by=lambda one: one.ref), st.randoms(use_true_random=False))
def test_every_ticket_is_in_one_incident_in_whatever_order_they_come(tickets: list[Ticket], random: Random) -> None:
    incident_list = found(*tickets)
    assert sorted(ref for incident in incident_list for ref in incident.tickets) == sorted(one.ref for one in tickets)
    assert incident_list == found(*random.sample(tickets, len(tickets)))
