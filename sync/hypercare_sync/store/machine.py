"""Which process we are, whether another one of this machine is still there, and a clock that nobody sets.

Where a system tells less than Linux does, less is known of the dead: their lease then falls after the silence that a living owner is allowed.
"""

import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


def boot_clock() -> float:
    """Seconds since the machine started, those in which it slept among them."""
    sleepless = getattr(time, "CLOCK_BOOTTIME", None) or getattr(
        time, "CLOCK_MONOTONIC", None
    )  # macOS counts sleep in the latter
    return time.monotonic() if sleepless is None else time.clock_gettime(sleepless)


@dataclass(frozen=True)
class Process:
    """A process: `boot` names the run of the machine, `pid_space` in which numbers of processes mean the same, `started` tells two of one number apart.

    None is what the system does not tell.
    """

    host: str
    boot: str | None
    pid_space: str | None
    pid: int
    started: str | None

    @classmethod
    def this(cls) -> "Process":
        """The one that asks."""
        pid = os.getpid()
        return cls(socket.gethostname(), _read("sys/kernel/random/boot_id"), _pid_space(), pid, _stat(pid)[1])

    def surely_dead(self) -> bool:
        """Whether it is known to have ended. False where that cannot be told, as of one in another container or on another machine."""
        here = Process.this()
        if (self.host, self.boot, self.pid_space) != (here.host, here.boot, here.pid_space):
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False  # somebody else's, and so not ours unless the number was given anew
        state, started = _stat(self.pid)
        return state in ("Z", "X") or (None not in (started, self.started) and started != self.started)

    def before_a_restart(self) -> bool:
        """Whether it ran on this machine before that was started anew."""
        here = Process.this()
        return self.host == here.host and None not in (self.boot, here.boot) and self.boot != here.boot


def _read(name: str) -> str | None:
    try:
        return (_PROC / name).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None


def _pid_space() -> str | None:
    try:
        return str((_PROC / "self/ns/pid").readlink())
    except OSError:
        return None


def _stat(pid: int) -> tuple[str | None, str | None]:
    """A process's state, and when it started in ticks since the machine did."""
    line = _read(f"{pid}/stat")
    if line is None:
        return None, None
    fields = line.rpartition(")")[2].split()  # the name before it may hold anything
    return fields[0], fields[19]
