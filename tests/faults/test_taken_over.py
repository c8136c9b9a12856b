"""One tick at a time: of two that start together one writes, and one that was stopped writes nothing once it was overtaken."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests import postgres
from tests.e2e.processes import COMMAND, clean_environment
from tests.faults.killing import overtake
from tests.faults.pictures import doubled, picture
from tests.faults.programs import FORKS, none_wrong, port_of
from tests.faults.trap import Trap, until
from tests.sync.flow import START, Team, a_team, config_text

pytestmark = pytest.mark.slow

ON_BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"])


def keep_in(team: Team, database: str) -> None:
    """Keep the team's store in a database of this kind."""
    url = "sqlite:///hypercare.db" if database == "sqlite" else postgres.server().database()
    team.configure(config_text(team.base).replace("sqlite:///hypercare.db", url))


def started(team: Team) -> "subprocess.Popen[str]":
    """A first tick that comments on everything, as a process."""
    return subprocess.Popen(
        [*COMMAND, "sync", "--now", START.isoformat(), "--backfill"],
        cwd=team.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment(),
    )  # fmt: skip


@contextmanager
def ended_at_last(*processes: "subprocess.Popen[str]") -> Iterator[None]:
    """Leave no process behind, whatever happens."""
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def requests_of_a_calm_tick(folder: Path) -> tuple[int, int]:
    """How many requests a first tick sends before its first write, and in all."""
    folder.mkdir()
    with a_team(folder) as team:
        team.tick(backfill=True)
        kinds = [row.kind for row in team.sandbox.log.served]
        return kinds.index("write"), len(kinds)


@ON_BOTH
def test_stopped_tick_that_was_overtaken_writes_nothing_when_it_goes_on(database: str, tmp_path: Path) -> None:
    first_write, requests = requests_of_a_calm_tick(tmp_path / "calm")
    for k in (1, first_write, first_write + 1, (first_write + requests) // 2, requests - 2):
        (folder := tmp_path / str(k)).mkdir()
        with a_team(folder) as team:
            keep_in(team, database)
            stopped_at(team, k)


def stopped_at(team: Team, k: int) -> None:
    """A tick is stopped while it waits for the answer to its k-th request, overtaken, and told to go on."""
    stopped: list[int] = []

    def stop() -> None:
        process.send_signal(signal.SIGSTOP)
        stopped.append(process.pid)

    team.sandbox.log.served = Trap(k, stop)
    process = started(team)
    with ended_at_last(process):
        until(lambda: bool(stopped))
        team.sandbox.log.served = []
        overtake(team, "0m", backfill=True)
        seen = picture(team)
        team.writes()
        process.send_signal(signal.SIGCONT)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (4, ""), errors
    assert errors.startswith("Error: another tick took over"), errors
    assert len(errors.splitlines()) == 1
    assert team.writes() == [], f"stopped at request {k}"
    assert picture(team) == seen
    assert not doubled(seen)
    assert team.plan(backfill=True).plan.changes == ()


def one_of_two(team: Team) -> None:
    """Two ticks start together, and the first that has the lease waits for the other to end."""
    together: list[subprocess.Popen[str]] = []
    team.sandbox.log.served = Trap(1, lambda: until(lambda: any(one.poll() is not None for one in together)))
    together += [started(team), started(team)]
    with ended_at_last(*together):
        said = {process: process.communicate(timeout=60) for process in together}
    assert sorted(process.returncode for process in together) == [0, 4], said
    refused = next(process for process in together if process.returncode == 4)
    assert said[refused][1].startswith("Error: another tick is ")
    assert not doubled(picture(team))
    assert team.plan(backfill=True).plan.changes == ()


@FORKS
@pytest.mark.parametrize(("story", "database"), [("summary on GitHub", "sqlite"), ("second tick", "postgresql")])
def test_stopped_tick_that_was_overtaken_sends_one_request_at_most_which_the_next_makes_good(
    story: str, database: str, tmp_path: Path
) -> None:
    stopped(tmp_path, story, 3, 19, database)


@FORKS
@pytest.mark.exhaustive
@pytest.mark.parametrize(("story", "step"), [("summary on GitHub", 1), ("second tick", 2), ("summary on Jira", 3)])
def test_tick_stopped_before_any_request_and_overtaken_sends_one_at_most(story: str, step: int, tmp_path: Path) -> None:
    stopped(tmp_path, story, 0, step, "sqlite")


def stopped(folder: Path, story: str, first: int, step: int, database: str) -> None:
    """Stop ticks right before they send a request, when they have asked whether the lease is still theirs."""
    calm, moments = none_wrong("killing", folder, story, port_of(database), "stop", first, step)
    assert len(moments) > calm["writes"] // step


@ON_BOTH
def test_of_two_ticks_that_start_together_one_writes(database: str, tmp_path: Path) -> None:
    for number in range(2):
        (folder := tmp_path / str(number)).mkdir()
        with a_team(folder) as team:
            keep_in(team, database)
            one_of_two(team)


@FORKS
@pytest.mark.exhaustive
@pytest.mark.parametrize(("database", "times"), [("sqlite", 100), ("postgresql", 20)])
def test_of_two_ticks_that_start_together_one_writes_however_often(database: str, times: int, tmp_path: Path) -> None:
    assert len(none_wrong("together", tmp_path, port_of(database), times)[1]) == times


@ON_BOTH
def test_tick_after_one_that_was_killed_takes_over_at_once(database: str, tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        keep_in(team, database)
        killed: list[int] = []

        def kill() -> None:
            os.kill(process.pid, signal.SIGKILL)
            killed.append(process.pid)

        team.sandbox.log.served = Trap(10, kill)
        process = started(team)
        with ended_at_last(process):
            until(lambda: bool(killed))
            began = time.monotonic()
            team.tick(backfill=True)
            assert time.monotonic() - began < 10
        assert not doubled(picture(team))
