"""Rows belong to teams; the lease, runs, the outbox and what reports need come in."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_SHORT, _TICK, _MOMENT = sa.String(16), sa.String(40), sa.String(32)
_OLD = ("source", "ticket", "release", "wire", "set_aside", "journal")


def upgrade() -> None:
    """Make the new tables, bring the old rows over, drop the old tables."""
    op.drop_index("ix_journal_tick", "journal")
    for name in _OLD:
        op.rename_table(name, f"old_{name}")
    if op.get_bind().dialect.name == "postgresql":  # which keeps the names of what belongs to a table
        op.execute("alter sequence journal_id_seq rename to old_journal_id_seq")
        for name in _OLD:
            op.execute(f"alter index if exists pk_{name} rename to old_pk_{name}")
    _make()
    team = context.config.attributes["team"]
    for name, brought in _BRING.items():
        _copy(team, name, brought)
    for name in (*(f"old_{name}" for name in _OLD), "meta"):
        op.drop_table(name)


def _key(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, nullable=False)


def _needed(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _optional(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def _make() -> None:
    """The tables of this revision."""
    op.create_table(
        "lease", _key("team"), _needed("epoch", sa.BigInteger), _optional("owner", sa.String(32)), _optional("host"),
        _optional("boot"), _optional("pid_space"), _optional("pid", sa.BigInteger), _optional("started"), _optional("beat", sa.Double),
    )  # fmt: skip
    op.create_table(
        "run", _key("team"), _key("tick", _TICK), _needed("now", _MOMENT), _needed("began", _MOMENT), _optional("ended", _MOMENT),
        _needed("epoch", sa.BigInteger), _optional("outcome", _SHORT), _needed("figures"),
    )  # fmt: skip
    op.create_index("ix_run_team_began", "run", ["team", "began"])
    op.create_table(
        "journal", _key("id", _BIG), _needed("team"), _needed("tick", _TICK), _needed("now", _MOMENT), _needed("at", _MOMENT),
        _needed("kind", _SHORT), _optional("release"), _optional("ticket"), _optional("person"), _optional("rule"), _needed("body"),
    )  # fmt: skip
    for column in ("tick", "ticket", "at"):
        op.create_index(f"ix_journal_team_{column}", "journal", ["team", column])
    op.create_table("source", _key("team"), _key("id", _SHORT), _needed("cursor"), _needed("as_of", _MOMENT))
    op.create_table("ticket", _key("team"), _key("source_id", _SHORT), _key("tracker"), _key("key"), _needed("body"))
    op.create_table(
        "ticket_event", _key("team"), _key("tracker"), _key("key"), _key("at", _MOMENT), _key("kind", _SHORT), _key("before"),
        _key("after"), _optional("by"),
    )  # fmt: skip
    op.create_table(
        "rollup", _key("team"), _key("release"), _key("day", sa.Date), *(_needed(f"open_p{number}", sa.Integer) for number in (1, 2, 3, 4)),
        _needed("new", sa.Integer), _needed("resolved", sa.Integer), _needed("breached", sa.Integer), _needed("health", sa.String(8)),
        _needed("as_of", _MOMENT),
    )  # fmt: skip
    op.create_table(
        "release", _key("team"), _key("name"), _optional("summary_key"), _needed("memory"), _needed("epoch", sa.BigInteger),
    )  # fmt: skip
    op.create_table("wire", _key("team"), _key("tracker"), _needed("body"))
    op.create_table("set_aside", _key("team"), _key("tracker"), _key("key"), _key("obstacle", _SHORT), _needed("body"))
    op.create_table(
        "outbox", _key("id", _BIG), _needed("team"), _needed("key"), _needed("tick", _TICK), _needed("at", _MOMENT), _needed("change"),
        _needed("attempts", sa.Integer), _optional("outcome", _SHORT), _optional("settled", _MOMENT), _optional("response_id"),
        _optional("error"), sa.UniqueConstraint("team", "key"),
    )  # fmt: skip
    op.create_table(
        "managed_object", _key("team"), _key("tracker"), _key("ticket"), _key("kind", _SHORT), _key("id"), _optional("release"),
        _needed("made", _MOMENT),
    )  # fmt: skip


def _journal(old: sa.RowMapping) -> dict[str, Any]:
    """An entry: its tick's name begins with policy time, the rest it says itself."""
    entry = json.loads(old["entry"])
    now = datetime.strptime(old["tick"].partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return {
        "tick": old["tick"],
        "now": _moment(now),
        "at": _moment(datetime.fromisoformat(old["at"])),
        "kind": "tick" if entry.get("kind") == "tick" else "change",
        "release": entry.get("release"),
        "ticket": entry.get("ticket"),
        "body": old["entry"],
    }


def _set_aside(old: sa.RowMapping) -> dict[str, Any]:
    body = json.loads(old["body"])
    return {"tracker": body["tracker"], "key": body["key"], "obstacle": body["obstacle"], "body": old["body"]}


def _source(old: sa.RowMapping) -> dict[str, Any]:
    return {**old, "as_of": _moment(datetime.fromisoformat(old["as_of"]))}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


_BRING: dict[str, Callable[[sa.RowMapping], dict[str, Any]]] = {
    "source": _source,
    "ticket": dict,
    "release": lambda old: {**old, "epoch": 0},
    "wire": dict,
    "set_aside": _set_aside,
    "journal": _journal,
}


def _copy(team: str, name: str, brought: Callable[[sa.RowMapping], dict[str, Any]]) -> None:
    """Bring the rows of an old table over, some hundred at a time."""
    connection = op.get_bind()
    old = sa.Table(f"old_{name}", sa.MetaData(), autoload_with=connection)
    order: Iterable[Any] = list(old.primary_key)
    for rows in connection.execute(sa.select(old).order_by(*order)).mappings().partitions(500):
        new = [{"team": team, **brought(row)} for row in rows]
        connection.execute(sa.insert(sa.table(name, *map(sa.column, new[0]))), new)
