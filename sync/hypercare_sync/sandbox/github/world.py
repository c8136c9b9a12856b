"""The embedded GitHub's world: who and what exists, found by name, number or node id."""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from hypercare_sync.errors import ConfigError
from hypercare_sync.sandbox.clock import Clock
from hypercare_sync.sandbox.people import Account, Accounts

from .apps import Apps
from .model import Comment, Event, Issue, IssueType, Label, Milestone, Pin, Reaction, Repository, User
from .server import GITHUB_COM, Server

Node = User | Label | Milestone | Reaction | Comment | Event | Issue | Repository | Pin
_N = TypeVar("_N", bound=Node)

_FIRST_ID = 3_000_000_000  # above what older data holds; a world that loads a higher one goes on from there
_DEFAULT_LABELS = {
    "bug": ("d73a4a", "Something isn't working"),
    "documentation": ("0075ca", "Improvements or additions to documentation"),
    "enhancement": ("a2eeef", "New feature or request"),
    "question": ("d876e3", "Further information is requested"),
}
"""Labels of a repository that was made empty, so that people have something to click on."""


_DEFAULT_TYPES = {
    "Task": ("yellow", "A specific piece of work"),
    "Bug": ("red", "An unexpected problem or behavior"),
    "Feature": ("blue", "A request, idea, or new functionality"),
}
"""The issue types that an organization has from the start."""


@dataclass(eq=False)
class GitHubWorld:
    """Repositories, people and their issues; its time is the sandbox's.

    `types` are the issue types of each owner, by names in lower case. With `reactions_touch` a reaction moves an issue's `updated_at`:
    what GitHub does is not documented.
    """

    clock: Clock
    accounts: Accounts
    repositories: dict[str, Repository] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    types: dict[str, dict[str, IssueType]] = field(default_factory=dict)
    reactions_touch: bool = False
    server: Server = GITHUB_COM
    apps: Apps = field(init=False)
    last_id: int = _FIRST_ID

    def __post_init__(self) -> None:
        self.apps = Apps(self.clock)

    def now(self) -> datetime:
        """The present moment in whole seconds, as GitHub tells it."""
        return self.clock.now().replace(microsecond=0)

    def new_id(self) -> int:
        """An id that nothing else has."""
        self.last_id += 1
        return self.last_id

    def enter(self, node: _N) -> _N:
        """Make `node` known by its node id; a node id that data uses twice (two repositories from one file) is replaced."""
        if self.nodes.setdefault(node.node_id, node) is not node:
            node.node_id = node_id(type(node).__name__, self.new_id())
            self.nodes[node.node_id] = node
        return node

    def user(self, account: Account) -> User:
        """The account as a GitHub user; ids that data came with stand."""
        known = self.users.get(account.login.lower())
        if known is None:
            kind = "Bot" if account.bot else "User"
            known = self.enter(User(account.login, account.id, node_id("User", account.id), kind, account.name))
            self.users[account.login.lower()] = known
        return known

    def person(self, login: str) -> User | None:
        """Who is called `login`, if anybody here is."""
        known = self.users.get(login.lower())
        account = None if known else self.accounts.holder(login)
        return self.user(account) if account else known

    def repository(self, owner: str, name: str) -> Repository | None:
        """The repository, if there is one; names are case-insensitive."""
        return self.repositories.get(f"{owner}/{name}".lower())

    def repository_for(self, full_name: str, *, private: bool = False) -> Repository:
        """The repository called OWNER/REPO, made where it is missing. Raises ConfigError for a name of another form."""
        owner, slash, name = full_name.partition("/")
        if not (owner and slash and name) or "/" in name:
            raise ConfigError(f"not a repository: {full_name!r}; write OWNER/REPO, such as acme/web")
        known = self.repository(owner, name)
        if known is None:
            number = self.accounts.named(full_name.lower()).id
            known = Repository(
                self.user(self.accounts.named(owner)),
                name,
                number,
                node_id("Repository", number),
                self.now(),
                private=private,
            )
            self.repositories[full_name.lower()] = self.enter(known)
        known.private = known.private or private
        return known

    def add_default_labels(self, repository: Repository) -> None:
        """Give a new repository some of the labels that GitHub gives."""
        for name, (color, description) in _DEFAULT_LABELS.items():
            self.add_label(repository, name, color, description, default=True)

    def add_label(
        self, repository: Repository, name: str, color: str, description: str | None = None, *, default: bool = False
    ) -> Label:
        """A new label of the repository, unchecked."""
        number = self.new_id()
        label = Label(repository, number, node_id("Label", number), name, color, description, default)
        repository.labels[name.lower()] = self.enter(label)
        return label

    def issue_types(self, repository: Repository) -> dict[str, IssueType]:
        """The issue types of a repository's owner: those that GitHub gives, and those that data came with."""
        key = repository.owner.login.lower()
        if key not in self.types:
            self.types[key] = {}
            for name, (color, description) in _DEFAULT_TYPES.items():
                number = self.new_id()
                self.types[key][name.lower()] = IssueType(
                    number, node_id("IssueType", number), name, description, color
                )
        return self.types[key]

    def issue_by_id(self, number: int) -> Issue | None:
        """The issue with that id, in whatever repository."""
        return next(
            (issue for home in self.repositories.values() for issue in home.issues.values() if issue.id == number), None
        )

    def association(self, repository: Repository, user: User) -> str:
        """How `user` stands to the repository: as its data says; else token holders are members, and others nothing."""
        if user is repository.owner:
            return "OWNER"
        if user.login.lower() in repository.roles:
            return "NONE" if repository.roles[user.login.lower()] == "none" else "COLLABORATOR"
        known = repository.associations.get(user.login.lower())
        return known or ("MEMBER" if self.accounts.holder(user.login) else "NONE")


def node_id(kind: str, number: int) -> str:
    """A node id of GitHub's look: opaque, with a prefix of capitals that tells the kind."""
    prefix = "".join(letter for letter in kind if letter.isupper())
    return f"{prefix}_kw{base64.urlsafe_b64encode(number.to_bytes(8, 'big')).decode().rstrip('=')}"
