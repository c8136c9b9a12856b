"""How issues of the embedded GitHub belong together: sub-issues, dependencies, types, duplicates and references."""

from collections.abc import Callable

import pytest
from tests.sync.sandbox.conftest import Api, row


def _id(api: Api, number: int) -> int:
    found: int = api.issue(number)["id"]
    return found


@pytest.fixture
def family(api: Api) -> Api:
    """A parent (1) with three open sub-issues (2, 3 and 4)."""
    api.open("Parent")
    for number in (2, 3, 4):
        api.open(f"Part {number}")
        assert api("POST", "/issues/1/sub_issues", {"sub_issue_id": _id(api, number)}).status_code == 201
    return api


def test_parent_tells_how_far_its_sub_issues_are(family: Api) -> None:
    family("PATCH", "/issues/3", {"state": "closed"})
    assert family.issue(1)["sub_issues_summary"] == {"total": 3, "completed": 1, "percent_completed": 33}
    assert [each["number"] for each in family("GET", "/issues/1/sub_issues").json()] == [2, 3, 4]
    assert family("GET", "/issues/2/parent").json()["number"] == 1
    assert family.issue(2)["parent_issue_url"] == family.issue(1)["url"]
    told = family.repository(
        "issue(number: 1) { subIssuesSummary { total completed percentCompleted } subIssues(last: 1) { nodes { number parent { number } } } }"
    )
    assert told["issue"] == {
        "subIssuesSummary": {"total": 3, "completed": 1, "percentCompleted": 33},
        "subIssues": {"nodes": [{"number": 4, "parent": {"number": 1}}]},
    }


def test_sub_issue_leaves_lines_with_both(family: Api) -> None:
    family("DELETE", "/issues/1/sub_issue", {"sub_issue_id": _id(family, 2)})
    assert family.history(2) == ["parent_issue_added", "parent_issue_removed"]
    assert family.history(1) == ["sub_issue_added"] * 3 + ["sub_issue_removed"]
    told = family.repository(
        "issue(number: 1) { timelineItems(last: 1, itemTypes: [SUB_ISSUE_REMOVED_EVENT]) { nodes { ... on SubIssueRemovedEvent { subIssue { number } } } } }"
    )
    assert told["issue"]["timelineItems"]["nodes"] == [{"subIssue": {"number": 2}}]


def test_issue_has_one_parent_and_is_never_above_itself(family: Api) -> None:
    family.open("Other")
    assert family("POST", "/issues/5/sub_issues", {"sub_issue_id": _id(family, 2)}).status_code == 422
    assert family("POST", "/issues/2/sub_issues", {"sub_issue_id": _id(family, 1)}).status_code == 422
    assert family("POST", "/issues/1/sub_issues", {"sub_issue_id": _id(family, 1)}).status_code == 422
    moved = family("POST", "/issues/5/sub_issues", {"sub_issue_id": _id(family, 2), "replace_parent": True})
    assert moved.status_code == 201
    assert [each["number"] for each in family("GET", "/issues/1/sub_issues").json()] == [3, 4]


@pytest.mark.parametrize(("member", "order"), [("after_id", [3, 4, 2]), ("before_id", [3, 2, 4])])
def test_sub_issue_is_put_in_its_place(family: Api, member: str, order: list[int]) -> None:
    body = {"sub_issue_id": _id(family, 2), member: _id(family, 4)}
    assert family("PATCH", "/issues/1/sub_issues/priority", body).ok
    assert [each["number"] for each in family("GET", "/issues/1/sub_issues").json()] == order


def test_sub_issue_by_mutation(api: Api) -> None:
    for _ in range(2):
        api.open()
    given = {"issueId": api.issue(1)["node_id"], "subIssueId": api.issue(2)["node_id"]}
    for name, total in (("addSubIssue", 1), ("removeSubIssue", 0)):
        kind = f"{name[0].upper()}{name[1:]}Input!"
        query = f"mutation($given: {kind}) {{ {name}(input: $given) {{ issue {{ subIssuesSummary {{ total }} }} }} }}"
        assert api.graphql(query, given=given)["data"][name]["issue"]["subIssuesSummary"] == {"total": total}


def test_sub_issue_is_found_by_its_address(api: Api) -> None:
    for _ in range(2):
        api.open()
    query = "mutation($given: AddSubIssueInput!) { addSubIssue(input: $given) { subIssue { number } } }"
    parent = api.issue(1)["node_id"]
    for url, answer in (
        (api.issue(2)["html_url"], {"subIssue": {"number": 2}}),
        ("http://x.example/a/b/issues/9", None),
    ):
        assert api.graphql(query, given={"issueId": parent, "subIssueUrl": url})["data"]["addSubIssue"] == answer


def test_dependencies_are_counted_open_and_in_all(api: Api) -> None:
    for _ in range(3):
        api.open()
    for blocker in (2, 3):
        added = api("POST", "/issues/1/dependencies/blocked_by", {"issue_id": _id(api, blocker)})
        assert added.status_code == 201
    api("PATCH", "/issues/2", {"state": "closed"})
    assert api.issue(1)["issue_dependencies_summary"] == {
        "blocked_by": 1,
        "blocking": 0,
        "total_blocked_by": 2,
        "total_blocking": 0,
    }
    assert [each["number"] for each in api("GET", "/issues/1/dependencies/blocked_by").json()] == [2, 3]
    assert [each["number"] for each in api("GET", "/issues/3/dependencies/blocking").json()] == [1]
    assert api("POST", "/issues/3/dependencies/blocked_by", {"issue_id": _id(api, 1)}).status_code == 422
    api("DELETE", f"/issues/1/dependencies/blocked_by/{_id(api, 3)}")
    assert api.issue(1)["issue_dependencies_summary"]["total_blocked_by"] == 1
    assert api.history(1) == ["blocked_by_added", "blocked_by_added", "blocked_by_removed"]


def test_deleted_issue_leaves_its_ties(family: Api) -> None:
    family("POST", "/issues/3/dependencies/blocked_by", {"issue_id": _id(family, 2)})
    family.graphql(
        "mutation($id: ID!) { deleteIssue(input: {issueId: $id}) { clientMutationId } }",
        id=family.issue(2)["node_id"],
    )
    assert family.issue(1)["sub_issues_summary"]["total"] == 2
    assert family.issue(3)["issue_dependencies_summary"]["total_blocked_by"] == 0


def test_issues_are_listed_by_type(api: Api, loaded: Callable[..., Api]) -> None:
    loaded(row(1, type={"name": "Incident", "id": 5, "description": "It burns"}), row(2))
    api.open(type="Bug")
    assert (api.issue(1)["type"]["id"], api.issue(2)["type"], api.issue(3)["type"]["name"]) == (5, None, "Bug")
    for asked, numbers in [("incident", [1]), ("bug", [3]), ("*", [1, 3]), ("none", [2]), ("Missing", [])]:
        listed = api("GET", f"/issues?type={asked}&direction=asc").json()
        assert [each["number"] for each in listed] == numbers
    api("PATCH", "/issues/3", {"type": None})
    assert api.issue(3)["type"] is None
    assert api.history(3) == ["issue_type_added", "issue_type_removed"]


def test_counts_of_data_stand_beside_those_known_here(api: Api, loaded: Callable[..., Api]) -> None:
    summary = {"total": 4, "completed": 2, "percent_completed": 50}
    loaded(row(1, sub_issues_summary=summary, issue_dependencies_summary={"blocked_by": 1, "total_blocked_by": 1}))
    assert api.issue(1)["sub_issues_summary"] == summary
    api.open()
    api("POST", "/issues/1/sub_issues", {"sub_issue_id": _id(api, 2)})
    assert api.issue(1)["sub_issues_summary"] == {"total": 5, "completed": 2, "percent_completed": 40}
    assert api.issue(1)["issue_dependencies_summary"]["blocked_by"] == 1


def test_reaction_moves_updated_at_where_the_world_is_told_so(api: Api) -> None:
    api.open()
    now = api.later()
    api.sandbox.github.reactions_touch = True
    try:
        api("POST", "/issues/1/reactions", {"content": "+1"})
    finally:
        api.sandbox.github.reactions_touch = False
    assert api.issue(1)["updated_at"] >= now


@pytest.mark.parametrize("form", ["Duplicate of {repo}#1", "duplicate of {base}/{repo}/issues/1"])
def test_duplicate_and_reference_reach_into_another_repository(api: Api, form: str) -> None:
    there = Api(api.sandbox, api.base, f"{api.repo}-other")
    api.sandbox.github.repository_for(there.repo)
    there.open("Canonical")
    api.open("Same")
    api("POST", "/issues/1/comments", {"body": form.format(repo=there.repo, base=api.base)})
    told = api.repository(
        "issue(number: 1) { timelineItems(first: 5, itemTypes: [MARKED_AS_DUPLICATE_EVENT]) { nodes { ... on MarkedAsDuplicateEvent {"
        " isCrossRepository canonical { ... on Issue { title } } duplicate { ... on Issue { title } } } } } }"
    )
    assert told["issue"]["timelineItems"]["nodes"] == [
        {"isCrossRepository": True, "canonical": {"title": "Canonical"}, "duplicate": {"title": "Same"}}
    ]
    [line] = there("GET", "/issues/1/timeline").json()
    assert (line["event"], line["source"]["issue"]["repository"]["full_name"]) == ("cross-referenced", api.repo)


def test_reference_from_a_private_repository_is_shown_only_to_who_may_see_that(api: Api, colleague: Api) -> None:
    secret = Api(api.sandbox, api.base, f"{api.repo}-secret")
    api.sandbox.github.repository_for(secret.repo, private=True)
    secret("DELETE", "/collaborators/pat")
    api.open()
    secret.open(body=f"See {api.repo}#1")
    assert (api.history(1), colleague.history(1)) == (["cross-referenced"], [])
    shown = "issue(number: 1) { timelineItems(first: 5) { nodes { __typename } } }"
    assert colleague.repository(shown)["issue"]["timelineItems"]["nodes"] == []


def test_etag_is_bound_to_the_token(api: Api, colleague: Api) -> None:
    api.open()
    mine, theirs = api("GET", "/issues"), colleague("GET", "/issues")
    assert mine.content == theirs.content
    assert mine.headers["ETag"] != theirs.headers["ETag"]
    known = {"If_None_Match": mine.headers["ETag"]}
    assert (api("GET", "/issues", **known).status_code, colleague("GET", "/issues", **known).status_code) == (304, 200)
