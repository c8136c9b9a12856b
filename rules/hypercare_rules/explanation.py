"""The whole story of a ticket in a release: every decision with the values, rules and times that it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hypercare_rules.assess import Assessment, TicketAssessment, World
from hypercare_rules.conditions import Explained, almost, explain
from hypercare_rules.conditions.explaining import in_words
from hypercare_rules.escalations import applying
from hypercare_rules.handover import Handover
from hypercare_rules.holding import reasons_to_tell
from hypercare_rules.incidents import Incident
from hypercare_rules.judge import Scene, TicketFacts, judge, trials
from hypercare_rules.judgement import Judgement, mapped
from hypercare_rules.labels import Condition
from hypercare_rules.leaving import owner_of
from hypercare_rules.ledger import Ledger, ledger
from hypercare_rules.policy import Policy
from hypercare_rules.release import Phase, Release, Scope
from hypercare_rules.rule import Rule
from hypercare_rules.ticket import Ref, Ticket


class Verdict(StrEnum):
    """What came of trying a rule: it held; one entry of several failed; it failed; or one before it ended the rules."""

    matched = "matched"
    almost = "almost"
    failed = "failed"
    not_tried = "not tried"


@dataclass(frozen=True, slots=True)
class Scoping:
    """What a source makes of the ticket, and why."""

    source: str
    scope: Scope
    why: str


@dataclass(frozen=True, slots=True)
class Value:
    """One value that the policy gives the ticket, in words, and where it came from."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class RuleStory:
    """One rule: its condition with the ticket's own values, and what it did; `failing` is what alone kept it from matching."""

    id: str
    verdict: Verdict
    did: tuple[str, ...] = ()
    condition: Explained | None = None
    failing: Explained | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """An escalation policy that applies to the ticket without calling anybody: its `until` holds."""

    policy: str
    why: str
    until: Explained


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about a ticket in scope, and why.

    `reasons` are those for a status comment; only what arose after `told_after` counts, everything where that is None.
    `commented` says that it has one. `others` are the other tickets of its incident.
    """

    assessed: TicketAssessment
    values: tuple[Value, ...]
    rules: tuple[RuleStory, ...]
    ledgers: tuple[Ledger, ...]
    reasons: tuple[Condition, ...]
    told_after: datetime | None
    commented: bool
    ended: tuple[Ended, ...]
    incident: Incident
    others: tuple[TicketAssessment, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A ticket in one release; `decided` is None where it is not in its scope.

    `handover` is how hypercare ended, also where that was taken back; `owner` has the ticket then, if nobody has it in the tracker.
    """

    ticket: Ticket
    release: Release
    now: datetime
    scopings: tuple[Scoping, ...]
    decided: Decided | None
    handover: Handover | None = None
    owner: str | None = None


def explanation(ref: Ref, world: World, policy: Policy, assessment: Assessment) -> Explanation | None:
    """The story of a ticket of a world that was assessed by this policy; None where no source has it."""
    found = [(source, ticket) for source in world.sources for ticket in source.tickets if ticket.ref == ref]
    if not found:
        return None
    scopings = tuple(
        Scoping(source.state.label, *source.selector.scope_with_reason(ticket, world.release, policy.summary_label))
        for source, ticket in found
    )
    assessed = next((one for one in assessment.tickets if one.ticket.ref == ref), None)
    decided = _decided(assessed, world, policy, assessment) if assessed else None
    shown = assessed.ticket if assessed else found[0][1]
    owner, handover = owner_of(shown, policy), assessment.memory.handover
    owned_by = policy.people[owner].name if owner else None
    return Explanation(shown, world.release, assessment.now, scopings, decided, handover, owned_by)


def _decided(assessed: TicketAssessment, world: World, policy: Policy, assessment: Assessment) -> Decided:
    ticket, by_ref = assessed.ticket, {one.ticket.ref: one for one in assessment.tickets}
    scene = Scene(policy, world.release, assessment.now, assessment.surroundings)
    incident = next(one for one in assessment.incidents if ticket.ref in one.tickets)
    return Decided(
        assessed=assessed,
        values=tuple(_values(assessed, policy)),
        rules=tuple(_rules(ticket, scene)),
        ledgers=tuple(ledger(clock, policy, scene.now) for clock in assessed.clocks),
        reasons=tuple(reasons_to_tell(ticket, assessed.judgement, assessed.conditions, scene)),
        told_after=world.memory.told_after(scene.now),
        commented=any(
            comment.marker is not None
            and (comment.marker.purpose, comment.marker.release) == ("status", world.release.name)
            for comment in ticket.comments
        ),
        ended=() if assessment.phase is Phase.exited else tuple(_ended(assessed, scene)),
        incident=incident,
        others=tuple(by_ref[ref] for ref in incident.tickets if ref != ticket.ref),
    )


def _values(assessed: TicketAssessment, policy: Policy) -> Iterator[Value]:
    for name in ("kind", "impact", "urgency", "severity", "customer", "priority"):
        sourced = getattr(assessed.judgement, name)
        yield Value(name, in_words(sourced.value), sourced.source)
    for name, declared in policy.fields.items():
        read = declared.read(assessed.ticket)
        yield Value(name, in_words(read.value), read.source)


def _rules(ticket: Ticket, scene: Scene) -> Iterator[RuleStory]:
    """Each rule of the policy in its order, tried as judging does."""
    before, policy = mapped(ticket, scene.policy), scene.policy
    tried = 0
    for rule, facts, after in trials(TicketFacts(ticket, scene, before)):
        tried += 1
        condition = explain(rule.when, policy.declared, facts)
        if after is None:
            failing = almost(rule.when, policy.declared, facts) if condition.text == "all of" else None
            yield RuleStory(
                rule.id, Verdict.almost if failing else Verdict.failed, condition=condition, failing=failing
            )
        else:
            yield RuleStory(rule.id, Verdict.matched, _did(rule, before, after), condition)
            before = after
    yield from (RuleStory(rule.id, Verdict.not_tried) for rule in policy.rules[tried:])


def _did(rule: Rule, before: Judgement, after: Judgement) -> tuple[str, ...]:
    """What a rule that matched changed, in words; and where it changed nothing, that."""
    return (*_changes(rule, before, after), *_asks(rule, before, after)) or ("changed nothing: all was so already",)


def _changes(rule: Rule, before: Judgement, after: Judgement) -> Iterator[str]:
    for name in ("kind", "impact", "urgency", "priority"):
        was, became = getattr(before, name).value, getattr(after, name).value
        if was is not became:
            yield f"{name} {was} -> {became}"
    if after.overridden and rule.then.set and rule.then.set.priority:
        yield f"would set {rule.then.set.priority}, but a person's override wins"
    for name in ("impact", "urgency"):
        was = getattr(before, name).value
        if rule.then.raise_ and getattr(rule.then.raise_, name) and getattr(after, name).value is was:
            yield f"{name} cannot rise above {was}"
    if (before.impact.value, before.urgency.value) != (after.impact.value, after.urgency.value):
        if after.overridden:
            yield "the priority stays: a person's override wins"
        elif before.pinned:
            yield f"the priority stays: {before.priority.source} set it"


def _asks(rule: Rule, before: Judgement, after: Judgement) -> Iterator[str]:
    yield from (f"label {label}" for label, _ in after.labels[len(before.labels) :])
    yield from (f"escalates by {name}" for name, _ in after.escalate[len(before.escalate) :])
    if rule.then.comment:
        yield "asks for a status comment"
    if rule.then.stop:
        yield "ends the rules"


def _ended(assessed: TicketAssessment, scene: Scene) -> Iterator[Ended]:
    judged = judge(assessed.ticket, scene)
    running = {escalation.policy for escalation in assessed.escalations}
    for name, why in applying(assessed.ticket, judged, scene):
        if name not in running:
            until = scene.policy.escalation[name].until
            yield Ended(name, why, explain(until, scene.policy.declared, judged.facts))
