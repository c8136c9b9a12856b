"""Work in forked processes, and a call of the program that kills itself at a chosen point of it.

A fork is a snapshot of all that is loaded, the sandbox's world among it, so that a case costs no start and no setting out. Who forks has
one thread: the others would be missing in the child.
"""

import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import requests
import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from hypercare_sync.cli import cli

T = TypeVar("T")


def forked(work: Callable[[], T]) -> T:
    """What `work` returns in a process of its own. Raises AssertionError with the traceback of what it raised."""
    reading, writing = os.pipe()
    pid = _fork()
    if pid == 0:
        try:
            told = (True, work())
        except BaseException:  # noqa: BLE001 - whatever it was, the parent tells it
            told = (False, traceback.format_exc())
        with os.fdopen(writing, "wb") as out:
            pickle.dump(told, out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        data = answer.read()
    os.waitpid(pid, 0)
    returned, found = pickle.loads(data)
    assert returned, found
    result: T = found
    return result


def called(folder: Path, arguments: Sequence[str], k: int | None = None) -> Callable[[], tuple[int, list[str]]]:
    """The command line in a process of its own that kills itself at the k-th point of it, from 0.

    What is returned waits for its end: the exit code, -9 after a kill, and the points that it passed.
    """
    pid = _fork()
    if pid == 0:
        os.chdir(folder)
        output = os.open("output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        points = Points(k, os.open("points", os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
        points.watch()
        code = 1
        try:
            cli(arguments, prog_name="hypercare-sync")
        except SystemExit as ended:
            code = int(ended.code or 0)
        except BaseException:  # noqa: BLE001 - it is told as the program itself would
            os.write(2, traceback.format_exc().encode())
        os._exit(code)

    def ended() -> tuple[int, list[str]]:
        _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status), (folder / "points").read_text().splitlines()

    return ended


def _fork() -> int:
    assert threading.active_count() == 1, threading.enumerate()
    return os.fork()


class Points:
    """The moments before and after each request, and before, at the end of and after each transaction, as this process passes them.

    Each is noted in the file `log`. Those of the heartbeat's thread do not count: they come when they come.
    """

    def __init__(self, kill_at: int | None, log: int) -> None:
        self._kill_at, self._log, self._passed = kill_at, log, 0
        self._main = threading.get_ident()

    def watch(self) -> None:
        """From now on, until the process ends."""
        self._around(requests.Session, "send", lambda request: f"{request.method} {request.path_url.partition('?')[0]}")
        sa.event.listen(sa.Engine, "begin", lambda _: self._pass("before a transaction"))
        self._around(DefaultDialect, "do_commit", lambda _: "the commit")

    def _around(self, owner: type, name: str, called: Callable[[Any], str]) -> None:
        original = getattr(owner, name)

        def watched(this: Any, what: Any, *arguments: Any, **named: Any) -> Any:
            self._pass(f"before {called(what)}")
            found = original(this, what, *arguments, **named)
            self._pass(f"after {called(what)}")
            return found

        setattr(owner, name, watched)

    def _pass(self, name: str) -> None:
        if threading.get_ident() != self._main:
            return
        os.write(self._log, f"{name}\n".encode())
        if self._passed == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self._passed += 1
