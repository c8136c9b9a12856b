"""Which rights our writes need on GitHub, and which of them an account lacks in a repository."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from hypercare_sync.trackers.access import Place, any_of
from hypercare_sync.trackers.raw import Raw


class Kind(Enum):
    """How an account signs in, in the words for people."""

    classic = "a classic token"
    fine_grained = "a fine-grained token"
    app = "an App's key"
    installation = "an App's token"
    actions = "the token of GitHub Actions"


@dataclass(frozen=True)
class Account:
    """Who we are. `scopes` are a classic token's; `permissions` are an App's or what the config says of a token's, None: not known."""

    login: str
    kind: Kind
    scopes: frozenset[str] = frozenset()
    permissions: Mapping[str, str] | None = None

    @property
    def person(self) -> bool:
        """Whether it is an account such as people have, whoever uses it: then roles in the repository count, too."""
        return self.kind in (Kind.classic, Kind.fine_grained)


@dataclass(frozen=True)
class Rights:
    """What the account may do in a repository; each of `lacks` says what it may not, why, and what to do."""

    may: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


_ROLES = {"pull": "Read", "triage": "Triage", "push": "Write"}
_TICKETS = {"comment": "pull", "label tickets": "triage", "create labels": "push"}
_SUMMARY = {"open and edit the summary": "pull", "label the summary": "triage", "create labels": "push"}
"""What we do in a source and where the summary is, with the permission of REST's repository that it takes of a user."""


def rights(account: Account, place: Place, repository: Raw) -> Rights:
    """What the account may do in a place, given what REST tells it of the repository."""
    found, needed = Rights(), _needed(place)
    if repository.flag("archived"):
        found.lacks.append("it is archived, so nothing can be written; unarchive it, or take it out of the config")
    elif not repository.flag("has_issues"):
        found.lacks.append("its issues are turned off; turn them on (Settings, Features: Issues)")
    elif why := _token_lacks(account, private=repository.flag("private")):
        found.lacks.append(f"cannot {any_of(needed)}: {why}")
    else:
        held = _held(repository) if account.person else set(_ROLES)
        without = {action: role for action, role in needed.items() if role not in held}
        if without:
            mine = [name for role, name in _ROLES.items() if role in held] or ["none"]
            least = max(without.values(), key=list(_ROLES).index)
            found.lacks.append(
                f"cannot {any_of(without)}: give {account.login} the role {_ROLES[least]} there (it has {mine[-1]})"
            )
        found.may.extend(action for action, least in needed.items() if least in held)
        if place.summary and "push" not in held:
            found.doubts.append("cannot pin the summary: that takes the role Write")
        found.doubts.extend(_undeclared(account))
    return found


def _needed(place: Place) -> dict[str, str]:
    return (_TICKETS if place.source else {}) | (_SUMMARY if place.summary else {})


def _token_lacks(account: Account, *, private: bool) -> str | None:
    """What the token lacks to write issues; None where it lacks nothing that can be known."""
    if account.kind is Kind.classic:
        wanted = {"repo"} if private else {"repo", "public_repo"}
        if account.scopes.isdisjoint(wanted):
            held = ", ".join(sorted(account.scopes)) or "none"
            return f"give the token the scope {'repo' if private else 'public_repo'} (it has {held})"
    elif account.permissions is not None:
        level = account.permissions.get("issues", "none")
        if level not in ("write", "admin"):
            return f"{_GRANTING[account.kind]} (it has {level})"
    return None


_GRANTING = {
    Kind.fine_grained: "give the token the permission Issues: Read and write, and say so in `permissions`",
    Kind.app: "give the App the repository permission Issues: Read and write, and accept it where it is installed",
    Kind.installation: "give the App the repository permission Issues: Read and write, and say so in `permissions` of the tracker",
    Kind.actions: "give the workflow `permissions: {issues: write}`, and say so in `permissions` of the tracker",
}


def _undeclared(account: Account) -> Iterator[str]:
    if account.permissions is None and account.kind not in (Kind.classic, Kind.app):
        yield (
            f"whether it may write, nobody tells who has {account.kind.value}; where it has Issues: Read and write, "
            "say so in the config: `permissions: {issues: write}`"
        )


def _held(repository: Raw) -> set[str]:
    """Which of REST's permissions a user has there; all where the server does not say."""
    told = repository.inner("permissions")
    return {role for role in _ROLES if told.flag(role)} if told else set(_ROLES)
