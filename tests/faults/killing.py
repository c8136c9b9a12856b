"""Harm a tick at points of it, each time in the same world, and look at what the next tick makes of it.

    python -m tests.faults.killing FOLDER STORY DATABASE kill|stop|full FIRST STEP

It prints one line of JSON for each point, every STEP-th from FIRST on, with what is wrong there, and before those one on the calm tick.
A tick is killed; or stopped, right before a request, to go on once another one has overtaken it; or the disk of its store is full from then on.
"""

import gc
import json
import os
import re
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import requests
from tests import postgres
from tests.faults import small_disk
from tests.faults.forks import Call, forked, itself
from tests.faults.kill_stories import SQLITE, STORIES, Story, configure, furnish, most_leave, people_act
from tests.faults.pictures import Picture, doubled, picture
from tests.sync.flow import Team, a_world

from hypercare_sync.errors import LeaseHeld, StoreUnusable
from hypercare_sync.report import exit_code
from hypercare_sync.sandbox import server
from hypercare_sync.sandbox.world import Sandbox
from hypercare_sync.store import Store, lease
from hypercare_sync.tick_result import GUARDED, forced

REQUEST = re.compile("before (GET|POST|PUT|PATCH|DELETE) ")
_WRITE = re.compile("before (POST|PUT|PATCH|DELETE) (?!.*(graphql|search/jql|/repos/[^/]+/[^/]+/labels)$)")
"""Not what only asks, nor a repository's labels, which are made before they are put on."""
_OF_ONE_WRITE = 4
"""Requests: labels that are put on and taken off."""


@dataclass(frozen=True)
class End:
    """What stands at last: what people see, how many tickets there are, what is still planned and announced, and the next tick's exit code."""

    seen: Picture
    tickets: tuple[int, int, int]
    planned: tuple[str, ...]
    announced: tuple[str, ...]
    code: int


class Told(NamedTuple):
    """How a tick went: its exit code, what it said, the points that it passed, the writes that the trackers served, and the end that the next one made.

    Of one that was stopped the writes are those that it sent when it went on.
    """

    code: int
    output: str
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

    def team_in(self, folder: Path, store: str) -> Team:
        """The team with a folder and a store of its own."""
        shutil.copytree(self.team.folder, folder, dirs_exist_ok=True)
        team = replace(self.team, folder=folder, session=requests.Session())
        configure(team, self.story, store)
        return team

    def serve_on(self) -> None:
        """Serve the world until this process ends: to stop a server takes longer than all else."""
        self._served = self.serve()
        self._served.__enter__()

    def told(self, folder: Path, store: str, how: str, k: int | None) -> Told:
        """The tick, killed or stopped at a point or not, and the next tick."""
        team = self.team_in(folder, store)
        team.sandbox.log.served.clear()
        happens = {
            "kill": partial(itself, signal.SIGKILL),
            "stop": partial(itself, signal.SIGSTOP),
            "full": partial(small_disk.fill, folder),
        }[how]
        call = Call(folder, self.story.arguments, k, happens, kept=folder.with_name("call"))
        self.serve_on()
        if how == "stop" and call.stopped():
            overtake(team, self.story.now, backfill=self.story.backfill)
            team.writes()
            call.go_on()
        code, writes = call.code(), len(team.writes())
        small_disk.make_room(folder)
        if self.story.forgets:
            team.forget()
        # A census comes once an hour, and only with it a second summary on Jira is found.
        team.sandbox.clock.advance(timedelta(hours=1) if how == "stop" else timedelta(minutes=5))
        begun = writes or not self.story.forced  # what was forced and begun is finished unasked
        result = team.tick(self.story.now, backfill=self.story.backfill, objections=GUARDED if begun else forced)
        return Told(code, call.output, call.points, writes, self.end(team, exit_code(result)))

    def end(self, team: Team, code: int) -> End:
        """What stands, with the exit code of the last tick."""
        planned = tuple(str(one) for one in team.plan(self.story.now, backfill=self.story.backfill).plan.changes)
        config = team.config()
        with Store(config.store_url, config.team) as store:
            announced = tuple(intent.key for intent in store.open_intents())
        homes = team.sandbox.github.repositories.values()
        tickets = (*sorted(len(home.issues) for home in homes), len(team.jira_keys()))
        return End(picture(team), tickets, planned, announced, code)


def overtake(team: Team, now: str, *, backfill: bool) -> None:
    """A tick as soon as the stopped one counts as silent."""
    with patch.object(lease, "SILENT", 0.2):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(LeaseHeld):
                team.tick(now, backfill=backfill)
                return
            time.sleep(0.05)
    raise AssertionError("not overtaken in 30 s")


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
            if story.forced:
                most_leave(team)
    return killing


def wrong(told: Told, calm: Told, how: str, k: int) -> list[str]:
    """What is not as it should be. A summary that was opened a second time is closed again, and stays."""
    found = {"kill": _killed, "stop": _stopped, "full": _full}[how](told, k)
    return found + differences(told.end, calm.end, but=("tickets",) if how == "stop" else ())


def _killed(told: Told, _: int) -> list[str]:
    return [] if told.code == -signal.SIGKILL else [f"the exit code was {told.code}"]


def _stopped(told: Told, _: int) -> list[str]:
    found = [] if told.code == LeaseHeld.exit_code else [f"the exit code was {told.code}"]
    return found + ([f"{told.writes} writes after it was overtaken"] if told.writes > 1 else [])


def _full(told: Told, k: int) -> list[str]:
    """What had been announced before there was no room is carried out, in some requests; nothing else is."""
    rest = told.points[k + 1 :]
    later = [point for point in rest if _WRITE.match(point)]
    found = [f"writes without a record: {later}"] if len(later) > _OF_ONE_WRITE else []
    if rest.count("before the commit") <= 1:  # the tick was over; that its lease stays behind is no harm
        return found
    if told.code != StoreUnusable.exit_code or len(told.output.splitlines()) != 1 or "make room" not in told.output:
        found.append(f"the exit code was {told.code}, and it said {told.output!r}")
    return found


def differences(end: End, calm: End, but: Collection[str] = ()) -> list[str]:
    """What stands twice, or otherwise than on a calm day."""
    found = [f"{name} stands twice" for name in doubled(end.seen)]
    found += [
        f"{name}: {end.seen.get(name)} and not {calm.seen.get(name)}"
        for name in sorted({*end.seen, *calm.seen})
        if end.seen.get(name) != calm.seen.get(name)
    ]
    rest = {field.name for field in fields(End)} - {"seen", *but}
    return found + [
        f"{name}: {getattr(end, name)} and not {getattr(calm, name)}"
        for name in sorted(rest)
        if getattr(end, name) != getattr(calm, name)
    ]


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


def main(folder: Path, story: str, database: str, how: str, first: int, step: int) -> None:
    """Kill or stop at every `step`-th point from `first` on."""
    stores = Stores(database)
    killing = loaded(folder, STORIES[story], stores)
    with stores.copy() as copy:
        calm = forked(partial(killing.told, folder / "calm", copy, how, None))
    tell(figures(calm))
    points = [k for k, name in enumerate(calm.points) if how != "stop" or REQUEST.match(name)]
    for k in points[first::step]:
        disk = small_disk.mounted(folder / "case") if how == "full" else nullcontext()
        with stores.copy() as copy, disk:
            told = forked(partial(killing.told, folder / "case", copy, how, k))
        shutil.rmtree(folder / "case")
        tell({"k": k, "at": told.points[k], "wrong": wrong(told, calm, how, k)})


def loaded(folder: Path, story: Story, stores: Stores) -> Killing:
    """The saved world in a process that has loaded all that a tick needs, and may be forked."""
    (folder / "warm").mkdir()  # a whole tick loads all that a later one imports when it comes to it
    saved(folder / "warm", Story(first=False), SQLITE)
    (folder / "saved").mkdir()
    killing = saved(folder / "saved", story, stores.saved)
    gc.freeze()
    return killing


def tell(what: Mapping[str, object]) -> None:
    """A line for whoever started the program."""
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:5], *map(int, sys.argv[5:]))
