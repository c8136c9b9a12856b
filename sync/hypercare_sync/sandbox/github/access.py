"""Who may do what in a repository of the embedded GitHub: roles, and who can be assigned."""

from .model import Issue, Repository, User
from .refusal import ForbiddenError
from .world import GitHubWorld

ROLES = ("none", "read", "triage", "write", "maintain", "admin")
"""GitHub's roles, each may do what those before it may."""

PERMISSIONS = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain", "admin": "admin"}
"""What REST calls the permissions that make these roles."""


def role_of(world: GitHubWorld, repository: Repository, user: User) -> str:
    """The role that was given, or the one that comes from who somebody is.

    Token holders do everything; Apps where they are installed, and members and collaborators of the data, write; others read what is public.
    What permissions an App has is its token's affair.
    """
    given = repository.roles.get(user.login.lower())
    if given is None:
        known = "OWNER" if user is repository.owner else repository.associations.get(user.login.lower())
        given = {"OWNER": "admin", "MEMBER": "write", "COLLABORATOR": "write"}.get(known or "", "none")
        if world.accounts.holder(user.login):
            given = "admin"
        elif world.apps.installed(user.login, repository.full_name):
            given = "write"
    return "read" if given == "none" and not repository.private else given


def may(world: GitHubWorld, repository: Repository, user: User, least: str) -> bool:
    """Whether `user` has at least the role `least`."""
    return ROLES.index(role_of(world, repository, user)) >= ROLES.index(least)


def require(world: GitHubWorld, repository: Repository, user: User, least: str) -> None:
    """Raises ForbiddenError where `user` has a lesser role than `least`, or nobody may write since the repository is archived."""
    if repository.archived:
        raise ForbiddenError("archived")
    if not may(world, repository, user, least):
        raise ForbiddenError("role")


def assignable(world: GitHubWorld, repository: Repository, user: User) -> bool:
    """Whether somebody can be assigned to any issue of a repository: who may do more than read, and whom data shows as assigned."""
    if user.kind == "Bot":
        return False
    return may(world, repository, user, "triage") or user.login.lower() in repository.assigned


def assignable_to(world: GitHubWorld, issue: Issue, user: User) -> bool:
    """Whether somebody can be assigned to this issue: those of its repository, and who wrote on it."""
    wrote = user is issue.user or any(comment.user is user for comment in issue.comments.values())
    return wrote or assignable(world, issue.repository, user)
