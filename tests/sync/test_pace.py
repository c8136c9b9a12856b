"""How fast is written: as much as a tracker allows in a minute and in an hour, and never beyond the end of a tick."""

import pytest

from hypercare_sync.pace import Pace


class Clock:
    """A monotonic clock on which only sleeping takes time."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """The time, in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def pace(self, per_minute: int | None, per_hour: int | None = None) -> Pace:
        """A pace on this clock."""
        return Pace(per_minute, per_hour, self.monotonic, self.sleep)


@pytest.mark.parametrize("gap", [0.0, 0.25, 0.5, 2.0], ids=lambda gap: f"{gap} s each")
def test_no_minute_sees_more_than_the_pace_and_no_time_is_wasted(gap: float) -> None:
    clock = Clock()
    pace, written = clock.pace(80), []
    for _ in range(300):
        assert pace.admit(until=10**6)
        written.append(clock.now)
        clock.now += gap
    within = [sum(at - 60 < other <= at for other in written) for at in written]
    assert max(within) <= 80
    assert written[-1] - written[0] <= max(299 * gap, 300 / 80 * 61)


def test_minutes_worth_goes_out_at_once_and_the_next_waits_for_the_minute_to_end() -> None:
    clock = Clock()
    pace = clock.pace(60)
    assert all(pace.admit(until=1000) for _ in range(60))
    assert clock.now == 100
    assert pace.admit(until=1000)
    assert clock.now == 161


def test_what_a_write_took_besides_counts_too() -> None:
    clock = Clock()
    pace = clock.pace(60)
    pace.admit(until=1000)
    pace.count(writes=59, content=0)
    clock.now += 10
    assert pace.admit(until=1000)
    assert clock.now == 161


def test_turn_that_comes_after_the_end_is_refused_at_once() -> None:
    clock = Clock()
    pace = clock.pace(1)
    assert pace.admit(until=150)
    assert not pace.admit(until=150)
    assert clock.now == 100


@pytest.mark.parametrize("per_minute", [None, 60])
def test_nothing_goes_out_once_the_time_is_up(per_minute: int | None) -> None:
    pace = Clock().pace(per_minute)
    assert pace.admit(until=100.1)
    assert not pace.admit(until=100)


def test_no_limit_never_waits() -> None:
    clock = Clock()
    pace = clock.pace(None)
    assert all(pace.admit(until=101, content=True) for _ in range(1000))
    assert clock.now == 100


def test_content_beyond_the_hours_is_refused_and_what_makes_none_goes_on() -> None:
    clock = Clock()
    pace = clock.pace(None, 5)
    assert [pace.admit(until=10**6, content=True) for _ in range(6)] == [True] * 5 + [False]
    assert pace.admit(until=10**6)
    assert clock.now == 100


def test_content_waits_where_the_hour_has_room_within_a_minute() -> None:
    clock = Clock()
    pace = clock.pace(None, 1)
    pace.admit(until=10**6, content=True)
    clock.now += 3541
    assert pace.admit(until=10**6, content=True)
    assert clock.now == pytest.approx(3701)


def test_next_process_goes_on_with_the_hour_of_the_last() -> None:
    clock = Clock()
    first = clock.pace(None, 500)
    for _ in range(499):
        first.admit(until=10**6, content=True)
        clock.now += 1
    other = Clock()
    other.now = 7.0  # another boot: monotonic clocks have nothing in common
    second = other.pace(None, 500)
    second.recall(first.ages())
    assert second.ages() == pytest.approx(first.ages())
    assert [second.admit(until=10**6, content=True) for _ in range(2)] == [True, False]
    other.now += 3601
    assert second.ages() == []


@pytest.mark.parametrize("age", [-5.0, 3601.0, 10.0**9])
def test_times_that_are_not_of_the_last_hour_are_not_believed(age: float) -> None:
    pace = Clock().pace(None, 1)
    pace.recall([age])
    assert pace.admit(until=10**6, content=True)
