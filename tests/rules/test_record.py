"""The record of a release: what happened to its tickets, why targets were exceeded, and what is to be learned."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import (
    ANA,
    BEN,
    BOT,
    CUSTOMER,
    DONE,
    GO_LIVE,
    OPEN,
    P1_LABEL,
    US,
    WAITING,
    WORKING,
    after,
    assigned,
    closed,
    comment,
    labelled,
    moved,
    moves,
    office,
    policy,
    rule,
    source,
    ticket,
    told,
    unlabelled,
    world,
)
from tests.rules.strategies import any_tickets, of_whole_releases

from hypercare_rules.assess import assess
from hypercare_rules.clocks import ClockName, ClockState
from hypercare_rules.ledger import Going
from hypercare_rules.mapping import DeclaredField, Mapping
from hypercare_rules.people import Member
from hypercare_rules.policy import Policy
from hypercare_rules.record import Cause, Gap, Happening, Lessons, Record, TicketRecord, What, gaps, record
from hypercare_rules.ticket import Ticket

HOUR = timedelta(hours=1)


def recorded(*tickets: Ticket, now: str = "48h", by: Policy | None = None) -> Record:
    by = by or policy()
    return record(assess(world(source(*tickets)), by, after(now)), by)


def story(one: Ticket, now: str = "48h", by: Policy | None = None) -> TicketRecord:
    return recorded(one, now=now, by=by).tickets[one.ref]


def test_life_of_a_ticket_is_told_in_its_order() -> None:
    one = closed(
        labels={P1_LABEL},
        comments=(comment("2h"), told("3h", "p1", "1h", "0m", "again 1h", who=("ana", "on_call"))),
        history=(labelled("90m", P1_LABEL), *moves(("6h", DONE), ("7h", WORKING), ("8h", DONE))),
        resolved="8h",
    )
    found = story(one, by=policy(people={"ana": Member(name="Ana K", jira="ana")})).happenings
    assert [(each.at, each.what, each.who, each.before, each.after) for each in found] == [
        (after("1h"), What.came_up, ("Cleo Customer",), "", "P3"),
        (after("90m"), What.priority, (), "P3", "P1"),
        (after("1h30m"), What.breached, (), "", "acknowledge"),
        (after("2h"), What.acknowledged, ("Ana K",), "", ""),
        (after("3h"), What.escalated, ("ana", "on_call"), "", "p1"),
        (after("5h"), What.breached, (), "", "resolve"),
        (after("6h"), What.resolved, ("Ana K",), "Open", "Done"),
        (after("7h"), What.reopened, ("Ana K",), "Done", "In Progress"),
        (after("8h"), What.resolved, ("Ana K",), "In Progress", "Done"),
    ]
    assert found[4].why == "at once, again after 1h"


def test_priority_by_hand_names_who_gave_it_and_one_by_a_rule_the_rule() -> None:
    by = policy(rules=(rule("old", {"age": {"gte": "10h"}}, set={"priority": "P2"}),))
    one = ticket(history=(labelled("4h", "hypercare-override:P1", BEN), unlabelled("6h", "hypercare-override:P1", ANA)))
    found = [each for each in story(one, by=by).happenings if each.what is What.priority]
    assert [(each.at, each.before, each.after, each.who, each.by_hand) for each in found] == [
        (after("4h"), "P3", "P1", ("Ben L",), True),
        (after("6h"), "P1", "P3", ("Ana K",), True),
        (after("11h"), "P3", "P2", (), False),
    ]
    assert found[2].why == "rule old"


def test_what_is_told_of_other_releases_or_not_by_us_is_no_escalation() -> None:
    one = ticket(comments=(told("3h", "p1", "1h", "0m", release="Shop 6"), comment("4h", US)))
    assert story(one).escalations == ()


def test_breach_tells_what_used_up_the_target_by_owner_and_status_with_pauses() -> None:
    one = ticket(
        assignees=(BEN,),
        status=WORKING,
        comments=(comment("2h"),),
        history=(assigned("3h", BEN), *moves(("9h", WAITING), ("19h", WORKING))),
    )
    (breach,) = story(one).breaches
    assert breach.causes == (
        Cause(after("1h"), after("3h"), Going.running, 2 * HOUR, "Open", ()),
        Cause(after("3h"), after("9h"), Going.running, 6 * HOUR, "Open", ("Ben L",)),
        Cause(after("9h"), after("19h"), Going.paused, 0 * HOUR, "Waiting for customer", ("Ben L",)),
        Cause(after("19h"), after("27h"), Going.running, 8 * HOUR, "In Progress", ("Ben L",)),
    )
    assert (breach.clock.due_at, breach.late, breach.over) == (after("27h"), True, 21 * HOUR)


def test_nights_are_shown_as_hours_that_do_not_count() -> None:
    by = office(resolve="12h on office", acknowledge="40h on office")
    (breach,) = story(ticket(created="0m"), now="90h", by=by).breaches
    assert [(each.going, each.worked) for each in breach.causes] == [
        (Going.running, 10 * HOUR),
        (Going.closed, 0 * HOUR),
        (Going.running, 2 * HOUR),
    ]


def test_miss_of_an_earlier_life_is_a_breach_of_its_own() -> None:
    one = closed(
        comments=(comment("2h"),), history=moves(("20h", DONE), ("21h", WORKING), ("23h", DONE)), resolved="23h"
    )
    (breach,) = story(one).breaches
    assert (breach.clock.stopped, breach.late, breach.over) == (after("20h"), False, 3 * HOUR)


@given(st.lists(any_tickets(), max_size=4, unique_by=lambda one: one.ref))
@of_whole_releases
def test_causes_of_a_breach_add_up_to_its_target_without_holes(tickets: list[Ticket]) -> None:
    for one in recorded(*tickets, now="20d").tickets.values():
        assert [each.at for each in one.happenings] == sorted(each.at for each in one.happenings)
        exceeded = (ClockState.breached, ClockState.missed)
        clocks = [each for clock in one.assessed.clocks for each in (*clock.missed_before, clock)]
        assert len(one.breaches) == sum(each.state in exceeded for each in clocks)
        for breach in one.breaches:
            assert sum((each.worked for each in breach.causes), timedelta()) == breach.clock.target
            edges = [each.start for each in breach.causes] + [breach.clock.due_at]
            assert [each.end for each in breach.causes] == edges[1:]


LEARNING = {
    "root_cause": DeclaredField(field="Root cause", labels={"cause-config": "configuration"}),
    "found_by": DeclaredField(field="Found by"),
    "workaround": DeclaredField(field="Workaround"),
    "known_error": DeclaredField(field="Known error"),
}


def test_lessons_are_what_the_policys_fields_say() -> None:
    one = closed(
        resolution="Fixed",
        labels={"cause-config"},
        fields={"Found by": ("Load test",), "Workaround": ("Reload the page",), "Known error": ("No",)},
    )
    found = story(one, by=policy(fields=LEARNING)).lessons
    assert found == Lessons("Fixed", "configuration", "Load test", "Reload the page", "")


def test_lessons_without_fields_follow_from_labels_and_from_who_reported() -> None:
    customers = policy(customer=Mapping[bool](labels={"customer": True}, default=False))
    found = story(ticket(labels={"Workaround", "known error", "customer"}, resolution="Fixed"), by=customers).lessons
    assert found == Lessons("", "", "a customer", "yes", "yes")
    finders = {by.id: story(ticket(reporter=by)).lessons.found_by for by in (ANA, BOT, CUSTOMER)}
    assert finders == {"ana": "the team", "ci": "monitoring", "cleo": "somebody else"}


def test_what_testing_missed_is_defects_by_component_with_how_they_were_found() -> None:
    found = recorded(
        ticket("SHOP-1", components=("Cart", "Web"), labels={P1_LABEL}),
        ticket("SHOP-2", components=("Cart",), reporter=ANA),
        ticket("SHOP-3", reporter=BOT),
        ticket("SHOP-4", components=("Cart",), issue_type="Question"),
    )
    tickets = found.tickets.values()
    assert gaps((one.assessed.ticket, one.assessed.judgement, one.lessons) for one in tickets) == (
        Gap("Cart", 2, 1, (("somebody else", 1), ("the team", 1))),
        Gap("Web", 1, 1, (("somebody else", 1),)),
        Gap("", 1, 0, (("monitoring", 1),)),
    )


def test_feedback_is_what_customers_say_and_nobody_else() -> None:
    by = policy(
        people={"ben": Member(name="Ben L", jira="someone")},
        customer=Mapping[bool](default=True),
    )
    from_the_team = comment("3h", CUSTOMER.model_copy(update={"id": "Someone"}))
    one = ticket(
        votes=3, reactions=2, comments=(comment("2h", CUSTOMER, "Still broken!"), from_the_team, comment("4h", US))
    )
    found = story(one, by=by).feedback
    assert [said.text for said in found.comments] == ["Still broken!"]
    assert (found.customers, found.weight) == (("Cleo Customer",), 7)


def test_days_end_with_the_window_or_with_what_happened_last() -> None:
    one = closed(history=moves(("3h", DONE)), resolved="3h")
    assert len(recorded(one, now="400d").days) == 15
    late = closed(history=(moved("480h", OPEN, DONE),), resolved="480h")
    assert recorded(late, now="400d").days[-1].date == (GO_LIVE + timedelta(hours=480)).date()
    assert len(recorded(one, now="24h").days) == 2


def test_nothing_later_than_now_is_told() -> None:
    one = closed(history=moves(("30h", DONE)), resolved="30h", comments=(comment("20h"),))
    assert [each.what for each in story(one, now="10h").happenings] == [What.came_up, What.breached]
    assert isinstance(story(one).happenings[0], Happening)
    assert story(one).breaches[0].clock.name is ClockName.acknowledge
