"""What the summary says, as values: every figure and row that a lead sees, before any markup.

What its readers may not see is counted and never named.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from hypercare_rules.assess import Assessment
from hypercare_rules.attention import burning, due_soon, horizon
from hypercare_rules.decisions import decisions
from hypercare_rules.duties import Duty, duties
from hypercare_rules.exits import expected_exit
from hypercare_rules.feedback import Feedback, Voices, feedback
from hypercare_rules.flow import Day, flow
from hypercare_rules.guides import Guide
from hypercare_rules.handover import Handover
from hypercare_rules.health import HealthState
from hypercare_rules.leaving import relapses, watched_until
from hypercare_rules.metrics import Metrics, metrics
from hypercare_rules.people import ON_CALL
from hypercare_rules.policy import Policy
from hypercare_rules.release import Phase, Release, SourceState, known_to
from hypercare_rules.reviews import Meeting
from hypercare_rules.since import last_look
from hypercare_rules.ticket import Audience, StatusCategory
from hypercare_rules.values import Kind, Priority
from hypercare_sync.summary.asking import Asked, asked
from hypercare_sync.summary.changes import Changes, changes
from hypercare_sync.summary.shown import Criterion, Listing, Named, Readers, Shown
from hypercare_sync.wording import name_of

_DAYS_SHOWN = 28
_LOUDEST = 5

Counts = dict[StatusCategory, int]


@dataclass(frozen=True)
class Unnamed:
    """The sources that readers may not hear the names of, together: how many, with how many tickets and notes.

    `stale` of them could not be read, the longest since `stale_since`; None where one never was.
    """

    number: int
    tickets: int
    stale: int = 0
    stale_since: datetime | None = None
    notes: int = 0


@dataclass(frozen=True)
class SummaryView:
    """Everything in the summary but the time at which it was written.

    `expected_exit` is when the last criterion will be met if nothing new happens, where that can be told. What is due `soon` is so
    before the `horizon`. `days` are the last weeks; `voices` are the loudest tickets that readers may see. `ending` is how hypercare
    ended, also where that was taken back.
    """

    release: Release
    phase: Phase
    day: int
    health: HealthState
    reasons: tuple[str, ...]
    asked: Asked
    burning: Listing
    soon: Listing
    horizon: datetime
    changes: Changes
    untagged: Listing
    counts: dict[Priority, Counts]
    kinds: dict[Kind, Counts]
    days: tuple[Day, ...]
    served: Metrics
    said: Feedback
    voices: tuple[tuple[Shown, Voices], ...]
    tickets: int
    incidents: int
    planned: int
    exit: tuple[Criterion, ...]
    expected_exit: datetime | None
    on_call: tuple[Duty, ...]
    sources: tuple[SourceState, ...]
    links: tuple[Guide, ...]
    unnamed: Unnamed | None = None
    next_review: Meeting | None = None
    ending: "Ending | None" = None

    @property
    def over(self) -> bool:
        """Whether hypercare is left."""
        return self.ending is not None and self.ending.handover.stands

    @property
    def stale(self) -> bool:
        """Whether a source could not be read: then every count is a lower bound."""
        unnamed = self.unnamed is not None and self.unnamed.stale > 0
        return unnamed or any(source.problem for source in self.sources)


@dataclass(frozen=True)
class Ending:
    """How hypercare ended, with people by their names: `signed` with the time of each.

    What is `left` is open, and carries the `label`; a P1 that comes up `until` then takes the end back. `relapse` are those that did.
    """

    handover: Handover
    signed: tuple[tuple[str, datetime], ...]
    left: Listing
    label: str
    until: datetime
    relapse: Named


def summary_view(
    assessment: Assessment,
    policy: Policy,
    audience: Audience,
    github: str | None = None,
    since: datetime | None = None,
) -> SummaryView:
    """The summary of an assessment for readers of this audience; `github` names the GitHub that it is written on, if any.

    What changed is told `since` then, or since a lead last looked.
    """
    readers = Readers(assessment, policy, audience, github)
    named, others = known_to(audience, assessment.sources)
    said, hot = feedback(assessment, policy), burning(assessment)
    return SummaryView(
        release=assessment.release,
        phase=assessment.phase,
        day=assessment.day,
        health=assessment.health.state,
        reasons=assessment.health.reasons(audience),
        asked=asked(decisions(assessment, policy), readers, policy),
        burning=readers.incidents(hot),
        soon=readers.listing(readers.apart(due_soon(assessment), hot)),
        horizon=horizon(assessment),
        changes=changes(assessment, policy, since or last_look(assessment), readers),
        untagged=readers.untagged(assessment.untagged),
        counts=_by_priority(assessment),
        kinds=_by_kind(assessment),
        days=flow((one.ticket for one in assessment.tickets), assessment.release, assessment.now)[-_DAYS_SHOWN:],
        served=metrics(assessment, policy),
        said=said,
        voices=_loudest(said, readers),
        tickets=len(assessment.tickets),
        incidents=len(assessment.incidents),
        planned=len(assessment.planned),
        exit=tuple(map(readers.criterion, assessment.exit)),
        expected_exit=expected_exit(assessment.exit),
        on_call=tuple(
            Duty(tuple(name_of(name, policy) for name in who), until) for who, until in duties(policy, assessment.now)
        ),
        sources=named,
        links=tuple(one for one in (*policy.links, *policy.runbooks) if one.readers <= audience),
        unnamed=_unnamed(others) if others else None,
        next_review=with_names(assessment.reviews.next, policy) if assessment.reviews.next else None,
        ending=_ending(assessment, policy, readers),
    )


def _ending(assessment: Assessment, policy: Policy, readers: Readers) -> Ending | None:
    handover = assessment.memory.handover
    if handover is None:
        return None
    left = readers.listing(assessment.open)
    rows = tuple(replace(row, clock="", next_call="", note="", why="") for row in left.rows)
    back = () if handover.stands else relapses(assessment, policy, handover)
    return Ending(
        handover,
        tuple((name_of(one.who, policy), one.at) for one in handover.signed),
        replace(left, rows=rows),
        policy.bau_label,
        watched_until(handover, policy),
        readers.named(back),
    )


def _by_priority(assessment: Assessment) -> dict[Priority, Counts]:
    counts = {priority: dict.fromkeys(StatusCategory, 0) for priority in Priority}
    for assessed in assessment.tickets:
        counts[assessed.priority][assessed.ticket.status.category] += 1
    return counts


def _by_kind(assessment: Assessment) -> dict[Kind, Counts]:
    """The kinds that there are tickets of."""
    counts = {kind: dict.fromkeys(StatusCategory, 0) for kind in Kind}
    for assessed in assessment.tickets:
        counts[assessed.judgement.kind.value][assessed.ticket.status.category] += 1
    return {kind: each for kind, each in counts.items() if any(each.values())}


def _loudest(said: Feedback, readers: Readers) -> tuple[tuple[Shown, Voices], ...]:
    """The loudest tickets of those that readers may see."""
    seen = ((shown, voices) for voices in said.loudest for shown in readers.named((voices.ref,)).tickets)
    return tuple(islice(seen, _LOUDEST))


def with_names(meeting: Meeting, policy: Policy) -> Meeting:
    """A meeting with those who come as people know them."""
    return meeting._replace(who=tuple("on call" if name == ON_CALL else name_of(name, policy) for name in meeting.who))


def _unnamed(sources: Sequence[SourceState]) -> Unnamed:
    stale = [source.as_of for source in sources if source.problem]
    known = [as_of for as_of in stale if as_of]
    return Unnamed(
        number=len(sources),
        tickets=sum(len(source.tickets) for source in sources),
        stale=len(stale),
        stale_since=min(known) if known and len(known) == len(stale) else None,
        notes=sum(len(source.notes) for source in sources),
    )
