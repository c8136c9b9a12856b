"""Work in forked processes, and calls of the program to which something happens at a chosen point.

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


class Call:
    """The command line in a process of its own, to which something happens at the k-th point of it, from 0.

    What it says and which points it passes is kept in the folder `kept`.
    """

    def __init__(
        self,
        folder: Path,
        arguments: Sequence[str],
        k: int | None = None,
        happens: Callable[[], None] = lambda: None,
        *,
        kept: Path,
    ) -> None:
        self._kept = kept
        kept.mkdir(exist_ok=True)
        self._pid = _fork()
        if self._pid == 0:
            os._exit(_run(folder, arguments, kept, k, happens))
        self._code: int | None = None
        self._waiting = threading.Lock()

    @property
    def points(self) -> list[str]:
        """What it has passed."""
        return (self._kept / "points").read_text().splitlines()

    @property
    def output(self) -> str:
        """What it has said."""
        return (self._kept / "output").read_text()

    def ended(self) -> bool:
        """Whether it is over."""
        return self._waited(os.WNOHANG) is not None

    def code(self) -> int:
        """Its exit code once it has ended, negative after a signal."""
        code = self._waited(0)
        assert code is not None
        return code

    def stopped(self) -> bool:
        """Wait until it has stopped itself; False where it ended instead."""
        return self._waited(os.WUNTRACED) is None

    def go_on(self) -> None:
        """Let it go on after a stop."""
        os.kill(self._pid, signal.SIGCONT)

    def _waited(self, options: int) -> int | None:
        with self._waiting:
            if self._code is None:
                pid, status = os.waitpid(self._pid, options)
                if pid and not os.WIFSTOPPED(status):
                    self._code = os.waitstatus_to_exitcode(status)
            return self._code


def _run(folder: Path, arguments: Sequence[str], kept: Path, k: int | None, happens: Callable[[], None]) -> int:
    """What a call does in its process; its exit code."""
    os.chdir(folder)
    output, log = (os.open(kept / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for name in ("output", "points"))
    os.dup2(output, 1)
    os.dup2(output, 2)
    Points(k, happens, log).watch()
    try:
        cli(arguments, prog_name="hypercare-sync")
    except SystemExit as ended:
        return int(ended.code or 0)
    except BaseException:  # noqa: BLE001 - it is told as the interpreter would
        os.write(2, traceback.format_exc().encode())
    return 1


def _fork() -> int:
    assert threading.active_count() == 1, threading.enumerate()
    return os.fork()


def itself(by: int) -> None:
    """Send this process a signal."""
    os.kill(os.getpid(), by)


class Points:
    """The moments before and after each request, and before, at the end of and after each transaction, as this process passes them.

    Each is noted in the file `log`; at the k-th something `happens`. Those of the heartbeat's thread do not count: they come when they come.
    """

    def __init__(self, k: int | None, happens: Callable[[], None], log: int) -> None:
        self._k, self._happens, self._log, self._passed = k, happens, log, 0
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
        self._passed += 1
        if self._passed - 1 == self._k:
            self._happens()
