"""Data that is loaded into the embedded GitHub: kept as it stands, or refused with file and line."""

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.sync.sandbox.conftest import START, Api, row

from hypercare_sync.errors import ConfigError
from hypercare_sync.sandbox import github
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Sandbox

_DATA = Path(__file__).parents[3].parent / "shared" / "data"


def _real(name: str) -> Path:
    path = _DATA / name
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"the real data {name} is not there")
        pytest.skip(f"the real data {name} is not there")
    return path


@pytest.mark.parametrize("name", ["github-ants-day14.jsonl.gz", "github-ants-final.jsonl.gz"])
def test_real_issues_are_served_as_they_were(name: str) -> None:
    path = _real(name)
    sandbox = Sandbox.new(START)
    github.load(sandbox.github, "real/data", path)
    with running(sandbox) as base, (api := Api(sandbox, base, "real/data")).session:
        _check_real(api, path)


def _check_real(api: Api, path: Path) -> None:
    with gzip.open(path, "rt", encoding="utf-8") as source:
        rows = [json.loads(line) for line in source]
    served = {issue["number"]: issue for issue in api("GET", "/issues?state=all&per_page=100").json()}
    assert served.keys() == {row["issue"]["number"] for row in rows}
    for told in rows:
        issue, comments = told["issue"], told["comments"]
        now = served[issue["number"]]
        assert _plain(now) == _plain(issue)
        shown = api("GET", f"/issues/{issue['number']}/comments?per_page=100").json()
        assert [_plain(comment) for comment in shown] == [_plain(comment) for comment in comments]


_KEPT = {
    "id", "node_id", "number", "title", "body", "state", "state_reason", "locked", "active_lock_reason", "draft",
    "created_at", "updated_at", "closed_at", "author_association", "comments",
}  # fmt: skip


def _plain(thing: dict[str, Any]) -> dict[str, Any]:
    """What must stay as it was: all but addresses, and counts that are counted anew."""
    kept = {key: value for key, value in thing.items() if key in _KEPT}
    kept["user"] = thing["user"] and {key: thing["user"][key] for key in ("login", "id", "type")}
    kept["pull_request"] = "pull_request" in thing
    kept["reactions"] = {key: value for key, value in thing["reactions"].items() if key != "url"}
    kept["labels"] = [(label["name"], label["color"], label["id"]) for label in thing.get("labels", [])]
    if milestone := thing.get("milestone"):
        kept["milestone"] = {key: milestone[key] for key in ("id", "number", "title", "state", "created_at", "due_on")}
    return kept


def test_fewest_members_make_an_issue(loaded: Callable[..., Api]) -> None:
    api = loaded(row(1))
    issue = api.issue(1)
    assert (issue["user"], issue["body"], issue["labels"], issue["author_association"]) == (None, None, [], "NONE")
    assert issue["updated_at"] == issue["created_at"] == "2026-11-01T09:00:00Z"
    assert issue["id"] != api.open()
    assert api.history(1) == []


def test_half_a_character_in_data_is_served_as_a_question_mark(loaded: Callable[..., Api]) -> None:
    assert loaded(row(1, body="cut \ud83d")).issue(1)["body"] == "cut ?"


def test_next_issue_and_ids_go_on_above_the_data(loaded: Callable[..., Api]) -> None:
    api = loaded(row(7, id=9_000_000_000))
    assert api.open() == 8
    assert api.issue(8)["id"] > 9_000_000_000


def test_same_ids_in_two_repositories_stay_apart(api: Api, loaded: Callable[..., Api], tmp_path: Path) -> None:
    same = {
        **row(1, id=5, node_id="I_1"),
        "comments": [{"id": 6, "node_id": "IC_1", "body": "x", "created_at": "2026-11-01T09:00:00Z"}],
    }
    loaded(same)
    (tmp_path / "other.jsonl").write_text(json.dumps(same))
    other = github.load(api.sandbox.github, f"{api.repo}-other", tmp_path / "other.jsonl")
    assert other.issues[1].id == api.issue(1)["id"] == 5
    assert api.sandbox.github.nodes[other.issues[1].node_id] is other.issues[1]
    assert api.issue(1)["node_id"] != other.issues[1].node_id
    api("PATCH", "/issues/comments/6", {"body": "changed"})
    assert other.comments[6].body == "x"


def test_timeline_of_the_data_is_told_in_its_order(loaded: Callable[..., Api]) -> None:
    ana = {"login": "ana"}
    source = {"issue": {**row(5)["issue"], "repository": {"full_name": "acme/elsewhere"}, "user": ana}}
    api = loaded(
        {
            **row(1),
            "timeline": [
                {"event": "closed", "actor": ana, "created_at": "2026-11-05T09:00:00Z", "state_reason": "completed", "id": 3},
                {"event": "labeled", "actor": ana, "created_at": "2026-11-02T09:00:00Z", "label": {"name": "bug", "color": "d73a4a"}},
                {"event": "cross-referenced", "actor": ana, "created_at": "2026-11-03T09:00:00Z", "source": source},
                {"event": "commented", "actor": ana, "created_at": "2026-11-04T09:00:00Z", "body": "in comments already"},
                {"event": "committed", "sha": "0" * 40},
            ],
        }
    )  # fmt: skip
    assert api.history(1) == ["labeled", "cross-referenced", "closed"]
    lines = api.repository(
        """issue(number: 1) { timelineItems(first: 9) { nodes { __typename ... on CrossReferencedEvent { isCrossRepository
        source { ... on Issue { number title repository { nameWithOwner } } } } } } }"""
    )["issue"]["timelineItems"]["nodes"]
    assert lines == [
        {"__typename": "LabeledEvent"},
        {
            "__typename": "CrossReferencedEvent",
            "isCrossRepository": True,
            "source": {"number": 5, "title": "Case 5", "repository": {"nameWithOwner": "acme/elsewhere"}},
        },
        {"__typename": "ClosedEvent"},
    ]


def test_association_of_the_data_holds_for_what_its_author_writes_here(loaded: Callable[..., Api]) -> None:
    api = loaded(row(1, user={"login": "pat"}, author_association="COLLABORATOR"))
    api.session.headers["Authorization"] = "Bearer person"
    assert api("POST", "/issues/1/comments", {"body": "x"}).json()["author_association"] == "COLLABORATOR"


def test_milestone_counts_are_counted_from_the_data(loaded: Callable[..., Api]) -> None:
    milestone = {"number": 1, "title": "5.2", "open_issues": 99}
    api = loaded(row(1, milestone=milestone), row(2, milestone=milestone, state="closed"))
    told = api("GET", "/milestones/1").json()
    assert (told["open_issues"], told["closed_issues"]) == (1, 1)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", ":2: not JSON"),
        ("[]", ":2: not a GitHub row"),
        ('{"issue": 5}', ":2: not a GitHub row"),
        ('{"number": 1, "title": "bare"}', ":2: not a GitHub row"),
        ('{"issue": {"number": 2, "title": "x", "created_at": "soon"}}', ":2: not of the shape"),
        ('{"issue": {"number": 2, "title": "x", "created_at": "2026-11-01T09:00:00"}}', "a time without a zone"),
        ('{"issue": {"number": 2, "title": "x", "created_at": "2026-11-01T09:00:00Z", "user": 5}}', ":2: not of the shape"),
        (json.dumps(row(1)), ":2: not of the shape of GitHub's REST answers: issue #1 is in the data twice"),
    ],
)  # fmt: skip
def test_line_that_is_no_issue_is_named(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps(row(1))}\n{line}\n")
    with pytest.raises(ConfigError) as caught:
        github.load(Sandbox.new(START).github, "acme/web", path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert fault in str(caught.value)


@pytest.mark.parametrize("content", [b"plainly no gzip", b"\x1f\x8b broken"])
def test_file_that_cannot_be_unpacked_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="--github-data: cannot read"):
        github.load(Sandbox.new(START).github, "acme/web", path)


def test_empty_file_makes_the_repository(tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("")
    world = Sandbox.new(START).github
    github.load(world, "acme/empty", tmp_path / "none.jsonl")
    assert world.repository("acme", "empty") is not None


@pytest.mark.parametrize("name", ["acme", "acme/", "/web", "a/b/c"])
def test_repository_needs_an_owner_and_a_name(name: str) -> None:
    with pytest.raises(ConfigError, match="write OWNER/REPO"):
        Sandbox.new(START).github.repository_for(name)
