"""How many open issues block others, which only REST tells: read where the policy asks for it, a hundred issues a request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hypercare_sync.trackers.github import rest_lists
from hypercare_sync.trackers.github.pages import Listing
from hypercare_sync.trackers.github.repositories import Repositories

_SUMMARY = "issue_dependencies_summary"
"""The member of REST's issues that servers before 3.19 lack."""


@dataclass(frozen=True)
class Dependencies:
    """The open blockers of a repository's issues, by their numbers. A server that tells of none is asked once."""

    repositories: Repositories
    repo: str

    def changed(self, since: datetime) -> dict[int, int]:
        """Of the issues that were updated `since`."""
        return self._counted(rest_lists.asked(since=since))

    def among(self, listings: Sequence[Listing]) -> dict[int, int]:
        """Of the issues of these lists."""
        found: dict[int, int] = {}
        for listing in listings:
            found |= self._counted(rest_lists.asked(filters=listing.filters))
        return found

    def notes(self) -> tuple[str, ...]:
        """What readers are told where the server knows no dependencies: no ticket seems blocked there."""
        if _SUMMARY not in self.repositories.lacks:
            return ()
        here = f"{self.repositories.name} {self.repo}"
        return (f"{here}: this GitHub tells of no blockers; GitHub Enterprise Server does from 3.19 on",)

    def _counted(self, params: Mapping[str, str]) -> dict[int, int]:
        if _SUMMARY in self.repositories.lacks:
            return {}
        rows = list(rest_lists.listed(self.repositories, self.repo, params))
        if rows and not any(_SUMMARY in row.value for row in rows):
            self.repositories.lacks.add(_SUMMARY)
        return {row.number("number"): row.inner(_SUMMARY).number("blocked_by") for row in rows}
