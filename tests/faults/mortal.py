"""Processes that end in the middle of a tick, without a process of their own: from that moment on nothing is done any more."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from hypercare_sync.store.database import Database
from hypercare_sync.store.machine import Process
from hypercare_sync.tick import Tick
from hypercare_sync.trackers.github.reader import GithubReader
from hypercare_sync.trackers.jira.reader import JiraReader


class Killed(BaseException):
    """What nothing catches, as nothing catches a kill."""


@dataclass
class Life:
    """What a process does that lasts: its moments are before and after each request and each transaction that writes.

    At the moment `ends_at`, counted from 1, and at all that would come after it, it is dead.
    """

    ends_at: int | None = None
    passed: int = 0

    @property
    def over(self) -> bool:
        """Whether it was killed."""
        return self.ends_at is not None and self.passed >= self.ends_at

    def moment(self) -> None:
        """One more. Raises Killed."""
        self.passed += 1
        self.go_on()

    def go_on(self) -> None:
        """Raises Killed where it is over: what cleans up on the way out of a block does not reach the world either."""
        if self.over:
            raise Killed


@contextmanager
def living(life: Life, tick: Tick) -> Iterator[None]:
    """The block is the life of the process that runs the tick; who looks for the process afterwards finds it gone."""
    for tracker in tick.trackers.values():
        assert isinstance(tracker.reader, GithubReader | JiraReader)
        transport: Any = tracker.reader.client.transport
        transport.send = _observed(life, transport.send)
    wrote, read = Database.writing, Database.reading

    @contextmanager
    def writing(self: Database) -> Iterator[sa.Connection]:
        life.moment()
        with wrote(self) as connection:
            yield connection
            life.go_on()
        life.moment()

    @contextmanager
    def reading(self: Database) -> Iterator[sa.Connection]:
        life.go_on()
        with read(self) as connection:
            yield connection

    gone = replace(Process.this(), pid=_a_dead_one(), started="0")
    with (
        patch.object(Database, "writing", writing),
        patch.object(Database, "reading", reading),
        patch.object(Process, "this", classmethod(lambda _: gone)),
    ):
        yield


def _observed(life: Life, send: Any) -> Any:
    def observed(*arguments: Any) -> Any:
        life.moment()
        answer = send(*arguments)
        life.moment()
        return answer

    return observed


@cache
def _a_dead_one() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid
