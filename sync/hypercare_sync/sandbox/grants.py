"""What a token opens: who comes with it, and what it may do on GitHub."""

from collections.abc import Mapping
from dataclasses import dataclass

from hypercare_sync.errors import ConfigError

LEVELS = ("none", "read", "write", "admin")
_ALL = frozenset({"repo"})


@dataclass(frozen=True)
class Grant:
    """What comes with one token.

    `permissions` are those of a fine-grained token, by name (issues, administration, ...) one of LEVELS; None for a classic token,
    whose `scopes` hold instead. `bearer` is what GitHub calls such a token where it refuses it.
    """

    login: str
    permissions: Mapping[str, str] | None = None
    scopes: frozenset[str] = _ALL
    bearer: str = "personal access token"

    def may(self, name: str, level: str) -> bool:
        """Whether a permission is there at that level at least; `metadata=read` comes with every fine-grained token."""
        if self.permissions is None:
            return True
        held = self.permissions.get(name, "read" if name == "metadata" else "none")
        return LEVELS.index(held) >= LEVELS.index(level)

    def opens(self, *, private: bool, write: bool) -> bool:
        """Whether the scopes of a classic token reach a repository; fine-grained tokens here reach all of their account's."""
        if self.permissions is not None or "repo" in self.scopes:
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
    if pairs.keys() == {"scopes"}:
        return Grant(login, scopes=frozenset(scope for scope in pairs["scopes"].split("+") if scope))
    if not login or not pairs or not set(pairs.values()) <= set(LEVELS):
        raise ConfigError(
            f"--token: {text!r} is no grant; write LOGIN, LOGIN:issues=write,metadata=read (none, read, write or admin), or LOGIN:scopes=repo"
        )
    return Grant(login, permissions=pairs)
