"""What a token opens: who comes with it, and what it may do on GitHub and on Jira."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hypercare_sync.errors import ConfigError
from hypercare_sync.sandbox.jira_rights import JiraRights, read_rights

LEVELS = ("none", "read", "write", "admin")
INTEGRATION = "integration"
_ALL = frozenset({"repo"})


@dataclass(frozen=True)
class Grant:
    """What comes with one token.

    `permissions` are those of a fine-grained token, by name (issues, administration, ...) one of LEVELS; None for a classic token,
    whose `scopes` hold instead. `only` are the repositories (`owner/name`, `owner/*`) that a token with permissions is for; None: all
    of its account's. `bearer` is what GitHub calls such a token where it refuses it: those of Apps and of Actions are an integration's.
    """

    login: str
    permissions: Mapping[str, str] | None = None
    scopes: frozenset[str] = _ALL
    bearer: str = "personal access token"
    only: frozenset[str] | None = None
    jira: JiraRights = field(default_factory=JiraRights)

    @property
    def integration(self) -> bool:
        """Whether an App acts with it, which is no user."""
        return self.bearer == INTEGRATION

    def covers(self, repository: str) -> bool:
        """Whether a repository is among those that the token is for."""
        name = repository.lower()
        return self.only is None or not self.only.isdisjoint({name, f"{name.partition('/')[0]}/*"})

    def may(self, name: str, level: str) -> bool:
        """Whether a permission is there at that level at least; `metadata=read` comes with every fine-grained token."""
        if self.permissions is None:
            return True
        held = self.permissions.get(name, "read" if name == "metadata" else "none")
        return LEVELS.index(held) >= LEVELS.index(level)

    def opens(self, repository: str, *, private: bool, write: bool) -> bool:
        """Whether the scopes of a classic token, or the choice made for another one, reach a repository; what is public can be read."""
        if self.permissions is not None:
            return self.covers(repository) or not (private or write)
        if "repo" in self.scopes:
            return True
        return not private and (not write or "public_repo" in self.scopes)


def read_grant(text: str) -> Grant:
    """The grant that `LOGIN`, `LOGIN:issues=write,contents=read` or `LOGIN:scopes=public_repo+read:org` describes.

    Raises ConfigError for anything else.
    """
    login, colon, told = text.partition(":")
    if not colon:
        return Grant(login)
    pairs = dict(pair.partition("=")[::2] for pair in told.split(",") if pair)
    if jira := {name: pairs.pop(name) for name in tuple(pairs) if name.startswith("jira")}:
        rest = ",".join("=".join(pair) for pair in pairs.items())
        return replace(read_grant(f"{login}:{rest}" if rest else login), jira=read_rights(jira))
    if pairs.keys() == {"scopes"}:
        return Grant(login, scopes=frozenset(scope for scope in pairs["scopes"].split("+") if scope))
    only = pairs.pop("on", None)
    if not login or not pairs or not set(pairs.values()) <= set(LEVELS):
        raise ConfigError(
            f"--token: {text!r} is no grant; write LOGIN, LOGIN:issues=write,metadata=read (none, read, write or admin), or LOGIN:scopes=repo"
        )
    chosen = None if only is None else frozenset(only.lower().split("+"))
    if login.endswith("[bot]"):
        return Grant(login, permissions=pairs, bearer=INTEGRATION, only=chosen)
    return Grant(login, permissions=pairs, only=chosen)
