"""What the embedded Jira keeps: plain data in REST shape, so that a world can be copied, compared and pickled."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
"""A JSON object as Jira's REST API has it."""


def stamp(moment: datetime) -> str:
    """A moment as Jira writes it: `2018-11-14T11:25:13.000+0000`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}+0000"


@dataclass
class Issue:
    """One issue.

    `fields` are in REST shape without `comment`; a key that the data left out stays out. Bodies and descriptions are kept as they came:
    wiki text (str) or a document (ADF, a dict). `comments` and `histories` are oldest first.
    """

    id: str
    key: str
    fields: Json
    comments: list[Json] = field(default_factory=list)
    histories: list[Json] = field(default_factory=list)
    properties: Json = field(default_factory=dict)
    remote_links: list[Json] = field(default_factory=list)
    voters: set[str] = field(default_factory=set)

    @property
    def project_key(self) -> str:
        """The part of the key before the number."""
        return self.key.rpartition("-")[0]

    @property
    def number(self) -> int:
        """The part of the key after the project."""
        return int(self.key.rpartition("-")[2])


class Catalogue:
    """Values of one kind that a site knows (statuses, priorities, versions ...), each with an `id` and a `name`."""

    def __init__(self, built_in: tuple[Json, ...] = ()) -> None:
        self._by_name = {entry["name"].casefold(): entry for entry in built_in}

    def __iter__(self) -> Iterator[Json]:
        """All values, in the order of their ids."""
        return iter(sorted(self._by_name.values(), key=lambda entry: (len(entry["id"]), entry["id"])))

    def __len__(self) -> int:
        return len(self._by_name)

    def find(self, name_or_id: str) -> Json | None:
        """The value with this name (in any case) or this id."""
        by_name = self._by_name.get(name_or_id.casefold())
        return by_name or next((entry for entry in self._by_name.values() if entry["id"] == name_or_id), None)

    def adopt(self, entry: Json) -> None:
        """Take over a value that loaded data uses: it replaces what has its name, and what has its id under another name."""
        taken = next((name for name, known in self._by_name.items() if known["id"] == entry["id"]), None)
        if taken is not None:
            del self._by_name[taken]
        self._by_name[entry["name"].casefold()] = entry


@dataclass
class Project:
    """One project; `details` is its REST shape as issues embed it."""

    id: str
    key: str
    name: str
    details: Json
    versions: Catalogue = field(default_factory=Catalogue)
    components: Catalogue = field(default_factory=Catalogue)
    last_number: int = 0
