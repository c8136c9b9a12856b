"""The config of one team: its trackers, its releases and where the store is. Read once, at the start of a command."""

from hypercare_sync.config.loading import load
from hypercare_sync.config.models import (
    Config,
    ConfigFile,
    GithubApp,
    GithubSource,
    GithubSummary,
    GithubTracker,
    JiraSource,
    JiraSummary,
    JiraTracker,
    ReleaseConfig,
    Source,
    Summary,
    Tracker,
)

__all__ = [
    "Config",
    "ConfigFile",
    "GithubApp",
    "GithubSource",
    "GithubSummary",
    "GithubTracker",
    "JiraSource",
    "JiraSummary",
    "JiraTracker",
    "ReleaseConfig",
    "Source",
    "Summary",
    "Tracker",
    "load",
]
