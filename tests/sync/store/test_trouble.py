"""What the store says when it cannot be used: what is wrong, where, and what to do; never a password, never a traceback."""

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests import postgres
from tests.sync.store.test_cache import TICKETS, known

from hypercare_rules.assess import Memory
from hypercare_sync.errors import StoreUnusable
from hypercare_sync.store import KnownRelease, Store, database, schema


def corrupt(path: Path) -> None:
    path.write_bytes(b"This is no database, whatever its name says.\n" * 100)


def truncated(path: Path) -> None:
    with Store(f"sqlite:///{path}") as store:
        store.save_source("s", known(*TICKETS), TICKETS, ())
    path.write_bytes(path.read_bytes()[:5000])


def damaged(path: Path) -> None:
    with Store(f"sqlite:///{path}") as store:
        store.save_source("s", known(*TICKETS), TICKETS, ())
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xa5" * (len(whole) - 100))


def directory(path: Path) -> None:
    path.mkdir()


def below_a_file(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("a file where a folder should be")


def without_a_folder(path: Path) -> None:
    path.parent.rmdir()


@pytest.mark.parametrize(
    "spoil", [corrupt, truncated, damaged, directory, below_a_file, without_a_folder], ids=lambda f: f.__name__
)
def test_file_that_cannot_be_used_is_told(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = tmp_path / "folder" / "hypercare.db"
    path.parent.mkdir()
    spoil(path)
    with pytest.raises(StoreUnusable) as raised, Store(f"sqlite:///{path}") as store:
        store.source("s")
    assert raised.value.exit_code == 6
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "check the path and its rights, or delete the store" in str(raised.value)


_OPEN = """
import os, sys
from hypercare_sync.errors import StoreUnusable
from hypercare_sync.store import Store
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    Store(sys.argv[1])
except StoreUnusable as error:
    print(error)
"""


@pytest.mark.slow
def test_folder_that_we_may_not_write_to_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    url = f"sqlite:///{tmp_path / 'hypercare.db'}"
    # Whoever may not write here may not write the coverage's data either.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, url], env=environment, capture_output=True, text=True, check=True
    )
    assert "unable to open database file; check the path and its rights" in done.stdout
    assert done.stderr == ""


def test_full_disk_is_told_and_leaves_what_was_there(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'hypercare.db'}") as store:
        store.save_source("s", known(TICKETS[0]), TICKETS[:1], ())
        full = "PRAGMA max_page_count = 1"  # no page more than there are
        sa.event.listen(store.database.engine, "begin", lambda connection: connection.exec_driver_sql(full))
        big = TICKETS[1].model_copy(update={"description": "x" * 200_000})
        with pytest.raises(
            StoreUnusable, match=r"disk is full; make room on the disk, or run: hypercare-sync store prune"
        ):
            store.save_source("s", known(since="2"), [big], ())
        assert store.source("s") == known(TICKETS[0])


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="only root may mount a small disk, on Linux")
def test_disk_that_is_really_full_is_told(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "none", tmp_path], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        with Store(f"sqlite:///{tmp_path / 'hypercare.db'}") as store:
            (tmp_path / "filler").write_bytes(b"x" * (os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_bsize))
            with pytest.raises(StoreUnusable, match="disk is full; make room"):
                store.save_source("s", known(*TICKETS), TICKETS, ())
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@pytest.mark.parametrize(
    ("table", "column"), [("source", "cursor"), ("source", "as_of"), ("ticket", "body"), ("release", "memory")]
)
def test_row_that_cannot_be_understood_is_told(store: Store, table: str, column: str) -> None:
    store.save_source("s", known(*TICKETS), TICKETS, ())
    store.save_release("Shop 5.2", KnownRelease(None, Memory()))
    with store.database.writing() as connection:
        connection.execute(sa.text(f"update {table} set {column} = 'x'"))
    with pytest.raises(StoreUnusable, match="delete the store"):
        store.release("Shop 5.2") if table == "release" else store.source("s")


def test_writer_that_does_not_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 0)
    path = tmp_path / "hypercare.db"
    with Store(f"sqlite:///{path}") as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(StoreUnusable, match="locked; another process is at it; try again"):
            store.save_release("Shop 5.2", KnownRelease(None, Memory()))


def test_row_that_another_session_does_not_let_go_of_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 0.1)
    with Store(postgres.server().database()) as store:
        store.save_release("Shop 5.2", KnownRelease(None, Memory()))
        with store.database.writing() as connection:
            connection.execute(sa.select(schema.release).with_for_update())
            with pytest.raises(StoreUnusable, match="lock timeout; another process is at it"):
                store.save_release("Shop 5.2", KnownRelease("x", Memory()))


def refused(url: str) -> str:
    """What is said of a server that cannot be used."""
    with pytest.raises(StoreUnusable) as raised:
        Store(url)
    text = str(raised.value)
    assert raised.value.exit_code == 6
    assert "\n" not in text
    assert postgres.PASSWORD not in text
    assert "wr0ng" not in text
    assert "postgresql+psycopg://" in text
    return text


def test_wrong_password_is_told() -> None:
    told = refused(postgres.server().url("postgres", password="wr0ng"))
    assert "password authentication failed" in told
    assert "check the user and the password in store:" in told
    assert ":***@127.0.0.1" in told


def test_password_of_a_letter_garbles_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        server = f"postgresql+psycopg://reader:p@127.0.0.1:{taken.getsockname()[1]}/postgres"
        with pytest.raises(StoreUnusable) as error:
            Store(server).__enter__()
    assert "port" in str(error.value).partition("@127.0.0.1")[2]
    assert "***ort" not in str(error.value)


def test_missing_database_is_told() -> None:
    told = refused(postgres.server().url("nowhere"))
    assert 'database "nowhere" does not exist; create it, or correct store:' in told


def test_server_that_does_not_run_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        told = refused(postgres.server().url("postgres", port=taken.getsockname()[1]))
    assert "check the host and the port in store:, and that the server runs" in told


def test_host_that_is_not_known_is_told() -> None:
    told = refused(postgres.server().url("postgres").replace("127.0.0.1", "db.invalid"))
    assert "check the host and the port in store:, and that the server runs" in told


def test_user_who_may_make_no_tables_is_told() -> None:
    server = postgres.server()
    server.run("create role reader login password 'wr0ng'")
    try:
        told = refused(server.url("postgres", user="reader", password="wr0ng"))
    finally:
        server.run("drop role reader")
    assert "permission denied for schema public; let the user of store: create and change tables there" in told


def test_older_server_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    url = postgres.server().database()
    monkeypatch.setattr(database, "_OLDEST_POSTGRESQL", 99)
    assert f"PostgreSQL {postgres.server().version} is too old; use version" in refused(url)


def test_driver_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreUnusable, match=r"run: pip install 'hypercare-sync\[postgres\]'") as raised:
        Store("postgresql+psycopg://me:wr0ng@db/x")
    assert "wr0ng" not in str(raised.value)


def test_server_that_ends_our_session_is_told_and_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(postgres.server().database()) as store:
        with pytest.raises(StoreUnusable, match="store:"), store.database.writing() as connection:
            connection.execute(sa.text("select pg_terminate_backend(pg_backend_pid())"))
        assert store.source("s") is None
