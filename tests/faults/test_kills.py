"""A tick that is killed at any request leaves nothing that the next two do not bring to where a calm tick would have led."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.e2e.processes import COMMAND, clean_environment
from tests.faults.pictures import Picture, doubled, picture
from tests.sync.flow import ON_GITHUB, ON_JIRA, START, Team, a_team

from hypercare_sync.sandbox.log import Served

pytestmark = pytest.mark.slow

STEP = 1 if os.environ.get("CI") else 3
"""CI kills at every request; a person's machine at every third, which alternates between a kept and a lost store."""


class Trap(list[Served]):
    """A log that calls `sprung` once the k-th request was carried out, before its answer is sent."""

    def __init__(self, k: int, sprung: Callable[[], None]) -> None:
        super().__init__()
        self._k, self._sprung = k, sprung

    def append(self, row: Served) -> None:
        """Note a request."""
        super().append(row)
        if len(self) == self._k:
            self._sprung()


def killed_at(team: Team, k: int, *, backfill: bool) -> int:
    """A first tick in a process of its own that is killed at its k-th request; its exit code."""
    process: subprocess.Popen[bytes] | None = None

    def kill() -> None:
        assert process is not None
        process.kill()
        process.wait()

    team.sandbox.log.served = Trap(k, kill)
    arguments = ("sync", "--now", START.isoformat(), *(["--backfill"] if backfill else []))
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=team.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=clean_environment(),
    )  # fmt: skip
    return process.wait()


def after_a_kill(folder: Path, k: int, summary: str, *, backfill: bool) -> tuple[int, Picture]:
    """What the killed tick ended with, and what stands two ticks later; after every other kill the store is lost, too."""
    folder.mkdir()
    with a_team(folder) as team:
        team.configure(summary=summary)
        code = killed_at(team, k, backfill=backfill)
        if k % 2:
            team.forget()
        for _ in range(2):
            team.tick(backfill=backfill)
        team.writes()
        assert team.plan(backfill=backfill).plan.changes == ()
        return code, picture(team)


def calm(folder: Path, summary: str, *, backfill: bool) -> tuple[int, Picture]:
    """How many requests a first tick sends when nobody disturbs it, and what it leads to."""
    folder.mkdir()
    with a_team(folder) as team:
        team.configure(summary=summary)
        team.tick(backfill=backfill)
        return len(team.sandbox.log.served), picture(team)


@pytest.mark.parametrize(
    ("summary", "backfill"),
    [(ON_GITHUB, True), (ON_JIRA, True), (ON_GITHUB, False)],
    ids=["summary on GitHub", "summary on Jira", "baseline"],
)
def test_tick_killed_at_any_request_ends_as_a_calm_one(tmp_path: Path, summary: str, *, backfill: bool) -> None:
    requests, expected = calm(tmp_path / "calm", summary, backfill=backfill)
    assert "summary" in expected
    comments = sum(len(comments) for _, _, _, comments, *_ in expected.values())
    assert comments >= 4 if backfill else comments == 1
    assert bool(expected["SHOP-1"][-1]) is backfill  # the link to the summary
    for k in range(1, requests + 1, STEP):
        code, found = after_a_kill(tmp_path / str(k), k, summary, backfill=backfill)
        assert code == -9, f"the kill at request {k} of {requests} came too late"
        assert not doubled(found), f"killed at request {k} of {requests}"
        assert found == expected, f"killed at request {k} of {requests}"
