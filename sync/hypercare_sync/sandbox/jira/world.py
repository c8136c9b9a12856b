"""The embedded Jira's world: its issues and what its site knows, and the one way in which issues change."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from hypercare_sync.errors import ConfigError
from hypercare_sync.sandbox.clock import Clock
from hypercare_sync.sandbox.jira import builtin, people
from hypercare_sync.sandbox.jira.custom import CustomFields, is_custom
from hypercare_sync.sandbox.jira.limits import Limits
from hypercare_sync.sandbox.jira.loading import read
from hypercare_sync.sandbox.jira.model import Catalogue, Issue, Json, Project, stamp
from hypercare_sync.sandbox.people import Account, Accounts

_FIRST_ID = 100_000
"""Ids that the sandbox gives lie above this and above all ids of loaded data."""


@dataclass
class Change:
    """A change that is being made: when, as Jira writes it, and the history items that tell it."""

    at: str
    items: list[Json] = field(default_factory=list)


@dataclass(repr=False)
class JiraWorld:
    """A Jira site, of Cloud or of Data Center.

    `lag` is how long (in sandbox time) a write stays invisible to searches; `limits` are kept where there are some.
    `off_screen` are the fields that are not on the edit screens of issue types, by their names; issues in `read_only` statuses cannot be edited.
    """

    clock: Clock
    accounts: Accounts
    flavour: Literal["cloud", "datacenter"] = "cloud"
    lag: timedelta = timedelta()
    limits: Limits | None = None
    off_screen: dict[str, frozenset[str]] = field(default_factory=dict)
    read_only: set[str] = field(default_factory=set)
    issues: dict[str, Issue] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    people: dict[str, Json] = field(default_factory=dict)
    statuses: Catalogue = field(default_factory=lambda: Catalogue(builtin.STATUSES))
    priorities: Catalogue = field(default_factory=lambda: Catalogue(builtin.PRIORITIES))
    resolutions: Catalogue = field(default_factory=lambda: Catalogue(builtin.RESOLUTIONS))
    issue_types: Catalogue = field(default_factory=lambda: Catalogue(builtin.ISSUE_TYPES))
    link_types: Catalogue = field(default_factory=lambda: Catalogue(builtin.LINK_TYPES))
    levels: Catalogue = field(default_factory=Catalogue)
    custom: CustomFields = field(default_factory=CustomFields)
    _ids: dict[str, str] = field(default_factory=dict)
    _last_id: int = _FIRST_ID
    _unindexed: dict[str, list[tuple[datetime, Issue | None]]] = field(default_factory=dict)
    """By issue id, oldest write first: until when searches see the state before the write, and that state (None: no such issue yet)."""

    @property
    def cloud(self) -> bool:
        """Whether it is Cloud; else it is Data Center."""
        return self.flavour == "cloud"

    def load(self, path: Path) -> None:
        """Take in the issues of a file. Raises ConfigError that names file and line of what is no issue or is there twice."""
        loaded = read(path, self.accounts, self.custom)
        names = Counter(name for issue in loaded for name in (issue.key, issue.id))
        if twice := sorted(name for name, count in names.items() if count > 1 or self.issue(name)):
            raise ConfigError(f"{path}: these issues are there twice: {', '.join(twice)}")
        for issue in loaded:
            self._admit(issue)

    def issue(self, id_or_key: str) -> Issue | None:
        """The issue with this id or key, in any case."""
        return self.issues.get(self._ids.get(id_or_key.upper(), id_or_key))

    def person(self, account: Account) -> Json:
        """The user that an account acts as: whom the data knows by that account id or name, or a new one."""
        known = self.people.get(account.login) or self.people.get(account.account_id)
        if known is None:
            known = people.newcomer(account, cloud=self.cloud)
            self.people[account.account_id] = known
        return known

    def everybody(self) -> list[Json]:
        """Whom the data knows, and who may come in."""
        for account in self.accounts.everybody():
            self.person(account)
        return list(self.people.values())

    def user(self, identity: str) -> Json | None:
        """Who is called that where the flavour wants an identity: an account id on Cloud, a name on Data Center."""
        if self.cloud and identity in self.people:
            return self.people[identity]
        name = "accountId" if self.cloud else "name"
        shaped = ((user, user if self.cloud else people.on_server(user)) for user in self.everybody())
        return next((user for user, shown in shaped if shown.get(name) == identity), None)

    def new_id(self) -> str:
        """An id that nothing has yet."""
        self._last_id += 1
        return str(self._last_id)

    def now(self) -> str:
        """The sandbox's time as Jira writes it."""
        return stamp(self.clock.now())

    def add_project(self, key: str, name: str, details: Json | None = None) -> Project:
        """A new project; `details` is its REST shape where data brought one."""
        shape = {"id": self.new_id(), **(details or {}), "key": key, "name": name}
        self.projects[key] = Project(str(shape["id"]), key, name, shape)
        return self.projects[key]

    def add_issue(self, project: Project, fields: Json) -> Issue:
        """A new issue with the project's next number."""
        project.last_number += 1
        issue = Issue(id=self.new_id(), key=f"{project.key}-{project.last_number}", fields=fields)
        if self.lag:
            self._unindexed[issue.id] = [(self.clock.now() + self.lag, None)]
        self.issues[issue.id] = issue
        self._ids[issue.key] = issue.id
        return issue

    def remove_issue(self, issue: Issue) -> None:
        """Delete an issue."""
        self.before_write(issue)
        del self.issues[issue.id], self._ids[issue.key]

    def before_write(self, issue: Issue) -> None:
        """To be called before an issue changes: keeps its state for searches that lag behind."""
        if self.lag:
            self._unindexed.setdefault(issue.id, []).append((self.clock.now() + self.lag, deepcopy(issue)))

    @contextmanager
    def change(self, issue: Issue, person: Json) -> Iterator[Change]:
        """One change by `person`: moves `updated` to now, and keeps in the history what the caller adds to the items."""
        self.before_write(issue)
        change = Change(self.now())
        yield change
        issue.fields["updated"] = change.at
        if change.items:
            issue.histories.append({"id": self.new_id(), "author": person, "created": change.at, "items": change.items})

    def searchable(self, reconciled: Iterable[int] = ()) -> list[Issue]:
        """What a search sees: each issue as of `lag` ago, but those with the `reconciled` ids as they are."""
        if not self._unindexed:
            return list(self.issues.values())
        now, fresh = self.clock.now(), {str(number) for number in reconciled}
        self._unindexed = {
            identity: waiting
            for identity, writes in self._unindexed.items()
            if (waiting := [write for write in writes if write[0] > now])
        }
        behind = {identity: writes[0][1] for identity, writes in self._unindexed.items() if identity not in fresh}
        return [issue for issue in {**self.issues, **behind}.values() if issue is not None]

    def _admit(self, issue: Issue) -> None:
        fields = issue.fields
        project = self.projects.get(issue.project_key) or self._project_of(issue)
        fields["project"] = project.details
        project.last_number = max(project.last_number, issue.number)
        for comment in issue.comments:
            comment["id"] = str(comment.get("id") or self.new_id())
        for history in issue.histories:
            history["id"] = str(history.get("id") or self.new_id())
        self._see_ids([issue.id, *(entry["id"] for entry in (*issue.comments, *issue.histories))])
        for catalogue, names in (
            (self.statuses, ("status",)),
            (self.priorities, ("priority",)),
            (self.resolutions, ("resolution",)),
            (self.issue_types, ("issuetype",)),
            (self.levels, ("security",)),
            (project.versions, ("versions", "fixVersions")),
            (project.components, ("components",)),
        ):
            for name in names:
                value = fields.get(name) or []
                for entry in value if isinstance(value, list) else [value]:
                    self._adopt(catalogue, entry)
        for user in _users(issue):
            self.people.setdefault(user["accountId"], user)
        self.issues[issue.id] = issue
        self._ids[issue.key] = issue.id

    def _project_of(self, issue: Issue) -> Project:
        details = issue.fields.get("project") or {}
        return self.add_project(issue.project_key, str(details.get("name") or issue.project_key), details)

    def _adopt(self, catalogue: Catalogue, entry: Json) -> None:
        entry.setdefault("name", str(entry.get("id", "")))
        known = catalogue.find(entry["name"])
        entry["id"] = str(entry.get("id") or (known["id"] if known else self.new_id()))
        self._see_ids([entry["id"]])
        catalogue.adopt(entry)

    def _see_ids(self, identities: Iterable[str]) -> None:
        self._last_id = max(self._last_id, *(int(identity) for identity in identities if identity.isdigit()), 0)


def _users(issue: Issue) -> Iterator[Json]:
    found: list[Any] = [issue.fields.get(name) for name in ("reporter", "creator", "assignee")]
    for name, value in issue.fields.items():
        if is_custom(name):
            found += value if isinstance(value, list) else [value]
    for comment in issue.comments:
        found += [comment.get("author"), comment.get("updateAuthor")]
    found += [history.get("author") for history in issue.histories]
    yield from (user for user in found if isinstance(user, dict) and "accountId" in user)
