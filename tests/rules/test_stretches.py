"""When a condition held of open tickets: read off where that can be, and the same as judging every ticket at every moment."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import (
    DONE,
    OPEN,
    P1_LABEL,
    WORKING,
    after,
    closed,
    comment,
    condition,
    labelled,
    moves,
    policy,
    release,
    rule,
    ticket,
)
from tests.rules.lives import Life, lives
from tests.rules.rich import RICH
from tests.rules.strategies import unhurried

from hypercare_rules.conditions import compile_condition
from hypercare_rules.judge import Scene, judge
from hypercare_rules.policy import Policy
from hypercare_rules.rewind import rewind
from hypercare_rules.stretches import Past, Stretch
from hypercare_rules.ticket import Ref, Ticket

P1 = {"priority": "P1"}
NOW = after("60h")


def stretches(*tickets: Ticket, by: Policy | None = None, now: datetime = NOW, **when: Any) -> tuple[Stretch, ...]:
    scene = Scene(by or policy(), release(), now)
    return Past(condition(**when), scene).stretches((one, judge(one, scene)) for one in tickets)


def times(*tickets: Ticket, **when: Any) -> list[tuple[str | None, ...]]:
    """Starts and ends, in hours after go-live."""
    hour, start = timedelta(hours=1), after("0m")
    return [
        tuple(None if at is None else f"{(at - start) / hour:g}h" for at in (one.start, one.end))
        for one in stretches(*tickets, **when)
    ]


def urgent(key: str, created: str, *steps: tuple[str, Any], **given: Any) -> Ticket:
    """A P1 that went through some statuses."""
    status = steps[-1][1] if steps else OPEN
    resolved = steps[-1][0] if status is DONE else None
    return ticket(
        key, created=created, labels={P1_LABEL}, status=status, resolved=resolved, history=moves(*steps), **given
    )


def test_a_stretch_lasts_while_the_ticket_is_open() -> None:
    assert times(urgent("A", "1h", ("3h", DONE), ("5h", WORKING), ("8h", DONE)), **P1) == [("1h", "3h"), ("5h", "8h")]
    assert times(urgent("A", "1h", ("3h", DONE), ("5h", WORKING)), **P1) == [("1h", "3h"), ("5h", None)]


def test_none_began_before_go_live_and_none_after_now() -> None:
    assert times(urgent("A", "-5h", ("3h", DONE)), **P1) == [("0h", "3h")]
    assert times(urgent("A", "-5h", ("-3h", DONE)), **P1) == []
    assert times(urgent("A", "61h"), **P1) == [("61h", None)]


def test_stretches_that_overlap_or_touch_are_one_which_names_with_what_it_began_and_ended() -> None:
    one, other, third = (
        urgent("A", "1h", ("4h", DONE)),
        urgent("B", "2h", ("6h", DONE)),
        urgent("C", "6h", ("7h", DONE)),
    )
    assert stretches(one, other, third, **P1) == (
        Stretch(after("1h"), after("7h"), (Ref("shop-jira", "A"),), Ref("shop-jira", "C")),
    )
    apart = urgent("D", "8h", ("9h", DONE))
    assert times(one, other, third, apart, **P1) == [("1h", "7h"), ("8h", "9h")]
    within, same = urgent("E", "2h", ("3h", DONE)), urgent("F", "1h", ("2h", DONE))
    (both,) = stretches(one, within, same, **P1)
    assert (both.end, both.ended_by.key, [ref.key for ref in both.began_by]) == (after("4h"), "A", ["A", "F"])


def test_what_came_up_within_a_stretch_that_goes_on_is_not_looked_at() -> None:
    assert stretches(urgent("A", "1h"), urgent("B", "2h", ("6h", DONE)), **P1) == (
        Stretch(after("1h"), None, (Ref("shop-jira", "A"),), Ref("shop-jira", "A")),
    )


def test_a_label_set_later_starts_it_and_an_event_that_decides_nothing_does_not() -> None:
    later = ticket(labels={P1_LABEL, "web"}, history=(labelled("3h", "web"), labelled("5h", P1_LABEL)))
    assert times(later, **P1) == [("5h", None)]


def test_what_time_alone_began_is_seen_although_an_event_ended_it() -> None:
    old = {"age": {"gt": "1d"}}
    (one,) = stretches(closed("A", created="1h", resolved="40h", history=moves(("40h", DONE))), **old)
    assert (one.start - after("25h") <= timedelta(seconds=1), one.end) == (True, after("40h"))
    waiting = {"acknowledged": False, "age": {"gt": "1d"}}
    (one,) = stretches(ticket(created="1h", comments=(comment("30h"),)), **waiting)
    assert (one.start - after("25h") <= timedelta(seconds=1), one.end) == (True, after("30h"))


def test_an_answer_ends_what_asks_for_one() -> None:
    unanswered = {"acknowledged": False}
    assert times(ticket(comments=(comment("3h"), comment("5h"))), **unanswered) == [("1h", "3h")]
    assert times(closed(resolved="2h", history=moves(("2h", DONE))), **unanswered) == [("1h", "2h")]
    assert times(ticket(), **unanswered) == [("1h", None)]


AGAIN = policy(rules=(rule("again", {"reopened": {"gte": 1}}, set={"priority": "P1"}),))
LATE = policy(rules=(rule("late", {"resolve_used": {"gte": 0.5}}, set={"priority": "P1"}),))


def test_rules_that_decide_count_with_what_they_ask() -> None:
    reopened = ticket(status=WORKING, history=moves(("2h", DONE), ("5h", WORKING)))
    assert times(reopened, by=AGAIN, **P1) == [("5h", None)]
    # Half of the sixteen hours of a P3 are used eight hours after it came up.
    (one,) = stretches(ticket(created="1h"), by=LATE, **P1)
    assert timedelta() <= one.start - after("9h") <= timedelta(seconds=1)


CONDITIONS: list[dict[str, Any]] = [
    P1,
    {"priority": {"at_least": "P2"}, "acknowledged": False},
    {"acknowledged": False, "age": {"gt": "2h"}},
    {"status": WORKING.name},
    {"labels": "web", "not": {"status_category": "in_progress"}},
    {"overridden": True},
    {"native_priority": "Highest", "assignees": {"missing": True}},
    {"comments": {"gte": 2}, "kind": "defect"},
    {"reopened": {"gte": 1}, "planned_for": "5.2"},
    {"idle_for": {"gt": "2h"}},
    {"any": [{"severity": "critical"}, {"customers_affected": {"gte": 1}}]},
]


@pytest.mark.parametrize("by", [policy(), AGAIN, LATE, RICH], ids=["plain", "again", "late", "rich"])
@unhurried
@given(
    when=st.sampled_from(CONDITIONS),
    told=st.lists(lives(), min_size=1, max_size=3),
    minutes=st.lists(st.integers(0, 700), min_size=5, max_size=5),
)
def test_they_are_what_judging_each_ticket_as_it_stood_finds(
    when: dict[str, Any], by: Policy, told: list[Life], minutes: list[int]
) -> None:
    tickets = [life.ticket.model_copy(update={"ref": Ref("shop-jira", f"A-{n}")}) for n, life in enumerate(told)]
    now = after("12h")
    found = stretches(*tickets, by=by, now=now, **when)
    test = compile_condition(condition(**when), by.declared)
    turning = {event.at for life in told for event in life.ticket.history}
    for at in (after("0m") + timedelta(minutes=minute) for minute in (*minutes, 720)):
        scene = Scene(by, release(), at)
        held = {
            one.ref
            for one in tickets
            if one.created <= at and (then := rewind(one, at)).open and test(judge(then, scene).facts)
        }
        # Within a second of what time alone changes, either may be said.
        edges = {edge for one in found for edge in (one.start, one.end) if edge is not None} - turning
        near = any(abs(edge - at) <= timedelta(seconds=1) for edge in edges)
        covered = any(one.start <= at and (one.end is None or at < one.end) for one in found)
        assert near or covered is bool(held), (at, held, found)
