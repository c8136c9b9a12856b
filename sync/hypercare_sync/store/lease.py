"""The right to write for a team: held by one process at a time, and taken over from an owner that is dead or silent.

The row says who holds it, and counts the owners (`epoch`): whoever finds another epoch than his own has lost it. On PostgreSQL an advisory lock
of the owner's session beside it tells at once that the owner is gone, wherever it ran.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass
from hashlib import blake2b
from time import sleep
from typing import Any

import sqlalchemy as sa

from hypercare_sync.errors import LeaseHeld, LeaseLost, StoreUnusable
from hypercare_sync.store import schema
from hypercare_sync.store.database import Database, application_name
from hypercare_sync.store.machine import Process

BEAT = 5.0
"""Seconds between two heartbeats: one small write, and most ticks end before their first."""
SILENT = 30.0
"""Seconds without one after which an owner counts as stopped. A swapping machine or a long pause of a disk skips a beat, not six; and cron
lines run every few minutes, so that the next tick is not refused for it."""
_FREED_WITHIN = 40
"""Fiftieths of a second that a server may take to let go of what a session held that has ended."""

_row = schema.lease


@dataclass
class Lease:
    """A lease that was taken: it is ours as long as its epoch stands in the row."""

    database: Database
    team: str
    epoch: int

    def check(self) -> None:
        """Raise LeaseLost where another process has taken it over."""
        with self.database.reading() as connection:
            self._demand(connection.execute(self._epoch()).scalar_one_or_none())

    def hold(self, connection: sa.Connection) -> None:
        """The same within a transaction, until whose end nobody takes it over."""
        # On SQLite whoever would take it over waits for the whole transaction anyway.
        self._demand(connection.execute(self._epoch().with_for_update(read=True)).scalar_one_or_none())

    def beat(self) -> bool:
        """Say that we are alive; whether the lease is still ours."""
        with self.database.writing() as connection:
            beat = sa.update(_row).where(self._ours()).values(beat=self.database.clock(connection))
            return connection.execute(beat).rowcount == 1

    def give_back(self) -> None:
        """Let the next one have it at once; nothing where it is no longer ours."""
        with self.database.writing() as connection:
            connection.execute(sa.update(_row).where(self._ours()).values(owner=None))

    def _ours(self) -> sa.ColumnElement[bool]:
        return sa.and_(_row.c.team == self.team, _row.c.epoch == self.epoch)

    def _epoch(self) -> sa.Select[int]:
        return sa.select(_row.c.epoch).where(_row.c.team == self.team)

    def _demand(self, epoch: int | None) -> None:
        if epoch != self.epoch:
            raise LeaseLost(
                "another tick took over, since this one had been silent for too long; it leaves the rest to that"
            )


@contextmanager
def held(database: Database, team: str, owner: str) -> Iterator[Lease]:
    """The lease, with its heartbeat, for as long as the block runs. Raises LeaseHeld while another living process has it."""
    with _session_lock(database, team) as locked:
        lease = Lease(database, team, _take(database, team, owner, locked=locked))
        with _beating(lease):
            try:
                yield lease
            finally:
                with suppress(StoreUnusable):  # what the block raised tells more; the row falls to the next one anyway
                    lease.give_back()


@dataclass(frozen=True)
class Holder:
    """Who holds a lease, since `silence` seconds without a heartbeat."""

    epoch: int
    owner: str
    process: Process
    silence: float

    def gone(self, *, alone: bool) -> bool:
        """Whether it has ended or is silent for too long; `alone` says that no other machine uses the database."""
        if self.process.surely_dead() or (alone and self.process.before_a_restart()):
            return True
        return not 0 <= self.silence < SILENT  # a beat of the future is one before a restart

    def __str__(self) -> str:
        return f"process {self.process.pid} on {self.process.host}"


def holder(database: Database, team: str) -> Holder | None:
    """Who holds a team's lease, dead or alive."""
    with database.reading() as connection:
        return _holder(database, connection, team)[1]


def _take(database: Database, team: str, owner: str, *, locked: bool) -> int:
    """Write ourselves into the row, if nobody is there or whoever is may be overtaken; the new epoch.

    Whoever has the session's lock need not look: the session of the one before has ended.
    """
    with database.writing() as connection:
        epoch, other = _holder(database, connection, team)
        if other and not locked and not other.gone(alone=database.sqlite):
            raise _refusal(team, other)
        taken = {**_written(Process.this()), "owner": owner, "epoch": epoch + 1, "beat": database.clock(connection)}
        if epoch:
            mine = sa.and_(_row.c.team == team, _row.c.epoch == epoch)
            done = connection.execute(sa.update(_row).where(mine).values(taken)).rowcount
        else:
            database.add(connection, _row, [{"team": team, **taken}])
            done = connection.execute(sa.select(_row.c.owner).where(_row.c.team == team)).scalar_one() == owner
        if not done:
            raise LeaseHeld(f"another tick is writing for {team}; it came first")
        return epoch + 1


def _refusal(team: str, other: Holder) -> LeaseHeld:
    return LeaseHeld(f"another tick is writing for {team} ({other}); this one leaves it alone")


def _written(process: Process) -> Mapping[str, Any]:
    return dict(zip(("host", "boot", "pid_space", "pid", "started"), astuple(process), strict=True))


def _holder(database: Database, connection: sa.Connection, team: str) -> tuple[int, Holder | None]:
    """The epoch that the row has reached, 0 without a row, and who holds it."""
    row = connection.execute(sa.select(_row).where(_row.c.team == team)).one_or_none()
    if row is None:
        return 0, None
    if row.owner is None:
        return row.epoch, None
    process = Process(row.host, row.boot, row.pid_space, row.pid, row.started)
    return row.epoch, Holder(row.epoch, row.owner, process, database.clock(connection) - row.beat)


@contextmanager
def _beating(lease: Lease) -> Iterator[None]:
    """Heartbeats while the block runs."""
    if lease.database.in_memory:  # which no other process shares, and no other thread
        yield
        return
    done = threading.Event()

    def go_on() -> None:
        while not done.wait(BEAT):
            with suppress(StoreUnusable):  # the tick itself meets what is wrong, and tells it
                if not lease.beat():
                    return

    thread = threading.Thread(target=go_on, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _number(team: str) -> int:
    """The number of a team's lock on a server."""
    return int.from_bytes(blake2b(team.encode(), digest_size=8, person=b"hypercare-lease").digest(), signed=True)


@contextmanager
def _session_lock(database: Database, team: str) -> Iterator[bool]:
    """On a server: a lock that ends with our session; whether we have it. Where a dead or silent owner does, its sessions are ended."""
    if database.sqlite:
        yield False
        return
    with database.telling():
        connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    with connection:
        with database.telling():
            locked = _lock(connection, team) or _end_sessions(database, connection, team)
        try:
            yield locked
        finally:
            with suppress(sa.exc.SQLAlchemyError):  # as where our session was ended
                connection.execute(sa.select(sa.func.pg_advisory_unlock(_number(team))))


def _lock(connection: sa.Connection, team: str) -> bool:
    return bool(connection.execute(sa.select(sa.func.pg_try_advisory_lock(_number(team)))).scalar_one())


def _end_sessions(database: Database, connection: sa.Connection, team: str) -> bool:
    """End the sessions of a dead or silent owner and take its lock. Where we may not, the epoch alone keeps it from writing."""
    _, other = _holder(database, connection, team)
    if other is None:
        raise LeaseHeld(f"another tick is about to write for {team}; this one leaves it alone")
    if not other.gone(alone=False):
        raise _refusal(team, other)
    sessions = sa.text("select pg_terminate_backend(pid) from pg_stat_activity where application_name = :name")
    with suppress(sa.exc.SQLAlchemyError):
        connection.execute(sessions, {"name": application_name(other.owner)})
    for _ in range(_FREED_WITHIN):
        if _lock(connection, team):
            return True
        sleep(0.02)
    return False
