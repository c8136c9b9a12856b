"""The census: an hourly list of ids that shows what left a release without a trace in any delta."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import TypeVar

from hypercare_rules.ticket import Ref
from hypercare_sync.errors import TrackerError

CENSUS_EVERY = timedelta(hours=1)
SHARE = 0.3
"""How much of what is known may be missing at once."""
_COUNT = 10

V = TypeVar("V")


def believable(label: str, listed: Callable[[], Mapping[Ref, V]], known: Collection[Ref]) -> Mapping[Ref, V]:
    """The list, read a second time where much of what is known is missing from it.

    Raises TrackerError where it stays so: a source that shrank suddenly is held as it was and never reads as "no tickets".
    """
    first = listed()
    if not _shrunk(first, known):
        return first
    second = listed()
    if not _shrunk(second, known):
        return second
    present = len(set(known) & set(second))
    raise TrackerError(
        f"{label}: lists only {present} of {len(known)} known tickets; not believed, the tickets are kept as they were"
    )


def _shrunk(listed: Mapping[Ref, V], known: Collection[Ref]) -> bool:
    missing = len(set(known) - set(listed))
    return missing > _COUNT and missing > SHARE * len(known)
