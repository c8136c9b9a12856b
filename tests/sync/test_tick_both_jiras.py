"""Whole ticks at Jira Cloud and Data Center, by the command line: what is written once, and found again without a store."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.sync.flow import START
from tests.sync.sandbox.jira_site import ANA, row, written

from hypercare_sync.cli.group import cli
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Flavour, Sandbox

BEFORE = "2026-11-20T07:30:00.000+0000"
LAG = timedelta(minutes=30)


class Desk:
    """A team whose tickets and summary are all on one Jira."""

    def __init__(self, sandbox: Sandbox, base: str, folder: Path) -> None:
        self.sandbox, self.base, self.folder, self.now = sandbox, base, folder, START
        people = {"created": BEFORE, "updated": BEFORE, "reporter": ANA}
        urgent = row("SHOP-1", **people, priority={"id": "1", "name": "Highest"})
        sandbox.jira.load(written(folder / "rows.jsonl", urgent, row("SHOP-2", **people), row("OPS-1", versions=[])))
        email = "email: bot@shop.example, " if sandbox.jira.cloud else ""
        self.config = folder / "hypercare.yaml"
        self.config.write_text(
            f'version: 1\ntrackers:\n  shop: {{kind: jira, url: "{base}/jira", {email}token: sandbox, pace: off}}\nreleases:\n'
            "  - {name: Shop, go_live: 2026-11-20T08:00+01:00, hypercare: 14d,\n"
            '     sources: [{tracker: shop, project: SHOP, version: "5.2"}], summary: {tracker: shop, project: OPS}}\n'
        )
        self.config.chmod(0o600)

    def tick(self, *, later: timedelta = timedelta(minutes=20), code: int = 0) -> dict[str, Any]:
        """What one tick tells; both clocks have moved on before it."""
        self.sandbox.clock.advance(later)
        self.now += later
        self.sandbox.log.served.clear()
        told = ["--format", "json", "--now", self.now.isoformat(), "--backfill"]
        result = CliRunner().invoke(cli, ["sync", "-c", str(self.config), *told])
        assert result.exit_code == code, result.output
        document: dict[str, Any] = json.loads(result.stdout)
        return document

    def ours(self, project: str) -> list[str]:
        """What our account wrote in a project: the titles of issues, and the texts of comments."""
        us = self.sandbox.accounts.named("hypercare-bot").name
        issues = [issue for issue in self.sandbox.jira.issues.values() if issue.project_key == project]
        made = [issue.fields["summary"] for issue in issues if issue.fields["reporter"]["displayName"] == us]
        said = [str(one["body"]) for issue in issues for one in issue.comments if one["author"]["displayName"] == us]
        return made + said

    def written(self) -> int:
        """How many writes the last tick sent."""
        return len([one for one in self.sandbox.log.served if one.kind == "write"])


@pytest.fixture(params=["cloud", "datacenter"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    flavour: Flavour = request.param
    sandbox = Sandbox.new(START, flavour=flavour)
    with running(sandbox) as base:
        yield Desk(sandbox, base, tmp_path)


def test_second_tick_writes_nothing_and_reads_once_a_source(desk: Desk) -> None:
    desk.tick()
    assert "hypercare:P1" in _labels(desk, "SHOP-1")
    (summary,) = desk.ours("OPS")
    assert "Shop" in summary
    assert len(desk.ours("SHOP")) >= 1
    desk.tick()
    before = desk.ours("SHOP"), desk.ours("OPS")
    desk.tick()
    assert desk.written() == 0
    assert len(desk.sandbox.log.served) == 2  # the source, and the summary by its key
    assert (desk.ours("SHOP"), desk.ours("OPS")) == before


def test_store_lost_while_the_index_lags_doubles_nothing(desk: Desk) -> None:
    desk.sandbox.jira.lag = LAG
    desk.tick()
    before = len(desk.ours("SHOP")), len(desk.ours("OPS"))
    (desk.folder / "hypercare.db").unlink()
    desk.tick(later=timedelta(minutes=1))
    assert (len(desk.ours("SHOP")), len(desk.ours("OPS"))) == before
    linked = desk.sandbox.jira.issue("SHOP-1")
    assert linked is not None
    assert [one["object"]["title"] for one in linked.remote_links] == ["shop:OPS-2"]


def _labels(desk: Desk, key: str) -> list[str]:
    issue = desk.sandbox.jira.issue(key)
    assert issue is not None
    return list(issue.fields["labels"])


def test_version_that_is_yet_to_come_is_said_and_fails_no_tick(desk: Desk) -> None:
    desk.config.write_text(desk.config.read_text().replace('"5.2"', '"5.20"'))
    note = "SHOP has no version '5.20' yet; it has '5.2'"
    checked = CliRunner().invoke(cli, ["check", "-c", str(desk.config)])
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert f"Shop: shop SHOP: 0 tickets of the release; {note}" in checked.stdout
    for _ in range(2):
        (release,) = desk.tick()["releases"]
        assert release["sources"][0]["status"] == "ok"
    (summary,) = (issue for issue in desk.sandbox.jira.issues.values() if "Shop" in issue.fields["summary"])
    assert "has no version" in str(summary.fields["description"])


@pytest.mark.parametrize("flavour", ["cloud", "datacenter"])
def test_comments_that_we_could_not_read_ourselves_are_refused_once_and_set_aside(
    flavour: Flavour, tmp_path: Path
) -> None:
    sandbox = Sandbox.new(START, {"sandbox": "hypercare-bot:jira-roles=Visitors"}, flavour)
    with running(sandbox) as base:
        desk = Desk(sandbox, base, tmp_path)
        desk.config.write_text(desk.config.read_text().replace("pace: off", "pace: off, comments: {role: Developers}"))
        first = desk.tick(code=1)
        assert [(one["key"], one["obstacle"]) for one in first["set_aside"]] == [("SHOP", "no_reader")]
        assert "bring our account into it" in first["set_aside"][0]["why"]
        assert "hypercare:P1" in _labels(desk, "SHOP-1")
        desk.tick()
        assert [one.path for one in desk.sandbox.log.served if one.path.endswith("/comment")] == []
        (summary,) = (issue for issue in sandbox.jira.issues.values() if "Shop" in issue.fields["summary"])
        assert "our account is not among their readers" in str(summary.fields["description"])
