"""Issues over HTTP: created, edited, moved, linked, voted for and deleted, with what the history says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.sync.sandbox.jira_site import ANA, LONG_AGO, Site, row, serving

from hypercare_sync.sandbox.world import Sandbox


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Sandbox]]:
    with serving() as both:
        yield both


@pytest.fixture
def jira(served: tuple[str, Sandbox], tmp_path: Path) -> Site:
    base, sandbox = served
    site = Site(base, sandbox.jira, tmp_path)
    payments = {"id": f"3{site.project[1:-1]}", "name": "Payments"}
    site.load(
        row(site.key(1), labels=["outage"], fixVersions=[{"id": "20002", "name": "5.3"}], components=[payments]),
        row(site.key(2)),
    )
    return site


def edit(jira: Site, body: dict[str, Any], **query: Any) -> None:
    answer = jira.call("PUT", f"issue/{jira.key(1)}", body, **query)
    assert answer.status_code == 204, answer.text


def test_labels_are_added_and_removed_one_by_one(jira: Site) -> None:
    edit(
        jira,
        {"update": {"labels": [{"add": "hypercare:P1"}, {"remove": "outage"}, {"add": "web"}, {"remove": "absent"}]}},
    )
    assert jira.issue(1)["fields"]["labels"] == ["hypercare:P1", "web"]
    assert jira.history(1) == [("labels", "outage", "hypercare:P1 web")]


def test_write_moves_updated_and_names_its_author(jira: Site) -> None:
    edit(jira, {"fields": {"summary": "Other"}}, token="person")
    entry = jira.get(f"issue/{jira.key(1)}/changelog")["values"][0]
    assert entry["author"]["displayName"] == "Pat"
    assert entry["created"] == jira.issue(1)["fields"]["updated"] > LONG_AGO
    assert entry["items"][0]["fieldId"] == "summary"


def test_write_that_changes_nothing_leaves_no_trace(jira: Site) -> None:
    edit(
        jira,
        {
            "fields": {"labels": ["outage"], "fixVersions": [{"name": "5.3"}]},
            "update": {"components": [{"add": {"name": "Payments"}}]},
        },
    )
    assert not jira.moved(1)
    assert jira.history(1) == []


def test_history_names_versions_components_and_people(jira: Site) -> None:
    edit(
        jira,
        {
            "fields": {"assignee": {"accountId": ANA["accountId"]}, "priority": {"name": "High"}, "description": None},
            "update": {"fixVersions": [{"set": [{"name": "5.2"}]}], "components": [{"remove": {"name": "Payments"}}]},
        },
        notifyUsers="false",
    )
    assert sorted(jira.history(1)) == [
        ("Component", "Payments", ""),
        ("Fix Version", "", "5.2"),
        ("Fix Version", "5.3", ""),
        ("assignee", "", "Ana"),
        ("description", "Seen *twice*.", ""),
        ("priority", "", "High"),
    ]


def test_properties_and_comments_come_with_an_edit(jira: Site) -> None:
    edit(
        jira,
        {"update": {"comment": [{"add": {"body": "Noted."}}]}, "properties": [{"key": "hypercare", "value": [1]}]},
        version=2,
    )
    issue = jira.issue(1, properties="*all", version=2)
    assert issue["properties"] == {"hypercare": [1]}
    assert [comment["body"] for comment in issue["fields"]["comment"]["comments"]] == ["Noted."]


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"fields": {"labels": ["two words"]}}, "labels", "The label 'two words' contains spaces which is invalid."),
        ({"update": {"labels": [{"add": "two words"}]}}, "labels", "contains spaces"),
        ({"fields": {"labels": "one"}}, "labels", "data was not an array"),
        ({"fields": {"summary": "x" * 256}}, "summary", "255"),
        ({"fields": {"summary": "a\nb"}}, "summary", "newline"),
        ({"fields": {"summary": ""}}, "summary", "You must specify a summary of the issue."),
        ({"fields": {"description": "x"}}, "description", "Atlassian Document"),
        ({"fields": {"versions": [{"name": "9.9"}]}}, "versions", "Version name '9.9' is not valid"),
        ({"fields": {"priority": {"id": "99"}}}, "priority", "Priority id '99' is not valid"),
        ({"fields": {"assignee": {"accountId": "nobody"}}}, "assignee", "User 'nobody' does not exist."),
        ({"fields": {"status": {"name": "Done"}}}, "status", "cannot be set"),
        ({"fields": {"customfield_1": 1}}, "customfield_1", "cannot be set"),
        ({"fields": {"labels": []}, "update": {"labels": []}}, "labels", "cannot appear in both"),
        ({"update": {"summary": [{"add": "x"}]}}, "summary", "Operation 'add' is not supported"),
        ({"update": {"labels": "x"}}, "labels", "Expected a list of operations"),
        ({"update": {"comment": [{"remove": {"id": "1"}}]}}, "comment", "Only the operation 'add'"),
        ({"properties": [{"key": "x"}]}, "properties", "needs a key and a value"),
    ],
)
def test_faulty_edit_names_the_field_and_writes_nothing(
    jira: Site, body: dict[str, Any], field: str, words: str
) -> None:
    valid = {"fields": {"environment": None, "duedate": "2026-12-01", **body.get("fields", {})}}
    answer = jira.call("PUT", f"issue/{jira.key(1)}", body | valid)
    assert answer.status_code == 400
    assert words in answer.json()["errors"][field]
    assert not jira.moved(1)
    assert "duedate" not in jira.issue(1)["fields"]


def test_too_long_text_is_refused(jira: Site) -> None:
    for path, method, body in (
        (f"issue/{jira.key(1)}", "PUT", {"fields": {"description": "x" * 32_768}}),
        (f"issue/{jira.key(1)}/comment", "POST", {"body": "x" * 32_768}),
    ):
        answer = jira.call(method, path, body, version=2)
        assert answer.status_code == 400
        assert "32,767 characters" in answer.text


def test_texts_are_strings_in_version_2_and_documents_in_version_3(jira: Site) -> None:
    edit(jira, {"fields": {"description": "One\n\nTwo"}}, version=2)
    document = jira.issue(1)["fields"]["description"]
    assert (document["type"], len(document["content"])) == ("doc", 2)
    edit(jira, {"fields": {"description": document}})
    assert jira.issue(1, version=2)["fields"]["description"] == "One\n\nTwo"


def test_created_issue_has_the_next_key_and_todays_times(jira: Site) -> None:
    fields = {
        "project": {"key": jira.project},
        "issuetype": {"name": "Bug"},
        "summary": "New",
        "labels": ["a"],
        "versions": [{"name": "5.2"}],
    }
    answer = jira.call("POST", "issue", {"fields": fields, "properties": [{"key": "k", "value": 1}]})
    assert answer.status_code == 201
    assert answer.json()["key"] == jira.key(3)
    issue = jira.issue(3, properties="k")
    assert answer.json()["self"] == issue["self"] == f"{jira.base}/rest/api/3/issue/{issue['id']}"
    shown = issue["fields"]
    assert shown["created"] == shown["updated"] > LONG_AGO
    assert (shown["status"]["name"], shown["priority"]["name"], shown["reporter"]["displayName"]) == (
        "To Do",
        "Medium",
        "Hypercare Bot",
    )
    assert issue["properties"] == {"k": 1}
    assert jira.history(3) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"issuetype": {"name": "Bug"}, "summary": "x"}, "project"),
        ({"project": {"key": "NOPE"}, "issuetype": {"name": "Bug"}, "summary": "x"}, "project"),
        ({"project": "OWN", "issuetype": {"name": "Bug"}}, "summary"),
        ({"project": "OWN", "summary": "x"}, "issuetype"),
        ({"project": "OWN", "issuetype": {"name": "Nope"}, "summary": "x"}, "issuetype"),
    ],
)
def test_issue_needs_project_type_and_summary(jira: Site, fields: dict[str, Any], field: str) -> None:
    if fields.get("project") == "OWN":
        fields = fields | {"project": {"key": jira.project}}
    answer = jira.call("POST", "issue", {"fields": fields})
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def transition(jira: Site, name: str, **more: Any) -> None:
    known = jira.get(f"issue/{jira.key(1)}/transitions")["transitions"]
    chosen = next(one["id"] for one in known if one["to"]["name"] == name)
    answer = jira.call("POST", f"issue/{jira.key(1)}/transitions", {"transition": {"id": chosen}, **more})
    assert answer.status_code == 204, answer.text


def test_done_sets_a_resolution_and_reopening_clears_it(jira: Site) -> None:
    transition(jira, "Waiting for customer")
    transition(jira, "Done", fields={"resolution": {"name": "Duplicate"}})
    fields = jira.issue(1)["fields"]
    assert (fields["status"]["statusCategory"]["key"], fields["resolution"]["name"]) == ("done", "Duplicate")
    assert fields["resolutiondate"] == fields["updated"]
    transition(jira, "Open")
    assert jira.issue(1)["fields"]["resolution"] is jira.issue(1)["fields"]["resolutiondate"] is None
    assert jira.history(1) == [
        ("status", "Open", "Waiting for customer"),
        ("resolution", "", "Duplicate"),
        ("status", "Waiting for customer", "Done"),
        ("status", "Done", "Open"),
        ("resolution", "Duplicate", ""),
    ]


def test_issue_tells_when_the_category_of_its_status_last_changed(jira: Site) -> None:
    transition(jira, "Done")
    closed = jira.issue(1)["fields"]
    assert closed["statuscategorychangedate"] == closed["updated"]
    transition(jira, "Closed")
    jira.call("POST", f"issue/{jira.key(1)}/comment", {"body": "Thanks."})
    later = jira.issue(1)["fields"]
    assert later["updated"] > later["statuscategorychangedate"] == closed["statuscategorychangedate"]


def test_unknown_transition_is_refused(jira: Site) -> None:
    assert jira.call("POST", f"issue/{jira.key(1)}/transitions", {"transition": {"id": "7"}}).status_code == 400


def test_vote_counts_once_and_can_be_taken_back(jira: Site) -> None:
    path = f"issue/{jira.key(1)}/votes"
    assert [jira.call("POST", path).status_code for _ in range(2)] == [204, 204]
    assert (jira.get(path)["votes"], jira.get(path)["hasVoted"]) == (1, True)
    assert jira.issue(1, token="person")["fields"]["votes"]["hasVoted"] is False
    assert jira.moved(1)
    assert [jira.call("DELETE", path).status_code for _ in range(2)] == [204, 404]


def test_issue_property_is_new_then_changed_then_gone_and_moves_nothing(jira: Site) -> None:
    path = f"issue/{jira.key(1)}/properties/hypercare"
    assert [jira.call("PUT", path, {"n": number}).status_code for number in (1, 2)] == [201, 200]
    assert jira.get(path) == {"key": "hypercare", "value": {"n": 2}}
    assert [entry["key"] for entry in jira.get(f"issue/{jira.key(1)}/properties")["keys"]] == ["hypercare"]
    assert [jira.call("DELETE", path).status_code for _ in range(2)] == [204, 404]
    assert not jira.moved(1)


def test_property_holds_up_to_32768_characters(jira: Site) -> None:
    path = f"issue/{jira.key(1)}/properties/big"
    assert jira.call("PUT", path, "x" * 32_766).status_code == 201
    assert jira.call("PUT", path, "x" * 32_767).status_code == 400
    assert jira.call("PUT", path).status_code == 400


def test_remote_link_with_a_global_id_is_one_link(jira: Site) -> None:
    path = f"issue/{jira.key(1)}/remotelink"
    link = {"globalId": "gh-1", "object": {"url": "https://example.com/1", "title": "One"}}
    first, again = (
        jira.call("POST", path, link),
        jira.call(
            "POST",
            path,
            link | {"object": {"url": "https://example.com/1", "title": "Two"}, "application": {"name": "Wiki"}},
        ),
    )
    assert (first.status_code, again.status_code, first.json()["id"]) == (201, 200, again.json()["id"])
    assert [one["object"]["title"] for one in jira.get(path)] == ["Two"]
    assert jira.get(path, globalId="gh-1")["id"] == first.json()["id"]
    assert [(field, after) for field, _, after in jira.history(1)] == [
        ("RemoteIssueLink", 'This issue links to "One (Web Link)"'),
        ("RemoteIssueLink", 'This issue links to "Two (Wiki)"'),
    ]
    assert jira.call("DELETE", path, globalId="gh-1").status_code == 204
    assert jira.get(path) == []
    assert jira.call("POST", path, {"globalId": "x" * 256, "object": {"url": "u", "title": "t"}}).status_code == 400
    assert jira.call("POST", path, {"object": {"title": "t"}}).status_code == 400


def test_linked_issues_show_each_other(jira: Site) -> None:
    body = {"type": {"name": "Duplicate"}, "inwardIssue": {"key": jira.key(1)}, "outwardIssue": {"key": jira.key(2)}}
    assert jira.call("POST", "issueLink", body).status_code == 201
    one, two = (jira.issue(number)["fields"]["issuelinks"][0] for number in (1, 2))
    assert (one["outwardIssue"]["key"], two["inwardIssue"]["key"]) == (jira.key(2), jira.key(1))
    assert one["outwardIssue"]["fields"]["summary"] == f"Checkout fails in {jira.key(2)}"
    assert jira.history(1) == [("Link", "", f"This issue duplicates {jira.key(2)}")]
    assert jira.history(2) == [("Link", "", f"This issue is duplicated by {jira.key(1)}")]


def test_deleted_issue_is_gone_and_its_key_is_not_used_again(jira: Site) -> None:
    assert jira.call("DELETE", f"issue/{jira.key(2)}").status_code == 204
    answer = jira.call("GET", f"issue/{jira.key(2)}")
    assert answer.status_code == 404
    assert answer.json()["errorMessages"] == ["Issue does not exist or you do not have permission to see it."]
    new = jira.call(
        "POST", "issue", {"fields": {"project": {"key": jira.project}, "issuetype": {"name": "Bug"}, "summary": "New"}}
    )
    assert new.json()["key"] == jira.key(3)


def test_changelog_pages_have_links(jira: Site) -> None:
    for number in range(3):
        edit(jira, {"fields": {"summary": f"Summary {number}"}})
    page = jira.get(f"issue/{jira.key(1)}/changelog", maxResults=2)
    assert (page["total"], page["isLast"], len(page["values"])) == (3, False, 2)
    rest = requests.get(page["nextPage"], auth=("x@example.com", "sandbox"), timeout=10).json()
    assert (rest["isLast"], [entry["items"][0]["toString"] for entry in rest["values"]]) == (True, ["Summary 2"])
