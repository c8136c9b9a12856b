"""The embedded GitHub through PyGithub as it is: what the official client expects, it finds."""

from collections.abc import Callable, Iterator

import pytest
from github import Auth, Github
from github.GithubException import BadCredentialsException, GithubException, UnknownObjectException
from github.Repository import Repository
from tests.sync.sandbox.conftest import Api, row


def _client(base: str, token: str = "sandbox") -> Github:
    return Github(
        base_url=f"{base}/api/v3",
        auth=Auth.Token(token),
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )


@pytest.fixture
def repository(api: Api) -> Iterator[Repository]:
    with _client(api.base) as client:
        yield client.get_repo(api.repo)


def test_caller_is_known(base: str) -> None:
    with _client(base) as client:
        assert client.get_user().login == "hypercare-bot"
        assert client.get_rate_limit().resources.core.limit == 5000


def test_issue_lives_its_whole_life(repository: Repository) -> None:
    milestone = repository.create_milestone("5.2")
    repository.create_label("hypercare:P1", "b60205", "Now")
    issue = repository.create_issue("Cart broken", body="Since noon", labels=["bug"], milestone=milestone)
    issue.add_to_labels("hypercare:P1", "new")
    issue.remove_from_labels("bug")
    comment = issue.create_comment("Seen")
    comment.edit("Seen by us")
    issue.create_reaction("eyes")
    issue.add_to_assignees("pat")
    issue.lock("resolved")
    issue.unlock()
    issue.edit(state="closed", state_reason="not_planned")
    now = repository.get_issue(issue.number)
    assert (now.state, now.state_reason, now.comments, now.milestone.title) == ("closed", "not_planned", 1, "5.2")
    assert [label.name for label in now.labels] == ["hypercare:P1", "new"]
    assert [person.login for person in now.assignees] == ["pat"]
    assert [each.body for each in now.get_comments()] == ["Seen by us"]
    assert [reaction.content for reaction in now.get_reactions()] == ["eyes"]
    kinds = [event.event for event in now.get_timeline()]
    assert sorted(kinds) == sorted(["commented", *(event.event for event in now.get_events())])
    comment.delete()
    assert repository.get_issue(issue.number).comments == 0


def test_all_pages_are_read(loaded: Callable[..., Api]) -> None:
    api = loaded(*(row(n, created_at="2026-11-01T09:00:00Z") for n in range(1, 71)))
    with _client(api.base) as client:
        repository = client.get_repo(api.repo)
        issues = repository.get_issues(state="all")
        assert issues.totalCount == 70
        assert sorted(issue.number for issue in issues) == list(range(1, 71))
        assert [issue.number for issue in issues.reversed][:2] == [1, 2]


def test_graphql_is_asked_through_the_client(api: Api) -> None:
    with _client(api.base) as client:
        headers, answer = client.requester.graphql_query("query Who { viewer { login } }", {})
        assert answer["data"] == {"viewer": {"login": "hypercare-bot"}}
        assert headers["x-ratelimit-resource"] == "graphql"
        with pytest.raises(GithubException) as caught:
            client.requester.graphql_query('query { viewer { login } repository(owner: "a", name: "b") { id } }', {})
    assert caught.value.data["data"]["viewer"] == {"login": "hypercare-bot"}


def test_conditional_read_costs_no_body(api: Api) -> None:
    with _client(api.base) as client:
        ask = client.requester.requestJson
        _, headers, _ = ask("GET", f"/repos/{api.repo}/issues")
        status, _, body = ask("GET", f"/repos/{api.repo}/issues", headers={"If-None-Match": headers["etag"]})
    assert (status, body) == (304, "")


def test_refusals_are_of_the_clients_own_kinds(api: Api) -> None:
    with _client(api.base) as client:
        with pytest.raises(UnknownObjectException):
            client.get_repo("acme/none")
        with pytest.raises(GithubException, match="Validation Failed"):
            client.get_repo(api.repo).create_issue("x" * 300)
    with _client(api.base, "wrong") as client, pytest.raises(BadCredentialsException):
        client.get_user().login  # noqa: B018  (reading the name is what asks)
