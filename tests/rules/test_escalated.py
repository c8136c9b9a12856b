"""Whom an escalation tells, and what it does to the ticket."""

from typing import Any

import pytest
from tests.rules.build import ANA, P1_LABEL, after, comment, policy, rule, ticket
from tests.rules.escalating import BEFORE_ALL, TIERS, episode, escalating, urgent
from tests.rules.look import labels, look


@pytest.mark.parametrize(
    ("found", "now", "who"),
    [
        pytest.param({}, "2h", ("ana", "ben"), id="all on call"),
        pytest.param({"components": ("payments",)}, "2h", ("ana",), id="who knows the component"),
        pytest.param({"labels": {P1_LABEL, "iOS"}}, "2h", ("ben",), id="who knows the label"),
        pytest.param({"components": ("Search",)}, "2h", ("ana", "ben"), id="nobody knows it"),
        pytest.param({"components": ("payments",)}, "12h", ("ben",), id="who knows it is off duty"),
        pytest.param({}, "80h", ("ana", "ben"), id="on Monday"),
        pytest.param({}, "34h", ("on_call",), id="nobody on call on Saturday"),
    ],
)
def test_on_call_are_those_of_the_moment_and_of_the_topic(
    found: dict[str, Any], now: str, who: tuple[str, ...]
) -> None:
    assert episode(urgent(**found), now).steps[0].notify == who


def test_a_kind_is_a_topic_too() -> None:
    slow = escalating(rules=(rule("slow", set={"kind": "performance"}),))
    assert episode(urgent(), "2h", slow).steps[0].notify == ("ben",)


def test_roles_and_people_are_told_by_name_and_nobody_twice() -> None:
    tiers = [{"after": "0m", "notify": ["lead", "on_call", "cto", "ana", "nobody_yet", "vacant"]}]
    told_first = episode(urgent(), "2h", escalating(tiers)).steps[0].notify
    assert told_first == ("ana", "ben", "cto", "nobody_yet", "vacant")


def test_an_escalated_ticket_is_labelled_and_says_how_far_it_came() -> None:
    assessed = look(urgent(), "100m", escalating(), BEFORE_ALL)
    (condition,) = (one for one in assessed.conditions if one.name == "escalated")
    assert condition.since == after("1h")
    assert condition.why == "step 2 of p1, to ana, ben (priority P1)"
    assert "escalated" in labels(assessed)


def test_before_its_first_tier_a_ticket_is_not_escalated() -> None:
    late = escalating([{"after": "1h", "notify": ["lead"]}])
    assert "escalated" not in labels(look(urgent(), "1h59m", late, BEFORE_ALL))
    assert "escalated" in labels(look(urgent(), "2h", late, BEFORE_ALL))


def test_a_ticket_that_was_escalated_is_told_of() -> None:
    quiet = ticket(labels={"vip"})
    vip = escalating(rules=(rule("vip", {"labels": "vip"}, escalate=["p1"]),))
    assert look(quiet, "70m", vip, BEFORE_ALL).told
    assert not look(quiet, "70m", escalating(), BEFORE_ALL).told


def test_a_response_takes_the_label_away() -> None:
    assert "escalated" not in labels(look(urgent(comments=(comment("80m", ANA),)), "4h", escalating(), BEFORE_ALL))


def test_escalations_come_in_the_order_of_the_policy() -> None:
    two = policy(escalation={name: {"for": ["P1"], "tiers": TIERS[1:2]} for name in ("b", "a")}, roles={"lead": ["x"]})
    assert [one.policy for one in look(urgent(), "2h", two).escalations] == ["b", "a"]
