"""Lists of tickets read page by page, and single tickets beside them: all that is still to be read in as few requests as it takes.

What GitHub cannot bear is asked for in smaller parts, down to one ticket; one that cannot be read alone is set aside, the others go on.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from hypercare_sync.retry import Unanswered
from hypercare_sync.trackers.github import documents
from hypercare_sync.trackers.github.answers import TooMuch
from hypercare_sync.trackers.github.documents import HEAVY, MOST_LISTS, MOST_SINGLES
from hypercare_sync.trackers.github.repositories import Asked, Repositories, following, further
from hypercare_sync.trackers.raw import Raw


@dataclass(frozen=True)
class Listing:
    """Issues of a repository that fit `filters`, as GraphQL's IssueFilters has it.

    One with `down_to` lists the newest first and ends where issues were created earlier. A first page that is empty although
    something is `expected` is read a second time before it is believed.
    """

    filters: Mapping[str, Any]
    down_to: datetime | None = None
    expected: bool = False

    @property
    def order(self) -> str:
        """In which direction it goes through the times of creation."""
        return "DESC" if self.down_to else "ASC"

    def wanted(self, page: Raw) -> list[Raw]:
        """The issues of a page that belong to the list."""
        rows = list(page.rows("nodes"))
        if self.down_to is None:
            return rows
        return [row for row in rows if (row.moment("createdAt") or self.down_to) >= self.down_to]


class _Part(NamedTuple):
    """The page of a list after a cursor; `doubted` where it was empty and is read a second time."""

    listing: Listing
    after: str | None = None
    doubted: bool = False


@dataclass(frozen=True)
class _Task:
    """What one request asks for: a page of each of some lists, `rows` long, and single tickets."""

    parts: tuple[_Part, ...]
    numbers: tuple[int, ...] = ()
    rows: int = HEAVY
    summaries: bool = False


@dataclass
class Pages:
    """One reading of lists and single tickets of a repository.

    After it `missing` are the single tickets that are not there (any more), `unreadable` those that GitHub could not give, and why.
    `summary_label` brings the issues under it along.
    """

    repositories: Repositories
    repo: str
    prefix: str
    summary_label: str | None = None
    summaries: Raw | None = None
    missing: set[int] = field(default_factory=set)
    unreadable: dict[int, str] = field(default_factory=dict)

    def read(self, listings: Sequence[Listing], numbers: Sequence[int] = ()) -> Iterator[tuple[Raw, list[Raw]]]:
        """The repository as each answer tells it, with the issues that the answer brought."""
        tasks = deque(_tasks([_Part(listing) for listing in listings], numbers, HEAVY))
        if tasks and self.summary_label:
            tasks[0] = replace(tasks[0], summaries=True)
        while tasks:
            task = tasks.popleft()
            asked: list[_Task] = []
            try:
                data = self.repositories.answer(self.repo, _Asking(self, task, asked), lenient=True)
            except Unanswered as problem:
                tasks.extendleft(reversed(self._smaller(asked[-1], problem)))
                continue
            if asked[-1].summaries and not following(data.inner("summaries")):
                self.summaries = data
            yield data, self._issues(task, data)
            tasks.extendleft(reversed(_further(task, data, asked[-1].rows)))

    def _issues(self, task: _Task, data: Raw) -> list[Raw]:
        """The issues of an answer. A single ticket that is null was not found."""
        found = [
            row
            for index, part in enumerate(task.parts)
            for row in part.listing.wanted(data.inner(f"w{index}"))
            if row.number("number") not in self.unreadable
        ]
        for index, number in enumerate(task.numbers):
            issue = data.inner(f"t{index}")
            if issue:
                found.append(issue)
            else:
                self.missing.add(number)
        return found

    def _smaller(self, task: _Task, problem: Unanswered) -> list[_Task]:
        """What is asked for in the place of a task that failed; what cannot be made smaller is set aside.

        Raises the problem where GitHub answers nothing at all.
        """
        if not isinstance(problem, TooMuch):
            self.repositories.alive(problem)
        task = replace(task, summaries=False)
        parts, numbers = task.parts, task.numbers
        if parts and numbers:
            return [replace(task, numbers=()), replace(task, parts=())]
        if parts and task.rows > 1:
            return [replace(task, rows=task.rows // 2)]
        if len(parts) > 1:
            return [replace(task, parts=(part,)) for part in parts]
        if len(numbers) > 1:
            middle = len(numbers) // 2
            return [replace(task, numbers=numbers[:middle]), replace(task, numbers=numbers[middle:])]
        if numbers:
            self.unreadable |= dict.fromkeys(numbers, str(problem))
            return []
        return self._without_first(parts[0], problem)

    def _without_first(self, part: _Part, problem: Unanswered) -> list[_Task]:
        """Go on behind the first ticket of a page, which cannot be read; its number is asked for alone."""
        variables = {"first": 1, **_page_of(0, part)}
        page = self.repositories.ask(self.repo, documents.census(1), variables).inner("w0")
        self.unreadable |= {row.number("number"): str(problem) for row in part.listing.wanted(page)}
        after = _after(part, page)
        return [_Task((_Part(part.listing, after),))] if after else []


@dataclass
class _Asking:
    """Makes the question of a task, each time with half as many rows as the last time; keeps what was asked."""

    pages: Pages
    task: _Task
    asked: list[_Task]

    def __call__(self, failed: int) -> Asked:
        rows = max(1, self.task.rows >> failed)
        task = replace(self.task, rows=rows, summaries=self.task.summaries and not failed)
        self.asked.append(task)
        document = documents.tickets(
            len(task.parts),
            len(task.numbers),
            summaries=task.summaries,
            sub_issues=documents.SUB_ISSUES not in self.pages.repositories.lacks,
        )
        variables: dict[str, Any] = {"prefix": self.pages.prefix}
        if task.parts:
            variables["first"] = rows
        if task.summaries:
            variables["label"] = self.pages.summary_label
        for index, part in enumerate(task.parts):
            variables |= _page_of(index, part)
        return document, variables | {f"number{index}": number for index, number in enumerate(task.numbers)}


def light(repositories: Repositories, repo: str, listings: Sequence[Listing]) -> list[list[Raw]]:
    """All rows of each list, with nothing but numbers, times of creation and reactions; a hundred of each a request."""
    found: dict[int, list[Raw]] = {index: [] for index in range(len(listings))}
    parts = {index: _Part(listing) for index, listing in enumerate(listings)}
    rows = documents.LIGHT
    while parts:
        batch = dict(list(parts.items())[:MOST_LISTS])
        asked: list[int] = []

        def question(failed: int, batch: dict[int, _Part] = batch, asked: list[int] = asked, rows: int = rows) -> Asked:
            asked.append(max(1, rows >> failed))
            variables: dict[str, Any] = {"first": asked[-1]}
            for place, part in enumerate(batch.values()):
                variables |= _page_of(place, part)
            return documents.census(len(batch)), variables

        try:
            data = repositories.answer(repo, question)
        except TooMuch:
            rows = asked[-1] // 2
            if not rows:
                raise
            continue
        rows = asked[-1]
        for place, (index, part) in enumerate(batch.items()):
            page = data.inner(f"w{place}")
            found[index] += part.listing.wanted(page)
            after = _after(part, page)
            if after:
                parts[index] = _Part(part.listing, after)
            else:
                del parts[index]
    return [found[index] for index in range(len(listings))]


def _tasks(parts: Sequence[_Part], numbers: Sequence[int], rows: int) -> list[_Task]:
    """Requests for all of it: as many lists and as many single tickets in each as may be."""
    unique = list(dict.fromkeys(numbers))
    lists = [tuple(parts[start : start + MOST_LISTS]) for start in range(0, len(parts), MOST_LISTS)]
    singles = [tuple(unique[start : start + MOST_SINGLES]) for start in range(0, len(unique), MOST_SINGLES)]
    together = max(len(lists), len(singles))
    lists += [()] * (together - len(lists))
    singles += [()] * (together - len(singles))
    return [_Task(some, few, rows) for some, few in zip(lists, singles, strict=True)]


def _further(task: _Task, data: Raw, rows: int) -> list[_Task]:
    """What follows an answer: the next pages, and once more the pages that are empty where something should be."""
    pages = [(part, data.inner(f"w{index}")) for index, part in enumerate(task.parts)]
    empty = [part for part, page in pages if not any(page.rows("nodes")) and not part.doubted]
    doubted = empty if any(part.after or part.listing.expected for part in empty) else []
    again = tuple(part._replace(doubted=True) for part in doubted)
    behind = ((part, _after(part, page)) for part, page in pages if part not in doubted)
    return [
        _Task(parts, rows=rows)
        for parts in (again, tuple(_Part(part.listing, after) for part, after in behind if after))
        if parts
    ]


def _after(part: _Part, page: Raw) -> str | None:
    """Where a list goes on after a page, None at its end."""
    after = further(part.after, following(page))
    rows = list(page.rows("nodes"))
    ended = part.listing.down_to is not None and len(part.listing.wanted(page)) < len(rows)
    return None if ended else after


def _page_of(index: int, part: _Part) -> dict[str, Any]:
    """The variables of a list's page."""
    return {
        f"filter{index}": dict(part.listing.filters),
        f"after{index}": part.after,
        f"order{index}": part.listing.order,
    }
