"""From the config to connected trackers. Each client library is imported only where a tracker of its kind is used."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hypercare_sync.access import places
from hypercare_sync.config import Config, GithubTracker, JiraTracker
from hypercare_sync.pace import Pace
from hypercare_sync.trackers.access import Declared
from hypercare_sync.trackers.port import Tracker

if TYPE_CHECKING:
    from hypercare_sync.trackers.github import App

# Writes a minute, and of content an hour, that the trackers document: GitHub's content creations, Jira's 50 changes a second.
_PACES = {"github": 80, "jira": 3000}
_HOURLY = {"github": 500, "jira": None}


def connect(config: Config) -> dict[str, Tracker]:
    """The trackers by name; nothing is sent yet."""
    return {name: _connect(config, name, tracker) for name, tracker in config.trackers.items()}


def paces(config: Config) -> Mapping[str, Pace]:
    """How fast each tracker is written to."""
    return {
        name: Pace(None) if tracker.pace == "off" else Pace(tracker.pace or _PACES[tracker.kind], _HOURLY[tracker.kind])
        for name, tracker in config.trackers.items()
    }


def _connect(config: Config, name: str, tracker: JiraTracker | GithubTracker) -> Tracker:
    match tracker:
        case GithubTracker():
            from hypercare_sync.trackers import github

            declared = Declared(tracker.permissions, tracker.account)
            return github.connect(name, tracker.url, _sign_in(config, name, tracker), declared)
        case JiraTracker():
            from hypercare_sync.trackers import jira

            told, token = tracker.comments, tracker.token.get_secret_value()
            readers = jira.CommentReaders(told.role, told.group, told.customers)
            return jira.connect(name, tracker.url, tracker.email, token, readers, scoped=tracker.scoped)


def _sign_in(config: Config, name: str, tracker: GithubTracker) -> "str | App":
    from hypercare_sync.trackers import github

    if tracker.token is not None:
        return tracker.token.get_secret_value()
    assert tracker.app is not None, "the config demands one of the two"
    home = next(iter(places(config, name)), None)
    key = config.signing_key(tracker.app).get_secret_value()
    return github.App(str(tracker.app.id), key, home.name if home else "", tracker.app.installation)
