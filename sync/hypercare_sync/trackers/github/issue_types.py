"""Issue types, which only REST tells: the issues of a type, and the types of issues that were read otherwise.

A repository without any costs one request when it is read whole and one a day; with types, one for each hundred typed issues that changed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypercare_sync.errors import TrackerError
from hypercare_sync.trackers.github import documents
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
            for row in self._issues(self.repositories.rows(self._path, **_asked(name, since)))
            if _type(row).casefold() == name.casefold()
        }

    def few(self) -> dict[int, str] | None:
        """The types of all issues of the repository, by their numbers; None where they fill more than a page."""
        self._ask_no_more()
        answer = self.repositories.get(self._path, **_asked(ANY, None), per_page=str(documents.LIGHT))
        found = self._by_number(Raw({"rows": answer.body}).rows("rows"))
        return None if 'rel="next"' in answer.headers.get("link", "") else found

    def changed(self, since: datetime) -> dict[int, str]:
        """The types of the issues that were updated `since`; one that has none is left out."""
        return self._by_number(self.repositories.rows(self._path, **_asked(ANY, since)))

    def among(self, listings: Sequence[Listing]) -> dict[int, str]:
        """The types of the issues of these lists."""
        found: dict[int, str] = {}
        for listing in listings:
            asked = _asked(ANY, None) | _as_rest(listing.filters)
            found |= self._by_number(self.repositories.rows(self._path, **asked))
        return found

    @property
    def _path(self) -> str:
        return f"/repos/{self.repo}/issues"

    def _by_number(self, rows: Iterable[Raw]) -> dict[int, str]:
        return {row.number("number"): name for row in self._issues(rows) if (name := _type(row))}

    def _issues(self, rows: Iterable[Raw]) -> Iterator[Raw]:
        """The rows that are no pull requests. A server that has no types leaves them out, and takes no notice of the filter."""
        self._ask_no_more()
        for row in rows:
            if "pull_request" not in row.value:
                if TYPE not in row.value:
                    self.repositories.lacks.add(TYPE)
                self._ask_no_more()
                yield row

    def _ask_no_more(self) -> None:
        if TYPE in self.repositories.lacks:
            here = f"{self.repositories.name} {self.repo}"
            raise NoTypesError(
                f"{here}: this GitHub knows no issue types; GitHub Enterprise Server has them from 3.18 on"
            )


def stamp(moment: datetime) -> str:
    """A time as GitHub writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _asked(name: str, since: datetime | None) -> dict[str, str]:
    params = {"type": name, "state": "all", "sort": "created", "direction": "asc"}
    return params if since is None else params | {"since": stamp(since)}


def _as_rest(filters: Mapping[str, object]) -> dict[str, str]:
    """GraphQL's filters in the words of REST."""
    told: dict[str, str] = {}
    match filters:
        case {"labels": [str(label)]}:
            told["labels"] = label
        case {"milestoneNumber": None}:
            told["milestone"] = "none"
        case {"milestoneNumber": number}:
            told["milestone"] = str(number)
    if since := filters.get("since"):
        told["since"] = str(since)
    return told


def _type(row: Raw) -> str:
    return row.inner("type").text("name")
