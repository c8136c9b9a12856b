"""The program as others drive it: the command line as a process, against the sandbox as a process."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from tests.sync.flow import START, config_text, github_rows, jira_rows

SECRET = "s3cr3t-t0ken-of-the-b0t"
COMMAND = (sys.executable, "-c", "from hypercare_sync.cli import main; main()")


def call(
    *arguments: str, cwd: Path, env: Mapping[str, str] | None = None, ends_within: float = 60
) -> subprocess.CompletedProcess[str]:
    """One call of the command line in a folder."""
    return subprocess.run(
        [*COMMAND, *arguments], cwd=cwd, capture_output=True, text=True, timeout=ends_within, check=False,
        env=clean_environment(env),
    )  # fmt: skip


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without anything that would reach the program by chance."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HYPERCARE_")} | dict(more or {})


@dataclass
class Served:
    """A sandbox that runs as a process: its address, and calls of its APIs as a person or as we."""

    base: str
    session: requests.Session = field(default_factory=requests.Session)

    def github(self, path: str, **query: Any) -> list[Any]:
        """All rows of a list of GitHub's REST API below `/repos/acme`."""
        url = f"{self.base}/api/v3/repos/acme{path}"
        answer = self.session.get(
            url, params={"per_page": 100, **query}, headers={"Authorization": f"Bearer {SECRET}"}, timeout=10
        )
        answer.raise_for_status()
        rows: list[Any] = answer.json()
        assert len(rows) < 100, "more than one page"
        return rows

    def jira(self, path: str) -> Any:
        """What Jira's REST API version 2 answers."""
        answer = self.session.get(f"{self.base}/jira/rest/api/2/{path}", auth=("bot@shop.example", SECRET), timeout=10)
        answer.raise_for_status()
        return answer.json()

    def requests(self) -> list[dict[str, Any]]:
        """What the trackers served."""
        rows: list[dict[str, Any]] = self.session.get(f"{self.base}/_sandbox/requests", timeout=10).json()["requests"]
        return rows

    def forget(self) -> None:
        """Clear the list of what was served."""
        self.session.delete(f"{self.base}/_sandbox/requests", timeout=10)

    def plant(self, **fault: Any) -> None:
        """Plant a fault."""
        self.session.post(f"{self.base}/_sandbox/faults", json=fault, timeout=10).raise_for_status()


@contextmanager
def sandbox(folder: Path, *options: str) -> Iterator[Served]:
    """The embedded trackers with the usual six tickets, at the usual time; our own account comes with SECRET."""
    for name, rows in (("jira", jira_rows()), ("github", github_rows())):
        (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    port = folder / "port"
    port.unlink(missing_ok=True)
    arguments = (
        *("sandbox", "--port", "0", "--port-file", str(port), "--clock", START.isoformat(), "--repo", "acme/ops"),
        *("--jira-data", str(folder / "jira.jsonl"), "--github-data", f"acme/web={folder / 'github.jsonl'}"),
        *("--token", f"{SECRET}=hypercare-bot"),
    )
    process = subprocess.Popen(
        [*COMMAND, *arguments, *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 30
        while not port.exists():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "no port in 30 s"
            time.sleep(0.02)
        with (served := Served(f"http://127.0.0.1:{port.read_text()}")).session:
            yield served
    finally:
        process.terminate()
        process.communicate(timeout=10)


def configure(folder: Path, base: str, **given: str) -> Path:
    """Write a config that takes the secret from the environment variable TOKEN; its path."""
    path = folder / "hypercare.yaml"
    path.write_text(config_text(base, **given).replace("token: sandbox", 'token: "${TOKEN}"'))
    return path


TOKEN = {"TOKEN": SECRET}
