"""What holds of the whole of an assessment, by a policy that uses every part and for tickets however odd."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import (
    ANA,
    CUSTOMER,
    DONE,
    P1_LABEL,
    after,
    comment,
    duplicate_of,
    policy,
    release,
    rule,
    source,
    ticket,
    world,
)
from tests.rules.rich import RICH
from tests.rules.strategies import any_tickets, minutes, of_whole_releases

from hypercare_rules.assess import Assessment, World, assess
from hypercare_rules.clocks import ClockState
from hypercare_rules.policy import Policy
from hypercare_rules.rewind import turning_points
from hypercare_rules.ticket import Ticket
from hypercare_rules.values import Level, Priority

distinct_tickets = st.lists(any_tickets(), max_size=6, unique_by=lambda one: one.ref)
moments = minutes(-3000, 60_000)


def look(*tickets: Ticket, by: Policy = RICH, now: str | datetime = "9h", baseline: str = "0m") -> Assessment:
    return assess(world(source(*tickets), baseline=baseline), by, after(now) if isinstance(now, str) else now)


@of_whole_releases
@given(distinct_tickets, moments, st.randoms(use_true_random=False))
def test_the_order_of_tickets_never_matters(tickets: list[Ticket], now: datetime, random: Random) -> None:
    assert look(*tickets, now=now) == look(*random.sample(tickets, len(tickets)), now=now)


@of_whole_releases
@given(distinct_tickets, distinct_tickets, moments)
def test_the_same_inputs_give_the_same_answer(some: list[Ticket], more: list[Ticket], now: datetime) -> None:
    known = world(source(*some), source(*more, label="web", version=None, labels={"web"}), baseline="1d")
    first = assess(known, RICH, now)
    assert assess(known, RICH, now) == first
    # What tickets and policy have worked out of their own meanwhile changes nothing.
    fresh = Policy.model_validate_json(RICH.model_dump_json(by_alias=True, exclude_none=True))
    assert assess(World.model_validate_json(known.model_dump_json()), fresh, now) == first


@of_whole_releases
@given(distinct_tickets, moments, st.lists(moments, max_size=2))
def test_what_was_asked_before_changes_no_answer(tickets: list[Ticket], now: datetime, before: list[datetime]) -> None:
    fresh = [Ticket.model_validate(dict(one)) for one in tickets]
    for moment in before:
        look(*tickets, now=moment)
    assert look(*tickets, now=now) == look(*fresh, now=now)


@of_whole_releases
@given(distinct_tickets, minutes(0, 60_000), st.integers(0, 20_000))
def test_time_alone_never_heals_a_breach_of_the_same_priority(tickets: list[Ticket], now: datetime, later: int) -> None:
    over = [one for one in tickets if max(turning_points(one)) <= now]
    one, other = look(*over, now=now), look(*over, now=now + timedelta(minutes=later))
    afterwards = {
        (each.ticket.ref, clock.name): (each.priority, clock) for each in other.tickets for clock in each.clocks
    }
    for each in one.tickets:
        for clock in each.clocks:
            priority, then = afterwards[each.ticket.ref, clock.name]
            if priority is each.priority:
                assert clock.used <= then.used
                assert (clock.state is ClockState.breached) <= (then.state is ClockState.breached)


@of_whole_releases
@given(distinct_tickets, moments)
def test_an_assessment_hangs_together(tickets: list[Ticket], now: datetime) -> None:
    found = look(*tickets, now=now)
    in_scope = sorted(one.ticket.ref for one in found.tickets)
    assert sorted(ref for incident in found.incidents for ref in incident.tickets) == in_scope
    by_ref = {one.ticket.ref: one for one in found.tickets}
    for incident in found.incidents:
        assert incident.priority is min(by_ref[ref].priority for ref in incident.tickets)
    for one in found.tickets:
        assert len({wanted.label for wanted in one.labels}) == len(one.labels)
        assert all(wanted.label.startswith("hypercare:") for wanted in one.labels)
        for escalation in one.escalations:
            assert one.ticket.open
            assert escalation.since >= release().go_live
            assert [step.number for step in escalation.steps] == sorted({step.number for step in escalation.steps})
            assert [step.due_at for step in escalation.steps] == sorted(step.due_at for step in escalation.steps)
            assert all(step in escalation.steps and step.due_at <= now and not step.told_at for step in escalation.due)
    assert [one.id for one in found.exit] == ["no-p1", "answered", "falling", "met", "agreed"]
    assert all(one.forecast is None or one.met or one.forecast >= min(now, release().go_live) for one in found.exit)


# What tickets owe to each other.
SHOP = ticket("SHOP-7")


def web(**given: Any) -> Ticket:
    return ticket("acme/web#12", **{"tracker": "web-github", "title": "SHOP-7", **given})


def test_duplicates_may_raise_a_ticket_and_its_incident_shows_it() -> None:
    crowd = policy(rules=(rule("crowd", {"duplicates": {"gte": 2}}, raise_={"impact": 1, "urgency": 1}),))
    two, three = ticket("SHOP-8", links=duplicate_of("SHOP-7")), ticket("SHOP-9", links=duplicate_of("SHOP-7"))
    assert {one.priority for one in look(SHOP, two, by=crowd).tickets} == {Priority.P3}
    raised = look(SHOP, two, three, ticket("SHOP-1"), by=crowd)
    assert [one.priority for one in raised.tickets] == [Priority.P1, Priority.P1, Priority.P1, Priority.P3]
    assert [incident.priority for incident in raised.incidents] == [Priority.P3, Priority.P1]


def test_disagreement_between_trackers_is_a_fact_for_rules() -> None:
    differ = policy(rules=(rule("differ", {"disagreement": True}, add_labels=["differ"]),))
    found = look(SHOP, web(status=DONE, resolved="2h"), ticket("SHOP-1"), by=differ)
    assert [one.ticket.ref.key for one in found.tickets if one.judgement.matched] == ["SHOP-7", "acme/web#12"]
    assert look(SHOP, web(), by=differ).tickets[0].judgement.matched == ()


def test_a_disagreement_is_told_by_the_priorities_that_are_shown() -> None:
    # On their own both are P3; that the one has a duplicate makes it P1, and only then trackers differ.
    crowd = rule("crowd", {"duplicates": {"gte": 1}}, set={"priority": "P1"})
    both = (SHOP, ticket("SHOP-8", links=duplicate_of("SHOP-7")), web())
    (incident,) = look(*both, by=policy(rules=(crowd,))).incidents
    assert (incident.priority, incident.disagreement) == (Priority.P1, "P1 in shop-jira, P3 in web-github")


def test_a_rule_that_ends_a_disagreement_leaves_none_to_be_told() -> None:
    level = policy(rules=(rule("level", {"disagreement": True}, set={"priority": "P1"}),))
    found = look(SHOP, web(labels={P1_LABEL}), by=level)
    assert {one.priority for one in found.tickets} == {Priority.P1}
    assert [one.judgement.matched for one in found.tickets] == [("level",), ("level",)]
    assert [incident.disagreement for incident in found.incidents] == [None]


def test_naming_a_ticket_raises_nothing() -> None:
    crowd = policy(rules=(rule("crowd", {"duplicates": {"gte": 1}}, set={"priority": "P1"}),))
    for text in ("This is not the same as SHOP-7.", "See SHOP-7", "Tracked in SHOP-7"):
        found = look(SHOP, web(title="Cart is empty", description=text), by=crowd)
        assert {one.priority for one in found.tickets} == {Priority.P3}


def test_the_customers_of_an_incident_are_those_of_all_its_tickets() -> None:
    affected = policy(
        fields={"customers": {"type": "names", "field": "Customers"}},
        rules=(rule("three", {"customers_affected": {"gte": 3}}, set={"impact": "high"}),),
    )
    shop = ticket("SHOP-7", fields={"Customers": ("Acme", "Initech")})
    assert look(shop, by=affected).tickets[0].judgement.matched == ()
    for name, matched in (("Acme", ()), ("Umbrella", ("three",))):
        both = look(shop, web(fields={"Customers": (name,)}), by=affected)
        assert [one.judgement.matched for one in both.tickets] == [matched, matched]


def test_a_customer_that_reports_is_one_of_those_affected() -> None:
    reported = policy(
        customer={"kinds": {"usage_question": True}, "default": False},
        rules=(rule("two", {"customers_affected": {"gte": 2}}, set={"impact": "high"}),),
    )
    mine, other = (ticket(f"SHOP-{n}", issue_type="Question", links=duplicate_of("SHOP-1")) for n in (1, 2))
    by_team = other.model_copy(update={"reporter": ANA})
    assert [one.judgement.matched for one in look(mine, other, by=reported).tickets] == [(), ()]
    assert [one.judgement.matched for one in look(mine, by_team, by=reported).tickets] == [("two",), ("two",)]


def test_people_of_one_organisation_are_one_customer() -> None:
    reported = policy(
        customer={"domains": {"acme.example": True}, "default": False},
        fields={"customers": {"type": "names", "domains": {"acme.example": "Acme"}}},
        rules=(rule("two", {"customers_affected": {"gte": 2}}, set={"impact": "high"}),),
    )
    cleo, carl = (CUSTOMER.model_copy(update={"name": name, "domain": "acme.example"}) for name in ("Cleo", "Carl"))
    both = (ticket("SHOP-1", reporter=cleo), ticket("SHOP-2", reporter=carl, links=duplicate_of("SHOP-1")))
    assert [one.judgement.matched for one in look(*both, by=reported).tickets] == [(), ()]
    third = ticket("SHOP-3", organisations=("Initech",), reporter=ANA, links=duplicate_of("SHOP-1"))
    assert {one.judgement.matched for one in look(*both, third, by=reported).tickets} == {("two",)}


def test_one_answer_in_an_incident_acknowledges_its_own_ticket_alone() -> None:
    found = look(SHOP, web(comments=(comment("2h"),)), by=policy())
    assert [one.clocks[0].stopped for one in found.tickets] == [None, after("2h")]


def test_a_policys_matrix_is_the_last_word_on_levels() -> None:
    flat = policy(priority_matrix={level: dict.fromkeys(Level, Priority.P4) for level in Level})
    assert look(ticket(labels={P1_LABEL}), by=flat).tickets[0].priority is Priority.P4
