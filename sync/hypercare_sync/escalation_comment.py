"""The comment by which an escalation reaches people: a fresh one for each step, so that being named notifies them."""

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.escalations import named
from hypercare_rules.people import ON_CALL
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release
from hypercare_sync.own_words import filled, ticket_values
from hypercare_sync.paging import Page
from hypercare_sync.text.document import Document, Inline, Mention, Paragraph, Spans, Strong, Text, spans
from hypercare_sync.wording import clock_state, name_of, stamp


def escalation_comment(assessed: TicketAssessment, page: Page, release: Release, policy: Policy) -> Document:
    """What the steps of a page tell, and whom. The same for the same steps, however late they are told."""
    escalation, due = page.escalation, assessed.next_due
    clock = f"{due.name.capitalize()}: {clock_state(due, release)}. " if due else ""
    introduction, closing = _own_lines(assessed, page, release, policy)
    head = introduction or spans(
        Strong(f"{release.name}: {assessed.priority}, {named(page.steps)} of escalation {escalation.policy}"),
        f" ({escalation.why}, since {stamp(escalation.since, release)}).",
    )
    end = [Paragraph(closing)] if closing else []
    return Document((Paragraph(head), Paragraph((Text(clock), *_call(page, policy))), *end))


def _call(page: Page, policy: Policy) -> tuple[Inline, ...]:
    """Whom it calls; openly where nobody is on call, and for which releases."""
    people = [name for name in page.callees if name != ON_CALL]
    said: list[Inline] = []
    if ON_CALL in page.callees:
        said.append(Text("Nobody is on call now. "))
    if people:
        said.append(Text("Please respond: "))
        for number, name in enumerate(people):
            said += [Text(", " if number else ""), _called(name, policy)]
        said.append(Text("."))
    else:
        said.append(Text("Who comes on call will be called; whoever reads this first, please respond."))
    if page.others:
        said.append(Text(f" This is for {' and '.join(page.others)}, too."))
    return tuple(said)


def _own_lines(assessed: TicketAssessment, page: Page, release: Release, policy: Policy) -> tuple[Spans, Spans]:
    """The team's own introduction and closing line; empty where the policy has none."""
    values = ticket_values(assessed, release, policy) | {
        "escalation": page.escalation.policy,
        "steps": named(page.steps),
        "why": page.escalation.why,
        "since": stamp(page.escalation.since, release),
    }
    own = policy.templates.escalation
    introduction, closing = (filled(line, values) if line else () for line in (own.introduction, own.closing))
    return introduction, closing


def _called(name: str, policy: Policy) -> Inline:
    """A person of the policy as a mention."""
    member = policy.people.get(name)
    return Mention(member.name, member.github, member.jira) if member else Strong(name_of(name, policy))
