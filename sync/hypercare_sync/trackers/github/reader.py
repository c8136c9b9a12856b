"""Reading releases from GitHub: pages of tickets, what changed since the last time, an hourly census, and our own summary."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from hypercare_rules.ticket import Comment, Ref, Ticket
from hypercare_sync.observed import FoundSummary, SummaryPlace, SummaryState
from hypercare_sync.trackers.github import summaries
from hypercare_sync.trackers.github.reading import SourceReading
from hypercare_sync.trackers.github.repositories import Repositories
from hypercare_sync.trackers.http import Client, Requests
from hypercare_sync.trackers.port import Cursor, Reading, Source
from hypercare_sync.trackers.raw import Raw


@dataclass
class GithubReader:
    """The reading port over one GitHub."""

    name: str
    client: Client
    repositories: Repositories = field(init=False)
    _seen: dict[tuple[str, str], Raw] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.repositories = Repositories(self.name, self.client)

    @property
    def requests(self) -> Requests:
        """How many requests were sent."""
        return self.client.requests

    @property
    def labels(self) -> dict[str, set[str]]:
        """The managed labels known to exist, by repository, without case."""
        return self.repositories.labels

    def read(self, source: Source, cursor: Cursor | None, known: Mapping[Ref, Ticket]) -> Reading:
        """Everything of the source, or what changed since the cursor; once an hour also what left it."""
        reading = SourceReading(self.repositories, source, known)
        done = reading.read(cursor)
        if source.summary_label and reading.summaries is not None:
            self._seen[source.place, source.summary_label] = reading.summaries
        return done

    def summary(self, place: SummaryPlace, release: str, key: str | None, named: Collection[str]) -> FoundSummary:
        """The summary and its doubles, among our own issues under its label; by its key where a person took the label off.

        Where a source in the same repository was just read, that brought the list along: it is good for one look.
        """
        seen = self._seen.pop((place.place, place.label), None)
        self._seen.clear()
        return summaries.find(self.repositories, place, release, key, seen)

    def unlisted_summaries(self, place: SummaryPlace, release: str) -> tuple[SummaryState, ...]:
        """Those among all issues of our own: a person took the label off."""
        return tuple(summaries.unlabelled(self.repositories, place, release))

    def conversation(self, key: str) -> tuple[Comment, ...]:
        """All comments on the summary."""
        repo, _, number = key.rpartition("#")
        return summaries.said(self.repositories, repo, int(number))

    def who_we_are(self) -> int:
        """Our own account's database id."""
        return self.repositories.who_we_are()
