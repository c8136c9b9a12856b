"""The config of one team: its trackers, its releases and where the store is. Read once, at the start of a command."""

from hypercare_sync.config.loading import ExaminedConfig, examine, load
from hypercare_sync.config.models import (
    DEFAULT_POLICY,
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
    ReleaseDates,
    Source,
    Summary,
    Tracker,
    is_policy_path,
)

__all__ = [
    "DEFAULT_POLICY",
    "Config",
    "ConfigFile",
    "ExaminedConfig",
    "GithubApp",
    "GithubSource",
    "GithubSummary",
    "GithubTracker",
    "JiraSource",
    "JiraSummary",
    "JiraTracker",
    "ReleaseConfig",
    "ReleaseDates",
    "Source",
    "Summary",
    "Tracker",
    "examine",
    "is_policy_path",
    "load",
]
