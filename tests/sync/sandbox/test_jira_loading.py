"""Issues from files: what is kept, what is added, and what is refused by file and line."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from tests.sync.sandbox.jira_site import START, comment, row, written

from hypercare_sync.errors import ConfigError
from hypercare_sync.sandbox.clock import Clock
from hypercare_sync.sandbox.jira import JiraWorld
from hypercare_sync.sandbox.jira.shape import Selection, Shaper
from hypercare_sync.sandbox.people import Accounts

SERVER_USER = {
    "name": "user003",
    "key": "user003",
    "displayName": "User 003",
    "active": True,
    "timeZone": "Europe/Berlin",
}
EVERYTHING = Selection.of(["*all"], "id")


@pytest.fixture
def world() -> JiraWorld:
    return JiraWorld(Clock(START), Accounts())


def answered(world: JiraWorld, key: str, version: int = 2) -> dict[str, Any]:
    issue = world.issue(key)
    assert issue is not None
    return Shaper(world, "http://sandbox/jira", version, "me").issue(issue, EVERYTHING, "changelog", (), listed=False)


def test_server_users_get_an_account_id_of_their_own(world: JiraWorld, tmp_path: Path) -> None:
    mine = comment(1) | {"author": SERVER_USER, "updateAuthor": SERVER_USER}
    world.load(written(tmp_path / "a.jsonl", row("SHOP-1", reporter=SERVER_USER, comment={"comments": [mine]})))
    fields = answered(world, "SHOP-1")["fields"]
    author = fields["comment"]["comments"][0]["author"]
    assert author["accountId"] == fields["reporter"]["accountId"] == Accounts().named("user003").account_id
    assert {name: author[name] for name in SERVER_USER} == SERVER_USER


def test_missing_keys_stay_missing(world: JiraWorld, tmp_path: Path) -> None:
    world.load(written(tmp_path / "a.jsonl", {"id": 7, "key": "SHOP-1"}))
    answer = answered(world, "SHOP-1")
    assert answer["id"] == "7"
    assert set(answer["fields"]) == {"project", "votes", "comment"}
    assert answer["changelog"]["histories"] == []


def test_histories_are_kept_in_order_of_time(world: JiraWorld, tmp_path: Path) -> None:
    histories = [
        {
            "id": identity,
            "author": SERVER_USER,
            "created": created,
            "items": [{"field": "status", "toString": identity}],
        }
        for identity, created in (("2", "2026-11-03T09:00:00.000+0000"), ("1", "2026-11-02T09:00:00.000+0100"))
    ]
    world.load(written(tmp_path / "a.jsonl", row("SHOP-1") | {"changelog": {"histories": histories}}))
    shown = answered(world, "SHOP-1")["changelog"]["histories"]
    assert [entry["id"] for entry in shown] == ["2", "1"]
    assert shown[0]["created"] == "2026-11-03T09:00:00.000+0000"


def test_links_of_the_old_site_are_dropped(world: JiraWorld, tmp_path: Path) -> None:
    status = {"id": "1", "name": "Open", "self": "https://old.example/rest/api/2/status/1"}
    world.load(
        written(tmp_path / "a.jsonl", row("SHOP-1", status=status) | {"self": "https://old.example/rest/api/2/issue/1"})
    )
    answer = json.dumps(answered(world, "SHOP-1"))
    assert "old.example" not in answer
    assert "http://sandbox/jira/rest/api/2/status/1" in answer


def test_several_files_make_one_site_and_new_ids_lie_above_all(world: JiraWorld, tmp_path: Path) -> None:
    world.load(written(tmp_path / "a.jsonl", row("SHOP-1") | {"id": "900000"}))
    world.load(written(tmp_path / "b.jsonl", row("OPS-1")))
    assert set(world.projects) == {"SHOP", "OPS"}
    assert int(world.new_id()) > 900_000


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"key": "SHOP-1"}', "id: not a number: None"),
        ('{"id": "1", "key": "shop"}', "key: not an issue key such as SHOP-1: 'shop'"),
        ('{"id": "1", "key": "SHOP-1", "fields": []}', "fields: not an object"),
        ('{"id": "1", "key": "SHOP-1", "fields": {"status": "Open"}}', "fields.status: not an object"),
        ('{"id": "1", "key": "SHOP-1", "fields": {"versions": ["5.2"]}}', "fields.versions: not a list of objects"),
        ('{"id": "1", "key": "SHOP-1", "fields": {"labels": [1]}}', "fields.labels: not a list of words"),
        ('{"id": "1", "key": "SHOP-1", "fields": {"labels": 1}}', "fields.labels: not a list of words"),
        ('{"id": "1", "key": "SHOP-1", "fields": {"updated": "soon"}}', "fields.updated: not a time"),
        (
            '{"id": "1", "key": "SHOP-1", "fields": {"comment": {"comments": [1]}}}',
            "fields.comment.comments: not a list of objects",
        ),
        ('{"id": "1", "key": "SHOP-1", "changelog": {"histories": [{}]}}', "a history's created: not a time"),
    ],
)
def test_faulty_line_is_named_by_file_and_number(world: JiraWorld, tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "issues.jsonl"
    path.write_text(json.dumps(row("SHOP-1")) + "\n\n" + line + "\n")
    with pytest.raises(ConfigError) as refused:
        world.load(path)
    assert str(refused.value).startswith(f"{path}:3: {words}")
    assert not world.issues


def test_issue_that_is_there_twice_is_refused(world: JiraWorld, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there twice: SHOP-1"):
        world.load(written(tmp_path / "a.jsonl", row("SHOP-1"), row("SHOP-1")))
    world.load(written(tmp_path / "b.jsonl", row("SHOP-2")))
    with pytest.raises(ConfigError, match="there twice: SHOP-2"):
        world.load(written(tmp_path / "c.jsonl", row("SHOP-2")))


def missing(_path: Path) -> None:
    """No file at all."""


def no_gzip(path: Path) -> None:
    path.write_bytes(b"plain")


def cut_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(json.dumps(row("SHOP-1")).encode())[:-12])


def no_text(path: Path) -> None:
    path.write_bytes(gzip.compress(b"\xff\xfe"))


@pytest.mark.parametrize("make", [missing, no_gzip, cut_gzip, no_text])
def test_unreadable_file_is_refused(world: JiraWorld, tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "issues.jsonl.gz"
    make(path)
    with pytest.raises(ConfigError, match=r"issues\.jsonl\.gz: cannot be read: "):
        world.load(path)


@pytest.mark.parametrize("flavour", ["cloud", "datacenter"])
@pytest.mark.parametrize(("name", "count"), [("jira-3.3.0-day14.jsonl.gz", 59), ("jira-3.3.0-final.jsonl.gz", 104)])
def test_real_tickets_lose_nothing(name: str, count: int, flavour: Literal["cloud", "datacenter"]) -> None:
    world = JiraWorld(Clock(START), Accounts(), flavour)
    path = Path(__file__).parents[4] / "shared" / "data" / name
    if not path.exists():
        pytest.skip(f"no real tickets at {path.parent}")
    world.load(path)
    assert len(world.issues) == count
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            before = json.loads(line)
            after = answered(world, before["key"])
            assert within(before["fields"], after["fields"]), before["key"]


def within(before: Any, after: Any) -> bool:
    """Whether `after` says all that `before` says; it may say more about an object, and counts a page of comments its own way."""
    if isinstance(before, dict):
        return all(within(value, after[name]) for name, value in before.items() if name != "maxResults")
    if isinstance(before, list):
        return len(before) == len(after) and all(map(within, before, after))
    return bool(before == after)
