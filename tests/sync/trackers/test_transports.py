"""What the two libraries are used for: one request, and the tracker's own words in what it refuses."""

from typing import Any

import pytest
from tests.contract.scenes.canned import Canned

from hypercare_sync.errors import AccessDenied, TrackerError
from hypercare_sync.retry import Rejected
from hypercare_sync.trackers.github.transport import github_client
from hypercare_sync.trackers.http import Client
from hypercare_sync.trackers.jira.transport import jira_client


@pytest.fixture(params=["github", "jira"])
def client(request: pytest.FixtureRequest) -> Client:
    """Each tracker's client in turn, over a wire that a test replaces."""
    if request.param == "github":
        return github_client("shop", "https://api.github.com", "token")
    return jira_client("shop", "https://shop.atlassian.net", "bot@shop.example", "token")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": "Validation Failed", "errors": [{"message": "body is too long"}]}, "Validation Failed; body is too long"),
        ({"message": "Validation Failed", "errors": [{"code": "already_exists"}]}, "Validation Failed; already_exists"),
        ({"message": "Validation Failed", "errors": ["no such label"]}, "Validation Failed; no such label"),
    ],
)  # fmt: skip
def test_github_says_what_is_wrong_in_several_ways(body: Any, words: str) -> None:
    client = github_client("shop", "https://api.github.com", "token")
    client.transport = Canned(body, 422)
    with pytest.raises(TrackerError, match=f"422: {words}$"):
        client.read("GET", "x")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"errorMessages": ["Issue does not exist."], "errors": {}}, "Issue does not exist."),
        ({"errorMessages": [], "errors": {"summary": "It is too long."}}, "summary: It is too long."),
        ({"message": "Client must be authenticated."}, "Client must be authenticated."),
    ],
)
def test_jira_says_what_is_wrong_in_several_ways(body: Any, words: str) -> None:
    client = jira_client("shop", "https://shop.atlassian.net", "bot@shop.example", "token")
    client.transport = Canned(body, 400)
    with pytest.raises(TrackerError, match=f"400: {words}$"):
        client.read("GET", "x")


@pytest.mark.parametrize(
    "body", [None, [], "text", 7, {"errors": ["x"]}, {"errors": 7, "errorMessages": 7}, {"message": {}, "errors": [7]}]
)
def test_refusal_of_any_shape_is_a_refusal(client: Client, body: Any) -> None:
    client.transport = Canned(body, 400)
    with pytest.raises(TrackerError, match="shop: GET x: 400"):
        client.read("GET", "x")


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "90"}, {"X-RateLimit-Remaining": "0", "RateLimit-Reason": "burst"}]
)
def test_forbidden_with_a_limits_headers_is_a_limit(client: Client, headers: dict[str, str]) -> None:
    client.transport = Canned({}, 403, headers)
    client.sleep = lambda _: None
    with pytest.raises(Rejected):
        client.read("GET", "x")


def test_forbidden_that_speaks_of_a_rate_limit_is_one_on_github() -> None:
    client = github_client("shop", "https://api.github.com", "token")
    client.sleep = lambda _: None
    client.transport = Canned({"message": "You have exceeded a secondary rate limit."}, 403)
    with pytest.raises(Rejected, match="secondary rate limit"):
        client.read("GET", "x")


def test_forbidden_without_them_is_a_missing_permission(client: Client) -> None:
    client.transport = Canned({"message": "Resource not accessible"}, 403)
    with pytest.raises(AccessDenied, match="our account lacks the permission"):
        client.read("GET", "x")


@pytest.mark.parametrize("secret", ["secret-token"])
def test_token_is_in_no_representation(secret: str) -> None:
    for client in (
        github_client("shop", "https://api.github.com", secret),
        jira_client("shop", "https://shop.atlassian.net", "bot@shop.example", secret),
    ):
        assert secret not in repr(client)
