"""Clients that others wrote, against the embedded Jira in both flavours: they see what our tracker wrote, and can do their work."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jira import JIRA
from tests.contract.scenes.desk import Desk
from tests.contract.scenes.scene import marker, record, styled
from tests.sync.sandbox.jira_site import Site, comment, row, serving

from hypercare_sync.sandbox.world import Sandbox
from hypercare_sync.text.document import Document, Link, Paragraph, Strong, Table, spans

pytestmark = pytest.mark.contract

FLAVOURS = ("cloud", "datacenter")


class Seen(NamedTuple):
    """What a client sees of an issue."""

    labels: list[str]
    comments: list[str]
    author: str
    assignee: str | None


SEEN = Seen(["hypercare:P1", "outage"], ["Comment 1", "Looked at by *us*", "Noted"], "Hypercare Bot", "Pat")


@pytest.fixture(scope="module", params=FLAVOURS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, Sandbox]]:
    with serving(request.param) as both:
        yield both


@pytest.fixture
def site(served: tuple[str, Sandbox], tmp_path: Path) -> Site:
    """Two issues, one of which was labelled, assigned and commented on by us."""
    base, sandbox = served
    site = Site(base, sandbox.jira, tmp_path, version=2)
    site.load(row(site.key(1), labels=["outage"], comment={"comments": [comment(1)]}), row(site.key(2)))
    pat = site.get("myself", token="person")
    who = {"accountId": pat["accountId"]} if sandbox.jira.cloud else {"name": pat["name"]}
    edit = {"update": {"labels": [{"add": "hypercare:P1"}]}, "fields": {"assignee": who}}
    assert site.call("PUT", f"issue/{site.key(1)}", edit).status_code == 204
    for body in _bodies(sandbox.jira.cloud):
        version = 2 if isinstance(body, str) else 3
        assert site.call("POST", f"issue/{site.key(1)}/comment", {"body": body}, version=version).status_code == 201
    return site


def _bodies(cloud: bool) -> tuple[Any, ...]:
    """The same two comments, as each flavour is written to: documents on Cloud, wiki markup on Data Center."""
    if not cloud:
        return ("Looked at by *us*", "Noted")
    words = [{"type": "text", "text": "Looked at by "}, {"type": "text", "text": "us", "marks": [{"type": "strong"}]}]
    texts = (words, [{"type": "text", "text": "Noted"}])
    return tuple(
        {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": content}]} for content in texts
    )


def test_atlassian_python_api_sees_what_was_written(site: Site) -> None:
    from atlassian import Jira

    account: dict[str, Any] = (
        {"username": "bot@example.com", "password": "sandbox"} if site.world.cloud else {"token": "sandbox"}
    )
    with closing(Jira(site.base, cloud=site.world.cloud, **account)) as client:
        found = client.jql(f"project = {site.project} ORDER BY key", fields=["labels"], limit=1)
        assert [sorted(issue["fields"]["labels"]) for issue in found["issues"]] == [SEEN.labels]
        fields = client.issue(site.key(1))["fields"]
        said = client.issue_get_comments(site.key(1))["comments"]
        seen = Seen(
            sorted(fields["labels"]),
            [one["body"] for one in said],
            said[-1]["author"]["displayName"],
            fields["assignee"]["displayName"],
        )
        assert seen == SEEN
        assert client.get_project(site.project)["key"] == site.project


def test_atlassian_python_api_sees_what_our_writer_wrote(served: tuple[str, Sandbox], tmp_path: Path) -> None:
    from atlassian import Jira

    base, sandbox = served
    desk = Desk(Site(base, sandbox.jira, tmp_path, version=2), sandbox)
    writer = desk.writer()
    writer.change_labels(desk.ref(1), styled("hypercare:P1", "hypercare:breached"), [], "SHOP-99")
    writer.add_comment(desk.ref(1), marker(), Document((Paragraph(spans(Strong("P1"), ": act now.")),)))
    rows = ((spans(Link("SHOP-1", f"{base}/browse/SHOP-1")), spans("Checkout | *fails*")),)
    key = writer.create_summary(desk.place, "Shop: red", Document((Table(("Ticket", "Title"), rows),)), record()).key
    account: dict[str, Any] = (
        {"username": "bot@example.com", "password": "sandbox"} if desk.cloud else {"token": "sandbox"}
    )
    with closing(Jira(base, cloud=desk.cloud, **account)) as client:
        assert sorted(client.issue(desk.ref(1).key)["fields"]["labels"]) == ["hypercare:P1", "hypercare:breached"]
        (said,) = client.issue_get_comments(desk.ref(1).key)["comments"]
        assert said["body"].startswith("*P1*: act now.")
        fields = client.issue(key)["fields"]
        assert (fields["summary"], fields["labels"]) == ("Shop: red", ["hypercare:summary"])
        _, head, told, *_ = filter(None, fields["description"].splitlines())
        assert head.replace("*", "") == "||Ticket||Title||"
        assert "SHOP" in told
        assert f"|{base}/browse/SHOP-1]" in told
        assert {"Checkout", "fails"} <= set(re.findall(r"\w+", told))


def test_atlassian_python_api_does_its_own_work(site: Site) -> None:
    from atlassian import Jira

    account: dict[str, Any] = (
        {"username": "bot@example.com", "password": "sandbox"} if site.world.cloud else {"token": "sandbox"}
    )
    with closing(Jira(site.base, cloud=site.world.cloud, **account)) as client:
        made = client.create_issue(
            {"project": {"key": site.project}, "issuetype": {"name": "Bug"}, "summary": "New", "labels": ["web"]}
        )
        client.issue_add_comment(made["key"], "From elsewhere")
        client.set_issue_status(made["key"], "Done")
        fields = client.issue(made["key"])["fields"]
        assert (fields["status"]["name"], fields["comment"]["comments"][0]["body"]) == ("Done", "From elsewhere")
        assert {one["name"] for one in client.get_all_fields()} >= {"Summary", "Labels"}


@pytest.fixture
def client(site: Site) -> Iterator[JIRA]:
    account: dict[str, Any] = (
        {"basic_auth": ("bot@example.com", "sandbox")} if site.world.cloud else {"token_auth": "sandbox"}
    )
    with closing(JIRA(server=site.base, max_retries=0, timeout=10, **account)) as client:
        yield client


def test_jira_library_sees_what_was_written(site: Site, client: JIRA) -> None:
    issue = client.issue(site.key(1))
    said = client.comments(issue)
    seen = Seen(
        sorted(issue.fields.labels),
        [one.body for one in said],
        said[-1].author.displayName,
        issue.fields.assignee.displayName,
    )
    assert seen == SEEN
    query = f"project = {site.project} ORDER BY key"
    found = client.enhanced_search_issues(query) if site.world.cloud else client.search_issues(query, maxResults=False)
    assert [one.key for one in found] == [site.key(1), site.key(2)]


def test_jira_library_does_its_own_work(site: Site, client: JIRA) -> None:
    cloud = site.world.cloud
    assert client.current_user() == site.get("myself")["accountId" if cloud else "name"]
    new = client.create_issue(project=site.project, issuetype="Bug", summary="New", description="*Now*")
    client.assign_issue(new, "pat")
    client.add_comment(new, "Noted.", visibility={"type": "role", "value": "Staff"}).update(body="Noted again.")
    new.update(update={"labels": [{"add": "hypercare:P2"}]}, notify=False)
    client.transition_issue(new, "Done", comment="Fixed.")
    client.add_simple_link(new, {"url": "https://example.com", "title": "Elsewhere"})
    client.add_issue_property(new.key, "hypercare", {"n": 1})
    client.create_issue_link("Duplicate", new.key, site.key(1))
    again = client.issue(new.key, expand="changelog")
    assert (again.fields.assignee.displayName, again.fields.labels, again.fields.status.name) == (
        "Pat",
        ["hypercare:P2"],
        "Done",
    )
    assert [one.body for one in client.comments(new)] == ["Noted again.", "Fixed."]
    assert {item.field for history in again.changelog.histories for item in history.items} >= {
        "assignee",
        "labels",
        "status",
    }
    assert client.issue_property(new.key, "hypercare").value.n == 1
    assert client.my_permissions(projectKey=site.project, permissions="EDIT_ISSUES")["permissions"]["EDIT_ISSUES"]
    assert [user.displayName for user in _searched(client, cloud)] == ["Pat"]
    assert "5.2" in {version.name for version in client.project_versions(site.project)}
    assert client.server_info()["deploymentType"] == ("Cloud" if cloud else "Server")


def _searched(client: JIRA, cloud: bool) -> list[Any]:
    return list(client.search_users(query="pat") if cloud else client.search_users(user="pat"))
