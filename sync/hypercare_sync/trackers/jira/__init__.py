"""Jira Cloud: the only place that knows the jira library, Jira's words and its shapes."""

from hypercare_sync.trackers.jira.comments import EVERYBODY, CommentReaders
from hypercare_sync.trackers.jira.reader import JiraReader
from hypercare_sync.trackers.jira.transport import jira_client
from hypercare_sync.trackers.jira.writer import JiraWriter
from hypercare_sync.trackers.port import Tracker


def connect(name: str, url: str, email: str, token: str, readers: CommentReaders = EVERYBODY) -> Tracker:
    """The tracker at a site's address such as https://shop.atlassian.net, as the account of this e-mail."""
    client = jira_client(name, url, email, token)
    reader = JiraReader(name, client, url, account_key=email)
    return Tracker(name, "jira", reader, JiraWriter(name, client, reader, readers=readers))


__all__ = ["CommentReaders", "connect"]
