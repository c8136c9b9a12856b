"""What people said about a ticket in the summary, for who asks why it is as it is."""

from collections.abc import Iterator

from hypercare_rules.release import Release
from hypercare_rules.ticket import Said, Ticket
from hypercare_rules.words import Verb
from hypercare_sync.text.document import Block, Bullets, Heading, spans
from hypercare_sync.wording import stamp


def said_in_the_summary(ticket: Ticket, release: Release) -> Iterator[Block]:
    """Every word, the oldest first."""
    if ticket.said:
        yield Heading(3, spans("Said in the summary"))
        yield Bullets(tuple(spans(_line(one, release)) for one in ticket.said))


def _line(said: Said, release: Release) -> str:
    who = said.by.name if said.by else "somebody"
    return f"{stamp(said.at, release)}, {who}: {_what(said, release)}"


def _what(said: Said, release: Release) -> str:
    match said.verb:
        case Verb.priority:
            why = f": {said.why}" if said.why else ""
            return f"priority {said.priority or 'by the policy again'}{why}"
        case Verb.snooze if said.until:
            return f"escalation calls nobody until {stamp(said.until, release)}"
        case _:
            return "acknowledged"
