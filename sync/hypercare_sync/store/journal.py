"""The record of every tick and of what it did: the runs, the journal that only grows, and the figures of each day."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from hypercare_sync.store import schema
from hypercare_sync.store.scoped import Scoped
from hypercare_sync.store.values import Entry, EntryKind, Journaled, Rollup, Run

_PRIORITIES = ("open_p1", "open_p2", "open_p3", "open_p4")
_AT_ONCE = 500
"""Rows that are fetched at a time where a journal may be long."""


class Journal(Scoped):
    """Runs, entries and daily figures. Nothing of the journal is changed, and only `prune` takes entries away."""

    def begin_run(self, tick: str, now: datetime) -> tuple[str, ...]:
        """A tick has begun, at policy time `now`; those that had begun under an earlier lease and never ended, which are marked as killed."""
        row = {"team": self.team, "tick": tick, "now": now, "began": datetime.now(UTC), "epoch": self.epoch}
        run = schema.run
        lost = sa.and_(self._mine(run), run.c.ended.is_(None), run.c.outcome.is_(None), run.c.epoch < self.epoch)
        with self._writing() as connection:
            killed = tuple(connection.execute(sa.select(run.c.tick).where(lost).order_by(run.c.began)).scalars())
            if killed:
                connection.execute(sa.update(run).where(lost).values(outcome="killed"))
            connection.execute(sa.insert(run), [{**row, "figures": "{}"}])
        return killed

    def end_run(self, tick: str, outcome: str, figures: Mapping[str, Any]) -> None:
        """A tick is over: what became of it in a word, and its figures as the journal tells them."""
        ended = {"ended": datetime.now(UTC), "outcome": outcome, "figures": _text(figures)}
        with self._writing() as connection:
            connection.execute(
                sa.update(schema.run).where(self._mine(schema.run), schema.run.c.tick == tick).values(ended)
            )

    def runs(self, limit: int) -> tuple[Run, ...]:
        """The last ticks, the newest first."""
        found = sa.select(schema.run).where(self._mine(schema.run))
        with self.database.reading() as connection:
            rows = connection.execute(found.order_by(schema.run.c.began.desc(), schema.run.c.tick).limit(limit))
            return tuple(map(_run, rows))

    def running(self) -> tuple[Run, ...]:
        """The ticks that have begun and of which nobody knows that they ended; they are still at it, or were killed just now."""
        run = schema.run
        found = sa.select(run).where(self._mine(run), run.c.ended.is_(None), run.c.outcome.is_(None))
        with self.database.reading() as connection:
            return tuple(map(_run, connection.execute(found.order_by(run.c.began))))

    def record(self, tick: str, now: datetime, entries: Iterable[Entry]) -> None:
        """Append to the journal what a tick at policy time `now` did."""
        common = {"team": self.team, "tick": tick, "now": now, "at": datetime.now(UTC)}
        rows = [
            {
                **common,
                "kind": entry.kind,
                "release": entry.release,
                "ticket": entry.ticket,
                "people": entry.people,
                "rules": entry.rules,
                "body": _text(entry.body),
            }
            for entry in entries
        ]
        if rows:
            with self._writing() as connection:
                connection.execute(sa.insert(schema.journal), rows)

    def journal(  # noqa: PLR0913 - one for each column that it is searched by
        self,
        *,
        ticket: str | None = None,
        person: str | None = None,
        rule: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        tick: str | None = None,
        release: str | None = None,
        kinds: Collection[EntryKind] = (),
        limit: int | None = None,
    ) -> Iterator[Journaled]:
        """The entries that match all that is given, oldest first; of more than `limit` the newest.

        `since` and `until` (without it) are times of the machine. A `ticket` is found with and without its tracker, a `person` by any
        of their names and accounts.
        """
        log = schema.journal
        wanted = [self._mine(log)]
        if ticket is not None:
            wanted.append(sa.or_(log.c.ticket == ticket, log.c.ticket.endswith(f":{ticket}", autoescape=True)))
        wanted += [schema.holds(log.c.people, person)] if person is not None else []
        wanted += [schema.holds(log.c.rules, rule)] if rule is not None else []
        wanted += [log.c.tick == tick] if tick is not None else []
        wanted += [log.c.release == release] if release is not None else []
        wanted += [log.c.kind.in_(sorted(kinds))] if kinds else []
        wanted += [log.c.at >= since] if since else []
        wanted += [log.c.at < until] if until else []
        chosen = sa.select(log).where(*wanted)
        if limit is not None:
            newest = sa.select(log.c.id).where(*wanted).order_by(log.c.id.desc()).limit(limit)
            chosen = sa.select(log).where(log.c.id.in_(newest))
        with self.database.reading() as connection:
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(chosen.order_by(log.c.id))
            for row in rows:
                entry = Entry(row.kind, json.loads(row.body), row.release, row.ticket, row.people, row.rules)
                yield Journaled(row.tick, row.now, row.at, entry)

    def save_rollup(self, release: str, figures: Rollup) -> None:
        """Keep a release's figures of a day in place of those that an earlier tick of the day kept."""
        row = {
            "team": self.team,
            "release": release,
            "day": figures.day,
            **dict(zip(_PRIORITIES, figures.open, strict=True)),
            "new": figures.new,
            "resolved": figures.resolved,
            "breached": figures.breached,
            "health": figures.health,
            "as_of": figures.as_of,
        }
        with self._writing() as connection:
            self.database.upsert(connection, schema.rollup, [row])

    def rollups(self, release: str) -> tuple[Rollup, ...]:
        """A release's figures by day, oldest first."""
        found = sa.select(schema.rollup).where(self._mine(schema.rollup), schema.rollup.c.release == release)
        with self.database.reading() as connection:
            return tuple(
                Rollup(
                    row.day, (row.open_p1, row.open_p2, row.open_p3, row.open_p4), row.new, row.resolved, row.breached,
                    row.health, row.as_of,
                )
                for row in connection.execute(found.order_by(schema.rollup.c.day))
            )  # fmt: skip


def _run(row: sa.Row[Any]) -> Run:
    return Run(row.tick, row.now, row.began, row.ended, row.epoch, row.outcome, json.loads(row.figures))


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(dict(body), ensure_ascii=False, separators=(",", ":"))
