"""What the store keeps of sources, releases and what happened to tickets."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from tests.rules import build
from tests.rules.strategies import any_tickets, unhurried

from hypercare_rules.assess import Memory
from hypercare_rules.ticket import Status, StatusCategory, Ticket
from hypercare_sync.aside import SetAside
from hypercare_sync.errors import StoreUnusable
from hypercare_sync.store import KnownRelease, KnownSource, KnownWire, Store, schema
from hypercare_sync.trackers.obstacle import Obstacle

TICKETS = [build.ticket(f"SHOP-{number}") for number in (1, 2, 3)]


def known(*tickets: Ticket, since: str = "1") -> KnownSource:
    return KnownSource({"since": since}, build.after("1h"), {ticket.ref: ticket for ticket in tickets})


def test_new_store_knows_nothing(store: Store) -> None:
    assert store.source("s") is None
    assert store.release("Shop 5.2") is None
    assert store.wire("web-github") == KnownWire()
    assert store.set_aside() == ()


def test_source_survives_reopening(url: str) -> None:
    with Store(url, "shop") as store:
        store.save_source("s", known(*TICKETS), TICKETS, ())
    with Store(url, "shop") as store:
        assert store.source("s") == known(*TICKETS)
        assert store.source("other") is None


def test_later_reading_replaces_what_changed_and_drops_what_is_gone(store: Store) -> None:
    first, second, third = TICKETS
    moved = first.model_copy(update={"title": "Other"})
    store.save_source("s", known(*TICKETS), TICKETS, ())
    store.save_source("s", known(since="2"), [moved], {second.ref})
    found = store.source("s")
    assert found is not None
    assert found.cursor == {"since": "2"}
    assert found.tickets == {moved.ref: moved, third.ref: third}


def test_sources_do_not_mix(store: Store) -> None:
    store.save_source("a", known(*TICKETS), TICKETS, ())
    store.save_source("b", known(TICKETS[0]), TICKETS[:1], {ticket.ref for ticket in TICKETS})
    found = store.source("a")
    assert found is not None
    assert len(found.tickets) == 3


def test_teams_in_one_database_do_not_mix(url: str) -> None:
    stuck = SetAside("web-github", "acme/web#1", Obstacle.locked, "locked", build.GO_LIVE, build.after("1h"))
    with Store(url, "shop") as shop, Store(url, "bank") as bank:
        shop.save_source("s", known(*TICKETS), TICKETS, ())
        shop.save_release("5.2", KnownRelease("acme/ops#1", Memory()))
        shop.save_wire("web-github", KnownWire(silent=True))
        shop.save_set_aside([stuck])
        bank.save_set_aside([])
        bank.save_source("s", known(), [], {ticket.ref for ticket in TICKETS})
        assert bank.source("s") == known()
        assert bank.release("5.2") is None
        assert bank.wire("web-github") == KnownWire()
        assert bank.set_aside() == ()
        assert shop.source("s") == known(*TICKETS)
        assert shop.set_aside() == (stuck,)


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
def test_release_survives_reopening(url: str, key: str | None, memory: Memory) -> None:
    with Store(url) as store:
        store.save_release("Shop 5.2", KnownRelease("acme/ops#9", Memory()))
        store.save_release("Shop 5.2", KnownRelease(key, memory))
    with Store(url) as store:
        assert store.release("Shop 5.2") == KnownRelease(key, memory)


def test_reading_is_kept_whole_or_not_at_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise ValueError("in the middle")

    store.save_source("s", known(TICKETS[0]), TICKETS[:1], ())
    monkeypatch.setattr(store.database, "add", breaks)
    with pytest.raises(StoreUnusable, match="in the middle"):
        store.save_source("s", known(since="2"), [TICKETS[1]], ())
    assert store.source("s") == known(TICKETS[0])


def test_text_that_no_database_can_hold_is_told(store: Store) -> None:
    with pytest.raises(StoreUnusable):
        store.save_source("s", known(), [TICKETS[0].model_copy(update={"title": "\ud800"})], ())


def test_what_happened_to_tickets_is_kept_once_with_the_trackers_time(store: Store) -> None:
    odd = Status(name="Dønė\x00", category=StatusCategory.done)
    history = (
        build.moved("1h", build.OPEN, odd),
        build.reprioritised("2h", None, "High", None),
        build.assigned("3h", build.BEN),
        build.unlabelled("4h", "web", None),
        build.rescoped("5h", by=None),
    )
    ticket = TICKETS[0].model_copy(update={"history": history})
    for _ in range(2):
        store.save_source("s", known(ticket), [ticket], ())
    store.save_source("s", known(), [], {ticket.ref})
    event = schema.ticket_event
    with store.database.reading() as connection:
        rows = connection.execute(sa.select(event).order_by(event.c.at)).all()
    assert [row[1:] for row in rows] == [
        (*ticket.ref, build.after("1h"), "status", "Open", "Dønė\ufffd", "ana"),
        (*ticket.ref, build.after("2h"), "native_priority", "", "High", None),
        (*ticket.ref, build.after("3h"), "assigned", "", "ben", "ana"),
        (*ticket.ref, build.after("4h"), "label", "web", "", None),
        (*ticket.ref, build.after("5h"), "scope", "", "5.2", None),
    ]


def test_times_come_back_aware_and_to_the_microsecond(store: Store) -> None:
    moment = datetime(2026, 11, 23, 8, 0, 0, 1, tzinfo=UTC)
    store.save_source("s", KnownSource({}, moment.astimezone()), [], ())
    store.save_source("t", KnownSource({}, moment + timedelta(seconds=1)), [], ())
    found = store.source("s")
    assert found is not None
    assert found.as_of == moment
    assert found.as_of.tzinfo is not None


def test_store_in_memory_keeps_nothing_and_needs_no_file() -> None:
    with Store("sqlite://") as store, store.lease() as lease:
        assert store.path is None
        store.save_release("Shop 5.2", KnownRelease("SHOP-1", Memory()))
        lease.check()
        assert store.release("Shop 5.2") == KnownRelease("SHOP-1", Memory())
