"""How many open issues block others, which only REST tells: read where the policy asks for it, a hundred issues a request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hypercare_sync.trackers.github import rest_lists
from hypercare_sync.trackers.github.pages import Listing
from hypercare_sync.trackers.github.repositories import Repositories
from hypercare_sync.trackers.raw import Raw

_SUMMARY = "issue_dependencies_summary"
"""The member of REST's issues that servers before 3.19 lack."""


@dataclass(frozen=True)
class Dependencies:
    """The open blockers of a repository's issues, by their numbers. An older server tells of none."""

    repositories: Repositories
    repo: str

    def changed(self, since: datetime) -> dict[int, int]:
        """Of the issues that were updated `since`."""
        return _by_number(rest_lists.listed(self.repositories, self.repo, rest_lists.asked(since=since)))

    def among(self, listings: Sequence[Listing]) -> dict[int, int]:
        """Of the issues of these lists."""
        found: dict[int, int] = {}
        for listing in listings:
            params = rest_lists.asked(filters=listing.filters)
            found |= _by_number(rest_lists.listed(self.repositories, self.repo, params))
        return found


def _by_number(rows: Iterable[Raw]) -> dict[int, int]:
    return {row.number("number"): row.inner(_SUMMARY).number("blocked_by") for row in rows}
