"""How large a store is, what is in it, and taking out what no report needs any more."""

from collections.abc import Collection
from contextlib import closing
from datetime import datetime

import sqlalchemy as sa

from hypercare_sync.store import schema
from hypercare_sync.store.scoped import Scoped

_TEAMS = tuple(table for table in schema.metadata.sorted_tables if "team" in table.c)


class Upkeep(Scoped):
    """What an administrator asks of a store."""

    def size(self) -> int:
        """Bytes that it takes: its files, or on a server the tables of all teams."""
        if (path := self.database.path) is not None:
            files = (path, path.with_name(f"{path.name}-wal"))
            return sum(file.stat().st_size for file in files if file.exists())
        if self.database.sqlite:
            return 0
        names = [sa.func.to_regclass(table.name) for table in schema.metadata.sorted_tables]
        with self.database.reading() as connection:
            sizes = connection.execute(sa.select(*map(sa.func.pg_total_relation_size, names))).one()
            return sum(size or 0 for size in sizes)

    def rows(self) -> dict[str, int]:
        """How many rows of the team each table has."""
        with self.database.reading() as connection:
            return {
                table.name: connection.execute(
                    sa.select(sa.func.count()).select_from(table).where(self._mine(table))
                ).scalar_one()
                for table in _TEAMS
            }

    def prune(
        self, before: datetime, releases: Collection[str], since: datetime | None, *, dry_run: bool = False
    ) -> dict[str, int]:
        """Take out what is older than `before`, and how many rows of which table that were, or would be with `dry_run`.

        These are ticks, settled writes, and entries of the journal but for those of `releases`, and those since `since` that name no release:
        what is written to a ticket may be for any of them. What happened to tickets and the figures of days stay.
        """
        journal, run, outbox = schema.journal, schema.run, schema.outbox
        of_releases = journal.c.release.in_(sorted(releases))
        shared = sa.and_(journal.c.release.is_(None), journal.c.at >= since) if since else sa.false()
        needed = sa.or_(sa.and_(journal.c.release.is_not(None), of_releases), shared)
        old = (
            (journal, sa.and_(journal.c.at < before, sa.not_(needed))),
            (run, run.c.began < before),
            (outbox, sa.and_(outbox.c.settled.is_not(None), outbox.c.settled < before)),
        )
        with self._writing() as connection:
            found = {}
            for table, outdated in old:
                rows = sa.and_(self._mine(table), outdated)
                counted = sa.select(sa.func.count()).select_from(table).where(rows)
                found[table.name] = connection.execute(counted).scalar_one()
                if not dry_run:
                    connection.execute(sa.delete(table).where(rows))
        if not dry_run and self.database.path:
            self._shrink()
        return found

    def _shrink(self) -> None:
        """Give the room that rows took back to the disk; a server does so itself."""
        with self.database.telling(), closing(self.database.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                cursor.execute(statement)
                cursor.fetchall()
