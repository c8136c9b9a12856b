"""Schemas: the one that is made is the one that is migrated to; older stores are migrated, newer ones refused."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests import postgres
from tests.rules import build
from tests.sync.store import first_schema

from hypercare_rules.assess import Memory
from hypercare_sync.errors import StoreUnusable
from hypercare_sync.store import Entry, KnownRelease, KnownSource, KnownWire, Store, open_to_look, schema
from hypercare_sync.store.database import Database
from hypercare_sync.store.versions import migrate

TICKETS = {ticket.ref: ticket for ticket in (build.ticket("SHOP-1"), build.ticket("SHOP-2"))}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store of the first schema."""
    path = tmp_path / "hypercare.db"
    first_schema.make(path, {ref: ticket.model_dump_json() for ref, ticket in TICKETS.items()})
    return path


def tables(database: Database) -> dict[str, Any]:
    """Everything that a database tells of its tables."""
    with database.reading() as connection:
        looked = sa.inspect(connection)
        return {
            name: (
                [{**column, "type": str(column["type"])} for column in looked.get_columns(name)],
                looked.get_pk_constraint(name),
                sorted(looked.get_unique_constraints(name), key=str),
                sorted(looked.get_indexes(name), key=str),
            )
            for name in looked.get_table_names()
        }


def test_new_store_is_what_all_migrations_lead_to(url: str, tmp_path: Path) -> None:
    sqlite = url.startswith("sqlite")
    other = f"sqlite:///{tmp_path / 'migrated.db'}" if sqlite else postgres.server().database()
    migrated = Database(other, "test")
    with migrated.writing() as connection:
        migrate(connection, "shop", None)
    with Store(url) as store, Store(other):
        made = tables(store.database)
        assert made.keys() == schema.metadata.tables.keys()
        assert tables(migrated) == made
    migrated.engine.dispose()


def test_every_migration_is_known_to_the_program() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "hypercare_sync.store:migrations")
    directory = ScriptDirectory.from_config(config)
    assert tuple(one.revision for one in directory.walk_revisions())[::-1] == schema.REVISIONS


def test_older_store_is_migrated_with_everything_in_it(old: Path) -> None:
    with Store(f"sqlite:///{old}", "shop") as store:
        assert store.source("s") == KnownSource({"since": "1"}, datetime(2026, 11, 23, 8, tzinfo=UTC), TICKETS)
        assert store.release("Shop 5.2") == KnownRelease(
            "acme/ops#1", Memory(baseline=datetime(2026, 11, 20, 8, tzinfo=UTC))
        )
        assert store.wire("web-github") == KnownWire(silent=True)
        assert [one.key for one in store.set_aside()] == ["acme/web#1"]
        change, tick = store.journal()
        assert store.notice is not None
        assert f"migrated from version 0001 to {schema.HEAD}" in store.notice
    assert (change.tick, change.now) == (first_schema.TICK, datetime(2026, 11, 23, 8, tzinfo=UTC))
    assert change.at == datetime(2026, 11, 23, 8, 0, 2, 123456, tzinfo=UTC)
    assert (change.entry.kind, change.entry.ticket, change.entry.body["why"]) == (
        "change",
        "web-github:acme/web#1",
        "ä",
    )
    assert tick.entry == Entry("tick", {"kind": "tick", "changes": {"applied": 1}})
    with Store(f"sqlite:///{old}", "shop") as store:
        assert store.notice is None


def test_names_that_the_second_schema_knew_are_found_in_the_third(url: str) -> None:
    from alembic import command
    from alembic.config import Config

    database, config = Database(url, "test"), Config()
    config.set_main_option("script_location", "hypercare_sync.store:migrations")
    with database.writing() as connection:
        config.attributes.update(connection=connection, team="shop")
        command.upgrade(config, "0002")
        for names in ("'Ana', 'outage'", "null, null"):
            values = (
                f"'shop', 't1', '2026-11-23T08:00:00+00:00', '2026-11-23T08:00:00+00:00', 'change', {names}, '{{}}'"
            )
            statement = f"insert into journal (team, tick, now, at, kind, person, rule, body) values ({values})"
            connection.execute(sa.text(statement))
    database.engine.dispose()
    with Store(url, "shop") as store:
        (found,) = store.journal(person="ana", rule="outage")
        assert found.entry == Entry("change", {}, people=("ana",), rules=("outage",))
        assert len(list(store.journal())) == 2
        assert store.told(["Shop 5.2"]) == {}


def test_backup_is_what_the_store_was_and_replaces_no_earlier_one(old: Path) -> None:
    old.chmod(0o640)
    earlier = old.with_name("hypercare.db.backup-0001")
    earlier.write_text("precious")
    with Store(f"sqlite:///{old}") as store:
        assert "hypercare.db.backup-0001-2" in str(store.notice)
    backup = old.with_name("hypercare.db.backup-0001-2")
    assert earlier.read_text() == "precious"
    assert backup.stat().st_mode & 0o777 == 0o640
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("select schema_version from meta").fetchone() == (1,)
        assert connection.execute("select count(*) from ticket").fetchone() == (2,)
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)


_IN_LITTLE_ROOM = """
import resource, signal, sys
from hypercare_sync.errors import StoreUnusable
from hypercare_sync.store import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    Store(sys.argv[1])
except StoreUnusable as error:
    print(error)
"""


def test_backup_that_fails_is_told_and_leaves_nothing_behind(old: Path) -> None:
    room = old.stat().st_size - 4096
    done = subprocess.run(
        [sys.executable, "-c", _IN_LITTLE_ROOM, f"sqlite:///{old}", str(room)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"sqlite:///{old}: " in done.stdout
    assert not list(old.parent.glob("*backup*"))
    with Store(f"sqlite:///{old}") as store:
        assert "hypercare.db.backup-0001" in str(store.notice)


def test_migration_that_breaks_off_leaves_the_store_as_it_was(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("update journal set entry = 'no JSON' where id = 2")
    for _ in range(2):
        with pytest.raises(StoreUnusable, match="delete the store"):
            Store(f"sqlite:///{old}")
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("select schema_version from meta").fetchone() == (1,)
        assert connection.execute("select count(*) from ticket").fetchone() == (2,)


def test_who_only_looks_leaves_an_older_store_as_it_is(old: Path) -> None:
    before = old.read_bytes()
    with open_to_look(f"sqlite:///{old}", "shop") as store:
        assert store.source("s") is None
        assert "older version" in str(store.notice)
    assert old.read_bytes() == before
    assert not list(old.parent.glob("*backup*"))


def test_who_only_looks_makes_no_store(url: str) -> None:
    with open_to_look(url, "shop") as store:
        assert store.source("s") is None
        assert store.notice is None
    database = Database(url, "test")
    if database.path:
        assert not database.path.exists()
    else:
        assert tables(database) == {}
    database.engine.dispose()


def test_who_only_looks_sees_what_is_there(url: str) -> None:
    with Store(url, "shop") as store:
        store.save_release("Shop 5.2", KnownRelease("acme/ops#1", Memory()))
    with open_to_look(url, "shop") as store:
        assert store.release("Shop 5.2") == KnownRelease("acme/ops#1", Memory())


@pytest.mark.parametrize("opened", [Store, open_to_look])
def test_newer_schema_is_refused(url: str, opened: Any) -> None:
    with Store(url) as store, store.database.writing() as connection:
        connection.execute(sa.update(schema.version).values(version_num="0999"))
    with pytest.raises(StoreUnusable) as raised:
        opened(url, "shop")
    assert raised.value.exit_code == 6
    assert "version 0999, which this program does not know" in str(raised.value)
    assert "use the newer program" in str(raised.value)
    assert postgres.PASSWORD not in str(raised.value)


def test_first_schemas_stamp_of_another_version_is_refused(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("update meta set schema_version = 7")
    with pytest.raises(StoreUnusable, match="version 0007"):
        Store(f"sqlite:///{old}")


def test_database_with_tables_of_somebody_else_is_left_alone(url: str) -> None:
    database = Database(url, "test")
    with database.writing() as connection:
        connection.execute(sa.text("create table release (id integer)"))
    database.engine.dispose()
    with pytest.raises(StoreUnusable, match=r"tables of somebody else \(release\)"):
        Store(url)


@pytest.mark.slow
def test_two_that_open_a_new_store_together_both_find_it(url: str) -> None:
    code = "import sys; from hypercare_sync.store import Store; Store(sys.argv[1], 'shop').journal(limit=1)"
    together = [subprocess.Popen([sys.executable, "-c", code, url], stderr=subprocess.PIPE) for _ in range(6)]
    for process in together:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, b"")


@pytest.mark.slow
@pytest.mark.parametrize("where", ["sqlite://", "sqlite:///hypercare.db"])
def test_opening_a_store_imports_neither_alembic_nor_a_driver_that_it_does_not_need(where: str, tmp_path: Path) -> None:
    code = """
        import sys
        from hypercare_sync.store import Store
        Store(sys.argv[1], "shop")
        Store(sys.argv[1], "shop")
        print(*{"alembic", "mako", "psycopg"} & sys.modules.keys())
    """
    lines = "\n".join(line.strip() for line in code.splitlines())
    done = subprocess.run(
        [sys.executable, "-c", lines, where], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
