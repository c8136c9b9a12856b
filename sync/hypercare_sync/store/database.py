"""The database under the store, SQLite or PostgreSQL: transactions, its clock, and errors that say what to do."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hypercare_sync.errors import StoreUnusable
from hypercare_sync.store.machine import boot_clock

_OLDEST_POSTGRESQL = 15
_PATIENCE = 5
"""Seconds that a transaction waits for another one: ours last milliseconds, and a person would rather be told than wait."""
_TO_CONNECT = 10
"""Seconds in which a server must let us in."""


class Database:
    """One database. `path` is the file of an SQLite one, None in memory and for a server; `shown` is its address without a secret."""

    def __init__(self, url: str, owner: str) -> None:
        self._url = _parsed(url)
        self.shown = shown(url)
        self.sqlite = self._url.get_backend_name() == "sqlite"
        self.path = Path(self._url.database) if self.sqlite and self._url.database else None
        self.engine = self._made(owner)
        sa.event.listen(self.engine, "connect", _prepare_sqlite if self.sqlite else _prepare_postgresql)
        sa.event.listen(self.engine, "begin", self._begin)

    @property
    def in_memory(self) -> bool:
        """Whether it ends with this process."""
        return self.sqlite and self.path is None

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that changes nothing. Raises StoreUnusable."""
        with self.telling(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that changes something; on SQLite no other one does meanwhile. Raises StoreUnusable."""
        with self.telling(), self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Raise StoreUnusable with what is wrong and what to do, for anything that a database raises."""
        try:
            yield
        except (sa.exc.SQLAlchemyError, sqlite3.Error, ValueError, KeyError) as error:
            raise StoreUnusable(f"{self.shown}: {self._told(error)}") from error

    def clock(self, connection: sa.Connection) -> float:
        """Seconds on a clock that all share who use this database, and that nobody sets: the machine's since it started, or the server's."""
        if self.sqlite:
            return boot_clock()
        return float(connection.execute(sa.text("select extract(epoch from clock_timestamp())")).scalar_one())

    @cached_property
    def _insert(self) -> Any:
        """The dialect's INSERT, which knows ON CONFLICT."""
        if self.sqlite:
            from sqlalchemy.dialects.sqlite import insert

            return insert
        from sqlalchemy.dialects.postgresql import insert as insert_postgresql

        return insert_postgresql

    def upsert(self, connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, or put them in place of those with the same primary key."""
        if not rows:
            return
        statement = self._insert(table)
        changing = {name: statement.excluded[name] for name in rows[0] if not table.c[name].primary_key}
        connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changing), rows)

    def add(self, connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert those rows that are not there yet, by the primary key."""
        if rows:
            connection.execute(self._insert(table).on_conflict_do_nothing(), rows)

    def _made(self, owner: str) -> sa.Engine:
        if self.sqlite:
            # Transactions are begun in `_begin`: the driver itself would leave changes of the schema out of them.
            return sa.create_engine(self._url, connect_args={"isolation_level": None, "timeout": _PATIENCE})
        try:
            # Sessions are tried before they are used: whoever took the lease over has ended those of the one before.
            told = {"application_name": application_name(owner), "connect_timeout": _TO_CONNECT}
            return sa.create_engine(self._url, connect_args=told, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise StoreUnusable(
                f"{self.shown}: the driver for PostgreSQL is not installed; run: pip install 'hypercare-sync[postgres]'"
            ) from error
        except (sa.exc.SQLAlchemyError, ValueError) as error:
            raise StoreUnusable(f"{self.shown}: {self._told(error)}") from error

    def _begin(self, connection: sa.Connection) -> None:
        if self.sqlite:
            # One that reads first and writes later could not wait for another writer, so writers say so at the beginning.
            writes = connection.get_execution_options().get("writes", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def _told(self, error: Exception) -> str:
        """What is wrong in one line, and what to do."""
        reason = next(iter(str(getattr(error, "orig", None) or error).strip().splitlines()), type(error).__name__)
        password = str(self._url.password or "")
        if len(password) >= _TELLING:
            reason = reason.replace(password, "***")
        return f"{reason}; {_remedy(reason, sqlite=self.sqlite)}"


_TELLING = 6
"""Characters of a password that is blanked wherever it stands. A shorter one stands in other words, too: blanked there it would garble them,
and be told by what is missing. Drivers name none."""


def shown(url: str) -> str:
    """A database's address for people: without the password."""
    return _parsed(url).render_as_string(hide_password=True)


def _parsed(url: str) -> sa.URL:
    try:
        return sa.make_url(url)
    except (
        sa.exc.ArgumentError,
        ValueError,
    ):  # not quoted, nor chained: what cannot be taken apart may hold a password
        raise StoreUnusable("store: not the address of a database; write sqlite:///hypercare.db") from None


def application_name(owner: str) -> str:
    """What our sessions on a server are called: it tells whose they are."""
    return f"hypercare-sync {owner}"


_REMEDIES: Iterable[tuple[tuple[str, ...], str]] = (
    (("disk is full", "no space left", "disk full"), "make room on the disk, or run: hypercare-sync store prune"),
    (("database is locked", "lock timeout"), "another process is at it; try again, and end the other one if it hangs"),
    (("password authentication failed", "no password supplied"), "check the user and the password in store:"),
    (("does not exist",), "create it, or correct store:"),
    (("is too old",), f"use version {_OLDEST_POSTGRESQL} or newer"),
    (("permission denied",), "let the user of store: create and change tables there"),
    (
        ("connection refused", "could not translate", "failed to resolve", "timeout expired", "timed out",
         "no such file or directory", "connection failed", "server closed the connection"),
        "check the host and the port in store:, and that the server runs",
    ),
)  # fmt: skip


def _remedy(reason: str, *, sqlite: bool) -> str:
    folded = reason.casefold()
    for signs, remedy in _REMEDIES:
        if any(sign in folded for sign in signs):
            return remedy
    if sqlite:
        return "check the path and its rights, or delete the store (nothing but reports is lost)"
    return "check store: and the server's log, or delete the store's tables (nothing but reports is lost)"


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """Write-ahead logging, and nothing reported as kept before it is on the disk."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA busy_timeout={_PATIENCE * 1000}")


def _prepare_postgresql(connection: Any, _: object) -> None:
    """A server that we know, and one transaction that does not wait for another for ever."""
    major = connection.info.server_version // 10_000
    if major < _OLDEST_POSTGRESQL:
        raise ValueError(f"PostgreSQL {major} is too old")
    connection.execute(f"SET lock_timeout = '{_PATIENCE}s'")
    connection.commit()
