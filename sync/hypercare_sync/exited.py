"""Releases that hypercare has left, or that a person wants to leave: whether anything of one still matters, what is asked, what is in the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypercare_rules.handover import Handover
from hypercare_rules.leaving import watched_until
from hypercare_rules.policy import Policy
from hypercare_sync.store import KnownSource


def at_rest(handover: Handover | None, policy: Policy, known: Sequence[KnownSource | None]) -> bool:
    """Whether nothing of the release can matter any more: it is handed over, and each source was read after the time for a relapse."""
    if handover is None or not handover.over:
        return False
    return all(one is not None and one.as_of > watched_until(handover, policy) for one in known)


@dataclass(frozen=True)
class Leave:
    """That a person wants hypercare of a release to end now; `because` is why it should although criteria do not hold."""

    release: str
    because: str = ""
