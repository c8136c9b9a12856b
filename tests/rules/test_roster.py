"""Who responds when."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

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
