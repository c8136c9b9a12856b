"""PyGithub as an authenticated transport: raw JSON in and out, its own retries and pacing off."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from github import Auth, Github
from github.Requester import HTTPSRequestsConnectionClass, RequestsResponse

from hypercare_sync.errors import TrackerError
from hypercare_sync.retry import ODD_ANSWER, Unanswered
from hypercare_sync.trackers.http import Answer, Client, Requests, Transport, server_wait
from hypercare_sync.trackers.obstacle import Obstacle
from hypercare_sync.trackers.raw import Raw

GRAPHQL = "graphql"
_TIMEOUT_SECONDS = 20


class _StandingConnection(HTTPSRequestsConnectionClass):
    """A connection to write on: a redirect is an answer there. PyGithub would send the write again to wherever an issue was moved."""

    def __init__(self, url: str) -> None:
        at = urlsplit(url)
        super().__init__(at.hostname or "", at.port or (80 if at.scheme == "http" else None), timeout=_TIMEOUT_SECONDS)
        self.protocol = at.scheme

    def getresponse(self) -> RequestsResponse:
        """The answer without the address that it leads to."""
        response = super().getresponse()
        response.headers.pop("location", None)
        return response


class GithubTransport:
    """Sends one request through PyGithub's requester, GraphQL under the path `graphql`."""

    def __init__(self, url: str, auth: Auth.Auth) -> None:
        github = Github(
            auth=auth, base_url=url, retry=None, timeout=_TIMEOUT_SECONDS,
            seconds_between_requests=None, seconds_between_writes=None,
        )  # fmt: skip
        self._requester = github.requester
        self._standing = _StandingConnection(url)

    @property
    def graphql_url(self) -> str:
        """Where GraphQL is."""
        return self._requester.graphql_url

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and text of the answer. Raises Unanswered."""
        url = self.graphql_url if path == GRAPHQL else path
        connection = None if method == "GET" or path == GRAPHQL else self._standing
        try:
            return self._requester.requestJson(method, url, parameters=dict(params), input=body, cnx=connection)
        except (requests.RequestException, OSError) as error:
            raise Unanswered(f"no answer from {self._requester.base_url} ({type(error).__name__})") from error
        except ODD_ANSWER as error:
            raise Unanswered(f"an odd answer from {self._requester.base_url} ({error})") from error
        except RuntimeError as error:
            raise TrackerError(str(error)) from error


def github_client(name: str, url: str, token: str) -> Client:
    """A client that knows GitHub's errors and rate limits, and signs with a token."""
    return client_over(name, GithubTransport(url, Auth.Token(token)))


def client_over(name: str, transport: Transport, signed_by: str = "token", requests: Requests | None = None) -> Client:
    """A client that knows GitHub's errors and rate limits; it counts on where `requests` are given."""
    counted = Requests() if requests is None else requests
    return Client(name, transport, said, _limited, _wait, _obstacle, _wanted, signed_by, counted)


def mutate(client: Client, document: str, variables: Mapping[str, Any]) -> Raw:
    """The data that a mutation answers; a second time must change nothing more. Raises TrackerError with GitHub's words."""
    answer = client.write("POST", GRAPHQL, {"query": document, "variables": dict(variables)}, repeatable=True)
    body = Raw(answer.body)
    if any(body.rows("errors")):
        raise TrackerError(f"{client.name}: GraphQL: {said(answer.body)}")
    return body.inner("data")


def said(body: Any) -> str:
    """GitHub's own words in the body of an error, of REST or of GraphQL."""
    raw = Raw(body)
    details = [row.text("message") or row.text("code") for row in raw.rows("errors")]
    return "; ".join(text for text in (raw.text("message"), *raw.texts("errors"), *details) if text)


def _wanted(answer: Answer) -> str:
    """The permissions of which each would do, as GitHub tells them to tokens that have permissions."""
    return answer.headers.get("x-accepted-github-permissions", "").replace("; ", " or ")


def _limited(answer: Answer) -> bool:
    headers = answer.headers
    if answer.status < 400:  # GraphQL says so with 200; the newer servers say the shorter one
        return any(error.text("type") in {"RATE_LIMITED", "RATE_LIMIT"} for error in Raw(answer.body).rows("errors"))
    used_up = headers.get("x-ratelimit-remaining") == "0"
    return used_up or "retry-after" in headers or "rate limit" in said(answer.body).lower()


def _wait(answer: Answer) -> timedelta | None:
    """What the server asks for; where it says nothing, the minute that GitHub's description asks for."""
    wait = server_wait(answer)
    return timedelta(minutes=1) if wait is None else wait


def _obstacle(answer: Answer) -> Obstacle | None:
    """What keeps everybody like us from writing, in GitHub's words for it."""
    words = said(answer.body) if answer.status == 403 else ""
    if "archived" in words:
        return Obstacle.archived
    return Obstacle.locked if "locked" in words else None


logging.getLogger("github").setLevel(logging.WARNING)  # it would tell each redirect on stderr, which cron sends by mail
