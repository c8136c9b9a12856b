"""Issue types, which only REST tells: the issues of a type, and the types of issues that were read otherwise.

A repository without any costs one request when it is read whole and one a day; with types, one for each hundred typed issues that changed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypercare_sync.errors import TrackerError
from hypercare_sync.trackers.github import documents, rest_lists
from hypercare_sync.trackers.github.pages import Listing
from hypercare_sync.trackers.github.repositories import Repositories
from hypercare_sync.trackers.raw import Raw

LOOK_EVERY = timedelta(days=1)
ANY = "*"
TYPE = "type"
"""The member of REST's issues that older servers lack."""


class NoTypesError(TrackerError):
    """This GitHub knows no issue types."""


@dataclass(frozen=True)
class IssueTypes:
    """The types of a repository's issues. Each method raises NoTypesError where the server has none."""

    repositories: Repositories
    repo: str

    def of_type(self, name: str, since: datetime | None) -> dict[int, int]:
        """The issues of a type that were updated `since`, oldest first: how many reactions each number has."""
        return {
            row.number("number"): row.inner("reactions").number("total_count")
            for row in self._listed(rest_lists.asked(since=since, type=name))
            if self._type(row).casefold() == name.casefold()
        }

    def few(self) -> dict[int, str] | None:
        """The types of all issues of the repository, by their numbers; None where they fill more than a page."""
        self._ask_no_more()
        params = rest_lists.asked(type=ANY)
        answer = self.repositories.get(rest_lists.path(self.repo), **params, per_page=str(documents.LIGHT))
        found = self._by_number(rest_lists.without_pull_requests(Raw({"rows": answer.body}).rows("rows")))
        return None if 'rel="next"' in answer.headers.get("link", "") else found

    def changed(self, since: datetime) -> dict[int, str]:
        """The types of the issues that were updated `since`; one that has none is left out."""
        return self._by_number(self._listed(rest_lists.asked(since=since, type=ANY)))

    def among(self, listings: Sequence[Listing]) -> dict[int, str]:
        """The types of the issues of these lists."""
        found: dict[int, str] = {}
        for listing in listings:
            found |= self._by_number(self._listed(rest_lists.asked(filters=listing.filters, type=ANY)))
        return found

    def _listed(self, params: Mapping[str, str]) -> Iterator[Raw]:
        self._ask_no_more()
        return rest_lists.listed(self.repositories, self.repo, params)

    def _by_number(self, rows: Iterable[Raw]) -> dict[int, str]:
        return {row.number("number"): name for row in rows if (name := self._type(row))}

    def _type(self, row: Raw) -> str:
        """A server that has no types leaves them out, and takes no notice of the filter."""
        if TYPE not in row.value:
            self.repositories.lacks.add(TYPE)
        self._ask_no_more()
        return row.inner(TYPE).text("name")

    def _ask_no_more(self) -> None:
        if TYPE in self.repositories.lacks:
            here = f"{self.repositories.name} {self.repo}"
            raise NoTypesError(
                f"{here}: this GitHub knows no issue types; GitHub Enterprise Server has them from 3.18 on"
            )
