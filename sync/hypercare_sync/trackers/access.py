"""What our account may do in a tracker, as far as that can be told without writing, in lines for people."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

SHARED = "what others do with it is taken for ours: a label that they set or removed, a comment with our marker"
"""What is wrong with an account that is not ours alone."""


@dataclass(frozen=True)
class Place:
    """A repository or project that the config names: where tickets are read and written to, where the summary is, or both.

    `assigns` says that a policy has tickets assigned there; `priorities` are the native priorities that policies name.
    `examples` are the keys of open tickets there, one of each type.
    """

    name: str
    source: bool
    summary: bool
    assigns: bool = False
    priorities: frozenset[str] = frozenset()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Declared:
    """What the config says of an account, since no endpoint tells: its token's permissions, and whether it is ours alone."""

    permissions: Mapping[str, str] | None = None
    account: Literal["own", "shared"] | None = None


@dataclass(frozen=True)
class Access:
    """What was found out about one account. `lacks` keep us from what the config asks for; `doubts` may.

    `hidden` are the places that it does not see at all, each as `TRACKER PLACE`: one of the lacks tells that.
    """

    told: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def joined(self, *others: "Access") -> "Access":
        """With what was found out otherwise, each line once."""
        every = (self, *others)
        return Access(
            *(
                tuple(dict.fromkeys(line for one in every for line in getattr(one, part)))
                for part in ("told", "lacks", "doubts", "hidden")
            )
        )


class Inspector(Protocol):
    """Tries one tracker's account. Raises the errors of reading."""

    def inspect(self, places: Collection[Place], people: Mapping[str, str]) -> Access:
        """What the account may do in these places; `people` are the policies' people, names by login or account."""
        ...


def any_of(actions: Collection[str]) -> str:
    """`comment, label tickets or create labels`."""
    *first, last = actions
    return f"{', '.join(first)} or {last}" if first else last
