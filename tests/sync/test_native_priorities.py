"""Jira's own priority field in whole ticks, in both flavours: kept in step, never a loop, and a person's choice stays."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.sync.flow import START, impatient
from tests.sync.sandbox.jira_site import ANA, row, written

from hypercare_rules import durations
from hypercare_sync.config import load
from hypercare_sync.connect import connect, paces
from hypercare_sync.packs import policies
from hypercare_sync.report import exit_code
from hypercare_sync.sandbox.faults import Fault
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Flavour, Sandbox
from hypercare_sync.store import Store
from hypercare_sync.tick import Tick
from hypercare_sync.tick_result import TickResult

BEFORE = {"created": "2026-11-20T07:30:00.000+0000", "updated": "2026-11-20T07:30:00.000+0000", "reporter": ANA}
LOOP = """\
extends: standard
urgency: {native_priorities: {Highest: low, Lowest: high}}
impact: {native_priorities: {Highest: low, Lowest: high}}
native_priority: {P1: %s, P2: High, P3: Medium, P4: Lowest}
"""
"""A policy that takes what it makes of P1 for P4, and the other way round."""


class Desk:
    """A team whose tickets and summary are all on one Jira."""

    def __init__(self, sandbox: Sandbox, base: str, folder: Path) -> None:
        self.sandbox, self.base, self.folder, self.now = sandbox, base, folder, START
        rows = (row("SHOP-1", **BEFORE, priority={"id": "5", "name": "Lowest"}), row("SHOP-2", **BEFORE))
        sandbox.jira.load(written(folder / "rows.jsonl", *rows, row("OPS-1", versions=[])))
        self.policy("Highest")

    def policy(self, urgent: str) -> None:
        """The policy, by which P1 is called so."""
        (self.folder / "policy.yaml").write_text(LOOP % urgent)
        email = "email: bot@shop.example, " if self.sandbox.jira.cloud else ""
        config = self.folder / "hypercare.yaml"
        config.write_text(
            f'version: 1\ntrackers:\n  shop: {{kind: jira, url: "{self.base}/jira", {email}token: sandbox, pace: off}}\nreleases:\n'
            "  - {name: Shop, go_live: 2026-11-20T08:00+01:00, hypercare: 14d, policy: ./policy.yaml,\n"
            '     sources: [{tracker: shop, project: SHOP, version: "5.2"}], summary: {tracker: shop, project: OPS}}\n'
        )
        config.chmod(0o600)

    def tick(self, *, later: str = "20m", backfill: bool = False) -> TickResult:
        """One tick; both clocks have moved on before it."""
        self.sandbox.clock.advance(durations.parse(later))
        self.now += durations.parse(later)
        self.sandbox.log.served.clear()
        config = load(self.folder / "hypercare.yaml", {})
        with Store(config.store_url, config.team) as store:
            tick = Tick(config, policies(config), impatient(connect(config)), store, self.now, backfill=backfill)
            return tick.sync(paces(config))

    def forget(self) -> None:
        """Delete the store."""
        for part in self.folder.glob("hypercare.db*"):
            part.unlink()

    def native(self, key: str) -> str | None:
        """The native priority of an issue."""
        found = self._person("GET", f"issue/{key}")["fields"].get("priority")
        return str(found["name"]) if found else None

    def labels(self, key: str) -> list[str]:
        """The labels of an issue."""
        return list(self._person("GET", f"issue/{key}")["fields"]["labels"])

    def leave(self, key: str) -> None:
        """Somebody finds that an issue is not the release's."""
        self._person("PUT", f"issue/{key}", {"fields": {"versions": []}})

    def choose(self, key: str, name: str) -> None:
        """Somebody chooses a native priority."""
        self._person("PUT", f"issue/{key}", {"fields": {"priority": {"name": name}}})

    def puts(self) -> list[str]:
        """The edits of issues that the last tick sent."""
        return [one.path for one in self.sandbox.log.served if one.method == "PUT" and "SHOP" in one.path]

    def _person(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.base}/jira/rest/api/2/{path}"
        answer = requests.request(method, url, json=body, auth=("x@shop.example", "person"), timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@pytest.fixture(params=["cloud", "datacenter"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    flavour: Flavour = request.param
    sandbox = Sandbox.new(START, flavour=flavour)
    with running(sandbox) as base:
        yield Desk(sandbox, base, tmp_path)


def test_it_is_written_with_the_first_tick_and_never_again_even_where_it_would_turn_round(desk: Desk) -> None:
    assert exit_code(desk.tick()) == 0
    assert (desk.native("SHOP-1"), desk.native("SHOP-2")) == ("Highest", "Medium")
    assert "hypercare:P1" in desk.labels("SHOP-1")
    assert len(desk.puts()) == len(set(desk.puts())) == 2, "labels and all else are one edit of each ticket"
    for _ in range(2):
        result = desk.tick()
        assert result.plan.changes == ()
        assert desk.puts() == []
    desk.forget()
    desk.tick()
    assert (desk.native("SHOP-1"), desk.puts()) == ("Highest", [])


def test_what_a_person_makes_of_it_stays_and_counts(desk: Desk) -> None:
    desk.tick()
    desk.choose("SHOP-1", "Low")
    desk.choose("SHOP-2", "Lowest")
    for _ in range(2):
        desk.tick()
        assert (desk.native("SHOP-1"), desk.native("SHOP-2")) == ("Low", "Lowest")
        desk.forget()
    (release,) = desk.tick().releases
    assert release.assessment is not None
    assert [(one.ticket.ref.key, one.priority) for one in release.assessment.tickets] == [
        ("SHOP-2", "P1"), ("SHOP-1", "P4"),
    ]  # fmt: skip


def test_name_that_the_site_does_not_have_fails_once_and_is_set_aside(desk: Desk) -> None:
    desk.policy("Urgent")
    result = desk.tick()
    assert exit_code(result) == 1
    (told,) = map(str, result.errors)
    assert "SHOP-1 cannot have the priority Urgent, which shop does not have: there are Highest, High" in told
    assert [(one.key, str(one.obstacle)) for one in result.set_aside] == [("SHOP Urgent", "no_such_priority")]
    assert desk.native("SHOP-2") == "Medium"
    assert "hypercare:P1" in desk.labels("SHOP-1"), "a field that is refused loses no label"
    assert exit_code(desk.tick()) == 0
    assert desk.puts() == []
    desk.policy("Highest")
    desk.tick()
    assert desk.native("SHOP-1") == "Highest"
    assert desk.tick().set_aside == ()


def test_name_that_the_site_does_not_have_is_told_no_longer_than_a_ticket_should_have_it(desk: Desk) -> None:
    desk.policy("Urgent")
    assert exit_code(desk.tick()) == 1
    desk.sandbox.faults.planted.append(Fault("jira", "POST", "/rest/api", "502", times=9))
    assert len(desk.tick(later="1m").set_aside) == 1, "nothing is known of its tickets in this tick"
    desk.sandbox.faults.planted.clear()
    desk.leave("SHOP-1")
    assert desk.tick(later="1m").set_aside == ()
