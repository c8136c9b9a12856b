"""Kill a tick at points of it, each time in the same world, and look at what the next tick makes of it.

    python -m tests.faults.killing FOLDER STORY DATABASE FIRST STEP

It prints one line of JSON for each point, every STEP-th from FIRST on, with what is wrong there, and before those one on the calm tick.
"""

import gc
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import requests
from tests import postgres
from tests.faults.forks import called, forked
from tests.faults.kill_stories import SQLITE, STORIES, Story, configure, furnish, people_act
from tests.faults.pictures import Picture, doubled, picture
from tests.sync.flow import Team, a_world, at

from hypercare_sync.report import exit_code
from hypercare_sync.sandbox import server
from hypercare_sync.sandbox.world import Sandbox
from hypercare_sync.store import Store


@dataclass(frozen=True)
class End:
    """What stands at last: what people see, how many tickets there are, what is still planned and announced, and the next tick's exit code."""

    seen: Picture
    tickets: tuple[int, int, int]
    planned: tuple[str, ...]
    announced: tuple[str, ...]
    code: int


class Told(NamedTuple):
    """How a tick went: its exit code, the points that it passed, the writes that the trackers served, and the end that the next one made."""

    code: int
    points: list[str]
    writes: int
    end: End


@dataclass
class Killing:
    """A team's saved world and store, and how to serve it."""

    team: Team
    story: Story
    serve: Callable[[], AbstractContextManager[object]]
    _served: AbstractContextManager[object] | None = None

    def told(self, folder: Path, store: str, k: int | None) -> Told:
        """The tick, killed at a point or not, and the next tick; in a folder and with a store of its own."""
        shutil.copytree(self.team.folder, folder)
        team = replace(self.team, folder=folder, session=requests.Session())
        configure(team, self.story, store)
        team.sandbox.log.served.clear()
        arguments = ["sync", "--now", at(self.story.now).isoformat(), *(["--backfill"] if self.story.backfill else [])]
        ended = called(folder, arguments, k)
        self._served = self.serve()
        self._served.__enter__()  # until this process ends: to stop a server takes longer than all else
        code, points = ended()
        writes = len(team.writes())
        if self.story.forgets:
            team.forget()
        team.sandbox.clock.advance(timedelta(minutes=5))
        result = team.tick(self.story.now, backfill=self.story.backfill)
        return Told(code, points, writes, self._end(team, exit_code(result)))

    def _end(self, team: Team, code: int) -> End:
        planned = tuple(str(one) for one in team.plan(self.story.now, backfill=self.story.backfill).plan.changes)
        config = team.config()
        with Store(config.store_url, config.team) as store:
            announced = tuple(intent.key for intent in store.open_intents())
        homes = team.sandbox.github.repositories.values()
        tickets = (*sorted(len(home.issues) for home in homes), len(team.jira_keys()))
        return End(picture(team), tickets, planned, announced, code)


class Stores:
    """Stores for a team: the `saved` one, and copies of it as it is then."""

    def __init__(self, database: str) -> None:
        """`sqlite`, or the port of a PostgreSQL server of the tests' own."""
        self._server = None
        if database != "sqlite":
            self._server = postgres.Server(int(database), Path(), count(os.getpid() * 10_000))
        self.saved = self._server.database() if self._server else SQLITE

    @contextmanager
    def copy(self) -> Iterator[str]:
        """A copy's address; a file is copied with its folder."""
        if self._server is None:
            yield SQLITE
            return
        made = self._server.database(like=self.saved)
        yield made
        self._server.drop(made)


@contextmanager
def _served(sandbox: Sandbox, listener: socket.socket) -> Iterator[None]:
    """Serve the sandbox behind a socket that stays open: all that follow one another have the same address."""

    @contextmanager
    def listening(_: int) -> Iterator[socket.socket]:
        with listener.dup() as copy:
            yield copy

    with patch.object(server, "_listening", listening), server.running(sandbox):
        yield


def saved(folder: Path, story: Story, store: str) -> Killing:
    """The world of a story as it is before the tick that is killed."""
    # As the server itself makes its socket: with the protocol named, answers come without delay.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind((server.HOST, 0))
    listener.listen(128)
    sandbox = a_world(folder)
    team = Team(sandbox, f"http://{server.HOST}:{listener.getsockname()[1]}", folder)
    furnish(team)
    configure(team, story, store)
    killing = Killing(team, story, partial(_served, sandbox, listener))
    if not story.first:
        with killing.serve(), team.session:
            team.tick(backfill=story.backfill)
            people_act(team)
    return killing


def wrong(told: Told, calm: Told) -> list[str]:
    """What is not as it should be after a kill."""
    found = [f"the exit code was {told.code}"] if told.code != -signal.SIGKILL else []
    found += [f"{name} stands twice" for name in doubled(told.end.seen)]
    for field in fields(End):
        here, there = getattr(told.end, field.name), getattr(calm.end, field.name)
        if isinstance(here, Mapping) and isinstance(there, Mapping):
            found += [
                f"{at}: {here.get(at)} and not {there.get(at)}"
                for at in {*here, *there}
                if here.get(at) != there.get(at)
            ]
        elif here != there:
            found.append(f"{field.name}: {here} and not {there}")
    return found


def figures(calm: Told) -> Mapping[str, object]:
    """What there was to lose in a tick."""
    seen = calm.end.seen.values()
    return {
        "points": len(calm.points),
        "writes": calm.writes,
        "code": calm.code,
        "planned": calm.end.planned,
        "comments": sum(len(comments) for _, _, _, comments, *_ in seen),
        "links": sum(len(last) for *_, last in seen if isinstance(last, list)),
    }


def main(folder: Path, story: str, database: str, first: int, step: int) -> None:
    """Kill at every `step`-th point from `first` on."""
    (folder / "warm").mkdir()  # a whole tick loads all that a later one imports when it comes to it
    saved(folder / "warm", Story(first=False), SQLITE)
    (folder / "saved").mkdir()
    stores = Stores(database)
    killing = saved(folder / "saved", STORIES[story], stores.saved)
    gc.freeze()
    with stores.copy() as copy:
        calm = forked(partial(killing.told, folder / "calm", copy, None))
    tell(figures(calm))
    for k in range(first, len(calm.points), step):
        with stores.copy() as copy:
            told = forked(partial(killing.told, folder / "killed", copy, k))
        shutil.rmtree(folder / "killed")
        tell({"k": k, "at": told.points[-1], "wrong": wrong(told, calm)})


def tell(what: Mapping[str, object]) -> None:
    """A line for whoever started the program."""
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:4], *map(int, sys.argv[4:]))
