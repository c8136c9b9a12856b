"""GitHub: the only place that knows PyGithub, GitHub's words and its shapes."""

from hypercare_sync.trackers.github.reader import GithubReader
from hypercare_sync.trackers.github.transport import github_client
from hypercare_sync.trackers.github.writer import GithubWriter
from hypercare_sync.trackers.port import Tracker


def connect(name: str, url: str, token: str) -> Tracker:
    """The tracker at an API address such as https://api.github.com or https://ghe.example/api/v3."""
    client = github_client(name, url, token)
    reader = GithubReader(name, client)
    return Tracker(name, "github", reader, GithubWriter(name, client, reader))


__all__ = ["connect"]
