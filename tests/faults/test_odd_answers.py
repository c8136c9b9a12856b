"""Answers as no tracker should send them, anywhere in a tick: never a traceback, never a write that a calm tick would not have made.

An odd answer may keep a tick from something; the next calm ones make it good.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from tests.effort import examples
from tests.faults.pictures import Picture, doubled, picture
from tests.faults.spoiling import Spoil, Spoiling, spoils
from tests.sync import flow
from tests.sync.flow import ON_GITHUB, ON_JIRA, Team, a_team
from tests.sync.record import FrozenClock

from hypercare_sync.report import exit_code, tick_json
from hypercare_sync.sandbox.world import Flavour

WORLDS: list[tuple[Flavour, str]] = [("cloud", ON_GITHUB), ("cloud", ON_JIRA), ("datacenter", ON_JIRA)]
MOST = 60
"""More requests than any of these ticks sends; a case whose answer does not come is one without a fault."""


@dataclass
class Stage:
    """A team whose trackers' answers can be spoilt."""

    team: Team
    spoiling: Spoiling

    def tick(self, spoil: Spoil, at: int, now: str, *, always: bool = False) -> None:
        """A tick with a spoilt answer ends with a code of the contract."""
        self.spoiling.arm(spoil, at, always=always)
        try:
            result = self.team.tick(now, backfill=True)
        finally:
            self.spoiling.disarm()
            note(f"{spoil.name} in the answer to {self.spoiling.struck or 'nothing'}")
        assert exit_code(result) in {0, 1, 5}
        tick_json(result)


@contextmanager
def a_stage(folder: Path, world: tuple[Flavour, str]) -> Iterator[Stage]:
    """Nothing of ours is there yet, and the trackers' time stands still."""
    flavour, summary = world
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with a_team(folder, flavour=flavour) as team:
        spoiling = Spoiling(flow._stage[-1])
        flow._stage[:] = [spoiling]
        team.sandbox.clock.__class__ = FrozenClock
        team.configure(summary=summary)
        yield Stage(team, spoiling)


def tickets(seen: Picture) -> dict[str, tuple[Any, ...]]:
    """What stands, without the summary's text, which tells of what could not be read, and its pin, which is tried again hours later."""
    return {name: (row[0], *row[2:4]) if name == "summary" else row for name, row in seen.items()}


def settled(stage: Stage) -> None:
    """Two ticks have passed, people have said something, and nothing is left to do at `2h20m`; the second's store is kept aside."""
    team = stage.team
    team.tick("0m", backfill=True)
    team.wait("20m")
    team.tick("20m", backfill=True)
    shutil.copy(team.store_file, team.folder / "earlier.db")
    team.wait("1h55m")
    team.github("POST", "/web/issues/1/comments", {"body": "On it."})
    team.jira("POST", "issue/SHOP-1/comment", {"body": "On it."})
    team.wait("5m")
    team.tick("2h20m", backfill=True)
    team.tick("2h20m", backfill=True)
    shutil.copy(team.store_file, team.folder / "later.db")
    assert team.plan("2h20m", backfill=True).plan.changes == ()


STORES = {"with a census": "earlier.db", "of what changed": "later.db", "without a store": None}


def remember(team: Team, store: str | None) -> None:
    """Take the store of an earlier tick, or none."""
    team.forget()
    if store:
        shutil.copy(team.folder / store, team.store_file)


class Settled:
    """One settled world for many cases; built anew after a case that changed it."""

    def __init__(self, folder: Path, world: tuple[Flavour, str]) -> None:
        self._folder, self._world = folder, world
        self._open: Any = None

    def stage(self) -> Stage:
        """The world."""
        if self._open is None:
            self._open = a_stage(self._folder, self._world)
            self._stage: Stage = self._open.__enter__()
            settled(self._stage)
            self.expected = picture(self._stage.team)
        return self._stage

    def leave(self) -> None:
        """Have it built anew."""
        if self._open is not None:
            self._open.__exit__(None, None, None)
            self._open = None


@contextmanager
def kept(folder: Path, world: tuple[Flavour, str]) -> Iterator[Settled]:
    """A settled world."""
    made = Settled(folder, world)
    try:
        yield made
    finally:
        made.leave()


def try_settled(world: Settled, spoil: Spoil, at: int, store: str | None, *, always: bool) -> None:
    """A case in a world in which nothing is to be done."""
    stage = world.stage()
    expected = world.expected
    try:
        remember(stage.team, store)
        stage.tick(spoil, at, "2h20m", always=always)
        if not stage.team.writes():
            return
        if not spoil.plausible:
            after = picture(stage.team)
            assert not doubled(after)
            assert tickets(after) == tickets(expected)
        stage.team.tick("2h20m", backfill=True)
        if spoil.plausible and lost_sight(stage.team):
            world.leave()
            return
        later = picture(stage.team)
        assert not doubled(later)
        assert {name: theirs(row) for name, row in later.items()} == {
            name: theirs(row) for name, row in expected.items()
        }
        if not spoil.plausible:
            assert tickets(later) == tickets(expected)
        if later != expected:
            world.leave()
    except BaseException:
        world.leave()
        raise


def theirs(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """What of a ticket is people's: labels and comments."""
    labels, comments = row[2:4]
    return (
        [one for one in labels if not one.startswith("hypercare:")],
        [one for one in comments if "hypercare" not in one],
    )


def try_fresh(
    folder: Path, world: tuple[Flavour, str], expected: Picture, spoil: Spoil, at: int, *, always: bool
) -> None:
    """A case in a world with nothing of ours: what stands once calm ticks followed is what they lead to by themselves."""
    with a_stage(folder, world) as stage:
        stage.tick(spoil, at, "0m", always=always)
        end(stage)
        if spoil.plausible and lost_sight(stage.team):
            return
        after = picture(stage.team)
        assert not doubled(after)
        if not spoil.plausible:
            assert tickets(after) == tickets(expected)


def lost_sight(team: Team) -> bool:
    """Whether Jira has two summaries: one that believably is none was replaced, and Jira shows doubles only where none holds."""
    return len([key for key in team.jira_keys() if "hypercare:summary" in team.jira_labels(key)]) > 1


def end(stage: Stage) -> None:
    """Two calm ticks, when everything that was put off has come to its turn."""
    stage.team.wait("2d")
    stage.team.tick("0m", backfill=True)
    stage.team.tick("0m", backfill=True)


def cases(number: int) -> Any:
    """The same cases in each run, without a deadline."""
    return settings(
        max_examples=number,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )


_at, _always = st.integers(0, MOST), st.booleans()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "team"


def in_settled_worlds(folder: Path, world: tuple[Flavour, str], number: int) -> None:
    """So many cases in worlds in which nothing is to be done."""
    with kept(folder, world) as stage:

        @cases(number)
        @given(spoils, st.integers(0, 14), st.sampled_from(list(STORES.values())), _always)
        def case(spoil: Spoil, at: int, store: str | None, always: bool) -> None:
            try_settled(stage, spoil, at, store, always=always)

        case()


def in_fresh_worlds(folder: Path, world: tuple[Flavour, str], number: int) -> None:
    """So many cases in worlds with nothing of ours."""
    with a_stage(folder, world) as stage:
        stage.team.tick("0m", backfill=True)
        end(stage)
        expected = picture(stage.team)

    @cases(number)
    @given(spoils, st.integers(0, 40), _always)
    def case(spoil: Spoil, at: int, always: bool) -> None:
        try_fresh(folder, world, expected, spoil, at, always=always)

    case()


IDS = ["summary on GitHub", "summary on Jira", "Data Center"]


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS, ids=IDS)
def test_odd_answer_to_a_settled_team_writes_nothing_wrong(folder: Path, world: tuple[Flavour, str]) -> None:
    in_settled_worlds(folder, world, examples(50))


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS, ids=IDS)
def test_odd_answer_to_a_first_tick_is_made_good_by_the_next(folder: Path, world: tuple[Flavour, str]) -> None:
    in_fresh_worlds(folder, world, examples(50))


@pytest.mark.exhaustive
@pytest.mark.parametrize("world", WORLDS, ids=IDS)
def test_hundreds_of_odd_answers_to_a_settled_team(folder: Path, world: tuple[Flavour, str]) -> None:
    in_settled_worlds(folder, world, 400)


@pytest.mark.exhaustive
@pytest.mark.parametrize("world", WORLDS, ids=IDS)
def test_hundreds_of_odd_answers_to_a_first_tick(folder: Path, world: tuple[Flavour, str]) -> None:
    in_fresh_worlds(folder, world, 300)
