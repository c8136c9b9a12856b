"""The comment by which an escalation reaches people: a fresh one for each step, so that being named notifies them."""

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.escalations import Escalation, named
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release
from hypercare_sync.own_words import filled, ticket_values
from hypercare_sync.text.document import Document, Inline, Mention, Paragraph, Spans, Strong, Text, spans
from hypercare_sync.wording import clock_state, name_of, stamp


def escalation_comment(
    assessed: TicketAssessment, escalation: Escalation, release: Release, policy: Policy
) -> Document:
    """What the due steps of an episode tell, and whom. The same for the same steps, however late they are told."""
    names = dict.fromkeys(name for step in escalation.due for name in step.notify)
    due = assessed.next_due
    clock = f"{due.name.capitalize()}: {clock_state(due, release)}. " if due else ""
    called: list[Inline] = [Text(f"{clock}Please respond: ")]
    for number, name in enumerate(names):
        called += [Text(", " if number else ""), _called(name, policy)]
    introduction, closing = _own_lines(assessed, escalation, release, policy)
    head = introduction or spans(
        Strong(f"{release.name}: {assessed.priority}, {named(escalation.due)} of escalation {escalation.policy}"),
        f" ({escalation.why}, since {stamp(escalation.since, release)}).",
    )
    end = [Paragraph(closing)] if closing else []
    return Document((Paragraph(head), Paragraph((*called, Text("."))), *end))


def _own_lines(
    assessed: TicketAssessment, escalation: Escalation, release: Release, policy: Policy
) -> tuple[Spans, Spans]:
    """The team's own introduction and closing line; empty where the policy has none."""
    values = ticket_values(assessed, release, policy) | {
        "escalation": escalation.policy,
        "steps": named(escalation.due),
        "why": escalation.why,
        "since": stamp(escalation.since, release),
    }
    own = policy.templates.escalation
    introduction, closing = (filled(line, values) if line else () for line in (own.introduction, own.closing))
    return introduction, closing


def _called(name: str, policy: Policy) -> Inline:
    """A person of the policy as a mention."""
    member = policy.people.get(name)
    return Mention(member.name, member.github, member.jira) if member else Strong(name_of(name, policy))
