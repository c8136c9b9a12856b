"""Who gets a ticket that nobody has: somebody on call, only where the policy asks, and never against what a person decided."""

from typing import Any

import pytest
from tests.rules import build
from tests.rules.build import (
    ANA,
    BEN,
    BOT,
    DONE,
    OPEN,
    P1_LABEL,
    US,
    WORKING,
    assigned,
    closed,
    labelled,
    moves,
    policy,
    ticket,
)  # fmt: skip
from tests.rules.look import look

from hypercare_rules.assess import Memory, World, assess
from hypercare_rules.assignment import Assignment, LeftAlone
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Ticket

ANA_ON_GITHUB, BEN_ON_BOTH = {"name": "Ana", "github": "ana-k"}, {"name": "Ben", "github": "ben-o", "jira": "5b10"}


def team(*priorities: str, who: tuple[str, ...] = ("ana", "ben"), **people: Any) -> Policy:
    """The test policy with two people on call around the clock."""
    return policy(
        people={"ana": ANA_ON_GITHUB, "ben": BEN_ON_BOTH, **people},
        calendars={"always": {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}},
        roster={"shifts": [{"who": who, "calendar": "always"}]} if who else {},
        assign={"priorities": priorities},
    )


ASKED = team("P1", "P2", "P3")


def issue(**given: Any) -> Ticket:
    return ticket("acme/web#1", tracker="web-github", **given)


def gets(of: Ticket, by: Policy = ASKED, now: str = "2h", **memory: Any) -> Assignment | LeftAlone | None:
    return look(of, now, by, **{"backfilled": True, **memory}).assignment


def test_first_on_call_gets_a_ticket_that_nobody_has() -> None:
    assert gets(issue()) == Assignment("ana", "ana-k", "P3, and ana is on call")


def test_who_has_no_account_in_the_tracker_is_passed_over() -> None:
    assert gets(ticket()) == Assignment("ben", "5b10", "P3, and ben is on call")


def test_who_knows_the_topic_comes_first() -> None:
    skilled = team("P3", ben={**BEN_ON_BOTH, "skills": ["Payments"]})
    assert gets(issue(components=("payments",)), skilled) == Assignment("ben", "ben-o", "P3, and ben is on call")
    assert gets(issue(), skilled) == Assignment("ana", "ana-k", "P3, and ana is on call")


def test_who_knows_the_topic_and_has_no_account_there_leaves_it_to_the_others() -> None:
    skilled = team("P3", ana={**ANA_ON_GITHUB, "skills": ["payments"]})
    assert gets(ticket(components=("payments",)), skilled) == Assignment("ben", "5b10", "P3, and ben is on call")


@pytest.mark.parametrize(
    ("of", "by"),
    [
        pytest.param(issue(), policy(), id="policy that does not ask"),
        pytest.param(issue(), team("P1", "P2"), id="another priority"),
        pytest.param(issue(assignees=(BEN,)), ASKED, id="somebody has it"),
        pytest.param(closed("acme/web#1", tracker="web-github"), ASKED, id="closed"),
    ],
)
def test_nobody_is_looked_for(of: Ticket, by: Policy) -> None:
    assert gets(of, by) is None


@pytest.mark.parametrize(
    ("by", "why"),
    [
        (team("P3", who=()), "nobody is on call"),
        (team("P3", who=("ana",)), "nobody is on call who has an account there"),
    ],
)
def test_it_is_said_where_nobody_can_get_it(by: Policy, why: str) -> None:
    assert gets(ticket(), by) == LeftAlone(why)


@pytest.mark.parametrize(
    ("history", "stays"),
    [
        pytest.param((), False, id="never had"),
        pytest.param((assigned("90m", ANA, US), assigned("100m", None, BEN)), True, id="a person took it from whom we named"),
        pytest.param((assigned("90m", ANA, US), assigned("100m", None, ANA)), True, id="they gave it back"),
        pytest.param((assigned("90m", ANA, BEN), assigned("100m", None, BEN)), True, id="a person took it from another's choice"),
        pytest.param((assigned("100m", None, None),), True, id="somebody unknown took it"),
        pytest.param((assigned("100m", None, BOT),), True, id="another program took it"),
        pytest.param((assigned("100m", None, US),), False, id="we took it ourselves"),
        pytest.param((assigned("100m", ANA, BEN),), False, id="who had it is no more"),
    ],
)  # fmt: skip
def test_ticket_that_a_person_took_from_somebody_stays_without(history: Any, stays: bool) -> None:
    found = gets(issue(history=history))
    assert isinstance(found, LeftAlone if stays else Assignment)


def test_it_is_said_who_took_it() -> None:
    assert gets(issue(history=(assigned("90m", None, BEN),))) == LeftAlone("Ben L took it from whoever had it")


def test_ticket_that_becomes_urgent_after_a_person_took_it_off_somebody_is_given_anew() -> None:
    given_back = assigned("90m", None, BEN)
    urgent = issue(labels={P1_LABEL}, history=(given_back, labelled("100m", P1_LABEL)))
    calm = issue(labels={P1_LABEL}, history=(labelled("80m", P1_LABEL), given_back))
    assert isinstance(gets(urgent), Assignment)
    assert isinstance(gets(calm), LeftAlone)


def test_what_was_so_before_people_are_told_of_anything_is_left_alone() -> None:
    assert isinstance(gets(issue(), baseline="2h", backfilled=False), LeftAlone)
    assert isinstance(gets(issue(), backfilled=False), LeftAlone), "the first tick of all"
    late = issue(labels={P1_LABEL}, history=(labelled("3h", P1_LABEL),))
    assert isinstance(gets(late, now="4h", baseline="2h", backfilled=False), Assignment)


def test_our_own_assignment_acknowledges_nothing() -> None:
    ours = issue(assignees=(ANA,), history=(assigned("90m", ANA, US),))
    assert look(ours, "2h", ASKED).clocks[0].stopped is None


def test_moves_and_reopenings_change_nothing_about_a_persons_choice() -> None:
    steps = moves(("92m", WORKING), ("94m", DONE), ("96m", OPEN))
    assert isinstance(gets(issue(history=(assigned("90m", None, BEN), *steps))), LeftAlone)


def test_no_policy_asks_for_it_unless_it_says_so() -> None:
    assert policy().assign.priorities == ()


def over_ticks(*ticks: tuple[Ticket, Policy]) -> list[Assignment | LeftAlone | None]:
    """What is decided of a ticket in ticks an hour apart, the first of them the baseline, each remembering the one before."""
    memory, found = Memory(), []
    for hour, (of, by) in enumerate(ticks, start=2):
        world = World(release=build.release(), sources=(build.source(of),), memory=memory)
        assessment = assess(world, by, build.after(f"{hour}h"))
        memory = assessment.memory
        found.append(assessment.tickets[0].assignment)
    return found


def test_what_was_there_at_the_baseline_stays_without_for_as_long_as_it_goes_on() -> None:
    assert [type(one) for one in over_ticks(*[(issue(), ASKED)] * 3)] == [LeftAlone] * 3


def test_what_arises_later_without_a_trace_in_the_history_is_given_to_somebody() -> None:
    votes = build.rule("votes", {"votes": {"gte": 5}}, set={"priority": "P1"})
    by = team("P1").model_copy(update={"rules": (votes,)})
    calm, urgent = issue(), issue(votes=9)
    assert [type(one) for one in over_ticks((calm, by), (urgent, by))] == [type(None), Assignment]


def test_policy_that_newly_asks_gives_nobody_what_was_there_before() -> None:
    assert [type(one) for one in over_ticks((issue(), team()), (issue(), ASKED), (issue(), ASKED))] == [
        type(None), LeftAlone, LeftAlone,
    ]  # fmt: skip
