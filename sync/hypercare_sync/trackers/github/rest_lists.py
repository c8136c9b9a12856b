"""Lists of issues by REST, for what only REST tells. Pull requests are left out of them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from hypercare_sync.trackers.github.repositories import Repositories
from hypercare_sync.trackers.raw import Raw


def asked(*, since: datetime | None = None, filters: Mapping[str, object] | None = None, **more: str) -> dict[str, str]:
    """The parameters of a list of all issues, open or closed, that fit GraphQL's `filters`, updated `since`."""
    told = {"state": "all", "sort": "created", "direction": "asc", **more}
    match filters:
        case {"labels": [str(label)]}:
            told["labels"] = label
        case {"milestoneNumber": None}:
            told["milestone"] = "none"
        case {"milestoneNumber": number}:
            told["milestone"] = str(number)
    from_then = stamp(since) if since else (filters or {}).get("since")
    return {**told, "since": str(from_then)} if from_then else told


def listed(repositories: Repositories, repo: str, params: Mapping[str, str]) -> Iterator[Raw]:
    """The issues of a list, page by page."""
    yield from without_pull_requests(repositories.rows(path(repo), **params))


def without_pull_requests(rows: Iterable[Raw]) -> Iterator[Raw]:
    """The rows that are issues."""
    return (row for row in rows if "pull_request" not in row.value)


def path(repo: str) -> str:
    """Where a repository's issues are."""
    return f"/repos/{repo}/issues"


def stamp(moment: datetime) -> str:
    """A time as GitHub writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
