"""What Data Center does otherwise than Cloud: people by name, search with a total, no version 3."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from tests.sync.sandbox.jira_site import Site, comment, row, serving

from hypercare_sync.sandbox.world import Sandbox

BO = {"name": "bo", "key": "JIRAUSER10100", "displayName": "Bo", "active": True, "timeZone": "Europe/Berlin"}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Sandbox]]:
    with serving("datacenter") as both:
        yield both


@pytest.fixture
def jira(served: tuple[str, Sandbox], tmp_path: Path) -> Site:
    base, sandbox = served
    site = Site(base, sandbox.jira, tmp_path, version=2)
    said = [comment(number) | {"author": BO, "updateAuthor": BO} for number in range(25)]
    site.load(row(site.key(1), reporter=BO, comment={"comments": said}), *(row(site.key(n)) for n in range(2, 6)))
    return site


def test_it_says_that_it_is_a_server(jira: Site) -> None:
    info = jira.get("serverInfo")
    assert (info["deploymentType"], info["versionNumbers"][0]) == ("Server", 10)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/rest/api/3/myself"),
        ("GET", "/rest/api/3/serverInfo"),
        ("POST", "/rest/api/2/search/jql"),
        ("POST", "/rest/api/2/search/approximate-count"),
        ("POST", "/rest/api/2/issue/bulkfetch"),
        ("POST", "/rest/api/2/changelog/bulkfetch"),
        ("GET", "/rest/api/2/project/search"),
        ("GET", "/_edge/tenant_info"),
    ],
)
def test_what_only_cloud_has_is_not_there(jira: Site, method: str, path: str) -> None:
    answer = requests.request(method, jira.base + path, json={}, auth=("bot", "sandbox"), timeout=10)
    assert answer.status_code == 404


def test_latest_is_version_2(jira: Site) -> None:
    latest = requests.get(f"{jira.base}/rest/api/latest/myself", auth=("bot", "sandbox"), timeout=10).json()
    assert latest["self"].endswith("/rest/api/2/user?username=hypercare-bot")


def test_token_comes_as_a_bearer_and_a_name_with_a_password(jira: Site) -> None:
    bearer = requests.get(
        f"{jira.base}/rest/api/2/myself", headers={"Authorization": "Bearer person"}, timeout=10
    ).json()
    assert (bearer["name"], bearer["displayName"], bearer["emailAddress"]) == ("pat", "Pat", "pat@example.com")
    assert jira.get("myself")["name"] == "hypercare-bot"


def test_people_have_a_name_and_a_key_and_no_account_id(jira: Site) -> None:
    fields = jira.issue(1)["fields"]
    for person in (fields["reporter"], fields["comment"]["comments"][0]["author"]):
        assert person == {**BO, "self": f"{jira.base}/rest/api/2/user?username=bo"}
    own = jira.get("myself")
    assert (own["name"], own["key"].startswith("JIRAUSER"), "accountId" in own) == ("hypercare-bot", True, False)


def test_search_has_a_total_and_pages_by_place(jira: Site) -> None:
    query = {"jql": f"project = {jira.project} ORDER BY key", "startAt": 2, "maxResults": 2, "fields": ["summary"]}
    page = jira.call("POST", "search", query).json()
    assert [issue["key"] for issue in page["issues"]] == [jira.key(3), jira.key(4)]
    assert (page["startAt"], page["maxResults"], page["total"]) == (2, 2, 5)
    assert jira.get("search", **{**query, "fields": "summary"}) == page
    assert jira.call("POST", "search", {**query, "maxResults": 0}).json()["total"] == 5
    assert jira.call("POST", "search", {**query, "maxResults": -1}).json()["maxResults"] == 1000


def test_search_without_a_condition_is_allowed(jira: Site) -> None:
    assert jira.call("POST", "search", {}).json()["total"] >= 5


def test_search_gives_navigable_fields_unless_others_are_asked_for(jira: Site) -> None:
    (issue,) = jira.get("search", jql=f"key = {jira.key(1)}")["issues"]
    assert {"summary", "labels"} <= set(issue["fields"])
    assert "comment" not in issue["fields"]
    (named,) = jira.get("search", jql=f"key = {jira.key(1)}", fields="key")["issues"]
    assert {"id", "key", "self"} <= set(named)


def test_search_refuses_what_it_does_not_know(jira: Site) -> None:
    strange = jira.call("POST", "search", {"jql": "labels = x", "properties": ["hypercare"]})
    assert (strange.status_code, 'Unrecognized field "properties"' in strange.json()["errorMessages"][0]) == (400, True)
    assert jira.call("POST", "search", {"jql": "nonsense = 1"}).status_code == 400
    lenient = jira.call("POST", "search", {"jql": "nonsense = 1", "validateQuery": False}).json()
    assert (lenient["total"], "nonsense" in lenient["warningMessages"][0]) == (0, True)


def test_all_comments_and_all_histories_ride_along_oldest_first(jira: Site) -> None:
    for number in range(42):
        jira.call("PUT", f"issue/{jira.key(1)}", {"fields": {"summary": f"Summary {number}"}})
    (issue,) = jira.get("search", jql=f"key = {jira.key(1)}", fields="comment", expand="changelog,names")["issues"]
    assert len(issue["fields"]["comment"]["comments"]) == issue["fields"]["comment"]["total"] == 25
    histories = issue["changelog"]["histories"]
    assert (len(histories), issue["changelog"]["total"]) == (42, 42)
    assert histories[0]["items"][0]["toString"] == "Summary 0"
    assert "fieldId" not in histories[0]["items"][0]
    assert "jsdPublic" not in issue["fields"]["comment"]["comments"][0]


def test_assignee_goes_by_name_and_the_history_by_key(jira: Site) -> None:
    assert jira.call("PUT", f"issue/{jira.key(2)}", {"fields": {"assignee": {"name": "bo"}}}).status_code == 204
    refused = jira.call("PUT", f"issue/{jira.key(2)}", {"fields": {"assignee": {"accountId": "bo"}}})
    assert refused.json()["errors"] == {"assignee": "Specify a user by name"}
    assert jira.call("PUT", f"issue/{jira.key(2)}/assignee", {"name": "pat"}).status_code == 204
    issue = jira.issue(2, expand="changelog")
    assert issue["fields"]["assignee"]["name"] == "pat"
    first, second = (entry["items"][0] for entry in issue["changelog"]["histories"])
    assert (first["to"], first["toString"]) == ("JIRAUSER10100", "Bo")
    assert second["from"] == "JIRAUSER10100"
    assert jira.call("PUT", f"issue/{jira.key(2)}/assignee", {"name": None}).status_code == 204
    assert jira.issue(2)["fields"]["assignee"] is None


def test_who_left_cannot_be_assigned(jira: Site) -> None:
    gone = {"name": "cy", "key": "cy", "displayName": "Cy", "active": False}
    jira.load(row(jira.key(9), reporter=gone))
    refused = jira.call("PUT", f"issue/{jira.key(2)}/assignee", {"name": "cy"})
    assert (refused.status_code, refused.json()["errors"]) == (
        400,
        {"assignee": "User 'Cy' cannot be assigned issues."},
    )


def test_query_knows_people_by_name(jira: Site) -> None:
    def total(jql: str) -> int:
        found: int = jira.get("search", jql=f"project = {jira.project} AND {jql}")["total"]
        return found

    assert total("reporter = bo") == 1
    jira.call("PUT", f"issue/{jira.key(3)}/assignee", {"name": "hypercare-bot"})
    assert total("assignee = currentUser()") == total("assignee = hypercare-bot") == 1


def test_people_are_found_by_name(jira: Site) -> None:
    assert [one["name"] for one in jira.get("user/search", username="bo")] == ["bo", "hypercare-bot"]
    assert jira.call("GET", "user/search", query="bo").status_code == 400
    assert jira.get("user", username="bo")["key"] == jira.get("user", key="JIRAUSER10100")["key"]
    assert [jira.call("GET", "user", **query).status_code for query in ({"username": "x"}, {"key": "x"}, {})] == [
        404,
        404,
        400,
    ]
    picked = jira.get("user/picker", query="pa")["users"]
    assert [(one["name"], one["displayName"]) for one in picked] == [("pat", "Pat")]
    assert "bo" in {one["name"] for one in jira.get("user/assignable/search", project=jira.project, username="b")}


def test_permissions_are_all_told_without_being_asked_for(jira: Site) -> None:
    told = jira.get("mypermissions", projectKey=jira.project)["permissions"]
    assert told["EDIT_ISSUES"]["havePermission"] is True
    assert {"BROWSE_PROJECTS", "ADMINISTER_PROJECTS", "ADMINISTER"} <= set(told)


def test_comment_properties_come_with_a_comment_and_back_when_expanded(jira: Site) -> None:
    body = {"body": "[~bo]: noted", "properties": [{"key": "sd.public.comment", "value": {"internal": True}}]}
    made = jira.call("POST", f"issue/{jira.key(4)}/comment", body).json()
    shown = jira.get(f"issue/{jira.key(4)}/comment", expand="properties")["comments"][0]
    assert (made["body"], shown["properties"]) == (body["body"], body["properties"])


def test_comments_come_all_at_once_unless_fewer_are_asked_for(jira: Site) -> None:
    page = jira.get(f"issue/{jira.key(1)}/comment")
    assert (len(page["comments"]), page["maxResults"], page["total"]) == (25, 1_048_576, 25)
    few = jira.get(f"issue/{jira.key(1)}/comment", startAt=20, maxResults=3)
    assert [one["body"] for one in few["comments"]] == ["Comment 20", "Comment 21", "Comment 22"]


def test_issue_and_comments_tell_of_the_property_and_labels_that_one_edit_writes(jira: Site) -> None:
    edit = {"update": {"labels": [{"add": "hypercare:P1"}]}, "properties": [{"key": "hypercare", "value": {"n": 1}}]}
    assert jira.call("PUT", f"issue/{jira.key(5)}", edit).status_code == 204
    issue = jira.issue(5, properties="hypercare")
    assert (issue["fields"]["labels"], issue["properties"]) == (["hypercare:P1"], {"hypercare": {"n": 1}})


def test_data_of_cloud_is_served_by_name_too(jira: Site) -> None:
    assert jira.issue(2)["fields"]["reporter"]["name"] == "ana"
    assert jira.get("user", username="ana")["displayName"] == "Ana"
