"""The command line from outside: exit codes, what goes to stdout and stderr, and that nothing leaks."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from tests.e2e.processes import SECRET, TOKEN, Served, call, configure, sandbox

from hypercare_sync.store import Store

pytestmark = pytest.mark.slow

NOW = ("--now", "2026-11-23T08:00:00Z")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with sandbox(tmp_path_factory.mktemp("sandbox")) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path, served: Served) -> Path:
    configure(tmp_path, served.base)
    served.forget()
    return tmp_path


def run(folder: Path, *arguments: str, env: Mapping[str, str] = TOKEN) -> CompletedProcess[str]:
    """A call of which nothing leaks: no traceback, no secret, whatever else happens."""
    called = call(*arguments, cwd=folder, env=env)
    for stream in (called.stdout, called.stderr):
        assert "Traceback" not in stream, stream
        assert SECRET not in stream
    return called


def document(called: CompletedProcess[str]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(called.stdout)
    return read


def test_plan_sends_no_write_and_leaves_no_store(folder: Path, served: Served) -> None:
    called = run(folder, "plan", *NOW, "--format", "json")
    assert called.returncode == 0, called.stderr
    found = document(called)
    assert found["plan"]["changes"]
    assert len(found["plan"]["checksum"]) == 64
    assert {row["kind"] for row in served.requests()} == {"read"}
    assert sorted(path.name for path in folder.iterdir()) == ["hypercare.yaml"]


def test_plan_as_text_lists_changes_with_their_reasons(folder: Path) -> None:
    called = run(folder, "plan", *NOW)
    assert "add_label       shop-jira:SHOP-1 hypercare:P1 (impact high (native priority highest)" in called.stdout
    assert called.stderr == ""


def test_bare_call_with_a_config_is_a_sync_and_the_next_one_writes_nothing(tmp_path: Path) -> None:
    with sandbox(tmp_path) as served:
        configure(tmp_path, served.base)
        first = run(tmp_path, *NOW)
        assert first.returncode == 0, first.stderr
        assert "14 of 14 changes written" in first.stdout
        served.forget()
        again = run(tmp_path, "--format", "json", *NOW)
        assert (again.returncode, document(again)["changes"]["planned"]) == (0, 0)
        assert {row["kind"] for row in served.requests()} == {"read"}
        called = run(tmp_path, env=TOKEN)
        assert (called.returncode, called.stderr) == (0, "")


def test_config_is_named_by_option_or_by_the_environment(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    config = str(folder / "hypercare.yaml")
    assert run(elsewhere, "plan", "-c", config, *NOW).returncode == 0
    assert run(elsewhere, "plan", *NOW, env={**TOKEN, "HYPERCARE_CONFIG": config}).returncode == 0


def test_bare_call_without_a_config_prints_help_and_exits_2(tmp_path: Path) -> None:
    called = run(tmp_path)
    assert called.returncode == 2
    assert "Usage: hypercare-sync" in called.stdout + called.stderr
    assert "Exit codes" in called.stdout + called.stderr


@pytest.mark.parametrize("command", ["sync", "plan", "check"])
def test_named_command_without_a_config_says_what_to_do(tmp_path: Path, command: str) -> None:
    called = run(tmp_path, command)
    assert (called.returncode, called.stdout) == (2, "")
    assert "hypercare.yaml: no such file" in called.stderr


@pytest.mark.parametrize(
    ("find", "put", "told"),
    [
        ("go_live: 2026-11-20T08:00+01:00", "go_live: soon", "hypercare.yaml:9:14: releases[0].go_live"),
        ("hypercare: 14d", "hypercare: 14 days", "hypercare.yaml:10:16: releases[0].hypercare"),
        ("zone: Europe/Berlin", "zone: Europe/Berlni", "hypercare.yaml:11:11: releases[0].zone"),
        ("milestone:", "mile_stone:", "hypercare.yaml:14:"),
        ("tracker: web-github, repo: acme/ops", "tracker: web-gitub, repo: acme/ops", "hypercare.yaml:15:"),
        ("version: 1\n", "version: 9\n", "hypercare.yaml:1:10: version"),
        ("trackers:", "trackers: [", "hypercare.yaml:"),
        ("${TOKEN}", "${NO_SUCH}", "NO_SUCH"),
        ("releases:", "\t\x00releases:", "hypercare.yaml:"),
        ("    sources:", "    policy: ./nowhere.yaml\n    sources:", "nowhere.yaml"),
    ],
)
def test_broken_config_exits_2_with_its_place_on_stderr_only(
    folder: Path, served: Served, find: str, put: str, told: str
) -> None:
    path = folder / "hypercare.yaml"
    assert find in path.read_text()
    path.write_text(path.read_text().replace(find, put, 1))
    called = run(folder)
    assert (called.returncode, called.stdout) == (2, "")
    assert told in called.stderr
    assert served.requests() == []
    assert not list(folder.glob("*.db*"))


@pytest.mark.parametrize("command", ["plan", "check"])
def test_every_fault_of_a_config_is_told_at_once(folder: Path, command: str) -> None:
    path = folder / "hypercare.yaml"
    path.write_text(path.read_text().replace("hypercare: 14d", "hypercare: x").replace("Europe/Berlin", "Nowhere"))
    assert len(run(folder, command).stderr.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--now", "2026-11-23T08:00"), "write 2026-11-23T08:00+00:00 or 2026-11-23T08:00Z"),
        (("--now", "soon"), "not a time: 'soon'; write 2026-11-23T08:00+00:00"),
        (("--now", "0001-01-01T00:00+14:00"), "0001-01-01T00:00+14:00"),
        (("--now", "9999-12-31T23:59Z"), "9999-12-31T23:59Z"),
        (("--release", "Shop 5.1"), "no such release in hypercare.yaml; did you mean Shop 5.2?"),
        (("--format", "yaml"), "'yaml' is not one of"),
        (("--no-such-option",), "No such option"),
        (("surplus",), "surplus"),
        (("-c", "."), "is a directory"),
    ],
)
def test_wrong_option_exits_2_and_says_what_to_write(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    called = run(folder, "sync", *arguments)
    assert (called.returncode, called.stdout) == (2, "")
    assert told in " ".join(called.stderr.split())


def test_unknown_command_exits_2(folder: Path) -> None:
    assert run(folder, "snyc").returncode == 2


def test_release_narrows_the_tick(folder: Path) -> None:
    path = folder / "hypercare.yaml"
    text = path.read_text()
    release = text.partition("releases:\n")[2]
    other = release.replace("Shop 5.2", "App 7").replace('"5.2"', '"7"').replace("2026-11-20", "2026-12-01")
    path.write_text(text + other)
    called = run(folder, "plan", "--release", "App 7", *NOW, "--format", "json")
    assert [one["release"] for one in document(called)["releases"]] == ["App 7"]


@pytest.mark.parametrize("wrong", ["shop-jira", "web-github"])
def test_wrong_token_exits_5_and_names_the_tracker(folder: Path, wrong: str) -> None:
    path = folder / "hypercare.yaml"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line.replace("TOKEN", "WRONG") if f"  {wrong}:" in line else line for line in lines))
    called = run(folder, "plan", *NOW, env={**TOKEN, "WRONG": "another-secret"})
    assert called.returncode == 5
    assert wrong in called.stderr
    assert "another-secret" not in called.stdout + called.stderr


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_text("no database " * 1000),
        lambda path: path.mkdir(),
        lambda path: path.symlink_to("/nowhere/hypercare.db"),
    ],
    ids=["corrupt", "a directory", "below a missing folder"],
)
def test_unusable_store_exits_6_and_names_the_file(folder: Path, served: Served, spoil: Any) -> None:
    spoil(folder / "hypercare.db")
    called = run(folder, "sync", *NOW, "--format", "json")
    assert (called.returncode, called.stdout) == (6, "")
    assert "hypercare.db" in called.stderr
    assert served.requests() == []


def test_held_lease_exits_4_with_a_document_for_scripts(folder: Path, served: Served) -> None:
    with Store(f"sqlite:///{folder / 'hypercare.db'}") as store, store.lease():
        called = run(folder, "sync", *NOW, "--format", "json")
    assert (called.returncode, document(called)["status"]) == (4, "locked")
    assert "another tick" in called.stderr
    assert served.requests() == []


def test_check_tells_what_each_source_holds_and_writes_nothing(folder: Path, served: Served) -> None:
    called = run(folder, "check")
    assert called.returncode == 0, called.stderr
    assert "Shop 5.2: shop-jira SHOP: 3 tickets of the release" in called.stdout
    assert {row["kind"] for row in served.requests()} == {"read"}
    assert not list(folder.glob("*.db*"))


def test_check_offline_asks_nobody(folder: Path, served: Served) -> None:
    assert run(folder, "check", "--offline").returncode == 0
    assert served.requests() == []


def test_source_that_is_not_there_exits_1_and_says_which(folder: Path) -> None:
    path = folder / "hypercare.yaml"
    path.write_text(path.read_text().replace("repo: acme/web", "repo: acme/wbe"))
    called = run(folder, "plan", *NOW, "--format", "json")
    assert (called.returncode, document(called)["status"]) == (1, "partial")
    assert "acme/wbe" in called.stderr


@pytest.mark.parametrize(
    "arguments", [("--help",), ("-h",), ("sync", "--help"), ("plan", "-h"), ("apply", "-h"), ("--version",)]
)
def test_help_and_version_need_no_config(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    called = run(tmp_path, *arguments)
    assert (called.returncode, called.stderr) == (0, "")
    assert called.stdout


def test_folder_that_was_moved_keeps_its_store(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert run(folder, "sync", *NOW).returncode == 0
    moved = tmp_path_factory.mktemp("moved") / "team"
    shutil.move(folder, moved)
    called = run(moved, "sync", *NOW, "--format", "json")
    assert document(called)["changes"]["planned"] == 0
    assert document(called)["requests"]["web-github"]["read"] == 2
