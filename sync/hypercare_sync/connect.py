"""From the config to connected trackers. Each client library is imported only where a tracker of its kind is used."""

from collections.abc import Mapping

from hypercare_sync.config import Config, GithubTracker, JiraTracker
from hypercare_sync.errors import ConfigError
from hypercare_sync.pace import Pace
from hypercare_sync.trackers.port import Tracker

# Writes a minute that the trackers document: GitHub's content creations, Jira's 50 changes a second.
_PACES = {"github": 80, "jira": 3000}


def connect(config: Config) -> dict[str, Tracker]:
    """The trackers by name; nothing is sent yet."""
    return {name: _connect(name, tracker) for name, tracker in config.trackers.items()}


def paces(config: Config) -> Mapping[str, Pace]:
    """How fast each tracker is written to."""
    return {
        name: Pace(None if tracker.pace == "off" else tracker.pace or _PACES[tracker.kind])
        for name, tracker in config.trackers.items()
    }


def _connect(name: str, tracker: JiraTracker | GithubTracker) -> Tracker:
    match tracker:
        case GithubTracker():
            from hypercare_sync.trackers import github

            return github.connect(name, tracker.url, tracker.token.get_secret_value())
        case JiraTracker():
            if tracker.email is None:
                raise ConfigError(
                    f"trackers.{name}: no email; write the e-mail of the account that the token belongs to"
                )
            from hypercare_sync.trackers import jira

            return jira.connect(name, tracker.url, tracker.email, tracker.token.get_secret_value())
