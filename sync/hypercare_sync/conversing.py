"""What was said in a summary's comments: read again only where somebody said something since."""

from dataclasses import replace

from hypercare_rules.conversation import Conversation
from hypercare_rules.ticket import Ref
from hypercare_sync.observed import FoundSummary
from hypercare_sync.trackers.port import Reader


def with_conversation(found: FoundSummary, known: Conversation, tracker: str, reader: Reader) -> FoundSummary:
    """The summary with what was said in it; `known` is what an earlier tick read of this `tracker`. Raises what the reader does."""
    current = found.current
    if current is None or not current.stamp:
        return found
    summary = Ref(tracker, current.key)
    if (current.stamp, summary) != (known.stamp, known.summary):
        known = Conversation.of(reader.conversation(current.key), current.stamp, summary)
    conversation = known.model_copy(update={"readers": found.audience})
    return replace(found, current=replace(current, conversation=conversation))
