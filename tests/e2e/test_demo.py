"""`hypercare-sync demo` as people call it: a process, its output, its end."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

pytestmark = pytest.mark.slow

# A shell's background jobs ignore Ctrl-C, and so would all that a test starts in one.
_INTERRUPTIBLE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
_COMMAND = [sys.executable, "-c", f"{_INTERRUPTIBLE}; from hypercare_sync.cli import main; main()"]


def _environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(tmp_path), "PYTHONUTF8": "1"}


def _demo(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*_COMMAND, "demo", *arguments],
        cwd=tmp_path, env=_environment(tmp_path), capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


def test_demo_ends_by_itself_says_the_same_each_time_and_leaves_nothing(tmp_path: Path) -> None:
    first, second = _demo(tmp_path), _demo(tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == second.stdout
    assert "\x1b" not in first.stdout
    for part in (
        "Lena (shop Zürich) reopened SHOP-12",
        "Mia (support) labelled SHOP-23 hypercare-override:P1",
        "override by the label hypercare-override:P1",
        "Hypercare Shop 5.2: amber, day 6 of 14",
        "Click and collect",
        "With its store deleted it reads everything anew",
        "demo --serve --port 8080",
    ):
        assert part in first.stdout
    assert list(tmp_path.iterdir()) == []


@contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever fails, nobody waits for a process that goes on."""
    try:
        yield
    finally:
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_keeps_the_trackers_up_until_it_is_ended(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [*_COMMAND, "demo", "--serve"],
        cwd=tmp_path, env=_environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    ) as process, _ended(process):  # fmt: skip
        assert process.stdout is not None
        lines: list[str] = []
        while not (lines and "Ctrl-C" in lines[-1]):
            lines.append(process.stdout.readline())
            assert lines[-1], "it ended before it said where to look"
        url = next(line.split()[1] for line in lines if line.split()[:1] == ["Summary"])
        addresses = re.findall(r"http://127[^\s,]+", "".join(lines))
        assert addresses[0] == url
        pages = {each: requests.get(each, timeout=5) for each in addresses}
        assert {answer.status_code for answer in pages.values()} == {200}
        assert "Hypercare Shop 5.2: amber" in pages[url].text
        config = next(word for line in lines for word in line.split() if word.endswith("hypercare.yaml"))
        again = subprocess.run(
            [*_COMMAND, "plan", "-c", config, "--now", "2026-11-21T09:00Z"],
            capture_output=True, encoding="utf-8", timeout=30, check=False,
        )  # fmt: skip
        assert (again.returncode, again.stderr) == (0, "")
        assert "Nothing to change." in again.stdout
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_port_that_is_taken_is_a_usage_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = _demo(tmp_path, "--port", str(port))
    assert run.returncode == 2
    assert run.stderr.startswith(f"Error: --port {port}: cannot listen there")


def test_help_shows_examples_a_line_each(tmp_path: Path) -> None:
    lines = [line.strip() for line in _demo(tmp_path, "--help").stdout.splitlines()]
    assert "hypercare-sync demo --serve --port 8080" in lines
