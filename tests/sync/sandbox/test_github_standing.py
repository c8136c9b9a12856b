"""Where issues of the embedded GitHub stand: pinned, moved, deleted; and repositories that are archived."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.sync.sandbox.conftest import Api


def _node(api: Api, number: int) -> str:
    found: str = api.issue(number)["node_id"]
    return found


def _mutate(api: Api, name: str, selected: str, **given: Any) -> dict[str, Any]:
    kind = f"{name[0].upper()}{name[1:]}Input!"
    return api.graphql(f"mutation($given: {kind}) {{ {name}(input: $given) {{ {selected} }} }}", given=given)


@pytest.fixture
def other(api: Api) -> Api:
    """Another repository of the same owner."""
    full_name = f"{api.repo}-other"
    api.sandbox.github.repository_for(full_name)
    return Api(api.sandbox, api.base, full_name)


def test_pinned_issues_are_listed_with_who_pinned_them(api: Api, colleague: Api) -> None:
    for _ in range(2):
        api.open()
    colleague.graphql("mutation($id: ID!) { pinIssue(input: {issueId: $id}) { issue { isPinned } } }", id=_node(api, 2))
    pins = api.repository("pinnedIssues(first: 3) { totalCount nodes { issue { number } pinnedBy { login } } }")
    assert pins == {
        "pinnedIssues": {"totalCount": 1, "nodes": [{"issue": {"number": 2}, "pinnedBy": {"login": "pat"}}]}
    }
    assert api.history(2) == ["pinned"]
    _mutate(api, "unpinIssue", "issue { isPinned }", issueId=_node(api, 2))
    assert api.repository("pinnedIssues(first: 3) { totalCount }") == {"pinnedIssues": {"totalCount": 0}}
    assert api.history(2) == ["pinned", "unpinned"]


def test_fourth_pin_is_refused_and_a_deleted_issue_makes_room(api: Api) -> None:
    for number in range(1, 5):
        api.open()
        answer = _mutate(api, "pinIssue", "issue { number }", issueId=_node(api, number))
    assert answer["data"] == {"pinIssue": None}
    assert "Maximum 3 pinned issues" in answer["errors"][0]["message"]
    _mutate(api, "deleteIssue", "repository { name }", issueId=_node(api, 1))
    assert "errors" not in _mutate(api, "pinIssue", "issue { number }", issueId=_node(api, 4))


def test_deleted_issue_is_gone_with_its_comments(api: Api) -> None:
    api.open()
    comment = api("POST", "/issues/1/comments", {"body": "Seen"}).json()
    node = _node(api, 1)
    _mutate(api, "deleteIssue", "repository { name }", issueId=node)
    for method, path in (("GET", ""), ("PATCH", ""), ("GET", "/comments"), ("POST", "/comments"), ("GET", "/timeline")):
        gone = api(method, f"/issues/1{path}", {"body": "x"} if method != "GET" else None)
        assert (gone.status_code, gone.json()["message"]) == (410, "This issue was deleted")
    assert api("GET", f"/issues/comments/{comment['id']}").status_code == 404
    assert api("GET", "/issues?state=all").json() == api("GET", "/issues/comments").json() == []
    asked = api.graphql("query($id: ID!) { node(id: $id) { id } }", id=node)
    assert (asked["data"], asked["errors"][0]["type"]) == ({"node": None}, "NOT_FOUND")
    assert api.open() == 2


def test_transferred_issue_is_found_under_its_old_number_and_nothing_below_that(api: Api, other: Api) -> None:
    other("POST", "/labels", {"name": "bug", "color": "123456"})
    other("POST", "/milestones", {"title": "5.2"})
    api("POST", "/milestones", {"title": "5.2"})
    api.open("Moves", labels=["bug", "only-here"], milestone=1)
    api("POST", "/issues/1/comments", {"body": "Seen"})
    before = api.issue(1)
    now = api.later()
    target = other("GET", "").json()["node_id"]
    moved = _mutate(api, "transferIssue", "issue { number }", issueId=before["node_id"], repositoryId=target)
    assert moved["data"]["transferIssue"] == {"issue": {"number": 1}}

    redirect = api.session.get(f"{api.base}/api/v3/repos/{api.repo}/issues/1", allow_redirects=False, timeout=5)
    assert (redirect.status_code, redirect.json()["message"]) == (301, "Moved Permanently")
    assert redirect.headers["Location"] == redirect.json()["url"] == f"{api.base}/api/v3/repos/{other.repo}/issues/1"
    after = api.issue(1)
    assert (after["title"], after["repository_url"]) == ("Moves", f"{api.base}/api/v3/repos/{other.repo}")
    assert (after["id"], after["node_id"]) != (before["id"], before["node_id"])
    assert [(label["name"], label["color"]) for label in after["labels"]] == [("bug", "123456")]
    assert (after["milestone"]["open_issues"], after["updated_at"] >= now) == (1, True)
    assert api("GET", "/milestones/1").json()["open_issues"] == 0
    assert api("GET", "/issues/1/comments").status_code == api("POST", "/issues/1/labels", ["x"]).status_code == 404
    assert [comment["body"] for comment in other("GET", "/issues/1/comments").json()] == ["Seen"]
    assert other.history(1)[-1] == "transferred"
    told = api.graphql(
        "query($id: ID!) { node(id: $id) { ... on Issue { timelineItems(last: 1) { nodes {"
        " ... on TransferredEvent { actor { login } fromRepository { nameWithOwner } issue { number } } } } } } }",
        id=after["node_id"],
    )
    assert told["data"]["node"]["timelineItems"]["nodes"] == [
        {"actor": {"login": "hypercare-bot"}, "fromRepository": {"nameWithOwner": api.repo}, "issue": {"number": 1}}
    ]
    owner, _, name = api.repo.partition("/")
    asked = api.graphql(f'{{ repository(owner: "{owner}", name: "{name}") {{ issue(number: 1) {{ title }} }} }}')
    assert asked["errors"][0]["message"] == "Could not resolve to an Issue with the number of 1."


def test_issue_moves_on_from_where_it_moved_to(api: Api, other: Api) -> None:
    other.open()
    api.open("Moves")
    for source, target in ((api, other), (other, api)):
        number = 1 if source is api else 2
        place = target("GET", "").json()["node_id"]
        _mutate(api, "transferIssue", "issue { number }", issueId=_node(source, number), repositoryId=place)
    assert api.issue(1)["number"] == 2
    assert other.issue(2)["url"] == f"{api.base}/api/v3/repos/{api.repo}/issues/2"


def test_private_issue_is_not_moved_into_the_open(api: Api, other: Api) -> None:
    api.open()
    api("PATCH", "", {"private": True})
    place = other("GET", "").json()["node_id"]
    refused = _mutate(api, "transferIssue", "issue { number }", issueId=_node(api, 1), repositoryId=place)
    assert refused["errors"][0]["type"] == "UNPROCESSABLE"
    assert other("GET", "/issues").json() == []


_WRITES = [
    ("POST", "/issues", {"title": "New"}),
    ("PATCH", "/issues/1", {"title": "Cart broken"}),
    ("POST", "/issues/1/labels", ["bug"]),
    ("DELETE", "/issues/1/labels/there", None),
    ("POST", "/issues/1/comments", {"body": "x"}),
    ("POST", "/issues/1/reactions", {"content": "+1"}),
    ("POST", "/issues/1/assignees", {"assignees": ["pat"]}),
    ("PUT", "/issues/1/lock", None),
    ("POST", "/labels", {"name": "new"}),
    ("PATCH", "/labels/there", {"new_name": "new"}),
    ("DELETE", "/labels/there", None),
    ("POST", "/milestones", {"title": "new"}),
    ("PATCH", "/milestones/1", {"title": "new"}),
    ("PATCH", "", {"description": "x"}),
    ("PUT", "/collaborators/pat", {"permission": "pull"}),
]


@pytest.mark.parametrize(("method", "path", "body"), _WRITES, ids=str)
def test_archived_repository_takes_no_write(api: Api, method: str, path: str, body: object) -> None:
    api("POST", "/milestones", {"title": "5.2"})
    api.open(labels=["there"], milestone=1)
    assert api("PATCH", "", {"archived": True}).json()["archived"] is True
    before = api.issue(1)
    refused = api(method, path, body)
    assert (refused.status_code, refused.json()["message"]) == (403, "Repository was archived so is read-only.")
    assert api.issue(1) == before
    assert api.repository("isArchived")["isArchived"] is True
    assert api("PATCH", "", {"archived": False}).json()["archived"] is False
    assert api(method, path, body).ok


def test_archived_repository_takes_no_mutation_either(api: Api) -> None:
    api.open()
    _mutate(api, "archiveRepository", "repository { id }", repositoryId=api("GET", "").json()["node_id"])
    refused = _mutate(api, "addComment", "subject { id }", subjectId=_node(api, 1), body="x")
    assert refused["data"] == {"addComment": None}
    assert (refused["errors"][0]["type"], refused["errors"][0]["message"]) == (
        "FORBIDDEN",
        "Repository was archived so is read-only.",
    )
    assert api.issue(1)["comments"] == 0


def test_loaded_history_survives_a_transfer(loaded: Callable[..., Api], other: Api) -> None:
    event = {"id": 77, "event": "closed", "created_at": "2026-11-02T09:00:00Z", "actor": {"login": "ana"}}
    issue = {"number": 9, "title": "Old", "created_at": "2026-11-01T09:00:00Z"}
    api = loaded({"issue": issue, "timeline": [event]})
    place = other("GET", "").json()["node_id"]
    _mutate(api, "transferIssue", "issue { number }", issueId=_node(api, 9), repositoryId=place)
    assert other.history(1) == ["closed", "transferred"]
    assert other("GET", "/issues/events/77").json()["issue"]["number"] == 1
    assert api("GET", "/issues/events/77").status_code == 404
