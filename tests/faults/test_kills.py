"""A tick that is killed at any moment leaves nothing that the next one does not bring to where an uninterrupted one would have led."""

from pathlib import Path
from typing import Any

import pytest
from tests.faults.kill_stories import STORIES
from tests.faults.programs import FORKS, none_wrong, port_of

pytestmark = FORKS

PARTS = 4
"""Into so many tests the moments of a story are divided, for as many processors to share."""
ALL = "summary on GitHub"
"""The story in which CI kills at every moment."""
RARELY = 16
OFTEN = {"second tick": 3}
"""CI kills at every so manieth moment of the others: rarely where they differ little from these two."""
SOME = sorted({*STORIES} - {ALL})


def killed(folder: Path, story: str, first: int, step: int, database: str = "sqlite") -> dict[str, Any]:
    """Kill at every `step`-th moment from `first` on, and look at what the next tick makes of it; what is told of the calm tick."""
    calm, moments = none_wrong("killing", folder, story, port_of(database), "kill", first, step)
    assert moments == [*range(first, calm["points"], step)]
    return calm


@pytest.mark.slow
@pytest.mark.parametrize(
    ("story", "step"),
    [("summary on GitHub", 61), ("second tick", 53), ("summary on Jira", 109), ("store lost", 131)],
)
def test_tick_killed_at_a_moment_ends_as_a_calm_one(story: str, step: int, tmp_path: Path) -> None:
    calm = killed(tmp_path, story, 1, step)
    assert calm["writes"] >= 30
    assert calm["comments"] >= 8
    assert calm["links"] >= 4


@pytest.mark.slow
def test_tick_killed_at_a_moment_ends_as_a_calm_one_on_postgresql(tmp_path: Path) -> None:
    killed(tmp_path, "summary on GitHub", 1, 97, "postgresql")


@pytest.mark.exhaustive
@pytest.mark.parametrize("part", range(PARTS))
def test_tick_killed_at_any_moment_ends_as_a_calm_one(part: int, tmp_path: Path) -> None:
    assert killed(tmp_path, ALL, part, PARTS)["writes"] >= 40


@pytest.mark.exhaustive
@pytest.mark.parametrize("story", SOME)
def test_tick_killed_at_many_a_moment_ends_as_a_calm_one(story: str, tmp_path: Path) -> None:
    step = OFTEN.get(story, RARELY)
    killed(tmp_path, story, SOME.index(story) % step, step)


@pytest.mark.exhaustive
@pytest.mark.parametrize("story", [ALL, *OFTEN])
def test_tick_killed_at_many_a_moment_ends_as_a_calm_one_on_postgresql(story: str, tmp_path: Path) -> None:
    killed(tmp_path, story, 3, RARELY, "postgresql")
