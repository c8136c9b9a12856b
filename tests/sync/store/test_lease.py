"""One process at a time writes for a team; a dead or silent owner is overtaken, and writes nothing more."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from hypercare_rules.assess import Memory
from hypercare_sync.errors import LeaseHeld, LeaseLost, StoreUnusable
from hypercare_sync.store import KnownRelease, KnownWire, Store, lease, schema

KNOWN = KnownRelease("acme/ops#1", Memory())


on_one_machine = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""SQLite's lease goes by processes and the clock of the machine."""
on_a_server = pytest.mark.parametrize("url", ["postgresql"], indirect=True)
"""PostgreSQL's lease goes by sessions and the clock of the server."""


def make_silent(store: Store, seconds: float) -> None:
    """As if the owner's last heartbeat were so much longer ago."""
    with store.database.writing() as connection:
        connection.execute(sa.update(schema.lease).values(beat=schema.lease.c.beat - seconds))


def move_owner(store: Store, **elsewhere: object) -> None:
    """As if the owner were another process."""
    with store.database.writing() as connection:
        connection.execute(sa.update(schema.lease).values(**elsewhere))


def test_lease_is_held_by_one_at_a_time_and_given_back(url: str) -> None:
    with Store(url, "shop") as one, Store(url, "shop") as other:
        with one.lease() as first, pytest.raises(LeaseHeld) as raised, other.lease():
            pass
        assert raised.value.exit_code == 4
        assert f"another tick is writing for shop (process {os.getpid()} on " in str(raised.value)
        with other.lease() as second:
            assert second.epoch == first.epoch + 1


def test_teams_do_not_wait_for_each_other(url: str) -> None:
    with Store(url, "shop") as one, Store(url, "bank") as other, one.lease(), other.lease() as lease:
        lease.check()


def test_epoch_grows_with_every_lease(store: Store) -> None:
    epochs = []
    for _ in range(3):
        with store.lease() as lease:
            epochs.append(lease.epoch)
    assert epochs == [1, 2, 3]
    assert store.epoch == 0


def test_what_is_saved_tells_the_epoch_under_which_it_was(store: Store) -> None:
    with store.lease() as lease:
        store.save_release("Shop 5.2", KNOWN)
    with store.database.reading() as connection:
        assert connection.execute(sa.select(schema.release.c.epoch)).scalar_one() == lease.epoch


def test_silent_owner_is_overtaken_and_writes_nothing_more(url: str) -> None:
    with Store(url, "shop") as slow, Store(url, "shop") as next_one:
        with slow.lease() as lost:
            slow.save_release("Shop 5.2", KNOWN)
            make_silent(slow, lease.SILENT + 1)
            with next_one.lease() as taken:
                taken.check()
                for write in (
                    lost.check,
                    lambda: slow.save_release("Shop 5.2", KnownRelease("late", Memory())),
                    lambda: slow.save_wire("web-github", KnownWire(silent=True)),
                    lambda: slow.intend("t", "k", {}),
                ):
                    with pytest.raises(LeaseLost):
                        write()
                assert not lost.beat()
            with pytest.raises(LeaseLost) as raised:
                lost.check()
        assert raised.value.exit_code == 4
        assert next_one.release("Shop 5.2") == KNOWN
        assert next_one.wire("web-github") == KnownWire()
        assert next_one.open_intents() == ()
        with next_one.lease() as again:
            assert again.epoch == taken.epoch + 1


def test_owner_that_missed_some_beats_is_waited_for(url: str) -> None:
    with Store(url, "shop") as one, Store(url, "shop") as other, one.lease() as held:
        make_silent(one, lease.SILENT - 2 * lease.BEAT)
        with pytest.raises(LeaseHeld), other.lease():
            pass
        assert held.beat()
        make_silent(one, lease.SILENT - 1)
        with pytest.raises(LeaseHeld), other.lease():
            pass
        held.check()


def test_heart_beats_while_the_lease_is_held(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT", 0.02)
    with Store(url, "shop") as store, store.lease():
        make_silent(store, 1000)
        deadline = time.monotonic() + 5
        while (held := lease.holder(store.database, "shop")) and held.silence > 100:
            assert time.monotonic() < deadline, "no beat in 5 s"
            time.sleep(0.02)


def test_wall_clock_has_no_say(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(url, "shop") as one, Store(url, "shop") as other, one.lease() as held:
        monkeypatch.setattr(time, "time", lambda: 0.0)
        with pytest.raises(LeaseHeld), other.lease():
            pass
        monkeypatch.setattr(time, "time", lambda: 4e9)
        with pytest.raises(LeaseHeld), other.lease():
            pass
        held.check()


@pytest.fixture
def other(url: str) -> Iterator[Store]:
    """Another process's store."""
    with Store(url, "shop") as other:
        yield other


@on_one_machine
def test_number_that_another_process_has_now_tells_nothing(store: Store, other: Store) -> None:
    with store.lease():
        move_owner(store, started="1")
        with other.lease():
            pass


@on_one_machine
def test_owner_before_a_restart_is_dead(store: Store, other: Store) -> None:
    with store.lease():
        move_owner(store, boot="another run of the machine")
        with other.lease():
            pass


@on_one_machine
def test_owner_in_another_container_is_not_taken_for_dead(store: Store, other: Store) -> None:
    with store.lease():
        move_owner(store, pid_space="pid:[1]", pid=2**22 - 1, host="container")
        with pytest.raises(LeaseHeld), other.lease():
            pass
        make_silent(store, lease.SILENT + 1)
        with other.lease():
            pass


@on_one_machine
def test_beat_of_the_future_is_one_before_a_restart(store: Store, other: Store) -> None:
    with store.lease():
        move_owner(store, boot=None)
        make_silent(store, -1000)
        with other.lease():
            pass


def make_silent_without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where nobody can write into the owner's row."""
    lease_holder = lease._holder

    def silent(*given: object) -> tuple[int, lease.Holder | None]:
        epoch, other = lease_holder(*given)  # type: ignore[arg-type]
        return epoch, other and replace(other, silence=lease.SILENT + 1)

    monkeypatch.setattr(lease, "_holder", silent)


@on_a_server
def test_owner_whose_session_ended_is_overtaken_at_once(store: Store, url: str) -> None:
    with Store(url, "shop") as other, store.lease() as lost:
        with other.database.writing() as connection:
            connection.execute(
                sa.text("select pg_terminate_backend(pid, 10000) from pg_locks where locktype = 'advisory'")
            )
        with other.lease() as taken:
            taken.check()
            with pytest.raises(LeaseLost):
                lost.check()


@on_a_server
def test_sessions_of_a_silent_owner_are_ended(store: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(url, "shop") as other, store.lease() as lost:
        transaction = store.database.engine.connect()
        transaction.execute(sa.select(schema.lease).with_for_update())  # stopped in the middle of a transaction
        with other.database.writing() as connection:
            pid = connection.execute(sa.text("select pid from pg_locks where locktype = 'advisory'")).scalar_one()
        make_silent_without_waiting(monkeypatch)
        with other.lease() as taken:
            taken.check()
            with other.database.reading() as connection:
                left = connection.execute(sa.text("select pid from pg_stat_activity")).scalars().all()
            assert pid not in left
            transaction.invalidate()
            transaction.close()
            with pytest.raises(LeaseLost):
                lost.check()


@on_a_server
def test_owner_that_we_may_not_end_is_fenced_by_its_epoch(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "_FREED_WITHIN", 1)
    monkeypatch.setattr(lease, "application_name", lambda _: "nobody")
    with Store(url, "shop") as other, store.lease() as lost:
        make_silent(store, lease.SILENT + 1)
        with other.lease() as taken:
            taken.check()
            assert taken.epoch == lost.epoch + 1
            with pytest.raises(LeaseLost):
                lost.check()


_OWNER = """
    import sys, time
    from hypercare_sync.errors import HypercareError
    from hypercare_sync.store import KnownRelease, Store
    from hypercare_rules.assess import Memory
    try:
        with Store(sys.argv[1], "shop") as store, store.lease() as lease:
            print("held", flush=True)
            sys.stdin.readline()
            lease.check()
            store.save_release("late", KnownRelease(None, Memory()))
    except HypercareError as error:
        print(type(error).__name__, error, flush=True)
        sys.exit(error.exit_code)
"""


@contextmanager
def owner(url: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that has the lease, and tries to write once it is told to."""
    code = textwrap.dedent(_OWNER)
    process = subprocess.Popen(
        [sys.executable, "-c", code, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("reaped", [True, False])
def test_dead_owner_is_overtaken_at_once(store: Store, url: str, *, reaped: bool) -> None:
    with owner(url) as process:
        with pytest.raises(LeaseHeld), store.lease():
            pass
        process.kill()
        if reaped:
            process.wait()
        else:
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        began = time.monotonic()
        with store.lease() as taken:
            assert taken.epoch == 2
        assert time.monotonic() - began < 2


@pytest.mark.slow
def test_stopped_owner_writes_nothing_after_it_goes_on(store: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "SILENT", 0.5)
    with owner(url) as process:
        process.send_signal(signal.SIGSTOP)
        deadline = time.monotonic() + 10
        while True:
            try:
                with store.lease() as taken:
                    process.send_signal(signal.SIGCONT)
                    output, errors = process.communicate(b"\n", timeout=20)
                    taken.check()
                break
            except LeaseHeld:
                assert time.monotonic() < deadline, "not overtaken in 10 s"
                time.sleep(0.1)
    assert process.returncode == 4
    assert b"LeaseLost another tick took over" in output
    assert errors == b""
    assert store.release("late") is None


@pytest.mark.slow
def test_of_those_that_start_together_one_gets_it(url: str) -> None:
    code = """
        import sys
        from hypercare_sync.errors import LeaseHeld
        from hypercare_sync.store import Store
        with Store(sys.argv[1], "shop") as store:
            print("ready", flush=True)
            sys.stdin.readline()
            try:
                with store.lease():
                    print("held", flush=True)
                    sys.stdin.readline()
            except LeaseHeld:
                print("refused", flush=True)
    """
    Store(url, "shop").database.engine.dispose()
    together = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(5)
    ]
    for word in ("ready\n", None):
        for process in together:
            assert process.stdin is not None
            assert process.stdout is not None
            if word:
                assert process.stdout.readline() == word
        for process in together if word else ():
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
    said = sorted(process.stdout.readline() for process in together if process.stdout)
    for process in together:
        process.communicate("\n", timeout=20)
    assert said == ["held\n", *["refused\n"] * 4]


def test_broken_heartbeat_does_not_end_the_tick(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[int] = []

    def fails(self: lease.Lease) -> bool:
        beats.append(1)
        raise StoreUnusable("no room")

    monkeypatch.setattr(lease, "BEAT", 0.01)
    monkeypatch.setattr(lease.Lease, "beat", fails)
    with Store(url, "shop") as store, store.lease() as held:
        deadline = time.monotonic() + 5
        while len(beats) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        held.check()
