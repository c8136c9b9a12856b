"""What changed since a moment."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import (
    DONE,
    GO_LIVE,
    P1_LABEL,
    WORKING,
    after,
    closed,
    labelled,
    moves,
    policy,
    release,
    reprioritised,
    rule,
    source,
    ticket,
    told,
    world,
)
from tests.rules.strategies import any_tickets, of_whole_releases

from hypercare_rules.assess import assess
from hypercare_rules.escalation_policy import EscalationPolicy
from hypercare_rules.policy import Policy
from hypercare_rules.since import Reprioritised, Since, last_look, since
from hypercare_rules.ticket import Comment, Ref, Ticket
from hypercare_rules.values import Priority


def changed(*tickets: Ticket, moment: str = "24h", now: str = "48h", by: Policy | None = None) -> Since:
    by = by or policy()
    return since(assess(world(source(*tickets)), by, after(now)), by, after(moment))


def keys(refs: tuple[Ref, ...]) -> list[str]:
    return [ref.key for ref in refs]


def test_each_change_is_told_where_it_happened_since() -> None:
    found = changed(
        ticket("SHOP-1", created="30h"),
        closed("SHOP-2", history=moves(("30h", DONE)), resolved="30h"),
        closed("SHOP-3", history=moves(("20h", DONE)), resolved="20h"),
        ticket("SHOP-4", status=WORKING, history=moves(("20h", DONE), ("30h", WORKING))),
        ticket("SHOP-5", comments=(told("30h", "p1", "2h", "0m"),)),
        ticket("SHOP-6", comments=(told("20h", "p1", "2h", "0m"),)),
    )
    assert keys(found.new) == ["SHOP-1"]
    assert keys(found.resolved) == ["SHOP-2"]
    assert keys(found.reopened) == ["SHOP-4"]
    assert keys(found.escalated) == ["SHOP-5"]
    assert found.reprioritised == ()


DAILY = {"reviews": [{"id": "daily", "schedule": "0 10 * * *"}]}


@pytest.mark.parametrize(
    ("now", "given", "wanted"),
    [
        pytest.param("1h", {}, GO_LIVE, id="never before go-live"),
        pytest.param("40h", {}, datetime(2026, 11, 20, 23, tzinfo=UTC), id="the beginning of yesterday in Berlin"),
        pytest.param("1h59m", DAILY, GO_LIVE, id="before the first review"),
        pytest.param("2d2h", DAILY, datetime(2026, 11, 22, 9, tzinfo=UTC), id="the last review, at its time"),
        pytest.param("3d1h", DAILY, datetime(2026, 11, 22, 9, tzinfo=UTC), id="the last review, a day later"),
    ],
)
def test_a_lead_wants_to_know_what_changed_since_the_last_review(now: str, given: Any, wanted: datetime) -> None:
    seen = world(source()).model_copy(update={"release": release(zone="Europe/Berlin")})
    assert last_look(assess(seen, policy(**given), after(now))) == wanted


CALLING = {
    "escalation": {
        "p1": EscalationPolicy.model_validate({"for": ["P1"], "tiers": [{"after": "1h", "notify": ["ana"]}]})
    }
}


@pytest.mark.parametrize(("now", "escalated"), [("30h59m", []), ("31h", ["SHOP-1"])], ids=["before its time", "at it"])
def test_step_that_is_told_now_is_an_escalation_before_our_comment_is_read_again(
    now: str, escalated: list[str]
) -> None:
    urgent = {"created": "30h", "labels": {P1_LABEL}}
    by = policy(**CALLING)

    def seen(*comments: Comment) -> Since:
        tickets = source(ticket("SHOP-1", **urgent, comments=comments))
        return since(assess(world(tickets, backfilled=True), by, after(now)), by, after("24h"))

    assert keys(seen().escalated) == escalated
    if escalated:
        assert seen(told("31h", "p1", "30h", "1h")) == seen()


def test_step_of_another_release_is_none_of_this_one() -> None:
    assert changed(ticket(comments=(told("30h", "p1", "2h", "0m", release="Shop 6.0"),))).nothing


def test_step_that_nobody_heard_is_no_escalation() -> None:
    assert changed(ticket(comments=(told("30h", "p1", "2h", "0m", who=("on_call",)),))).nothing


def test_priority_is_told_with_what_it_was_and_why_it_is_another() -> None:
    label = ticket("SHOP-1", labels={P1_LABEL}, history=(labelled("30h", P1_LABEL),))
    hand = ticket(
        "SHOP-2", labels={"hypercare-override:P1"}, history=(labelled("30h", "hypercare-override:P1"),)
    )  # fmt: skip
    native = ticket("SHOP-3", native_priority="High", history=(reprioritised("30h", "Low", "High"),))
    was = ticket("SHOP-4", labels={P1_LABEL}, history=(labelled("20h", P1_LABEL),))
    found = {one.ref.key: one for one in changed(label, hand, native, was).reprioritised}
    assert set(found) == {"SHOP-1", "SHOP-2", "SHOP-3"}
    assert (found["SHOP-1"].before, found["SHOP-1"].after) == (Priority.P3, Priority.P1)
    assert not found["SHOP-1"].by_hand
    assert found["SHOP-2"].by_hand
    assert (found["SHOP-3"].before, found["SHOP-3"].after) == (Priority.P3, Priority.P2)


def test_rule_that_time_brings_about_is_told_too() -> None:
    by = policy(rules=(rule("old", {"age": {"gte": "36h"}}, set={"priority": "P1"}),))
    (one,) = changed(ticket(created="1h"), by=by).reprioritised
    assert one == Reprioritised(Ref("shop-jira", "SHOP-1"), Priority.P3, Priority.P1, "rule old", by_hand=False)


@given(st.lists(any_tickets(), max_size=6, unique_by=lambda one: one.ref))
@of_whole_releases
def test_nothing_changed_since_now(tickets: list[Ticket]) -> None:
    assert changed(*tickets, moment="1001h", now="1001h").nothing
