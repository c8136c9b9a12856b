"""The jira library as an authenticated transport: raw JSON in and out, its own retries off: REST version 3 on Cloud, 2 on Data Center."""

from collections.abc import Mapping
from typing import Any

import requests
from jira import JIRA, JIRAError

from hypercare_sync.retry import Unanswered
from hypercare_sync.trackers.http import Client
from hypercare_sync.trackers.jira.limits import limited, pause, reach
from hypercare_sync.trackers.raw import Raw

_TIMEOUT_SECONDS = (3, 20)  # to connect, to answer


class JiraTransport:
    """Sends one request through the session of a `jira.JIRA`; paths are relative to the REST root."""

    def __init__(self, url: str, email: str | None, token: str) -> None:
        version = "3" if email else "2"
        account: dict[str, Any] = {"basic_auth": (email, token)} if email else {"token_auth": token}
        # get_server_info=False saves a request; the library's search, which would need it, is not used.
        jira = JIRA(
            server=url, options={"rest_api_version": version}, max_retries=0, timeout=_TIMEOUT_SECONDS, get_server_info=False, **account,
        )  # fmt: skip
        self._session = jira._session  # noqa: SLF001 - the library wraps neither search/jql pages nor bulk fetches
        self._root = f"{url}/rest/api/{version}/"
        self._url = url

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and text of the answer. Raises Unanswered."""
        try:
            answer = self._session.request(method, self._root + path, params=dict(params), json=body)
        except JIRAError as error:
            if error.response is None:
                raise Unanswered(f"no answer from {self._url}") from error
            answer = error.response
        except (requests.RequestException, OSError) as error:
            raise Unanswered(f"no answer from {self._url} ({type(error).__name__})") from error
        return answer.status_code, answer.headers, answer.text


def jira_client(name: str, url: str, email: str | None, token: str) -> Client:
    """A client that knows Jira's errors."""
    return Client(name, JiraTransport(url, email, token), said=_said, limited=limited, reach=reach, pause=pause)


def _said(body: Any) -> str:
    raw = Raw(body)
    errors = raw.inner("errors")
    fields = [f"{name}: {errors.text(name)}" for name in errors.value or ()]
    return "; ".join([*raw.texts("errorMessages"), *fields]) or raw.text("message")
