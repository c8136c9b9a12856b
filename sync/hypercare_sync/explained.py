"""The story of a ticket as a document: what `explain` shows."""

from collections.abc import Iterable, Iterator

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.clocks import ClockState
from hypercare_rules.conditions import Explained
from hypercare_rules.durations import render
from hypercare_rules.escalations import Escalation, Step, named
from hypercare_rules.explanation import Decided, Ended, Explanation, Ledger, RuleStory, Verdict
from hypercare_rules.labels import Condition
from hypercare_rules.release import Release, Scope
from hypercare_rules.ticket import Ticket
from hypercare_sync.text.document import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    Link,
    Paragraph,
    Spans,
    Strong,
    Table,
    spans,
)
from hypercare_sync.wording import clock_state, count, stamp, used_share

_SCOPES = {
    Scope.reported: "the release's",
    Scope.planned: "left out as planned work",
    Scope.untagged: "possibly the release's",
    Scope.outside: "not the release's",
}


def explained_document(stories: Iterable[Explanation]) -> Document:
    """One ticket in each of its releases."""
    blocks: list[Block] = []
    for story in stories:
        if not blocks:
            blocks += _ticket(story.ticket)
        blocks += _story(story)
    return Document(tuple(blocks))


def _ticket(ticket: Ticket) -> Iterator[Block]:
    yield Heading(1, spans(f"{ticket.ref.key}: {ticket.title}"))
    people = ", ".join(person.name for person in ticket.assignees) or "nobody"
    reporter = ticket.reporter.name if ticket.reporter else "nobody known"
    yield Paragraph(spans(Link(ticket.url, ticket.url)))
    yield Paragraph(
        spans(
            f"{ticket.status.name}, reported by {reporter}, assigned to {people}; readers: {ticket.audience.name}."
            + (" Its history was cut: times are bounds." if ticket.history_cut else "")
        )
    )


def _story(story: Explanation) -> Iterator[Block]:
    release, decided = story.release, story.decided
    state = f"{decided.assessed.priority}" if decided else "not judged"
    yield Heading(2, spans(f"{release.name}: {state}"))
    yield Bullets(tuple(spans(Strong(_SCOPES[one.scope]), f" by {one.source}: {one.why}") for one in story.scopings))
    if decided is None:
        return
    yield Heading(3, spans("Values"))
    yield Table(("Value", "Is", "From"), tuple((_s(v.name), _s(v.value), _s(v.source)) for v in decided.values))
    yield from _rules(decided.rules)
    for ledger in decided.ledgers:
        yield from _clock(ledger, release)
    yield from _conditions(decided.assessed.conditions, release)
    yield from _labels(decided.assessed, release)
    yield Heading(3, spans("Status comment"))
    yield Paragraph(spans(_comment(decided, release)))
    yield from _escalation(decided, release)
    yield from _incident(decided)


def _rules(rules: tuple[RuleStory, ...]) -> Iterator[Block]:
    if not rules:
        return
    yield Heading(3, spans("Rules"))
    told = [rule for rule in rules if rule.verdict in (Verdict.matched, Verdict.almost)]
    if told:
        yield Table(("Rule", "Outcome", "What it did, or what failed"), tuple(map(_rule, told)))
    for verdict, words in (
        (Verdict.failed, "did not match"),
        (Verdict.not_tried, "not tried: a rule before ended them"),
    ):
        names = [rule.id for rule in rules if rule.verdict is verdict]
        if names:
            yield Paragraph(spans(f"{count(len(names), 'rule')} {words}: {', '.join(names)}."))


def _rule(rule: RuleStory) -> tuple[Spans, ...]:
    if rule.failing is not None:
        return _s(rule.id), _s("almost"), _s(f"but for: {_in_words(rule.failing)}")
    because = _in_words(rule.condition) if rule.condition else ""
    return spans(Code(rule.id)), spans(Strong("matched")), _s(f"{', '.join(rule.did)}; since {because}")


def _in_words(condition: Explained) -> str:
    """A condition with the ticket's values, on one line; of alternatives that hold only those that do."""
    if condition.actual is not None:
        return f"{condition.text} (is {condition.actual})"
    if condition.text == "not":
        return f"not ({_in_words(condition.parts[0])})"
    parts = condition.parts
    if condition.text == "any of" and condition.holds:
        parts = tuple(part for part in parts if part.holds)
    joint = " or " if condition.text == "any of" else " and "
    return joint.join(map(_in_words, parts)) or "always"


def _clock(ledger: Ledger, release: Release) -> Iterator[Block]:
    clock = ledger.clock
    calendar = f" on calendar {clock.calendar}" if clock.calendar else ""
    yield Heading(3, spans(f"Clock: {clock.name}"))
    yield Paragraph(
        spans(
            Strong(clock_state(clock, release)),
            f": {'at least ' * clock.lower_bound}{render(clock.used)} of {render(clock.target)}{calendar} used "
            f"({used_share(clock)}); due {stamp(clock.due_at, release)}, at risk from {stamp(clock.at_risk_at, release)}"
            f"{', if it went on now' * (clock.state is ClockState.paused)}.",
        )
    )
    rows = [
        (
            _s(stamp(entry.start, release)),
            _s(stamp(entry.end, release) if entry.end else "now"),
            _s("running" if entry.running else "paused"),
            _s(render(entry.worked) if entry.running else ""),
        )
        for entry in ledger.entries
    ]
    if rows:
        yield Table(("From", "Until", "State", "Time used"), tuple(rows))


def _conditions(conditions: tuple[Condition, ...], release: Release) -> Iterator[Block]:
    if conditions:
        yield Heading(3, spans("Conditions"))
        yield Bullets(tuple(spans(Strong(c.name), f" since {stamp(c.since, release)}: {c.why}") for c in conditions))


def _labels(assessed: TicketAssessment, release: Release) -> Iterator[Block]:
    wanted = [
        (
            spans(Code(label.label)),
            _s("on it" if label.label in assessed.ticket.labels else "to be set"),
            _s(label.why),
        )
        for label in assessed.labels
    ]
    away = [
        (
            spans(Code(label.label)),
            _s("kept away"),
            _s(
                f"{label.taken_off.by.name if label.taken_off.by else 'somebody'} took it off on "
                f"{stamp(label.taken_off.at, release)}; would be for {label.why}"
            ),
        )
        for label in assessed.kept_away
    ]
    if wanted or away:
        yield Heading(3, spans("Labels"))
        yield Table(("Label", "State", "Why"), (*wanted, *away))


def _comment(decided: Decided, release: Release) -> str:
    """Whether there is or will be a status comment, and why."""
    reasons = "; ".join(f"{one.name} since {stamp(one.since, release)} ({one.why})" for one in decided.reasons)
    if decided.commented:
        return f"It has one, which is kept up to date. {_sentence(reasons)}".strip()
    if decided.assessed.told:
        return f"It gets one. {_sentence(reasons)}"
    if not decided.reasons:
        return "None: nothing calls for one." if decided.assessed.ticket.open else "None: the ticket is closed."
    after = f", which is not after {stamp(decided.told_after, release)}" if decided.told_after else ""
    return f"None: {reasons}{after}, from which on people are told."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _escalation(decided: Decided, release: Release) -> Iterator[Block]:
    if not decided.assessed.escalations and not decided.ended:
        return
    yield Heading(3, spans("Escalation"))
    for escalation in decided.assessed.escalations:
        yield from _episode(escalation, release)
    for ended in decided.ended:
        yield Paragraph(spans(*_ended(ended)))


def _episode(escalation: Escalation, release: Release) -> Iterator[Block]:
    coming = escalation.upcoming
    following = f"; next {stamp(coming.due_at, release)} to {', '.join(coming.notify)}" if coming else ""
    yield Paragraph(
        spans(
            Strong(escalation.policy),
            f" ({escalation.why}), running since {stamp(escalation.since, release)}{following}.",
        )
    )
    rows = tuple(
        (
            _s(named([step])),
            _s(stamp(step.due_at, release)),
            _s(_telling(step, escalation, release)),
            _s(", ".join(step.notify)),
        )
        for step in escalation.steps
    )
    yield Table(("Step", "Due", "Told", "Whom"), rows)


def _telling(step: Step, escalation: Escalation, release: Release) -> str:
    if step.told_at is not None:
        return stamp(step.told_at, release)
    if step in escalation.due:
        return "now"
    return "to come" if step == escalation.upcoming else "no"


def _ended(ended: Ended) -> Spans:
    return spans(Strong(ended.policy), f" ({ended.why}) calls nobody: {_in_words(ended.until)}.")


def _incident(decided: Decided) -> Iterator[Block]:
    if not decided.others:
        return
    incident = decided.incident
    yield Heading(3, spans("Incident"))
    differ = f" The trackers differ: {incident.disagreement}." if incident.disagreement else ""
    yield Paragraph(spans(f"One problem of {incident.priority} in {len(incident.tickets)} tickets.{differ}"))
    yield Table(
        ("Ticket", "Priority", "Status", "Title"),
        tuple(
            (
                spans(Link(str(other.ticket.ref), other.ticket.url)),
                _s(other.priority),
                _s(other.ticket.status.name),
                _s(other.ticket.title),
            )
            for other in decided.others
        ),
    )


def _s(text: str) -> Spans:
    return spans(text)
