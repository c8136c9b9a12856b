"""The store: what it keeps, what it says when it cannot, and the lease that lets one tick write at a time."""

import os
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from tests.rules import build
from tests.rules.strategies import any_tickets, unhurried

from hypercare_rules.assess import Memory
from hypercare_rules.ticket import Ticket
from hypercare_sync.errors import LeaseHeld, StoreUnusable
from hypercare_sync.store import SCHEMA_VERSION, KnownRelease, KnownSource, Store

TICKETS = [build.ticket(f"SHOP-{number}") for number in (1, 2, 3)]


def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hypercare.db"


def known(*tickets: Ticket, since: str = "1") -> KnownSource:
    return KnownSource({"since": since}, build.after("1h"), {ticket.ref: ticket for ticket in tickets})


def test_new_store_knows_nothing(path: Path) -> None:
    with Store(url(path)) as store:
        assert store.source("s") is None
        assert store.release("Shop 5.2") is None


def test_source_survives_reopening(path: Path) -> None:
    with Store(url(path)) as store:
        store.save_source("s", known(*TICKETS), TICKETS, ())
    with Store(url(path)) as store:
        assert store.source("s") == known(*TICKETS)
        assert store.source("other") is None


def test_later_reading_replaces_what_changed_and_drops_what_is_gone(path: Path) -> None:
    first, second, third = TICKETS
    moved = first.model_copy(update={"title": "Other"})
    with Store(url(path)) as store:
        store.save_source("s", known(*TICKETS), TICKETS, ())
        store.save_source("s", known(since="2"), [moved], {second.ref})
        found = store.source("s")
    assert found is not None
    assert found.cursor == {"since": "2"}
    assert found.tickets == {moved.ref: moved, third.ref: third}


def test_sources_do_not_mix(path: Path) -> None:
    with Store(url(path)) as store:
        store.save_source("a", known(*TICKETS), TICKETS, ())
        store.save_source("b", known(TICKETS[0]), TICKETS[:1], {ticket.ref for ticket in TICKETS})
        found = store.source("a")
    assert found is not None
    assert len(found.tickets) == 3


@unhurried
@given(any_tickets())
def test_any_ticket_comes_back_as_it_was(ticket: Ticket) -> None:
    with Store("sqlite://") as store:
        store.save_source("s", KnownSource({}, build.GO_LIVE), [ticket], ())
        found = store.source("s")
    assert found is not None
    assert found.tickets == {ticket.ref: ticket}


@pytest.mark.parametrize("memory", [Memory(), Memory(baseline=build.GO_LIVE, backfilled=True)])
@pytest.mark.parametrize("key", [None, "acme/ops#1"])
def test_release_survives_reopening(path: Path, key: str | None, memory: Memory) -> None:
    with Store(url(path)) as store:
        store.save_release("Shop 5.2", KnownRelease("acme/ops#9", Memory()))
        store.save_release("Shop 5.2", KnownRelease(key, memory))
    with Store(url(path)) as store:
        assert store.release("Shop 5.2") == KnownRelease(key, memory)


def test_journal_grows_by_every_entry_of_every_tick(path: Path) -> None:
    with Store(url(path)) as store:
        store.record("t1", [{"kind": "add_label", "why": "ä"}, {"kind": "add_comment"}])
        store.record("t2", [])
        store.record("t3", [{"kind": "edit_summary"}])
    with sqlite3.connect(path) as connection:
        rows = connection.execute("select tick, entry from journal order by id").fetchall()
    connection.close()
    assert [tick for tick, _ in rows] == ["t1", "t1", "t3"]
    assert '"ä"' in rows[0][1]


def corrupt(path: Path) -> None:
    path.write_bytes(b"This is no database, whatever its name says.\n" * 100)


def truncated(path: Path) -> None:
    with Store(url(path)) as store:
        store.save_source("s", known(*TICKETS), TICKETS, ())
    path.write_bytes(path.read_bytes()[:5000])


def directory(path: Path) -> None:
    path.mkdir()


def below_a_file(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("a file where a folder should be")


def without_a_folder(path: Path) -> None:
    path.parent.rmdir()


def from_the_future(path: Path) -> None:
    with Store(url(path)):
        pass
    with sqlite3.connect(path) as connection:
        connection.execute("update meta set schema_version = ?", [SCHEMA_VERSION + 1])
    connection.close()


@pytest.mark.parametrize(
    "spoil", [corrupt, truncated, directory, below_a_file, without_a_folder, from_the_future], ids=lambda f: f.__name__
)
def test_store_that_cannot_be_used_says_so_and_what_to_do(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = tmp_path / "folder" / "hypercare.db"
    path.parent.mkdir()
    spoil(path)
    with pytest.raises(StoreUnusable) as raised, Store(url(path)) as store:
        store.source("s")
    assert raised.value.exit_code == 6
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "check the path" in str(raised.value) or "use the newer program" in str(raised.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_unwritable_folder_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreUnusable, match="check the path and its rights"):
        Store(url(tmp_path / "hypercare.db"))


@pytest.mark.parametrize(
    ("table", "column"), [("source", "cursor"), ("source", "as_of"), ("ticket", "body"), ("release", "memory")]
)
def test_row_that_cannot_be_understood_is_told(path: Path, table: str, column: str) -> None:
    with Store(url(path)) as store:
        store.save_source("s", known(*TICKETS), TICKETS, ())
        store.save_release("Shop 5.2", KnownRelease(None, Memory()))
    with sqlite3.connect(path) as connection:
        connection.execute(f"update {table} set {column} = 'x'")
    connection.close()
    with Store(url(path)) as store, pytest.raises(StoreUnusable, match="delete the store"):
        store.release("Shop 5.2") if table == "release" else store.source("s")


def test_reading_is_kept_whole_or_not_at_all(path: Path) -> None:
    with Store(url(path)) as store:
        store.save_source("s", known(TICKETS[0]), TICKETS[:1], ())
        with pytest.raises(StoreUnusable):
            store.save_source("s", known(since="2"), [TICKETS[1], TICKETS[1]], ())
        assert store.source("s") == known(TICKETS[0])


def test_lease_is_held_by_one_at_a_time_and_given_back(path: Path) -> None:
    with Store(url(path)) as one, Store(url(path)) as other:
        with one.lease(), pytest.raises(LeaseHeld) as raised, other.lease():
            pass
        assert raised.value.exit_code == 4
        with other.lease():
            pass


def test_lease_that_cannot_be_taken_for_its_file_is_told(path: Path) -> None:
    with Store(url(path)) as store:
        path.with_name("hypercare.db.lock").mkdir()
        with pytest.raises(StoreUnusable, match=r"hypercare\.db\.lock"), store.lease():
            pass


def test_stores_of_other_configs_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with Store(url(tmp_path / "a.db")) as one, Store(url(tmp_path / "b.db")) as other, one.lease(), other.lease():
        pass


@pytest.mark.slow
def test_lease_ends_when_its_owner_is_killed(path: Path) -> None:
    with Store(url(path)) as store:
        owner = subprocess.Popen([sys.executable, "-c", textwrap.dedent(_OWNER), url(path)], stdout=subprocess.PIPE)
        try:
            assert owner.stdout is not None
            assert owner.stdout.readline() == b"held\n"
            with pytest.raises(LeaseHeld), store.lease():
                pass
        finally:
            owner.kill()
            owner.communicate()
        with store.lease():
            pass


_OWNER = """
    import sys, time
    from hypercare_sync.store import Store
    with Store(sys.argv[1]) as store, store.lease():
        print("held", flush=True)
        time.sleep(60)
"""


def test_store_in_memory_keeps_nothing_and_needs_no_file() -> None:
    with Store("sqlite://") as store:
        assert store.path is None
        store.save_release("Shop 5.2", KnownRelease("SHOP-1", Memory()))
        assert store.release("Shop 5.2") == KnownRelease("SHOP-1", Memory())
