"""How commands are called: where their options stand."""

import pytest
from click.testing import CliRunner

from hypercare_sync.cli.group import cli


@pytest.mark.parametrize(
    ("called", "meant"),
    [
        ("-c team.yaml check", "check -c team.yaml"),
        ("--config=team.yaml check --offline", "check --config=team.yaml --offline"),
        ("-c team.yaml --release 'Shop 5.2' plan", "plan -c team.yaml --release 'Shop 5.2'"),
        ("--offline check", "check --offline"),
        ("-c team.yaml store prune", "store -c team.yaml prune"),
    ],
)
def test_options_before_the_command_are_told_where_they_go(called: str, meant: str) -> None:
    result = CliRunner().invoke(cli, called)
    assert result.exit_code == 2
    assert f"Error: options go after the command; write: hypercare-sync {meant}\n" in result.stderr


@pytest.mark.parametrize("called", ["-c nowhere.yaml", "-c check", "--release plan -c nowhere.yaml"])
def test_bare_call_with_options_is_a_sync_whatever_their_values_are(called: str) -> None:
    result = CliRunner().invoke(cli, called)
    assert result.exit_code == 2
    assert "no such file" in result.stderr
