"""What nobody expected: told as a defect, in a line, without the words of the error; the traceback on demand."""

import os
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from tests.e2e.processes import COMMAND

from hypercare_sync.cli.group import cli

SCHEMA = (*COMMAND, "schema", "policy")


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


def test_output_that_nobody_reads_ends_it_quietly() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb") as pipe:
        ended = subprocess.run(SCHEMA, stdout=pipe, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_output_for_which_there_is_no_room_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(SCHEMA, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    told = "Error: the output could not be written: No space left on device; what was done before stands\n"
    assert (ended.returncode, ended.stderr) == (1, told)
