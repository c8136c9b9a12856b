"""Reading releases from Jira: pages of tickets, what changed since the last time, an hourly census, and our own summary."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from hypercare_rules.ticket import Comment, Ref, Ticket
from hypercare_sync.observed import FoundSummary, SummaryPlace, SummaryState
from hypercare_sync.trackers.http import Requests
from hypercare_sync.trackers.jira.normalise import comments_in
from hypercare_sync.trackers.jira.reading import OVERLAP, SourceReading
from hypercare_sync.trackers.jira.site import PAGE, Site
from hypercare_sync.trackers.jira.summaries import Summaries
from hypercare_sync.trackers.jira.transport import JiraClient
from hypercare_sync.trackers.port import Cursor, Reading, Source

_MOST_RECORDS = 2
"""Tickets whose record is looked at where no summary is found on Data Center; each that we label holds one."""


@dataclass
class JiraReader:
    """The reading port over one Jira site, whose pages people find below `site`. `account_key` names the configured account: what another one read is read anew."""

    name: str
    client: JiraClient
    site: str
    account_key: str
    _site: Site = field(init=False)
    _read: dict[str, None] = field(init=False, default_factory=dict)
    _counted: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._site = Site(self.name, self.client, self.site)

    @property
    def requests(self) -> Requests:
        """How many requests were sent."""
        return self.client.requests

    @property
    def cloud(self) -> bool:
        """Whether it is Jira Cloud, else Data Center."""
        return self._site.cloud

    def read(self, source: Source, cursor: Cursor | None, known: Mapping[Ref, Ticket]) -> Reading:
        """Everything of the source, or what changed since the cursor; once an hour also what left it."""
        reading = SourceReading(self._site, source, known, self.account_key).read(cursor)
        self._counted |= reading.cursor["census"] != (cursor or {}).get("census")
        if cursor is None and not self.cloud:
            self._read |= {ticket.ref.key: None for ticket in _likely_written(reading.tickets, source.label_prefix)}
        return reading

    def summary(self, place: SummaryPlace, release: str, key: str | None, named: Collection[str]) -> FoundSummary:
        """The summary by its key, by the key that our records on tickets name, else by a search for its label.

        Where neither the store nor a search knows it, Data Center, whose searches tell no records, is asked for those of tickets that were
        just read for the first time. With a census comes a search for doubles, such as a tick leaves that was stopped while it opened the
        summary, and overtaken.
        """
        keys = [found for found in (key, *sorted(named)) if found]
        tickets = list(self._read)[:_MOST_RECORDS] if not keys else ()
        counted, self._counted = self._counted, False
        return Summaries(self._site, place, release).find(keys, tickets, doubles=counted)

    def unlisted_summaries(self, place: SummaryPlace, release: str) -> tuple[SummaryState, ...]:
        """Those among all issues of our own, where a person took the label off, and those that no search shows yet."""
        return tuple(Summaries(self._site, place, release).unlisted())

    def conversation(self, key: str) -> tuple[Comment, ...]:
        """All comments on the summary that our account may read."""
        return comments_in(self._site.comments(key), self._site.who_we_are())

    def who_we_are(self) -> str:
        """Our own account: its id on Cloud, its key on Data Center."""
        return self._site.who_we_are()

    def priorities(self) -> tuple[str, ...]:
        """The names of the site's native priorities, the most urgent first; asked for once."""
        return self._site.priorities()


def _likely_written(tickets: Collection[Ticket], prefix: str) -> list[Ticket]:
    """Those that our record is on, if it is on any: labelled ones first, then those that are open."""

    def labelled(ticket: Ticket) -> bool:
        return any(label.startswith(prefix) for label in ticket.labels)

    return sorted(
        (ticket for ticket in tickets if ticket.open or labelled(ticket)),
        key=lambda ticket: (not labelled(ticket), ticket.ref),
    )[:_MOST_RECORDS]


__all__ = ["OVERLAP", "PAGE", "JiraReader"]
