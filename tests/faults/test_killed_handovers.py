"""A hand-over that is killed at any request: the next ticks bring it to its end in the right order, once the decision stands."""

import subprocess
from pathlib import Path

import pytest
from tests.e2e.processes import COMMAND, clean_environment
from tests.faults.pictures import Picture, doubled, picture
from tests.faults.trap import Trap
from tests.sync.flow import ON_GITHUB, ON_JIRA, Team, a_team, at
from tests.sync.record import FrozenClock
from tests.sync.test_handover import set_up, solve, summary_of

from hypercare_rules.release import Phase
from hypercare_sync.sandbox.world import Flavour

ENDS = "2h"


def prepare(team: Team, summary: str) -> None:
    """A release whose criteria hold."""
    team.sandbox.clock.__class__ = FrozenClock  # evidence tells times: the same in each telling
    set_up(team, summary)
    team.tick(backfill=True)
    solve(team)
    team.writes()


def ended(team: Team) -> tuple[Picture, object]:
    return picture(team), summary_of(team)


def calm(folder: Path, summary: str, flavour: Flavour) -> tuple[int, tuple[Picture, object]]:
    """How many requests a hand-over sends when nobody disturbs it, and what it leads to."""
    folder.mkdir()
    with a_team(folder, flavour=flavour) as team:
        prepare(team, summary)
        team.hand_over(ENDS)
        return len(team.sandbox.log.served), ended(team)


def killed_at(team: Team, k: int) -> int:
    """A hand-over in a process of its own that is killed at its k-th request; its exit code."""
    process: subprocess.Popen[bytes] | None = None

    def kill() -> None:
        assert process is not None
        process.kill()
        process.wait()

    team.sandbox.log.served = Trap(k, kill)
    process = subprocess.Popen(
        [*COMMAND, "handover", "--now", at(ENDS).isoformat()],
        cwd=team.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=clean_environment(),
    )  # fmt: skip
    return process.wait()


WORLDS: dict[str, tuple[Flavour, str]] = {
    "summary on GitHub": ("cloud", ON_GITHUB),
    "summary on Jira Cloud": ("cloud", ON_JIRA),
    "summary on Jira Data Center": ("datacenter", ON_JIRA),
}
EVERY = 3
"""CI kills at each of three requests in another world."""


def killed(folder: Path, world: str, first: int, step: int) -> None:
    """Kill at every `step`-th request from `first` on, every other time with the store lost, and look at what the next ticks make of it."""
    flavour, summary = WORLDS[world]
    requests, expected = calm(folder / "calm", summary, flavour)
    finished_by_ticks = 0
    for k in range(first, requests + 1, step):
        (home := folder / str(k)).mkdir()
        with a_team(home, flavour=flavour) as team:
            prepare(team, summary)
            assert killed_at(team, k) == -9, f"the kill at request {k} of {requests} came too late"
            if k % 2:
                team.forget()
            writes = [f"{one.method} {one.path}" for one in team.sandbox.log.served if one.kind == "write"]
            if team.tick(ENDS).releases[0].phase is Phase.exited:
                finished_by_ticks += 1
            else:
                assert len(writes) <= 1, f"written before the decision stood, killed at {k}: {writes}"
                team.hand_over(ENDS)
            team.tick(ENDS)
            found = ended(team)
            assert not doubled(found[0]), f"killed at request {k} of {requests}"
            assert found == expected, f"killed at request {k} of {requests}"
            team.writes()
            assert team.plan(ENDS).plan.changes == ()
    assert finished_by_ticks >= 1


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS)
def test_handover_killed_at_a_request_ends_as_a_calm_one(world: str, tmp_path: Path) -> None:
    killed(tmp_path, world, 5, 11)


@pytest.mark.exhaustive
@pytest.mark.parametrize("world", WORLDS)
def test_handover_killed_at_any_request_ends_as_a_calm_one(world: str, tmp_path: Path) -> None:
    killed(tmp_path, world, 1 + list(WORLDS).index(world), EVERY)
