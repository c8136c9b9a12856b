"""`check` and `schema` as they are called: what is told where, and how they end."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.sync.sandbox.conftest import row

from hypercare_sync.cli.group import cli
from hypercare_sync.packs import builtin, load
from hypercare_sync.sandbox import github, server
from hypercare_sync.sandbox.world import Sandbox

CONFIG = """\
version: 1
trackers:
  web-github: {{kind: github, url: "{base}/api/v3", token: sandbox, account: own, pace: off}}
releases:
{releases}
"""
RELEASE = """\
  - name: {name}
    go_live: 2020-01-01T08:00+01:00
    hypercare: 3000d
    sources: [{{tracker: web-github, repo: acme/web, milestone: "5.2"}}]
    summary: {{tracker: web-github, repo: acme/ops}}
    policy: {policy}
"""


def called(folder: Path, *arguments: str, base: str = "http://127.0.0.1:1", **policies: str) -> Result:
    """A call with a config in the folder, whose releases have these policies."""
    releases = "".join(RELEASE.format(name=name, policy=policy) for name, policy in policies.items())
    path = folder / "hypercare.yaml"
    path.write_text(CONFIG.format(base=base, releases=releases))
    path.chmod(0o600)
    command, *rest = arguments
    return CliRunner().invoke(cli, [command, "-c", str(path), *rest])


def test_a_right_policy_passes_without_a_word_on_stderr(tmp_path: Path) -> None:
    result = called(tmp_path, "check", "--offline", shop="standard")
    assert (result.exit_code, result.stderr, result.stdout) == (0, "", "The config and its policies are right.\n")


def test_what_may_be_wrong_is_warned_of_once(tmp_path: Path) -> None:
    result = called(tmp_path, "check", "--offline", shop="follow-the-sun", app="follow-the-sun")
    assert result.exit_code == 0
    warnings = result.stderr.splitlines()
    assert len(warnings) == 3
    assert all(line.startswith("Warning: ") and "follow-the-sun.yaml:" in line for line in warnings)


def test_a_calendar_that_has_run_out_is_found_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(
        'extends: standard\ncalendars:\n  gone: {zone: UTC, hours: {}, special: {2020-01-01: ["08:00-12:00"]}}\n'
        "targets: {resolve: {P1: 4h on gone, P2: 1d, P3: 5d, P4: 14d}}\n"
    )
    result = called(tmp_path, "check", "--offline", shop="./policy.yaml", app="./policy.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    (fault,) = [line for line in result.stderr.splitlines() if line.startswith("Error")]
    assert "policy.yaml:3:3: calendars.gone: has too few hours left from " in fault


CALLING = "people: {ana: {name: Ana K, github: ana-k}}\nescalation:\n  p1: {for: [P1], until: {open: true}, tiers: [{after: 0m, notify: [ana]}]}"


@pytest.mark.parametrize(
    ("policy", "place", "said"),
    [
        (CALLING, "4:14: escalation.p1.for[0]: ", "never begins for P1"),
        ("targets: {acknowledge: {P1: 3h}}", "2:29: targets.acknowledge.P1: ", "P1 (3h) may not take longer than P2 (2h); write less time for P1"),
        ("templates: {status: {closing: 'See {titel}'}}", "2:31: templates.status.closing: ", "unknown placeholder: '{titel}'; did you mean title?"),
        ("labels: {P1: {colour: rad}}", "2:23: labels.P1.colour: ", "not a colour: 'rad'; did you mean red?"),
        ("reviews: [{id: daily, schedule: 0 25 * * *}]", "2:33: reviews[0].schedule: ", "not a cron expression: '0 25 * * *': bad hour"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_line_and_column(policy: str, place: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(f"extends: standard\n{policy}\n")
    result = called(tmp_path, "check", "--offline", shop="./policy.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"policy.yaml:{place}{said}" in result.stderr


def test_an_error_of_the_policy_ends_every_command_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("extends: standard\nstale: {P1: 0m}\n")
    for command in ("check", "plan", "sync"):
        result = called(tmp_path, command, shop="./policy.yaml")
        assert result.exit_code == 2
        assert "policy.yaml:2:13: stale.P1: every ticket would be stale at once" in result.stderr


def test_a_shown_policy_is_the_policy(tmp_path: Path) -> None:
    result = called(tmp_path, "check", "--show-policy", shop="follow-the-sun")
    assert result.exit_code == 0
    assert result.stdout.startswith("# the policy of shop\n\n# from standard\nkind:\n")
    (shown := tmp_path / "shown.yaml").write_text(result.stdout)
    assert load(shown).policy == builtin("follow-the-sun")


def test_a_prefix_of_the_teams_own_is_told_with_the_labels_that_override(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text('extends: standard\nlabel_prefix: "care:"\n')
    result = called(tmp_path, "check", "--offline", shop="./policy.yaml", app="standard")
    told = "shop: we write labels under care:, people override a priority by care-override:P1 to care-override:P4\n"
    assert (result.exit_code, result.stdout) == (0, f"The config and its policies are right.\n{told}")


@pytest.mark.parametrize(
    ("other", "warned"),
    [
        ('milestone: "5.2"', True),
        ('milestone: "5.3"', False),
        ("labels: [web]", True),
        ('milestone: "5.3", labels: [web]', True),
    ],
)
def test_releases_that_label_the_same_tickets_under_different_prefixes_are_warned_of(
    other: str, warned: bool, tmp_path: Path
) -> None:
    (tmp_path / "policy.yaml").write_text('extends: standard\nlabel_prefix: "care:"\n')
    first, second = RELEASE.format(name="shop", policy="standard"), RELEASE.format(name="app", policy="./policy.yaml")
    path = tmp_path / "hypercare.yaml"
    path.write_text(
        CONFIG.format(base="http://127.0.0.1:1", releases=first + second.replace('milestone: "5.2"', other))
    )
    path.chmod(0o600)
    result = CliRunner().invoke(cli, ["check", "--offline", "-c", str(path)])
    assert result.exit_code == 0
    told = "hypercare.yaml:16:13: releases[1].policy: labels tickets of acme/web under care:, and release 'shop' does under hypercare:"
    assert (told in result.stderr) is warned
    assert bool(result.stderr) is warned


@pytest.mark.parametrize(
    ("theirs", "other", "warned"),
    [
        ("{name: Ana B, github: ana-b}", 'milestone: "5.2"', True),
        ("{name: Ana B, github: ana-b}", 'milestone: "5.3"', False),
        ("{name: Ana, github: ANA-K}", 'milestone: "5.2"', False),
        ("{name: Ana, jira: 5b10}", 'milestone: "5.2"', False),
    ],
)
def test_releases_that_give_one_name_to_two_people_are_warned_of(
    theirs: str, other: str, warned: bool, tmp_path: Path
) -> None:
    (tmp_path / "shop.yaml").write_text("extends: standard\npeople: {ana: {name: Ana K, github: ana-k}}\n")
    (tmp_path / "app.yaml").write_text(f"extends: standard\npeople: {{ana: {theirs}}}\n")
    first, second = RELEASE.format(name="shop", policy="./shop.yaml"), RELEASE.format(name="app", policy="./app.yaml")
    path = tmp_path / "hypercare.yaml"
    path.write_text(
        CONFIG.format(base="http://127.0.0.1:1", releases=first + second.replace('milestone: "5.2"', other))
    )
    path.chmod(0o600)
    result = CliRunner().invoke(cli, ["check", "--offline", "-c", str(path)])
    assert result.exit_code == 0
    told = (
        "hypercare.yaml:16:13: releases[1].policy: ana: in the policy of release 'shop' somebody else has this name; "
    )
    assert (told in result.stderr) is warned


def test_a_token_in_a_file_that_others_may_read_is_warned_of_beside_other_faults(tmp_path: Path) -> None:
    called(tmp_path, "check", "--offline", shop="standrad")
    path = tmp_path / "hypercare.yaml"
    path.chmod(0o644)
    result = CliRunner().invoke(cli, ["check", "--offline", "-c", str(path)])
    assert result.exit_code == 2
    warning, error = result.stderr.splitlines()
    assert warning.startswith(f"Warning: {path}:3:")
    assert "a secret in a file that others may read" in warning
    assert error.startswith(f"Error: {path}:10:13: releases[0].policy: no such built-in policy: 'standrad'")


def test_a_policy_file_that_is_not_there_is_told_where_it_is_named(tmp_path: Path) -> None:
    result = called(tmp_path, "check", "--offline", shop="./nowhere.yaml")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert "hypercare.yaml:10:13: releases[0].policy: no such file: './nowhere.yaml'; write its path" in line


def test_policies_are_shown_by_release(tmp_path: Path) -> None:
    policies = {"shop": "minimal", "app": "standard", "web": "minimal"}
    every = called(tmp_path, "check", "--show-policy", **policies).stdout
    assert every.count("---\n") == 1
    assert "# the policy of shop, web\n" in every
    one = called(tmp_path, "check", "--show-policy", "app", **policies).stdout
    assert one.startswith("# the policy of app\n")
    unknown = called(tmp_path, "check", "--show-policy", "ap", **policies)
    assert (unknown.exit_code, "did you mean app?" in unknown.stderr) == (2, True)


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    """A tracker with one ticket of the release, labelled web."""
    sandbox = Sandbox.new(datetime(2026, 11, 23, 8, tzinfo=UTC))
    sandbox.github.repository_for("acme/ops")
    milestone = {"number": 1, "title": "5.2", "state": "open", "created_at": "2026-11-01T00:00:00Z"}
    issue = row(1, created_at="2026-11-21T08:00:00Z", milestone=milestone, labels=[{"name": "web"}])
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(issue))
    github.load(sandbox.github, "acme/web", path)
    with server.running(sandbox) as address:
        yield address


def test_a_rule_that_held_for_no_ticket_is_told(base: str, tmp_path: Path) -> None:
    rules = "".join(
        f"  - {{id: {name}, when: {{labels: {name}}}, then: {{comment: true}}}}\n" for name in ("web", "wbe")
    )
    (tmp_path / "policy.yaml").write_text(f"extends: standard\nrules:\n{rules}")
    result = called(tmp_path, "check", base=base, shop="./policy.yaml")
    assert result.exit_code == 0, result.stderr
    assert "shop: web-github acme/web: 1 ticket" in result.stdout
    (warning,) = result.stderr.splitlines()
    assert "policy.yaml:4:21: rules[1].when: held for none of the release's tickets (1)" in warning
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hypercare.yaml", "policy.yaml", "rows.jsonl"]


@pytest.mark.parametrize("what", ["policy", "config"])
def test_a_schema_is_printed_as_json(what: str) -> None:
    result = CliRunner().invoke(cli, ["schema", what])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["$schema"].endswith("2020-12/schema")


def test_the_help_says_how_an_editor_finds_a_schema() -> None:
    result = CliRunner().invoke(cli, ["schema", "--help"])
    assert "# yaml-language-server: $schema=./policy.schema.json" in result.stdout
