"""Signing in to GitHub as an App: what is asked how often, when a token is renewed, and what is said where nobody lets us in."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from tests.contract.scenes.canned import Canned
from tests.sync.apps import ID, SLUG, add_app, private_key
from tests.sync.sandbox.conftest import START

from hypercare_sync.errors import AccessDenied
from hypercare_sync.retry import Unanswered
from hypercare_sync.sandbox.faults import Fault, FaultName
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Sandbox
from hypercare_sync.trackers.github.answers import graphql
from hypercare_sync.trackers.github.app import App, AppTransport
from hypercare_sync.trackers.github.transport import GithubTransport, client_over, github_client
from hypercare_sync.trackers.http import Client

VIEWER = "query($owner: String!, $name: String!) { viewer { login } repository(owner: $owner, name: $name) { id } }"
ALONE = "{ viewer { login } }"


class Now:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """The moment in seconds."""
        return self.seconds


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[Sandbox, str]]:
    sandbox = Sandbox.new(START)
    for name in ("acme/web", "acme/ops", "other/lib"):
        sandbox.github.repository_for(name)
    with running(sandbox) as base:
        yield sandbox, base


@pytest.fixture
def sandbox(address: tuple[Sandbox, str]) -> Sandbox:
    """The sandbox with one App."""
    sandbox, _ = address
    sandbox.github.apps.known.clear()
    sandbox.github.apps.suspended.clear()
    sandbox.log.served.clear()
    sandbox.faults.planted.clear()
    add_app(sandbox)
    return sandbox


def signed_in(base: str, now: Now | None = None, **changed: object) -> Client:
    """A client as the App."""
    app = App(**{"id": str(ID), "key": private_key(), "home": "acme/web", **changed})  # type: ignore[arg-type]
    transport = AppTransport("gh", f"{base}/api/v3", app, now or Now())
    client = client_over("gh", transport, "app", transport.requests)
    client.sleep = lambda _: None
    return client


def served(sandbox: Sandbox) -> list[str]:
    """What was asked since the last time."""
    asked = [f"{row.method} {row.path.removeprefix('/api/v3')}" for row in sandbox.log.served]
    sandbox.log.served.clear()
    return asked


@pytest.fixture
def base(address: tuple[Sandbox, str], sandbox: Sandbox) -> str:
    return address[1]


def test_installation_and_token_are_asked_for_once(sandbox: Sandbox, base: str) -> None:
    client = signed_in(base)
    login = graphql(client, {"query": VIEWER, "variables": {"owner": "acme", "name": "web"}}).body["viewer"]["login"]
    client.read("GET", "/repos/acme/web")
    client.write("POST", "/repos/acme/ops/issues", {"title": "x"}, repeatable=False)
    assert login == f"{SLUG}[bot]"
    paths = served(sandbox)
    assert paths[0] == "GET /repos/acme/web/installation"
    assert paths[1].startswith("POST /app/installations/")
    assert paths[2:] == ["POST /api/graphql", "GET /repos/acme/web", "POST /repos/acme/ops/issues"]
    assert (client.requests.read, client.requests.write) == (4, 1)


def test_each_owner_has_an_installation_of_its_own(sandbox: Sandbox, base: str) -> None:
    client = signed_in(base)
    for _ in range(2):
        client.read("GET", "/repos/acme/web")
        client.read("GET", "/repos/other/lib")
    paths = served(sandbox)
    assert sum(path.endswith("/installation") for path in paths) == 2
    assert len({path for path in paths if path.endswith("/access_tokens")}) == 2


def test_request_that_names_no_repository_goes_by_the_first_one(sandbox: Sandbox, base: str) -> None:
    graphql(signed_in(base, home="other/lib"), {"query": ALONE, "variables": {}})
    assert served(sandbox)[0] == "GET /repos/other/lib/installation"


def test_named_installation_is_not_looked_for(sandbox: Sandbox, base: str) -> None:
    number = int(
        AppTransport("gh", f"{base}/api/v3", App(str(ID), private_key(), "acme/web"))
        .installation("acme/web")
        .number("id")
    )
    served(sandbox)
    signed_in(base, installation=number).read("GET", "/repos/acme/web")
    assert [path.rpartition("/")[2] for path in served(sandbox)] == ["access_tokens", "web"]
    with pytest.raises(AccessDenied, match=r"has no installation 7; leave `app\.installation` out of the config"):
        signed_in(base, installation=7).read("GET", "/repos/acme/web")


def test_token_is_renewed_before_its_hour_is_over(sandbox: Sandbox, base: str) -> None:
    client = signed_in(base, now := Now())
    for minutes, minted in ((0, 1), (54, 1), (56, 2), (57, 2)):
        now.seconds = minutes * 60
        client.read("GET", "/repos/acme/web")
        assert sum(row.path.endswith("/access_tokens") for row in sandbox.log.served) == minted


def test_token_that_ended_early_is_renewed_and_no_write_is_lost_or_doubled(sandbox: Sandbox, base: str) -> None:
    client = signed_in(base)
    client.read("GET", "/repos/acme/web")
    sandbox.clock.advance(timedelta(hours=2))
    served(sandbox)
    client.write("POST", "/repos/acme/web/issues", {"title": "once"}, repeatable=False)
    statuses = [row.status for row in sandbox.log.served]
    assert statuses == [401, 201, 201]
    titles = [issue.title for issue in sandbox.github.repositories["acme/web"].issues.values()]
    assert titles.count("once") == 1


def test_token_that_never_worked_is_not_asked_for_again_and_again(sandbox: Sandbox, base: str) -> None:
    client = signed_in(base)
    transport = client.transport
    assert isinstance(transport, AppTransport)
    number = transport.installation("acme/web").number("id")
    transport._signed[number] = transport._sign(number)
    sandbox.clock.advance(timedelta(hours=2))
    served(sandbox)
    with pytest.raises(AccessDenied, match=r"the app was refused \(Bad credentials\)"):
        client.read("GET", "/repos/acme/web")
    assert len(served(sandbox)) == 2
    assert client.read("GET", "/repos/acme/web").status == 200


@pytest.mark.parametrize("fault", ["502", "reset", "lost", "truncated", "secondary"])
@pytest.mark.parametrize("match", ["/repos/acme/web/installation", "/app/installations"])
def test_trouble_while_signing_in_ends_in_one_issue(sandbox: Sandbox, base: str, fault: FaultName, match: str) -> None:
    client, title = signed_in(base), f"after {fault} at {match}"
    sandbox.faults.planted.append(Fault("github", "*", match, fault, times=1, seconds=1))
    client.create("/repos/acme/web/issues", {"title": title}, lambda answer: answer.status, lambda: None)
    (planted,) = sandbox.faults.planted
    assert planted.struck == 1
    titles = [issue.title for issue in sandbox.github.repositories["acme/web"].issues.values()]
    assert titles.count(title) == 1


@pytest.mark.parametrize("told", [{}, {"id": 7, "token": ""}])
def test_answer_without_what_was_asked_for_is_none(told: dict[str, object]) -> None:
    transport = AppTransport("gh", "https://api.github.com", App(str(ID), private_key(), "acme/web"))
    transport._itself.transport = Canned(told)
    with pytest.raises(Unanswered, match="gh: GitHub's answer to the App holds no"):
        transport.send("GET", "/repos/acme/web", {}, None)


def test_key_that_is_not_the_apps_is_refused_with_what_to_look_at(sandbox: Sandbox, base: str) -> None:
    with pytest.raises(AccessDenied) as caught:
        signed_in(base, key=private_key(1)).read("GET", "/repos/acme/web")
    assert str(caught.value) == (
        "gh: the app was refused (A JSON web token could not be decoded); check `app` of tracker 'gh' in the config"
    )


def test_app_that_is_not_installed_says_where_to_install_it(sandbox: Sandbox, base: str) -> None:
    sandbox.github.apps.known.clear()
    add_app(sandbox, "issues=write,on=acme/web")
    with pytest.raises(
        AccessDenied, match="the App 4711 is not installed for other/lib, or there is no such repository"
    ):
        signed_in(base).read("GET", "/repos/other/lib")


def test_suspended_app_says_so(sandbox: Sandbox, base: str) -> None:
    sandbox.github.apps.suspended.add(SLUG)
    with pytest.raises(AccessDenied, match="installation for acme/web is suspended; unsuspend it"):
        signed_in(base).read("GET", "/repos/acme/web")


def test_refusal_names_the_permission_that_would_do(sandbox: Sandbox, base: str) -> None:
    sandbox.github.apps.known.clear()
    add_app(sandbox, "issues=read")
    with pytest.raises(AccessDenied, match=r"lacks the permission for this: issues=write or pull_requests=write$"):
        signed_in(base).write("POST", "/repos/acme/web/issues/1/labels", {"labels": ["x"]}, repeatable=True)


def test_no_secret_is_in_a_log_or_a_representation(
    sandbox: Sandbox, base: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    send = requests.Session.send

    def noted(self: requests.Session, request: requests.PreparedRequest, **more: object) -> requests.Response:
        sent.append(request.headers["Authorization"].partition(" ")[2])
        return send(self, request, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(requests.Session, "send", noted)
    client = signed_in(base)
    caplog.set_level(logging.DEBUG, logger="github")
    with caplog.at_level(logging.DEBUG):
        client.read("GET", "/repos/acme/web")
    shown = caplog.text + repr(client) + repr(client.transport) + repr(vars(client.transport))
    assert "/repos/acme/web {" in caplog.text, "PyGithub logs nothing"
    assert len(set(sent)) >= 2
    for secret in (*sent, *private_key().splitlines()[1:-1]):
        assert secret not in shown


@pytest.mark.parametrize(
    ("url", "graphql_url"),
    [
        ("https://api.github.com", "https://api.github.com/graphql"),
        ("https://ghe.example/api/v3", "https://ghe.example/api/graphql"),
        ("https://api.acme.ghe.com", "https://api.acme.ghe.com/graphql"),
        ("http://127.0.0.1:8080/api/v3", "http://127.0.0.1:8080/api/graphql"),
    ],
)
def test_graphql_is_where_the_server_has_it(url: str, graphql_url: str) -> None:
    transport = github_client("gh", url, "x").transport
    assert isinstance(transport, GithubTransport)
    assert urlsplit(transport.graphql_url).path == urlsplit(graphql_url).path
    assert transport.graphql_url == graphql_url
