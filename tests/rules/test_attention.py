"""What burns, and what will be late soon."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules import build
from tests.rules.rich import RICH
from tests.rules.strategies import any_tickets, of_whole_releases

from hypercare_rules.assess import Assessment, assess
from hypercare_rules.attention import burning, due_soon, horizon
from hypercare_rules.ticket import Ticket
from hypercare_rules.values import Priority

DAILY = {"reviews": [{"id": "daily", "schedule": "0 10 * * *", "zone": "Europe/Berlin"}]}
ANSWERED = (build.comment("1h30m"),)  # an hour of sixteen to resolve a P3 is gone by then


def at(now: str, *tickets: Ticket, **given: Any) -> Assessment:
    return assess(build.world(build.source(*tickets)), build.policy(**given), build.after(now))


def keys(found: Any) -> list[str]:
    return [one.ticket.ref.key for one in found]


def test_burning_are_p1_and_p2_and_what_is_late_or_nearly_so() -> None:
    seen = at(
        "15h",
        build.ticket("SHOP-1", labels={build.P1_LABEL}),
        build.ticket("SHOP-2", labels={build.P2_LABEL}),
        build.ticket("SHOP-3", comments=ANSWERED),  # due at 17 h, at risk from 13 h on
        build.ticket("SHOP-4", created="12h", comments=(build.comment("13h"),)),
        build.closed("SHOP-5", labels={build.P1_LABEL}),
    )
    assert keys(burning(seen)) == ["SHOP-1", "SHOP-2", "SHOP-3"]


# Go-live is Friday at eight in Berlin.
@pytest.mark.parametrize(
    ("now", "given", "wanted"),
    [
        pytest.param("1h", {}, datetime(2026, 11, 21, 23, tzinfo=UTC), id="the end of tomorrow in the zone"),
        pytest.param("15h59m", {}, datetime(2026, 11, 21, 23, tzinfo=UTC), id="until midnight"),
        pytest.param("16h", {}, datetime(2026, 11, 22, 23, tzinfo=UTC), id="from midnight on the next day's"),
        pytest.param("1h", DAILY, datetime(2026, 11, 20, 9, tzinfo=UTC), id="the next review"),
        pytest.param("2h", DAILY, datetime(2026, 11, 21, 9, tzinfo=UTC), id="at a review the one after it"),
    ],
)
def test_the_horizon_is_a_moment(now: str, given: Any, wanted: datetime) -> None:
    release = build.release(zone="Europe/Berlin")
    seen = build.world(build.source()).model_copy(update={"release": release})
    assert horizon(assess(seen, build.policy(**given), build.after(now))) == wanted


def test_due_soon_is_what_misses_a_target_before_the_horizon_and_does_not_burn_yet() -> None:
    seen = at(
        "3h",  # Friday at eleven in Berlin; the next review is on Saturday at ten, 26 hours after go-live
        build.ticket("SHOP-1", labels={build.P1_LABEL}),
        build.ticket("SHOP-2", created="2h", comments=(build.comment("3h"),)),  # due at 18 h
        build.ticket("SHOP-3", created="2h", comments=(build.comment("3h"),), status=build.WAITING),
        build.ticket(
            "SHOP-4", created="2h", labels={build.P4_LABEL}, comments=(build.comment("3h"),)
        ),  # 32 h to resolve
        build.closed("SHOP-5", created="2h", resolved="3h"),
        **DAILY,
    )
    assert keys(due_soon(seen)) == ["SHOP-2"]


@of_whole_releases
@given(st.lists(any_tickets(), max_size=5, unique_by=lambda one: one.ref), st.integers(0, 500))
def test_what_burns_and_what_is_due_soon_are_open_and_apart(tickets: list[Ticket], hours: int) -> None:
    seen = assess(build.world(build.source(*tickets)), RICH, build.after(f"{hours}h"))
    hot, soon = keys(burning(seen)), keys(due_soon(seen))
    assert not set(hot) & set(soon)
    assert all(one.ticket.open for one in (*burning(seen), *due_soon(seen)))
    assert not {one.ticket.ref.key for one in seen.open if one.priority in (Priority.P1, Priority.P2)} - set(hot)
    assert horizon(seen) > seen.now
