"""The world of a release as it stood at a time of the past, as far as its tickets' histories tell."""

from datetime import datetime

from hypercare_rules.assess import Memory, SourceView, World
from hypercare_rules.handover import Handover
from hypercare_rules.rewind import rewind

WITHOUT_HISTORY = ("titles", "descriptions", "components", "links", "votes", "reactions", "how sources were read")
"""What no history tells of: it is as it is now."""


def as_it_stood(world: World, at: datetime) -> World:
    """The tickets that were there, as they stood, and what the ticks until then left us; the same where nothing came later."""

    def earlier(source: SourceView) -> SourceView:
        tickets = tuple(rewind(ticket, at) for ticket in source.tickets if ticket.created <= at)
        return source.model_copy(update={"tickets": tickets})

    memory = world.memory
    if memory.baseline is not None and memory.baseline > at:
        memory = Memory(backfilled=memory.backfilled, sign_offs=memory.sign_offs, conversation=memory.conversation)
    memory = memory.model_copy(update={"handover": _decided(memory.handover, at)})
    return world.model_copy(update={"sources": tuple(map(earlier, world.sources)), "memory": memory})


def _decided(handover: Handover | None, at: datetime) -> Handover | None:
    """How hypercare had been left by then; what took it back later had not happened yet."""
    if handover is None or handover.at > at:
        return None
    later = handover.relapsed is not None and handover.relapsed > at
    return handover.model_copy(update={"relapsed": None}) if later else handover
