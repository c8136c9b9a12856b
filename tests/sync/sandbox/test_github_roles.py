"""Who may do what in the embedded GitHub: roles, locked conversations, and who can be assigned."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.sync.sandbox.conftest import Api, row


@pytest.fixture
def reader(api: Api, colleague: Api) -> Api:
    """A person who may only read, in the same repository."""
    assert api("PUT", "/collaborators/pat", {"permission": "pull"}).status_code == 204
    return colleague


def test_role_is_told_in_old_words_and_new(api: Api) -> None:
    for permission, told in [("pull", "read"), ("triage", "read"), ("push", "write"), ("maintain", "write")]:
        api("PUT", "/collaborators/pat", {"permission": permission})
        assert api("GET", "/collaborators/pat/permission").json()["permission"] == told
    assert api("GET", "/collaborators/pat/permission").json()["role_name"] == "maintain"
    assert api("DELETE", "/collaborators/pat").status_code == 204
    assert api("GET", "/collaborators/pat/permission").json()["permission"] == "read"


def test_private_repository_is_not_there_for_whoever_has_no_role_in_it(api: Api, colleague: Api) -> None:
    api.open()
    api("PATCH", "", {"private": True})
    api("DELETE", "/collaborators/pat")
    assert colleague("GET", "").status_code == colleague("GET", "/issues/1").status_code == 404
    owner, _, name = api.repo.partition("/")
    asked = colleague.graphql(f'{{ repository(owner: "{owner}", name: "{name}") {{ id }} }}')
    assert asked["errors"][0]["type"] == "NOT_FOUND"
    node = colleague.graphql("query($id: ID!) { node(id: $id) { id } }", id=api.issue(1)["node_id"])
    assert node["data"] == {"node": None}
    assert api.repo not in [each["full_name"] for each in colleague("GET", f"//orgs/{owner}/repos?per_page=100").json()]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/issues/1", {"title": "Mine now"}),
        ("PATCH", "/issues/1", {"state": "closed"}),
        ("POST", "/issues/1/labels", ["bug"]),
        ("PUT", "/issues/1/lock", None),
        ("POST", "/labels", {"name": "new"}),
        ("POST", "/milestones", {"title": "new"}),
        ("PATCH", "", {"archived": True}),
        ("PUT", "/collaborators/pat", {"permission": "admin"}),
    ],
    ids=str,
)
def test_reader_may_not(api: Api, reader: Api, method: str, path: str, body: object) -> None:
    api.open()
    before = api.issue(1)
    assert reader(method, path, body).status_code == 403
    assert api.issue(1) == before


def test_reader_opens_and_comments_but_labels_and_assignees_are_dropped_without_a_word(api: Api, reader: Api) -> None:
    opened = reader("POST", "/issues", {"title": "Cart", "labels": ["bug"], "assignees": ["pat"]})
    assert (opened.status_code, opened.json()["labels"], opened.json()["assignees"]) == (201, [], [])
    assert reader("POST", "/issues/1/comments", {"body": "Again"}).status_code == 201
    assert reader("PATCH", "/issues/1", {"title": "Cart broken", "state": "closed"}).json()["state"] == "closed"
    assigned = reader("POST", "/issues/1/assignees", {"assignees": ["pat"]})
    assert (assigned.status_code, assigned.json()["assignees"]) == (201, [])


def test_missing_role_is_told_by_graphql_with_the_mutation(api: Api, reader: Api) -> None:
    api.open(labels=["bug"])
    given: dict[str, Any] = {"labelableId": api.issue(1)["node_id"], "labelIds": [api.issue(1)["labels"][0]["node_id"]]}
    answer = reader.graphql(
        "mutation($given: RemoveLabelsFromLabelableInput!) { removeLabelsFromLabelable(input: $given) { labelable { __typename } } }",
        given=given,
    )
    [error] = answer["errors"]
    assert (error["type"], error["path"]) == ("FORBIDDEN", ["removeLabelsFromLabelable"])
    assert error["message"] == "pat does not have the correct permissions to execute `RemoveLabelsFromLabelable`"
    assert [label["name"] for label in api.issue(1)["labels"]] == ["bug"]


def test_locked_conversation_takes_comments_only_from_who_may_write(api: Api, reader: Api) -> None:
    api.open()
    assert api("PUT", "/issues/1/lock", {"lock_reason": "resolved"}).status_code == 204
    refused = reader("POST", "/issues/1/comments", {"body": "But"})
    assert (refused.status_code, refused.json()["message"]) == (
        403,
        "Unable to create comment because issue is locked.",
    )
    answer = reader.graphql(
        'mutation($id: ID!) { addComment(input: {subjectId: $id, body: "But"}) { clientMutationId } }',
        id=api.issue(1)["node_id"],
    )
    assert answer["errors"][0]["message"] == refused.json()["message"]
    assert api("POST", "/issues/1/comments", {"body": "Closed for now"}).status_code == 201
    api("DELETE", "/issues/1/lock")
    assert reader("POST", "/issues/1/comments", {"body": "Thanks"}).status_code == 201


def test_assignees_without_access_are_passed_over_and_events_tell_the_actor(
    api: Api, colleague: Api, loaded: Callable[..., Api]
) -> None:
    loaded(row(1, user={"login": "ana"}), row(2, assignees=[{"login": "bo"}]), row(3, user={"login": "carl"}))
    added = colleague("POST", "/issues/1/assignees", {"assignees": ["pat", "bo", "ana", "carl", "nobody"]})
    assert [each["login"] for each in added.json()["assignees"]] == ["pat", "bo", "ana"]
    removed = api("DELETE", "/issues/1/assignees", {"assignees": ["bo", "nobody"]})
    assert [each["login"] for each in removed.json()["assignees"]] == ["pat", "ana"]
    lines = [
        (line["event"], line["actor"]["login"], line["assignee"]["login"], line["assigner"]["login"])
        for line in api("GET", "/issues/1/events").json()
    ]
    assert lines == [("assigned", "pat", each, "pat") for each in ("pat", "bo", "ana")] + [
        ("unassigned", "hypercare-bot", "bo", "hypercare-bot")
    ]
    assert api("PATCH", "/issues/1", {"assignees": ["carl"]}).status_code == 422
    assert [api("GET", f"/issues/1/assignees/{each}").status_code for each in ("ana", "carl")] == [204, 404]
    assert [api("GET", f"/assignees/{each}").status_code for each in ("bo", "ana")] == [204, 404]


def test_ten_people_are_assigned_at_most(api: Api, loaded: Callable[..., Api]) -> None:
    people = [f"person-{number}" for number in range(12)]
    loaded(*(row(number, assignees=[{"login": each}]) for number, each in enumerate(people, 1)))
    added = api("POST", "/issues/1/assignees", {"assignees": people}).json()
    assert len(added["assignees"]) == 10


def test_assignment_by_mutation_leaves_the_same_events(api: Api) -> None:
    api.open()
    api("GET", "/collaborators/pat/permission")
    ids = {"id": api.issue(1)["node_id"], "who": [api("GET", "//users/pat").json()["node_id"]]}
    for name in ("addAssigneesToAssignable", "removeAssigneesFromAssignable"):
        answer = api.graphql(
            f"mutation($id: ID!, $who: [ID!]!) {{ {name}(input: {{assignableId: $id, assigneeIds: $who}})"
            " { assignable { assignees(first: 5) { nodes { login } } } } }",
            **ids,
        )
        shown = answer["data"][name]["assignable"]["assignees"]["nodes"]
        assert shown == ([{"login": "pat"}] if name.startswith("add") else [])
    assert api.history(1) == ["assigned", "unassigned"]
