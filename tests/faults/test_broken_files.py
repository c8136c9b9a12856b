"""Configs and policies that are broken anywhere: every fault is told in a line of its own, never a traceback, and nothing is written."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.e2e.processes import COMMAND, clean_environment
from tests.effort import examples
from tests.faults.broken import CONFIG, CORPUS, GOOD, POLICY, POLICY_CORPUS, spoilt_text, structures

from hypercare_sync.cli.group import cli
from hypercare_sync.config import load
from hypercare_sync.errors import ConfigError
from hypercare_sync.packs import policies

TOLD = re.compile(r"(Error|Warning): [^\n]*")
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
PLAIN_POLICY: Any = YAML(typ="safe", pure=True).load(POLICY.replace("2026-12-24", '"2026-12-24"'))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good config and its policy."""
    (tmp_path / "hypercare.yaml").write_text(CONFIG)
    (tmp_path / "hypercare.yaml").chmod(0o600)
    (tmp_path / "policy.yaml").write_text(POLICY)
    return tmp_path


def standing(folder: Path) -> list[str]:
    """What is in the folder."""
    return sorted(path.name for path in folder.iterdir())


def check(folder: Path) -> int:
    """What `check --offline` ends with, once it is known to have told everything as it should."""
    before = standing(folder)
    path = folder / "hypercare.yaml"
    result = CliRunner().invoke(cli, ["check", "--offline", "-c", str(path)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    lines = result.stderr.splitlines()
    assert result.exit_code in {0, 2}
    assert all(TOLD.fullmatch(line) for line in lines), result.stderr[:2_000]
    assert any(line.startswith("Error") for line in lines) == (result.exit_code == 2), result.stderr[:2_000]
    assert not UNPRINTABLE.search(result.output)
    assert "a defect" not in result.output
    assert standing(folder) == before
    return result.exit_code


def loadable(folder: Path) -> bool:
    """Whether a tick would begin with these files."""
    try:
        return bool(policies(load(folder / "hypercare.yaml", os.environ)))
    except ConfigError:
        return False


def test_good_files_are_good(folder: Path) -> None:
    assert check(folder) == 0
    assert loadable(folder)


@pytest.mark.parametrize("name", CORPUS)
def test_broken_config_is_told(folder: Path, name: str) -> None:
    (folder / "hypercare.yaml").write_bytes(CORPUS[name])
    assert check(folder) == 2
    assert not loadable(folder)


@pytest.mark.parametrize("name", POLICY_CORPUS)
def test_broken_policy_is_told(folder: Path, name: str) -> None:
    (folder / "policy.yaml").write_bytes(POLICY_CORPUS[name])
    assert check(folder) == (2 if name not in FINE else 0)


FINE = {"an expression without end", "a wide condition"}


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""], ids=["a mark", "no mark"])
@pytest.mark.parametrize("end", [b"\r\n", b"\n"], ids=["of Windows", "of Unix"])
def test_files_as_other_systems_write_them_are_good(folder: Path, mark: bytes, end: bytes) -> None:
    for name, text in (("hypercare.yaml", CONFIG), ("policy.yaml", POLICY)):
        (folder / name).write_bytes(mark + text.encode().replace(b"\n", end))
    assert check(folder) == 0


def no_file(path: Path) -> None:
    """A folder in its place."""
    path.unlink()
    path.mkdir()


def a_loop(path: Path) -> None:
    """A link that leads to itself."""
    path.unlink()
    path.symlink_to(path.name)


def a_link_to_nothing(path: Path) -> None:
    """A link to a file that is not there."""
    path.unlink()
    path.symlink_to("gone.yaml")


def a_device(path: Path) -> None:
    """A file that never ends."""
    path.unlink()
    path.symlink_to("/dev/zero")


ODD_PLACES = [no_file, a_loop, a_link_to_nothing, a_device]


@pytest.mark.slow
@pytest.mark.parametrize("file", ["hypercare.yaml", "policy.yaml"])
@pytest.mark.parametrize("make", ODD_PLACES)
def test_what_is_no_file_is_told_by_the_process(folder: Path, file: str, make: Callable[[Path], None]) -> None:
    make(folder / file)
    for command in ("check", "sync"):
        options = ["--offline"] if command == "check" else []
        done = subprocess.run(
            [*COMMAND, command, *options, "-c", "hypercare.yaml"], cwd=folder, env=clean_environment(), capture_output=True, text=True, timeout=20, check=False
        )  # fmt: skip
        assert done.returncode == 2, done.stderr
        assert done.stderr
        assert "Traceback" not in done.stderr
    assert standing(folder) == ["hypercare.yaml", "policy.yaml"]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_file_that_we_may_not_read_is_told(folder: Path) -> None:
    (folder / "hypercare.yaml").chmod(0)
    assert check(folder) == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a billion laughs", "deep lists", "UTF-16", "50 MB", "zeros", "duplicate keys"])
def test_broken_config_is_told_by_the_process(folder: Path, name: str) -> None:
    (folder / "hypercare.yaml").write_bytes(CORPUS[name])
    done = subprocess.run([*COMMAND, "-c", "hypercare.yaml"], cwd=folder, env=clean_environment(), capture_output=True, text=True, timeout=20, check=False)  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert all(TOLD.fullmatch(line) for line in done.stderr.splitlines())
    assert standing(folder) == ["hypercare.yaml", "policy.yaml"]


CONFIGS = st.one_of(structures(GOOD), spoilt_text(CONFIG.encode()))
POLICIES = st.one_of(structures(PLAIN_POLICY), spoilt_text(POLICY.encode()))


def broken(folder: Path, file: str, files: st.SearchStrategy[bytes], number: int) -> None:
    """So many files in its place, the same ones in each run."""

    @settings(
        max_examples=number, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(files)
    def case(body: bytes) -> None:
        (folder / file).write_bytes(body)
        if check(folder) == 2:
            loadable(folder)
        else:
            assert loadable(folder)

    case()


@pytest.mark.parametrize(("file", "files"), [("hypercare.yaml", CONFIGS), ("policy.yaml", POLICIES)], ids=["config", "policy"])  # fmt: skip
def test_file_broken_anywhere_is_told(folder: Path, file: str, files: st.SearchStrategy[bytes]) -> None:
    broken(folder, file, files, examples(120))


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("file", "files", "number"),
    [("hypercare.yaml", CONFIGS, 6_000), ("policy.yaml", POLICIES, 2_000)],
    ids=["config", "policy"],
)
def test_thousands_of_files_broken_anywhere(
    folder: Path, file: str, files: st.SearchStrategy[bytes], number: int
) -> None:
    broken(folder, file, files, number)
