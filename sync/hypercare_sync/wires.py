"""What a tick must know of the trackers' limits from the one before it, and leaves to the next."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypercare_sync.pace import Pace
from hypercare_sync.store import KnownWire, Store
from hypercare_sync.trackers.port import Tracker


def recall(trackers: Mapping[str, Tracker], paces: Mapping[str, Pace], store: Store) -> None:
    """Go on where the last tick ended: with its last hour's content counted, and a silent tracker asked once only."""
    now = datetime.now(UTC)
    for name, tracker in trackers.items():
        known = store.wire(name)
        tracker.reader.requests.silent = known.silent
        paces[name].recall((now - at).total_seconds() for at in known.content)


def keep(trackers: Mapping[str, Tracker], paces: Mapping[str, Pace], store: Store) -> None:
    """Leave the next tick what it must know. Times are the machine's: limits are real, whatever `now` of the policy is."""
    now = datetime.now(UTC)
    for name, tracker in trackers.items():
        content = tuple(now - timedelta(seconds=age) for age in paces[name].ages())
        store.save_wire(name, KnownWire(content, tracker.reader.requests.silent))
