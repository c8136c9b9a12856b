"""Reading releases from GitHub: pages of tickets, what changed since the last time, an hourly census, and our own summary."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from hypercare_rules.ticket import Audience, Ref, Ticket
from hypercare_sync.observed import FoundSummary, SummaryPlace, SummaryRecord, SummaryState, first_of
from hypercare_sync.retry import Unanswered
from hypercare_sync.trackers import marker
from hypercare_sync.trackers.census import CENSUS_EVERY, believable
from hypercare_sync.trackers.github import documents
from hypercare_sync.trackers.github.normalise import audience_of, ticket
from hypercare_sync.trackers.github.transport import graphql
from hypercare_sync.trackers.http import Answer, Client, NotFound, Requests
from hypercare_sync.trackers.port import Cursor, Reading, Source
from hypercare_sync.trackers.raw import Raw

OVERLAP = timedelta(minutes=5)


@dataclass
class GithubReader:
    """The reading port over one GitHub.

    `labels` are the managed labels known to exist, by repository; `account` is our own one's database id, once it is known.
    """

    name: str
    client: Client
    labels: dict[str, set[str]] = field(default_factory=dict)
    account: int = 0

    @property
    def requests(self) -> Requests:
        """How many requests were sent."""
        return self.client.requests

    def read(self, source: Source, cursor: Cursor | None, known: Mapping[Ref, Ticket]) -> Reading:
        """Everything of the source, or what changed since the cursor; once an hour also what left it."""
        milestone = self._milestone(source, cursor)
        if cursor is not None and cursor["milestone"] != milestone:
            cursor = None  # it was not there before: what it holds was never read
        version = source.selector.version
        missing = (f"{source.place} has no milestone {version!r} yet",) if version and milestone is None else ()
        filters = self._filters(source, milestone)
        since = None if cursor is None else datetime.fromisoformat(cursor["since"]) - OVERLAP
        pages = _Pages(self, source, since)
        tickets = pages.all(filters)
        began = pages.began or datetime.now(UTC)
        census = began if cursor is None else datetime.fromisoformat(cursor["census"])
        gone: frozenset[Ref] = frozenset()
        if filters and began - census >= CENSUS_EVERY:
            census, (moved, gone) = began, self._census(source, filters, {**known, **tickets})
            tickets |= moved
        return Reading(
            tickets=tuple(tickets.values()),
            cursor={"since": began.isoformat(), "census": census.isoformat(), "milestone": milestone},
            gone=gone,
            notes=(*missing, *pages.notes),
            audience=pages.audience,
        )

    def summary(self, place: SummaryPlace, release: str, key: str | None, named: Collection[str]) -> FoundSummary:
        """The summary and its doubles, among our own issues under its label; by its key where a person took the label off."""
        data = self._repository(documents.SUMMARIES, place.place, label=place.label, prefix=_prefix(place))
        issues = sorted(data.inner("issues").rows("nodes"), key=lambda issue: issue.number("number"))
        states = (_summary_state(place, issue, release) for issue in issues)
        found = first_of([state for state in states if state], audience_of(data.text("visibility")))
        if found.current is not None or not (key and key.startswith(f"{place.place}#")):
            return found
        number = int(key.rpartition("#")[2])
        issue = self._repository(documents.ONE_SUMMARY, place.place, number=number, lenient=True).inner("issue")
        state = _summary_state(place, issue, release, labelled=False)
        return first_of([state] if state and state.open else [], found.audience)

    def who_we_are(self) -> int:
        """Our own account's database id."""
        if not self.account:
            answer = graphql(self.client, documents.VIEWER, {})
            self.account = Raw(answer.body).inner("viewer").number("databaseId")
        return self.account

    def _milestone(self, source: Source, cursor: Cursor | None) -> int | None:
        """The number of the source's milestone, remembered in the cursor; None where there is none, which takes two looks."""
        title = source.selector.version
        if title is None or (cursor and cursor["milestone"] is not None):
            return cursor["milestone"] if cursor else None
        for _ in range(2):
            data = self._repository(documents.MILESTONE, source.place, title=title)
            for row in data.inner("milestones").rows("nodes"):
                if row.text("title") == title:
                    return row.number("number")
        return None

    def _filters(self, source: Source, milestone: int | None) -> list[dict[str, Any]]:
        """One issue filter for each way in which a ticket may be the source's."""
        by_milestone = [{"milestoneNumber": str(milestone)}] if milestone is not None else []
        return by_milestone + [{"labels": [label]} for label in sorted(source.selector.labels)]

    def _census(
        self, source: Source, filters: list[dict[str, Any]], known: Mapping[Ref, Ticket]
    ) -> tuple[dict[Ref, Ticket], frozenset[Ref]]:
        """Known tickets that changed without a trace in time (reactions) or left the source, and those that are gone."""
        newcomers = [_newcomers(source, None)] if source.selector.suggest_untagged else []
        expected = {ref for ref, ticket in known.items() if source.lists(ticket)}
        listed = believable(source.label, lambda: self._listed(source, filters + newcomers), expected)
        moved = {
            ref: known[ref].model_copy(update={"reactions": reactions})
            for ref, reactions in listed.items()
            if ref in known and known[ref].reactions != reactions
        }
        gone = set()
        for ref in sorted(expected - listed.keys()):
            left = self._one(source, ref)
            if left is None:
                gone.add(ref)
            else:
                moved[ref] = left
        return moved, frozenset(gone)

    def _listed(self, source: Source, filters: list[dict[str, Any]]) -> dict[Ref, int]:
        listed: dict[Ref, int] = {}
        for narrowed in filters:
            for data in self._paged(documents.CENSUS, source, "issues", filter=narrowed):
                for row in data.inner("issues").rows("nodes"):
                    ref = Ref(self.name, f"{source.place}#{row.number('number')}")
                    listed[ref] = row.inner("reactions").number("totalCount")
        return listed

    def _one(self, source: Source, ref: Ref) -> Ticket | None:
        """The ticket as it is now, wherever it went within the repository; None where it is gone."""
        answer = self.query(
            documents.ONE_TICKET, source.place, {"number": int(ref.key.rpartition("#")[2])}, lenient=True
        )
        data = Raw(answer.body)
        issue = data.inner("repository", "issue")
        return next(iter(self.tickets(source, data, [issue], [])), None) if issue else None

    def tickets(self, source: Source, data: Raw, issues: list[Raw], notes: list[str]) -> Iterator[Ticket]:
        """The issues of one answer as tickets, each with the rest of its comments and history where a page did not hold them."""
        visible = _audience(source, data)
        for issue in issues:
            if _summary_record(issue):
                continue
            try:
                yield ticket(self.name, source.place, self._whole(source, issue), self.account, visible)
            except (ValueError, ValidationError) as error:
                notes.append(f"{source.label}: an issue was left out: {str(error).splitlines()[0]}")

    def _whole(self, source: Source, issue: Raw) -> Mapping[str, Any]:
        """The issue with all of its comments and timeline."""
        raw: dict[str, Any] = dict(issue.value)
        nodes = {each: [row.value for row in issue.inner(each).rows("nodes")] for each in _CONNECTIONS.values()}
        ends = {name: _next(issue.inner(field)) for name, field in _CONNECTIONS.items()}
        while any(ends.values()):
            variables: dict[str, Any] = {"number": issue.number("number"), **ends}
            data = self._repository(documents.REST_OF_TICKET, source.place, **variables)
            more = data.inner("issue")
            for name, connection in _CONNECTIONS.items():
                if ends[name]:
                    nodes[connection] += [row.value for row in more.inner(connection).rows("nodes")]
                    raw[connection] = {"nodes": nodes[connection]}
                    ends[name] = _further(ends[name], _next(more.inner(connection)))
        return raw

    def _paged(self, document: str, source: Source, connection: str, **variables: Any) -> Iterator[Raw]:
        after: str | None = None
        while True:
            data = self._repository(document, source.place, after=after, **variables)
            yield data
            after = _further(after, _next(data.inner(connection)))
            if after is None:
                return

    def _repository(self, document: str, repo: str, *, lenient: bool = False, **variables: Any) -> Raw:
        return Raw(self.query(document, repo, variables, lenient=lenient).body).inner("repository")

    def query(self, document: str, repo: str, variables: Mapping[str, Any], *, lenient: bool = False) -> Answer:
        """The answer about one repository. Raises NotFound where there is none."""
        owner, _, name = repo.partition("/")
        answer = graphql(self.client, document, {"owner": owner, "name": name, **variables}, lenient=lenient)
        data = Raw(answer.body).inner("repository")
        self.account = Raw(answer.body).inner("viewer").number("databaseId") or self.account
        if not data:
            raise NotFound(f"{self.name}: there is no repository {repo}, or our account may not see it")
        if "labels" in data.value:
            found = {row.text("name").casefold() for row in data.inner("labels").rows("nodes")}
            self.labels[repo] = self.labels.get(repo, set()) | found
        return answer


def _audience(source: Source, data: Raw) -> Audience:
    """Who may read the repository of an answer: as the config says, else as GitHub does."""
    return audience_of(data.inner("repository").text("visibility")) if source.audience is None else source.audience


_CONNECTIONS = {"comments": "comments", "timeline": "timelineItems"}


@dataclass
class _Pages:
    """One reading of the pages of tickets: when it began in tracker time, and what was odd."""

    reader: GithubReader
    source: Source
    since: datetime | None
    began: datetime | None = None
    notes: list[str] = field(default_factory=list)
    audience: Audience | None = None

    def all(self, filters: list[dict[str, Any]]) -> dict[Ref, Ticket]:
        """The tickets under any of the filters; newcomers without a milestone ride on the very first page."""
        found: dict[Ref, Ticket] = {}
        for index, narrowed in enumerate(filters):
            after: str | None = None
            while True:
                suggest = index == 0 and after is None and self.source.selector.suggest_untagged
                data = self._page(narrowed, after, suggest=suggest)
                if (after or self.since is None) and not any(data.inner("repository", "tickets").rows("nodes")):
                    data = self._page(
                        narrowed, after, suggest=suggest
                    )  # empty where something should be: not believed at once
                repository, self.audience = data.inner("repository"), _audience(self.source, data)
                rows = [*repository.inner("tickets").rows("nodes"), *repository.inner("newcomers").rows("nodes")]
                found |= {read.ref: read for read in self.reader.tickets(self.source, data, rows, self.notes)}
                after = _further(after, _next(repository.inner("tickets")))
                if after is None:
                    break
        return found

    def _page(self, narrowed: dict[str, Any], after: str | None, *, suggest: bool) -> Raw:
        since = {"since": _stamp(self.since)} if self.since else {}
        answer = self.reader.query(
            documents.TICKETS,
            self.source.place,
            {
                "filter": {**narrowed, **since},
                "after": after,
                "newcomers": _newcomers(self.source, self.since),
                "suggest": suggest,
                "prefix": self.source.label_prefix,
            },
        )
        self.began = self.began or answer.at
        return Raw(answer.body)


def _summary_state(place: SummaryPlace, issue: Raw, release: str, *, labelled: bool = True) -> SummaryState | None:
    """The summary in an issue, if our own account wrote it for this release and it still carries its label where it must."""
    record = _summary_record(issue)
    labels = {row.text("name") for row in issue.inner("labels").rows("nodes")}
    if record is None or record.release != release or (labelled and place.label not in labels):
        return None
    is_open = issue.text("state").upper() == "OPEN"
    return SummaryState(f"{place.place}#{issue.number('number')}", issue.text("url"), is_open, record)


def _summary_record(issue: Raw) -> SummaryRecord | None:
    """The record in an issue's text, if it is a summary that our own account wrote."""
    value = marker.from_comment(issue.text("body")) if issue.flag("viewerDidAuthor") else None
    try:
        return SummaryRecord.model_validate(value)
    except ValidationError:
        return None


def _newcomers(source: Source, since: datetime | None) -> dict[str, Any]:
    """What finds issues without a milestone that were touched after go-live, or `since`."""
    return {"milestoneNumber": None, "since": _stamp(max(since or source.go_live, source.go_live))}


def _prefix(place: SummaryPlace) -> str:
    return place.label.partition(":")[0]


def _next(connection: Raw) -> str | None:
    """The cursor of the page after this one, or None."""
    page = connection.inner("pageInfo")
    return (page.text("endCursor") or None) if page.flag("hasNextPage") else None


def _further(before: str | None, after: str | None) -> str | None:
    """The next cursor. Raises Unanswered where a server names the same one twice, which would never end."""
    if after is not None and after == before:
        raise Unanswered("GitHub named the same page twice")
    return after


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
