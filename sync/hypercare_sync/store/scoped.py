"""What every part of the store works on: one team's rows in one database, written as long as its lease is ours."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from hypercare_sync.store.database import Database
from hypercare_sync.store.lease import Lease


class Scoped:
    """One team's rows. While `_lease` is held, nothing is written after another process took it over."""

    def __init__(self, database: Database, team: str) -> None:
        self.team = team
        self.database = database
        self._lease: Lease | None = None
        self._joined: sa.Connection | None = None

    @property
    def epoch(self) -> int:
        """The number of the lease under which is written, 0 without one."""
        return self._lease.epoch if self._lease else 0

    def _mine(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """Whether a row is the team's."""
        return table.c.team == self.team

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is written within is one transaction. Nothing is read from the store meanwhile. Raises LeaseLost, StoreUnusable."""
        with self._writing() as connection:
            self._joined = connection
            try:
                yield
            finally:
                self._joined = None

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A transaction that changes something. Raises LeaseLost, StoreUnusable."""
        if self._joined is not None:
            yield self._joined
            return
        with self.database.writing() as connection:
            if self._lease is not None:
                self._lease.hold(connection)
            yield connection
