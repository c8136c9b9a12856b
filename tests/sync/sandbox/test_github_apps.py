"""Apps of the embedded GitHub: how they sign, where they are installed, and what their tokens open for an hour."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.sync.apps import ID, SLUG, add_app, private_key, signed
from tests.sync.sandbox.conftest import START, Api

from hypercare_sync.errors import ConfigError
from hypercare_sync.sandbox.github.apps import read_app
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Sandbox

ACTIONS = {"actions": "github-actions[bot]:issues=write,on=acme/web"}


@pytest.fixture
def sandbox() -> Sandbox:
    sandbox = Sandbox.new(START, ACTIONS)
    for name in ("acme/web", "acme/ops", "other/lib"):
        sandbox.github.add_default_labels(sandbox.github.repository_for(name))
    sandbox.github.repository_for("acme/ops", private=True)
    return sandbox


@pytest.fixture
def base(sandbox: Sandbox) -> Iterator[str]:
    with running(sandbox) as address:
        yield address


def _as_itself(sandbox: Sandbox, base: str, token: str | None = None) -> Api:
    return Api(sandbox, base, "acme/web", token or signed())


def _installed(sandbox: Sandbox, base: str, repo: str = "acme/web", **asked: str) -> Api:
    """The App in a repository, with a token for it."""
    itself = _as_itself(sandbox, base)
    installation = itself("GET", f"//repos/{repo}/installation").json()["id"]
    body = {"permissions": asked} if asked else {}
    token = itself("POST", f"//app/installations/{installation}/access_tokens", body).json()["token"]
    return Api(sandbox, base, repo, token)


def test_app_is_shown_by_its_own_two_ids(sandbox: Sandbox, base: str) -> None:
    app = add_app(sandbox)
    for issuer in (str(ID), app.client_id):
        told = _as_itself(sandbox, base, signed(issuer))("GET", "//app").json()
        assert (told["id"], told["slug"], told["permissions"]) == (ID, SLUG, {"issues": "write", "metadata": "read"})


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (lambda: signed(key=1), "A JSON web token could not be decoded"),
        (lambda: "sandbox", "A JSON web token could not be decoded"),
        (lambda: signed("99"), "Integration not found"),
        (lambda: signed(begun=-900, ends=-120), "'Expiration time' claim ('exp') must be a numeric value representing"),
        (lambda: signed(ends=3600), "'Expiration time' claim ('exp') is too far in the future"),
        (lambda: jwt.encode({"iss": str(ID), "exp": 2**33}, "x" * 32, "HS256"), "A JSON web token could not be decoded"),
    ],
)  # fmt: skip
def test_what_the_app_did_not_just_sign_is_refused(sandbox: Sandbox, base: str, token: object, words: str) -> None:
    add_app(sandbox)
    assert callable(token)
    answer = _as_itself(sandbox, base, token())("GET", "//app")
    assert answer.status_code == 401
    assert answer.json()["message"].startswith(words)


def test_what_an_app_signs_opens_no_repository(sandbox: Sandbox, base: str) -> None:
    add_app(sandbox)
    assert _as_itself(sandbox, base)("GET", "").json()["message"] == "Bad credentials"


def test_owner_has_one_installation_of_an_app(sandbox: Sandbox, base: str) -> None:
    add_app(sandbox, "issues=write,on=acme/*")
    itself = _as_itself(sandbox, base)
    web, ops = (itself("GET", f"//repos/acme/{name}/installation").json() for name in ("web", "ops"))
    assert web["id"] == ops["id"]
    assert (web["app_id"], web["app_slug"], web["repository_selection"]) == (ID, SLUG, "selected")
    assert itself("GET", "//repos/other/lib/installation").status_code == 404


def test_token_acts_as_the_apps_bot_in_both_spellings(sandbox: Sandbox, base: str) -> None:
    add_app(sandbox)
    api = _installed(sandbox, base)
    number = api.open("By the App", labels=["bug"])
    told = api.issue(number)["user"]
    assert (told["login"], told["type"]) == (f"{SLUG}[bot]", "Bot")
    seen = api.repository(
        f"issue(number: {number}) {{ viewerDidAuthor author {{ __typename login ... on Bot {{ databaseId }} }} }}"
    )
    author = {"__typename": "Bot", "login": SLUG, "databaseId": told["id"]}
    assert seen["issue"] == {"viewerDidAuthor": True, "author": author}
    viewer = api.graphql("{ viewer { login databaseId } }")["data"]["viewer"]
    assert viewer == {"login": f"{SLUG}[bot]", "databaseId": told["id"]}


def test_token_ends_after_an_hour_of_the_sandboxes_time(sandbox: Sandbox, base: str) -> None:
    add_app(sandbox)
    api = _installed(sandbox, base)
    sandbox.clock.advance(timedelta(minutes=59))
    assert api("GET", "").status_code == 200
    sandbox.clock.advance(timedelta(minutes=2))
    assert (api("GET", "").status_code, api("GET", "").json()["message"]) == (401, "Bad credentials")


def test_token_reaches_no_further_than_its_installation(sandbox: Sandbox, base: str) -> None:
    add_app(sandbox, "issues=write,on=other/lib")
    api = _installed(sandbox, base, "other/lib")
    assert api("POST", "/issues", {"title": "x"}).status_code == 201
    assert api("GET", "//repos/acme/ops").status_code == 404
    assert api("GET", "//repos/acme/web/issues").status_code == 200
    refused = api("POST", "//repos/acme/web/issues", {"title": "x"})
    assert (refused.status_code, refused.json()["message"]) == (403, "Resource not accessible by integration")


def test_token_may_ask_for_less_than_the_app_holds_and_not_for_more(sandbox: Sandbox, base: str) -> None:
    add_app(sandbox)
    api = _installed(sandbox, base, issues="read")
    refused = api("POST", "/issues", {"title": "x"})
    assert (refused.status_code, refused.headers["X-Accepted-GitHub-Permissions"]) == (403, "issues=write")
    itself = _as_itself(sandbox, base)
    installation = itself("GET", "//repos/acme/web/installation").json()["id"]
    path = f"//app/installations/{installation}/access_tokens"
    assert itself("POST", path, {"permissions": {"contents": "read"}}).status_code == 422
    assert itself("POST", "//app/installations/1/access_tokens").status_code == 404


def test_suspended_installation_gives_no_token(sandbox: Sandbox, base: str) -> None:
    add_app(sandbox)
    sandbox.github.apps.suspended.add(SLUG)
    itself = _as_itself(sandbox, base)
    told = itself("GET", "//repos/acme/web/installation").json()
    assert told["suspended_at"]
    assert itself("POST", f"//app/installations/{told['id']}/access_tokens").status_code == 403


def test_actions_token_is_no_user_and_has_a_thousand_requests(sandbox: Sandbox, base: str) -> None:
    api = Api(sandbox, base, "acme/web", "actions")
    assert api("GET", "//user").json()["message"] == "Resource not accessible by integration"
    assert api("POST", "/issues", {"title": "x"}).headers["X-RateLimit-Limit"] == "1000"
    assert api("POST", "//repos/other/lib/issues", {"title": "x"}).status_code == 403


def test_repository_without_issues_has_none_to_show(sandbox: Sandbox, base: str) -> None:
    api = Api(sandbox, base, "acme/web")
    api.open()
    assert api("PATCH", "", {"has_issues": False}).json()["has_issues"] is False
    for method, path in (("GET", "/issues"), ("GET", "/issues/1"), ("POST", "/issues")):
        assert api(method, path, None if method == "GET" else {"title": "x"}).status_code == 410
    assert api("GET", "/labels").status_code == 200
    seen = api.repository("hasIssuesEnabled issues(first: 1) { totalCount }")
    assert seen == {"hasIssuesEnabled": False, "issues": {"totalCount": 0}}
    mutation = 'mutation($id: ID!) { createIssue(input: {repositoryId: $id, title: "x"}) { clientMutationId } }'
    node = sandbox.github.repositories["acme/web"].node_id
    assert "Issues are disabled" in api.graphql(mutation, id=node)["errors"][0]["message"]


def test_app_is_described_by_its_id_key_and_rights(tmp_path: Path) -> None:
    (file := tmp_path / "app.pem").write_text(private_key())
    app = read_app(SLUG, f"{ID}:{file}:issues=read,on=acme/web")
    assert (app.id, app.login, app.slug) == (ID, f"{SLUG}[bot]", SLUG)
    assert (app.grant.permissions, app.grant.covers("acme/WEB"), app.grant.covers("acme/ops")) == (
        {"issues": "read"},
        True,
        False,
    )
    assert app.key.public_numbers() == read_app(SLUG, f"{ID}:{file}").key.public_numbers()
    assert private_key()[40:80] not in repr(app)


def test_apps_public_key_will_do_and_a_key_of_another_kind_will_not(tmp_path: Path) -> None:
    (file := tmp_path / "app.pem").write_text(private_key())
    known = read_app(SLUG, f"{ID}:{file}").key
    file.write_bytes(known.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert read_app(SLUG, f"{ID}:{file}").key.public_numbers() == known.public_numbers()
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    file.write_bytes(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(ConfigError, match="not an RSA key, as Apps have"):
        read_app(SLUG, f"{ID}:{file}")


@pytest.mark.parametrize("told", ["4711", "x:app.pem", "4711:missing.pem", "4711:{empty}"])
def test_app_that_is_none_is_refused(told: str, tmp_path: Path) -> None:
    (file := tmp_path / "empty.pem").write_text("")
    with pytest.raises(ConfigError, match="--app: "):
        read_app(SLUG, told.format(empty=file))
