from datetime import timedelta

import pytest
from tests.rules.build import after, release

from hypercare_rules.release import Phase

MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("since_go_live", "phase"),
    [
        pytest.param(-MOMENT, Phase.planned, id="just before go-live"),
        pytest.param(timedelta(), Phase.hypercare, id="at go-live"),
        pytest.param(timedelta(days=14) - MOMENT, Phase.hypercare, id="the last moment of the window"),
        pytest.param(timedelta(days=14), Phase.extended, id="at the end of the window"),
    ],
)
def test_phases_meet_without_a_gap(since_go_live: timedelta, phase: Phase) -> None:
    assert release().phase(after("0m") + since_go_live) is phase


@pytest.mark.parametrize(
    ("since_go_live", "day"),
    [
        pytest.param(timedelta(days=-30), 0, id="a month before"),
        pytest.param(-MOMENT, 0, id="just before go-live"),
        pytest.param(timedelta(), 1, id="at go-live"),
        pytest.param(timedelta(days=1) - MOMENT, 1, id="the last moment of day 1"),
        pytest.param(timedelta(days=1), 2, id="24 hours later"),
        pytest.param(timedelta(days=20), 21, id="beyond the window"),
    ],
)
def test_days_are_counted_from_go_live(since_go_live: timedelta, day: int) -> None:
    assert release().day(after("0m") + since_go_live) == day


@pytest.mark.parametrize(
    ("window", "days"),
    [(timedelta(hours=1), 1), (timedelta(days=1), 1), (timedelta(days=1, seconds=1), 2), (timedelta(days=14), 14)],
)
def test_a_started_day_counts_whole(window: timedelta, days: int) -> None:
    assert release(hypercare=window).days == days


def test_the_window_ends_its_length_after_go_live() -> None:
    assert release(hypercare=timedelta(days=3)).ends == after("3d")


@pytest.mark.parametrize(
    ("zone", "reading"),
    [("UTC", "2026-11-20 23:30"), ("Europe/Berlin", "2026-11-21 00:30"), ("America/New_York", "2026-11-20 18:30")],
)
def test_people_read_times_in_the_releases_zone(zone: str, reading: str) -> None:
    assert f"{release(zone=zone).local(after('16h30m')):%Y-%m-%d %H:%M}" == reading
