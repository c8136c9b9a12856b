"""What a tick leaves in the store: its run, what it decided and changed, and each day's figures."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.rules import build
from tests.sync.flow import START, Team, a_crowd, a_team, at

from hypercare_rules.assess import assess
from hypercare_sync.errors import LeaseHeld, LeaseLost, StoreUnusable
from hypercare_sync.recording.lines import line
from hypercare_sync.rollup import rollup
from hypercare_sync.sandbox.people import OURS
from hypercare_sync.store import Lease, Rollup, Store
from hypercare_sync.tick import Tick
from hypercare_sync.tick_result import forced


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

    monkeypatch.setattr(Store, "save_rollup", breaks)
    with pytest.raises(StoreUnusable):
        team.tick()
    with kept(team) as store:
        (run,) = store.runs(9)
    assert (run.ended, run.outcome) == (None, None)


def bodies(team: Team, **wanted: Any) -> list[dict[str, Any]]:
    with kept(team) as store:
        return [dict(one.entry.body) for one in store.journal(**wanted)]


def outcomes(team: Team) -> list[str | None]:
    with kept(team) as store:
        return [run.outcome for run in store.runs(9)][::-1]


def test_decisions_are_told_when_they_change(team: Team) -> None:
    team.tick("0m")
    assert len(bodies(team, kinds=("decision",))) == 7, "six tickets and the release"
    for now in ("5m", "10m"):
        team.tick(now)
    team.github("POST", "/web/issues/2/labels", {"labels": ["hypercare-override:P1"]})
    team.wait("1m")
    team.tick("15m")
    *_, changed = bodies(team, kinds=("decision",))
    assert len(bodies(team, kinds=("decision",))) == 8
    assert (changed["before"], changed["after"]) == ("P3, breached, stale", "P1, breached, overridden")
    assert changed["values"]["priority"]["source"] == "override by the label hypercare-override:P1"


def test_ticket_that_leaves_the_release_and_its_health_are_told(team: Team) -> None:
    team.tick("0m")
    for number in (1, 2):
        team.github("PATCH", f"/web/issues/{number}", {"state": "closed"})
    for number in (1, 2):
        team.jira("PUT", f"issue/SHOP-{number}", {"update": {"versions": [{"set": []}]}})
    team.wait("2h")
    team.tick("2h", objections=forced)
    found = {body["after"]: body["before"] for body in bodies(team, kinds=("decision",)) if body.get("before")}
    assert found["no longer the release's"] in ("P1, breached, stale", "P3, breached, stale")
    assert found["hypercare, green"] == "hypercare, red"
    assert found["closed, was P1"] == "P1, breached, stale"


def test_change_is_told_with_what_was_before_and_after_it_and_the_trackers_id(team: Team) -> None:
    team.tick(backfill=True)
    (added,) = [one for one in bodies(team, ticket="SHOP-2") if one.get("label") == "hypercare:P3"]
    assert added["before"] == ["web"]
    assert added["after"] == ["hypercare:P3", "hypercare:breached", "hypercare:stale", "web"]
    (comment,) = [one for one in bodies(team, ticket="acme/web#1") if one.get("kind") == "add_comment"]
    (standing,) = team.github("GET", "/web/issues/1/comments")
    assert comment["response_id"] == str(standing["id"])
    assert comment["after"]["text"].strip() in standing["body"]
    (linked,) = [one for one in bodies(team, ticket="SHOP-1") if one.get("kind") == "link_summary"]
    assert linked["response_id"] == str(team.jira("GET", "issue/SHOP-1/remotelink")[0]["id"])
    (created,) = [one for one in bodies(team) if one.get("kind") == "create_summary"]
    assert created["response_id"] == f"acme/ops#{team.summaries()[0]['number']}"
    assert "body" not in created, "the text is in the tracker"
    team.github("POST", "/web/issues/1/assignees", {"assignees": ["pat"]})
    team.wait("1m")
    team.tick("5m", backfill=True)
    (edited,) = [one for one in bodies(team, ticket="acme/web#1") if one.get("kind") == "edit_comment"]
    assert edited["before"]["digest"] == comment["after"]["digest"] != edited["after"]["digest"]
    assert "Nobody of the team has responded yet" in edited["before"]["text"]
    assert "Nobody of the team has responded yet" not in edited["after"]["text"]


def test_refused_tick_is_told_with_the_guard(team: Team) -> None:
    a_crowd(team)
    team.tick()
    (team.folder / "own.yaml").write_text("extends: standard\npriority_matrix: {medium: {medium: P2}}\n")
    team.configure(policy="./own.yaml")
    assert team.tick("5m").refused
    assert outcomes(team) == ["ok", "refused"]
    (told,) = [one for one in bodies(team, kinds=("decision",)) if "refused" in one]
    assert (told["refused"], told["affected"], told["of"]) == ("policy", 26, 28)
    assert bodies(team, kinds=("tick",))[-1]["outcome"] == "refused"


def test_tick_that_is_locked_out_is_told(team: Team) -> None:
    with kept(team) as store, store.lease(), pytest.raises(LeaseHeld):
        team.tick()
    assert outcomes(team) == ["locked"]
    (told,) = bodies(team)
    assert told["outcome"] == "locked"
    assert "another tick is writing for hypercare" in told["error"]
    team.tick()
    assert outcomes(team) == ["locked", "ok"]


def test_tick_that_is_overtaken_is_told_and_what_it_had_begun_stays_open(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(_: Lease) -> None:
        raise LeaseLost

    monkeypatch.setattr(Lease, "check", lost)
    with pytest.raises(LeaseLost):
        team.tick()
    monkeypatch.undo()
    assert outcomes(team) == ["overtaken"]
    with kept(team) as store:
        assert [one.key.partition(" ")[0] for one in store.open_intents()] == ["summary"]
    team.tick("1m")
    assert outcomes(team) == ["overtaken", "ok"]
    with kept(team) as store:
        assert store.open_intents() == ()


@pytest.mark.parametrize(("error", "outcome"), [(KeyboardInterrupt(), "interrupted"), (ValueError("s3cr3t"), "failed")])
def test_tick_that_breaks_off_is_told_without_what_a_defect_says(
    team: Team, monkeypatch: pytest.MonkeyPatch, error: BaseException, outcome: str
) -> None:
    def breaks(*_: object) -> None:
        raise error

    monkeypatch.setattr(Tick, "plan", breaks)
    with pytest.raises(type(error)):
        team.tick()
    assert outcomes(team) == [outcome]
    (told,) = bodies(team)
    assert told["outcome"] == outcome
    assert "s3cr3t" not in told["error"]


def test_source_that_cannot_be_read_is_told_once_a_tick(team: Team) -> None:
    team.tick()
    team.break_down("jira")
    team.tick("5m")
    (told,) = bodies(team, kinds=("error",), release="Shop 5.2")
    assert "shop-jira" in told["error"]
    assert "502" in told["error"]


def test_write_that_an_obstacle_keeps_out_is_told_at_each_try(team: Team) -> None:
    for name in ("P1", "P3", "breached", "at-risk", "stale"):
        team.github("POST", "/web/labels", {"name": f"hypercare:{name}"})
    team.github("PUT", f"/web/collaborators/{OURS}", {"permission": "triage"})
    team.github("PUT", "/web/issues/1/lock")
    for now in ("0m", "5m", "2h"):
        team.tick(now, backfill=True)
    told = [one for one in bodies(team, ticket="acme/web#1") if one.get("outcome") == "set_aside"]
    assert len(told) == 2, "the first try, and the one that was due after an hour"
    assert "locked" in told[0]["error"]


def test_texts_of_ours_are_in_the_store_and_no_token_is(team: Team) -> None:
    team.tick(backfill=True)
    config = team.config_file.read_text()
    team.config_file.write_text(config.replace("token: sandbox", "token: s3cr3t-token", 1))
    team.tick("5m", backfill=True)
    stored = b"".join(path.read_bytes() for path in team.folder.glob("hypercare.db*"))
    assert b"s3cr3t-token" not in stored
    assert b"Hypercare **Shop 5.2**" in stored


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


def test_journal_counts_the_attempts_at_a_write(team: Team) -> None:
    team.break_down("jira", "PUT")
    for now in ("0m", "5m"):
        team.tick(now)
        team.repair()
    with kept(team) as store:
        told = [one for one in store.journal(kinds=("change",)) if one.entry.ticket == "shop-jira:SHOP-1"]
    labels = [one for one in told if one.entry.body["kind"] == "add_label"]
    assert {one.entry.body.get("attempt") for one in labels} == {None, 2}
    assert all("attempt 2" in line(one) for one in labels if one.entry.body.get("attempt"))
