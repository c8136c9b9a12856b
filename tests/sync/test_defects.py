"""What nobody expected: told as a defect, in a line, without the words of the error; the traceback on demand."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from hypercare_sync.cli.group import cli


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that fails as nobody expects."""

    @click.command()
    def check() -> None:
        raise ValueError("hunter2")

    monkeypatch.setattr("hypercare_sync.cli.check.check", check)


@pytest.mark.usefixtures("broken")
def test_defect_is_told_with_its_place_and_what_to_do() -> None:
    result = CliRunner().invoke(cli, ["check"])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: a defect of hypercare-sync: ValueError at {Path(__file__).name}:")
    assert "HYPERCARE_DEBUG=1" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "hunter2" not in result.output


@pytest.mark.usefixtures("broken")
def test_defect_shows_its_traceback_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYPERCARE_DEBUG", "1")
    with pytest.raises(ValueError, match="hunter2"):
        CliRunner().invoke(cli, ["check"], catch_exceptions=False)
