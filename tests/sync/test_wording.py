"""How times, clocks and counts are said to people."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules import build

from hypercare_rules.clocks import Clock, ClockName, ClockState
from hypercare_sync.wording import clock_state, count, printable, stamp

DUE = datetime(2026, 11, 23, 13, 20, tzinfo=UTC)
RELEASE = build.release(zone="Europe/Berlin")


def clock(state: ClockState, *, lower_bound: bool = False) -> Clock:
    return Clock(
        name=ClockName.resolve,
        target=timedelta(hours=4),
        used=timedelta(hours=1),
        calendar=None,
        started=build.GO_LIVE,
        stopped=None,
        pauses=(),
        due_at=DUE,
        at_risk_at=DUE,
        state=state,
        lower_bound=lower_bound,
    )


@pytest.mark.parametrize(
    ("moment", "zone", "said"),
    [
        (DUE, "UTC", "Mon 23 Nov 13:20"),
        (DUE, "Europe/Berlin", "Mon 23 Nov 14:20"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "UTC", "Thu 31 Dec 23:30"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Europe/Berlin", "Fri 1 Jan 2027 00:30"),
        (datetime(2025, 3, 1, tzinfo=UTC), "UTC", "Sat 1 Mar 2025 00:00"),
    ],
)
def test_stamp_is_in_the_releases_zone_with_the_year_where_it_is_another(
    moment: datetime, zone: str, said: str
) -> None:
    assert stamp(moment, build.release(zone=zone)) == said


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (ClockState.running, "due Mon 23 Nov 14:20"),
        (ClockState.at_risk, "at risk, due Mon 23 Nov 14:20"),
        (ClockState.breached, "breached since Mon 23 Nov 14:20"),
        (ClockState.paused, "paused"),
        (ClockState.met, "met"),
        (ClockState.missed, "missed"),
    ],
)
def test_clock_is_said_by_the_time_that_matters(state: ClockState, said: str) -> None:
    assert clock_state(clock(state), RELEASE) == said


def test_clock_of_a_cut_history_is_due_at_the_latest() -> None:
    assert clock_state(clock(ClockState.running, lower_bound=True), RELEASE) == "due at the latest Mon 23 Nov 14:20"


@pytest.mark.parametrize(("number", "said"), [(0, "0 tickets"), (1, "1 ticket"), (2, "2 tickets")])
def test_count(number: int, said: str) -> None:
    assert count(number, "ticket") == said


def test_count_of_an_odd_plural() -> None:
    assert (count(1, "entry", "entries"), count(2, "entry", "entries")) == ("1 entry", "2 entries")


@given(st.text() | st.sampled_from(["\x1b[2J", "\x9b31m", "a\rb", "\u202eevil", "\x07", "a\nb", "\ud800"]))
def test_nothing_that_is_printed_can_steer_a_terminal(text: str) -> None:
    shown = printable(text)
    assert not {"\x1b", "\x9b", "\r", "\x07", "\u202e"} & set(shown)
    assert shown.count("\n") == text.count("\n")
    shown.encode()
