"""The embedded GitHub over GraphQL: what the adapter asks for, pages, filters, mutations and errors."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from tests.sync.sandbox.conftest import Api, row

ANA, BO = {"login": "ana", "id": 11, "type": "User", "name": "Ana"}, {"login": "helper[bot]", "id": 12, "type": "Bot"}


@pytest.fixture
def filled(loaded: Callable[..., Api]) -> Api:
    milestone = {"number": 3, "title": "5.2", "due_on": "2026-12-01T00:00:00Z", "id": 77}
    return loaded(
        row(
            1,
            user=ANA,
            labels=[{"name": "bug"}, {"name": "UI"}],
            milestone=milestone,
            updated_at="2026-11-10T09:00:00Z",
        ),
        row(2, user=BO, labels=[{"name": "bug"}], assignees=[ANA], updated_at="2026-11-12T09:00:00Z"),
        row(3, user=None, state="closed", state_reason="not_planned", updated_at="2026-11-05T09:00:00Z"),
        row(4, user=ANA, pull_request={}, milestone=milestone, updated_at="2026-11-04T09:00:00Z"),
    )


def _found(api: Api, filters: dict[str, Any]) -> list[int]:
    selected = "issues(first: 50, filterBy: $filterBy) { totalCount nodes { number } }"
    page = api.repository(selected, filterBy=filters)["issues"]
    assert page["totalCount"] == len(page["nodes"])
    return [node["number"] for node in page["nodes"]]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, [1, 2, 3]),
        ({"since": "2026-11-10T09:00:00Z"}, [1, 2]),
        ({"since": "2026-11-10T10:00:00+01:00"}, [1, 2]),
        ({"since": "2026-11-10T09:00:01Z"}, [2]),
        ({"milestoneNumber": "3"}, [1]),
        ({"milestoneNumber": "4"}, []),
        ({"milestoneNumber": "*"}, [1]),
        ({"milestoneNumber": None}, [2, 3]),
        ({"milestone": "77"}, [1]),
        ({"labels": ["bug"]}, [1, 2]),
        ({"labels": ["Bug", "ui"]}, [1]),
        ({"states": ["CLOSED"]}, [3]),
        ({"states": ["OPEN", "CLOSED"]}, [1, 2, 3]),
        ({"createdBy": "ana"}, [1]),
        ({"assignee": "ana"}, [2]),
        ({"assignee": None}, [1, 3]),
        ({"assignee": "*"}, [2]),
    ],
    ids=str,
)
def test_filter_finds_issues_and_never_pull_requests(filled: Api, filters: dict[str, Any], numbers: list[int]) -> None:
    assert _found(filled, filters) == numbers


def test_labels_beside_the_filter_are_alternatives(filled: Api) -> None:
    page = filled.repository('issues(first: 9, labels: ["ui", "none", "BUG"]) { nodes { number } }')["issues"]
    assert [node["number"] for node in page["nodes"]] == [1, 2]
    assert filled.repository('issues(first: 9, labels: ["none"]) { totalCount }')["issues"]["totalCount"] == 0


def test_issue_tells_all_that_the_adapter_reads(filled: Api) -> None:
    filled("POST", "/issues/2/comments", {"body": "Ours"})
    filled("POST", "/issues/2/reactions", {"content": "+1"})
    issue = filled.repository(
        """issue(number: 2) {
          id databaseId fullDatabaseId number title body url state stateReason locked createdAt updatedAt closedAt lastEditedAt
          author { __typename login ... on User { databaseId name } ... on Bot { databaseId } }
          authorAssociation viewerDidAuthor isPinned repository { nameWithOwner isPrivate }
          labels(first: 5) { totalCount nodes { name } pageInfo { hasNextPage } }
          assignees(first: 5) { totalCount nodes { login databaseId } }
          milestone { number title } reactions { totalCount } reactionGroups { content reactors { totalCount } }
          comments(last: 5) { totalCount nodes { body viewerDidAuthor lastEditedAt author { login } reactions { totalCount } } }
        }"""
    )["issue"]
    assert issue.pop("updatedAt") > issue.pop("createdAt") == "2026-11-02T09:00:00Z"
    assert issue.pop("fullDatabaseId") == str(filled.issue(2)["id"])
    assert issue.pop("id") == filled.issue(2)["node_id"]
    assert {"content": "THUMBS_UP", "reactors": {"totalCount": 1}} in issue.pop("reactionGroups")
    assert issue == {
        "databaseId": None,
        "number": 2,
        "title": "Case 2",
        "body": "",
        "url": f"{filled.base}/{filled.repo}/issues/2",
        "state": "OPEN",
        "stateReason": None,
        "locked": False,
        "closedAt": None,
        "lastEditedAt": None,
        "author": {"__typename": "Bot", "login": "helper", "databaseId": 12},
        "authorAssociation": "NONE",
        "viewerDidAuthor": False,
        "isPinned": False,
        "repository": {"nameWithOwner": filled.repo, "isPrivate": False},
        "labels": {"totalCount": 1, "nodes": [{"name": "bug"}], "pageInfo": {"hasNextPage": False}},
        "assignees": {"totalCount": 1, "nodes": [{"login": "ana", "databaseId": 11}]},
        "milestone": None,
        "reactions": {"totalCount": 1},
        "comments": {
            "totalCount": 1,
            "nodes": [
                {
                    "body": "Ours",
                    "viewerDidAuthor": True,
                    "lastEditedAt": None,
                    "author": {"login": "hypercare-bot"},
                    "reactions": {"totalCount": 0},
                }
            ],
        },
    }


def test_repository_tells_milestones_labels_and_rights(filled: Api) -> None:
    told = filled.repository(
        """nameWithOwner isPrivate visibility isArchived hasIssuesEnabled viewerPermission
        milestones(first: 5, query: "5.", states: [OPEN]) { totalCount nodes { number title state dueOn } pageInfo { hasNextPage } }
        milestone(number: 3) { title } missing: milestone(number: 4) { title }
        labels(first: 5, query: "u", orderBy: {field: NAME, direction: DESC}) { nodes { name color description } }
        label(name: "BUG") { name } none: label(name: "none") { name }"""
    )
    assert told == {
        "nameWithOwner": filled.repo,
        "isPrivate": False,
        "visibility": "PUBLIC",
        "isArchived": False,
        "hasIssuesEnabled": True,
        "viewerPermission": "ADMIN",
        "milestones": {
            "totalCount": 1,
            "nodes": [{"number": 3, "title": "5.2", "state": "OPEN", "dueOn": "2026-12-01T00:00:00Z"}],
            "pageInfo": {"hasNextPage": False},
        },
        "milestone": {"title": "5.2"},
        "missing": None,
        "labels": {
            "nodes": [
                {"name": "UI", "color": "ededed", "description": None},
                {"name": "bug", "color": "ededed", "description": None},
            ]
        },
        "label": {"name": "bug"},
        "none": None,
    }


def test_timeline_tells_each_kind_of_line(api: Api, colleague: Api) -> None:
    api("POST", "/milestones", {"title": "5.2"})
    api.open("First")
    api.open("Second")
    colleague("PATCH", "/issues/1", {"title": "Cart", "labels": ["bug"], "milestone": 1, "assignees": ["pat"]})
    colleague(
        "PATCH",
        "/issues/1",
        {"state": "closed", "state_reason": "completed", "milestone": None, "assignees": [], "labels": []},
    )
    colleague("PATCH", "/issues/1", {"state": "open"})
    colleague("POST", "/issues/1/comments", {"body": "Duplicate of #2"})
    colleague("PATCH", "/issues/2", {"body": "Like #1"})
    lines = api.repository(
        """issue(number: 1) { timelineItems(first: 50) { totalCount nodes { __typename
          ... on RenamedTitleEvent { previousTitle currentTitle actor { login } createdAt }
          ... on LabeledEvent { label { name } } ... on UnlabeledEvent { label { name } }
          ... on MilestonedEvent { milestoneTitle } ... on DemilestonedEvent { milestoneTitle }
          ... on AssignedEvent { assignee { ... on User { login } } } ... on UnassignedEvent { assignee { ... on User { login } } }
          ... on ClosedEvent { stateReason } ... on ReopenedEvent { actor { login } }
          ... on IssueComment { body }
          ... on MarkedAsDuplicateEvent { canonical { ... on Issue { number repository { nameWithOwner } } } }
          ... on CrossReferencedEvent { source { ... on Issue { number url title repository { nameWithOwner } } ... on PullRequest { number url } } }
        } } }"""
    )["issue"]["timelineItems"]
    assert lines["totalCount"] == len(lines["nodes"])
    assert lines["nodes"][0].pop("createdAt")
    other = {"number": 2, "repository": {"nameWithOwner": api.repo}}
    assert lines["nodes"] == [
        {
            "__typename": "RenamedTitleEvent",
            "previousTitle": "First",
            "currentTitle": "Cart",
            "actor": {"login": "pat"},
        },
        {"__typename": "MilestonedEvent", "milestoneTitle": "5.2"},
        {"__typename": "LabeledEvent", "label": {"name": "bug"}},
        {"__typename": "AssignedEvent", "assignee": {"login": "pat"}},
        {"__typename": "DemilestonedEvent", "milestoneTitle": "5.2"},
        {"__typename": "UnlabeledEvent", "label": {"name": "bug"}},
        {"__typename": "UnassignedEvent", "assignee": {"login": "pat"}},
        {"__typename": "ClosedEvent", "stateReason": "COMPLETED"},
        {"__typename": "ReopenedEvent", "actor": {"login": "pat"}},
        {"__typename": "IssueComment", "body": "Duplicate of #2"},
        {"__typename": "MarkedAsDuplicateEvent", "canonical": other},
        {
            "__typename": "CrossReferencedEvent",
            "source": {**other, "title": "Second", "url": f"{api.base}/{api.repo}/issues/2"},
        },
    ]


def test_timeline_shows_only_the_types_asked_for(api: Api) -> None:
    api.open(labels=["a"])
    api("DELETE", "/issues/1/labels/a")
    now = api.later()
    api("PATCH", "/issues/1", {"state": "closed"})
    selected = """issue(number: 1) {
      labelled: timelineItems(first: 9, itemTypes: [LABELED_EVENT, UNLABELED_EVENT]) { nodes { __typename } }
      late: timelineItems(first: 9, since: "%s") { nodes { __typename } }
    }"""
    told = api.repository(selected % now)["issue"]
    assert [line["__typename"] for line in told["labelled"]["nodes"]] == ["LabeledEvent", "UnlabeledEvent"]
    assert [line["__typename"] for line in told["late"]["nodes"]] == ["ClosedEvent"]


def test_label_deleted_since_is_shown_as_it_was(api: Api) -> None:
    api.open(labels=["gone"])
    api("DELETE", "/labels/gone")
    told = api.repository(
        "issue(number: 1) { timelineItems(first: 5) { nodes { ... on LabeledEvent { label { name color } } } } }"
    )
    assert told["issue"]["timelineItems"]["nodes"] == [{"label": {"name": "gone", "color": "ededed"}}]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", ["CREATED_AT", "UPDATED_AT", "COMMENTS"])
def test_pages_bring_every_issue_once(loaded: Callable[..., Api], field: str, direction: str) -> None:
    rows = [row(n, updated_at=f"2026-11-2{n % 3}T09:00:00Z") for n in range(1, 8)]
    api = loaded(*rows)
    selected = f"""issues(first: 3, after: $after, orderBy: {{field: {field}, direction: {direction}}}) {{
      totalCount nodes {{ number }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} }}"""
    seen, after, sizes = [], None, []
    while True:
        page = api.repository(selected, after=after)["issues"]
        seen += [node["number"] for node in page["nodes"]]
        sizes.append((len(page["nodes"]), page["pageInfo"]["hasPreviousPage"]))
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert sorted(seen) == list(range(1, 8))
    assert sizes == [(3, False), (3, True), (1, True)]
    if field == "CREATED_AT":
        assert seen == sorted(seen, reverse=direction == "DESC")


def test_cursor_stays_valid_while_issues_come(api: Api) -> None:
    for _ in range(3):
        api.open()
    selected = "issues(first: 2, after: $after) { nodes { number } pageInfo { endCursor } }"
    after = api.repository(selected, after=None)["issues"]["pageInfo"]["endCursor"]
    api.later()
    api.open()
    assert [node["number"] for node in api.repository(selected, after=after)["issues"]["nodes"]] == [3, 4]


def test_last_takes_from_the_end_and_before_goes_back(api: Api) -> None:
    for _ in range(5):
        api.open()
    selected = "issues(last: 2, before: $before) { nodes { number } pageInfo { hasPreviousPage startCursor } }"
    page = api.repository(selected, before=None)["issues"]
    assert [node["number"] for node in page["nodes"]] == [4, 5]
    page = api.repository(selected, before=page["pageInfo"]["startCursor"])["issues"]
    assert [node["number"] for node in page["nodes"]] == [2, 3]
    assert page["pageInfo"]["hasPreviousPage"]


def test_every_mutation_does_what_it_says(api: Api) -> None:
    def mutate(mutation: str, payload: str, /, **given: Any) -> dict[str, Any]:
        kind = mutation[0].upper() + mutation[1:]
        answer = api.graphql(
            f"mutation M($input: {kind}Input!) {{ {mutation}(input: $input) {{ clientMutationId {payload} }} }}",
            input={**given, "clientMutationId": "7"},
        )
        assert "errors" not in answer, answer
        done: dict[str, Any] = answer["data"][mutation]
        assert done.pop("clientMutationId") == "7"
        return done

    home = api("GET", "").json()["node_id"]
    label = mutate("createLabel", "label { id name }", repositoryId=home, name="P1", color="B60205")["label"]
    issue = mutate("createIssue", "issue { id number }", repositoryId=home, title="New", labelIds=[label["id"]])[
        "issue"
    ]
    number, subject = issue["number"], issue["id"]
    mutate(
        "removeLabelsFromLabelable",
        "labelable { labels(first: 5) { totalCount } }",
        labelableId=subject,
        labelIds=[label["id"]],
    )
    added = mutate(
        "addLabelsToLabelable",
        "labelable { labels(first: 5) { nodes { name } } }",
        labelableId=subject,
        labelIds=[label["id"]],
    )
    assert added["labelable"]["labels"]["nodes"] == [{"name": "P1"}]
    edge = mutate("addComment", "commentEdge { cursor node { id body } } subject { id }", subjectId=subject, body="One")
    comment = edge["commentEdge"]["node"]["id"]
    assert edge["subject"]["id"] == subject
    edited = mutate("updateIssueComment", "issueComment { body lastEditedAt }", id=comment, body="Two")["issueComment"]
    assert (edited["body"], bool(edited["lastEditedAt"])) == ("Two", True)
    mutate("deleteIssueComment", "", id=comment)
    mutate("updateIssue", "issue { id } actor { login }", id=subject, title="Newer", body="Text", labelIds=[])
    assert (
        mutate("closeIssue", "issue { stateReason }", issueId=subject, stateReason="NOT_PLANNED")["issue"][
            "stateReason"
        ]
        == "NOT_PLANNED"
    )
    assert mutate("reopenIssue", "issue { state }", issueId=subject)["issue"]["state"] == "OPEN"
    assert mutate("pinIssue", "issue { isPinned }", issueId=subject)["issue"]["isPinned"]
    assert not mutate("unpinIssue", "issue { isPinned }", issueId=subject)["issue"]["isPinned"]
    told = api.issue(number)
    assert (told["title"], told["body"], told["labels"], told["comments"]) == ("Newer", "Text", [], 0)
    assert api.history(number) == [
        "labeled",
        "unlabeled",
        "labeled",
        "comment_deleted",
        "renamed",
        "unlabeled",
        "closed",
        "reopened",
        "pinned",
        "unpinned",
    ]


def test_closing_as_a_duplicate_names_the_other(api: Api) -> None:
    api.open()
    api.open()
    ids = [api.issue(number)["node_id"] for number in (1, 2)]
    api.graphql(
        "mutation($a: ID!, $b: ID!) { closeIssue(input: {issueId: $b, duplicateIssueId: $a, stateReason: DUPLICATE}) { issue { id } } }",
        a=ids[0],
        b=ids[1],
    )
    told = api.repository("issue(number: 2) { plain: stateReason shown: stateReason(enableDuplicate: true) }")["issue"]
    assert told == {"plain": "NOT_PLANNED", "shown": "DUPLICATE"}
    assert api.history(2) == ["marked_as_duplicate", "closed"]


def test_the_mark_of_a_duplicate_is_taken_back(api: Api) -> None:
    api.open()
    api.open()
    api("POST", "/issues/2/comments", {"body": f"Duplicate of {api.repo}#1"})
    ids = [api.issue(number)["node_id"] for number in (1, 2)]
    unmark = (
        "unmarkIssueAsDuplicate(input: {canonicalId: $a, duplicateId: $b}) { duplicate { ... on Issue { number } } }"
    )
    done = api.graphql(f"mutation($a: ID!, $b: ID!) {{ {unmark} }}", a=ids[0], b=ids[1])
    assert done["data"]["unmarkIssueAsDuplicate"]["duplicate"] == {"number": 2}
    told = api.repository(
        "issue(number: 2) { timelineItems(first: 5, itemTypes: [UNMARKED_AS_DUPLICATE_EVENT]) { nodes {"
        " ... on UnmarkedAsDuplicateEvent { canonical { ... on Issue { number } } } } } }"
    )
    assert told["issue"]["timelineItems"]["nodes"] == [{"canonical": {"number": 1}}]


def test_missing_things_are_told_beside_what_is_there(api: Api) -> None:
    answer = api.graphql('query { viewer { login } repository(owner: "acme", name: "none") { id } }')
    [error] = answer["errors"]
    assert answer["data"] == {"viewer": {"login": "hypercare-bot"}, "repository": None}
    assert (error["type"], error["path"]) == ("NOT_FOUND", ["repository"])
    assert error["message"] == "Could not resolve to a Repository with the name 'acme/none'."


def test_nodes_are_found_by_id_and_missing_ones_are_null(api: Api) -> None:
    api.open()
    there = api.issue(1)["node_id"]
    answer = api.graphql("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=[there, "I_none"])
    assert answer["data"] == {"nodes": [{"__typename": "Issue", "id": there}, None]}
    assert [(error["type"], error["path"]) for error in answer["errors"]] == [("NOT_FOUND", ["nodes", 1])]
    one = api.graphql('query { node(id: "I_none") { id } }')
    assert (one["data"], one["errors"][0]["type"]) == ({"node": None}, "NOT_FOUND")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("query {", "Syntax Error"),
        ("query { viewer { shoeSize } }", "Field 'shoeSize' doesn't exist on type 'User'"),
        ("query A { viewer { login } } query B { viewer { login } }", "operation name"),
    ],
)
def test_query_that_is_none_is_told_without_data(api: Api, query: str, message: str) -> None:
    answer = api.graphql(query)
    assert "data" not in answer
    assert message in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ("", "MISSING_PAGINATION_BOUNDARIES"),
        ("(first: 101)", "EXCESSIVE_PAGINATION"),
        ('(first: 1, after: "x")', "INVALID_CURSOR_ARGUMENTS"),
        ('(first: 1, after: "WyJ4IiwgMV0=")', "INVALID_CURSOR_ARGUMENTS"),
    ],
)
def test_page_needs_bounds_that_github_takes(api: Api, arguments: str, kind: str) -> None:
    api.open()
    owner, _, name = api.repo.partition("/")
    answer = api.graphql(
        f'query {{ repository(owner: "{owner}", name: "{name}") {{ issues{arguments} {{ nodes {{ id }} }} }} }}'
    )
    assert answer["errors"][0]["type"] == kind


def test_query_over_the_node_limit_is_refused(api: Api) -> None:
    selected = "labels(first: 100) { nodes { id } } comments(first: 100) { nodes { issue { timelineItems(first: 60) { nodes { __typename } } } } }"
    answer = api.graphql(
        f'query {{ repository(owner: "a", name: "b") {{ issues(first: 100) {{ nodes {{ {selected} }} }} }} }}'
    )
    assert answer["errors"][0]["type"] == "MAX_NODE_LIMIT_EXCEEDED"


def test_cost_is_told_and_taken_from_the_quota(api: Api) -> None:
    query = """query { rateLimit { cost nodeCount limit remaining used resetAt } repository(owner: "acme", name: "web") {
      issues(first: 50) { nodes { labels(first: 20) { nodes { id } } ...more } } } }
      fragment more on Issue { comments(last: 20) { nodes { id } } timelineItems(last: 30) { nodes { __typename } } }"""
    first, second = (api.graphql(query)["data"]["rateLimit"] for _ in range(2))
    assert (first["cost"], first["nodeCount"]) == (2, 50 + 50 * (20 + 20 + 30))
    assert (second["used"] - first["used"], first["limit"] - first["used"]) == (2, first["remaining"])


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"query": 5}', b'{"query": "{viewer{login}}", "variables": [1]}'])
def test_body_without_a_query_is_refused(api: Api, body: bytes) -> None:
    headers = {"Authorization": "Bearer sandbox"}
    assert requests.post(f"{api.base}/api/graphql", data=body, headers=headers, timeout=5).status_code == 400


def test_refused_mutation_says_why(api: Api) -> None:
    api.open()
    answer = api.graphql(
        'mutation($id: ID!) { addComment(input: {subjectId: $id, body: ""}) { subject { id } } }',
        id=api.issue(1)["node_id"],
    )
    assert (answer["data"], answer["errors"][0]["type"]) == ({"addComment": None}, "UNPROCESSABLE")
