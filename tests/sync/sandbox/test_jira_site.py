"""The Jira site itself: who may come in, what it says about itself, its projects and versions."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from tests.sync.sandbox.jira_site import START, Site, comment, row, serving

from hypercare_sync.sandbox.clock import Clock
from hypercare_sync.sandbox.jira import JiraWorld, is_write
from hypercare_sync.sandbox.people import Accounts
from hypercare_sync.sandbox.world import Sandbox


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Sandbox]]:
    with serving() as both:
        yield both


@pytest.fixture
def jira(served: tuple[str, Sandbox], tmp_path: Path) -> Site:
    base, sandbox = served
    site = Site(base, sandbox.jira, tmp_path)
    site.load(row(site.key(1), labels=["outage"], comment={"comments": [comment(1)]}))
    return site


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Bearer wrong",
        "Bearer sandbox",
        "Basic " + b64encode(b"a@b.example:wrong").decode(),
        "Basic nonsense",
        "Basic " + b64encode(b"\xff").decode(),
        "Digest x",
    ],
)
def test_who_brings_no_known_token_is_refused(jira: Site, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = requests.get(f"{jira.base}/rest/api/3/myself", headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["status-code"]) == (401, 401)
    assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"


def test_token_says_who_somebody_is(jira: Site) -> None:
    assert jira.get("myself", token="person")["displayName"] == "Pat"
    ours = jira.get("myself")
    assert (ours["displayName"], ours["accountType"], ours["timeZone"]) == ("Hypercare Bot", "atlassian", "Etc/UTC")
    assert jira.get("user", accountId=ours["accountId"])["displayName"] == "Hypercare Bot"
    assert jira.call("GET", "user", accountId="nobody").status_code == 404


def test_people_are_found_by_a_part_of_their_name(jira: Site) -> None:
    pat = jira.get("myself", token="person")["accountId"]
    assert [one["accountId"] for one in jira.get("user/search", query="pa")] == [pat]
    assert [one["displayName"] for one in jira.get("user/search", accountId=pat)] == ["Pat"]
    assert jira.get("user/search", accountId="nobody") == []
    assert jira.call("GET", "user/search").status_code == 400
    picked = jira.get("user/picker", query="hyper", maxResults=1)
    assert (picked["total"], picked["users"][0]["displayName"]) == (1, "Hypercare Bot")
    assert pat in {one["accountId"] for one in jira.get("user/assignable/search", issueKey=jira.key(1))}
    assert jira.call("GET", "user/assignable/search", project="NOPE").status_code == 404


def test_who_never_came_yet_can_be_assigned(jira: Site) -> None:
    pat = jira.get("user/search", query="pat")[0]["accountId"]
    assert jira.call("PUT", f"issue/{jira.key(1)}/assignee", {"accountId": pat}).status_code == 204
    assert jira.issue(1)["fields"]["assignee"]["displayName"] == "Pat"
    assert jira.call("PUT", f"issue/{jira.key(1)}/assignee", {"accountId": None}).status_code == 204
    assert jira.issue(1)["fields"]["assignee"] is None
    assert jira.call("PUT", f"issue/{jira.key(1)}/assignee", {"accountId": "nobody"}).status_code == 400


def test_token_may_stand_for_somebody_in_the_data(tmp_path: Path) -> None:
    accounts = Accounts({"ana-token": "ana"})
    world = JiraWorld(Clock(START), accounts)
    site = Site("", world, tmp_path)
    site.load(row(site.key(1)))
    account = accounts.by_token("ana-token")
    assert account is not None
    assert world.person(account)["displayName"] == "Ana"


def test_site_introduces_itself_to_anybody(jira: Site) -> None:
    info = requests.get(f"{jira.base}/rest/api/2/serverInfo", timeout=10).json()
    assert (info["deploymentType"], info["baseUrl"]) == ("Cloud", jira.base)
    assert info["serverTime"].startswith("2026-11-21T12:")
    assert set(requests.get(f"{jira.base}/_edge/tenant_info", timeout=10).json()) == {"cloudId"}


def test_everything_is_permitted_to_who_asks(jira: Site) -> None:
    permissions = jira.get("mypermissions", permissions="EDIT_ISSUES,ADMINISTER")["permissions"]
    assert {key: one["havePermission"] for key, one in permissions.items()} == {"EDIT_ISSUES": True, "ADMINISTER": True}
    assert jira.call("GET", "mypermissions").status_code == 400


def test_lists_of_values_name_what_the_site_and_the_data_know(jira: Site) -> None:
    names = {
        path: {one["name"] for one in jira.get(path)}
        for path in ("status", "priority", "issuetype", "resolution", "field")
    }
    assert {"Open", "In Progress", "Waiting for customer", "Done"} <= names["status"]
    assert {"Highest", "Low"} <= names["priority"]
    assert "Bug" in names["issuetype"]
    assert "Duplicate" in names["resolution"]
    assert {"Fix versions", "Comment"} <= names["field"]


def test_project_is_made_read_filled_and_deleted(jira: Site) -> None:
    assert jira.call("POST", "project", {"key": "DESK", "name": "Desk"}).status_code == 201
    assert jira.call("POST", "project", {"key": "DESK", "name": "Desk"}).status_code == 400
    assert jira.call("POST", "project", {"key": "desk", "name": ""}).status_code == 400
    assert jira.get("project/desk")["name"] == "Desk"
    assert [one["key"] for one in jira.get("project/search", keys="DESK")["values"]] == ["DESK"]
    assert "DESK" in {one["key"] for one in jira.get("project")}
    new = jira.call(
        "POST", "issue", {"fields": {"project": {"key": "DESK"}, "issuetype": {"name": "Task"}, "summary": "First"}}
    )
    assert new.json()["key"] == "DESK-1"
    assert jira.call("DELETE", "project/DESK").status_code == 204
    assert [jira.call("GET", path).status_code for path in ("project/DESK", "issue/DESK-1")] == [404, 404]


def test_versions_are_made_renamed_and_found(jira: Site) -> None:
    made = jira.call("POST", "version", {"name": "6.0", "project": jira.project, "releaseDate": "2026-12-01"})
    assert made.status_code == 201
    assert jira.call("POST", "version", {"name": "6.0", "project": jira.project}).status_code == 400
    assert jira.call("POST", "version", {"name": "6.1", "project": "NOPE"}).status_code == 404
    assert (
        jira.call("POST", "version", {"name": "6.1", "project": jira.project, "releaseDate": "soon"}).status_code == 400
    )
    jira.call("PUT", f"issue/{jira.key(1)}", {"fields": {"versions": [{"name": "6.0"}]}})
    assert jira.call("PUT", f"version/{made.json()['id']}", {"name": "6.0.0", "released": True}).status_code == 200
    assert jira.issue(1)["fields"]["versions"][0]["name"] == "6.0.0"
    assert jira.found('affectedVersion = "6.0.0"') == [jira.key(1)]
    assert {one["name"] for one in jira.get(f"project/{jira.project}/versions")} == {"5.2", "6.0.0"}
    assert [one["name"] for one in jira.get(f"project/{jira.project}/version", query="6.0")["values"]] == ["6.0.0"]
    assert jira.get(f"version/{made.json()['id']}")["released"] is True
    assert jira.call("GET", "version/1").status_code == 404


def test_unreadable_body_and_unknown_api_version_are_refused(jira: Site) -> None:
    for body in (b"{", b'{"body": "\\ud800"}', b"\xff"):
        url = f"{jira.base}/rest/api/2/issue/{jira.key(1)}/comment"
        assert requests.post(url, data=body, auth=("a", "sandbox"), timeout=10).status_code == 400
    assert jira.call("GET", "myself", version=4).status_code == 404
    assert jira.call("GET", "nowhere").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "write"),
    [
        ("GET", "/rest/api/3/issue/SHOP-1", False),
        ("POST", "/rest/api/3/search/jql", False),
        ("POST", "/rest/api/2/search/approximate-count", False),
        ("POST", "/rest/api/3/issue/bulkfetch", False),
        ("POST", "/rest/api/3/changelog/bulkfetch", False),
        ("POST", "/rest/api/3/issue", True),
        ("PUT", "/rest/api/3/issue/SHOP-1", True),
        ("DELETE", "/rest/api/3/issue/SHOP-1/properties/search", True),
    ],
)
def test_searches_by_post_are_reads(method: str, path: str, write: bool) -> None:
    assert is_write(method, path) is write
