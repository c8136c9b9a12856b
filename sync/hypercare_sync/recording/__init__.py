"""What a tick leaves in the store: its run, what was decided otherwise than before, and each write in two phases."""

from hypercare_sync.recording.ledger import Ledger
from hypercare_sync.recording.ticks import Recording

__all__ = ["Ledger", "Recording"]
