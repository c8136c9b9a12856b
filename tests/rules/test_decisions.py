"""What waits for a person, and for whom."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from tests.rules import build
from tests.rules.rich import RICH
from tests.rules.strategies import any_tickets, of_whole_releases

from hypercare_rules.assess import Memory, World, assess
from hypercare_rules.decisions import LEAD, Ask, Decision, decisions
from hypercare_rules.escalation_policy import EscalationPolicy
from hypercare_rules.exit_criteria import Criterion
from hypercare_rules.people import Member, Roster, Shift
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Ref, Ticket

PEOPLE = {name: Member(name=name.title(), github=name, jira=name) for name in ("ana", "ben", "kim")}
TEAM = {
    "people": PEOPLE,
    "roles": {LEAD: ("kim",)},
    "calendars": {"office": build.OFFICE},
    "roster": Roster(shifts=(Shift(who=("ana", "ben"), calendar="office"),)),
}
OVERRIDE = "hypercare-override:P1"


def asked(*tickets: Ticket, now: str = "4d", signed_off: frozenset[str] = frozenset(), **given: Any) -> list[Decision]:
    policy = build.policy(**{**TEAM, **given})
    memory = Memory(baseline=build.GO_LIVE, backfilled=True, sign_offs=build.sign_offs(signed_off))
    seen = World(release=build.release(), sources=(build.source(*tickets),), memory=memory)
    return list(decisions(assess(seen, policy, build.after(now)), policy))


def criteria(*written: dict[str, Any]) -> dict[str, Any]:
    return {"exit": TypeAdapter(tuple[Criterion, ...]).validate_python(written)}


NO_P1 = {"id": "no-p1", "none_open": {"priority": "P1"}}
NO_P3 = {"id": "no-p3", "none_open": {"priority": "P3"}}
AGREED = {"id": "agreed", "signed_off": ["ana", "kim"]}


def escalating(*afters: str, **more: Any) -> dict[str, Any]:
    tiers = [{"after": after, "notify": ["ana"]} for after in afters]
    return {"escalation": {"p1": EscalationPolicy.model_validate({"for": ["P1"], "tiers": tiers, **more})}}


def urgent(key: str = "SHOP-1", **given: Any) -> Ticket:
    return build.ticket(key, **{"labels": {build.P1_LABEL}, "assignees": (build.ANA,), **given})


def refs(*keys: str) -> tuple[Ref, ...]:
    return tuple(Ref("shop-jira", key) for key in keys)


def test_where_nothing_waits_nothing_is_asked() -> None:
    assert asked(urgent(), build.ticket("SHOP-2"), build.closed("SHOP-3", labels={build.P1_LABEL})) == []


def test_a_p1_or_p2_that_nobody_has_is_for_who_is_on_call() -> None:
    tickets = (
        urgent("SHOP-1", assignees=()),
        build.ticket("SHOP-2", labels={build.P2_LABEL}),
        build.ticket("SHOP-3"),
        urgent("SHOP-4"),
    )
    assert asked(*tickets) == [Decision(Ask.take, ("ana", "ben"), refs("SHOP-1", "SHOP-2"))]


@pytest.mark.parametrize(
    ("now", "roles", "who"),
    [
        pytest.param("4d", {LEAD: ("kim",)}, ("ana", "ben"), id="office hours"),
        pytest.param("4d14h", {LEAD: ("kim",)}, ("kim",), id="at night the lead"),
        pytest.param("4d14h", {}, (), id="at night, without a lead: nobody"),
    ],
)
def test_while_nobody_is_on_call_the_lead_is_asked(now: str, roles: Any, who: tuple[str, ...]) -> None:
    assert [one.who for one in asked(urgent(assignees=()), now=now, roles=roles)] == [who]


def test_an_incident_has_an_owner_where_one_of_its_tickets_has() -> None:
    mirror = build.ticket("SHOP-2", links=build.duplicate_of("SHOP-1"), assignees=(build.BEN,))
    assert asked(urgent(assignees=()), mirror) == []
    done = build.closed("SHOP-2", links=build.duplicate_of("SHOP-1"), assignees=(build.BEN,))
    assert [one.ask for one in asked(urgent(assignees=()), done)] == [Ask.take]


def test_who_gets_a_ticket_in_this_tick_need_not_take_it() -> None:
    assert asked(urgent(assignees=()), assign={"priorities": ["P1"]}) == []


@pytest.mark.parametrize(
    ("now", "ended"), [("1h29m", False), ("1h30m", True), ("4d", True)], ids=["before the last step", "at it", "after"]
)
def test_an_escalation_that_told_everybody_is_for_the_lead(now: str, *, ended: bool) -> None:
    wanted = [Decision(Ask.act, ("kim",), refs("SHOP-1"), "p1")] if ended else []
    assert asked(urgent(), now=now, **escalating("0m", "30m")) == wanted


def test_an_escalation_that_repeats_its_last_step_goes_on_by_itself() -> None:
    assert asked(urgent(), **escalating("0m", repeat="1h")) == []


def test_trackers_that_disagree_are_for_the_lead_while_something_is_open() -> None:
    jira = urgent()
    github = build.ticket("acme/web#7", tracker="web-github", description="Same as SHOP-1")
    pair = (jira.ref, github.ref)
    assert asked(jira, github) == [Decision(Ask.settle, ("kim",), pair, "P1 in shop-jira, P3 in web-github")]
    closed = (
        build.closed("SHOP-1", labels={build.P1_LABEL}),
        build.closed("acme/web#7", tracker="web-github", description="Same as SHOP-1"),
    )
    assert asked(*closed) == []


def test_once_all_criteria_hold_the_lead_may_end_hypercare() -> None:
    assert asked(**criteria(NO_P1, NO_P3)) == [Decision(Ask.leave, ("kim",), why="all 2 exit criteria are met")]
    assert asked(**criteria(NO_P1)) == [Decision(Ask.leave, ("kim",), why="the exit criterion is met")]


def test_while_one_does_not_hold_nothing_is_asked_before_the_window_is_over() -> None:
    held_up = criteria(NO_P1, NO_P3)
    assert asked(build.ticket(), now="13d23h", **held_up) == []
    why = "1 of 2 exit criteria not met: no p3"
    (one,) = asked(build.ticket(), now="14d", **held_up)
    assert one == Decision(Ask.extend, ("kim",), why=why, since=build.after("14d"))


def test_without_criteria_the_end_of_the_window_is_what_is_asked_about() -> None:
    assert asked(now="13d") == []
    (one,) = asked(now="15d")
    assert (one.ask, one.who, one.since) == (Ask.leave, ("kim",), build.after("14d"))


def test_before_go_live_nobody_is_asked_to_leave() -> None:
    assert asked(now="-1h", **criteria(NO_P1)) == []


@pytest.mark.parametrize(("signed", "who"), [((), ("ana", "kim")), (("ana",), ("kim",))])
def test_where_only_a_sign_off_is_missing_those_are_asked_who_did_not(
    signed: tuple[str, ...], who: tuple[str, ...]
) -> None:
    assert asked(signed_off=frozenset(signed), **criteria(NO_P1, AGREED)) == [Decision(Ask.sign_off, who)]
    assert asked(urgent(), signed_off=frozenset(signed), **criteria(NO_P1, AGREED)) == []


def overridden(*, set_at: str = "2d", **given: Any) -> Ticket:
    return build.ticket(labels={OVERRIDE}, assignees=(build.ANA,), history=(build.labelled(set_at, OVERRIDE),), **given)


@pytest.mark.parametrize(
    ("now", "stands"), [("2d23h59m", False), ("3d", True)], ids=["for less than a day", "for a day"]
)
def test_an_override_that_has_stood_for_a_day_is_asked_about(now: str, *, stands: bool) -> None:
    found = asked(overridden(), now=now)
    why = "P1 by hand, P3 by the policy (impact medium (default), urgency medium (default))"
    wanted = Decision(Ask.confirm, ("kim",), refs("SHOP-1"), why, build.after("2d"))
    assert found == ([wanted] if stands else [])


def test_an_override_that_the_policy_would_give_as_well_is_not() -> None:
    agreed = overridden().model_copy(update={"labels": frozenset({OVERRIDE, build.P1_LABEL})})
    assert asked(agreed) == []


def test_what_rules_would_give_counts_and_not_the_matrix_alone() -> None:
    given = {"rules": (build.rule("all", set={"priority": "P1"}),)}
    assert asked(overridden(), **given) == []


def test_newcomers_are_for_the_lead_to_claim() -> None:
    newcomers = (build.ticket("SHOP-5", affects=()), build.ticket("SHOP-6", affects=()))
    assert asked(*newcomers) == [Decision(Ask.claim, ("kim",), refs("SHOP-5", "SHOP-6"))]


def test_pairs_that_may_be_one_problem_are_asked_about_one_by_one() -> None:
    alike = [build.ticket(key, title="Payment by card fails at checkout") for key in ("SHOP-1", "SHOP-2")]
    assert asked(*alike) == [Decision(Ask.same, ("kim",), refs("SHOP-1", "SHOP-2"))]


def test_the_most_pressing_stands_first() -> None:
    tickets = (
        urgent("SHOP-1", assignees=()),
        build.ticket("SHOP-5", affects=()),
        overridden(title="Wish list is lost").model_copy(update={"ref": Ref("shop-jira", "SHOP-9")}),
    )
    found = [one.ask for one in asked(*tickets, now="15d", **criteria(NO_P1), **escalating("0m"))]
    assert found == [Ask.take, Ask.act, Ask.extend, Ask.confirm, Ask.claim]


@of_whole_releases
@given(
    st.lists(any_tickets(), max_size=5, unique_by=lambda one: one.ref), st.integers(0, 500), st.sampled_from(["", "x"])
)
def test_every_decision_is_about_known_tickets_and_for_known_people(
    tickets: list[Ticket], hours: int, lead: str
) -> None:
    roles = {**RICH.roles, **({LEAD: ("ben",)} if lead else {})}
    policy: Policy = RICH.model_copy(update={"roles": roles})
    assessment = assess(build.world(build.source(*tickets), backfilled=True), policy, build.after(f"{hours}h"))
    found = decisions(assessment, policy)
    assert found == decisions(assessment, policy)
    known = {ticket.ref for ticket in tickets}
    for one in found:
        assert set(one.tickets) <= known
        assert set(one.who) <= policy.people.keys()
        assert one.who or (not lead and not policy.roster.on_call(policy.calendars, assessment.now))
        assert not [ref.key for ref in known if ref.key in one.why.split()], "evidence names no ticket"
