"""GitHub: the only place that knows PyGithub, GitHub's words and its shapes."""

from hypercare_sync.trackers.access import Declared
from hypercare_sync.trackers.github.access import GithubInspector
from hypercare_sync.trackers.github.app import App, AppTransport
from hypercare_sync.trackers.github.reader import GithubReader
from hypercare_sync.trackers.github.transport import client_over, github_client
from hypercare_sync.trackers.github.writer import GithubWriter
from hypercare_sync.trackers.port import Tracker


def connect(name: str, url: str, sign_in: str | App, declared: Declared | None = None) -> Tracker:
    """The tracker at an API address such as https://api.github.com or https://ghe.example/api/v3, with a token or as an App."""
    app = AppTransport(name, url, sign_in) if isinstance(sign_in, App) else None
    client = client_over(name, app, "app", app.requests) if app else github_client(name, url, str(sign_in))
    reader = GithubReader(name, client)
    inspector = GithubInspector(name, client, declared or Declared(), app)
    return Tracker(name, "github", reader, GithubWriter(name, client, reader), inspector)


__all__ = ["App", "connect"]
