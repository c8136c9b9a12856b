"""Since when something holds of a ticket."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import P1_LABEL, after, comment, labelled, ticket, unlabelled
from tests.rules.lives import Life, lives
from tests.rules.strategies import minutes, unhurried

from hypercare_rules.streaks import Holds, held_since
from hypercare_rules.ticket import Ticket

SECOND = timedelta(seconds=1)


def urgent(then: Ticket, at: datetime) -> bool:
    return P1_LABEL in then.labels


def older_than(length: timedelta) -> Holds:
    return lambda then, at: at - then.created >= length


def idle_for(length: timedelta) -> Holds:
    return lambda then, at: at - then.last_human_activity >= length


# Something that was so for the third time, having changed at these moments.
ON_AND_OFF = ticket(
    labels={P1_LABEL},
    history=(
        labelled("2h", P1_LABEL),
        unlabelled("3h", P1_LABEL),
        labelled("4h", P1_LABEL),
        unlabelled("5h", P1_LABEL),
        labelled("6h", P1_LABEL),
        labelled("8h", "web"),
    ),
)


@pytest.mark.parametrize(
    ("now", "since"),
    [("90m", None), ("2h", "2h"), ("150m", "2h"), ("3h", None), ("4h30m", "4h"), ("5h59m", None), ("9d", "6h")],
)
def test_a_streak_began_with_the_last_change(now: str, since: str | None) -> None:
    assert held_since(ON_AND_OFF, urgent, after(now)) == (since and after(since))


def test_what_was_always_so_holds_since_creation() -> None:
    assert held_since(ticket(labels={P1_LABEL}), urgent, after("9d")) == after("1h")


def test_what_is_not_so_has_no_streak() -> None:
    assert held_since(ticket(), urgent, after("9d")) is None


def test_a_streak_goes_on_over_events_that_change_nothing() -> None:
    told = ticket(
        labels={P1_LABEL}, history=(labelled("2h", P1_LABEL), labelled("5h", "web")), comments=(comment("7h"),)
    )
    assert held_since(told, urgent, after("8h")) == after("2h")


@unhurried
@given(st.integers(1, 100_000), st.integers(0, 500_000))
def test_what_time_alone_changes_is_found_to_the_second_whenever_one_looks(seconds: int, later: int) -> None:
    switch = after("1h") + seconds * SECOND
    assert held_since(ticket(), older_than(seconds * SECOND), switch + later * SECOND) == switch
    assert held_since(ticket(), older_than(seconds * SECOND), switch - SECOND) is None


def test_a_switch_is_found_by_halving() -> None:
    looks: list[datetime] = []

    def day_old(then: Ticket, at: datetime) -> bool:
        looks.append(at)
        return at - then.created >= timedelta(days=1)

    assert held_since(ticket(), day_old, after("9d")) == after("25h")
    assert len(looks) < 30


@unhurried
@given(st.integers(0, 2_000_000), minutes(61, 10_000))
def test_within_a_second_the_streak_is_found_whatever_the_fractions(micros: int, now: datetime) -> None:
    length = timedelta(microseconds=micros)
    since = held_since(ticket(), older_than(length), now)
    assert since is not None
    assert timedelta() <= since - (after("1h") + length) <= SECOND


def test_activity_ends_a_streak_of_idleness_and_the_next_is_found_anew() -> None:
    told = ticket(comments=(comment("2h"), comment("7h")))
    idle = idle_for(timedelta(hours=3))
    moments = [held_since(told, idle, after(now)) for now in ("4h59m", "6h", "7h", "9h59m", "11h", "9d")]
    assert moments == [None, after("5h"), None, None, after("10h"), after("10h")]


def in_one_of(statuses: frozenset[str], label: str) -> Holds:
    return lambda then, at: then.status.name in statuses or label in then.labels


conditions = st.builds(
    in_one_of,
    st.frozensets(st.sampled_from(["Open", "In Progress", "Waiting for customer", "Done"]), max_size=3),
    st.sampled_from(["urgent", "outage", "web"]),
)
# All that happens to `lives` did so by then.
at_rest = minutes(661, 5000)


@unhurried
@given(lives(), conditions, at_rest, at_rest)
def test_a_streak_does_not_depend_on_when_one_looks(life: Life, holds: Holds, one: datetime, other: datetime) -> None:
    assert held_since(life.ticket, holds, one) == held_since(life.ticket, holds, other)


@unhurried
@given(lives(), conditions, minutes(60, 800))
def test_a_streak_is_what_a_walk_forwards_finds(life: Life, holds: Holds, now: datetime) -> None:
    since = None
    for standing in life.standings:
        if standing.at <= now:
            so = holds(life.ticket.model_copy(update={"status": standing.status, "labels": standing.labels}), now)
            since = (since or standing.at) if so else None
    assert held_since(life.ticket, holds, now) == since
