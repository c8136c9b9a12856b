"""The cache of what the trackers told: losing it costs a slower tick."""

import json
from collections.abc import Collection, Iterable

import sqlalchemy as sa
from pydantic import TypeAdapter

from hypercare_rules.assess import Memory
from hypercare_rules.ticket import (
    Assigned,
    Event,
    LabelChanged,
    NativePriorityChanged,
    Ref,
    Said,
    ScopeChanged,
    StatusChanged,
    Ticket,
)
from hypercare_sync.accepted import Accepted
from hypercare_sync.aside import SetAside
from hypercare_sync.store import schema
from hypercare_sync.store.scoped import Scoped
from hypercare_sync.store.values import KnownRelease, KnownSource, KnownWire

_SET_ASIDE = TypeAdapter(SetAside)
_ACCEPTED = TypeAdapter(Accepted)
_WIRE = TypeAdapter(KnownWire)


class Cache(Scoped):
    """Sources with their tickets, releases, the trackers' limits, and what is set aside. Every method is one transaction."""

    def source(self, source_id: str) -> KnownSource | None:
        """What is known of a source, or None before its first whole reading."""
        of_source = sa.and_(self._mine(schema.ticket), schema.ticket.c.source_id == source_id)
        with self.database.reading() as connection:
            found = sa.select(schema.source).where(self._mine(schema.source), schema.source.c.id == source_id)
            row = connection.execute(found).one_or_none()
            if row is None:
                return None
            bodies = connection.execute(sa.select(schema.ticket.c.body).where(of_source)).scalars()
            tickets = [Ticket.model_validate_json(body) for body in bodies]
            return KnownSource(json.loads(row.cursor), row.as_of, {ticket.ref: ticket for ticket in tickets})

    def save_source(self, source_id: str, known: KnownSource, changed: Iterable[Ticket], gone: Collection[Ref]) -> None:
        """Keep a whole reading: the cursor moves together with the tickets that it brought, or not at all.

        What happened to the tickets is kept for reports, also of those that are gone.
        """
        with self.database.telling():
            tickets, events = self._rows(source_id, changed)
        source = {"team": self.team, "id": source_id, "cursor": json.dumps(dict(known.cursor)), "as_of": known.as_of}
        with self._writing() as connection:
            self.database.upsert(connection, schema.source, [source])
            self.database.upsert(connection, schema.ticket, tickets)
            self.database.add(connection, schema.ticket_event, events)
            if gone:
                of_source = sa.and_(self._mine(schema.ticket), schema.ticket.c.source_id == source_id)
                one = (schema.ticket.c.tracker == sa.bindparam("t"), schema.ticket.c.key == sa.bindparam("k"))
                parameters = [{"t": ref.tracker, "k": ref.key} for ref in sorted(gone)]
                connection.execute(sa.delete(schema.ticket).where(of_source, *one), parameters)

    def _rows(self, source_id: str, read: Iterable[Ticket]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        """The rows of tickets, and of what happened to them."""
        tickets: list[dict[str, object]] = []
        events: list[dict[str, object]] = []
        for ticket in read:
            key = {"team": self.team, "tracker": ticket.ref.tracker, "key": ticket.ref.key}
            tickets.append({**key, "source_id": source_id, "body": ticket.model_dump_json()})
            events += [{**key, **_row(event)} for event in ticket.history]
        return tickets, events

    def release(self, name: str) -> KnownRelease | None:
        """What is known of a release, or None before its first tick."""
        with self.database.reading() as connection:
            found = sa.select(schema.release).where(self._mine(schema.release), schema.release.c.name == name)
            row = connection.execute(found).one_or_none()
            memory = Memory.model_validate_json(row.memory) if row else None
            return KnownRelease(row.summary_key, memory) if row and memory else None

    def save_release(self, name: str, known: KnownRelease) -> None:
        """Keep where the summary is and what earlier ticks left us."""
        row = {
            "team": self.team,
            "name": name,
            "summary_key": known.summary_key,
            "memory": known.memory.model_dump_json(),
            "epoch": self.epoch,
        }
        with self._writing() as connection:
            self.database.upsert(connection, schema.release, [row])

    def wire(self, tracker: str) -> KnownWire:
        """What is known of a tracker's limits."""
        with self.database.reading() as connection:
            found = sa.select(schema.wire.c.body).where(self._mine(schema.wire), schema.wire.c.tracker == tracker)
            body = connection.execute(found).scalar_one_or_none()
            return KnownWire() if body is None else _WIRE.validate_json(body)

    def save_wire(self, tracker: str, known: KnownWire) -> None:
        """Keep what the next tick must know of a tracker's limits."""
        row = {"team": self.team, "tracker": tracker, "body": _WIRE.dump_json(known).decode()}
        with self._writing() as connection:
            self.database.upsert(connection, schema.wire, [row])

    def accepted(self) -> Accepted:
        """What plans that were carried out may take away and maybe did not yet."""
        with self.database.reading() as connection:
            found = sa.select(schema.accepted.c.body).where(self._mine(schema.accepted))
            body = connection.execute(found).scalar_one_or_none()
            return Accepted() if body is None else _ACCEPTED.validate_json(body)

    def save_accepted(self, known: Accepted) -> None:
        """Keep that in place of what was known."""
        row = {"team": self.team, "body": _ACCEPTED.dump_json(known).decode()}
        with self._writing() as connection:
            self.database.upsert(connection, schema.accepted, [row])

    def set_aside(self) -> tuple[SetAside, ...]:
        """What cannot be written for now."""
        with self.database.reading() as connection:
            found = sa.select(schema.set_aside.c.body).where(self._mine(schema.set_aside))
            order = (schema.set_aside.c.tracker, schema.set_aside.c.key, schema.set_aside.c.obstacle)
            bodies = connection.execute(found.order_by(*order)).scalars()
            return tuple(_SET_ASIDE.validate_json(body) for body in bodies)

    def save_set_aside(self, known: Iterable[SetAside]) -> None:
        """Keep these in place of those that were known."""
        rows = [
            {
                "team": self.team,
                "tracker": one.tracker,
                "key": one.key,
                "obstacle": one.obstacle,
                "body": _SET_ASIDE.dump_json(one).decode(),
            }
            for one in known
        ]
        with self._writing() as connection:
            connection.execute(sa.delete(schema.set_aside).where(self._mine(schema.set_aside)))
            self.database.add(connection, schema.set_aside, rows)


def _row(event: Event) -> dict[str, object]:
    before, after = _change(event)
    by = event.by.id if event.by else None
    return {"at": event.at, "kind": event.kind, "before": before, "after": after, "by": by}


def _change(event: Event) -> tuple[str, str]:
    """The value before and after; empty for none, and where the history does not tell."""
    match event:
        case StatusChanged():
            return event.before.name, event.after.name
        case NativePriorityChanged():
            return event.before or "", event.after or ""
        case Assigned():
            return "", event.after or ""
        case LabelChanged():
            return ("", event.label) if event.added else (event.label, "")
        case Said():
            return "", event.verb
        case ScopeChanged():
            return ("", event.name) if event.added else (event.name, "")
