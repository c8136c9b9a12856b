"""The store's tables. Every row belongs to a team: one PostgreSQL database serves many configs.

What changes here needs a migration beside it; a test compares the two.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

REVISIONS = ("0001", "0002", "0003", "0004")
"""The schemas that this program knows, oldest first; it works with the last and migrates the others."""
HEAD = REVISIONS[-1]

metadata = sa.MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s", "ix": "ix_%(table_name)s_%(column_0_N_name)s"}
)  # fmt: skip


class Moment(sa.types.TypeDecorator[datetime]):
    """A point in time as text in UTC and of one width, so that both databases sort it and give it back alike."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        """Into the database."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        """Out of it."""
        return None if value is None else datetime.fromisoformat(value)


class Line(sa.types.TypeDecorator[str]):
    """Text from people in a column of its own: PostgreSQL takes no NUL in it, and no database half a surrogate pair."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Into the database, with what it cannot hold marked as such."""
        return None if value is None else _storable(value)


class Names(sa.types.TypeDecorator[tuple[str, ...]]):
    """Several names in one column, each on a line of its own, by any of which a row is found."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: sa.Dialect) -> str | None:
        """Into the database; None where there are none."""
        lines = "".join(f"{_in_one_line(name)}\n" for name in value or ())
        return f"\n{lines}" if lines else None

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> tuple[str, ...]:
        """Out of it."""
        return tuple(value[1:-1].split("\n")) if value else ()


def holds(column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
    """Whether a column of names holds this one, in capitals or not."""
    return sa.func.lower(sa.type_coerce(column, sa.Text)).contains(f"\n{_in_one_line(name).lower()}\n", autoescape=True)


def _in_one_line(name: str) -> str:
    return _storable(name).replace("\n", " ")


def _storable(text: str) -> str:
    """Text with what no database takes marked as such."""
    return text.encode(errors="replace").decode().replace("\x00", "\ufffd")


_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite numbers rows itself in an INTEGER only


def _table(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *parts)


def _key(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, nullable=False)


def _needed(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


version = sa.Table(
    "alembic_version",
    metadata,
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own: the revision of the schema."""

lease = _table(
    "lease",
    _key("team"),
    _needed("epoch", sa.BigInteger),
    sa.Column("owner", sa.String(32)),
    sa.Column("host", sa.Text),
    sa.Column("boot", sa.Text),
    sa.Column("pid_space", sa.Text),
    sa.Column("pid", sa.BigInteger),
    sa.Column("started", sa.Text),
    sa.Column("beat", sa.Double),
)
"""Who may write for a team; no `owner` when nobody does. `beat` is in seconds of the clock that `Database.clock` names."""

run = _table(
    "run",
    _key("team"),
    _key("tick", sa.String(40)),
    _needed("now", Moment),
    _needed("began", Moment),
    sa.Column("ended", Moment),
    _needed("epoch", sa.BigInteger),
    sa.Column("outcome", sa.String(16)),
    _needed("figures"),
    sa.Index(None, "team", "began"),
)
"""Every tick. One that was killed has no end."""

journal = _table(
    "journal",
    sa.Column("id", _NUMBER, primary_key=True),
    _needed("team"),
    _needed("tick", sa.String(40)),
    _needed("now", Moment),
    _needed("at", Moment),
    _needed("kind", sa.String(16)),
    sa.Column("release", Line),
    sa.Column("ticket", Line),
    sa.Column("people", Names),
    sa.Column("rules", Names),
    _needed("body"),
    sa.Index(None, "team", "tick"),
    sa.Index(None, "team", "ticket"),
    sa.Index(None, "team", "at"),
)
"""What happened, append-only: `now` is policy time, `at` the machine's."""

decision = _table(
    "decision",
    _key("team"),
    _key("release"),
    _key("ticket"),
    _needed("digest", sa.String(16)),
    _needed("words", Line),
)
"""What the journal was told last of each ticket, and of the release itself, which has no `ticket`: what is still so is not told again."""

source = _table("source", _key("team"), _key("id", sa.String(16)), _needed("cursor"), _needed("as_of", Moment))
"""Where reading goes on."""

ticket = _table("ticket", _key("team"), _key("source_id", sa.String(16)), _key("tracker"), _key("key"), _needed("body"))
"""The tickets of each source as they were read last."""

ticket_event = _table(
    "ticket_event",
    _key("team"),
    _key("tracker"),
    _key("key"),
    _key("at", Moment),
    _key("kind", sa.String(16)),
    _key("before", Line),
    _key("after", Line),
    sa.Column("by", Line),
)
"""What happened to tickets, at their trackers' time. All but `by` is the key, so that what is read again adds nothing."""

rollup = _table(
    "rollup",
    _key("team"),
    _key("release"),
    _key("day", sa.Date),
    *(_needed(f"open_{priority}", sa.Integer) for priority in ("p1", "p2", "p3", "p4")),
    _needed("new", sa.Integer),
    _needed("resolved", sa.Integer),
    _needed("breached", sa.Integer),
    _needed("health", sa.String(8)),
    _needed("as_of", Moment),
)
"""A release's figures by the day of its zone, as the last tick of that day saw them."""

release = _table(
    "release",
    _key("team"),
    _key("name"),
    sa.Column("summary_key", sa.Text),
    _needed("memory"),
    _needed("epoch", sa.BigInteger),
)
"""A release as the last tick left it, with the epoch of that tick's lease. The digest of its policy is in the memory."""

wire = _table("wire", _key("team"), _key("tracker"), _needed("body"))
"""What is left of a tracker's limits."""

set_aside = _table(
    "set_aside", _key("team"), _key("tracker"), _key("key"), _key("obstacle", sa.String(16)), _needed("body")
)
"""What cannot be written for now."""

accepted = _table("accepted", _key("team"), _needed("body"))
"""What a plan that is carried out may take away, until that is done."""

outbox = _table(
    "outbox",
    sa.Column("id", _NUMBER, primary_key=True),
    _needed("team"),
    _needed("key"),
    _needed("tick", sa.String(40)),
    _needed("at", Moment),
    _needed("change"),
    _needed("attempts", sa.Integer),
    sa.Column("outcome", sa.String(16)),
    sa.Column("settled", Moment),
    sa.Column("response_id", Line),
    sa.Column("error", Line),
    sa.UniqueConstraint("team", "key"),
)
"""Each write: intended before it goes out, and what became of it. `key` is the same whenever it is tried again."""
