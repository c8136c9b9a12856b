"""The story of a ticket as a document: what `explain` shows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.assignment import Assignment
from hypercare_rules.clocks import ClockState
from hypercare_rules.conditions import Explained
from hypercare_rules.escalations import Escalation, Step, named
from hypercare_rules.explanation import Decided, Ended, Explanation, RuleStory, Verdict
from hypercare_rules.handover import Handover
from hypercare_rules.hindsight import WITHOUT_HISTORY
from hypercare_rules.labels import Condition
from hypercare_rules.ledger import Going, Ledger
from hypercare_rules.native_priority import KeptPriority
from hypercare_rules.release import Release, Scope
from hypercare_rules.ticket import Ticket
from hypercare_sync.explained_labels import LabelStory
from hypercare_sync.explained_words import said_in_the_summary
from hypercare_sync.text.document import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    Link,
    Note,
    Paragraph,
    Spans,
    Strong,
    Table,
    spans,
)
from hypercare_sync.wording import clock_state, count, stamp, used_share, working

_LONGEST_LEDGER = 16  # rows; weeks of office hours have more
_HAS = " has "  # how a question for one of several names is put; where it holds, the other names tell nothing
_SCOPES = {
    Scope.reported: "the release's",
    Scope.planned: "left out as planned work",
    Scope.untagged: "possibly the release's",
    Scope.outside: "not the release's",
}


def explained_document(
    stories: Iterable[Explanation], labels: Sequence[LabelStory] = (), *, hindsight: bool = False
) -> Document:
    """One ticket in each of its releases, and its labels over all of them; with `hindsight` it is told as it stood in the past."""
    blocks: list[Block] = []
    for story in stories:
        if not blocks:
            blocks += _ticket(story.ticket)
            blocks += [_as_it_stood(story)] if hindsight else []
        blocks += _story(story)
    return Document((*blocks, *_labels(labels)))


def _as_it_stood(story: Explanation) -> Note:
    *others, last = WITHOUT_HISTORY
    present = f"{', '.join(others)} and {last} have no history, and are as they are now"
    return Note(
        "info", spans(f"As it stood on {stamp(story.now, story.release)}, as far as histories tell: {present}.")
    )


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
    yield from said_in_the_summary(decided.assessed.ticket, release)
    yield from _rules(decided.rules)
    for ledger in decided.ledgers:
        yield from _clock(ledger, release)
    if story.handover:
        yield _end(story, story.handover)
        if story.handover.stands:
            yield from _incident(decided)
            return
    yield from _conditions(decided.assessed.conditions, release)
    yield Heading(3, spans("Status comment"))
    yield Paragraph(spans(_comment(decided, release)))
    yield from _escalation(decided, release)
    yield from _assignment(decided.assessed)
    yield from _native_priority(decided.assessed)
    yield from _incident(decided)


def _end(story: Explanation, handover: Handover) -> Note:
    """That hypercare ended, and what that means for the ticket."""
    release, ticket = story.release, story.ticket
    if handover.relapsed is not None:
        ended = f"had ended {stamp(handover.at, release)}, and was taken up again {stamp(handover.relapsed, release)}"
        return Note("info", spans(f"Hypercare {ended} by a new P1."))
    owners = ", ".join(person.name for person in ticket.assignees) or story.owner or "nobody who is named"
    goes_on = f"it was handed over to {owners}" if ticket.open else "it was closed"
    ended = f"Hypercare ended {stamp(handover.at, release)}: {goes_on}, and nothing more is asked for."
    return Note("info", spans(ended))


def _rules(rules: tuple[RuleStory, ...]) -> Iterator[Block]:
    if not rules:
        return
    yield Heading(3, spans("Rules"))
    told = [rule for rule in rules if rule.verdict in (Verdict.matched, Verdict.almost)]
    if told:
        yield Table(("Rule", "Outcome", "What it did, or what failed"), tuple(map(_rule, told)))
    failed = [rule for rule in rules if rule.verdict is Verdict.failed]
    if failed:
        yield Paragraph(spans(f"{count(len(failed), 'rule')} did not match:"))
        yield Bullets(tuple(spans(Code(rule.id), f": {_failed(rule.condition)}") for rule in failed if rule.condition))
    names = [rule.id for rule in rules if rule.verdict is Verdict.not_tried]
    if names:
        yield Paragraph(spans(f"{count(len(names), 'rule')} not tried: a rule before ended them: {', '.join(names)}."))


def _rule(rule: RuleStory) -> tuple[Spans, ...]:
    if rule.failing is not None:
        return spans(Code(rule.id)), _s("almost"), _s(f"but for: {_in_words(rule.failing)}")
    because = _in_words(rule.condition) if rule.condition else ""
    return spans(Code(rule.id)), spans(Strong("matched")), _s(f"{', '.join(rule.did)}; since {because}")


def _failed(condition: Explained) -> str:
    """The first entry of a condition that failed, and how many did."""
    entries = condition.parts if condition.text == "all of" else (condition,)
    failing = [entry for entry in entries if not entry.holds]
    number = f" ({len(failing)} of {count(len(entries), 'entry', 'entries')} failed)" if len(entries) > 1 else ""
    return f"{_in_words(failing[0])}{number}"


def _in_words(condition: Explained) -> str:
    """A condition with the ticket's values, on one line; of alternatives that hold only those that do."""
    if condition.actual is not None:
        told = condition.holds and (_HAS in condition.text or condition.text.endswith(f" {condition.actual}"))
        return condition.text if told else f"{condition.text} (is {condition.actual})"
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
    spent, target = working(clock.used, clock.calendar), working(clock.target, clock.calendar)
    yield Heading(3, spans(f"Clock: {clock.name}"))
    yield Paragraph(
        spans(
            Strong(clock_state(clock, release)),
            f": {'at least ' * clock.lower_bound}{spent} of {target}{calendar} used "
            f"({used_share(clock)}); due {stamp(clock.due_at, release)}, at risk from {stamp(clock.at_risk_at, release)}"
            f"{', if it went on now' * (clock.state is ClockState.paused)}.",
        )
    )
    if clock.missed_before:
        yield Bullets(
            tuple(
                spans(
                    f"missed before it was reopened: started {stamp(earlier.started, release)}, was due "
                    f"{stamp(earlier.due_at, release)}, took {working(earlier.used, earlier.calendar)} ({used_share(earlier)})"
                )
                for earlier in clock.missed_before
            )
        )
    rows = tuple(
        (
            _s(stamp(entry.start, release)),
            _s(stamp(entry.end, release) if entry.end else "now"),
            _s(entry.going),
            _s(working(entry.worked, clock.calendar) if entry.going is Going.running else ""),
        )
        for entry in ledger.entries
    )
    if len(rows) > _LONGEST_LEDGER:
        ends = _LONGEST_LEDGER // 2
        left_out = ledger.entries[ends:-ends]
        worked = sum((entry.worked for entry in left_out), timedelta())
        between = (_s("..."), _s("..."), _s(f"{len(left_out)} more"), _s(working(worked, clock.calendar)))
        rows = (*rows[:ends], between, *rows[-ends:])
    if rows:
        yield Table(("From", "Until", "State", "Time used"), rows)


def _conditions(conditions: tuple[Condition, ...], release: Release) -> Iterator[Block]:
    if conditions:
        yield Heading(3, spans("Conditions"))
        yield Bullets(tuple(spans(Strong(c.name), f" since {stamp(c.since, release)}: {c.why}") for c in conditions))


def _labels(labels: Sequence[LabelStory]) -> Iterator[Block]:
    if labels:
        yield Heading(2, spans("Labels"))
        yield Table(
            ("Label", "State", "Why"), tuple((spans(Code(one.label)), _s(one.state), _s(one.why)) for one in labels)
        )


def _comment(decided: Decided, release: Release) -> str:
    """Whether there is or will be a status comment, and why."""
    reasons = "; ".join(f"{one.name} since {stamp(one.since, release)} ({one.why})" for one in decided.reasons)
    if decided.commented:
        return f"It has one, which is kept up to date. {_sentence(reasons)}".strip()
    if decided.assessed.told:
        return f"It gets one. {_sentence(reasons)}"
    if not decided.reasons:
        return "None: nothing calls for one." if decided.assessed.ticket.open else "None: the ticket is closed."
    since = stamp(decided.told_after, release) if decided.told_after else ""
    return f"None: what calls for one was there at the baseline of {since}, from which on people are told: {reasons}."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _escalation(decided: Decided, release: Release) -> Iterator[Block]:
    if not decided.assessed.escalations and not decided.ended:
        return
    yield Heading(3, spans("Escalation"))
    for escalation in decided.assessed.escalations:
        yield from _episode(escalation, decided, release)
    for ended in decided.ended:
        yield Paragraph(spans(*_ended(ended)))


def _episode(escalation: Escalation, decided: Decided, release: Release) -> Iterator[Block]:
    coming = escalation.upcoming
    following = f"; next {stamp(coming.due_at, release)} to {coming.callees}" if coming else ""
    yield Paragraph(
        spans(
            Strong(escalation.policy),
            f" ({escalation.why}), running since {stamp(escalation.since, release)}{following}.",
        )
    )
    if escalation.quiet and decided.told_after is not None:
        baseline = stamp(decided.told_after, release)
        yield Paragraph(
            spans(f"Nobody is told: it was there at the baseline of {baseline}, from which on people are told.")
        )
    rows = tuple(
        (
            _s(named([step])),
            _s(stamp(step.due_at, release)),
            _s(_telling(step, escalation, release)),
            _s(step.callees),
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


def _assignment(assessed: TicketAssessment) -> Iterator[Block]:
    to = assessed.assignment
    if to is not None:
        yield Heading(3, spans("Assignment"))
        told = (
            (Strong(to.who), f" gets it: {to.why}.") if isinstance(to, Assignment) else (f"Nobody gets it: {to.why}.",)
        )
        yield Paragraph(spans(*told))


def _native_priority(assessed: TicketAssessment) -> Iterator[Block]:
    to, now = assessed.native_priority, assessed.ticket.native_priority or "none"
    if to is not None:
        yield Heading(3, spans("Native priority"))
        told = f"{now} stays: {to.why}." if isinstance(to, KeptPriority) else f"{to.name} (now {now}): {to.why}."
        yield Paragraph(spans(told))


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
