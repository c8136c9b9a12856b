"""Questions about one repository, and what every answer tells on the way: who we are, which labels exist, what the server lacks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from hypercare_sync.retry import Unanswered
from hypercare_sync.trackers.github import documents
from hypercare_sync.trackers.github.answers import Ask, Lacking, TooMuch, graphql
from hypercare_sync.trackers.http import Answer, Client, NotFound
from hypercare_sync.trackers.raw import Raw

_SERVER = "x-github-enterprise-version"
_LACKED = frozenset({documents.SUB_ISSUES})
"""What can be done without: the fields that older servers do not know."""

Asked = tuple[str, Mapping[str, Any]]
"""A document and its variables."""
Question = Callable[[int], Asked]
"""Makes what is asked anew for each attempt, knowing how many went unanswered: a page is then asked for with fewer rows."""


@dataclass
class Repositories:
    """One GitHub. `labels` are the managed labels known to exist, by repository; `account` is our own one's database id.

    `began` is the tracker's time at the first answer of a reading; `lacks` the fields that this `server` does not know.
    """

    name: str
    client: Client
    labels: dict[str, set[str]] = field(default_factory=dict)
    account: int = 0
    _login: str = ""
    began: datetime | None = None
    server: str = ""
    lacks: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """A reading begins: the next answer's time is its own."""
        self.began = None

    def ask(self, repo: str, document: str, variables: Mapping[str, Any], *, lenient: bool = False) -> Raw:
        """The repository as the document asks for it. Raises NotFound where there is none."""
        return self.answer(repo, lambda _: (document, variables), lenient=lenient)

    def answer(self, repo: str, question: Question, *, lenient: bool = False) -> Raw:
        """The same for a question that may ask for less each time. What the server lacks is left out and never asked for again."""
        owner, _, name = repo.partition("/")
        failed = count()

        def ask() -> Ask:
            document, variables = question(next(failed))
            return {"query": document, "variables": {"owner": owner, "name": name, **variables}}

        try:
            answer = graphql(self.client, ask, lenient=lenient)
        except Lacking as problem:
            if not problem.fields <= _LACKED - self.lacks:
                raise
            self.lacks |= problem.fields
            return self.answer(repo, question, lenient=lenient)
        data = Raw(answer.body).inner("repository")
        self._notice(answer)
        if not data:
            raise NotFound(f"{self.name}: there is no repository {repo}, or our account may not see it")
        if "labels" in data.value:
            found = {row.text("name").casefold() for row in data.inner("labels").rows("nodes")}
            self.labels[repo] = self.labels.get(repo, set()) | found
        return data

    def get(self, path: str, **params: str) -> Answer:
        """What REST answers."""
        answer = self.client.read("GET", path, params=params)
        self._notice(answer)
        return answer

    def rows(self, path: str, **params: str) -> Iterator[Raw]:
        """The rows of a list of REST, page by page."""
        page = 1
        while True:
            answer = self.get(path, **params, per_page=str(documents.LIGHT), page=str(page))
            if not isinstance(answer.body, list):
                raise Unanswered(f"{self.name}: GET {path}: an answer without rows")
            yield from Raw({"rows": answer.body}).rows("rows")
            if not answer.body or 'rel="next"' not in answer.headers.get("link", ""):
                return
            page += 1

    def pages(self, repo: str, document: str, connection: str, *, rows: int, **variables: Any) -> Iterator[Raw]:
        """The repository at each page of a connection; pages of `rows` become smaller where GitHub cannot bear them."""
        size, after = rows, None
        while True:
            asked = [size]

            def question(failed: int, size: int = size, after: str | None = after, asked: list[int] = asked) -> Asked:
                asked.append(max(1, size >> failed))
                return document, {**variables, "first": asked[-1], "after": after}

            try:
                data = self.answer(repo, question)
            except TooMuch:
                size = asked[-1] // 2
                if not size:
                    raise
                continue
            size = asked[-1]
            yield data
            after = further(after, following(data.inner(connection)))
            if after is None:
                return

    def who_we_are(self) -> int:
        """Our own account's database id."""
        if not self.account:
            self._ask_who_we_are()
        return self.account

    @property
    def login(self) -> str:
        """Our own account's login, by which lists are asked for what it opened; that of an App's bot ends in `[bot]`."""
        if not self._login:
            self._ask_who_we_are()
        return self._login

    def _ask_who_we_are(self) -> None:
        self._notice(graphql(self.client, {"query": documents.VIEWER, "variables": {}}))

    def alive(self, problem: Unanswered) -> None:
        """Raises the problem again where GitHub does not even answer a question that costs nothing."""
        try:
            self._ask_who_we_are()
        except Unanswered:
            raise problem from None

    def _notice(self, answer: Answer) -> None:
        self.began = self.began or answer.at
        if isinstance(answer.body, dict):
            viewer = Raw(answer.body).inner("viewer")
            self.account = viewer.number("databaseId") or self.account
            self._login = viewer.text("login") or self._login
        server = answer.headers.get(_SERVER, "")
        if server != self.server:
            self.server, self.lacks = server, self.lacks if not self.server else set()


def following(connection: Raw) -> str | None:
    """The cursor of the page after this one, or None."""
    page = connection.inner("pageInfo")
    return (page.text("endCursor") or None) if page.flag("hasNextPage") else None


def further(before: str | None, after: str | None) -> str | None:
    """The next cursor. Raises Unanswered where a server names the same one twice, which would never end."""
    if after is not None and after == before:
        raise Unanswered("GitHub named the same page twice")
    return after
