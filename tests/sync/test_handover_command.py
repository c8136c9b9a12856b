"""`handover` as it is called, and what the commands that look say of a release whose hypercare has ended."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.sync.flow import ON_GITHUB, START, Team, a_team, at
from tests.sync.store.test_upkeep import age
from tests.sync.test_handover import set_up, solve, summary_of

from hypercare_sync.cli.group import cli
from hypercare_sync.store import Store

Call = Callable[..., Result]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """A team whose summary stands."""
    with a_team(tmp_path) as made:
        set_up(made, ON_GITHUB)
        made.tick(backfill=True)
        yield made


@pytest.fixture
def call(team: Team) -> Call:
    """Calls a command with the team's config, so long after the beginning."""

    def called(now: str, *arguments: str, code: int = 0) -> Result:
        command, *more = arguments
        timed = [] if command == "store" else ["--now", at(now).isoformat()]
        named = [more.pop(0)] if command in ("store", "explain", "report") else []
        result = CliRunner().invoke(cli, [command, *named, "-c", str(team.config_file), *timed, *more])
        assert result.exit_code == code, result.output
        return result

    return called


def test_refused_handover_says_what_is_missing_and_what_to_do(call: Call, team: Team) -> None:
    team.writes()
    told = call("10m", "handover", code=3).stderr.splitlines()
    assert told == [
        "Error: Shop 5.2: hypercare cannot be left yet: 1 thing is missing",
        "Error: no-open-p1: 2 open",
        "Error: wait until it holds, or end hypercare all the same and say why with `hypercare-sync handover --force --because TEXT`",
    ]
    document = json.loads(call("10m", "handover", "--format", "json", code=3).stdout)
    assert (document["status"], document["refusals"][0]["guard"]) == ("refused", "exit")
    assert team.writes() == []


def test_plan_of_a_handover_writes_nothing_and_says_what_it_would_be_refused_for(call: Call, team: Team) -> None:
    team.writes()
    shown = call("10m", "handover", "--plan").stdout
    assert re.search(
        r"add_label +web-github:acme/web#2 \+?hypercare:bau +\(hypercare ended while it was open\)", shown
    ), shown
    assert "handover would be refused: no-open-p1: 2 open" in shown
    solve(team)
    team.writes()
    document = json.loads(call("2h", "handover", "--plan", "--format", "json").stdout)
    changes = document["plan"]["changes"]
    assert (document["refusals"], document["releases"][0]["phase"]) == ([], "exited")
    assert [changes[0]["kind"], changes[-2]["kind"]] == ["edit_summary", "add_comment"]
    assert (changes[-1]["kind"], changes[-1]["open"]) == ("edit_summary", False)
    assert team.writes() == []


def test_handover_by_force_takes_a_reason(call: Call, team: Team) -> None:
    assert "--force without a reason" in call("10m", "handover", "--force", code=2).stderr
    assert "--force without a reason" in call("10m", "handover", "--force", "--because", "  ", code=2).stderr
    assert "it comes with --force" in call("10m", "handover", "--because", "done", code=2).stderr
    assert "--because: 501 characters" in call("10m", "handover", "--force", "--because", "x" * 501, code=2).stderr
    call("10m", "handover", "--force", "--because", "the vendor took over")
    assert "the vendor took over" in summary_of(team)["text"]


def test_one_of_several_releases_is_named(call: Call, team: Team) -> None:
    text = team.config_file.read_text()
    other = text[text.index("  - name:") :].replace("Shop 5.2", "Shop 5.3").replace('"5.2"', '"5.3"')
    team.config_file.write_text(text + other)
    assert "which release? There are Shop 5.2, Shop 5.3" in call("10m", "handover", code=2).stderr
    assert "'Shop 5': no such release" in call("10m", "handover", "--release", "Shop 5", code=2).stderr


def test_release_that_is_not_live_or_has_no_summary_is_not_left_even_by_force(team: Team, call: Call) -> None:
    forced = ("handover", "--force", "--because", "so")
    before = (START - timedelta(days=5)).isoformat()
    early = CliRunner().invoke(cli, [*forced, "-c", str(team.config_file), "--now", before])
    assert (early.exit_code, "it goes live 2026-11-20 08:00" in early.stderr) == (3, True)
    team.configure(summary="{tracker: web-github, repo: acme/other}", policy="./own.yaml")
    team.sandbox.github.repository_for("acme/other")
    team.forget()
    assert "it has no summary yet; run `hypercare-sync sync` first" in call("10m", *forced, code=3).stderr


def test_release_that_was_left_is_not_left_again(call: Call, team: Team) -> None:
    solve(team)
    call("2h", "handover")
    team.writes()
    assert "0 of 0 changes written" in call("3h", "handover").stdout
    assert team.writes() == []


def test_commands_that_look_say_that_hypercare_has_ended(call: Call, team: Team) -> None:
    solve(team)
    call("2h", "handover")
    assert "exited day 4" in call("3h", "sync").stdout
    (seen,) = json.loads(call("3h", "summary", "--format", "json").stdout)["releases"]
    assert (seen["phase"], seen["handover"]["by"], seen["handover"]["finished"]) == ("exited", "handover", True)
    assert "Hypercare ended" in call("3h", "summary").stdout
    told = call("3h", "explain", "acme/web#2").stdout
    words = " ".join(re.sub("[│╭╮╰╯─]", " ", told).split())
    assert "it was handed over to Ana K, and nothing more is asked for." in words
    assert "hypercare:bau" in told
    told = json.loads(call("3h", "explain", "acme/web#2", "--format", "json").stdout)
    assert told["releases"][0]["handover"]["at"] == "2026-11-23T10:00:00Z"
    assert [one["state"] for one in told["labels"]] == ["on it"]
    assert "Hypercare ended" not in call("1h", "summary").stdout  # as it stood then


def test_report_tells_the_course_of_the_release(call: Call, team: Team) -> None:
    solve(team)
    call("2h", "handover")
    document = json.loads(call("3h", "report", "Shop 5.2", "--format", "json").stdout)
    assert [one["what"] for one in document["course"]] == [
        "it went live",
        "hypercare ended by a decision of the team, 1 of 1 exit criteria met",
    ]
    assert document["handover"]["criteria"][0]["id"] == "no-open-p1"
    assert "The release: sign-offs and exit" in call("3h", "report", "Shop 5.2", "--format", "md").stdout


def test_store_prunes_what_was_kept_for_a_release_once_that_is_left(call: Call, team: Team) -> None:
    solve(team)

    def of_release() -> int:
        with Store(team.config().store_url, team.config().team) as store:
            return sum(one.entry.release == "Shop 5.2" for one in store.journal())

    def prune() -> None:
        with Store(team.config().store_url, team.config().team) as store:
            age(store)
        call("", "store", "prune")

    before = of_release()
    prune()
    assert of_release() == before > 0
    call("2h", "handover")
    call("3h", "sync")
    prune()
    assert of_release() == 0
