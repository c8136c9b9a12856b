"""A team's own words in our comments: a template of the policy, with its placeholders filled in.

What is filled in comes from people, so it is put into the document as text: whatever it says, it is read and does nothing.
"""

from collections.abc import Mapping

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release
from hypercare_rules.templates import Linked, Part, Slot, Template, Words
from hypercare_sync.text.document import Inline, Link, Spans, Strong, Text
from hypercare_sync.wording import call, clock_state


def filled(template: Template, values: Mapping[str, str]) -> Spans:
    """The line that the template makes of the values of its placeholders."""
    return tuple(_inline(part, values) for part in template.parts)


def ticket_values(assessed: TicketAssessment, release: Release, policy: Policy) -> dict[str, str]:
    """The values of the placeholders that every template may have (`templates.OF_TICKET`).

    None of them changes but by what happens: with a line that says how long something lasts, a comment would never stand still.
    """
    ticket, due = assessed.ticket, assessed.next_due
    calls = (escalation.upcoming for escalation in assessed.escalations if escalation.upcoming)
    step = min(calls, key=lambda step: (step.due_at, step.notify), default=None)
    return {
        "release": release.name,
        "ticket": ticket.ref.key,
        "title": ticket.title,
        "priority": assessed.priority,
        "reason": assessed.judgement.priority.source,
        "owner": ", ".join(person.name for person in ticket.assignees) or "nobody",
        "due": f"{due.name} {clock_state(due, release)}" if due else "nothing is due",
        "next_escalation": call(step, release, policy) if step else "nobody",
    }


def _inline(part: Part, values: Mapping[str, str]) -> Inline:
    match part:
        case Linked(parts, url):
            return Link("".join(_words(one, values) for one in parts), url)
        case Words(strong=True) | Slot(strong=True):
            return Strong(_words(part, values))
        case _:
            return Text(_words(part, values))


def _words(part: Words | Slot, values: Mapping[str, str]) -> str:
    return values[part.name] if isinstance(part, Slot) else part.text
