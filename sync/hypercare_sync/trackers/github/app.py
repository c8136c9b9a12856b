"""Signing in as a GitHub App: where it is installed, and tokens that are renewed before they end."""

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from github import Auth

from hypercare_sync.errors import AccessDenied
from hypercare_sync.retry import Rejected, Unanswered
from hypercare_sync.trackers.github.transport import GRAPHQL, GithubTransport, client_over
from hypercare_sync.trackers.http import Answer, NotFound, Requests
from hypercare_sync.trackers.raw import Raw

_LIFETIME = timedelta(hours=1)
_RENEWED_BEFORE = timedelta(minutes=5)
_REPOSITORY = re.compile(r"/?repos/([^/]+/[^/]+)(?:/|$)")


@dataclass(frozen=True)
class App:
    """An App as the config names it: its id and private key.

    `home` is one of its repositories, for requests that name none; `installation` stands for all repositories where it is given.
    """

    id: str
    key: str = field(repr=False)
    home: str
    installation: int | None = None


@dataclass
class _Signed:
    """An installation's token at work, until `renewed_at` on the monotonic clock; `accepted` once GitHub has taken it."""

    transport: GithubTransport
    renewed_at: float
    accepted: bool = False


class AppTransport:
    """Sends each request with the token of the installation that its repository belongs to: an owner has one installation.

    PyGithub makes what the App signs. The tokens are asked for here rather than by its AppInstallationAuth, which counts no
    requests, makes one error of all refusals, and trusts that the machine's clock is right.
    """

    def __init__(self, name: str, url: str, app: App, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._name, self._url, self._app, self._monotonic = name, url, app, monotonic
        self.requests = Requests()
        """What was sent in the App's own name; the client over this transport counts on."""
        self._itself = client_over(name, GithubTransport(url, Auth.AppAuth(app.id, app.key)), "app", self.requests)
        self._installations: dict[str, int] = {}
        self._signed: dict[int, _Signed] = {}

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and text of the answer. Raises Unanswered, Rejected where the token had ended early, AccessDenied."""
        number = self._installation(_repository(path, body) or self._app.home)
        signed = self._signed.get(number)
        if signed is None or self._monotonic() >= signed.renewed_at:
            signed = self._signed[number] = self._sign(number)
        status, headers, text = signed.transport.send(method, path, params, body)
        if status == 401:
            del self._signed[number]
            if signed.accepted:
                raise Rejected(f"{self._name}: the App's token has ended", timedelta())
        signed.accepted = True
        return status, headers, text

    def installation(self, repository: str) -> Raw:
        """What GitHub tells of the App's installation for a repository. Raises AccessDenied where none is at work."""
        try:
            found = Raw(self._itself.once("GET", f"/repos/{repository}/installation", {}).body)
        except NotFound as error:
            raise AccessDenied(
                f"{self._name}: the App {self._app.id} is not installed for {repository}, or there is no such repository; "
                "its settings say where it is installed (Install App), its installations for which repositories (Configure)"
            ) from error
        if not found.number("id"):
            raise Unanswered(f"{self._name}: GitHub's answer to the App holds no installation")
        if found.text("suspended_at"):
            raise AccessDenied(
                f"{self._name}: the App's installation for {repository} is suspended; unsuspend it in the owner's settings (GitHub Apps, Configure)"
            )
        return found

    def _installation(self, repository: str) -> int:
        owner = repository.partition("/")[0].casefold()
        if self._app.installation is not None:
            return self._app.installation
        if owner not in self._installations:
            self._installations[owner] = self.installation(repository).number("id")
        return self._installations[owner]

    def _sign(self, installation: int) -> _Signed:
        """A new token's transport. Raises AccessDenied where the installation is not the App's."""
        try:
            answer = self._itself.once("POST", f"/app/installations/{installation}/access_tokens", {})
        except NotFound as error:
            raise AccessDenied(
                f"{self._name}: the App {self._app.id} has no installation {installation}; leave `app.installation` out of the config"
            ) from error
        token = Raw(answer.body).text("token")
        if not token:
            raise Unanswered(f"{self._name}: GitHub's answer to the App holds no token")
        renewed_at = self._monotonic() + (_lifetime(answer) - _RENEWED_BEFORE).total_seconds()
        return _Signed(GithubTransport(self._url, Auth.Token(token)), renewed_at)


def _lifetime(answer: Answer) -> timedelta:
    """How long a token lasts by the tracker's own clock, whatever this machine's says."""
    ends = Raw(answer.body).moment("expires_at")
    return ends - answer.at if ends and answer.at else _LIFETIME


def _repository(path: str, body: Any) -> str | None:
    """The repository that a request is about, if it names one."""
    if path == GRAPHQL:
        variables = Raw(body).inner("variables")
        owner, name = variables.text("owner"), variables.text("name")
        return f"{owner}/{name}" if owner and name else None
    found = _REPOSITORY.match(path)
    return found[1] if found else None


def _tells_no_token(record: logging.LogRecord) -> bool:
    """PyGithub logs whole answers where somebody turns its log on; those that hold tokens stay out of it."""
    return "/access_tokens" not in record.getMessage()


logging.getLogger("github.Requester").addFilter(_tells_no_token)
