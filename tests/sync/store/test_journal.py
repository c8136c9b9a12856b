"""The record of ticks, the intents of writes, and each day's figures."""

import ast
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.rules import build

import hypercare_sync
from hypercare_sync.store import Entry, Rollup, Store, Subject, Told

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def bodies(store: Store, **wanted: object) -> list[object]:
    return [one.entry.body["n"] for one in store.journal(**wanted)]  # type: ignore[arg-type]


def test_journal_grows_by_every_entry_of_every_tick(store: Store) -> None:
    change = Entry("change", {"why": "ä\x00"}, "Shop 5.2", "web-github:acme/web#1", ("ana",), ("outage", "vip"))
    before = datetime.now(UTC)
    store.record("t1", NOW, [change, Entry("tick", {})])
    store.record("t2", NOW, [])
    store.record("t3", NOW + timedelta(hours=1), [Entry("error", {"text": "x"})])
    found = list(store.journal())
    assert [(one.tick, one.now, one.entry.kind) for one in found] == [
        ("t1", NOW, "change"),
        ("t1", NOW, "tick"),
        ("t3", NOW + timedelta(hours=1), "error"),
    ]
    assert found[0].entry == change
    assert all(before <= one.at <= datetime.now(UTC) for one in found)


def test_journal_is_searched_by_every_column(store: Store) -> None:
    store.record(
        "t1",
        NOW,
        [
            Entry("change", {"n": 1}, "5.2", "web-github:acme/web#1", ("ana", "ana k"), ("outage",)),
            Entry("change", {"n": 2}, "5.2", "web-github:acme/web#11", ("ben",), ("vip", "outage")),
            Entry("change", {"n": 3}, "5.2", "shop-jira:SHOP-1", ("ana",)),
        ],
    )
    middle = datetime.now(UTC)
    store.record("t2", NOW, [Entry("decision", {"n": 4}, "5.3", "shop-jira:SHOP-1", (), ("vip",))])
    assert bodies(store, ticket="acme/web#1") == [1]
    assert bodies(store, ticket="shop-jira:SHOP-1") == [3, 4]
    assert bodies(store, ticket="SHOP-_") == []
    assert bodies(store, person="ana") == [1, 3]
    assert bodies(store, person="Ana K") == [1]
    assert bodies(store, person="an%") == []
    assert bodies(store, rule="outage") == [1, 2]
    assert bodies(store, rule="vip") == [2, 4]
    assert bodies(store, rule="vi") == []
    assert bodies(store, release="5.3") == [4]
    assert bodies(store, kinds=("decision", "error")) == [4]
    assert bodies(store, tick="t2") == [4]
    assert bodies(store, since=middle) == [4]
    assert bodies(store, until=middle) == [1, 2, 3]
    assert bodies(store, ticket="SHOP-1", person="ana") == [3]
    assert bodies(store, limit=2) == [3, 4]
    assert bodies(store, rule="outage", limit=1) == [2]


def test_journals_of_teams_do_not_mix(url: str) -> None:
    with Store(url, "shop") as shop, Store(url, "bank") as bank:
        shop.record("t", NOW, [Entry("tick", {"n": 1})])
        bank.record("t", NOW, [Entry("tick", {"n": 2})])
        assert bodies(shop) == [1]
        assert bodies(bank) == [2]


def test_nothing_changes_the_journal_and_only_prune_takes_entries_away() -> None:
    found = []
    for path in Path(hypercare_sync.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="update" | "delete" | "upsert"), args=[*parts]):
                    found += [path.stem for part in parts if ast.unparse(part).split(".")[-1] in ("journal", "log")]
    assert set(found) <= {"upkeep", "0003_decisions_told_once"}  # which writes names as they are searched for


def test_runs_are_listed_newest_first_and_a_killed_one_has_no_end(store: Store) -> None:
    with store.lease() as lease:
        for tick in ("t1", "t2"):
            store.begin_run(tick, NOW)
        store.end_run("t1", "ok", {"changes": {"applied": 3}})
    last, first = store.runs(2)
    assert (last.tick, last.ended, last.outcome) == ("t2", None, None)
    assert (first.tick, first.now, first.epoch, first.outcome) == ("t1", NOW, lease.epoch, "ok")
    assert first.figures == {"changes": {"applied": 3}}
    assert first.ended is not None
    assert first.began <= first.ended
    assert [run.tick for run in store.runs(1)] == ["t2"]


def test_intent_is_open_until_it_is_known_what_became_of_it(store: Store) -> None:
    for key in ("a", "b", "c"):
        assert store.intend("t1", key, {"kind": "add_label", "key": key}) == 1
    store.settle("b", "applied", "99")
    assert store.intend("t2", "a", {"kind": "add_label", "key": "a", "again": True}) == 2
    assert [(one.key, one.tick) for one in store.open_intents()] == [("c", "t1"), ("a", "t2")]
    assert store.open_intents()[1].effect == {"kind": "add_label", "key": "a", "again": True}
    store.settle("a", "unknown", error="no answer")
    assert [one.key for one in store.open_intents()] == ["c", "a"], "in the order in which they were announced"
    store.settle("a", "failed", error="422")
    store.settle("c", "dropped")
    assert store.open_intents() == ()
    assert [store.intend("t3", key, {"kind": "add_label"}) for key in ("b", "a")] == [1, 3]
    assert [one.key for one in store.open_intents()] == ["b", "a"]


def test_intents_of_teams_do_not_mix(url: str) -> None:
    with Store(url, "shop") as shop, Store(url, "bank") as bank:
        for store in (shop, bank):
            store.intend("t", "a", {})
        shop.settle("a", "applied")
        assert shop.open_intents() == ()
        assert len(bank.open_intents()) == 1


def test_what_is_written_together_is_there_together_or_not_at_all(store: Store) -> None:
    def breaks_off() -> None:
        with store.together():
            store.intend("t1", "a", {})
            store.record("t1", NOW, [Entry("tick", {"n": 1})])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks_off()
    assert (store.open_intents(), bodies(store)) == ((), [])
    with store.together():
        store.intend("t1", "a", {})
        store.record("t1", NOW, [Entry("tick", {"n": 1})])
    assert ([one.key for one in store.open_intents()], bodies(store)) == (["a"], [1])


def test_what_the_journal_was_told_last_is_kept_by_release_and_ticket(store: Store) -> None:
    about, other, gone = Subject("5.2", "shop-jira:SHOP-1"), Subject("5.3", "shop-jira:SHOP-1"), Subject("5.2", "x:Y-1")
    first, second = Told("0" * 16, "P3"), Told("1" * 16, "P1, breached")
    store.save_told({Subject("5.2"): Told("2" * 16, "hypercare, red"), about: first, other: first, gone: first}, ())
    store.save_told({about: second}, {gone})
    assert store.told(["5.2"]) == {Subject("5.2"): Told("2" * 16, "hypercare, red"), about: second}
    assert store.told(["5.2", "5.3"])[other] == first
    assert store.told([]) == {}


def test_ticks_that_never_ended_are_found_by_the_next_one_that_has_the_lease(store: Store) -> None:
    with store.lease():
        assert store.begin_run("t1", NOW) == ()
        store.end_run("t1", "ok", {})
    with store.lease():
        assert store.begin_run("t2", NOW) == ()
    assert store.begin_run("locked out", NOW) == ()
    assert [run.tick for run in store.running()] == ["t2", "locked out"]
    with store.lease():
        assert store.begin_run("t3", NOW) == ("t2", "locked out")
    outcomes = {run.tick: run.outcome for run in store.runs(9)}
    assert outcomes == {"t1": "ok", "t2": "killed", "locked out": "killed", "t3": None}


def test_figures_of_a_day_are_those_of_its_last_tick(store: Store) -> None:
    first = Rollup(date(2026, 11, 23), (1, 2, 3, 4), 5, 6, 7, "red", build.after("1h"))
    second = Rollup(date(2026, 11, 23), (0, 2, 3, 4), 5, 7, 7, "amber", build.after("2h"))
    tomorrow = Rollup(date(2026, 11, 24), (0, 0, 0, 0), 0, 0, 0, "green", build.after("20h"))
    for figures in (tomorrow, first, second):
        store.save_rollup("Shop 5.2", figures)
    assert store.rollups("Shop 5.2") == (second, tomorrow)
    assert store.rollups("Shop 5.3") == ()
