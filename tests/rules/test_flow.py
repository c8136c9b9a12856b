"""Arrival against resolution by day, in the release's zone."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import DONE, GO_LIVE, WORKING, after, closed, moves, release, ticket
from tests.rules.strategies import moved_tickets, unhurried

from hypercare_rules.flow import Day, flow
from hypercare_rules.ticket import Ticket


def days(*tickets: Ticket, now: str, zone: str = "UTC") -> tuple[Day, ...]:
    return flow(tickets, release(zone=zone), after(now))


def test_days_are_those_of_the_calendar_from_go_live_on() -> None:
    found = days(now="48h")
    assert [day.date for day in found] == [date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)]
    assert {(day.new, day.resolved, day.reopened, day.open) for day in found} == {(0, 0, 0, 0)}


def test_what_comes_goes_and_comes_back_is_counted_on_its_day() -> None:
    back = ticket(status=WORKING, created="1h", history=moves(("2h", DONE), ("30h", WORKING)))
    gone = closed("SHOP-2", created="1h", history=moves(("31h", DONE)), resolved="31h")
    first, second = days(back, gone, now="32h")
    assert (first.new, first.resolved, first.reopened, first.open) == (2, 1, 0, 1)
    assert (second.new, second.resolved, second.reopened, second.open) == (0, 1, 1, 1)


def test_what_was_open_at_go_live_is_no_arrival_and_can_be_resolved() -> None:
    old = closed(created="-50h", history=moves(("2h", DONE)), resolved="2h")
    (day,) = days(old, ticket("SHOP-2", created="-30h"), now="3h")
    assert (day.new, day.resolved, day.open) == (0, 1, 1)


def test_midnight_is_the_zones() -> None:
    late = ticket(created="10h")  # 17:00 in UTC, 02:00 of the next day in Tokyo
    assert [day.new for day in days(late, now="12h", zone="Asia/Tokyo")] == [0, 1]
    assert [day.new for day in days(late, now="12h")] == [1]


def test_what_lies_ahead_of_now_is_not_there_yet() -> None:
    (day,) = days(ticket(created="5h"), now="2h")
    assert (day.new, day.open) == (0, 0)


@given(st.lists(moved_tickets(), max_size=6))
@unhurried
def test_open_at_the_end_is_what_is_open_now(tickets: list[Ticket]) -> None:
    found = flow(tickets, release(), GO_LIVE + timedelta(days=3))
    assert found[-1].open == sum(one.open for one in tickets)
    for before, day in pairwise(found):
        assert day.open - before.open == day.new + day.reopened - day.resolved
