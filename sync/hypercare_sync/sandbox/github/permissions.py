"""Which permission of a fine-grained token, or which scope of a classic one, a call of the embedded GitHub needs.

After GitHub's tables of permissions for fine-grained tokens. What is public may be read without any of them; where nothing reaches a
private repository GitHub may also answer 404, here it is always 403.
"""

from collections.abc import Mapping

from hypercare_sync.sandbox.grants import Grant

from . import access
from .model import Repository, User
from .world import GitHubWorld

Needs = tuple[tuple[str, str], ...]
"""Permissions with their levels, each of which is enough; empty where none is needed."""

_HOME = "/repos/{owner}/{repo}"
_OPEN = ("/user", "/users/{login}", "/rate_limit")
_BOTH = ("assignees", "labels", "milestones", "comments", "lock", "events", "reactions", "timeline")


def needed(method: str, path: str) -> Needs:
    """What a method of a path needs; `path` as the routes have it."""
    level = "read" if method == "GET" else "write"
    if path in _OPEN:
        return ()
    if path == _HOME or path.startswith(("/orgs/", f"{_HOME}/collaborators")):
        return (("metadata", "read"),) if level == "read" else (("administration", "write"),)
    parts = path.removeprefix(_HOME).split("/")
    shared = not set(parts).isdisjoint(_BOTH)
    return (("issues", level), ("pull_requests", level)) if shared else (("issues", level),)


ACCEPTED_SCOPES = "public_repo, repo"


def headers(grant: Grant, needs: Needs) -> dict[str, str]:
    """What an answer says of a token and of what the call takes: permissions to a fine-grained one, scopes to a classic one."""
    if grant.permissions is None:
        accepted = ACCEPTED_SCOPES if needs else ""
        return {"X-OAuth-Scopes": ", ".join(sorted(grant.scopes)), "X-Accepted-OAuth-Scopes": accepted}
    if not needs:
        return {}
    return {"X-Accepted-GitHub-Permissions": "; ".join(f"{name}={level}" for name, level in needs)}


def suffices(grant: Grant, needs: Needs, *, public_read: bool) -> bool:
    """Whether a fine-grained token may do what needs that, `public_read` saying that it only reads what is public."""
    return public_read or not needs or any(grant.may(name, level) for name, level in needs)


def sees(world: GitHubWorld, who: User, grant: Grant, repository: Repository) -> bool:
    """Whether somebody with such a token may see a repository."""
    return grant.opens(repository.full_name, private=repository.private, write=False) and access.may(
        world, repository, who, "read"
    )


_MUTATIONS: Mapping[str, tuple[str, str]] = {
    "archiveRepository": ("administration", "write"),
    "unarchiveRepository": ("administration", "write"),
}


def needed_by_mutation(name: str) -> tuple[str, str]:
    """What a mutation needs."""
    return _MUTATIONS.get(name, ("issues", "write"))
