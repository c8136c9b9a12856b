"""How times, clocks and counts are said to people."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules import build

from hypercare_rules import durations
from hypercare_rules.clocks import Clock, ClockName, ClockState
from hypercare_rules.escalations import Step
from hypercare_sync.wording import call, clock_state, count, printable, stamp, used_share, working

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


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (ClockState.running, "due at the latest Mon 23 Nov 14:20"),
        (ClockState.at_risk, "at risk, due at the latest Mon 23 Nov 14:20"),
        (ClockState.breached, "breached since Mon 23 Nov 14:20 or earlier"),
        (ClockState.paused, "paused"),
        (ClockState.met, "met, as far as is known"),
        (ClockState.missed, "missed"),
    ],
)
def test_clock_of_a_cut_history_is_said_as_a_bound(state: ClockState, said: str) -> None:
    assert clock_state(clock(state, lower_bound=True), RELEASE) == said


@pytest.mark.parametrize(
    ("used", "said"),
    [
        ("0m", "0%"),
        ("3h", "75%"),
        ("7h59m", "200%"),
        ("8h", "2 times the target"),
        ("10h", "2.5 times the target"),
        ("39h", "9.8 times the target"),
        ("258d", "1548 times the target"),
    ],
)
def test_used_share_is_said_as_people_would(used: str, said: str) -> None:
    assert used_share(replace(clock(ClockState.breached), used=durations.parse(used))) == said


@pytest.mark.parametrize(
    ("calendar", "said"), [(None, "1d16h30m"), ("office", "40h30m")], ids=["wall clock", "calendar"]
)
def test_no_length_of_working_time_is_told_in_days(calendar: str | None, said: str) -> None:
    assert working(timedelta(hours=40, minutes=30), calendar) == said


@pytest.mark.parametrize(("seconds", "said"), [(0, "0m"), (59, "59s"), (60, "1m"), (119, "1m"), (3661, "1h1m")])
def test_a_length_that_is_counted_is_told_in_whole_minutes(seconds: int, said: str) -> None:
    assert working(timedelta(seconds=seconds), None) == said


def test_call_names_people_and_roles_and_the_time() -> None:
    policy = build.policy(people={"kim": {"name": "Kim S", "github": "kim-s"}})
    step = Step(0, 0, DUE, ("kim", "release_manager"), None)
    assert call(step, RELEASE, policy) == "Kim S, release manager, Mon 23 Nov 14:20"


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
