"""Which issues of a repository a list shows, and in which order; the same for REST and GraphQL."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .model import Comment, Event, Issue, Repository

ANY: Literal["*"] = "*"

SORT_KEYS: dict[str, Callable[[Issue], tuple[int, int]]] = {
    "created": lambda issue: (int(issue.created_at.timestamp()), issue.id),
    "updated": lambda issue: (int(issue.updated_at.timestamp()), issue.id),
    "comments": lambda issue: (len(issue.comments), issue.id),
}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What an issue must be; empty and None ask for nothing.

    It carries all of `labels` and one of `any_label`; `milestone` is a number, 0 for none, or ANY; `assignee` a login, "" for none, or ANY;
    `type` a name in lower case, "none", or ANY.
    """

    states: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    any_label: frozenset[str] = frozenset()
    milestone: int | Literal["*"] | None = None
    assignee: str | None = None
    creator: str | None = None
    mentioned: str | None = None
    type: str | None = None
    since: datetime | None = None

    def fits(self, issue: Issue) -> bool:
        """Whether the issue is all that is asked."""
        return (
            (not self.states or issue.state in self.states)
            and (self.since is None or issue.updated_at >= self.since)
            and self._milestone_fits(issue)
            and self._labels_fit(issue)
            and self._type_fits(issue)
            and self._people_fit(issue)
        )

    def _labels_fit(self, issue: Issue) -> bool:
        if not (self.labels or self.any_label):
            return True
        names = {label.name.lower() for label in issue.labels}
        return self.labels <= names and not (self.any_label and names.isdisjoint(self.any_label))

    def _milestone_fits(self, issue: Issue) -> bool:
        if self.milestone is None:
            return True
        if self.milestone == ANY:
            return issue.milestone is not None
        return (issue.milestone.number if issue.milestone else 0) == self.milestone

    def _type_fits(self, issue: Issue) -> bool:
        if self.type == ANY:
            return issue.type is not None
        return self.type is None or self.type == (issue.type.name.lower() if issue.type else "none")

    def _people_fit(self, issue: Issue) -> bool:
        if self.assignee is not None:
            logins = {person.login.lower() for person in issue.assignees}
            if not (bool(logins) if self.assignee == ANY else self.assignee in (logins or {""})):
                return False
        if self.creator is not None and (issue.user is None or issue.user.login.lower() != self.creator):
            return False
        return self.mentioned is None or f"@{self.mentioned}" in (issue.body or "").lower()


def issues(repository: Repository, wanted: Filter, *, pull_requests: bool) -> Iterable[Issue]:
    """The issues of a repository that fit, in the order of their numbers where data came so."""
    return (
        issue
        for issue in repository.issues.values()
        if (pull_requests or (repository.has_issues and not issue.is_pull_request)) and wanted.fits(issue)
    )


def timeline(issue: Issue, seen: Callable[[Repository], bool]) -> list[Event | Comment]:
    """The history of an issue, comments too, oldest first; what leads to a repository that is not `seen` is left out."""
    shown = (event for event in issue.events if event.source is None or seen(event.source.repository))
    lines: list[Event | Comment] = [*shown, *issue.comments.values()]
    return sorted(lines, key=lambda line: (line.created_at, line.id))
