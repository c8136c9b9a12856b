"""The usual Python client of Jira, as it is published, against the sandbox."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from jira import JIRA, JIRAError
from tests.sync.sandbox.jira_site import Site, comment, row, serving

from hypercare_sync.sandbox.world import Sandbox


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Sandbox]]:
    with serving() as both:
        yield both


@pytest.fixture
def site(served: tuple[str, Sandbox], tmp_path: Path) -> Site:
    base, sandbox = served
    site = Site(base, sandbox.jira, tmp_path)
    site.load(*(row(site.key(number), comment={"comments": [comment(1)]}) for number in range(1, 4)))
    return site


@pytest.fixture
def client(site: Site) -> Iterator[JIRA]:
    with closing(
        JIRA(server=site.base, basic_auth=("bot@example.com", "sandbox"), max_retries=0, timeout=10)
    ) as client:
        yield client


def test_client_searches_all_pages(site: Site, client: JIRA) -> None:
    found = client.enhanced_search_issues(f"project = {site.project} ORDER BY key", maxResults=2)
    assert [issue.key for issue in found] == [site.key(1), site.key(2)]
    everything = client.enhanced_search_issues(
        f"project = {site.project} ORDER BY key", maxResults=0, fields=["summary", "comment"], use_post=True
    )
    assert [issue.fields.comment.comments[0].body for issue in everything] == ["Comment 1"] * 3
    assert client.approximate_issue_count(f"project = {site.project}") == 3


def test_client_comments_and_edits_labels(site: Site, client: JIRA) -> None:
    issue = client.issue(site.key(1))
    made = client.add_comment(issue, "Noted.", visibility={"type": "role", "value": "Staff"})
    made.update(body="Noted again.")
    issue.update(update={"labels": [{"add": "hypercare:P1"}]}, notify=False)
    again = client.issue(site.key(1), expand="changelog")
    assert again.fields.labels == ["hypercare:P1"]
    assert [entry.body for entry in client.comments(issue)] == ["Comment 1", "Noted again."]
    assert again.changelog.histories[0].items[0].toString == "hypercare:P1"
    made.delete()
    assert len(client.comments(issue)) == 1


def test_client_creates_moves_and_links(site: Site, client: JIRA) -> None:
    new = client.create_issue(
        project=site.project, issuetype="Bug", summary="New", description="*Now*", versions=[{"name": "5.2"}]
    )
    assert (new.key, new.fields.status.name, new.fields.description) == (site.key(4), "To Do", "*Now*")
    client.transition_issue(new, "Done", comment="Fixed.", resolution={"name": "Duplicate"})
    fields = client.issue(new.key).raw["fields"]
    assert (fields["status"]["name"], fields["resolution"]["name"], fields["comment"]["total"]) == (
        "Done",
        "Duplicate",
        1,
    )
    client.create_issue_link("Duplicate", new.key, site.key(1))
    client.add_simple_link(new.key, {"url": "https://example.com", "title": "Elsewhere"})
    assert client.issue(new.key).fields.issuelinks[0].outwardIssue.key == site.key(1)
    assert [link.object.title for link in client.remote_links(new)] == ["Elsewhere"]


def test_client_knows_the_site(site: Site, client: JIRA) -> None:
    assert client.myself()["displayName"] == "Hypercare Bot"
    assert client.project(site.project).versions[0].name == "5.2"
    assert client.my_permissions(permissions="EDIT_ISSUES")["permissions"]["EDIT_ISSUES"]["havePermission"]
    version = client.create_version("7.0", site.project)
    assert version.name in {known.name for known in client.project_versions(site.project)}
    client.add_vote(site.key(1))
    assert client.votes(site.key(1)).votes == 1
    client.add_issue_property(site.key(1), "hypercare", {"n": 1})
    assert client.issue_property(site.key(1), "hypercare").value.n == 1


def test_client_is_told_what_is_wrong(site: Site, client: JIRA) -> None:
    with pytest.raises(JIRAError) as refused:
        client.enhanced_search_issues("nonsense = 1")
    assert (refused.value.status_code, "nonsense" in str(refused.value.text)) == (400, True)
    stranger = JIRA(server=site.base, basic_auth=("bot@example.com", "wrong"), max_retries=0, timeout=10)
    with closing(stranger), pytest.raises(JIRAError) as unknown:
        stranger.myself()
    assert unknown.value.status_code == 401
