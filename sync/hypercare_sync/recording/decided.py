"""What the journal is told of decisions: what was decided, by which rules and values, and whether that is news. Pure."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hypercare_rules.assess import TicketAssessment
from hypercare_rules.assignment import Assignment
from hypercare_rules.judgement import Judgement
from hypercare_rules.native_priority import NativePriority
from hypercare_rules.release import Phase
from hypercare_rules.ticket import Audience
from hypercare_sync.assessed_json import (
    assignment_json,
    clock_json,
    conditions_json,
    escalation_json,
    labels_json,
    native_priority_json,
)
from hypercare_sync.recording.named import Names
from hypercare_sync.release_state import ReleaseState
from hypercare_sync.store import Entry, Subject, Told

_VALUES = ("priority", "kind", "impact", "urgency", "severity", "customer")
_LEFT = "no longer the release's"


@dataclass(frozen=True)
class News:
    """What the journal has not been told yet: the entries, what is told then, and of what nothing is any more."""

    entries: tuple[Entry, ...]
    told: Mapping[Subject, Told]
    gone: frozenset[Subject]


def news(
    phases: Mapping[str, Phase], states: Mapping[str, ReleaseState], known: Mapping[Subject, Told], names: Names
) -> News:
    """What is decided otherwise than it was `known`, over releases with their phases; a release that is not live has no state yet."""
    told: dict[Subject, Told] = {}
    gone: set[Subject] = set()
    entries: list[Entry] = []
    for name, phase in phases.items():
        state = states.get(name)
        about = Subject(name)
        said = _of_release(phase, state)
        if known.get(about) != said:
            told[about] = said
            entries.append(_release_entry(name, said, known.get(about), state))
        if state is None:
            continue
        there = set()
        for assessed in state.assessment.tickets:
            about = Subject(name, str(assessed.ticket.ref))
            there.add(about)
            digest, before = _digest(assessed), known.get(about)
            if before is None or before.digest != digest:
                told[about] = Told(digest, _words(assessed))
                entries.append(_ticket_entry(assessed, about, told[about], before, names))
        for about in _left(name, state, known, there):
            gone.add(about)
            body = {"before": known[about].words, "after": _LEFT}
            entries.append(Entry("decision", body, about.release, about.ticket))
    return News(tuple(entries), told, frozenset(gone))


def _left(name: str, state: ReleaseState, known: Mapping[Subject, Told], there: set[Subject]) -> Iterator[Subject]:
    """The tickets that are the release's no more, as far as their trackers could be read."""
    missing = {about for about in known if about.release == name and about.ticket} - there
    return (about for about in sorted(missing) if about.ticket.partition(":")[0] not in state.stale)


def _of_release(phase: Phase, state: ReleaseState | None) -> Told:
    words = f"{phase}, {state.assessment.health.state}" if state else str(phase)
    return Told(_hashed(words), words)


def _release_entry(name: str, said: Told, before: Told | None, state: ReleaseState | None) -> Entry:
    reasons = list(state.assessment.health.reasons(Audience.restricted)) if state else []
    day = {"day": state.assessment.day} if state else {}
    return Entry("decision", {"before": before and before.words, "after": said.words, **day, "why": reasons}, name)


def _words(assessed: TicketAssessment) -> str:
    """The decision for people to read in a line."""
    if not assessed.ticket.open:
        return f"closed, was {assessed.priority}"
    return ", ".join((assessed.priority, *dict.fromkeys(one.name for one in assessed.conditions)))


def _digest(assessed: TicketAssessment) -> str:
    """Another one as soon as something else is decided; the same however much time passes meanwhile."""
    judged, to, native = assessed.judgement, assessed.assignment, assessed.native_priority
    return _hashed(
        repr(
            (
                assessed.ticket.open,
                [(str(value.value), value.source) for value in map(judged.__getattribute__, _VALUES)],
                judged.matched,
                [(one.name, one.subject) for one in assessed.conditions],
                [one.label for one in assessed.labels],
                [one.label for one in assessed.kept_away],
                [
                    (
                        one.policy,
                        one.why,
                        one.quiet,
                        [(step.number, step.repetition) for step in (one.reached,) if step],
                    )
                    for one in assessed.escalations
                ],
                to.who if isinstance(to, Assignment) else to and to.why,
                native.name if isinstance(native, NativePriority) else native and native.why,
                assessed.told,
            )
        )
    )


def _hashed(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()


def _ticket_entry(assessed: TicketAssessment, about: Subject, said: Told, before: Told | None, names: Names) -> Entry:
    body: dict[str, Any] = {
        "before": before and before.words,
        "after": said.words,
        "values": _values(assessed.judgement),
        "rules": list(assessed.judgement.matched),
        "clocks": [clock_json(clock) for clock in assessed.clocks],
        "conditions": conditions_json(assessed),
        "labels": labels_json(assessed),
        "escalations": [escalation_json(one) for one in assessed.escalations],
        "assignment": assignment_json(assessed.assignment),
        "native_priority": native_priority_json(assessed.native_priority),
        "comment": assessed.told,
    }
    told = {name: value for name, value in body.items() if value}
    people = names.of(_people(assessed))
    return Entry("decision", told, about.release, about.ticket, people, assessed.judgement.matched)


def _values(judgement: Judgement) -> dict[str, dict[str, object]]:
    """What was decided and where each value comes from."""
    found = {name: getattr(judgement, name) for name in _VALUES}
    return {name: {"value": one.value, "source": one.source} for name, one in found.items()}


def _people(assessed: TicketAssessment) -> Iterator[str]:
    """Whom the decision is about: who is called or should get the ticket, and whose word is kept."""
    for escalation in assessed.escalations:
        for step in escalation.steps:
            if step.fired or step in escalation.due:
                yield from step.notify
    if isinstance(assessed.assignment, Assignment):
        yield assessed.assignment.who
    for label in assessed.kept_away:
        if label.taken_off.by:
            yield from (label.taken_off.by.id, label.taken_off.by.name)
