"""The sandbox as a whole: its time, its people and its two trackers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from .clock import Clock
from .faults import Faults
from .github import GitHubWorld
from .jira import JiraWorld
from .log import RequestLog
from .people import Accounts

Flavour = Literal["cloud", "datacenter"]


@dataclass
class Sandbox:
    """Two trackers in one time; `latency` is added to each of their answers, `github_limits` makes GitHub keep its limits."""

    clock: Clock
    accounts: Accounts
    github: GitHubWorld
    jira: JiraWorld
    latency: timedelta = timedelta()
    github_limits: bool = False
    log: RequestLog = field(default_factory=RequestLog)
    faults: Faults = field(default_factory=Faults)

    @classmethod
    def new(
        cls, start: datetime | None = None, tokens: Mapping[str, str] | None = None, flavour: Flavour = "cloud"
    ) -> "Sandbox":
        """An empty one whose time begins at `start` (now, if left out); `tokens` come on top of the usual two."""
        clock, accounts = Clock(start), Accounts(tokens)
        return cls(clock, accounts, GitHubWorld(clock, accounts), JiraWorld(clock, accounts, flavour))
