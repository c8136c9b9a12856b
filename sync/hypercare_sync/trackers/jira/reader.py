"""Reading releases from Jira Cloud: pages of `search/jql`, what changed since the last time, an hourly census, our summary."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from hypercare_rules.ticket import Audience, Ref, StatusCategory, Ticket
from hypercare_sync.errors import AccessDenied
from hypercare_sync.observed import FoundSummary, SummaryPlace, SummaryRecord, SummaryState, first_of
from hypercare_sync.retry import Unanswered
from hypercare_sync.trackers.census import CENSUS_EVERY, believable
from hypercare_sync.trackers.http import Answer, Client, NotFound, Requests
from hypercare_sync.trackers.jira.jql import quoted, source_jql
from hypercare_sync.trackers.jira.normalise import PROPERTY, account_of, category, has_remote_links, ticket
from hypercare_sync.trackers.port import Cursor, Reading, Source
from hypercare_sync.trackers.raw import Raw

OVERLAP = timedelta(minutes=10)
PAGE = 100
_FIELDS = [
    "summary", "description", "status", "resolution", "issuetype", "priority", "reporter", "assignee", "labels", "components", "versions",
    "fixVersions", "created", "updated", "resolutiondate", "statuscategorychangedate", "votes", "comment", "issuelinks",
    "security",
]  # fmt: skip


@dataclass
class JiraReader:
    """The reading port over one Jira site. `account_key` names the configured account: another one is read anew."""

    name: str
    client: Client
    site: str
    account_key: str
    account: str = ""
    categories: dict[str, StatusCategory] = field(default_factory=dict)

    @property
    def requests(self) -> Requests:
        """How many requests were sent."""
        return self.client.requests

    def read(self, source: Source, cursor: Cursor | None, known: Mapping[Ref, Ticket]) -> Reading:
        """Everything of the source, or what changed since the cursor; once an hour also what left it."""
        if cursor is not None and cursor["account_key"] != self.account_key:
            cursor = None
        self._know(cursor)
        since = None if cursor is None else datetime.fromisoformat(cursor["since"]) - OVERLAP
        notes: list[str] = []
        tickets, began = self._search(source, since, notes)
        census = began if cursor is None else datetime.fromisoformat(cursor["census"])
        gone: frozenset[Ref] = frozenset()
        if began - census >= CENSUS_EVERY:
            census, (moved, gone) = began, self._census(source, {**known, **tickets}, notes)
            tickets |= moved
        return Reading(
            tickets=tuple(tickets.values()),
            cursor={
                "since": began.isoformat(),
                "census": census.isoformat(),
                "account_key": self.account_key,
                "account": self.account,
                "categories": dict(self.categories),
            },
            gone=gone,
            notes=tuple(notes),
            audience=_audience(source),
        )

    def summary(self, place: SummaryPlace, release: str, key: str | None, named: Collection[str]) -> FoundSummary:
        """The summary by its key, by the key that our records on tickets name, else by a search for its label."""
        for candidate in dict.fromkeys(found for found in (key, *sorted(named)) if found):
            state = self._summary_state(self._issue(candidate), release)
            if state and state.open:
                return FoundSummary(Audience.internal, state)
        jql = f"project = {quoted(place.place)} AND labels = {quoted(place.label)} AND reporter = currentUser() ORDER BY created ASC, key ASC"
        body = {"jql": jql, "fields": ["status"], "properties": [PROPERTY], "maxResults": PAGE}
        rows = Raw(self.client.read("POST", "search/jql", body=body).body).rows("issues")
        states = (self._summary_state(row, release) for row in rows)
        return first_of([state for state in states if state], Audience.internal)

    def who_we_are(self) -> str:
        """What tells our own account from others."""
        if not self.account:
            self.account = account_of(Raw(self.client.read("GET", "myself").body))
        return self.account

    def _know(self, cursor: Cursor | None) -> None:
        """Who we are and what the site's statuses mean: remembered in the cursor, asked for once."""
        if cursor is not None:
            self.account = cursor["account"]
            self.categories = {name: StatusCategory(value) for name, value in cursor["categories"].items()}
        self.who_we_are()
        if not self.categories:
            statuses = Raw({"rows": self.client.read("GET", "status").body}).rows("rows")
            self.categories = {row.text("name"): category(row.inner("statusCategory").text("key")) for row in statuses}

    def _search(self, source: Source, since: datetime | None, notes: list[str]) -> tuple[dict[Ref, Ticket], datetime]:
        """The source's tickets that were updated `since`, and when the search began in Jira's time."""
        rows: list[dict[str, Any]] = []
        began: datetime | None = None
        body = {
            "jql": source_jql(source, since),
            "fields": _FIELDS,
            "expand": "changelog",
            "properties": [PROPERTY],
            "maxResults": PAGE,
        }
        for answer in self._pages(body, expected=since is None):
            began = began or answer.at
            rows += [row.value for row in Raw(answer.body).rows("issues")]
        self._complete(rows)
        return {read.ref: read for read in self._tickets(source, rows, notes)}, began or datetime.now(UTC)

    def _pages(self, body: dict[str, Any], *, expected: bool = False) -> Iterator[Answer]:
        """The pages of a search. One that is empty where something should be (`expected` on the first) is read a second time."""
        token: str | None = None
        while True:
            asked = {**body, **({"nextPageToken": token} if token else {})}
            answer = self._page(asked)
            if (expected or token) and not answer.body["issues"]:
                answer = self._page(asked)
            yield answer
            following = answer.body.get("nextPageToken")
            if not following or answer.body.get("isLast"):
                return
            if following == token:
                raise Unanswered(f"{self.name}: search/jql named the same page twice")
            token = following

    def _page(self, body: dict[str, Any]) -> Answer:
        answer = self.client.read("POST", "search/jql", body=body)
        if not isinstance(answer.body, dict) or not isinstance(answer.body.get("issues"), list):
            raise Unanswered(f"{self.name}: search/jql: an answer without issues")
        return answer

    def _tickets(self, source: Source, rows: Iterable[dict[str, Any]], notes: list[str]) -> Iterator[Ticket]:
        audience = _audience(source)
        for row in rows:
            if _summary_record(Raw(row)):
                continue
            try:
                yield ticket(self.name, self.site, row, self.account, self.categories, audience)
            except (ValueError, ValidationError) as error:
                notes.append(f"{source.label}: an issue was left out: {str(error).splitlines()[0]}")

    def _complete(self, rows: list[dict[str, Any]]) -> None:
        """Fetch what the search cut off or does not tell: comments and remote links one issue at a time, changelogs in bulk."""
        cut: dict[str, dict[str, Any]] = {}
        for row in rows:
            issue = Raw(row)
            comments, changelog = issue.inner("fields", "comment"), issue.inner("changelog")
            if comments.number("total") > len(list(comments.rows("comments"))):
                row["fields"]["comment"]["comments"] = self._all_comments(issue.text("key"))
            if changelog.number("total") > len(list(changelog.rows("histories"))):
                cut[issue.text("id")] = row
                row["changelog"] = {"histories": []}
        for entry in self._changelogs(list(cut)):
            found = cut.get(entry.text("issueId"))
            if found is not None:
                found["changelog"]["histories"] += [history.value for history in entry.rows("changeHistories")]
        for row in rows:
            if has_remote_links(Raw(row)):
                row["remotelinks"] = self._remote_links(Raw(row).text("key"))

    def _remote_links(self, key: str) -> list[Any]:
        """An issue's links to pages elsewhere; none where it is gone, or where the site has no such links any more."""
        try:
            found = self.client.read("GET", f"issue/{key}/remotelink").body
        except (AccessDenied, NotFound):
            return []
        return found if isinstance(found, list) else []

    def _all_comments(self, key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = Raw(
                self.client.read(
                    "GET", f"issue/{key}/comment", params={"startAt": str(len(found)), "maxResults": str(PAGE)}
                ).body
            )
            rows = [row.value for row in page.rows("comments")]
            found += rows
            if not rows or len(found) >= page.number("total"):
                return found

    def _changelogs(self, ids: list[str]) -> Iterator[Raw]:
        for start in range(0, len(ids), 1000):
            body: dict[str, Any] = {"issueIdsOrKeys": ids[start : start + 1000], "maxResults": 1000}
            token: str | None = None
            while True:
                page = Raw(
                    self.client.read(
                        "POST", "changelog/bulkfetch", body={**body, **({"nextPageToken": token} if token else {})}
                    ).body
                )
                yield from page.rows("issueChangeLogs")
                following = page.text("nextPageToken") or None
                if following is None:
                    break
                if following == token:
                    raise Unanswered(f"{self.name}: changelog/bulkfetch named the same page twice")
                token = following

    def _census(
        self, source: Source, known: Mapping[Ref, Ticket], notes: list[str]
    ) -> tuple[dict[Ref, Ticket], frozenset[Ref]]:
        """Known tickets that left the source as they are now, and those that are gone."""
        expected = {ref for ref, ticket in known.items() if source.lists(ticket)}
        listed = believable(source.label, lambda: self._listed(source), expected)
        moved: dict[Ref, Ticket] = {}
        gone = set()
        for ref in sorted(expected - listed.keys()):
            issue = self._issue(ref.key)
            if issue:
                self._complete([issue.value])
                found = {"listed": not source.selector.by_query}
                moved |= {
                    left.ref: left.model_copy(update=found) for left in self._tickets(source, [issue.value], notes)
                }
            if ref not in moved:
                gone.add(ref)
        return moved, frozenset(gone)

    def _listed(self, source: Source) -> dict[Ref, None]:
        body = {"jql": source_jql(source, None), "fields": ["key"], "maxResults": 5000}
        rows = (row for answer in self._pages(body) for row in Raw(answer.body).rows("issues"))
        return {Ref(self.name, row.text("key")): None for row in rows}

    def _issue(self, key: str) -> Raw:
        """One issue as it is now; an empty one where it is gone."""
        params = {"fields": ",".join(_FIELDS), "expand": "changelog", "properties": PROPERTY}
        try:
            return Raw(self.client.read("GET", f"issue/{key}", params=params).body)
        except NotFound:
            return Raw(None)

    def _summary_state(self, issue: Raw, release: str) -> SummaryState | None:
        """The summary in an issue, if the record in its property says that it is this release's."""
        record = _summary_record(issue)
        if record is None or record.release != release:
            return None
        done = issue.inner("fields", "status", "statusCategory").text("key") == "done"
        return SummaryState(issue.text("key"), f"{self.site}/browse/{issue.text('key')}", not done, record)


def _audience(source: Source) -> Audience:
    """Who may read the project: as the config says, else those inside."""
    return Audience.internal if source.audience is None else source.audience


def _summary_record(issue: Raw) -> SummaryRecord | None:
    """The record in an issue's property, if it is a summary of ours."""
    try:
        return SummaryRecord.model_validate(issue.inner("properties", PROPERTY).value)
    except ValidationError:
        return None
