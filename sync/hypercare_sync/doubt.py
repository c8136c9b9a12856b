"""What a source shows to a store that knows nothing of the release, held against what the summary last counted. Pure.

A tracker that shows nothing, twice, looks like one that has nothing. Whoever remembers tells them apart by the tickets themselves; without the
store only their number is left, in the summary's record.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hypercare_sync.collect import Collected
from hypercare_sync.errors import TrackerError
from hypercare_sync.observed import SourceCount, SummaryRecord
from hypercare_sync.trackers.census import CENSUS_EVERY, SHARE
from hypercare_sync.wording import count

Counts = tuple[SourceCount, ...]


def with_doubts(
    collected: Sequence[Collected], record: SummaryRecord | None, now: datetime, *, lost: bool
) -> tuple[tuple[Collected, ...], Counts]:
    """The sources and their counts; where the store was `lost`, one that shows much less than was counted is stale.

    Tickets that left it, and were read since they carry labels of ours, are shown. It is believed when it still shows no more after as long as lies
    between two censuses. Counts are told apart by the sources' order in the config.
    """
    known = record.counts if record and len(record.counts) == len(collected) else (SourceCount(),) * len(collected)
    if not lost:
        return tuple(collected), tuple(map(_counted, collected, known))
    since = record.as_of if record else None
    weighed = [_weighed(one, was, since, now) for one, was in zip(collected, known, strict=True)]
    return tuple(one for one, _ in weighed), tuple(after for _, after in weighed)


def _weighed(one: Collected, was: SourceCount, as_of: datetime | None, now: datetime) -> tuple[Collected, SourceCount]:
    shown, began = len(one.tickets), was.doubted or now
    if one.error or was.tickets - shown <= SHARE * was.tickets or now - began >= CENSUS_EVERY:
        return one, _counted(one, was)
    problem = TrackerError(
        f"{one.source.label}: shows only {shown} of the {count(was.tickets, 'ticket')} that the summary last counted, and the store knows none; "
        f"not believed, nothing is written there; if it is so, it is believed from {began + CENSUS_EVERY:%Y-%m-%d %H:%M} on"
    )
    stale = replace(one, error=problem, as_of=as_of, changed=0, keep=lambda _: None)
    return stale, SourceCount(tickets=was.tickets, doubted=began)


def _counted(one: Collected, was: SourceCount) -> SourceCount:
    """How many tickets the source lists; what was counted before where it could not be read."""
    return was if one.error else SourceCount(tickets=sum(map(one.source.lists, one.tickets.values())))
