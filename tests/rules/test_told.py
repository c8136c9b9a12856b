"""Whether a ticket gets a status comment."""

from datetime import timedelta
from typing import Any

import pytest
from tests.rules.build import (
    P1_LABEL,
    P2_LABEL,
    closed,
    comment,
    labelled,
    policy,
    ticket,
)
from tests.rules.look import ANSWERED, STALE, labels, look

from hypercare_rules.policy import Comments
from hypercare_rules.ticket import Ticket
from hypercare_rules.values import Priority

HOUR = timedelta(hours=1)


def told(at: Ticket, now: str = "20h", **memory: Any) -> bool:
    return look(at, now, **memory).told


def test_nobody_is_told_before_the_baseline() -> None:
    assert not told(ticket(labels={P1_LABEL}))


@pytest.mark.parametrize(
    ("created", "expected"),
    [("2h", False), ("3h", False), ("4h", True)],
    ids=["before the baseline", "exactly then", "afterwards"],
)
def test_a_high_priority_is_told_of_where_it_arose_after_the_baseline(created: str, expected: bool) -> None:
    urgent = ticket(created=created, labels={P1_LABEL}, comments=(comment(created),))
    assert told(urgent, "4h", baseline="3h") is expected


def test_a_ticket_raised_after_the_baseline_is_told_of() -> None:
    raised = ticket(labels={P2_LABEL}, history=(labelled("4h", P2_LABEL),), **ANSWERED)
    assert told(raised, "5h", baseline="3h")


@pytest.mark.parametrize("labels_set", [set(), {"cosmetic"}], ids=["P3", "P4"])
def test_lower_priorities_are_quiet(labels_set: set[str]) -> None:
    assert not told(ticket(created="4h", labels=labels_set), "5h", baseline="3h")


@pytest.mark.parametrize(("baseline", "expected"), [("4h", False), ("3h59m", True)], ids=["at its start", "before it"])
def test_at_risk_is_told_of_where_it_arose_after_the_baseline(baseline: str, expected: bool) -> None:
    assert told(ticket(), "4h30m", baseline=baseline) is expected


@pytest.mark.parametrize(("baseline", "expected"), [("5h", False), ("4h59m", True)], ids=["at its start", "before it"])
def test_a_breach_is_told_of_where_it_arose_after_the_baseline(baseline: str, expected: bool) -> None:
    assert told(ticket(), "6h", baseline=baseline) is expected


def test_an_override_is_told_of_even_one_to_a_quiet_priority() -> None:
    lowered = ticket(labels={"hypercare-override:P4"}, history=(labelled("4h", "hypercare-override:P4"),), **ANSWERED)
    assert told(lowered, "5h", baseline="3h")
    assert not told(lowered, "5h", baseline="4h")


def test_a_stale_ticket_is_labelled_and_not_told_of() -> None:
    stale = look(ticket(**ANSWERED), "9h", STALE, baseline="3h")
    assert ("stale" in labels(stale), stale.told) == (True, False)


def test_what_is_told_of_is_the_policys() -> None:
    loud = policy(stale={Priority.P3: 6 * HOUR}, comments=Comments(priorities=(Priority.P3,), conditions=("stale",)))
    assert told(ticket(created="4h"), "5h", baseline="3h", by=loud)
    assert told(ticket(**ANSWERED), "9h", baseline="3h", by=loud)
    assert not told(ticket(labels={P1_LABEL}, created="4h"), "5h", baseline="3h", by=loud)


@pytest.mark.parametrize("baseline", [None, "9h"], ids=["first tick", "later tick"])
def test_a_backfill_tells_of_what_was_before(baseline: str | None) -> None:
    assert told(ticket(labels={P1_LABEL}), "2h", baseline=baseline, backfilled=True)
    assert told(ticket(), "6h", baseline=baseline, backfilled=True)
    assert not told(ticket(), "2h", baseline=baseline, backfilled=True)


def test_a_closed_ticket_is_never_told_of() -> None:
    done = closed(created="4h", resolved="9d", labels={P1_LABEL})
    assert not told(done, "10d", baseline="3h")
    assert not told(done, "10d", backfilled=True)
