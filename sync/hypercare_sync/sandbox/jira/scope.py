"""What a query is read against: the site, whoever asks, and the fields that can be asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Protocol

from hypercare_sync.sandbox.jira.custom import CustomFields
from hypercare_sync.sandbox.jira.model import Catalogue, Issue, Project
from hypercare_sync.sandbox.jira.query import Operand

Test = Callable[[Any], bool]
"""Whether one value of a field is what an operand asks for."""


class Site(Protocol):
    """What resolving names in a query needs to know of the site."""

    @property
    def projects(self) -> dict[str, Project]:
        """By key."""
        ...

    @property
    def statuses(self) -> Catalogue:
        """All of them."""
        ...

    @property
    def priorities(self) -> Catalogue:
        """All of them."""
        ...

    @property
    def resolutions(self) -> Catalogue:
        """All of them."""
        ...

    @property
    def issue_types(self) -> Catalogue:
        """All of them."""
        ...

    @property
    def custom(self) -> CustomFields:
        """All custom fields."""
        ...

    def issue(self, id_or_key: str) -> Issue | None:
        """The issue with this id or key."""
        ...


@dataclass(frozen=True)
class Scope:
    """In whose eyes and time zone, and when, a query is read; `projects` are the keys that it names.

    `names` is what histories may call the asker, besides their account id.
    """

    site: Site
    account_id: str
    now: datetime
    projects: frozenset[str] = frozenset()
    zone: tzinfo = UTC
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Field:
    """One searchable field.

    `read` gives its values in an issue, none for EMPTY; `test` makes the test for (scope, operator, operand); `rank` gives what to sort by.
    """

    name: str
    operators: frozenset[str]
    read: Callable[[Issue], list[Any]]
    test: Callable[[Scope, str, Operand], Test]
    rank: Callable[[Any], str | float]
