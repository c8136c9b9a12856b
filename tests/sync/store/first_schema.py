"""A store as the first version of the program left it, with a row of each kind."""

import sqlite3
from contextlib import closing
from pathlib import Path

TICK = "20261123T080000Z-0a1b2c3d"
_TABLES = """
    CREATE TABLE meta (schema_version INTEGER NOT NULL);
    CREATE TABLE source (id VARCHAR(16) NOT NULL, cursor TEXT NOT NULL, as_of VARCHAR(40) NOT NULL, PRIMARY KEY (id));
    CREATE TABLE ticket (
        source_id VARCHAR(16) NOT NULL, tracker TEXT NOT NULL, "key" TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (source_id, tracker, "key")
    );
    CREATE TABLE release (name TEXT NOT NULL, summary_key TEXT, memory TEXT NOT NULL, PRIMARY KEY (name));
    CREATE TABLE wire (tracker TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (tracker));
    CREATE TABLE set_aside (body TEXT NOT NULL);
    CREATE TABLE journal (id INTEGER NOT NULL, tick VARCHAR(40) NOT NULL, at VARCHAR(40) NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (id));
    CREATE INDEX ix_journal_tick ON journal (tick);
"""
_SET_ASIDE = """{"tracker": "web-github", "key": "acme/web#1", "obstacle": "locked", "why": "locked", "since": "2026-11-23T08:00:00Z",
    "again": "2026-11-23T09:00:00Z", "tries": 1}"""


def make(path: Path, tickets: dict[tuple[str, str], str]) -> None:
    """Make it at `path`, with these tickets' JSON by tracker and key."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("pragma journal_mode=WAL")
        connection.executescript(_TABLES)
        connection.execute("insert into meta values (1)")
        connection.execute("""insert into source values ('s', '{"since": "1"}', '2026-11-23T08:00:00+00:00')""")
        connection.executemany(
            "insert into ticket values ('s', ?, ?, ?)", [(*ref, body) for ref, body in tickets.items()]
        )
        connection.execute(
            """insert into release values ('Shop 5.2', 'acme/ops#1', '{"baseline": "2026-11-20T08:00:00Z"}')"""
        )
        connection.execute("""insert into wire values ('web-github', '{"content": [], "silent": true}')""")
        connection.execute("insert into set_aside values (?)", (_SET_ASIDE,))
        for entry in (
            '{"kind": "add_label", "ticket": "web-github:acme/web#1", "label": "hypercare:P1", "why": "ä", "outcome": "applied"}',
            '{"kind": "tick", "changes": {"applied": 1}}',
        ):
            row = (TICK, "2026-11-23T08:00:02.123456+00:00", entry)
            connection.execute("insert into journal (tick, at, entry) values (?, ?, ?)", row)
