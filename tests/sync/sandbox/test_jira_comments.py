"""Comments over HTTP, and the properties that programs keep on them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.sandbox.jira_site import Site, comment, row, serving

from hypercare_sync.sandbox.world import Sandbox


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Sandbox]]:
    with serving() as both:
        yield both


@pytest.fixture
def jira(served: tuple[str, Sandbox], tmp_path: Path) -> Site:
    base, sandbox = served
    site = Site(base, sandbox.jira, tmp_path)
    site.load(row(site.key(1), comment={"comments": [comment(1), comment(2)]}), row(site.key(2)))
    return site


def test_new_comment_is_the_last_one_and_moves_the_issue(jira: Site) -> None:
    answer = jira.call("POST", f"issue/{jira.key(1)}/comment", {"body": "Hello"}, version=2, token="person")
    assert answer.status_code == 201
    made = answer.json()
    assert (made["body"], made["author"]["displayName"], made["updateAuthor"]["displayName"]) == ("Hello", "Pat", "Pat")
    assert made["created"] == made["updated"] == jira.issue(1)["fields"]["updated"]
    page = jira.get(f"issue/{jira.key(1)}/comment", version=2)
    assert [one["body"] for one in page["comments"]] == ["Comment 1", "Comment 2", "Hello"]
    assert jira.history(1) == []


def test_comments_are_paged_and_ordered(jira: Site) -> None:
    path = f"issue/{jira.key(1)}/comment"
    page = jira.get(path, version=2, orderBy="-created", maxResults=1)
    assert ([one["body"] for one in page["comments"]], page["total"], page["maxResults"]) == (["Comment 2"], 2, 1)
    assert [one["body"] for one in jira.get(path, version=2, startAt=1)["comments"]] == ["Comment 2"]
    assert jira.call("GET", path, orderBy="author").status_code == 400
    assert jira.call("GET", path, startAt="first").status_code == 400


def test_edited_comment_keeps_author_and_names_its_editor(jira: Site) -> None:
    identity = jira.get(f"issue/{jira.key(1)}/comment")["comments"][0]["id"]
    path = f"issue/{jira.key(1)}/comment/{identity}"
    assert jira.call("PUT", path, {"body": "Comment 1"}, version=2).json()["updateAuthor"]["displayName"] == "Ana"
    assert not jira.moved(1)
    edited = jira.call("PUT", path, {"body": "Better"}, version=2).json()
    assert (edited["author"]["displayName"], edited["updateAuthor"]["displayName"]) == ("Ana", "Hypercare Bot")
    assert edited["updated"] > edited["created"]
    assert jira.get(path, version=2)["body"] == "Better"
    assert jira.moved(1)


def test_deleted_comment_is_gone(jira: Site) -> None:
    identity = jira.get(f"issue/{jira.key(1)}/comment")["comments"][0]["id"]
    path = f"issue/{jira.key(1)}/comment/{identity}"
    assert [jira.call("DELETE", path).status_code for _ in range(2)] == [204, 404]
    assert jira.call("GET", path).status_code == 404
    assert jira.moved(1)


def test_comment_body_is_a_document_in_version_3(jira: Site) -> None:
    document = {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hi"}]}],
    }
    made = jira.call("POST", f"issue/{jira.key(2)}/comment", {"body": document}).json()
    assert made["body"] == document
    assert jira.get(f"issue/{jira.key(2)}/comment/{made['id']}", version=2)["body"] == "Hi"


@pytest.mark.parametrize(
    ("body", "version"),
    [
        ({"body": ""}, 2),
        ({"body": "  "}, 2),
        ({}, 2),
        ({"body": {"type": "doc"}}, 2),
        ({"body": "text"}, 3),
        ({"body": {"type": "doc", "version": 1, "content": []}}, 3),
        (
            {
                "body": {
                    "type": "doc",
                    "version": 1,
                    "content": [{"type": "paragraph", "content": [{"type": "text", "text": ""}]}],
                }
            },
            3,
        ),
        ({"body": {"type": "doc", "version": 1, "content": ["text"]}}, 3),
        ({"body": "x", "visibility": {"type": "everybody"}}, 2),
        ({"body": "x", "properties": [{"key": "k"}]}, 2),
        ([], 2),
    ],
)
def test_faulty_comment_is_refused(jira: Site, body: object, version: int) -> None:
    assert jira.call("POST", f"issue/{jira.key(2)}/comment", body, version=version).status_code == 400
    assert not jira.moved(2)


def test_properties_come_back_only_when_expanded(jira: Site) -> None:
    body = {
        "body": "x",
        "visibility": {"type": "role", "value": "Staff"},
        "properties": [{"key": "hypercare", "value": {"tier": 1}}],
    }
    made = jira.call("POST", f"issue/{jira.key(2)}/comment", body, version=2).json()
    assert "properties" not in made
    assert made["visibility"] == {"type": "role", "value": "Staff"}
    page = jira.get(f"issue/{jira.key(2)}/comment", expand="properties")
    assert page["comments"][0]["properties"] == body["properties"]


def test_comment_property_is_new_then_changed_then_gone_and_moves_nothing(jira: Site) -> None:
    identity = jira.get(f"issue/{jira.key(1)}/comment")["comments"][0]["id"]
    path = f"comment/{identity}/properties/hypercare"
    assert [jira.call("PUT", path, {"n": number}).status_code for number in (1, 2)] == [201, 200]
    assert jira.get(path) == {"key": "hypercare", "value": {"n": 2}}
    assert [entry["key"] for entry in jira.get(f"comment/{identity}/properties")["keys"]] == ["hypercare"]
    assert [jira.call("DELETE", path).status_code for _ in range(2)] == [204, 404]
    assert not jira.moved(1)
    assert jira.call("GET", "comment/1/properties").status_code == 404
