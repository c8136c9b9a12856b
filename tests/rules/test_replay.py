"""What another policy would have decided, on tickets as they stood."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import (
    ANA,
    DONE,
    P1_LABEL,
    P2_LABEL,
    after,
    closed,
    comment,
    labelled,
    moves,
    policy,
    rule,
    source,
    targets,
    ticket,
    told,
    world,
)
from tests.rules.rich import RICH
from tests.rules.strategies import any_tickets, unhurried

from hypercare_rules.assess import assess
from hypercare_rules.escalation_policy import EscalationPolicy
from hypercare_rules.health import HealthState
from hypercare_rules.policy import Policy
from hypercare_rules.replay import Aspect, Compared, Difference, first_differences, moments, replay, rewound
from hypercare_rules.ticket import Ref, Ticket
from hypercare_rules.values import Priority

OURS = policy()
LOUD = policy(rules=(rule("loud", {"labels": "web"}, set={"priority": "P1"}),))
STRICT = policy(targets=targets(resolve=dict.fromkeys(Priority, timedelta(hours=1))))
CALLING = policy(
    escalation={
        "p2": EscalationPolicy.model_validate({"for": ["P2"], "tiers": [{"after": "1h", "notify": ["lead"]}]}),
    }
)


def compare(*tickets: Ticket, theirs: Policy, at: tuple[str, ...], ours: Policy = OURS) -> list[Compared]:
    return list(replay(world(source(*tickets)), ours, theirs, map(after, at)))


def differences(*tickets: Ticket, theirs: Policy, at: tuple[str, ...], **given: Any) -> list[Difference]:
    return list(first_differences(compare(*tickets, theirs=theirs, at=at, **given)))


@pytest.mark.parametrize(
    ("end", "expected"),
    [("3h", ["1h", "2h", "3h"]), ("3h30m", ["1h", "2h", "3h", "3h30m"]), ("1h", ["1h"]), ("30m", [])],
)
def test_moments_follow_each_other_up_to_the_last(end: str, expected: list[str]) -> None:
    assert moments(after("1h"), after(end), timedelta(hours=1)) == tuple(map(after, expected))


def test_moments_need_time_between_them() -> None:
    with pytest.raises(ValueError, match="some time between"):
        moments(after("1h"), after("2h"), timedelta())


def test_the_same_policy_makes_no_difference() -> None:
    (one,) = compare(ticket(labels={P1_LABEL}), theirs=OURS, at=("2h",))
    assert (one.ours, one.differences) == (one.theirs, ())


def test_tickets_stand_as_they_stood() -> None:
    later = ticket("later", created="5h")
    solved = closed(
        "solved", resolved="6h", history=(labelled("2h", P1_LABEL), *moves(("6h", DONE))), labels={P1_LABEL}
    )
    counts = [one.ours for one in compare(later, solved, theirs=OURS, at=("90m", "3h", "5h30m", "7h"))]
    assert [one.open for one in counts] == [
        Counter(P3=1),
        Counter(P1=1),
        Counter(P1=1, P3=1),
        Counter(P3=1),
    ]
    assert [one.health for one in counts[:2]] == [HealthState.green, HealthState.red]


def test_another_priority_is_told_once_at_its_first_moment_with_the_reason() -> None:
    web = ticket(labels={"web"}, history=(labelled("3h", "web"),))
    assert differences(web, theirs=LOUD, at=("2h", "4h", "6h"))[0] == Difference(
        Ref("shop-jira", "SHOP-1"), after("4h"), Aspect.priority, "P3", "P1", "rule loud"
    )


def test_a_target_that_would_have_been_missed_is_told() -> None:
    answered = ticket(comments=(comment("1h5m", ANA),))
    (one,) = differences(answered, theirs=STRICT, at=("90m", "3h", "4h"))
    assert (one.at, one.aspect, one.ours, one.theirs) == (
        after("3h"),
        Aspect.target,
        "resolve running",
        "resolve breached",
    )
    (counts,) = compare(answered, theirs=STRICT, at=("3h",))
    assert (counts.ours.breached, counts.theirs.breached) == (0, 1)


def test_who_would_have_been_called_is_told() -> None:
    found = differences(ticket(labels={P2_LABEL}), theirs=CALLING, at=("90m", "2h30m"))
    assert [(one.at, one.aspect, one.ours, one.theirs) for one in found] == [
        (after("2h30m"), Aspect.escalation, "nobody called", "step 1 of p2 to lead")
    ]


def test_whom_our_pages_told_is_decided_anew_by_both_policies() -> None:
    other = policy(
        escalation={
            "p2": EscalationPolicy.model_validate({"for": ["P2"], "tiers": [{"after": "1h", "notify": ["cto"]}]})
        }
    )
    paged = ticket(labels={P2_LABEL}, comments=(told("2h1m", "p2", "1h", "1h", who=("lead",)),))
    (one,) = differences(paged, ours=CALLING, theirs=other, at=("2h30m",))
    assert (one.ours, one.theirs) == ("step 1 of p2 to lead", "step 1 of p2 to cto")


def test_what_a_baseline_kept_quiet_counts_in_a_replay() -> None:
    seen = world(source(ticket(labels={P2_LABEL})), baseline="9d")
    (one,) = replay(seen, OURS, CALLING, [after("3h")])
    assert one.theirs.escalated == 1


def test_a_ticket_that_only_one_policy_takes_is_a_difference_of_scope() -> None:
    named = ticket(labels={"team:summary"})
    (one,) = differences(named, theirs=policy(label_prefix="team:"), at=("2h",))
    assert (one.aspect, one.ours, one.theirs) == (Aspect.scope, "in scope", "left out")


def test_aspects_of_a_ticket_are_told_each_at_its_own_first_moment() -> None:
    web = ticket(labels={"web"})
    found = differences(web, theirs=LOUD, at=("70m", "2h", "3h"))
    assert [(one.aspect, one.at) for one in found] == [(Aspect.priority, after("70m")), (Aspect.target, after("2h"))]


@unhurried
@given(st.lists(any_tickets(), max_size=3, unique_by=lambda one: one.ref), st.integers(0, 30_000))
def test_a_replay_of_now_is_what_is_so_now(tickets: list[Ticket], minutes: int) -> None:
    now = after("0m") + timedelta(minutes=minutes)
    past = [
        one
        for one in tickets
        if max([one.created, *(e.at for e in one.history), *(c.created for c in one.comments)]) <= now
    ]
    seen = world(source(*past), backfilled=True)
    assert rewound(seen, now) == seen
    (one,) = replay(seen, RICH, OURS, [now])
    assessment = assess(seen, RICH, now)
    assert one.ours.health is assessment.health.state
    assert one.ours.open.total() == len(assessment.open)
