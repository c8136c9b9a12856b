"""`log` as it is called: what it finds, how it reads, and that no text of people's can steer a terminal or break a line."""

import json
import os
import pty
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests import postgres
from tests.e2e.processes import COMMAND, clean_environment
from tests.sync.flow import Team, a_team, config_text

from hypercare_sync.cli.group import cli
from hypercare_sync.sandbox.people import OURS
from hypercare_sync.store import Entry, Store

Call = Callable[..., Result]

_POLICY = """\
extends: standard
people: {ana: {name: Ana K, github: ana-k, jira: ana-account}}
rules:
  - {id: cart, when: {title: {contains: cart}}, then: {set: {priority: P2}, add_labels: [cart]}}
escalation:
  p1: {for: [P1], until: {open: false}, tiers: [{after: 0m, notify: [ana]}]}
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    """A team whose store is in either database."""
    with a_team(tmp_path) as made:
        (tmp_path / "policy.yaml").write_text(_POLICY)
        text = config_text(made.base, policy="./policy.yaml")
        if request.param == "postgresql":
            text = text.replace("sqlite:///hypercare.db", postgres.server().database())
        made.configure(text)
        yield made


@pytest.fixture
def log(team: Team) -> Call:
    """Calls `log` with the team's config."""

    def called(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["log", "-c", str(team.config_file), *arguments])

    return called


NOTHING = "nothing found: no entry is all of what was asked for\n"


def document(result: Result) -> Any:
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def rows(result: Result) -> list[str]:
    """The lines without their times."""
    assert result.exit_code == 0
    assert result.stderr == "" or (result.stderr, result.stdout) == (NOTHING, "")
    return [line.split("  ", 1)[1] for line in result.stdout.splitlines()]


def test_story_of_a_ticket_is_told_in_lines_newest_last(team: Team, log: Call) -> None:
    team.tick(backfill=True)
    team.github("POST", "/web/issues/2/labels", {"labels": ["hypercare-override:P1"]})
    team.wait("1m")
    team.tick("10m", backfill=True)
    told = rows(log("--ticket", "acme/web#2"))
    assert told[0] == "decision  web-github:acme/web#2 in Shop 5.2: P2, breached, stale (rule cart)"
    assert "change    web-github:acme/web#2: + hypercare:cart (rule cart)" in told
    assert (
        "decision  web-github:acme/web#2 in Shop 5.2: P2, breached, stale -> P1, breached, overridden, escalated "
        "(override by the label hypercare-override:P1)"
    ) in told
    assert "change    web-github:acme/web#2: - hypercare:P2 (no longer so)" in told
    assert told[-1].startswith("change    web-github:acme/web#2: edit comment (what it says has changed)")
    assert rows(log("--ticket", "web-github:acme/web#2")) == told
    assert rows(log("--ticket", "acme/web#2", "-n", "1")) == told[-1:]
    first, second = rows(log("--kind", "tick"))
    assert first.endswith(" written")
    assert second.endswith(" written"), second


def test_filters_narrow_and_add_up(team: Team, log: Call) -> None:
    team.tick(backfill=True)
    middle = datetime.now(UTC)
    team.tick("10m", backfill=True)
    everything = document(log("-n", "0", "--format", "json"))["entries"]
    of_rule = document(log("--rule", "cart", "--format", "json"))["entries"]
    assert of_rule
    assert {entry["ticket"] for entry in of_rule} == {"web-github:acme/web#2"}
    assert {entry["kind"] for entry in of_rule} == {"decision", "change"}
    by_name, by_account = (document(log("--person", who, "--format", "json"))["entries"] for who in ("Ana K", "ana-k"))
    assert by_name == by_account
    assert {entry["told"].get("kind") for entry in by_name} == {None, "add_comment"}
    assert {entry["ticket"] for entry in by_name} == {"web-github:acme/web#1", "shop-jira:SHOP-1"}
    second = everything[-1]["tick"]
    assert [entry["tick"] for entry in document(log("--tick", second, "--format", "json"))["entries"]] == [second]
    before = document(log("--until", middle.isoformat(), "-n", "0", "--format", "json"))["entries"]
    after = document(log("--since", middle.isoformat(), "--format", "json"))["entries"]
    assert [*before, *after] == everything
    assert len(document(log("--since", "1h", "-n", "0", "--format", "json"))["entries"]) == len(everything)
    assert document(log("--until", "1h", "--format", "json"))["entries"] == []
    assert {entry["release"] for entry in document(log("--release", "Shop 5.2", "--format", "json"))["entries"]} == {
        "Shop 5.2"
    }
    assert rows(log("--rule", "cart", "--kind", "change", "--kind", "error", "--person", "ana")) == []


def test_document_has_all_that_is_known(team: Team, log: Call) -> None:
    team.tick(backfill=True)
    told = document(log("--format", "json"))
    assert (told["schema"], told["team"], told["set_aside"], told["running"]) == (
        "hypercare-sync/log/1",
        "hypercare",
        [],
        [],
    )
    assert "sandbox" not in told["store"]
    label = next(entry for entry in told["entries"] if entry["told"].get("label") == "hypercare:cart")
    assert label["rules"] == ["cart"]
    assert label["now"] == "2026-11-23T08:00:00Z"
    assert label["told"]["before"] == ["web"]
    assert abs(datetime.fromisoformat(label["at"]) - datetime.now(UTC)) < timedelta(minutes=5)


def test_ticket_that_is_set_aside_is_told_with_what_is_set_aside(team: Team, log: Call) -> None:
    for name in ("P1", "P2", "breached", "at-risk", "stale", "escalated", "cart"):
        team.github("POST", "/web/labels", {"name": f"hypercare:{name}"})
    team.github("PUT", f"/web/collaborators/{OURS}", {"permission": "triage"})
    team.github("PUT", "/web/issues/1/lock")
    team.tick(backfill=True)
    told = rows(log("--ticket", "acme/web#1"))
    assert any("[set aside: " in row for row in told)
    assert told[-1].startswith("error     web-github:acme/web#1 is set aside, tried again from 2026-11-23 09:00 on: ")
    (one,) = document(log("--ticket", "web-github:acme/web#1", "--format", "json"))["set_aside"]
    assert (one["obstacle"], one["since"]) == ("locked", "2026-11-23T08:00:00Z")
    for other in ("acme/web#2", "SHOP-1", "other:acme/web#1"):
        assert document(log("--ticket", other, "--format", "json"))["set_aside"] == []


def test_text_of_people_neither_breaks_a_line_nor_steers_a_terminal(team: Team, log: Call) -> None:
    with Store(team.config().store_url, "hypercare") as store:
        body = {"kind": "remove_label", "label": "x", "why": "a\x1b[2J\nb\r\u202ec " + "y" * 5000}
        store.record("t", datetime.now(UTC), [Entry("change", body, None, "web-github:acme/web#1")])
    (row,) = rows(log())
    assert row.startswith("change    web-github:acme/web#1: - x (a[2J b c yyy")
    assert row.endswith("...")
    assert len(row) < 400


def test_tick_that_has_not_ended_is_told_until_the_next_one(team: Team, log: Call) -> None:
    with Store(team.config().store_url, "hypercare") as store, store.lease():
        store.begin_run("20261123T080000Z-0a1b2c3d", datetime.now(UTC))
        assert rows(log()) == [
            "tick      20261123T080000Z-0a1b2c3d began and has not ended: it is at it, or was killed"
        ]
        assert rows(log("--ticket", "SHOP-1")) == []
    team.tick()
    assert any("20261123T080000Z-0a1b2c3d killed: it never ended; tick " in row for row in rows(log()))
    assert document(log("--format", "json"))["running"] == []


def test_without_a_store_it_says_so_and_makes_none(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        for form in ("text", "json"):
            result = CliRunner().invoke(cli, ["log", "-c", str(team.config_file), "--format", form])
            assert result.exit_code == 0
            assert result.stderr.endswith("hypercare.db: not there yet: the next sync makes it\n")
            assert result.stdout == "" if form == "text" else json.loads(result.stdout)["entries"] == []
        assert not team.store_file.exists()


def test_filters_that_nothing_passes_say_so(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        team.tick()
        called = ["log", "-c", str(team.config_file)]
        for nothing in (("--ticket", "SHOP-99"), ("--rule", "no-such"), ("--since", "2031-01-01T00:00+00:00")):
            result = CliRunner().invoke(cli, [*called, *nothing])
            assert (result.exit_code, result.stdout) == (0, "")
            assert result.stderr == NOTHING
        assert CliRunner().invoke(cli, [*called, "--ticket", "SHOP-1"]).stderr == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "soon"), "not a time: 'soon'"),
        (("--kind", "nothing"), "'nothing' is not one of 'change', 'decision', 'error', 'tick'"),
        (("-n", "-1"), "-1 is not in the range"),
        (("--release", "Shop 9"), "no such release"),
    ],
)
def test_what_it_cannot_understand_it_says(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    with a_team(tmp_path) as team:
        result = CliRunner().invoke(cli, ["log", "-c", str(team.config_file), *arguments])
        assert result.exit_code == 2
        assert said in result.stderr


@pytest.mark.slow
def test_colours_are_for_a_terminal_only(tmp_path: Path) -> None:
    with a_team(tmp_path) as team:
        team.tick()
        environment = {**clean_environment(), "TERM": "xterm-256color"}
        ours, theirs = pty.openpty()
        with os.fdopen(ours, "rb", buffering=0) as terminal:
            subprocess.run([*COMMAND, "log", "-n", "3"], cwd=team.folder, env=environment, stdout=theirs, check=True)
            os.close(theirs)
            seen = terminal.read(4096).decode()
        piped = subprocess.run(
            [*COMMAND, "log", "-n", "3"], cwd=team.folder, env=environment, capture_output=True, check=True
        )
    assert "\x1b[32mchange" in seen
    assert len(seen.strip().splitlines()) == 3
    assert b"\x1b" not in piped.stdout
