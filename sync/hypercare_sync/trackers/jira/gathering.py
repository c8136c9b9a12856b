"""From issues as Jira tells them to tickets: completed where a page did not hold all, and none of them our own summary."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from hypercare_rules.counted import counted
from hypercare_rules.ticket import Audience, Ref, Ticket
from hypercare_sync.errors import AccessDenied, TrackerError
from hypercare_sync.retry import Rejected, Unanswered
from hypercare_sync.trackers.http import Forbidden, NotFound
from hypercare_sync.trackers.jira.fields import Wanted
from hypercare_sync.trackers.jira.normalise import account_of, category, statuses_in, ticket
from hypercare_sync.trackers.jira.remote_links import traces
from hypercare_sync.trackers.jira.site import Site
from hypercare_sync.trackers.jira.summaries import record_in
from hypercare_sync.trackers.port import Source
from hypercare_sync.trackers.raw import Raw
from hypercare_sync.trackers.unread import in_part

_BULK, _BULK_HISTORIES = 100, 1000


@dataclass
class Gathering:
    """The tickets of one reading of a source. `ids` are Jira's numbers of them, `others` the keys of what was read and is no ticket.

    `unread` are the keys of those that Jira could not give, or not whole, and why; `whole` those of the others that it gave.
    """

    site: Site
    source: Source
    wanted: Wanted
    tickets: dict[Ref, Ticket] = field(default_factory=dict)
    ids: dict[Ref, int] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    _cut: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def audience(self) -> Audience:
        """Who may read the project: as the config says, else those inside."""
        return Audience.internal if self.source.audience is None else self.source.audience

    def ref(self, key: str) -> Ref:
        """The ticket with that key."""
        return Ref(self.site.name, key)

    def take(self, rows: Iterable[Any]) -> None:
        """The issues of one answer. Those whose histories were cut off wait for `finish`, which asks for many together."""
        for row in rows:
            key = Raw(row).text("key")
            with self._alone(key):
                if not isinstance(row, dict) or self._is_summary(Raw(row)):
                    self.others.add(key)
                    continue
            if key in self.unread:
                continue
            if self.site.cloud and _more(Raw(row).inner("changelog"), "histories"):
                self._cut[Raw(row).text("id")] = row
            else:
                self._keep(row)

    def finish(self) -> None:
        """Read the histories that were cut off, and keep their tickets."""
        for identity, histories in self._of_all(list(self._cut)).items():
            self._cut[identity]["changelog"] = {"histories": histories}
            self._keep(self._cut[identity])
        self._cut.clear()

    def _of_all(self, ids: list[str]) -> dict[str, list[Any]]:
        """The histories of these issues; where Jira cannot give them together, of each by itself that it gives."""
        found: dict[str, list[Any]] = {identity: [] for identity in ids}
        try:
            for entry in self._histories(ids):
                found.get(entry.text("issueId"), []).extend(row.value for row in entry.rows("changeHistories"))
        except Rejected:
            raise
        except TrackerError as error:
            self.site.alive(error)
            if len(ids) == 1:
                self.unread[Raw(self._cut[ids[0]]).text("key")] = str(error)
                return {}
            middle = len(ids) // 2
            return self._of_all(ids[:middle]) | self._of_all(ids[middle:])
        return found

    def unlabelled(self) -> list[int]:
        """Jira's numbers of open tickets without any label of ours, the latest first: those that we may just have written to."""
        prefix = self.source.label_prefix.casefold()
        bare = [
            ticket
            for ref, ticket in self.tickets.items()
            if ref in self.ids
            and ticket.open
            and not any(label.casefold().startswith(prefix) for label in ticket.labels)
        ]
        return [self.ids[ticket.ref] for ticket in sorted(bare, key=lambda one: (one.updated, one.ref), reverse=True)]

    def fetch(self, keys: Sequence[str]) -> set[str]:
        """Take single issues as they are now, by key; the keys under which there is none (any more)."""
        missing = set(keys)
        for start in range(0, len(keys) if len(keys) > 1 else 0, _BULK):
            rows = self.site.many(keys[start : start + _BULK], self.wanted.fields())
            self.take(row.value for row in rows)
            missing -= {row.text("key") for row in rows}
        for key in sorted(missing):  # what is not among many is asked for by itself before it is believed to be gone
            with self._alone(key):
                missing.discard(key)
                issue = self.site.issue(key, self.wanted.fields())
                if issue:
                    self.take([issue.value])
                if issue.text("key") != key:
                    missing.add(key)
        self.finish()
        return missing

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """What is asked about one issue: where Jira cannot give that, the issue is set aside and the others go on.

        Raises what concerns more than this issue.
        """
        try:
            yield
        except Rejected:
            raise
        except (TrackerError, Forbidden) as error:
            self.site.alive(error)
            self.unread[key] = str(error)

    def _keep(self, row: dict[str, Any]) -> None:
        with self._alone(Raw(row).text("key")):
            self._complete(row)
            self._read(row)

    def _complete(self, row: dict[str, Any]) -> None:
        """Ask for what the page did not hold."""
        issue = Raw(row)
        fields = issue.inner("fields")
        if _more(fields.inner("comment"), "comments"):
            row["fields"]["comment"]["comments"] = self.site.comments(issue.text("key"))
        if _more(issue.inner("changelog"), "histories"):
            row["changelog"] = self.site.issue(issue.text("key"), ["key"]).inner("changelog").value
        if traces(issue, self.site.who_we_are()).others:
            row["remotelinks"] = self._remote_links(issue.text("key"))

    def _read(self, row: dict[str, Any]) -> None:
        issue = Raw(row)
        site, account = self.site, self.site.who_we_are()
        links = traces(issue, account)
        status = issue.inner("fields", "status")
        now = {status.text("name"): category(status.inner("statusCategory").text("key", "new"))}
        self.site.learn(now, statuses_in(issue))
        try:
            read = ticket(site.name, site.url, row, account, site.categories, self.audience, self.wanted)
            read = links.on(read, row.get("remotelinks"))
        except (ValueError, ValidationError) as error:
            why = str(error).splitlines()[0]
            if key := issue.text("key"):
                self.unread[key] = why
            else:
                self.notes.append(f"{self.source.label}: an issue was left out: {why}")
        else:
            self.tickets[read.ref] = read
            if read.unreadable:
                self.unread[read.ref.key] = in_part(read)
            else:
                self.unread.pop(read.ref.key, None)
                self.whole.add(read.ref.key)
            if number := counted(issue.text("id")):
                self.ids[read.ref] = number

    def _is_summary(self, issue: Raw) -> bool:
        """Whether it is a summary of ours. Data Center's searches bring no records: there an issue that we reported is looked at."""
        if self.site.cloud or issue.inner("properties"):
            return record_in(issue) is not None
        fields = issue.inner("fields")
        reporter = account_of(fields.inner("reporter"))
        if not reporter or reporter != self.site.who_we_are():
            return False
        if self.source.summary_label in fields.texts("labels"):
            return True
        return record_in(self.site.issue(issue.text("key"), ["key"], expand="")) is not None

    def _remote_links(self, key: str) -> list[Any]:
        """An issue's links to pages elsewhere; none where it is gone, or where the site has no such links any more."""
        try:
            found = self.site.client.read("GET", f"issue/{key}/remotelink").body
        except (AccessDenied, NotFound):
            return []
        return found if isinstance(found, list) else []

    def _histories(self, ids: list[str]) -> Iterator[Raw]:
        for start in range(0, len(ids), _BULK_HISTORIES):
            body: dict[str, Any] = {"issueIdsOrKeys": ids[start : start + _BULK_HISTORIES], "maxResults": 1000}
            token, seen = "", set[str]()
            while True:
                asked = {**body, **({"nextPageToken": token} if token else {})}
                page = Raw(self.site.client.read("POST", "changelog/bulkfetch", body=asked).body)
                yield from page.rows("issueChangeLogs")
                token = page.text("nextPageToken")
                if not token:
                    break
                if token in seen:
                    raise Unanswered(f"{self.site.name}: changelog/bulkfetch named the same page twice")
                seen.add(token)


def _more(page: Raw, name: str) -> bool:
    """Whether there is more than came along."""
    came = page.value.get(name) if page else None
    return page.number("total") > (len(came) if isinstance(came, list) else 0)
