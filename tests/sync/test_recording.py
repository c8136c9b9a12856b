"""What a tick leaves in the store: its run, what it changed, each day's figures, what happened to tickets."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from tests.rules import build
from tests.sync.flow import START, Team, a_team, at

from hypercare_rules.assess import assess
from hypercare_sync.errors import StoreUnusable
from hypercare_sync.rollup import rollup
from hypercare_sync.store import Rollup, Store
from hypercare_sync.tick import Tick


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path) as made:
        yield made


@contextmanager
def kept(team: Team) -> Iterator[Store]:
    config = team.config()
    with Store(config.store_url, config.team) as store:
        yield store


def test_each_tick_is_a_run_with_its_figures(team: Team) -> None:
    for now in ("0m", "10m"):
        team.tick(now)
    with kept(team) as store:
        second, first = store.runs(9)
        entries = list(store.journal())
    assert [run.now for run in (first, second)] == [START, at("10m")]
    assert [run.epoch for run in (first, second)] == [1, 2]
    assert {run.outcome for run in (first, second)} == {"ok"}
    assert first.ended is not None
    assert (first.figures["changes"]["applied"] > 5, second.figures["changes"]["applied"]) == (True, 0)
    assert {one.tick for one in entries} == {first.tick, second.tick}
    assert [one.entry.kind for one in entries if one.tick == second.tick] == ["tick"]


def test_changes_are_found_by_ticket_and_release(team: Team) -> None:
    team.tick(backfill=True)
    with kept(team) as store:
        (run,) = store.runs(9)
        changes = [one for one in store.journal(ticket="SHOP-1") if one.entry.kind == "change"]
        everything = list(store.journal(tick=run.tick))
    assert {one.entry.body["kind"] for one in changes} >= {"add_label", "add_comment"}
    assert all(one.entry.ticket == "shop-jira:SHOP-1" and one.entry.body["outcome"] == "applied" for one in changes)
    assert {one.entry.release for one in changes} == {None, "Shop 5.2"}  # labels are those of all releases
    assert {one.now for one in everything} == {START}


def test_tick_that_breaks_off_has_no_end(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise StoreUnusable("no room")

    monkeypatch.setattr(Tick, "_record", breaks)
    with pytest.raises(StoreUnusable):
        team.tick()
    with kept(team) as store:
        (run,) = store.runs(9)
    assert (run.ended, run.outcome) == (None, None)


def test_tick_leaves_the_figures_of_the_day(team: Team) -> None:
    team.tick("0m")
    team.tick("10m")
    with kept(team) as store:
        (today,) = store.rollups("Shop 5.2")
    assert today == Rollup(date(2026, 11, 23), (2, 0, 2, 0), 0, 0, today.breached, "red", at("10m"))
    assert today.breached >= 1


def test_figures_are_those_of_the_releases_own_day() -> None:
    # Berlin's 21 November begins at 23:00 UTC of the 20th, sixteen hours after go-live.
    tickets = (
        build.ticket("SHOP-1", created=build.after("15h")),
        build.ticket("SHOP-2", created=build.after("17h")),
        build.closed("SHOP-3", created=build.after("1h"), resolved="17h"),
        build.closed("SHOP-4", created=build.after("1h"), resolved="15h"),
    )
    world = build.world(build.source(*tickets))
    figures = rollup(
        assess(
            world.model_copy(update={"release": build.release(zone="Europe/Berlin")}),
            build.policy(),
            build.after("18h"),
        )
    )
    assert (figures.day, figures.new, figures.resolved, sum(figures.open)) == (date(2026, 11, 21), 1, 1, 2)
    assert figures.as_of == build.after("18h")
