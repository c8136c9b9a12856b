"""What customers say, as the tickets show it."""

from typing import Any

from tests.rules import build

from hypercare_rules.assess import assess
from hypercare_rules.feedback import Feedback, Voices, feedback
from hypercare_rules.mapping import Mapping
from hypercare_rules.people import Member
from hypercare_rules.ticket import Person, Ref, Standing, Ticket

CUSTOMERS = {"customer": Mapping[bool](default=True)}
DORA = Person(id="dora", name="Dora", standing=Standing.other)


def heard(*tickets: Ticket, **given: Any) -> Feedback:
    policy = build.policy(**{**CUSTOMERS, **given})
    return feedback(assess(build.world(build.source(*tickets)), policy, build.after("1d")), policy)


def test_without_tickets_there_is_none() -> None:
    assert heard() == Feedback(0, 0, 0, 0, 0, ())


def test_sums_are_over_all_tickets_and_the_loudest_are_open_ones() -> None:
    found = heard(
        build.ticket("SHOP-1", votes=2, comments=(build.comment("2h", build.CUSTOMER), build.comment("3h", build.ANA))),
        build.ticket("SHOP-2", reporter=DORA, reactions=7),
        build.closed("SHOP-3", votes=90),
        build.ticket("SHOP-4"),
    )
    assert (found.reported, found.customers, found.votes, found.reactions, found.comments) == (4, 2, 92, 7, 1)
    assert found.loudest == (
        Voices(Ref("shop-jira", "SHOP-2"), 1, 0, 7, 0),
        Voices(Ref("shop-jira", "SHOP-1"), 1, 2, 0, 1),
    )


def test_what_the_team_reported_has_no_voice_of_its_own() -> None:
    found = heard(build.ticket(reporter=build.ANA), customer=Mapping[bool](default=False))
    assert found == Feedback(0, 0, 0, 0, 0, ())


def test_comments_of_bots_ourselves_and_people_of_the_policy_are_not_customers() -> None:
    said = tuple(build.comment("2h", by) for by in (build.BOT, build.US, build.ANA, DORA, build.CUSTOMER))
    assert heard(build.ticket(comments=said)).comments == 2
    team = {"dora": Member(name="Dora", jira="DORA")}
    assert heard(build.ticket(comments=said), people=team).comments == 1


def test_a_customer_who_reports_twice_is_one() -> None:
    assert heard(build.ticket("SHOP-1"), build.ticket("SHOP-2")).customers == 1
    acme: dict[str, Any] = {"organisations": ("Acme", "Initech")}
    found = heard(build.ticket("SHOP-1", **acme), build.ticket("SHOP-2", **acme))
    assert (found.customers, [voices.customers for voices in found.loudest]) == (2, [2, 2])
