"""`explain`, `summary` and `replay` as they are called: over the embedded trackers, without leaving a trace."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result
from tests.sync.sandbox.conftest import row

from hypercare_sync.cli.group import cli
from hypercare_sync.sandbox import github, server
from hypercare_sync.sandbox.world import Sandbox

NOW = "2026-11-23T08:00:00Z"
CONFIG = """\
version: 1
trackers:
  web-github: {{kind: github, url: "{base}/api/v3", token: sandbox, pace: off}}
releases:
  - name: Shop 5.2
    go_live: 2026-11-20T08:00+01:00
    hypercare: 14d
    sources: [{{tracker: web-github, repo: acme/web, milestone: "5.2"}}]
    summary: {{tracker: web-github, repo: acme/ops}}
    policy: standard
"""

Call = Callable[..., Result]


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """A tracker with two tickets of the release."""
    made = Sandbox.new(datetime.fromisoformat(NOW))
    made.github.repository_for("acme/ops")
    milestone = {"number": 1, "title": "5.2", "state": "open", "created_at": "2026-11-01T00:00:00Z"}
    given = {"created_at": "2026-11-21T08:00:00Z", "milestone": milestone}
    rows = [row(1, **given, title="Checkout is down", labels=[{"name": "outage"}]), row(2, **given, title="Typo")]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    github.load(made.github, "acme/web", path)
    return made


@pytest.fixture
def base(sandbox: Sandbox) -> Iterator[str]:
    """The address of the tracker."""
    with server.running(sandbox) as address:
        yield address


@pytest.fixture
def call(base: str, tmp_path: Path) -> Call:
    """Calls a command with a config over the tracker, at a fixed time."""
    path = tmp_path / "hypercare.yaml"
    path.write_text(CONFIG.format(base=base))
    path.chmod(0o600)

    def called(command: str, *arguments: str) -> Result:
        return CliRunner().invoke(cli, [command, "-c", str(path), "--now", NOW, *arguments])

    return called


def test_a_ticket_is_explained_in_the_terminal(call: Call, sandbox: Sandbox) -> None:
    result = call("explain", "acme/web#1")
    assert (result.exit_code, result.stderr) == (0, "")
    for part in (
        "acme/web#1: Checkout is down",
        "Shop 5.2: P1",
        "label outage",
        "Clock: acknowledge",
        "Status comment",
    ):
        assert part in result.stdout
    assert not [one for one in sandbox.log.served if one.kind == "write"]


def test_scripts_get_json_and_nothing_else_on_stdout(call: Call) -> None:
    result = call("explain", "web-github:acme/web#2", "--format", "json")
    told: dict[str, Any] = json.loads(result.stdout)
    assert (told["ticket"], told["now"]) == ("web-github:acme/web#2", NOW)
    assert told["releases"][0]["priority"] == "P3"


def test_a_ticket_that_nobody_knows_ends_with_a_suggestion(call: Call) -> None:
    result = call("explain", "acme/web#11")
    assert result.exit_code == 2
    assert result.stderr == "Error: acme/web#11: no such ticket is known; did you mean acme/web#1?\n"


def test_a_past_time_tells_the_ticket_as_it_stood_then(call: Call, base: str, sandbox: Sandbox) -> None:
    sandbox.clock.advance(timedelta(hours=2))
    label = f"{base}/api/v3/repos/acme/web/issues/1/labels/outage"
    assert requests.delete(label, headers={"Authorization": "Bearer person"}, timeout=10).ok
    now = json.loads(call("explain", "acme/web#1", "--now", "2026-11-23T11:00Z", "--format", "json").stdout)
    assert (now["hindsight"], now["releases"][0]["priority"]) == (False, "P3")
    then = json.loads(call("explain", "acme/web#1", "--format", "json").stdout)
    assert (then["hindsight"], then["releases"][0]["priority"]) == (True, "P1")
    assert {one["label"]: one["state"] for one in then["labels"]}["hypercare:P1"] == "to be set"
    assert "As it stood on Mon 23 Nov 08:00" in call("explain", "acme/web#1").stdout


def test_a_ticket_that_was_not_there_yet_says_when_it_came_up(call: Call) -> None:
    early = call("explain", "acme/web#1", "--now", "2026-11-20T20:00Z")
    assert early.exit_code == 2
    assert early.stderr == "Error: acme/web#1: came up only on 2026-11-21T08:00Z; write a later --now\n"


TWICE = """\
  - name: Shop 5.3
    go_live: 2026-11-20T08:00+01:00
    hypercare: 14d
    sources: [{tracker: web-github, repo: acme/web, milestone: "5.2"}]
    summary: {tracker: web-github, repo: acme/ops}
    policy: ./strict.yaml
"""


def test_one_release_is_told_alone_but_its_labels_are_decided_over_all(call: Call, tmp_path: Path) -> None:
    (tmp_path / "strict.yaml").write_text("extends: standard\nimpact: {default: high}\n")
    with (tmp_path / "hypercare.yaml").open("a") as config:
        config.write(TWICE)
    both = json.loads(call("explain", "acme/web#2", "--format", "json").stdout)
    assert [one["release"] for one in both["releases"]] == ["Shop 5.2", "Shop 5.3"]
    one = json.loads(call("explain", "acme/web#2", "--release", "Shop 5.2", "--format", "json").stdout)
    assert [(each["release"], each["priority"]) for each in one["releases"]] == [("Shop 5.2", "P3")]
    assert one["labels"] == both["labels"]
    assert {each["label"]: each["state"] for each in one["labels"]} == {
        "hypercare:P2": "to be set",
        "hypercare:P3": "gives way",
        "hypercare:breached": "to be set",
        "hypercare:stale": "to be set",
    }
    replayed = json.loads(call("replay", "--policy", "minimal", "--release", "Shop 5.3", "--format", "json").stdout)
    assert [each["release"] for each in replayed["releases"]] == ["Shop 5.3"]


def test_another_policy_is_tried_on_the_past(call: Call, sandbox: Sandbox, tmp_path: Path) -> None:
    policy = tmp_path / "strict.yaml"
    policy.write_text("extends: standard\nimpact: {default: high}\n")
    result = call("replay", "--policy", str(policy), "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    (release,) = json.loads(result.stdout)["releases"]
    assert [moment["at"] for moment in release["moments"]] == [
        "2026-11-21T07:00:00Z",
        "2026-11-22T07:00:00Z",
        "2026-11-23T07:00:00Z",
        NOW,
    ]
    assert [moment["other"]["open"]["P2"] for moment in release["moments"]] == [0, 1, 1, 1]
    assert release["differences"][0]["ticket"] == "web-github:acme/web#2"
    assert not [one for one in sandbox.log.served if one.kind == "write"]


def test_a_built_in_policy_is_named_and_the_time_may_be_narrowed(call: Call) -> None:
    result = call(
        "replay", "--policy", "standard", "--from", "2026-11-22T00:00Z", "--to", "2026-11-22T12:00Z", "--every", "6h"
    )
    assert result.exit_code == 0
    assert result.stdout.count("Sun 22 Nov") == 3
    assert "No ticket would have been treated otherwise." in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--policy", "standart"], "did you mean standard?"),
        (["--policy", "./absent.yaml"], "absent.yaml"),
        (["--policy", "standard", "--every", "1s"], "more than 1000 moments; write a longer time between them"),
        (["--policy", "standard", "--every", "soon"], "not a length of time: 'soon'"),
        (["--policy", "standard", "--every", "0m"], "no time at all; write 6h or 1d"),
    ],
)
def test_what_cannot_be_replayed_says_what_to_write(call: Call, arguments: list[str], said: str) -> None:
    result = call("replay", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_the_summary_is_shown_at_any_time_and_nothing_is_written(call: Call, sandbox: Sandbox) -> None:
    result = call("summary")
    assert (result.exit_code, result.stderr) == (0, "")
    for part in ("Hypercare Shop 5.2: red, day 4 of 14", "As of Mon 23 Nov 08:00", "1 open P1", "Decisions needed", "Burning", "acme/web#1"):  # fmt: skip
        assert part in result.stdout
    assert not [one for one in sandbox.log.served if one.kind == "write"]


def test_the_summary_of_an_earlier_time_knows_nothing_of_what_came_later(call: Call) -> None:
    earlier = call("summary", "--now", "2026-11-21T07:00:00Z")
    assert "green, day 2 of 14" in earlier.stdout
    assert "acme/web#1" not in earlier.stdout


@pytest.mark.parametrize(
    ("since", "number"),
    [("2026-11-21T07:59Z", 2), ("2026-11-21T08:00Z", 0), ("2026-11-21T09:59+02:00", 2), ("49h", 2), ("1d", 0)],
)
def test_with_since_it_tells_what_changed_then_and_no_more(call: Call, since: str, number: int) -> None:
    result = call("summary", "--since", since, "--format", "markdown")
    assert result.exit_code == 0
    assert ("**2 new**" in result.stdout) is (number == 2)
    assert ("Nothing came up" in result.stdout) is (number == 0)
    assert "## Burning" not in result.stdout
    assert "**Red**: 1 open P1" in result.stdout


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ("2026-11-24T08:00Z", "Error: --since 2026-11-24T08:00Z: this is still to come; write an earlier time"),
        ("yesterday", "write 30m, 4h, 2h30m or 14d, or a time such as 2026-11-23T08:00+00:00"),
        ("2026-11-21", "no offset from UTC"),
    ],
)
def test_a_since_that_is_no_time_or_still_to_come_is_refused(call: Call, since: str, said: str) -> None:
    result = call("summary", "--since", since)
    assert result.exit_code == 2
    assert said in result.stderr


def test_for_a_wider_audience_tickets_are_counted_and_not_named(call: Call, sandbox: Sandbox) -> None:
    sandbox.github.repositories["acme/web"].private = True
    inside, outside = (
        call("summary", "--format", "markdown", "--audience", who).stdout for who in ("internal", "public")
    )
    assert "Checkout is down" in inside
    assert "acme/web" not in outside
    assert "2 tickets of a narrower audience not named here: 1 P1, 1 P3." in outside


def test_the_summary_as_json_carries_what_a_script_needs(call: Call) -> None:
    document = json.loads(call("summary", "--format", "json").stdout)
    assert (document["schema"], document["now"]) == ("hypercare-sync/summary/1", NOW)
    (one,) = document["releases"]
    assert (one["release"], one["health"], one["phase"], one["day"], one["days"]) == (
        "Shop 5.2",
        "red",
        "hypercare",
        4,
        14,
    )
    (burning, *_) = one["burning"]["rows"]
    assert burning["priority"] == "P1"
    assert burning["why"] == "impact high (label outage), urgency high (label outage)"
    assert [ticket["key"] for ticket in burning["tickets"]] == ["acme/web#1"]
    assert one["counts"]["P1"] == {"new": 1, "in_progress": 0, "done": 0}
    assert one["targets"]["all"]["resolve"] == {"met": 0, "missed": 0, "late": 1, "running": 1}
    assert [decision["ask"] for decision in one["decisions"]] == ["take"]
    assert one["by_day"][0] == {"date": "2026-11-20", "new": 0, "resolved": 0, "reopened": 0, "open": 0}
    assert [source["source"] for source in one["sources"]] == ["web-github acme/web"]


def test_the_summary_as_a_page_needs_nothing_from_elsewhere(call: Call) -> None:
    page = call("summary", "--format", "html").stdout
    assert page.startswith("<!doctype html>")
    assert "<h2>Burning</h2>" in page
    assert not [tag for tag in ("<script", "<link", "<img", "src=", "@import", "url(") if tag in page]
