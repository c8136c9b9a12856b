"""The jira library as an authenticated transport: raw JSON in and out, its own retries off."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
from jira import JIRA, JIRAError

from hypercare_sync.errors import AccessDenied
from hypercare_sync.retry import ODD_ANSWER, Unanswered
from hypercare_sync.trackers.http import Answer, Client, Forbidden, NotFound, Requests, Transport
from hypercare_sync.trackers.jira.door import GATEWAY, Address, Door, SignIn
from hypercare_sync.trackers.jira.limits import limited, pause, reach
from hypercare_sync.trackers.raw import Raw

_TIMEOUT_SECONDS = (3, 20)  # to connect, to answer
_OF_ISSUE = re.compile(r"issue/(\w+)-\d+(?:/(?!properties/).*)?")
"""The path of an issue or of what is below it; that it lacks a property says nothing of the issue."""


class _Session:
    """Sends one request through the session of a `jira.JIRA`; paths are whole addresses."""

    def __init__(self, url: str, sign_in: SignIn) -> None:
        account: dict[str, Any] = (
            {"basic_auth": (sign_in.email, sign_in.token)} if sign_in.email else {"token_auth": sign_in.token}
        )
        # get_server_info=False saves a request; the library's search, which would need it, is not used.
        jira = JIRA(server=url, max_retries=0, timeout=_TIMEOUT_SECONDS, get_server_info=False, **account)
        self._session = jira._session  # noqa: SLF001 - the library wraps neither search/jql pages nor bulk fetches
        self._url = url

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and text of the answer. Raises Unanswered."""
        try:
            answer = self._session.request(method, path, params=dict(params), json=body)
        except JIRAError as error:
            if error.response is None:
                raise Unanswered(f"no answer from {self._url}") from error
            answer = error.response
        except (requests.RequestException, OSError) as error:
            raise Unanswered(f"no answer from {self._url} ({type(error).__name__})") from error
        except ODD_ANSWER as error:
            raise Unanswered(f"an odd answer from {self._url} ({error})") from error
        return answer.status_code, answer.headers, answer.text


class JiraTransport:
    """Sends one request to the REST root of a site, which is found at the first; paths are relative to it."""

    def __init__(self, door: Door, session: Transport) -> None:
        self._door, self._session = door, session

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and text of the answer. Raises Unanswered, and what finding the site raises."""
        return self._session.send(method, self._door.address().root + path, params, body)


@dataclass(kw_only=True)
class JiraClient(Client):
    """A client that knows Jira's errors, and the door through which it comes to the site.

    Of a project that our account may not browse Jira says that each of its issues is not found, as if it were gone, and searches show
    nothing: so the project is asked for before an issue is said to be gone.
    """

    door: Door = field(repr=False)
    _sees: dict[str, bool] = field(init=False, default_factory=dict)

    def read(self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Any = None) -> Answer:
        """As any client. Raises AccessDenied instead of NotFound for an issue in a project that we do not see."""
        with self._seeing(path):
            return super().read(method, path, params=params, body=body)

    def write(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, str] | None = None,
        repeatable: bool,
        content: bool = False,
    ) -> Answer:
        """As any client. Raises AccessDenied instead of NotFound for an issue in a project that we do not see."""
        with self._seeing(path):
            return super().write(method, path, body, params=params, repeatable=repeatable, content=content)

    def look_into(self, project: str) -> None:
        """Raises AccessDenied where our account does not see a project. It is asked for once."""
        if project not in self._sees:
            try:
                super().read("GET", f"project/{project}")
            except (NotFound, Forbidden):
                self._sees[project] = False
            else:
                self._sees[project] = True
        if not self._sees[project]:
            raise AccessDenied(
                f"{self.name}: our account does not see the project {project}: it lacks Browse Projects there, or the project is gone; "
                "`hypercare-sync check` tells what the account may do"
            )

    @contextmanager
    def _seeing(self, path: str) -> Iterator[None]:
        try:
            yield
        except NotFound:
            if found := _OF_ISSUE.fullmatch(path):
                self.look_into(found[1])
            raise

    def address(self) -> Address:
        """Where the site is, which is asked for once."""
        return self.door.known or self._repeated(self.door.address, repeatable=True)


def jira_client(
    name: str, url: str, email: str | None, token: str, *, scoped: bool = False, gateway: str = GATEWAY
) -> JiraClient:
    """A client for the site at this address. Without an e-mail the token signs in by itself."""
    sign_in, counted = SignIn(token, email, scoped), Requests()
    session = _Session(url, sign_in)
    itself = Client(name, session, said=_said, limited=limited, reach=reach, pause=pause, requests=counted)
    door = Door(url, sign_in, itself, gateway)
    return JiraClient(
        name,
        JiraTransport(door, session),
        said=_said,
        limited=limited,
        reach=reach,
        pause=pause,
        requests=counted,
        door=door,
    )


def _said(body: Any) -> str:
    raw = Raw(body)
    errors = raw.inner("errors")
    fields = [f"{name}: {errors.text(name)}" for name in errors.value or ()]
    return "; ".join([*raw.texts("errorMessages"), *fields]) or raw.text("message")
