"""JQL over the past (WAS, CHANGED), over versions by their state, and in an account's time zone."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.sync.sandbox.jira_site import ANA, START, row, written

from hypercare_sync.sandbox.clock import Clock
from hypercare_sync.sandbox.jira import JiraWorld
from hypercare_sync.sandbox.jira.conditions import compile_condition
from hypercare_sync.sandbox.jira.jql import parse
from hypercare_sync.sandbox.jira.query import JqlError
from hypercare_sync.sandbox.jira.scope import Scope
from hypercare_sync.sandbox.people import Accounts

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
BO = {"accountId": "bo", "displayName": "Bo"}
OLD = {"id": "20001", "name": "5.2", "released": True, "releaseDate": "2026-11-01"}
NEW = {"id": "20002", "name": "5.3", "released": True, "releaseDate": "2026-11-20"}
NEXT = {"id": "20003", "name": "6.0", "released": False, "releaseDate": "2026-12-20"}
LATER = {"id": "20004", "name": "7.0", "released": False}


def step(day: int, who: dict[str, Any], field: str, before: str, after: str) -> dict[str, Any]:
    item = {"field": field, "fromString": before, "toString": after}
    return {"author": who, "created": f"2026-11-{day:02}T10:00:00.000+0000", "items": [item]}


ROWS = (
    row("SHOP-1", versions=[OLD])
    | {
        "changelog": {
            "histories": [step(5, ANA, "status", "Open", "In Progress"), step(9, BO, "status", "In Progress", "Open")]
        }
    },
    row("SHOP-2", versions=[NEW], assignee=ANA) | {"changelog": {"histories": [step(7, BO, "assignee", "", "Ana")]}},
    row("SHOP-3", versions=[NEXT], fixVersions=[NEXT], priority={"id": "1", "name": "Highest"}),
    row("OPS-1", versions=[LATER], created="2026-11-02T03:30:00.000+0000"),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> JiraWorld:
    world = JiraWorld(Clock(START), Accounts())
    world.load(written(tmp_path_factory.mktemp("jql") / "issues.jsonl", *ROWS))
    return world


def matching(world: JiraWorld, jql: str, zone: str = "UTC") -> set[str]:
    condition = parse(jql).condition
    assert condition is not None
    matches = compile_condition(condition, Scope(world, ANA["accountId"], NOW, zone=ZoneInfo(zone)))
    return {issue.key for issue in world.issues.values() if matches(issue)}


@pytest.mark.parametrize(
    ("jql", "keys"),
    [
        ('status WAS "In Progress"', {"SHOP-1"}),
        ('status was in ("In Progress", Closed)', {"SHOP-1"}),
        ('status was not "In Progress"', {"SHOP-2", "SHOP-3", "OPS-1"}),
        ('status was not in (Open, "In Progress")', set()),
        ("status was Open", {"SHOP-1", "SHOP-2", "SHOP-3", "OPS-1"}),
        ('status was "In Progress" on 2026-11-06', {"SHOP-1"}),
        ('status was "In Progress" on 2026-11-10', set()),
        ('status was "In Progress" during (2026-11-01, 2026-11-05)', set()),
        ('status was "In Progress" during (2026-11-01, "2026-11-05 10:01")', {"SHOP-1"}),
        ('status was "In Progress" before 2026-11-05', set()),
        ('status was "In Progress" after 2026-11-08', {"SHOP-1"}),
        ('status was "In Progress" by currentUser()', {"SHOP-1"}),
        ('status was "In Progress" by bo', set()),
        ("status CHANGED", {"SHOP-1"}),
        ("status changed after 2026-11-09 by bo", {"SHOP-1"}),
        ("status changed before 2026-11-05", set()),
        ('status changed from "In Progress" to Open', {"SHOP-1"}),
        ("status changed from Open to Closed", set()),
        ("not status changed", {"SHOP-2", "SHOP-3", "OPS-1"}),
        ("assignee was EMPTY and assignee changed to Ana", {"SHOP-2"}),
        ("assignee was currentUser()", {"SHOP-2"}),
        ("priority was Highest AND fixVersion was 6.0", {"SHOP-3"}),
        ("affectedVersion in releasedVersions()", {"SHOP-1", "SHOP-2"}),
        ("affectedVersion in unreleasedVersions(SHOP)", {"SHOP-3"}),
        ("affectedVersion not in releasedVersions()", {"SHOP-3", "OPS-1"}),
        ("affectedVersion = latestReleasedVersion(shop)", {"SHOP-2"}),
        ("affectedVersion = earliestUnreleasedVersion(SHOP)", {"SHOP-3"}),
        ("affectedVersion = latestReleasedVersion(OPS)", set()),
    ],
)
def test_query_finds(world: JiraWorld, jql: str, keys: set[str]) -> None:
    assert matching(world, jql) == keys


@pytest.mark.parametrize(
    ("jql", "words"),
    [
        ("labels was x", "History searches do not support the 'labels' field."),
        ("summary changed", "History searches do not support the 'summary' field."),
        ("status was", "Expecting either a value, list or function"),
        ("status changed after soon", "Date value 'soon' for field 'after' is invalid."),
        ("status changed during 2026-11-01", "'during' two in parentheses"),
        ("status was Open by membersOf(staff)", "Unable to find JQL function 'membersOf(staff)'"),
        ("status was Open from Closed", "Expecting either 'OR' or 'AND' but got 'from'."),
        ("fixVersion in someVersions()", "Unable to find JQL function 'someVersions()'"),
        ("fixVersion in releasedVersions(NOPE)", "The project 'NOPE' does not exist."),
    ],
)
def test_query_is_refused(world: JiraWorld, jql: str, words: str) -> None:
    with pytest.raises(JqlError) as refused:
        matching(world, jql)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("jql", "zone", "found"),
    [
        ("created >= 2026-11-02", "UTC", True),
        ("created >= 2026-11-02", "America/New_York", False),
        ("created >= '2026-11-01 22:30' and created < '2026-11-01 22:31'", "America/New_York", True),
        ("created >= '2026-11-02 09:00' and created < '2026-11-02 09:01'", "Asia/Kolkata", True),
        ("created >= startOfDay(-19d)", "UTC", True),
        ("created >= startOfDay(-19d)", "America/New_York", False),
        ("created <= endOfDay(-20d)", "America/New_York", True),
        ("created >= 1793590200000 and created < 1793590200001", "Pacific/Auckland", True),
    ],
)
def test_dates_are_those_of_the_account(world: JiraWorld, jql: str, zone: str, found: bool) -> None:
    assert (matching(world, f"project = OPS and {jql}", zone) == {"OPS-1"}) is found
