"""What is known of one Jira site, each thing asked for once and kept in the cursor: where it is, who we are, what its statuses mean."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypercare_rules.ticket import StatusCategory
from hypercare_sync.errors import HypercareError
from hypercare_sync.retry import Unanswered
from hypercare_sync.trackers.http import Answer, NotFound
from hypercare_sync.trackers.jira.door import Address
from hypercare_sync.trackers.jira.jql import quoted
from hypercare_sync.trackers.jira.normalise import PROPERTY, account_of, category
from hypercare_sync.trackers.jira.transport import JiraClient
from hypercare_sync.trackers.port import Cursor
from hypercare_sync.trackers.raw import Raw

PAGE = 100
"""Issues on a page, as many as Cloud gives with fields."""
_IDENTITIES = {True: 5000, False: 1000}
"""Issues on a page of keys alone, on Cloud and on Data Center."""


def priorities(client: JiraClient) -> tuple[str, ...]:
    """The names of a site's native priorities, the most urgent first."""
    rows = Raw({"rows": client.read("GET", "priority").body}).rows("rows")
    return tuple(row.text("name") for row in rows)


@dataclass
class Site:
    """One site, as our account sees it; people find its pages below `url`."""

    name: str
    client: JiraClient
    url: str
    account: str = ""
    categories: dict[str, StatusCategory] = field(default_factory=dict)
    _priorities: tuple[str, ...] | None = None

    @property
    def cloud(self) -> bool:
        """Whether it is Cloud, else Data Center."""
        return self.client.address().cloud

    def recall(self, cursor: Cursor) -> None:
        """Take what an earlier reading found out."""
        told = cursor["site"]
        if self.client.door.known is None and told["address"] is not None:
            self.client.door.known = Address(**told["address"])
        self.account = self.account or told["account"]
        self.categories = {
            **{name: StatusCategory(value) for name, value in told["categories"].items()},
            **self.categories,
        }

    @property
    def told(self) -> Mapping[str, Any]:
        """What was found out, as JSON."""
        known = self.client.door.known
        address = {"cloud": known.cloud, "root": known.root} if known else None
        return {"address": address, "account": self.account, "categories": dict(sorted(self.categories.items()))}

    def who_we_are(self) -> str:
        """Our own account, by what stays the same of it."""
        if not self.account:
            self.account = account_of(Raw(self.client.read("GET", "myself").body))
        return self.account

    def priorities(self) -> tuple[str, ...]:
        """The names of its native priorities, the most urgent first; asked for once."""
        if self._priorities is None:
            self._priorities = priorities(self.client)
        return self._priorities

    def alive(self, problem: HypercareError) -> None:
        """Raises the problem again where Jira does not even answer who we are."""
        try:
            self.client.read("GET", "myself")
        except HypercareError:
            raise problem from None

    def learn(self, statuses: Mapping[str, StatusCategory], named: Collection[str]) -> None:
        """Know the categories of these statuses: those that tickets are in now, and those that histories name."""
        self.categories |= statuses
        if set(named) <= self.categories.keys():
            return
        rows = Raw({"rows": self.client.read("GET", "status").body}).rows("rows")
        told = {row.text("name"): category(row.inner("statusCategory").text("key")) for row in rows}
        # What the site has no more is not asked for again.
        self.categories = {**dict.fromkeys(named, StatusCategory.in_progress), **told, **self.categories}

    def search(
        self, jql: str, fields: Iterable[str], *, expand: Iterable[str] = (), reconciled: Iterable[int] = ()
    ) -> Iterator[Answer]:
        """The pages of a search for whole issues; Cloud tells our record on them, too, and brings the `reconciled` as they are now."""
        asked = {"jql": jql, "fields": list(fields), "maxResults": PAGE}
        if not self.cloud:
            yield from self._by_place({**asked, "expand": list(expand)})
            return
        reconciling = {"reconcileIssues": ids} if (ids := list(reconciled)) else {}
        more = {"expand": ",".join(expand)} if expand else {}
        yield from self._by_token({**asked, **more, "properties": [PROPERTY], **reconciling})

    def keys(self, jql: str, reconciled: Iterable[int] = ()) -> list[str]:
        """The keys of the issues that a search finds."""
        asked = {"jql": jql, "fields": ["key"], "maxResults": _IDENTITIES[self.cloud]}
        if not self.cloud:
            pages = self._by_place(asked)
        else:
            ids = list(reconciled)
            pages = self._by_token({**asked, **({"reconcileIssues": ids} if ids else {})})
        return [row.text("key") for answer in pages for row in Raw(answer.body).rows("issues")]

    def highest(self, jql: str) -> str:
        """The key of the first issue that a search finds; empty where it finds none, and found none a second time."""
        asked = {"jql": jql, "fields": ["key"], "maxResults": 1}
        path = "search/jql" if self.cloud else "search"
        rows = self._page(path, asked).body["issues"] or self._page(path, asked).body["issues"]
        return next((row.text("key") for row in Raw({"issues": rows}).rows("issues")), "")

    def issue(self, key: str, fields: Iterable[str], *, expand: str = "changelog") -> Raw:
        """One issue as it is now, with our record; an empty one where it is gone."""
        params = {"fields": ",".join(fields), "expand": expand, "properties": PROPERTY}
        try:
            issue = Raw(self.client.read("GET", f"issue/{key}", params=params).body)
        except NotFound:
            return Raw(None)
        if not issue.text("key"):
            raise Unanswered(f"{self.name}: issue/{key}: an answer without the issue")
        return issue

    def comments(self, key: str) -> list[dict[str, Any]]:
        """All comments on an issue, the oldest first."""
        found: list[dict[str, Any]] = []
        while True:
            params = {"startAt": str(len(found)), "maxResults": str(PAGE)}
            page = Raw(self.client.read("GET", f"issue/{key}/comment", params=params).body)
            if not page.has_list("comments"):
                raise Unanswered(f"{self.name}: issue/{key}/comment: an answer without comments")
            rows = [row.value for row in page.rows("comments")]
            found += rows
            if not rows or len(found) >= page.number("total"):
                return found

    def many(self, keys: Sequence[str], fields: Iterable[str]) -> list[Raw]:
        """Issues as they are now, on Cloud with our records; those that are not there are left out."""
        asked: dict[str, Any] = {"fields": list(fields), "expand": ["changelog"]}
        if self.cloud:
            path, asked = "issue/bulkfetch", {**asked, "issueIdsOrKeys": list(keys), "properties": [PROPERTY]}
        else:
            jql = f"key in ({', '.join(map(quoted, keys))})"
            path, asked = "search", {**asked, "jql": jql, "maxResults": len(keys), "validateQuery": False}
        return list(Raw(self.client.read("POST", path, body=asked).body).rows("issues"))

    def _by_token(self, body: Mapping[str, Any]) -> Iterator[Answer]:
        """Cloud's pages. An empty one that another page promised is read a second time."""
        token, seen = "", set[str]()
        while True:
            asked = {**body, **({"nextPageToken": token} if token else {})}
            answer = self._page("search/jql", asked)
            if token and not answer.body["issues"]:
                answer = self._page("search/jql", asked)
            yield answer
            token = answer.body.get("nextPageToken") or ""
            if not token or answer.body.get("isLast"):
                return
            if token in seen:
                raise Unanswered(f"{self.name}: search/jql named the same page twice")
            seen.add(token)

    def _by_place(self, body: Mapping[str, Any]) -> Iterator[Answer]:
        """Data Center's pages. Where the list grew shorter meanwhile, the next one begins so much earlier: nothing is passed over."""
        start, total = 0, 0
        while True:
            answer = self._page("search", {**body, "startAt": start})
            now = Raw(answer.body).number("total")
            if not answer.body["issues"] and start < now:
                answer = self._page("search", {**body, "startAt": start})
                if not answer.body["issues"]:
                    raise Unanswered(f"{self.name}: search: nothing on a page although there are {now} issues")
            yield answer
            size = Raw(answer.body).number("maxResults") or len(answer.body["issues"])
            start += max(1, size - max(0, total - now))
            if not answer.body["issues"] or start >= now:
                return
            total = now

    def _page(self, path: str, body: Mapping[str, Any]) -> Answer:
        answer = self.client.read("POST", path, body=dict(body))
        if not isinstance(answer.body, dict) or not isinstance(answer.body.get("issues"), list):
            raise Unanswered(f"{self.name}: {path}: an answer without issues")
        return answer
