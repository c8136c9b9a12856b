"""The programs that fork a loaded process for each of many cases, as tests start them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests import postgres
from tests.e2e.processes import clean_environment

ROOT = Path(__file__).parents[2]
FORKS = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a fork of a loaded process may hang")


def none_wrong(program: str, *arguments: object) -> tuple[dict[str, Any], list[int]]:
    """What the program tells of the calm tick, and the numbers of its cases. Raises AssertionError where a case went wrong."""
    command = [sys.executable, "-m", f"tests.faults.{program}", *map(str, arguments)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=clean_environment())
    assert run.returncode == 0, run.stderr
    calm, *cases = map(json.loads, run.stdout.splitlines())
    assert (calm["code"], calm["planned"]) == (0, [])
    wrong = [case for case in cases if case["wrong"]]
    assert not wrong, wrong
    return calm, [case["k"] for case in cases]


def port_of(database: str) -> str:
    """How the programs are told where to keep the store: `sqlite`, or the port of a PostgreSQL server."""
    return database if database == "sqlite" else str(postgres.server().port)
