"""Who is on call now, and who comes next."""

from typing import Any

import pytest
from tests.rules import build

from hypercare_rules.duties import Duty, duties
from hypercare_rules.people import Member, Roster, Shift

PEOPLE = {name: Member(name=name.title(), github=name) for name in ("ana", "ben")}
CALENDARS = {"office": build.OFFICE, "always": {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}}


def on_duty(now: str, *shifts: dict[str, Any]) -> tuple[Duty, ...]:
    roster = Roster(shifts=tuple(Shift(**shift) for shift in shifts))
    return duties(build.policy(people=PEOPLE, calendars=CALENDARS, roster=roster), build.after(now))


OFFICE = {"who": ("ana",), "calendar": "office"}
TURNS = {"who": ("ana", "ben"), "calendar": "always", "since": build.GO_LIVE, "rotate": "1d"}


def test_without_a_roster_nobody_is_expected_to_be() -> None:
    assert on_duty("1h") == ()


def test_one_hands_over_to_the_other() -> None:
    assert on_duty("1h", TURNS) == (Duty(("ana",), build.after("1d")), Duty(("ben",), build.after("2d")))


def test_a_gap_until_the_next_is_told() -> None:
    # Friday eight to eighteen, then Monday at eight
    ends, begins = build.after("10h"), build.after("3d")
    assert on_duty("1h", OFFICE) == (Duty(("ana",), ends), Duty((), begins), Duty(("ana",), build.after("3d10h")))


def test_in_a_gap_nobody_is_and_the_next_comes() -> None:
    assert on_duty("12h", OFFICE) == (Duty((), build.after("3d")), Duty(("ana",), build.after("3d10h")))


def test_one_who_is_for_more_than_two_weeks_has_no_end() -> None:
    assert on_duty("1h", {"who": ("ana",), "calendar": "always"}) == (Duty(("ana",), None),)


def test_where_nobody_follows_that_is_told() -> None:
    last = {"who": ("ana",), "calendar": "always", "until": build.after("2d")}
    assert on_duty("1h", last) == (Duty(("ana",), build.after("2d")), Duty((), None))


@pytest.mark.parametrize("now", ["1h", "1h30m", "23h59m"])
def test_it_stands_still_until_somebody_else_is(now: str) -> None:
    assert on_duty(now, TURNS) == on_duty("1h", TURNS)
