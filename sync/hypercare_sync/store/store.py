"""The store as the program uses it: one team's part of one database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from uuid import uuid4

from hypercare_sync.store.cache import Cache
from hypercare_sync.store.database import Database
from hypercare_sync.store.decisions import Decisions
from hypercare_sync.store.journal import Journal
from hypercare_sync.store.lease import Lease, held
from hypercare_sync.store.outbox import Outbox
from hypercare_sync.store.upkeep import Upkeep
from hypercare_sync.store.versions import State, bring_up_to_date, state

DEFAULT_TEAM = "hypercare"
"""The team of the config that has the usual name."""


class Store(Cache, Decisions, Journal, Outbox, Upkeep):
    """What we keep of a team between ticks. Losing it loses speed and reports, no truth. Raises StoreUnusable.

    `notice` says what people should know of it: that it was migrated, or is not used.
    """

    def __init__(self, url: str, team: str = DEFAULT_TEAM) -> None:
        self._owner = uuid4().hex
        database = Database(url, self._owner)
        super().__init__(database, team)
        try:
            self.notice = bring_up_to_date(database, team)
        except BaseException:
            database.engine.dispose()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.engine.dispose()

    @property
    def path(self) -> Path | None:
        """The file, where it is one."""
        return self.database.path

    @contextmanager
    def lease(self) -> Iterator[Lease]:
        """The right to write for the team; while it is held all that this store writes is bound to it.

        Raises LeaseHeld while another living process has it; LeaseLost, here and by all that writes, once another one took it over.
        """
        with held(self.database, self.team, self._owner) as lease:
            self._lease = lease
            try:
                yield lease
            finally:
                self._lease = None


def open_to_look(url: str, team: str) -> Store:
    """A team's store for a command that writes nothing: where there is no store yet, or an older one, it works in memory instead."""
    database = Database(url, uuid4().hex)
    try:
        found = State.empty if database.path and not database.path.exists() else state(database)
    finally:
        database.engine.dispose()
    if found is State.current:
        return Store(url, team)
    store = Store("sqlite://", team)
    if found is State.older:
        store.notice = (
            f"{database.shown}: left as it is, an older version, which the next sync migrates; so all is read anew"
        )
    return store
