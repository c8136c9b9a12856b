"""Writes in two phases: announced before they go out, settled when their outcome is known."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa

from hypercare_sync.store import schema
from hypercare_sync.store.scoped import Scoped
from hypercare_sync.store.values import Intent

_box = schema.outbox

Became: TypeAlias = Literal["applied", "failed", "deferred", "set_aside", "dropped", "unknown"]
"""What became of a write. `deferred`: the tracker asked to slow down; `set_aside`: an obstacle stands in its way; `dropped`: it was no longer
wanted, or a person had decided otherwise just before. `unknown`: no answer came, so that it may have been carried out; such a write stays open."""


class Outbox(Scoped):
    """What is about to be written. Every method is one transaction."""

    def intend(self, tick: str, key: str, effect: Mapping[str, Any]) -> int:
        """A write is about to go out, for this effect; the how manieth attempt at it that is. `key` is the same whenever it is tried for again."""
        row = {"tick": tick, "at": datetime.now(UTC), "change": json.dumps(dict(effect), ensure_ascii=False)}
        unsettled = {"outcome": None, "settled": None, "response_id": None, "error": None}
        known = sa.and_(self._mine(_box), _box.c.key == key)
        attempts = sa.case((_box.c.outcome.in_(("applied", "dropped")), 1), else_=_box.c.attempts + 1)
        with self._writing() as connection:
            again = sa.update(_box).where(known).values(**row, **unsettled, attempts=attempts)
            number = connection.execute(again.returning(_box.c.attempts)).scalar_one_or_none()
            if number is None:
                connection.execute(sa.insert(_box), [{"team": self.team, "key": key, "attempts": 1, **row}])
        return number or 1

    def settle(self, key: str, became: Became, response_id: str | None = None, error: str | None = None) -> None:
        """What became of it. `response_id` is what the tracker calls what it made."""
        settled = {} if became == "unknown" else {"outcome": became, "settled": datetime.now(UTC)}
        values = {**settled, "response_id": response_id, "error": error}
        with self._writing() as connection:
            connection.execute(sa.update(_box).where(self._mine(_box), _box.c.key == key).values(values))

    def open_intents(self) -> tuple[Intent, ...]:
        """The writes of which nobody knows whether they were carried out, in the order in which they were announced."""
        found = sa.select(_box).where(self._mine(_box), _box.c.outcome.is_(None)).order_by(_box.c.at, _box.c.id)
        with self.database.reading() as connection:
            return tuple(
                Intent(row.key, row.tick, row.at, json.loads(row.change), row.error)
                for row in connection.execute(found)
            )
