"""The version of a store's schema: checked at each opening, made for a new store, migrated with a backup for an older one.

Alembic is imported only to migrate: it costs half a second.
"""

import os
import sqlite3
from contextlib import closing, suppress
from enum import Enum
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from hypercare_sync.errors import StoreUnusable
from hypercare_sync.store import schema
from hypercare_sync.store.database import Database

_MIGRATIONS = Path(__file__).with_name("migrations")
_MAKING = 0x6879_7065_7263_6172
"""The lock on a PostgreSQL database under which its tables are made or migrated."""


class State(Enum):
    """What stands in a database, for this program."""

    empty = "empty"
    current = "current"
    older = "older"


def state(database: Database) -> State:
    """Whether there is a store, and of which version. Raises StoreUnusable for one that this program does not know."""
    with database.telling():
        try:
            with database.engine.connect() as connection, connection.begin():
                return _of(database, _stamped(connection))
        except (sa.exc.OperationalError, sa.exc.ProgrammingError):  # no such table, if nothing worse
            with database.engine.connect() as connection, connection.begin():
                return _unstamped(database, connection)


def bring_up_to_date(database: Database, team: str) -> str | None:
    """Make the tables where there are none, migrate those that are older: a line that says so is for people to read.

    `team` gets the rows of a time without teams.
    """
    if state(database) is State.current:
        return None
    with database.writing() as connection:
        if not database.sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MAKING)))
        found = _unstamped(database, connection)  # another process may have come first
        if found is State.older:
            return _migrate(database, connection, team)
        if found is State.empty:
            schema.metadata.create_all(connection)
            connection.execute(sa.insert(schema.version), [{"version_num": schema.HEAD}])
        return None


def migrate(connection: sa.Connection, team: str, since: str | None) -> None:
    """Bring the tables from revision `since`, or from nothing, to the last one."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes.update(connection=connection, team=team)
    if since == schema.REVISIONS[0]:  # which carries another stamp
        command.stamp(config, since)
    command.upgrade(config, schema.HEAD)


def _of(database: Database, revision: str | None) -> State:
    if revision == schema.HEAD:
        return State.current
    if revision in schema.REVISIONS:
        return State.older
    raise StoreUnusable(
        f"{database.shown}: its schema is version {revision}, which this program does not know (it knows up to {schema.HEAD}); "
        "use the newer program, or delete the store (nothing but reports is lost)"
    )


def _stamped(connection: sa.Connection) -> str | None:
    return connection.execute(sa.select(schema.version.c.version_num)).scalar_one_or_none()


def _unstamped(database: Database, connection: sa.Connection) -> State:
    """The state by the tables that there are."""
    tables = set(sa.inspect(connection).get_table_names())
    if schema.version.name in tables:
        return _of(database, _stamped(connection))
    if "meta" in tables:  # how the first schema was stamped
        number = connection.execute(sa.text("select schema_version from meta")).scalar_one_or_none()
        return _of(database, f"{number:04}" if isinstance(number, int) else None)
    if strange := tables & schema.metadata.tables.keys():
        raise StoreUnusable(
            f"{database.shown}: holds tables of somebody else ({', '.join(sorted(strange))}); name another database in store:"
        )
    return State.empty


def _migrate(database: Database, connection: sa.Connection, team: str) -> str:
    before = _revision(connection)
    kept = f"as it was before it is in {_back_up(database.path, before)}" if database.path else "in one transaction"
    migrate(connection, team, before)
    return f"{database.shown}: its schema was migrated from version {before} to {schema.HEAD}; {kept}"


def _revision(connection: sa.Connection) -> str:
    stamped = sa.inspect(connection).has_table(schema.version.name)
    return (_stamped(connection) if stamped else None) or schema.REVISIONS[0]


def _back_up(path: Path, revision: str) -> Path:
    """A copy of the store beside it, as open to others as the store; no earlier one is overwritten."""
    stem = f"{path.name}.backup-{revision}"
    for number in count(1):
        copy = path.with_name(stem if number == 1 else f"{stem}-{number}")
        with suppress(FileExistsError):
            os.close(os.open(copy, os.O_CREAT | os.O_EXCL, path.stat().st_mode & 0o777))
            break
    try:
        with closing(sqlite3.connect(path)) as original, closing(sqlite3.connect(copy)) as backup:
            original.backup(backup)
    except BaseException:
        with suppress(OSError):
            copy.unlink()
        raise
    return copy
