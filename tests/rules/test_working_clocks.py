"""Clocks that run in the hours of a calendar, on news, and by the phase of hypercare; and whose answer stops them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.rules.build import (
    ANA,
    BEN,
    CUSTOMER,
    DONE,
    OFFICE,
    OPEN,
    US,
    WAITING,
    WORKING,
    after,
    assigned,
    comment,
    moves,
    office,
    policy,
    release,
    targets,
    ticket,
)
from tests.rules.look import acknowledge, clock, clocks, resolve, waited
from tests.rules.strategies import minutes, moved_tickets, unhurried

from hypercare_rules.clocks import ClockName, ClockState
from hypercare_rules.judge import Scene, clocks_of
from hypercare_rules.lint import errors
from hypercare_rules.people import Member
from hypercare_rules.policy import Policy
from hypercare_rules.targets import PhaseTargets, Targets
from hypercare_rules.ticket import Person, Standing, Ticket
from hypercare_rules.values import Priority

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)

# By the wall clock in Berlin, which is an hour ahead of UTC: go-live is at eight on Friday the 20th of November.
IN_OFFICE_HOURS = office(acknowledge="4h on office", resolve="16h on office", at_risk_from=0.5)


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November by the wall clock in Berlin."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("created", "at_risk", "due"),
    [
        pytest.param(berlin(20, 9), berlin(20, 11), berlin(20, 13), id="within a day"),
        pytest.param(berlin(20, 14), berlin(20, 16), berlin(20, 18), id="until the very end of the day"),
        pytest.param(berlin(20, 15), berlin(20, 17), berlin(23, 9), id="over the weekend"),
        pytest.param(berlin(20, 20), berlin(23, 10), berlin(23, 12), id="out of hours"),
        pytest.param(berlin(21, 12), berlin(23, 10), berlin(23, 12), id="on a Saturday"),
        pytest.param(berlin(24, 16), berlin(24, 18), berlin(25, 10), id="over a night"),
    ],
)
def test_a_target_runs_in_working_hours(created: datetime, at_risk: datetime, due: datetime) -> None:
    told = acknowledge(ticket(created=created), created, IN_OFFICE_HOURS)
    assert (told.at_risk_at, told.due_at, told.calendar) == (at_risk, due, "office")
    states = [acknowledge(ticket(created=created), now, IN_OFFICE_HOURS).state for now in (due - MOMENT, due)]
    assert states == [ClockState.at_risk, ClockState.breached]


def test_a_night_uses_nothing() -> None:
    used = [resolve(ticket(), now, IN_OFFICE_HOURS).used for now in (berlin(20, 18), berlin(21, 12), berlin(23, 8))]
    assert used == [9 * HOUR, 9 * HOUR, 9 * HOUR]
    assert resolve(ticket(), berlin(23, 9), IN_OFFICE_HOURS).used == 10 * HOUR


@pytest.mark.parametrize(
    ("evening", "due"),
    [
        pytest.param(datetime(2027, 3, 27, 17, tzinfo=UTC), datetime(2027, 3, 28, 8, tzinfo=UTC), id="a short night"),
        pytest.param(datetime(2026, 10, 24, 16, tzinfo=UTC), datetime(2026, 10, 25, 9, tzinfo=UTC), id="a long night"),
    ],
)
def test_due_times_follow_the_wall_clock_over_a_clock_change(evening: datetime, due: datetime) -> None:
    # At six in the evening, with two hours left from eight in the morning on.
    daily = {"zone": "Europe/Berlin", "hours": {"mon-sun": ["08:00-18:00"]}}
    by = policy(calendars={"office": daily}, targets=targets(acknowledge=dict.fromkeys(Priority, "2h on office")))
    here = Scene(by, release(go_live=evening), evening)
    assert clocks_of(ticket(created=evening), Priority.P3, here)[0].due_at == due


def test_a_holiday_uses_nothing() -> None:
    off = office(resolve="16h on office", special={"2026-11-23": []})
    assert resolve(ticket(), berlin(24, 9), off).used == 10 * HOUR


def test_a_pause_outside_working_hours_costs_nothing() -> None:
    asked = [("12h", WAITING), ("20h", WORKING)]  # 20:00 until 04:00 in Berlin
    free, paused = ticket(), waited(*asked)
    for now in (berlin(23, 9), berlin(24, 9), berlin(30, 9)):
        one, other = resolve(free, now, IN_OFFICE_HOURS), resolve(paused, now, IN_OFFICE_HOURS)
        assert (one.used, one.due_at, one.state) == (other.used, other.due_at, other.state)


def test_of_a_pause_over_the_evening_only_the_working_hours_are_left_out() -> None:
    asked = waited(("9h", WAITING), ("74h", WORKING))  # Friday 17:00 until Monday 10:00
    told = resolve(asked, berlin(23, 11), IN_OFFICE_HOURS)
    assert (told.used, told.due_at) == (9 * HOUR, berlin(23, 18))


def test_a_clock_paused_at_night_is_due_as_if_it_went_on_at_once() -> None:
    told = resolve(waited(("9h", WAITING)), berlin(21, 3), IN_OFFICE_HOURS)
    assert (told.state, told.used, told.due_at) == (ClockState.paused, 8 * HOUR, berlin(23, 16))


def test_a_reopened_ticket_has_all_working_hours_again() -> None:
    again = waited(("2h", DONE), ("10h", OPEN))  # reopened on Friday at 18:00
    told = resolve(again, berlin(23, 9), IN_OFFICE_HOURS)
    assert (told.used, told.due_at) == (HOUR, berlin(24, 14))


def test_targets_of_one_ticket_may_run_on_different_calendars() -> None:
    both = office(acknowledge="4h", resolve="16h on office")
    first, second = clocks(ticket(created=berlin(20, 15)), "9h", by=both)
    assert (first.calendar, first.due_at) == (None, berlin(20, 19))
    assert (second.calendar, second.due_at) == ("office", berlin(24, 11))


@unhurried
@given(moved_tickets(), minutes(600, 20_000), st.integers(0, 20_000))
def test_time_alone_never_heals_a_breach_in_working_hours(told: Ticket, now: datetime, later: int) -> None:
    for one, other in zip(
        clocks(told, now, by=IN_OFFICE_HOURS),
        clocks(told, now + timedelta(minutes=later), by=IN_OFFICE_HOURS),
        strict=True,
    ):
        assert one.used <= other.used
        assert (one.state is ClockState.breached) <= (other.state is ClockState.breached)
        if one.state is ClockState.breached:
            assert one.due_at == other.due_at <= now


# News: every two hours, for whatever is being worked on.
NEWS = policy(targets=targets(update=dict.fromkeys(Priority, "2h")))


def update(of: Ticket, now: str, by: Policy = NEWS) -> Any:
    return clock(ClockName.update, of, now, by)


def names(of: Ticket, now: str, by: Policy = NEWS) -> list[str]:
    return [one.name for one in clocks(of, now, by=by)]


def test_news_are_due_from_the_first_response_on() -> None:
    assert names(ticket(), "3h") == ["acknowledge", "resolve"]
    answered = ticket(history=(assigned("2h", ANA),))
    assert (update(answered, "3h").started, update(answered, "3h").due_at) == (after("2h"), after("4h"))
    assert [update(answered, now).state for now in ("3h", "3h30m", "4h")] == ["running", "at risk", "breached"]


def test_each_word_of_the_team_starts_the_update_clock_anew() -> None:
    told = ticket(comments=(comment("2h"), comment("150m", CUSTOMER), comment("3h", BEN), comment("210m", US)))
    assert update(told, "4h").started == after("3h")


def test_a_closed_ticket_owes_no_news() -> None:
    assert names(waited(("2h", DONE), comments=(comment("90m"),), resolved="2h"), "3h") == ["acknowledge", "resolve"]


def test_a_reopened_ticket_owes_news_from_its_reopening() -> None:
    again = waited(("2h", DONE), ("5h", OPEN), comments=(comment("90m"),))
    assert update(again, "6h").started == after("5h")


def test_waiting_for_the_customer_owes_no_news() -> None:
    asked = waited(("3h", WAITING), comments=(comment("2h"),))
    assert (update(asked, "9h").state, update(asked, "9h").used) == (ClockState.paused, HOUR)


def test_a_priority_without_an_update_target_owes_no_news() -> None:
    urgent = policy(targets=targets(update={Priority.P1: "1h"}))
    assert names(ticket(comments=(comment("2h"),)), "3h", urgent) == ["acknowledge", "resolve"]


# Phases: other targets for what comes up in the first days.
def quick(length: str) -> Targets:
    return targets(resolve=dict.fromkeys(Priority, length), pause_when=None)


PHASED = policy(
    phases=(
        PhaseTargets(until_day=1, targets=quick("1h")),
        PhaseTargets(until_day=3, targets=targets(resolve=dict.fromkeys(Priority, "2h"))),
    )
)


@pytest.mark.parametrize(
    ("created", "target"),
    [
        ("-2d", HOUR),
        ("0m", HOUR),
        ("23h59m", HOUR),
        ("24h", 2 * HOUR),
        ("71h59m", 2 * HOUR),
        ("72h", 16 * HOUR),
        ("20d", 16 * HOUR),
    ],
)
def test_the_targets_are_those_of_the_day_on_which_a_ticket_came_up(created: str, target: timedelta) -> None:
    for now in ("20d", "21d"):
        assert resolve(ticket(created=created), now, PHASED).target == target


def test_a_phase_has_its_own_pause_condition() -> None:
    first, second, later = (
        ticket(created=created, status=WAITING, history=moves((after(created) + HOUR / 2, WAITING)))
        for created in ("1h", "25h", "73h")
    )
    states = [resolve(one, "80h", PHASED).state for one in (first, second, later)]
    assert states == [ClockState.breached, ClockState.paused, ClockState.paused]


@pytest.mark.parametrize(
    ("text", "length", "calendar"),
    [
        ("30m", HOUR / 2, None),
        ("8h on office", 8 * HOUR, "office"),
        ("  8h   on   office ", 8 * HOUR, "office"),
        ("2d on night shift", 48 * HOUR, "night shift"),
    ],
)
def test_a_target_is_written_as_a_length_and_maybe_a_calendar(text: str, length: timedelta, calendar: str) -> None:
    table = dict.fromkeys(Priority, text)
    assert targets(resolve=table).resolve[Priority.P1] == (length, calendar)


@pytest.mark.parametrize("text", ["", "on office", "8h office", "8h on", "soon", 8, None])
def test_what_is_no_target_is_refused(text: Any) -> None:
    with pytest.raises(ValidationError):
        targets(resolve=dict.fromkeys(Priority, text))


def test_targets_on_different_calendars_are_not_compared() -> None:
    mixed = {"P1": "8h on office", "P2": "4h", "P3": "9h on office", "P4": "5h"}
    calendars = {"office": OFFICE}
    assert errors(policy(calendars=calendars, targets=targets(resolve=mixed))) == ()
    (same,) = errors(policy(calendars=calendars, targets=targets(resolve={**mixed, "P2": "4h on office"})))
    assert same.text.startswith("P1 (8h on office) may not take longer than P2 (4h on office)")


# Whose answer counts where the policy names its people.
PEOPLE = policy(
    people={
        "ana": Member(name="Ana K", github="ana", jira="5b10"),
        "zoe": Member(name="Zoe", github="zoe", jira="zoe"),
        "ina": Member(name="Ina", github="5B10-ina", jira="ben"),
    },
    targets=targets(update=dict.fromkeys(Priority, "2h")),
)
ZOE = Person(id="zoe", name="Zoe", standing=Standing.other)
ANA_ON_JIRA = Person(id="5b10", name="Ana K", standing=Standing.team)


def test_without_people_in_the_policy_anybody_of_the_team_acknowledges() -> None:
    assert acknowledge(ticket(comments=(comment("2h", BEN),)), "3h").stopped == after("2h")


ON_GITHUB, ON_JIRA = "acme/web#1", "SHOP-1"


@pytest.mark.parametrize(
    ("key", "who"),
    [
        pytest.param(ON_GITHUB, ANA, id="github"),
        pytest.param(ON_GITHUB, ANA.model_copy(update={"id": "Ana"}), id="in another case"),
        pytest.param(ON_JIRA, ANA_ON_JIRA, id="jira"),
        pytest.param(ON_JIRA, ZOE, id="without write access"),
    ],
)
def test_people_of_the_policy_acknowledge_by_their_identity_on_the_tracker(key: str, who: Person) -> None:
    answered = ticket(key, comments=(comment("2h", CUSTOMER), comment("3h", who)))
    assert acknowledge(answered, "4h", PEOPLE).stopped == after("3h")


@pytest.mark.parametrize(
    ("key", "who"),
    [
        pytest.param(ON_GITHUB, ANA_ON_JIRA, id="a login like an account of Jira"),
        pytest.param(ON_GITHUB, BEN, id="a login like the account of another"),
        pytest.param(ON_JIRA, ANA, id="an account like a login of GitHub"),
    ],
)
def test_an_identity_on_one_tracker_says_nothing_on_the_other(key: str, who: Person) -> None:
    answered = ticket(key, comments=(comment("2h", who),))
    assert acknowledge(answered, "4h", PEOPLE).stopped is None


def test_people_who_are_on_the_other_tracker_alone_acknowledge_nothing_here() -> None:
    only_jira = policy(people={"zoe": Member(name="Zoe", jira="zoe")})
    assert acknowledge(ticket(ON_GITHUB, comments=(comment("2h", ANA),)), "4h", only_jira).stopped is None


def test_others_of_the_team_do_not_acknowledge_where_the_policy_names_people() -> None:
    assert acknowledge(ticket(ON_GITHUB, comments=(comment("2h", BEN),)), "3h", PEOPLE).stopped is None


@pytest.mark.parametrize("standing", [Standing.bot, Standing.ours])
def test_a_program_of_that_name_does_not_acknowledge(standing: Standing) -> None:
    program = ANA.model_copy(update={"standing": standing})
    assert acknowledge(ticket(ON_GITHUB, comments=(comment("2h", program),)), "3h", PEOPLE).stopped is None


def test_a_reporter_of_the_policys_people_does_not_acknowledge_the_own_ticket() -> None:
    assert acknowledge(ticket(ON_GITHUB, reporter=ANA, comments=(comment("2h", ANA),)), "3h", PEOPLE).stopped is None


def test_news_come_from_people_of_the_policy_however_their_login_is_written() -> None:
    told = ticket(ON_GITHUB, comments=(comment("2h", ANA), comment("3h", ANA.model_copy(update={"id": "ANA"}))))
    assert update(told, "5h", PEOPLE).started == after("3h")


def test_news_come_from_the_people_of_the_policy() -> None:
    program = ANA.model_copy(update={"standing": Standing.bot})
    told = ticket(
        ON_GITHUB, comments=(comment("2h", ANA), comment("3h", ZOE), comment("4h", BEN), comment("4h30m", program))
    )
    assert update(told, "5h", PEOPLE).started == after("3h")
