"""What tokens open on the Jira site: permissions by project, roles, security levels, and the account's time zone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.sandbox.jira_site import Site, comment, row, serving

from hypercare_sync.errors import ConfigError
from hypercare_sync.sandbox.grants import read_grant
from hypercare_sync.sandbox.world import Sandbox

TOKENS = {
    "reader": "reader:jira=BROWSE_PROJECTS",
    "blind": "blind:jira=",
    "member": "member:jira=-ADMINISTER_PROJECTS+-ADMINISTER+-EDIT_ALL_COMMENTS+-DELETE_ALL_COMMENTS",
    "mute": "mute:jira=BROWSE_PROJECTS+EDIT_ISSUES+LINK_ISSUES",
    "elsewhere": "elsewhere:jira@ELSE=BROWSE_PROJECTS",
    "outsider": "outsider:jira-roles=Developers,jira-levels=Partners",
    "west": "west:jira-zone=America/New_York",
}


@pytest.fixture(scope="module", params=["cloud", "datacenter"])
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, Sandbox]]:
    with serving(request.param, TOKENS) as both:
        yield both


@pytest.fixture
def jira(served: tuple[str, Sandbox], tmp_path: Path) -> Site:
    base, sandbox = served
    site = Site(base, sandbox.jira, tmp_path, version=2)
    secret = {"id": f"9{site.project[1:-1]}", "name": "Staff"}
    restricted = comment(2) | {"visibility": {"type": "role", "value": "Administrators"}}
    site.load(row(site.key(1), comment={"comments": [comment(1), restricted]}), row(site.key(2), security=secret))
    return site


def found(jira: Site, jql: str, token: str) -> list[str]:
    path = "search/jql" if jira.world.cloud else "search"
    answer = jira.call("POST", path, {"jql": jql, "fields": ["summary"]}, token=token)
    assert answer.status_code == 200, answer.text
    return [issue["key"] for issue in answer.json()["issues"]]


def test_without_browsing_nothing_is_there(jira: Site) -> None:
    for path in (f"issue/{jira.key(1)}", f"issue/{jira.key(1)}/comment", f"project/{jira.project}"):
        assert jira.call("GET", path, token="blind").status_code == 404
    assert jira.get("project", token="blind") == []
    assert found(jira, "summary ~ Checkout", "blind") == []


def test_project_that_may_not_be_browsed_is_unknown_to_a_query_and_the_rest_is_found(jira: Site) -> None:
    query = {"jql": f"project = {jira.project}"}
    path = "search/jql" if jira.world.cloud else "search"
    jira.load(row(f"OPEN{jira.project}-1"))
    limited = {"only": f"only:jira=BROWSE_PROJECTS,jira@{jira.project}="}
    jira.world.accounts.__init__({**TOKENS, **limited})  # type: ignore[misc]
    refused = jira.call("POST", path, query, token="only")
    assert refused.status_code == 400
    assert refused.json()["errorMessages"] == [f"The value '{jira.project}' does not exist for the field 'project'."]
    assert found(jira, f"labels is EMPTY AND project = OPEN{jira.project}", "only") == [f"OPEN{jira.project}-1"]
    assert jira.key(1) not in found(jira, "summary ~ Checkout", "only")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        (
            "PUT",
            "issue/{}",
            {"fields": {"labels": ["x"]}},
            (400, 400),
            ("permission to edit issues", "'labels' cannot be set"),
        ),
        ("PUT", "issue/{}", {"properties": [{"key": "k", "value": 1}]}, (400, 400), "permission to edit issues"),
        ("PUT", "issue/{}/properties/k", {"n": 1}, (403, 403), "permission to edit issues"),
        ("DELETE", "issue/{}", None, (403, 403), "permission to delete issues"),
        ("POST", "issue/{}/comment", {"body": "x"}, (400, 400), "Reader, you do not have the permission to comment"),
        ("POST", "issue/{}/transitions", {"transition": {"id": "11"}}, (400, 400), "is not valid for this issue"),
        ("PUT", "issue/{}/assignee", {"name": "pat"}, (403, 403), "permission to assign"),
        (
            "POST",
            "issue/{}/remotelink",
            {"object": {"url": "https://x.example", "title": "x"}},
            (403, 403),
            "No Link Issue Permission",
        ),
    ],
)
def test_who_may_only_look_cannot_write(
    jira: Site, method: str, path: str, body: object, status: tuple[int, int], words: str | tuple[str, str]
) -> None:
    answer = jira.call(method, path.format(jira.key(1)), body, token="reader")
    assert answer.status_code == status[jira.world.cloud]
    assert (words if isinstance(words, str) else words[jira.world.cloud]) in answer.text
    assert not jira.moved(1)


def test_who_may_only_look_cannot_create_or_administer(jira: Site) -> None:
    fields = {"project": {"key": jira.project}, "issuetype": {"name": "Bug"}, "summary": "New"}
    new = jira.call("POST", "issue", {"fields": fields}, token="reader")
    assert (new.status_code, "permission to create issues" in new.text) == (403 if jira.world.cloud else 400, True)
    version = jira.call("POST", "version", {"name": "9", "project": jira.project}, token="reader")
    assert version.status_code == (404 if jira.world.cloud else 403)
    assert jira.call("POST", "project", {"key": "NEWONE", "name": "x"}, token="reader").status_code == 403
    assert jira.call("DELETE", f"project/{jira.project}", token="reader").status_code == (
        404 if jira.world.cloud else 403
    )
    field = {"name": "x", "type": "com.atlassian.jira.plugin.system.customfieldtypes:select"}
    assert jira.call("POST", "field", field, token="reader").status_code == 400
    sides = {"inwardIssue": {"key": jira.key(1)}, "outwardIssue": {"key": jira.key(2)}}
    link = jira.call("POST", "issueLink", {"type": {"name": "Relates"}, **sides}, token="reader")
    assert link.status_code == (404 if jira.world.cloud else 401)


def test_without_project_administration_a_quiet_edit_is_refused_as_a_whole(jira: Site) -> None:
    edit = {"update": {"labels": [{"add": "x"}]}}
    refused = jira.call("PUT", f"issue/{jira.key(1)}", edit, token="member", notifyUsers="false")
    assert refused.status_code == 403
    assert refused.json()["errorMessages"] == [
        "To discard the user notification either admin or project admin permissions are required."
    ]
    assert not jira.moved(1)
    assert jira.call("PUT", f"issue/{jira.key(1)}", edit, token="member").status_code == 204


def test_own_comments_may_be_edited_and_deleted_where_those_of_others_may_not(jira: Site) -> None:
    path = f"issue/{jira.key(1)}/comment"
    own = jira.call("POST", path, {"body": "Mine"}, token="member").json()["id"]
    other = jira.get(path)["comments"][0]["id"]
    assert jira.call("PUT", f"{path}/{own}", {"body": "Still mine"}, token="member").status_code == 200
    for method, verb in (("PUT", "edit"), ("DELETE", "delete")):
        refused = jira.call(method, f"{path}/{other}", {"body": "x"}, token="member")
        assert (refused.status_code, f"permission to {verb} this comment" in refused.text) == (400, True)
    assert jira.call("PUT", f"comment/{other}/properties/k", {"n": 1}, token="member").status_code == 403
    assert jira.call("DELETE", f"{path}/{own}", token="member").status_code == 204


def test_edit_that_comments_needs_both_permissions(jira: Site) -> None:
    edit = {"update": {"comment": [{"add": {"body": "x"}}]}}
    assert jira.call("PUT", f"issue/{jira.key(1)}", edit, token="mute").status_code == 400
    refused = jira.call("PUT", f"issue/{jira.key(1)}", {"fields": {"assignee": None}}, token="mute")
    assert refused.json()["errors"]["assignee"].startswith("Field 'assignee' cannot be set.")


def test_permissions_are_told_by_project(jira: Site) -> None:
    def told(token: str, **query: str) -> dict[str, bool]:
        answer = jira.get("mypermissions", token=token, permissions="EDIT_ISSUES,BROWSE_PROJECTS", **query)
        wanted = ("EDIT_ISSUES", "BROWSE_PROJECTS")
        return {key: answer["permissions"][key]["havePermission"] for key in wanted}

    assert told("reader", projectKey=jira.project) == {"EDIT_ISSUES": False, "BROWSE_PROJECTS": True}
    assert told("mute", issueKey=jira.key(1)) == {"EDIT_ISSUES": True, "BROWSE_PROJECTS": True}
    assert told("blind") == {"EDIT_ISSUES": False, "BROWSE_PROJECTS": False}
    assert (
        jira.call("GET", "mypermissions", token="blind", permissions="EDIT_ISSUES", projectKey=jira.project).status_code
        == 404
    )
    assert jira.call("GET", "mypermissions", permissions="FLY").status_code == 400


def test_comment_for_a_role_is_hidden_from_all_others(jira: Site) -> None:
    path = f"issue/{jira.key(1)}/comment"
    everything = jira.get(path)["comments"]
    seen = jira.get(path, token="outsider")
    assert (len(everything), seen["total"], [one["body"] for one in seen["comments"]]) == (2, 1, ["Comment 1"])
    assert jira.call("GET", f"{path}/{everything[1]['id']}", token="outsider").status_code == 404
    assert jira.call("GET", f"comment/{everything[1]['id']}/properties", token="outsider").status_code == 404
    assert jira.issue(1, token="outsider")["fields"]["comment"]["total"] == 1
    refused = jira.call(
        "POST", path, {"body": "x", "visibility": {"type": "role", "value": "Administrators"}}, token="outsider"
    )
    assert refused.json()["errors"]["commentLevel"].endswith("not a member of the project role: Administrators.")
    kept = jira.call(
        "POST", path, {"body": "x", "visibility": {"type": "role", "value": "Developers"}}, token="outsider"
    )
    assert kept.status_code == 201


def test_issue_with_a_security_level_is_not_there_for_all_others(jira: Site) -> None:
    assert jira.call("GET", f"issue/{jira.key(2)}", token="outsider").status_code == 404
    assert found(jira, f"project = {jira.project}", "outsider") == [jira.key(1)]
    assert sorted(found(jira, f"project = {jira.project}", "sandbox")) == [jira.key(1), jira.key(2)]
    assert jira.issue(2)["fields"]["security"]["name"] == "Staff"


def test_security_level_is_set_by_name(jira: Site) -> None:
    edit = {"fields": {"security": {"name": "Staff"}}}
    assert jira.call("PUT", f"issue/{jira.key(1)}", edit).status_code == 204
    assert jira.call("GET", f"issue/{jira.key(1)}", token="outsider").status_code == 404
    unknown = jira.call("PUT", f"issue/{jira.key(1)}", {"fields": {"security": {"name": "None such"}}})
    assert unknown.status_code == 400


def test_dates_in_a_query_are_read_in_the_accounts_zone(jira: Site) -> None:
    jira.load(row(jira.key(9), created="2026-11-02T03:30:00.000+0000"))
    day = f"project = {jira.project} AND created >= 2026-11-02 AND created < '2026-11-02 04:00'"
    assert jira.get("myself", token="west")["timeZone"] == "America/New_York"
    assert found(jira, day, "sandbox") == [jira.key(9)]
    assert found(jira, day, "west") == []
    assert found(jira, f"project = {jira.project} AND created = '2026-11-01 22:30'", "west") == [jira.key(9)]
    minute = f"project = {jira.project} AND created >= {1793590200000} AND created < {1793590200001}"
    assert found(jira, minute, "west") == found(jira, minute, "sandbox") == [jira.key(9)]


def test_rights_on_jira_stand_beside_those_on_github() -> None:
    grant = read_grant("ana:issues=write,jira@shop=BROWSE_PROJECTS,metadata=read")
    assert (grant.permissions, grant.login) == ({"issues": "write", "metadata": "read"}, "ana")
    assert (grant.jira.may("BROWSE_PROJECTS", "SHOP"), grant.jira.may("EDIT_ISSUES", "SHOP")) == (True, False)
    assert grant.jira.may("EDIT_ISSUES", "OPS")
    assert not read_grant("ana").jira.may("FLY", "SHOP")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("ana:jira=FLY", "Jira has no permission FLY"),
        ("ana:jira=BROWSE_PROJECTS+-EDIT_ISSUES", "what is there, or (with a minus each) what is not"),
        ("ana:jira@=BROWSE_PROJECTS", "'jira@' is no right on Jira"),
        ("ana:jira-hat=big", "'jira-hat' is no right on Jira"),
        ("ana:jira-zone=Mars/Olympus", "'Mars/Olympus' is no time zone"),
        ("ana:jira=BROWSE_PROJECTS,issues=all", "is no grant"),
    ],
)
def test_what_is_no_right_is_refused(told: str, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_grant(told)
    assert words in str(refused.value)
