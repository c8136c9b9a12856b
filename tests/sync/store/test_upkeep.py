"""What an administrator sees of a store, and what `store prune` takes out."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from tests import postgres
from tests.rules import build
from tests.sync.store.test_cache import known

from hypercare_sync.cli import cli
from hypercare_sync.store import Entry, Rollup, Store, schema

NOW = datetime.now(UTC)
OLD, BEFORE = NOW - timedelta(days=100), NOW - timedelta(days=90)
CONFIG = """\
version: 1
store: "{url}"
team: shop
trackers: {{gh: {{kind: github, token: t}}}}
releases:
  - name: Web
    go_live: {go_live:%Y-%m-%dT%H:%MZ}
    hypercare: 1w
    sources: [{{tracker: gh, repo: acme/web, labels: [bug]}}]
    summary: {{tracker: gh, repo: acme/web}}
"""


def age(store: Store, by: timedelta = timedelta(days=100)) -> None:
    """Let all that is there be so much older."""
    with store.database.writing() as connection:
        for table, key, columns in (
            (schema.journal, schema.journal.c.id, ["at"]),
            (schema.run, schema.run.c.tick, ["began", "ended"]),
            (schema.outbox, schema.outbox.c.id, ["at", "settled"]),
        ):
            for row in connection.execute(sa.select(table)).mappings().all():
                older = {name: row[name] - by for name in columns if row[name] is not None}
                connection.execute(sa.update(table).where(key == row[key.name]).values(older))


def fill(store: Store) -> None:
    """A tick that did something for two releases and for a ticket of no release in particular."""
    tick = f"t{len(store.runs(9))}"
    store.begin_run(tick, NOW)
    store.end_run(tick, "ok", {"changes": {"planned": 3, "applied": 2}})
    store.record(
        "t", NOW, [Entry("change", {"n": 1}, "Web"), Entry("change", {"n": 2}, "Gone"), Entry("change", {"n": 3})]
    )
    for key in ("settled", "open"):
        store.intend(tick, f"{key} {tick}", {})
    store.settle(f"settled {tick}", "applied")


def left(store: Store) -> list[int]:
    return [one.entry.body["n"] for one in store.journal()]


@pytest.mark.parametrize(
    ("releases", "since", "kept"),
    [
        ({"Web"}, OLD - timedelta(days=9), [1, 3]),
        ({"Web"}, OLD + timedelta(days=9), [1]),
        (set(), None, []),
    ],
    ids=["a release that was live then", "a release that went live later", "no release"],
)
def test_prune_takes_out_what_is_old_and_not_needed(
    store: Store, releases: set[str], since: datetime | None, kept: list[int]
) -> None:
    fill(store)
    age(store)
    fill(store)
    would = store.prune(BEFORE, releases, since, dry_run=True)
    assert len(left(store)) == 6
    gone = store.prune(BEFORE, releases, since)
    assert gone == would == {"journal": 3 - len(kept), "run": 1, "outbox": 1}
    assert left(store) == [*kept, 1, 2, 3]
    assert len(store.runs(9)) == 1
    assert {one.key for one in store.open_intents()} == {"open t0", "open t1"}
    assert store.prune(BEFORE, releases, since) == {"journal": 0, "run": 0, "outbox": 0}


def test_prune_keeps_what_reports_are_made_of_and_other_teams(url: str) -> None:
    ticket = build.ticket("SHOP-1", history=(build.reprioritised("1h", None, "High"),))
    figures = Rollup(date(2020, 1, 1), (0, 0, 0, 0), 0, 0, 0, "green", OLD)
    with Store(url, "shop") as store, Store(url, "bank") as other:
        fill(other)
        age(other)
        store.save_source("s", known(ticket), [ticket], ())
        store.save_rollup("Gone", figures)
        store.prune(NOW + timedelta(days=1), (), None)
        assert store.rows()["ticket_event"] == 1
        assert store.rollups("Gone") == (figures,)
        assert len(left(other)) == 3


def test_pruned_file_is_smaller(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'hypercare.db'}") as store:
        store.record("t", NOW, [Entry("change", {"text": "x" * 1000})] * 1000)
        before = store.size()
        assert before > 1_000_000
        store.prune(NOW + timedelta(days=1), (), None)
        assert store.size() < before / 5


def test_size_and_rows_are_those_of_the_tables(store: Store) -> None:
    before = store.size()
    store.record("t", NOW, [Entry("change", {"text": "x" * 1000})] * 200)
    assert store.size() > before
    assert store.rows()["journal"] == 200
    assert store.rows()["ticket"] == 0
    assert Store("sqlite://").size() == 0


@pytest.fixture
def config(url: str, tmp_path: Path) -> Path:
    path = tmp_path / "hypercare.yaml"
    path.write_text(CONFIG.format(url=url, go_live=NOW - timedelta(days=50)))
    path.chmod(0o600)
    return path


def run(config: Path, *arguments: str) -> Result:
    called = CliRunner().invoke(cli, ["store", *arguments[:1], "-c", str(config), *arguments[1:]])
    assert postgres.PASSWORD not in called.output
    return called


def document(config: Path) -> dict[str, Any]:
    called = CliRunner().invoke(cli, ["store", "-c", str(config), "--format", "json"])
    assert called.exit_code == 0, called.output
    told: dict[str, Any] = json.loads(called.stdout)
    return told


def test_store_that_is_not_there_yet_is_told_and_not_made(config: Path) -> None:
    called = run(config)
    assert called.exit_code == 0, called.output
    assert "not there yet: the next sync makes it" in called.stdout
    assert document(config)["exists"] is False
    assert sorted(path.name for path in config.parent.iterdir()) == ["hypercare.yaml"]


def test_store_is_told_with_its_last_ticks(config: Path, url: str) -> None:
    with Store(url, "shop") as store:
        fill(store)
        store.begin_run("killed", NOW)
        with store.lease():
            text, told = run(config).stdout, document(config)
    assert "team shop, 0." in text
    assert f"MB, schema {schema.HEAD}" in text
    assert "is writing, last seen 0." in text
    assert "journal               3" in text
    assert "ok       2 of 3 written" in text
    assert "not ended" in text
    assert told["rows"]["journal"] == 3
    assert told["bytes"] > 0
    assert (told["version"], told["team"], told["lease"]["epoch"]) == (schema.HEAD, "shop", 1)
    assert [tick["outcome"] for tick in told["ticks"]] == [None, "ok"]
    assert told["ticks"][1]["changes"] == {"planned": 3, "applied": 2}
    assert "nobody is writing" in run(config).stdout
    assert told["store"].startswith("sqlite:///" if url.startswith("sqlite") else "postgresql+psycopg://hypercare:***@")


def test_prune_as_a_command_keeps_the_releases_of_the_config(config: Path, url: str) -> None:
    with Store(url, "shop") as store:
        fill(store)
        age(store)
    asked = run(config, "prune", "--dry-run")
    assert asked.exit_code == 0, asked.output
    assert "Would take out what is older than" in asked.stdout
    assert "2 of journal, 1 of run, 1 of outbox" in asked.stdout
    with Store(url, "shop") as store:
        assert left(store) == [1, 2, 3]
    assert "nothing" in run(config, "prune", "--keep", "200d").stdout
    done = json.loads(run(config, "prune", "--format", "json").stdout)
    assert done["pruned"] == {"journal": 2, "run": 1, "outbox": 1}
    with Store(url, "shop") as store:
        assert left(store) == [1]


def test_prune_leaves_a_store_alone_in_which_a_tick_is_writing(config: Path, url: str) -> None:
    with Store(url, "shop") as store, store.lease():
        called = run(config, "prune")
    assert called.exit_code == 4
    assert "another tick is writing" in called.stderr
