"""`report` and `sync --publish` as they are called: over the embedded trackers."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.sync.flow import ON_GITHUB, SOURCES, START, Team, a_team

from hypercare_sync.cli.group import cli

NOW = START.isoformat()
Call = Callable[..., Result]

SECOND = f"""\
  - name: Zweite Ausgabe
    go_live: 2026-11-20T08:00+01:00
    hypercare: 14d
    sources:
{SOURCES}
    summary: {ON_GITHUB}
  - name: Later
    go_live: 2027-01-20T08:00+01:00
    hypercare: 14d
    sources:
{SOURCES}
    summary: {ON_GITHUB}
"""


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """A team with three tickets on each tracker."""
    with a_team(tmp_path) as made:
        yield made


@pytest.fixture
def call(team: Team) -> Call:
    """Calls a command with the team's config, at a fixed time."""

    def called(command: str, *arguments: str) -> Result:
        return CliRunner().invoke(cli, [command, "-c", str(team.config_file), "--now", NOW, *arguments])

    return called


def test_scripts_get_the_record_and_nobody_is_written_to(call: Call, team: Team) -> None:
    result = call("report", "Shop 5.2", "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    told = json.loads(result.stdout)
    assert (told["schema"], told["now"], told["counts"]["tickets"]) == (
        "hypercare-sync/report/1",
        "2026-11-23T08:00:00Z",
        6,
    )
    assert team.writes() == []
    assert not team.store_file.exists()


def test_format_follows_from_the_file(call: Call, team: Team) -> None:
    for ending, begins in (
        ("csv", b"release,tracker,ticket"),
        ("md", b"# Hypercare record: Shop 5.2"),
        ("txt", b"# Hyper"),
    ):
        path = team.folder / f"record.{ending}"
        assert call("report", "Shop 5.2", "-o", str(path)).exit_code == 0
        assert path.read_bytes().startswith(begins)
    assert call("report", "Shop 5.2", "--format", "csv").stdout_bytes == (team.folder / "record.csv").read_bytes()


@pytest.mark.slow
def test_page_is_written_in_one_piece_and_the_same_each_time(call: Call, team: Team) -> None:
    one, other = team.folder / "one.html", team.folder / "other.html"
    for path in (one, other):
        assert call("report", "Shop 5.2", "-o", str(path)).exit_code == 0
    assert one.read_bytes() == other.read_bytes()
    assert one.read_text().startswith("<!DOCTYPE html>")
    assert not list(team.folder.glob(".*.part"))


def test_past_time_tells_what_was_known_then(call: Call, team: Team) -> None:
    team.wait("2h")
    team.github("PATCH", "/web/issues/2", {"state": "closed"})

    def resolved(now: str) -> str | None:
        told = json.loads(call("report", "Shop 5.2", "--format", "json", "--now", now).stdout)
        of_ticket: dict[str, str | None] = {one["ticket"]: one["resolved"] for one in told["tickets"]}
        return of_ticket["web-github:acme/web#2"]

    assert resolved("2026-11-23T09:00Z") is None
    assert resolved("2026-11-23T11:00Z") == "2026-11-23T10:00:00Z"


def test_readers_get_what_they_may_see(call: Call, team: Team) -> None:
    public = call("report", "Shop 5.2", "--audience", "public", "--format", "json").stdout
    assert "SHOP-1" not in public
    assert json.loads(public)["counts"]["not_shown"] == {"P1": 2, "P3": 1}
    assert "SHOP-1" in call("report", "Shop 5.2").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Shop 5.1",), "no such release in"),
        (("Shop 5.1",), "(there are Shop 5.2, Zweite Ausgabe, Later); did you mean Shop 5.2?"),
        (("Later",), "Later: goes live only on 2027-01-20 07:00 UTC, and nothing is known of it before"),
        (("Shop 5.2", "-o", "/nowhere/record.md"), "-o /nowhere/record.md: No such file or directory"),
    ],
)
def test_what_cannot_be_reported_says_what_to_do(call: Call, team: Team, arguments: tuple[str, ...], said: str) -> None:
    team.config_file.write_text(team.config_file.read_text() + SECOND)
    result = call("report", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_source_that_fails_is_said_and_the_rest_is_told(call: Call, team: Team) -> None:
    team.configure(sources=SOURCES.replace("acme/web", "acme/absent"))
    result = call("report", "Shop 5.2", "--format", "json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert (told["complete"], told["counts"]["tickets"]) == (False, 3)


def test_nothing_that_could_be_read_is_no_report(call: Call, team: Team) -> None:
    team.configure(sources=SOURCES.splitlines()[1].replace("acme/web", "acme/absent"))
    kept = team.folder / "kept.md"
    kept.write_text("the last one")
    result = call("report", "Shop 5.2", "-o", str(kept))
    assert result.exit_code == 1
    assert "no source could be read, so there is nothing to report" in result.stderr
    assert kept.read_text() == "the last one"


WITHOUT_EXTRA = """
import sys
sys.modules |= dict.fromkeys(("altair", "vl_convert", "jinja2", "markupsafe"))
from hypercare_sync.cli import main
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize(("form", "code"), [("html", 2), ("md", 0), ("csv", 0), ("json", 0)])
def test_only_the_page_needs_the_extra(team: Team, form: str, code: int) -> None:
    arguments = ["report", "Shop 5.2", "-c", str(team.config_file), "--now", NOW, "--format", form]
    called = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRA, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert called.returncode == code, called.stderr
    said = "Error: what makes an HTML report is not installed; run: pip install 'hypercare-sync[report]'\n"
    assert called.stderr == (said if code else "")


def test_tick_keeps_a_page_for_each_release_and_an_index(call: Call, team: Team) -> None:
    team.config_file.write_text(team.config_file.read_text() + SECOND)
    folder = team.folder / "www"
    result = call("sync", "--publish", str(folder), "--publish-audience", "internal", "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    pages = ["shop-5.2/index.html", "zweite-ausgabe/index.html", "index.html"]
    assert json.loads(result.stdout)["published"] == [str(folder / page) for page in pages]
    index = (folder / "index.html").read_text()
    for part in ('href="shop-5.2/index.html"', "Zweite Ausgabe", "Later", "goes live 2027-01-20"):
        assert part in index
    assert "SHOP-1" in (folder / pages[0]).read_text()
    assert not list(folder.rglob("*.part"))
    (folder / pages[1]).write_text("as it was")
    assert call("sync", "--publish", str(folder), "--release", "Shop 5.2").exit_code == 0
    assert (folder / pages[1]).read_text() == "as it was"
    assert 'href="zweite-ausgabe/index.html"' in (folder / "index.html").read_text()


def test_published_page_is_for_anybody_unless_told_otherwise(call: Call, team: Team) -> None:
    result = call("sync", "--publish", str(team.folder / "www"))
    assert result.stdout.splitlines()[-1] == f"published: {team.folder / 'www' / 'index.html'}"
    page = (team.folder / "www" / "shop-5.2" / "index.html").read_text()
    assert "For readers: public." in page
    assert "acme/web#1" in page
    assert "SHOP-1" not in page
    assert "shop-jira" not in page


def test_folder_that_cannot_be_written_stops_no_write(call: Call, team: Team) -> None:
    blocked = team.folder / "www"
    (blocked / "shop-5.2").mkdir(parents=True)
    (blocked / "shop-5.2" / "index.html").mkdir()
    result = call("sync", "--publish", str(blocked), "--format", "json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["status"]) == (1, "partial")
    assert told["changes"]["applied"] == told["changes"]["planned"] > 0
    assert "index.html could not be written: " in result.stderr
    assert "what was published before stays" in result.stderr
    assert "hypercare:P1" in team.jira_labels("SHOP-1")
    assert (blocked / "index.html").is_file()


def test_index_that_cannot_be_written_is_told_too(call: Call, team: Team) -> None:
    (team.folder / "www" / "index.html").mkdir(parents=True)
    result = call("sync", "--publish", str(team.folder / "www"))
    assert result.exit_code == 1
    assert "the index: " in result.stderr
    assert (team.folder / "www" / "shop-5.2" / "index.html").is_file()


def test_page_of_a_release_of_which_nothing_was_read_stays(call: Call, team: Team) -> None:
    team.configure(sources=SOURCES.splitlines()[1].replace("acme/web", "acme/absent"))
    page = team.folder / "www" / "shop-5.2" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("the last one")
    assert call("sync", "--publish", str(team.folder / "www")).exit_code == 1
    assert page.read_text() == "the last one"
