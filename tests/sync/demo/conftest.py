"""The demo's story, and the world after it: played once for all tests of a module."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hypercare_sync.demo.script import Story, load
from hypercare_sync.demo.show import Show, Turn, prepared
from hypercare_sync.sandbox.github.model import Issue
from hypercare_sync.sandbox.people import OURS


@dataclass(frozen=True)
class Week:
    """A show that is over: its turns, and the trackers as people would find them."""

    show: Show
    turns: tuple[Turn, ...]

    def issues(self, repository: str) -> dict[int, Issue]:
        """The issues of a repository by number."""
        return self.show.stage.sandbox.github.repository_for(repository).issues

    def labels(self, key: str) -> set[str]:
        """The labels that a ticket carries."""
        repository, hash_sign, number = key.partition("#")
        if hash_sign:
            return {label.name for label in self.issues(repository)[int(number)].labels}
        issue = self.show.stage.sandbox.jira.issue(key)
        assert issue is not None
        return set(issue.fields["labels"])

    def ours(self, key: str) -> set[str]:
        """The managed labels that a ticket carries, without their prefix."""
        return {label.removeprefix("hypercare:") for label in self.labels(key) if label.startswith("hypercare:")}

    def authors(self, key: str) -> list[str]:
        """Who wrote the comments of a ticket, oldest first, by login or Jira's account id."""
        repository, hash_sign, number = key.partition("#")
        if hash_sign:
            return [each.user.login for each in self.issues(repository)[int(number)].comments.values() if each.user]
        issue = self.show.stage.sandbox.jira.issue(key)
        assert issue is not None
        return [each["author"]["accountId"] for each in issue.comments]

    def own_comments(self, key: str) -> int:
        """How many comments we wrote on a ticket."""
        us = {OURS, self.show.stage.sandbox.accounts.named(OURS).account_id}
        return sum(author in us for author in self.authors(key))


@pytest.fixture(scope="module")
def story() -> Story:
    return load()


@pytest.fixture(scope="module")
def week(story: Story) -> Iterator[Week]:
    with prepared(story, port=0) as show:
        yield Week(show, tuple(show.turns()))
