"""Who responds when."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.rules.build import OFFICE, after
from tests.rules.strategies import minutes, unhurried

from hypercare_rules.calendars import Calendar
from hypercare_rules.people import Member, Roster, Shift, Turn, suited

# After go-live on Friday at eight in Berlin, the office is open until the tenth hour, and again from the 72nd on.
CALENDARS = {
    "office": Calendar.model_validate(OFFICE),
    "nights": Calendar(zone="Europe/Berlin", hours={"mon-sun": ("18:00-08:00",)}),
    "always": Calendar(zone="UTC", hours={"mon-sun": ("00:00-24:00",)}),
}
MOMENT = timedelta(microseconds=1)


def shift(*who: str, calendar: str = "always", **given: Any) -> Shift:
    moments: dict[str, Any] = {name: after(given.pop(name)) for name in ("since", "until") if name in given}
    return Shift(who=who, calendar=calendar, **moments, **given)


def on_call(*shifts: Shift, at: str | datetime) -> tuple[str, ...]:
    return Roster(shifts=shifts).on_call(CALENDARS, after(at) if isinstance(at, str) else at)


@pytest.mark.parametrize(
    ("at", "who"),
    [
        (after("0m"), ("ana",)),
        (after("10h") - MOMENT, ("ana",)),
        (after("10h"), ()),
        (after("2d"), ()),
        (after("72h"), ("ana",)),
    ],
    ids=["opening", "the last moment", "closing", "weekend", "Monday"],
)
def test_a_shift_responds_in_the_hours_of_its_calendar(at: datetime, who: tuple[str, ...]) -> None:
    assert on_call(shift("ana", calendar="office"), at=at) == who


def test_shifts_hand_over_without_a_gap() -> None:
    day_and_night = (shift("ana", calendar="office"), shift("ben", calendar="nights"))
    assert [on_call(*day_and_night, at=at) for at in ("9h59m", "10h", "23h59m")] == [("ana",), ("ben",), ("ben",)]


@pytest.mark.parametrize(
    ("at", "who"),
    [
        (after("2h") - MOMENT, ()),
        (after("2h"), ("ana",)),
        (after("5h") - MOMENT, ("ana",)),
        (after("5h"), ()),
    ],
    ids=["just before since", "at since", "just before until", "at until"],
)
def test_a_shift_lasts_from_since_until_before_until(at: datetime, who: tuple[str, ...]) -> None:
    assert on_call(shift("ana", since="2h", until="5h"), at=at) == who


@pytest.mark.parametrize(
    ("at", "who"),
    [
        (after("0m"), "ana"),
        (after("7d") - MOMENT, "ana"),
        (after("7d"), "ben"),
        (after("14d"), "cem"),
        (after("21d"), "ana"),
        (after("217d"), "ben"),
    ],
)
def test_a_rotation_gives_each_a_turn(at: datetime, who: str) -> None:
    assert on_call(shift("ana", "ben", "cem", since="0m", rotate=timedelta(days=7)), at=at) == (who,)


BERLIN = ZoneInfo("Europe/Berlin")
CALENDARS_BERLIN = {"always": Calendar(zone="Europe/Berlin", hours={"mon-sun": ("00:00-24:00",)})}


def berlin(month: int, day: int, hour: int, minute: int = 0, *, again: bool = False) -> datetime:
    """A moment of 2026 by the clock on the wall; of one that it shows twice the first, or the second."""
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN, fold=int(again)).astimezone(UTC)


# Clocks go forward on the 29th of March and back on the 25th of October.
@pytest.mark.parametrize(
    ("since", "rotate", "hand_overs"),
    [
        pytest.param(
            berlin(3, 27, 8), "1d", [berlin(3, 28, 8), berlin(3, 29, 8), berlin(3, 30, 8)], id="daily in spring"
        ),
        pytest.param(
            berlin(10, 23, 8), "1d", [berlin(10, 24, 8), berlin(10, 25, 8), berlin(10, 26, 8)], id="daily in autumn"
        ),
        pytest.param(berlin(10, 19, 8), "1w", [berlin(10, 26, 8), berlin(11, 2, 8)], id="weekly"),
        pytest.param(
            berlin(3, 28, 8), "12h", [berlin(3, 28, 20), berlin(3, 29, 8), berlin(3, 29, 20)], id="twice a day in spring"
        ),
        pytest.param(
            berlin(10, 24, 20), "12h", [berlin(10, 25, 8), berlin(10, 25, 20)], id="twice a day in autumn"
        ),
        pytest.param(
            berlin(3, 29, 1), "30m", [berlin(3, 29, 1, 30), berlin(3, 29, 3), berlin(3, 29, 3, 30)], id="skipped"
        ),
        pytest.param(
            berlin(10, 25, 1, 30),
            "30m",
            [berlin(10, 25, 2), berlin(10, 25, 2, 30), berlin(10, 25, 3), berlin(10, 25, 3, 30)],
            id="shown twice",
        ),
        pytest.param(
            berlin(10, 25, 2, 15, again=True), "30m", [berlin(10, 25, 2, 45, again=True), berlin(10, 25, 3, 15)],
            id="since the second showing",
        ),
    ],
)  # fmt: skip
def test_turns_change_hands_by_the_clock_on_the_wall(since: datetime, rotate: str, hand_overs: list[datetime]) -> None:
    roster = Roster(shifts=(Shift(who=tuple("abcdefgh"), calendar="always", since=since, rotate=rotate),))
    turns = list(roster.turns(CALENDARS_BERLIN, since, hand_overs[-1] + MOMENT))
    assert turns[0].who == ("a",)
    assert [turn.start for turn in turns[1:]] == hand_overs


@unhurried
@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo"]),
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minute: datetime(2017, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)),
    st.integers(0, 400),
    st.sampled_from(["1d", "1w", "12h", "8h"]),
)
def test_a_turn_begins_at_the_same_time_of_day_whatever_clocks_do(
    zone: str, since: datetime, number: int, rotate: str
) -> None:
    there, always = ZoneInfo(zone), Calendar(zone=zone, hours={"mon-sun": ("00:00-24:00",)})
    rotation = Shift(who=("ana", "ben"), calendar="always", since=since, rotate=rotate)
    assert rotation.rotate is not None
    wall = since.astimezone(there).replace(tzinfo=None) + number * rotation.rotate
    begins = wall.replace(tzinfo=there).astimezone(UTC)
    if begins.astimezone(there).replace(tzinfo=None) != wall or begins < since:
        return  # skipped by the clocks, or first shown before the rotation began
    assert rotation.responds(always, begins) == (("ana", "ben")[number % 2],)
    if number:
        assert rotation.responds(always, begins - MOMENT) == (("ben", "ana")[number % 2],)


def test_without_a_rotation_all_of_a_shift_respond_together() -> None:
    assert on_call(shift("ana", "ben"), at="1h") == ("ana", "ben")


def test_all_shifts_that_are_open_respond_in_the_order_of_the_policy_and_nobody_twice() -> None:
    shifts = (shift("ben"), shift("ana", calendar="office"), shift("ana", "ben", "cem"))
    assert on_call(*shifts, at="1h") == ("ben", "ana", "cem")
    assert on_call(*shifts, at="12h") == ("ben", "ana", "cem")
    assert on_call(*shifts[:2], at="12h") == ("ben",)


def test_without_shifts_nobody_is_on_call() -> None:
    assert on_call(at="1h") == ()


@pytest.mark.parametrize("rotation", [{"rotate": "7d"}, {"rotate": "0m", "since": "0m"}])
def test_a_rotation_needs_a_start_and_a_length(rotation: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="a rotation needs `since`"):
        shift("ana", **rotation)


def test_a_shift_needs_somebody() -> None:
    with pytest.raises(ValidationError, match="who"):
        shift()


PEOPLE = {
    "ana": Member(name="Ana", skills=("Payments", "android")),
    "ben": Member(name="Ben", skills=("ios",)),
    "cem": Member(name="Cem"),
}


@pytest.mark.parametrize(
    ("topics", "who"),
    [
        ({"payments"}, ("ana",)),
        ({"ios", "android"}, ("ana", "ben")),
        ({"search"}, ("ana", "ben", "cem")),
        (set(), ("ana", "ben", "cem")),
    ],
    ids=["one knows it", "two know it", "nobody knows it", "no topic"],
)
def test_those_who_know_the_topic_go_before_others(topics: set[str], who: tuple[str, ...]) -> None:
    assert suited(("ana", "ben", "cem"), PEOPLE, topics) == who


def test_turns_tell_gaps_as_turns_of_nobody() -> None:
    roster = Roster(shifts=(shift("ana", calendar="office"), shift("ben", calendar="nights", until="20h")))
    assert list(roster.turns(CALENDARS, after("9h"), after("73h"))) == [
        Turn(after("9h"), after("10h"), ("ana",)),
        Turn(after("10h"), after("20h"), ("ben",)),
        Turn(after("20h"), after("72h"), ()),
        Turn(after("72h"), after("73h"), ("ana",)),
    ]


def test_a_rotation_that_comes_back_to_the_same_person_is_one_turn() -> None:
    alone = Roster(shifts=(shift("ana", since="0m", rotate=timedelta(days=1)),))
    assert list(alone.turns(CALENDARS, after("1h"), after("9d"))) == [Turn(after("1h"), after("9d"), ("ana",))]


names = st.lists(st.sampled_from(["ana", "ben", "cem"]), min_size=1, max_size=3)


@st.composite
def shifts(draw: st.DrawFn) -> Shift:
    since, until = draw(st.none() | minutes(-5000, 5000)), draw(st.none() | minutes(-5000, 20_000))
    rotate = draw(st.none() | st.integers(60, 5000).map(lambda count: timedelta(minutes=count))) if since else None
    calendar = draw(st.sampled_from(sorted(CALENDARS)))
    return Shift(who=tuple(draw(names)), calendar=calendar, since=since, until=until, rotate=rotate)


@unhurried
@given(st.lists(shifts(), max_size=3), minutes(-3000, 3000), st.integers(1, 15_000), st.floats(0, 0.99))
def test_turns_say_at_every_moment_who_is_on_call(
    written: list[Shift], start: datetime, length: int, share: float
) -> None:
    roster, end = Roster(shifts=tuple(written)), start + timedelta(minutes=length)
    turns = list(roster.turns(CALENDARS, start, end))
    assert (turns[0].start, turns[-1].end) == (start, end)
    assert all(one.end == other.start and one.who != other.who for one, other in pairwise(turns))
    at = start + (end - start) * share
    (who,) = (turn.who for turn in turns if turn.start <= at < turn.end)
    assert who == roster.on_call(CALENDARS, at)


@unhurried
@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"]),
    st.integers(0, 365 * 48),
    st.integers(20, 3000),
    st.integers(1, 15_000),
    st.floats(0, 0.99),
)
def test_turns_say_who_is_on_call_in_a_rotation_over_every_change_of_clocks(
    zone: str, half_hours: int, rotate: int, length: int, share: float
) -> None:
    since = datetime(2011, 6, 1, tzinfo=UTC) + half_hours * timedelta(minutes=30)
    always = {"always": Calendar(zone=zone, hours={"mon-sun": ("00:00-24:00",)})}
    rotation = Shift(who=("ana", "ben", "cem"), calendar="always", since=since, rotate=timedelta(minutes=rotate))
    roster, end = Roster(shifts=(rotation,)), since + timedelta(minutes=length)
    turns = list(roster.turns(always, since, end))
    assert (turns[0].start, turns[-1].end, turns[0].who) == (since, end, ("ana",))
    assert all(one.end == other.start and one.who != other.who for one, other in pairwise(turns))
    at = since + (end - since) * share
    (who,) = (turn.who for turn in turns if turn.start <= at < turn.end)
    assert who == roster.on_call(always, at)
