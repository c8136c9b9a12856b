"""The figures of a release, by hand and against Python's own statistics."""

import math
import statistics
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import (
    BOT,
    DONE,
    OPEN,
    P1_LABEL,
    WAITING,
    WORKING,
    after,
    closed,
    comment,
    moved,
    moves,
    office,
    policy,
    source,
    ticket,
    world,
)
from tests.rules.strategies import any_tickets, of_whole_releases, unhurried

from hypercare_rules.assess import assess
from hypercare_rules.metrics import Kept, Metrics, Spread, metrics, spread
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Ticket
from hypercare_rules.values import Kind, Priority

HOUR = timedelta(hours=1)


def figures(*tickets: Ticket, now: str = "24h", by: Policy | None = None) -> Metrics:
    by = by or policy()
    return metrics(assess(world(source(*tickets)), by, after(now)), by)


def test_no_ticket_no_figures() -> None:
    none = figures().all
    assert (none.tickets, none.to_acknowledge, none.to_resolve, none.resolve.share) == (0, None, None, None)
    assert figures().by_priority == {}


def test_times_of_three_tickets_as_worked_out_by_hand() -> None:
    found = figures(
        closed("SHOP-1", comments=(comment("2h"),), history=moves(("3h", DONE)), resolved="3h"),  # 1 h, 2 h
        closed("SHOP-2", comments=(comment("4h"),), history=moves(("11h", DONE)), resolved="11h"),  # 3 h, 10 h
        ticket("SHOP-3", comments=(comment("3h"),)),  # 2 h, still open
    ).all
    assert found.to_acknowledge == Spread(3, 2 * HOUR, 2 * HOUR, 3 * HOUR, 3 * HOUR)
    assert found.to_resolve == Spread(2, 6 * HOUR, 6 * HOUR, 10 * HOUR, 10 * HOUR)
    assert (found.tickets, found.open, found.reopened, found.lower_bounds) == (3, 1, 0, 0)
    assert found.acknowledge == Kept(met=3)
    assert found.resolve == Kept(met=2, late=1)  # sixteen hours for a P3, and 23 have passed


def test_ticket_that_was_closed_without_an_answer_kept_its_target_and_was_not_acknowledged() -> None:
    found = figures(closed(history=(moved("2h", OPEN, DONE, BOT),))).all
    assert found.acknowledge == Kept(met=1)
    assert found.to_acknowledge is None
    assert found.to_resolve is not None


def test_pauses_and_nights_are_not_counted() -> None:
    waited = closed(
        comments=(comment("1h"),),
        history=moves(("2h", WAITING), ("5h", WORKING), ("6h", DONE)), resolved="6h",
    )  # fmt: skip
    assert figures(waited).all.to_resolve == Spread(1, 2 * HOUR, 2 * HOUR, 2 * HOUR, 2 * HOUR)
    # From Friday 09:00 in Berlin until Monday 09:00, in an office from 08:00 to 18:00.
    over_the_weekend = closed(history=moves(("73h", DONE)), resolved="73h")
    spent = figures(over_the_weekend, now="80h", by=office(resolve="40h on office")).all.to_resolve
    assert spent is not None
    assert spent.longest == 10 * HOUR


def test_miss_before_a_reopening_stays_a_miss_and_the_last_life_tells_the_time() -> None:
    history = moves(("20h", DONE), ("21h", WORKING), ("23h", DONE))
    found = figures(closed(history=history, resolved="23h", comments=(comment("2h"),))).all
    assert (found.resolve, found.reopened) == (Kept(met=1, missed=1), 1)
    assert found.resolve.share == 0.5
    assert found.to_resolve is not None
    assert found.to_resolve.longest == 2 * HOUR


def test_time_that_is_not_known_whole_is_counted_as_a_lower_bound() -> None:
    found = figures(closed(history_cut=True, comments=(comment("2h"),)))
    assert found.all.lower_bounds == 2


def test_groups_are_told_only_where_there_are_tickets() -> None:
    found = figures(ticket("SHOP-1", labels={P1_LABEL}), ticket("SHOP-2", issue_type="Question"))
    assert set(found.by_priority) == {Priority.P1, Priority.P4}
    assert set(found.by_kind) == {Kind.defect, Kind.usage_question}


@given(st.lists(any_tickets(), max_size=6, unique_by=lambda one: one.ref))
@of_whole_releases
def test_groups_add_up_to_the_whole(tickets: list[Ticket]) -> None:
    found = figures(*tickets)
    for groups in (found.by_priority.values(), found.by_kind.values()):
        assert sum(one.tickets for one in groups) == found.all.tickets
        assert sum(one.resolve.met for one in groups) == found.all.resolve.met
    for kept in (found.all.acknowledge, found.all.resolve):
        assert min(kept.met, kept.missed, kept.late, kept.running) >= 0


@given(st.lists(st.timedeltas(timedelta(), timedelta(days=40)), min_size=1, max_size=60))
@unhurried
def test_spread_agrees_with_statistics_and_with_the_definition_of_the_nearest_rank(durations: list[timedelta]) -> None:
    found = spread(durations)
    assert found is not None
    seconds = [one.total_seconds() for one in durations]
    assert abs(found.median.total_seconds() - statistics.median(seconds)) < 0.001
    assert abs(found.mean.total_seconds() - statistics.fmean(seconds)) < 0.001
    assert found.p90 == sorted(durations)[math.ceil(0.9 * len(durations)) - 1]
    assert (found.number, found.longest) == (len(durations), max(durations))
