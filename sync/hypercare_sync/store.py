"""What we keep between ticks: a cache of what the trackers told, and the journal. Losing it loses speed and reports, no truth."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from pydantic import TypeAdapter

from hypercare_rules.assess import Memory
from hypercare_rules.ticket import Ref, Ticket
from hypercare_sync.aside import SetAside
from hypercare_sync.errors import LeaseHeld, StoreUnusable

SCHEMA_VERSION = 1
_SET_ASIDE = TypeAdapter(SetAside)

_tables = sa.MetaData()
_meta = sa.Table("meta", _tables, sa.Column("schema_version", sa.Integer, nullable=False))
_source = sa.Table(
    "source",
    _tables,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("cursor", sa.Text, nullable=False),
    sa.Column("as_of", sa.String(40), nullable=False),
)
_ticket = sa.Table(
    "ticket",
    _tables,
    sa.Column("source_id", sa.String(16), primary_key=True),
    sa.Column("tracker", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)
_release = sa.Table(
    "release",
    _tables,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("summary_key", sa.Text),
    sa.Column("memory", sa.Text, nullable=False),
)
_wire = sa.Table(
    "wire", _tables, sa.Column("tracker", sa.Text, primary_key=True), sa.Column("body", sa.Text, nullable=False)
)
_aside = sa.Table("set_aside", _tables, sa.Column("body", sa.Text, nullable=False))
_journal = sa.Table(
    "journal",
    _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("tick", sa.String(40), nullable=False, index=True),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("entry", sa.Text, nullable=False),
)


@dataclass(frozen=True)
class KnownSource:
    """A source as it was read last: where to go on, the policy time of that reading, and its tickets."""

    cursor: Mapping[str, Any]
    as_of: datetime
    tickets: Mapping[Ref, Ticket] = field(default_factory=dict)


@dataclass(frozen=True)
class KnownRelease:
    """A release as it was left by the last tick."""

    summary_key: str | None
    memory: Memory


@dataclass(frozen=True)
class KnownWire:
    """What the last tick left of a tracker's limits: when content of the last hour was written, and whether it stayed silent."""

    content: tuple[datetime, ...] = ()
    silent: bool = False


_WIRE = TypeAdapter(KnownWire)


class Store:
    """One database; every method is one transaction. Raises StoreUnusable."""

    def __init__(self, url: str) -> None:
        self._url = url
        path = sa.make_url(url).database
        self.path = Path(path) if path else None
        self._engine = sa.create_engine(url)
        sa.event.listen(self._engine, "connect", _safe_and_fast)
        self._migrate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    @contextmanager
    def lease(self) -> Iterator[None]:
        """The right to write for this config; the operating system takes it back when the process ends, however it ends.

        Raises LeaseHeld while another process has it.
        """
        if self.path is None:
            yield
            return
        import fcntl

        path = self.path.with_name(f"{self.path.name}.lock")
        try:
            handle = path.open("a")
        except OSError as error:
            raise StoreUnusable(f"{path}: {error.strerror}; check the path and its rights") from error
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise LeaseHeld(f"another tick is writing for {self.path.name}; this one leaves it alone") from error
            yield

    def source(self, source_id: str) -> KnownSource | None:
        """What is known of a source, or None before its first whole reading."""
        with self._begin() as connection:
            row = connection.execute(sa.select(_source).where(_source.c.id == source_id)).one_or_none()
            if row is None:
                return None
            bodies = connection.execute(sa.select(_ticket.c.body).where(_ticket.c.source_id == source_id)).scalars()
            tickets = [Ticket.model_validate_json(body) for body in bodies]
            return KnownSource(
                json.loads(row.cursor), datetime.fromisoformat(row.as_of), {ticket.ref: ticket for ticket in tickets}
            )

    def save_source(self, source_id: str, known: KnownSource, changed: Iterable[Ticket], gone: Collection[Ref]) -> None:
        """Keep a whole reading: the cursor moves together with the tickets that it brought, or not at all."""
        rows = [
            {
                "source_id": source_id,
                "tracker": ticket.ref.tracker,
                "key": ticket.ref.key,
                "body": ticket.model_dump_json(),
            }
            for ticket in changed
        ]
        with self._begin() as connection:
            connection.execute(sa.delete(_source).where(_source.c.id == source_id))
            connection.execute(
                sa.insert(_source),
                [{"id": source_id, "cursor": json.dumps(dict(known.cursor)), "as_of": known.as_of.isoformat()}],
            )
            mine = _ticket.c.source_id == source_id
            outdated = [{"t": row["tracker"], "k": row["key"]} for row in rows] + [
                {"t": ref.tracker, "k": ref.key} for ref in gone
            ]
            if outdated:
                connection.execute(
                    sa.delete(_ticket).where(
                        mine, _ticket.c.tracker == sa.bindparam("t"), _ticket.c.key == sa.bindparam("k")
                    ),
                    outdated,
                )
            if rows:
                connection.execute(sa.insert(_ticket), rows)

    def release(self, name: str) -> KnownRelease | None:
        """What is known of a release, or None before its first tick."""
        with self._begin() as connection:
            row = connection.execute(sa.select(_release).where(_release.c.name == name)).one_or_none()
            return None if row is None else KnownRelease(row.summary_key, Memory.model_validate_json(row.memory))

    def save_release(self, name: str, known: KnownRelease) -> None:
        """Keep where the summary is and what earlier ticks left us."""
        with self._begin() as connection:
            connection.execute(sa.delete(_release).where(_release.c.name == name))
            row = {"name": name, "summary_key": known.summary_key, "memory": known.memory.model_dump_json()}
            connection.execute(sa.insert(_release), [row])

    def wire(self, tracker: str) -> KnownWire:
        """What is known of a tracker's limits."""
        with self._begin() as connection:
            body = connection.execute(sa.select(_wire.c.body).where(_wire.c.tracker == tracker)).scalar_one_or_none()
            return KnownWire() if body is None else _WIRE.validate_json(body)

    def save_wire(self, tracker: str, known: KnownWire) -> None:
        """Keep what the next tick must know of a tracker's limits."""
        with self._begin() as connection:
            connection.execute(sa.delete(_wire).where(_wire.c.tracker == tracker))
            connection.execute(sa.insert(_wire), [{"tracker": tracker, "body": _WIRE.dump_json(known).decode()}])

    def set_aside(self) -> tuple[SetAside, ...]:
        """What cannot be written for now."""
        with self._begin() as connection:
            bodies = connection.execute(sa.select(_aside.c.body)).scalars()
            return tuple(_SET_ASIDE.validate_json(body) for body in bodies)

    def save_set_aside(self, known: Iterable[SetAside]) -> None:
        """Keep these in place of those that were known."""
        rows = [{"body": _SET_ASIDE.dump_json(one).decode()} for one in known]
        with self._begin() as connection:
            connection.execute(sa.delete(_aside))
            if rows:
                connection.execute(sa.insert(_aside), rows)

    def record(self, tick: str, entries: Iterable[Mapping[str, Any]]) -> None:
        """Append to the journal."""
        at = datetime.now(UTC).isoformat()
        rows = [{"tick": tick, "at": at, "entry": json.dumps(dict(entry), ensure_ascii=False)} for entry in entries]
        if rows:
            with self._begin() as connection:
                connection.execute(sa.insert(_journal), rows)

    def _migrate(self) -> None:
        with self._begin() as connection:
            _tables.create_all(connection)
            version = connection.execute(sa.select(_meta.c.schema_version)).scalar_one_or_none()
            if version is None:
                connection.execute(sa.insert(_meta), [{"schema_version": SCHEMA_VERSION}])
            elif version != SCHEMA_VERSION:
                raise StoreUnusable(
                    f"{self._url}: its schema is version {version}, this program knows {SCHEMA_VERSION}; use the newer program, or delete the store (nothing but reports is lost)"
                )

    @contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except (sa.exc.SQLAlchemyError, ValueError, KeyError) as error:
            reason = getattr(error, "orig", None) or error
            raise StoreUnusable(
                f"{self._url}: {str(reason).splitlines()[0]}; check the path and its rights, or delete the store (nothing but reports is lost)"
            ) from error


def _safe_and_fast(connection: sqlite3.Connection, _: object) -> None:
    """Write-ahead logging, and nothing reported as kept before it is on the disk."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA busy_timeout=5000")
