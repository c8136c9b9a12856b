"""What we keep between ticks: a cache of what the trackers told, the journal, and who may write. Losing it loses speed and reports, no truth."""

from hypercare_sync.store.database import shown
from hypercare_sync.store.lease import Holder, Lease, holder
from hypercare_sync.store.outbox import Became
from hypercare_sync.store.schema import HEAD
from hypercare_sync.store.store import Store, open_to_look
from hypercare_sync.store.values import (
    Entry,
    EntryKind,
    Intent,
    Journaled,
    KnownRelease,
    KnownSource,
    KnownWire,
    Rollup,
    Run,
    Subject,
    Told,
)

__all__ = [
    "HEAD",
    "Became",
    "Entry",
    "EntryKind",
    "Holder",
    "Intent",
    "Journaled",
    "KnownRelease",
    "KnownSource",
    "KnownWire",
    "Lease",
    "Rollup",
    "Run",
    "Store",
    "Subject",
    "Told",
    "holder",
    "open_to_look",
    "shown",
]
