"""From issues as GitHub tells them to tickets: completed where a page did not hold all, and none of them our own summary."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from hypercare_rules.ticket import Audience, Ref, Ticket
from hypercare_sync.errors import TrackerError
from hypercare_sync.retry import Rejected, Unanswered
from hypercare_sync.trackers.github import documents
from hypercare_sync.trackers.github.answers import TooMuch
from hypercare_sync.trackers.github.normalise import audience_of, ticket
from hypercare_sync.trackers.github.repositories import Repositories, following, further
from hypercare_sync.trackers.github.summaries import record_in
from hypercare_sync.trackers.http import Forbidden
from hypercare_sync.trackers.port import Source
from hypercare_sync.trackers.raw import Raw
from hypercare_sync.trackers.unread import in_part

_CONNECTIONS = {"comments": "comments", "timeline": "timelineItems"}


@dataclass
class Gathering:
    """The tickets of one reading of a source. `unread` are the numbers of those that GitHub could not give, or not whole, and why; `whole` those of the others that it gave.

    `audience` are those who may read the source as a whole: as the config says, else as GitHub does; None before its first answer.
    """

    repositories: Repositories
    source: Source
    tickets: dict[Ref, Ticket] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unread: dict[int, str] = field(default_factory=dict)
    whole: set[int] = field(default_factory=set)
    audience: Audience | None = field(init=False)

    def __post_init__(self) -> None:
        self.audience = self.source.audience

    def ref(self, number: int) -> Ref:
        """The ticket of that number."""
        return Ref(self.repositories.name, f"{self.source.place}#{number}")

    def take(self, repository: Raw, issues: Iterable[Raw]) -> None:
        """The issues of one answer, each with the rest of its comments and history."""
        visible = audience_of(repository.text("visibility"))
        self.audience = visible if self.source.audience is None else self.source.audience
        for issue in issues:
            if record_in(issue):
                continue
            try:
                whole = self._whole(issue)
                read = ticket(
                    self.repositories.name, self.source.place, whole, self.repositories.account, self.audience
                )
            except Rejected:
                raise
            except (TrackerError, Forbidden) as error:
                if isinstance(error, Unanswered) and not isinstance(error, TooMuch):
                    self.repositories.alive(error)
                self.unread[issue.number("number")] = str(error)
            except (ValueError, ValidationError) as error:
                why = str(error).splitlines()[0]
                if number := issue.number("number"):
                    self.unread[number] = why
                else:
                    self.notes.append(f"{self.source.label}: an issue was left out: {why}")
            else:
                self.tickets[read.ref] = read
                number = number_of(read.ref)
                if read.unreadable:
                    self.unread[number] = in_part(read)
                else:
                    self.unread.pop(number, None)
                    self.whole.add(number)

    def _whole(self, issue: Raw) -> Mapping[str, Any]:
        """The issue with all of its comments and timeline, in smaller pages where GitHub cannot bear them."""
        ends = {name: following(issue.inner(connection)) for name, connection in _CONNECTIONS.items()}
        if not any(ends.values()):
            whole: Mapping[str, Any] = issue.value
            return whole
        raw: dict[str, Any] = dict(issue.value)
        nodes = {each: [row.value for row in issue.inner(each).rows("nodes")] for each in _CONNECTIONS.values()}
        rows = documents.LIGHT
        while any(ends.values()):
            variables = {"number": issue.number("number"), "first": rows, **ends}
            try:
                more = self.repositories.ask(self.source.place, documents.REST_OF_TICKET, variables).inner("issue")
            except TooMuch:
                rows //= 2
                if not rows:
                    raise
                continue
            for name, connection in _CONNECTIONS.items():
                if ends[name]:
                    nodes[connection] += [row.value for row in more.inner(connection).rows("nodes")]
                    raw[connection] = {"nodes": nodes[connection]}
                    ends[name] = further(ends[name], following(more.inner(connection)))
        return raw


def number_of(ref: Ref) -> int:
    """The number of a ticket in its repository."""
    return int(ref.key.rpartition("#")[2])
