"""Our summary among a site's issues: it is ours where the record in its property says so."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from hypercare_rules.ticket import Audience
from hypercare_sync.observed import FoundSummary, SummaryPlace, SummaryRecord, SummaryState, first_of
from hypercare_sync.retry import Unanswered
from hypercare_sync.trackers.http import NotFound
from hypercare_sync.trackers.jira.jql import summary_jql
from hypercare_sync.trackers.jira.normalise import PROPERTY
from hypercare_sync.trackers.jira.section import found
from hypercare_sync.trackers.jira.site import Site
from hypercare_sync.trackers.raw import Raw


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
        if not any(one.open for one in listed):
            named = dict.fromkeys(key for ticket in tickets if (key := self._named_by(ticket)))
            if state := self._open(named):
                return FoundSummary(Audience.internal, state)
        return first_of(listed, Audience.internal)

    def _open(self, keys: Iterable[str]) -> SummaryState | None:
        states = (
            self._state(self.site.issue(key, ["status", "description"], expand="")) for key in dict.fromkeys(keys)
        )
        return next((state for state in states if state and state.open), None)

    def _labelled(self) -> list[SummaryState]:
        pages = self.site.search(summary_jql(self.place.place, self.place.label), ["status", "description"])
        rows = [row for answer in pages for row in Raw(answer.body).rows("issues")]
        if not self.site.cloud:
            rows = [self.site.issue(row.text("key"), ["status", "description"], expand="") for row in rows]
        return [state for row in rows if (state := self._state(row))]

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
        description = (issue.inner("fields").value or {}).get("description")
        if issue.unreadable:
            raise Unanswered(f"{self.site.name}: a summary could be read only in part: {', '.join(issue.unreadable)}")
        if record is None or record.release != self.release:
            return None
        return SummaryState(key, f"{self.site.url}/browse/{key}", not done, record, words=found(description))


def record_in(issue: Raw) -> SummaryRecord | None:
    """The record in an issue's property, if it is a summary of ours."""
    try:
        return SummaryRecord.model_validate(issue.inner("properties", PROPERTY).value)
    except ValidationError:
        return None
