"""Jira, Cloud and Data Center: the only place that knows the jira library, Jira's words and its shapes."""

import hashlib

from hypercare_sync.trackers.jira.access import JiraInspector
from hypercare_sync.trackers.jira.comments import EVERYBODY, CommentReaders
from hypercare_sync.trackers.jira.door import GATEWAY
from hypercare_sync.trackers.jira.reader import JiraReader
from hypercare_sync.trackers.jira.transport import jira_client
from hypercare_sync.trackers.jira.writer import JiraWriter
from hypercare_sync.trackers.port import Tracker


def connect(  # noqa: PLR0913 - a site, an account, and what both may be
    name: str,
    url: str,
    email: str | None,
    token: str,
    readers: CommentReaders = EVERYBODY,
    *,
    scoped: bool = False,
    gateway: str = GATEWAY,
) -> Tracker:
    """The tracker at a site's address such as https://shop.atlassian.net.

    On Cloud the account is that of the e-mail; on Data Center, and with the scoped token of a service account, the token tells it.
    """
    client = jira_client(name, url, email, token, scoped=scoped, gateway=gateway)
    who = email or hashlib.sha256(token.encode()).hexdigest()[:16]
    reader = JiraReader(name, client, url, account_key=f"{who} at {url}{' by the gateway' if scoped else ''}")
    writer = JiraWriter(name, client, reader, readers)
    return Tracker(name, "jira", reader, writer, JiraInspector(name, client, readers))


__all__ = ["CommentReaders", "connect"]
