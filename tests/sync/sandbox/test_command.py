"""`hypercare-sync sandbox` as people and scripts start it."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from tests.sync.apps import private_key
from tests.sync.sandbox.conftest import row

from hypercare_sync.cli.sandbox import sandbox as command
from hypercare_sync.sandbox import server
from hypercare_sync.sandbox.world import Sandbox


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Sandbox]:
    """Starts the command up to where it would serve; the sandbox that it would serve."""

    def start(*arguments: str) -> Sandbox:
        served: list[Sandbox] = []
        monkeypatch.setattr(server, "serve", lambda sandbox, *_: served.append(sandbox))
        result = CliRunner().invoke(command, ["--port", "0", *arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return served[0]

    return start


@pytest.fixture
def data(tmp_path: Path) -> str:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row(1)))
    return str(path)


def test_options_make_the_world(started: Callable[..., Sandbox], data: str, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("")
    sandbox = started(
        *("--github-data", f"acme/web={data}", "--github-data", f"acme/none={tmp_path / 'none.jsonl'}"),
        *("--repo", "acme/ops", "--private", "acme/secret", "--private", "acme/web"),
        *("--github-limits", "--github-reactions-move-updated"),
        *("--token", "t=ana", "--clock", "2026-11-21T12:00:00Z", "--latency", "40"),
    )
    repositories = sandbox.github.repositories
    assert {name: (each.private, len(each.issues)) for name, each in repositories.items()} == {
        "acme/web": (True, 1),
        "acme/none": (False, 0),
        "acme/ops": (False, 0),
        "acme/secret": (True, 0),
    }
    assert [sandbox.accounts.by_token(each).login for each in ("t", "sandbox")] == ["ana", "hypercare-bot"]  # type: ignore[union-attr]
    assert f"{sandbox.clock.now():%Y-%m-%dT%H}" == "2026-11-21T12"
    assert sandbox.latency.total_seconds() == 0.04
    assert (sandbox.github_limits, sandbox.github.reactions_touch) == (True, True)
    assert (started().github_limits, started().github.reactions_touch) == (False, False)


def test_options_make_the_jira_site(started: Callable[..., Sandbox]) -> None:
    sandbox = started("--jira-flavour", "datacenter", "--jira-limits", "--token", "ro=ana:jira=BROWSE_PROJECTS")
    assert (sandbox.jira.flavour, sandbox.jira.limits is None) == ("datacenter", False)
    grant = sandbox.accounts.grant("ro")
    assert grant is not None
    assert (grant.jira.may("BROWSE_PROJECTS", "SHOP"), grant.jira.may("EDIT_ISSUES", "SHOP")) == (True, False)
    assert (started().jira.flavour, started().jira.limits) == ("cloud", None)


def test_app_is_known_by_its_key_and_its_rights(started: Callable[..., Sandbox], tmp_path: Path) -> None:
    (key := tmp_path / "app.pem").write_text(private_key())
    sandbox = started("--app", f"hyper=7:{key}", "--app", f"other=8:{key}:issues=read,on=acme/web")
    hyper, other = sandbox.github.apps.known
    assert (hyper.id, hyper.login, hyper.grant.permissions, hyper.grant.only) == (
        7,
        "hyper[bot]",
        {"issues": "write"},
        None,
    )
    assert (other.grant.permissions, other.grant.only) == ({"issues": "read"}, {"acme/web"})


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--app", "hyper"], "'hyper' is not of the form SLUG=ID:KEYFILE[:RIGHTS]"),
        (["--github-data", "acme/web"], "'acme/web' is not of the form OWNER/REPO=FILE"),
        (["--token", "=ana"], "'=ana' is not of the form T=LOGIN"),
        (["--clock", "soon"], "'soon' is no time; write 2026-11-23T08:00Z"),
        (["--port", "x"], "'x' is not a valid integer"),
        (["--latency", "-1"], "-1 is not in the range"),
        (["--jira-data", "missing.jsonl"], "'missing.jsonl' does not exist"),
        (["--jira-flavour", "server"], "'server' is not one of 'cloud', 'datacenter'"),
    ],
)
def test_option_that_cannot_be_used_is_named_with_its_value(arguments: list[str], fault: str) -> None:
    result = CliRunner().invoke(command, ["--port", "0", *arguments])
    assert result.exit_code == 2
    assert fault in " ".join(result.output.split())
    assert arguments[0] in result.output


def test_help_shows_examples() -> None:
    result = CliRunner().invoke(command, ["--help"])
    assert result.exit_code == 0
    lines = [line.strip() for line in result.output.splitlines()]
    assert "hypercare-sync sandbox --port 8000 --repo acme/web --repo acme/ops" in lines


def _started(tmp_path: Path, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    """The command as a process of its own, and its base address."""
    port = tmp_path / "port"
    line = [sys.executable, "-c", "from hypercare_sync.cli.sandbox import sandbox; sandbox()"]
    process = subprocess.Popen(
        [*line, "--port", "0", "--port-file", str(port), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not port.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "no port file in 30 s"
        time.sleep(0.02)
    return process, f"http://127.0.0.1:{port.read_text()}"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_quietly(tmp_path: Path, data: str, number: signal.Signals) -> None:
    process, base = _started(tmp_path, "--github-data", f"acme/web={data}")
    headers: dict[str, Any] = {"headers": {"Authorization": "Bearer sandbox"}, "timeout": 5}
    with requests.Session() as session:
        assert session.get(f"{base}/api/v3/repos/acme/web/issues/1", **headers).json()["title"] == "Case 1"
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, "")
    assert base in err
    assert "Traceback" not in err
