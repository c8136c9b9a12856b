"""Our summary among a site's issues: it is ours where the record in its property says so."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from hypercare_rules.counted import counted
from hypercare_rules.ticket import Audience
from hypercare_sync.errors import AccessDenied
from hypercare_sync.observed import FoundSummary, SummaryPlace, SummaryRecord, SummaryState, first_of
from hypercare_sync.retry import Unanswered
from hypercare_sync.trackers.http import NotFound
from hypercare_sync.trackers.jira.jql import newest_jql, own_jql, summary_jql
from hypercare_sync.trackers.jira.normalise import PROPERTY
from hypercare_sync.trackers.jira.section import found
from hypercare_sync.trackers.jira.site import Site
from hypercare_sync.trackers.raw import Raw

_FIELDS = ("status", "description", "comment", "updated")
_AHEAD = {True: 100, False: 10}
"""How many keys without an issue in a row end a list, on Cloud, which gives them together, and on Data Center: some are deleted."""


@dataclass
class Summaries:
    """Looks for the summary of one release in its place."""

    site: Site
    place: SummaryPlace
    release: str

    def find(self, keys: Collection[str], tickets: Iterable[str], *, doubles: bool) -> FoundSummary:
        """The summary by one of the `keys` that are known for it, else by its label, else by the record on one of our `tickets`.

        Searches lag behind what was written, and Data Center's tell no records. Where it is found by its key, others under its label are
        looked for only where `doubles` are asked for.
        """
        state = self._open(keys)
        if state:
            others = self._labelled() if doubles else []
            return FoundSummary(
                Audience.internal, state, tuple(one for one in others if one.open and one.key != state.key)
            )
        listed = self._labelled()
        if not any(one.stands for one in listed):
            named = dict.fromkeys(key for ticket in tickets if (key := self._named_by(ticket)))
            if state := self._open(named):
                return FoundSummary(Audience.internal, state)
        return first_of(listed, Audience.internal)

    def unlisted(self) -> list[SummaryState]:
        """Open ones that no search for the label shows, the oldest first: those of our own issues that lost it, and those that are too new.

        Keys are given one after the other: what follows the last one that searches show is read by its key. Raises Unanswered where
        searches show nothing at all although there are issues.
        """
        shown = self.site.highest(newest_jql(self.place.place))
        rows = [*self._own(shown), *self._newest(shown)]
        known = {state.key: state for row in rows if (state := self._state(row)) and state.stands}
        return [known[key] for key in sorted(known, key=_number)]

    def _own(self, shown: str) -> list[Raw]:
        """All issues of our own that may be summaries, as a search brings them that also has to bring the one that was just shown."""
        if not shown:
            return []
        for _ in range(2):
            rows = self._rows(own_jql(self.place.place, shown))
            if any(row.text("key") == shown for row in rows):
                return self._with_records([row for row in rows if self.site.cloud or found(_description(row))])
        raise Unanswered(f"{self.site.name}: a search does not show {shown}, which another one does")

    def _newest(self, shown: str) -> Iterator[Raw]:
        """The issues that were opened after the last one that searches show."""
        last = shown or f"{self.place.place}-0"
        if not shown:
            self.site.client.look_into(self.place.place)
        while rows := self._following(last):
            if not shown:
                raise Unanswered(
                    f"{self.site.name}: searches show no issue of {self.place.place}, although there are some"
                )
            yield from rows
            last = max((row.text("key") for row in rows), key=_number)

    def _following(self, last: str) -> list[Raw]:
        """Those of the issues with the keys after this one that are there."""
        site, place, after = self.site, last.rpartition("-")[0], _number(last) + 1
        keys = [f"{place}-{number}" for number in range(after, after + _AHEAD[site.cloud])]
        if site.cloud:
            rows = site.many(keys, _FIELDS)
        else:
            rows = [row for key in keys if (row := site.issue(key, _FIELDS, expand=""))]
        return [row for row in rows if row.text("key") in keys]

    def _open(self, keys: Iterable[str]) -> SummaryState | None:
        states = (self._state(self._known(key)) for key in dict.fromkeys(keys))
        return next((state for state in states if state and state.stands), None)

    def _known(self, key: str) -> Raw:
        """The issue with a key that is known; none in another project that we do not see, where the summary was kept before."""
        try:
            return self.site.issue(key, _FIELDS, expand="")
        except AccessDenied:
            if key.rpartition("-")[0] == self.place.place:
                raise
            return Raw(None)

    def _labelled(self) -> list[SummaryState]:
        rows = self._with_records(self._rows(summary_jql(self.place.place, self.place.label)))
        return [state for row in rows if (state := self._state(row))]

    def _rows(self, jql: str) -> list[Raw]:
        """The issues that a search finds."""
        return [row for answer in self.site.search(jql, _FIELDS) for row in Raw(answer.body).rows("issues")]

    def _with_records(self, rows: list[Raw]) -> list[Raw]:
        """The same with our records, which Data Center's searches do not tell: there each issue is read by itself."""
        if self.site.cloud:
            return rows
        return [self.site.issue(row.text("key"), _FIELDS, expand="") for row in rows]

    def _named_by(self, ticket: str) -> str:
        """The key that our record on a ticket names."""
        try:
            record = Raw(self.site.client.read("GET", f"issue/{ticket}/properties/{PROPERTY}").body)
        except NotFound:
            return ""
        return record.inner("value").text("summary")

    def _state(self, issue: Raw) -> SummaryState | None:
        """The summary in an issue, if the record in its property says that it is this release's.

        Raises Unanswered for what was read only in part: it may be ours.
        """
        if not issue:
            return None
        record, key = record_in(issue), issue.needed("key")
        done = issue.inner("fields", "status", "statusCategory").needed("key") == "done"
        description = _description(issue)
        if issue.unreadable:
            raise Unanswered(f"{self.site.name}: a summary could be read only in part: {', '.join(issue.unreadable)}")
        if record is None or record.release != self.release:
            return None
        return SummaryState(
            key,
            f"{self.site.url}/browse/{key}",
            not done,
            record,
            words=found(description),
            stamp=_stamp(issue.inner("fields")),
        )


def _stamp(fields: Raw) -> str:
    """How many comments there are, and when one was last written or edited; where not all came along, when anything was."""
    comments = fields.inner("comment")
    rows = list(comments.rows("comments"))
    total = max(comments.number("total"), len(rows))
    latest = max((row.text("updated") for row in rows), default="") if len(rows) == total else fields.text("updated")
    return f"{total} {latest}" if total else ""


def _description(issue: Raw) -> Any:
    return (issue.inner("fields").value or {}).get("description")


def _number(key: str) -> int:
    """The number in an issue's key; 0 where there is none."""
    return counted(key.rpartition("-")[2])


def record_in(issue: Raw) -> SummaryRecord | None:
    """The record in an issue's property, if it is a summary of ours."""
    try:
        return SummaryRecord.model_validate(issue.inner("properties", PROPERTY).value)
    except ValidationError:
        return None
