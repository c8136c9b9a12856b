"""Guards, `plan --out` and `apply` from outside: exit codes, what is told where, and what is left behind."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from tests.e2e.processes import SECRET, TOKEN, Served, call, configure, sandbox

from hypercare_sync.store import Store

pytestmark = pytest.mark.slow

NOW = ("--now", "2026-11-23T08:00:00Z")
LATER = ("--now", "2026-11-23T08:10:00Z")


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with sandbox(tmp_path_factory.mktemp("sandbox")) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path, served: Served) -> Path:
    """After the baseline a policy is edited by which every open ticket changes; the limits are those of a small team."""
    (tmp_path / "own.yaml").write_text("extends: standard\n")
    configure(tmp_path, served.base, policy="./own.yaml", more="guard: {share: 0.5, tickets: 1}")
    assert run(tmp_path, "sync", *NOW).returncode == 0
    (tmp_path / "own.yaml").write_text("extends: standard\nrules: [{id: all, when: {}, then: {add_labels: [seen]}}]\n")
    served.forget()
    return tmp_path


def run(folder: Path, *arguments: str) -> CompletedProcess[str]:
    called = call(*arguments, cwd=folder, env=TOKEN)
    for stream in (called.stdout, called.stderr):
        assert "Traceback" not in stream, stream
        assert SECRET not in stream
    return called


def kinds(served: Served) -> set[str]:
    return {row["kind"] for row in served.requests()}


def document(called: CompletedProcess[str]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(called.stdout)
    return read


def test_refused_sync_exits_3_writes_nothing_and_says_what_to_do(folder: Path, served: Served) -> None:
    called = run(folder, *LATER)
    assert called.returncode == 3
    assert (
        "Shop 5.2: the policy was edited, and by it or since then 4 of the 4 tickets that we wrote to would change"
        in called.stderr
    )
    assert "hypercare-sync plan --out plan.json" in called.stderr
    assert "none written" in called.stdout
    found = run(folder, "sync", *LATER, "--format", "json")
    assert (found.returncode, document(found)["status"]) == (3, "refused")
    assert [(one["guard"], one["affected"]) for one in document(found)["refusals"]] == [("policy", 4)]
    assert kinds(served) == {"read"}


def test_plan_shows_what_would_be_refused_and_exits_0(folder: Path) -> None:
    called = run(folder, "plan", *LATER)
    assert (called.returncode, called.stderr) == (0, "")
    assert "sync would be refused: Shop 5.2: the policy was edited" in called.stdout
    found = run(folder, "plan", *LATER, "--format", "json")
    assert found.returncode == 0
    assert (document(found)["status"], len(document(found)["refusals"])) == ("ok", 1)


def test_reviewed_plan_is_applied_and_the_next_sync_writes_nothing(folder: Path, served: Served) -> None:
    planned = run(folder, "plan", "--out", "plan.json", *LATER, "--format", "json")
    assert planned.returncode == 0
    path = folder / "plan.json"
    text = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SECRET not in text
    assert json.loads(text)["changes"] == document(planned)["plan"]["changes"]
    assert json.loads(text)["checksum"] == document(planned)["plan"]["checksum"]
    assert kinds(served) == {"read"}
    applied = run(folder, "apply", "plan.json", "--format", "json")
    assert (applied.returncode, document(applied)["status"], applied.stderr) == (0, "ok", "")
    assert document(applied)["now"] == "2026-11-23T08:10:00Z"
    assert document(applied)["changes"]["applied"] == len(json.loads(text)["changes"])
    after = run(folder, "sync", *LATER, "--format", "json")
    assert (after.returncode, document(after)["changes"]["planned"]) == (0, 0)
    again = run(folder, "apply", "plan.json")
    assert again.returncode == 3


def test_force_carries_it_out(folder: Path) -> None:
    called = run(folder, "sync", "--force", *LATER)
    assert (called.returncode, called.stderr) == (0, "")
    assert document(run(folder, "sync", *LATER, "--format", "json"))["changes"]["planned"] == 0


def test_plan_whose_world_has_changed_exits_3_and_says_what(folder: Path, served: Served) -> None:
    run(folder, "plan", "--out", "plan.json", *LATER)
    headers = {"Authorization": "Bearer person"}
    url = f"{served.base}/api/v3/repos/acme/web/issues/2/labels"
    served.session.post(url, json={"labels": ["outage"]}, headers=headers, timeout=10).raise_for_status()
    served.forget()
    called = run(folder, "apply", "plan.json")
    assert called.returncode == 3
    assert "new: add_label web-github:acme/web#2 hypercare:P1" in called.stderr
    assert "plan again" in called.stderr
    found = run(folder, "apply", "plan.json", "--format", "json")
    assert (found.returncode, document(found)["status"], document(found)["refusals"][0]["guard"]) == (
        3,
        "refused",
        "review",
    )
    assert kinds(served) == {"read"}


def test_plan_that_cannot_be_applied_exits_2_and_asks_nobody(folder: Path, served: Served) -> None:
    run(folder, "plan", "--out", "plan.json", *LATER)
    path = folder / "plan.json"
    whole = path.read_text()
    served.forget()
    tampered = json.loads(whole)
    tampered["changes"][0]["why"] = "because"
    for text, told in (
        (json.dumps(tampered), "it was edited"),
        ("{}", "it has no schema"),
        ("no plan", "it is not JSON"),
        (whole.replace("hypercare-sync/plan/1", "hypercare-sync/plan/9"), "its schema is 'hypercare-sync/plan/9'"),
    ):
        path.write_text(text)
        called = run(folder, "apply", "plan.json", "--format", "json")
        assert (called.returncode, called.stdout) == (2, "")
        assert told in called.stderr
    path.write_text(whole)
    config = folder / "hypercare.yaml"
    config.write_text(config.read_text().replace("name: Shop 5.2", "name: Shop 6"))
    assert "made for another config" in run(folder, "apply", "plan.json").stderr
    missing = run(folder, "apply", "other.json")
    assert (missing.returncode, "other.json: no such file" in missing.stderr) == (2, True)
    assert run(folder, "apply").returncode == 2
    assert run(folder, "plan", "--out", "nowhere/plan.json").returncode == 2
    assert "write" not in kinds(served)


def test_apply_waits_for_no_other_tick(folder: Path, served: Served) -> None:
    run(folder, "plan", "--out", "plan.json", *LATER)
    served.forget()
    with Store(f"sqlite:///{folder / 'hypercare.db'}") as store, store.lease():
        called = run(folder, "apply", "plan.json", "--format", "json")
    assert (called.returncode, document(called)["status"], document(called)["refusals"]) == (4, "locked", [])
    assert served.requests() == []
