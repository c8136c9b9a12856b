"""Which tickets are one problem, and what its trackers disagree about."""

from random import Random
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import ANA, BOT, CUSTOMER, DONE, US, comment, duplicate_of, ticket
from tests.rules.look import scene
from tests.rules.strategies import any_tickets, of_whole_releases

from hypercare_rules.incidents import Incident, bound, incidents
from hypercare_rules.judge import judge
from hypercare_rules.ticket import Link, Person, Ref, Relation, Ticket
from hypercare_rules.values import Priority

# Where the priorities of tickets do not matter.
P3 = Priority.P3
SHOP, WEB = ticket("SHOP-7"), ticket("acme/web#12", tracker="web-github")


def found(*tickets: Ticket, **priorities: Priority) -> tuple[Incident, ...]:
    """The incidents of the tickets; priorities are given by tracker."""
    by_tracker = {name.replace("_", "-"): value for name, value in priorities.items()}
    known = {one.ref: one for one in tickets}
    return incidents(bound(tickets).groups, known, {ref: by_tracker.get(ref.tracker, P3) for ref in known})


def named(*tickets: Ticket) -> list[tuple[str, str]]:
    """The pairs that are suggested because one names the other."""
    return [(one.key, other.key) for one, other in bound(tickets).mentions]


def copies(*tickets: Ticket) -> dict[str, int]:
    """How many duplicates each ticket has."""
    return {
        ref.key: number
        for group in bound(tickets).groups
        for ref, number in zip(group.tickets, group.duplicates, strict=True)
    }


def numbers(*tickets: Ticket) -> list[list[str]]:
    return [[ref.key for ref in incident.tickets] for incident in found(*tickets)]


def linked(key: str, relation: Relation, other: str) -> Ticket:
    return ticket(key, links=(Link(relation=relation, key=other),))


def on_web(key: str = "acme/web#12", **given: object) -> Ticket:
    return ticket(key, tracker="web-github", **given)


def at(host: str, one: Ticket) -> Ticket:
    """The ticket on another site."""
    return one.model_copy(update={"url": f"https://{host}.example/browse/{one.ref.key}"})


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


def test_a_duplicate_that_was_taken_back_is_none_whoever_still_says_so() -> None:
    apart = linked("SHOP-1", Relation.distinct, "SHOP-2")
    assert numbers(apart, ticket("SHOP-2", links=duplicate_of("SHOP-1"))) == [["SHOP-1"], ["SHOP-2"]]
    still = apart.model_copy(update={"comments": (comment("2h", text="Duplicate of SHOP-2"),)})
    assert numbers(still, ticket("SHOP-2")) == [["SHOP-1"], ["SHOP-2"]]
    assert numbers(still, ticket("SHOP-2"), ticket("SHOP-3", links=duplicate_of("SHOP-2"))) == [
        ["SHOP-1"],
        ["SHOP-2", "SHOP-3"],
    ]
    assert copies(still, ticket("SHOP-2")) == {"SHOP-1": 0, "SHOP-2": 0}


def test_a_duplicate_that_was_taken_back_is_no_linked_ticket() -> None:
    both = (*duplicate_of("SHOP-3"), Link(relation=Relation.distinct, key="SHOP-2"))
    assert judge(ticket("SHOP-1", links=both), scene("2h")).facts.linked == 1


def test_a_duplicate_of_a_duplicate_is_the_same_incident() -> None:
    chain = [ticket(key, links=duplicate_of(other)) for key, other in [("A", "D"), ("B", "C"), ("D", "C"), ("C", "E")]]
    assert numbers(*chain, ticket("E"), ticket("F")) == [["A", "B", "C", "D", "E"], ["F"]]


def test_a_link_to_a_ticket_outside_binds_nothing_not_even_through_it() -> None:
    assert numbers(*(ticket(key, links=duplicate_of("OTHER-1")) for key in "AB")) == [["A"], ["B"]]


def test_a_ticket_that_is_linked_to_itself_or_in_a_circle_does_no_harm() -> None:
    assert numbers(ticket("A", links=duplicate_of("A", "B")), ticket("B", links=duplicate_of("A"))) == [["A", "B"]]


def test_a_key_that_two_trackers_have_means_the_own_one() -> None:
    shop, web = ticket("AB-1", tracker="shop"), at("web", ticket("AB-1", tracker="web"))
    for own in (
        at("web", ticket("AB-2", tracker="web", links=duplicate_of("AB-1"))),
        at("web", ticket("AB-2", tracker="web", description="Duplicate of AB-1")),
    ):
        assert [incident.tickets for incident in found(web, shop, own)] == [
            (Ref("shop", "AB-1"),),
            (Ref("web", "AB-1"), Ref("web", "AB-2")),
        ]


TOGETHER, APART = [["SHOP-7", "acme/web#12"]], [["SHOP-7"], ["acme/web#12"]]
JIRA, GITHUB = "https://shop.atlassian.net/browse/SHOP-7", "https://github.com/acme/web/issues/12"

# What a text of acme/web#12 says of SHOP-7, wherever it stands.
PLAIN = [
    "Duplicate of SHOP-7",
    "This looks like a dup of SHOP-7.",
    "Closing as a duplicate of https://shop.atlassian.net/browse/SHOP-7, thanks!",
    "Same problem as SHOP-7.",
    "It is the same as SHOP-7, we are on it",
    "has the same root cause as shop-7",
    "**Duplicate of** [SHOP-7](https://shop.atlassian.net/browse/SHOP-7)",
    "Not my fault. Duplicate of SHOP-7.",
    "Works nowhere\n\nTracked in SHOP-7",
    "also reported as SHOP-7.",
    "Cause of SHOP-7. The router drops the last part of the path.",
    "Fixes SHOP-7 and SHOP-8.",
    "Will be handled under the Jira ticket SHOP-7",
    "Moved to https://shop.atlassian.net/jira/software/projects/SHOP/boards/1?selectedIssue=SHOP-7",
    "acme/web#12 is a duplicate of SHOP-7",
    "SHOP-7",
    "(https://shop.atlassian.net/browse/SHOP-7?focusedId=3)",
]
# What presents it on a line of its own.
PRESENTED = [
    "Nothing happens.\n\nJira: SHOP-7\n",
    "- Customer ticket: https://shop.atlassian.net/browse/SHOP-7\n- Browser: Safari",
    "### Jira ticket\n\nSHOP-7\n\n### Impact\n\nHigh",
    "Ticket:\nSHOP-7",
    "| Jira | SHOP-7",
    "Jira issue [SHOP-7|https://shop.atlassian.net/browse/SHOP-7]\nSee also SHOP-9 for the old one.",
]
# What leaves open how the two belong together.
MENTIONS = [
    "See SHOP-7",
    "after SHOP-7 nothing works",
    "Related to SHOP-7.",
    "regression of SHOP-7",
    "Blocked by: SHOP-7",
    "Might be a duplicate of SHOP-7.",
    "Is this a duplicate of SHOP-7?",
    "Same problem as SHOP-7, but on Android",
    "Please check if it is the same as SHOP-7.",
    "SHOP-9 is a duplicate of SHOP-7",
    "Duplicate of SHOP-9 or SHOP-7",
    "Known issues:\n- SHOP-7\n- SHOP-9",
    "Known issues:\n- Ticket: SHOP-7\n- Ticket: SHOP-9",
    "Known issues: SHOP-9, SHOP-7",
    "I read https://shop.atlassian.net/browse/SHOP-7 first.",
]
# What says that it is another problem, or says nothing at all.
NOTHING = [
    "This is not the same as SHOP-7.",
    "Not a duplicate of SHOP-7",
    "It isn\u2019t a dup of SHOP-7",
    "a different problem, never the same as SHOP-7",
    "not a\nduplicate of SHOP-7",
    "unrelated to SHOP-7",
    "> Duplicate of SHOP-7\n\nNo idea.",
    "```\nDuplicate of SHOP-7\n```",
    "Log: `duplicate of SHOP-7`",
    "{code:java}\n// duplicate of SHOP-7\n{code} fails",
    "{quote}Duplicate of SHOP-7{quote} says who?",
    "bq. Duplicate of SHOP-7",
    "<!-- duplicate of SHOP-7 -->",
    "~~Duplicate of SHOP-7~~",
    "Trace:\n\n    duplicate of SHOP-7",
    "Duplicate of https://other.example/browse/SHOP-7",
    "Duplicate of https://shop.atlassian.net.example/browse/SHOP-7",
    "Duplicate of SHOP-70",
    "Duplicate of XSHOP-7",
    "Duplicate of MY-SHOP-7",
    "Duplicate of SHOP-7-1",
    "Duplicate of bugfix/SHOP-7",
]


@pytest.mark.parametrize("text", [*PLAIN, *PRESENTED])
def test_plain_words_of_another_trackers_ticket_bind(text: str) -> None:
    for naming in (on_web(description=text), on_web(comments=(comment("2h", CUSTOMER, text),))):
        assert numbers(SHOP, naming) == TOGETHER
        assert named(SHOP, naming) == []


@pytest.mark.parametrize("text", MENTIONS)
def test_a_mention_is_suggested_and_binds_nothing(text: str) -> None:
    for naming in (on_web(description=text), on_web(comments=(comment("2h", CUSTOMER, text),))):
        assert numbers(SHOP, naming) == APART
        assert named(SHOP, naming) == [("SHOP-7", "acme/web#12")]


@pytest.mark.parametrize("text", NOTHING)
def test_what_says_another_problem_or_nothing_is_not_even_suggested(text: str) -> None:
    for naming in (on_web(title=text), on_web(description=text), on_web(comments=(comment("2h", CUSTOMER, text),))):
        assert numbers(SHOP, naming) == APART
        assert named(SHOP, naming) == []


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("SHOP-7", TOGETHER),
        ("SHOP-7: checkout fails", TOGETHER),
        ("[SHOP-7] Checkout fails", TOGETHER),
        ("SHOP-7 - checkout fails", TOGETHER),
        ("Checkout fails (SHOP-7)", TOGETHER),
        ("Same problem as SHOP-7", TOGETHER),
        ("SHOP-7 again", APART),
        ("Checkout fails (see SHOP-7)", APART),
        ("SHOP-7, SHOP-9: checkout fails", APART),
        ("Checkout fails after SHOP-7", APART),
    ],
)
def test_a_title_binds_where_it_leads_with_the_ticket_or_ends_with_it(title: str, expected: list[list[str]]) -> None:
    assert numbers(SHOP, on_web(title=title)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Tracked in acme/web#12.",
        "tracked in Acme/Web#12",
        "GitHub: acme/web/issues/12",
        "Same as https://github.com/acme/web/issues/12#issuecomment-5 please",
        "Same as https://GitHub.com/Acme/Web/issues/12",
    ],
)
def test_a_github_issue_is_named_by_repository_and_number_or_address(text: str) -> None:
    assert numbers(ticket("SHOP-7", description=text), WEB) == TOGETHER


@pytest.mark.parametrize(
    "text",
    [
        "#12",
        "web#12",
        "acme/web#123",
        "x/acme/web#12",
        "acme/web 12",
        "https://other.example/acme/web/issues/12",
        "https://github.com/x/acme/web/issues/12",
        "https://github.com.example/acme/web/issues/12",
    ],
)
def test_what_only_looks_like_the_repository_and_number_binds_nothing(text: str) -> None:
    assert numbers(ticket("SHOP-7", description=f"Duplicate of {text}"), WEB) == APART
    assert named(ticket("SHOP-7", description=f"Duplicate of {text}"), WEB) == []


def test_a_site_below_the_address_of_another_is_not_mistaken_for_it() -> None:
    jira = SHOP.model_copy(update={"url": "http://127.0.0.1:80/jira/browse/SHOP-7"})
    web = WEB.model_copy(update={"url": "http://127.0.0.1:80/acme/web/issues/12"})
    for text in ("http://127.0.0.1:80/jira/acme/web/issues/12", "http://127.0.0.1:8/acme/web/issues/12"):
        assert numbers(jira.model_copy(update={"description": text}), web) == APART
    right = "http://127.0.0.1:80/acme/web/issues/12"
    assert numbers(jira.model_copy(update={"description": right}), web) == TOGETHER


@pytest.mark.parametrize(("who", "expected"), [(US, APART), (BOT, APART), (ANA, TOGETHER), (CUSTOMER, TOGETHER)])
def test_what_programs_say_binds_nothing(who: Person, expected: list[list[str]]) -> None:
    told = on_web(comments=(comment("2h", who, "Same incident as SHOP-7."),))
    assert numbers(SHOP, told) == expected


def remote(relation: Relation, url: str) -> Ticket:
    return ticket("SHOP-7", links=(Link(relation=relation, url=url),))


@pytest.mark.parametrize("relation", [Relation.same, Relation.duplicates, Relation.duplicated_by])
def test_a_link_that_says_the_same_problem_binds_over_trackers(relation: Relation) -> None:
    assert numbers(remote(relation, GITHUB), WEB) == TOGETHER
    assert numbers(remote(relation, GITHUB.replace("github.com", "other.example")), WEB) == APART


@pytest.mark.parametrize("relation", [Relation.blocks, Relation.blocked_by, Relation.relates])
def test_any_other_link_over_trackers_is_suggested(relation: Relation) -> None:
    assert numbers(remote(relation, GITHUB), WEB) == APART
    assert named(remote(relation, GITHUB), WEB) == [("SHOP-7", "acme/web#12")]


@pytest.mark.parametrize("relation", [Relation.same, Relation.relates])
def test_a_link_to_a_page_of_the_own_site_is_everyday_talk(relation: Relation) -> None:
    told = ticket("SHOP-8", links=(Link(relation=relation, url=JIRA),))
    assert numbers(SHOP, told) == [["SHOP-7"], ["SHOP-8"]]
    assert named(SHOP, told) == []


def test_a_repository_that_was_renamed_hides_no_address_of_its_tracker() -> None:
    renamed = on_web("acme/old#1").model_copy(update={"url": "https://github.com/acme/new/issues/1"})
    telling = ticket("SHOP-7", description=f"Tracked in {GITHUB}")
    assert numbers(telling, WEB, renamed) == [["SHOP-7", "acme/web#12"], ["acme/old#1"]]


def test_a_tracker_of_which_no_address_can_be_told_is_known_by_its_keys() -> None:
    odd = WEB.model_copy(update={"url": "https://tracker.example"})
    assert numbers(ticket("SHOP-7", description="Tracked in acme/web#12"), odd) == TOGETHER
    assert numbers(ticket("SHOP-7", description=f"Tracked in {GITHUB}"), odd) == APART


def test_a_link_by_key_leads_to_no_other_site() -> None:
    assert numbers(linked("SHOP-7", Relation.duplicates, "acme/web#12"), WEB) == APART


def test_a_link_finds_its_ticket_without_case_and_in_another_tracker_of_the_same_site() -> None:
    other = ticket("acme/api#1", tracker="api-github")
    assert numbers(other, on_web(links=duplicate_of("Acme/API#1"))) == [["acme/api#1", "acme/web#12"]]


def test_naming_a_ticket_of_the_same_tracker_binds_nothing() -> None:
    assert numbers(SHOP, ticket("SHOP-8", title="after SHOP-7")) == [["SHOP-7"], ["SHOP-8"]]
    assert numbers(SHOP, ticket("SHOP-8", description="Tracked in SHOP-7")) == [["SHOP-7"], ["SHOP-8"]]
    assert numbers(WEB, on_web("acme/web#13", title="after acme/web#12")) == [["acme/web#12"], ["acme/web#13"]]
    assert named(SHOP, ticket("SHOP-8", title="after SHOP-7")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Duplicate of #12",
        "looks like a dup of #12.",
        "dupe of #12",
        "Duplicate of acme/web#12",
        "Duplicate of ACME/web#12",
        "Same as https://github.com/acme/web/issues/12",
    ],
)
def test_a_duplicate_binds_within_a_tracker(text: str) -> None:
    said = on_web("acme/web#13", comments=(comment("2h", ANA, text),))
    assert numbers(WEB, said) == [["acme/web#12", "acme/web#13"]]
    assert copies(WEB, said) == {"acme/web#12": 1, "acme/web#13": 1}


def test_a_key_names_a_duplicate_within_jira() -> None:
    assert numbers(SHOP, ticket("SHOP-8", description="Dupe of SHOP-7.")) == [["SHOP-7", "SHOP-8"]]


def test_a_number_means_the_own_repository() -> None:
    elsewhere = on_web("acme/api#13", comments=(comment("2h", ANA, "Duplicate of #12"),))
    assert numbers(WEB, elsewhere) == [["acme/api#13"], ["acme/web#12"]]
    assert numbers(ticket("SHOP-7", description="Duplicate of #12"), WEB) == APART


@pytest.mark.parametrize("text", ["not a duplicate of #12", "Duplicate of #123", "see #12", "maybe a duplicate of #12"])
def test_other_words_about_a_number_bind_nothing(text: str) -> None:
    assert numbers(WEB, on_web("acme/web#13", title=text)) == [["acme/web#12"], ["acme/web#13"]]


def test_only_duplicates_count_as_duplicates() -> None:
    told = on_web(description="Tracked in SHOP-7"), ticket("SHOP-8", links=duplicate_of("SHOP-7"))
    assert numbers(SHOP, *told) == [["SHOP-7", "SHOP-8", "acme/web#12"]]
    assert copies(SHOP, *told) == {"SHOP-7": 1, "SHOP-8": 1, "acme/web#12": 0}


@pytest.mark.parametrize(
    "text",
    [
        "`" * 60_000,
        "`a" * 30_000,
        "{{" * 30_000,
        "{code" * 12_000,
        "<s" * 30_000,
        "[" * 60_000,
        "~~a" * 20_000,
        "a_" * 30_000,
        "a/" * 30_000,
        "a." * 30_000,
        "a-" * 30_000,
        "SHOP-7, " * 8_000,
        "duplicate of SHOP-7 or " * 2_500,
        "Jira: SHOP-7\n" * 5_000,
        "duplicate of" + " " * 60_000,
        "#7" * 30_000,
        "https://a " * 6_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_text_made_to_take_long_does_not(text: str) -> None:
    before = perf_counter()
    bound([SHOP, on_web(description=text + " See SHOP-7 and duplicates")])
    assert perf_counter() - before < 3


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
    assert incident_list == found(*(shuffled := random.sample(tickets, len(tickets))))
    assert bound(tickets) == bound(shuffled)
