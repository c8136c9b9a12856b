"""What was said in a summary's comments: read again only where somebody said something since."""

from dataclasses import replace

from hypercare_rules.conversation import Conversation
from hypercare_sync.observed import FoundSummary
from hypercare_sync.trackers.port import Reader


def with_conversation(found: FoundSummary, known: Conversation, reader: Reader) -> FoundSummary:
    """The summary with what was said in it; `known` is what an earlier tick read. Raises what the reader does."""
    current = found.current
    if current is None or not current.stamp:
        return found
    if current.stamp != known.stamp:
        known = Conversation.of(reader.conversation(current.key), current.stamp)
    return replace(found, current=replace(current, conversation=known))
