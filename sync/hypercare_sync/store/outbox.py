"""Writes in two phases: announced before they go out, settled when their outcome is known; and what they left in the trackers."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa

from hypercare_rules.ticket import Ref
from hypercare_sync.store import schema
from hypercare_sync.store.scoped import Scoped
from hypercare_sync.store.values import Intent, ManagedObject

_box = schema.outbox


class Outbox(Scoped):
    """Intents, and the objects that are ours. Every method is one transaction."""

    def intend(self, tick: str, key: str, change: Mapping[str, Any]) -> None:
        """A write is about to go out. `key` is the same whenever the same write is tried again."""
        row = {"tick": tick, "at": datetime.now(UTC), "change": json.dumps(dict(change), ensure_ascii=False)}
        unsettled = {"outcome": None, "settled": None, "response_id": None, "error": None}
        known = sa.and_(self._mine(_box), _box.c.key == key)
        with self._writing() as connection:
            again = sa.update(_box).where(known).values(**row, **unsettled, attempts=_box.c.attempts + 1)
            if connection.execute(again).rowcount == 0:
                connection.execute(sa.insert(_box), [{"team": self.team, "key": key, "attempts": 1, **row}])

    def settle(
        self,
        key: str,
        outcome: Literal["applied", "failed", "dropped"],
        response_id: str | None = None,
        error: str | None = None,
    ) -> None:
        """What became of it: `applied`, `failed`, or `dropped` where it was no longer wanted. `response_id` is what the tracker made."""
        values = {"outcome": outcome, "settled": datetime.now(UTC), "response_id": response_id, "error": error}
        with self._writing() as connection:
            connection.execute(sa.update(_box).where(self._mine(_box), _box.c.key == key).values(values))

    def open_intents(self) -> tuple[Intent, ...]:
        """The writes of which nobody knows whether they were carried out, as they were first announced."""
        found = sa.select(_box).where(self._mine(_box), _box.c.outcome.is_(None)).order_by(_box.c.id)
        with self.database.reading() as connection:
            return tuple(
                Intent(row.key, row.tick, row.at, json.loads(row.change), row.attempts)
                for row in connection.execute(found)
            )

    def save_object(self, made: ManagedObject) -> None:
        """Keep what we wrote."""
        row = {"team": self.team, **vars(made)}
        with self._writing() as connection:
            self.database.upsert(connection, schema.managed_object, [row])

    def objects(self, ticket: Ref) -> tuple[ManagedObject, ...]:
        """What we wrote on a ticket, oldest first."""
        ours = schema.managed_object
        found = sa.select(ours).where(self._mine(ours), ours.c.tracker == ticket.tracker, ours.c.ticket == ticket.key)
        with self.database.reading() as connection:
            rows = connection.execute(found.order_by(ours.c.made, ours.c.id))
            return tuple(
                ManagedObject(row.tracker, row.ticket, row.kind, row.id, row.release, row.made) for row in rows
            )

    def forget_object(self, gone: ManagedObject) -> None:
        """It was removed."""
        ours = schema.managed_object
        same = [getattr(ours.c, name) == getattr(gone, name) for name in ("tracker", "ticket", "kind", "id")]
        with self._writing() as connection:
            connection.execute(sa.delete(ours).where(self._mine(ours), *same))
