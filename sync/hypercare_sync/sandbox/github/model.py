"""What the embedded GitHub remembers: plain dataclasses, which can be copied and pickled whole.

Things are compared by identity, and point to what they belong to; times are aware, UTC, in whole seconds as GitHub's are.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket")
"""What people may react with, in the words of REST."""


@dataclass(eq=False)
class User:
    """A person or a bot; `kind` is GitHub's `type`: User, Bot, Organization or Mannequin."""

    login: str
    id: int
    node_id: str
    kind: str = "User"
    name: str | None = None


@dataclass(eq=False)
class Label:
    """A label of a repository; `color` is six hex digits."""

    repository: "Repository" = field(repr=False)
    id: int
    node_id: str
    name: str
    color: str
    description: str | None
    default: bool = False


@dataclass(eq=False)
class Milestone:
    """A milestone; its counts hold issues and pull requests, as GitHub's do."""

    repository: "Repository" = field(repr=False)
    id: int
    node_id: str
    number: int
    title: str
    state: str
    description: str | None
    creator: User | None
    created_at: datetime
    updated_at: datetime
    due_on: datetime | None = None
    closed_at: datetime | None = None
    open_issues: int = 0
    closed_issues: int = 0


@dataclass(eq=False)
class IssueType:
    """A type that an owner's issues can be of."""

    id: int
    node_id: str
    name: str
    description: str | None
    color: str | None = None


@dataclass(eq=False)
class Reaction:
    """One person's reaction."""

    id: int
    node_id: str
    user: User
    content: str
    created_at: datetime


@dataclass(eq=False, kw_only=True)
class Reactable:
    """What people react to: the counts that data came with, and the reactions made here."""

    loaded_reactions: Counter[str] = field(default_factory=Counter)
    reactions: list[Reaction] = field(default_factory=list)

    def rollup(self) -> Counter[str]:
        """How often each reaction was given."""
        return self.loaded_reactions + Counter(reaction.content for reaction in self.reactions)


@dataclass(eq=False, kw_only=True)
class Comment(Reactable):
    """A comment on an issue; `edited_at` and `editor` are set by an edit here."""

    issue: "Issue" = field(repr=False)
    id: int
    node_id: str
    body: str
    user: User | None
    author_association: str
    created_at: datetime
    updated_at: datetime
    edited_at: datetime | None = None
    editor: User | None = None


@dataclass(eq=False, kw_only=True)
class Event:
    """One line of an issue's history. `kind` and `details` are in the words and shapes of REST, `source` is what referred to the issue.

    `origin` is where a transferred issue came from.
    """

    issue: "Issue" = field(repr=False)
    id: int
    node_id: str
    kind: str
    actor: User | None
    created_at: datetime
    details: dict[str, Any] = field(default_factory=dict)
    assignee: User | None = None
    source: "Issue | None" = field(default=None, repr=False)
    origin: "Repository | None" = field(default=None, repr=False)


@dataclass(eq=False, kw_only=True)
class Issue(Reactable):
    """An issue, or a pull request as the issue lists show it (`pull_request` holds its own member there).

    `loaded_ties` counts, in REST's words, the sub-issues and dependencies that data tells of without naming them.
    """

    repository: "Repository" = field(repr=False)
    id: int
    node_id: str
    number: int
    title: str
    body: str | None
    user: User | None
    author_association: str
    created_at: datetime
    updated_at: datetime
    state: str = "open"
    state_reason: str | None = None
    closed_at: datetime | None = None
    closed_by: User | None = None
    edited_at: datetime | None = None
    locked: bool = False
    lock_reason: str | None = None
    pull_request: dict[str, Any] | None = None
    draft: bool = False
    type: IssueType | None = None
    parent: "Issue | None" = field(default=None, repr=False)
    sub_issues: "list[Issue]" = field(default_factory=list, repr=False)
    blocked_by: "list[Issue]" = field(default_factory=list, repr=False)
    blocking: "list[Issue]" = field(default_factory=list, repr=False)
    loaded_ties: Counter[str] = field(default_factory=Counter)
    milestone: Milestone | None = None
    labels: list[Label] = field(default_factory=list)
    assignees: list[User] = field(default_factory=list)
    comments: dict[int, Comment] = field(default_factory=dict, repr=False)
    events: list[Event] = field(default_factory=list, repr=False)

    def ties(self) -> Counter[str]:
        """How many sub-issues and dependencies it has, in REST's words: those that data counts, and those known here."""
        known = {
            "total": len(self.sub_issues),
            "completed": sum(each.state == "closed" for each in self.sub_issues),
            "blocked_by": sum(each.state == "open" for each in self.blocked_by),
            "total_blocked_by": len(self.blocked_by),
            "blocking": sum(each.state == "open" for each in self.blocking),
            "total_blocking": len(self.blocking),
        }
        return self.loaded_ties + Counter(known)

    @property
    def pinned(self) -> bool:
        """Whether it is pinned to its repository."""
        return any(pin.issue is self for pin in self.repository.pins)

    @property
    def is_pull_request(self) -> bool:
        """Whether this is a pull request, which GitHub numbers and lists among the issues."""
        return self.pull_request is not None


@dataclass(eq=False)
class Pin:
    """An issue at the top of its repository's list, and who put it there."""

    id: int
    node_id: str
    issue: Issue
    by: User


@dataclass(eq=False)
class Repository:
    """A repository, as far as its issues go; labels are found by their name in lower case.

    `roles` and `assigned` (logins of whom data shows as assigned) are by login in lower case; `gone` has the numbers of issues that
    were deleted (None) or moved to another repository (the issue there).
    """

    owner: User
    name: str
    id: int
    node_id: str
    created_at: datetime
    private: bool = False
    description: str | None = None
    in_organization: bool = False
    issues: dict[int, Issue] = field(default_factory=dict, repr=False)
    comments: dict[int, Comment] = field(default_factory=dict, repr=False)
    events: dict[int, Event] = field(default_factory=dict, repr=False)
    labels: dict[str, Label] = field(default_factory=dict, repr=False)
    milestones: dict[int, Milestone] = field(default_factory=dict, repr=False)
    associations: dict[str, str] = field(default_factory=dict, repr=False)
    roles: dict[str, str] = field(default_factory=dict, repr=False)
    assigned: set[str] = field(default_factory=set, repr=False)
    pins: list[Pin] = field(default_factory=list, repr=False)
    gone: dict[int, Issue | None] = field(default_factory=dict, repr=False)
    archived_at: datetime | None = None
    has_issues: bool = True
    last_number: int = 0

    @property
    def archived(self) -> bool:
        """Whether nobody may write."""
        return self.archived_at is not None

    @property
    def full_name(self) -> str:
        """Owner and name, as people write them."""
        return f"{self.owner.login}/{self.name}"
