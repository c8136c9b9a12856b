"""The comment by which an escalation reaches people: a fresh one for each step, so that being named notifies them."""

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.escalations import Escalation
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release
from hypercare_sync.text.document import Document, Inline, Mention, Paragraph, Strong, Text, spans
from hypercare_sync.wording import clock_state, stamp


def escalation_comment(
    assessed: TicketAssessment, escalation: Escalation, release: Release, policy: Policy
) -> Document:
    """What the due steps of an episode tell, and whom. The same for the same steps, however late they are told."""
    steps = " and ".join(str(step.number + 1) for step in escalation.due)
    names = dict.fromkeys(name for step in escalation.due for name in step.notify)
    head = spans(
        Strong(f"{release.name}: {assessed.priority}, step {steps} of escalation {escalation.policy}"),
        f" ({escalation.why}, since {stamp(escalation.since, release)}).",
    )
    due = assessed.next_due
    clock = f"{due.name.capitalize()}: {clock_state(due, release)}. " if due else ""
    called: list[Inline] = [Text(f"{clock}Please respond: ")]
    for number, name in enumerate(names):
        called += [Text(", " if number else ""), _called(name, policy)]
    return Document((Paragraph(head), Paragraph((*called, Text(".")))))


def name_of(name: str, policy: Policy) -> str:
    """How people know somebody of the policy; a role that nobody has by its words."""
    member = policy.people.get(name)
    return member.name if member else name.replace("_", " ")


def _called(name: str, policy: Policy) -> Inline:
    """A person of the policy as a mention."""
    member = policy.people.get(name)
    return Mention(member.name, member.github, member.jira) if member else Strong(name_of(name, policy))
