"""How fast is written: a minute's worth at once, then one after another, and never beyond the end of a tick."""

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

    def pace(self, per_minute: int | None) -> Pace:
        """A pace on this clock."""
        return Pace(per_minute, self.monotonic, self.sleep)


def test_minutes_worth_goes_out_at_once_and_then_no_faster_than_the_pace() -> None:
    clock = Clock()
    pace = clock.pace(60)
    assert all(pace.admit(until=1000) for _ in range(60))
    assert clock.now == 100
    assert all(pace.admit(until=1000) for _ in range(30))
    assert clock.now == pytest.approx(130)


def test_idle_time_is_saved_up_to_a_minutes_worth() -> None:
    clock = Clock()
    pace = clock.pace(60)
    for _ in range(60):
        pace.admit(until=10_000)
    clock.now += 3600
    started = clock.now
    for _ in range(61):
        pace.admit(until=10_000)
    assert clock.now - started == pytest.approx(1)


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
    assert all(pace.admit(until=101) for _ in range(1000))
    assert clock.now == 100
