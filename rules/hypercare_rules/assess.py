"""The heart: what is so, and what should be so, from tickets, policy and time. Pure: the same inputs give the same answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hypercare_rules.assignment import Assignment, LeftAlone, assignment
from hypercare_rules.beginnings import entered
from hypercare_rules.clocks import Clock
from hypercare_rules.conversation import Conversation
from hypercare_rules.escalations import Escalation, escalations
from hypercare_rules.exits import CriterionState, Measured, exit_criteria
from hypercare_rules.handover import Handover
from hypercare_rules.health import Health, release_health
from hypercare_rules.hearing import Heard, Listener, Reply
from hypercare_rules.holding import holding, reasons_to_tell
from hypercare_rules.incidents import Incident, bound, incidents, surroundings
from hypercare_rules.judge import Judged, Scene, Surroundings, judge
from hypercare_rules.judgement import Judgement
from hypercare_rules.labels import Condition, KeptAway, Wanted, labels
from hypercare_rules.leaving import settled
from hypercare_rules.model import Model, Moment
from hypercare_rules.native_priority import KeptPriority, NativePriority, native_priority
from hypercare_rules.policy import Policy
from hypercare_rules.quiet import Hushed, Quiet, Silence, episode_mark, reason_mark, source_mark
from hypercare_rules.release import Phase, Release, Scope, Selector, SourceState
from hypercare_rules.reviews import Reviews, reviews
from hypercare_rules.signoffs import SignOff, agreed
from hypercare_rules.snoozes import snooze
from hypercare_rules.ticket import Audience, Ref, Said, Ticket
from hypercare_rules.values import Priority


class Memory(Model):
    """What earlier ticks left us: the baseline, after which people are told of what arises; None before it.

    With `backfilled` they are told of what was before it, too. `quiet` is what ran at the baseline and has gone on since.
    `sign_offs` are people's words that it may end, as the summary's comments tell. `policy` is the digest of the policy by which the last plan was
    made that was carried out; None where that is not known. `conversation` is what was said in the summary, `handover` how hypercare ended, if it did.
    """

    baseline: Moment | None = None
    backfilled: bool = False
    quiet: Quiet = Quiet()
    sign_offs: tuple[SignOff, ...] = ()
    policy: str | None = None
    conversation: Conversation = Conversation()
    handover: Handover | None = None

    @property
    def agreements(self) -> tuple[SignOff, ...]:
        """The sign-offs that count; those to an end that was taken back do not."""
        relapsed = self.handover.relapsed if self.handover else None
        return tuple(one for one in self.sign_offs if relapsed is None or one.at > relapsed)

    @property
    def signed_off(self) -> frozenset[str]:
        """The people of the policy who agreed to the exit."""
        return agreed(self.agreements)

    def told_after(self, now: datetime) -> datetime | None:
        """People are told of what arose after this; None where they are told of everything."""
        return None if self.backfilled else self.baseline or now

    def silence(self, *, watched: bool) -> Silence:
        """What it keeps quiet of a ticket, from a source that is `watched` since the baseline or is not."""
        return Silence(self.baseline, self.backfilled, self.quiet, watched)


class SourceView(Model):
    """One source as this tick knows it: what selects its tickets, how fresh it is, and the tickets."""

    selector: Selector
    state: SourceState
    tickets: tuple[Ticket, ...]


class World(Model):
    """Everything that `assess` sees of one release. `readers` are those who may read where the memory is kept."""

    release: Release
    sources: tuple[SourceView, ...]
    memory: Memory = Memory()
    readers: Audience = Audience.restricted


@dataclass(frozen=True, slots=True)
class TicketAssessment:
    """What the policy decides about one ticket of the release.

    `labels` are all managed labels that it should carry, `kept_away` those that people do not want on it. `told` says whether the ticket gets a status comment if it has none:
    somebody must act or would ask why, and that arose after the baseline. `quiet` is what runs and nobody is told of.
    `assignment` is who should get it, or why nobody does; `native_priority` what the tracker's own field should say, or why it is left.
    Both are None where the policy does not ask. `snoozed` is the word by which escalation leaves it alone now, `entered` since when it has been
    the release's, where events tell.
    """

    ticket: Ticket
    judgement: Judgement
    clocks: tuple[Clock, ...]
    conditions: tuple[Condition, ...]
    escalations: tuple[Escalation, ...]
    labels: tuple[Wanted, ...]
    kept_away: tuple[KeptAway, ...]
    told: bool
    quiet: Hushed
    assignment: Assignment | LeftAlone | None
    native_priority: NativePriority | KeptPriority | None
    snoozed: Said | None = None
    entered: datetime | None = None

    @property
    def priority(self) -> Priority:
        """The priority that the policy or a person's override gives."""
        return self.judgement.priority.value

    @property
    def next_due(self) -> Clock | None:
        """The unfinished clock that is due first."""
        return min((clock for clock in self.clocks if not clock.stopped), key=lambda clock: clock.due_at, default=None)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is so in one release at `now`. `tickets` are those in scope, the most urgent first; `memory` is for the next tick.

    `surroundings` are what tickets owed to others when they were judged. `mentions` are pairs of different incidents of which one
    ticket names the other, of another tracker, without saying that it is the same problem. `replies` are due to who commands something in the summary.
    """

    release: Release
    now: datetime
    phase: Phase
    day: int
    health: Health
    tickets: tuple[TicketAssessment, ...]
    planned: tuple[Ticket, ...]
    untagged: tuple[Ticket, ...]
    outside: tuple[Ticket, ...]
    incidents: tuple[Incident, ...]
    surroundings: Mapping[Ref, Surroundings]
    mentions: tuple[tuple[Ref, Ref], ...]
    exit: tuple[CriterionState, ...]
    sources: tuple[SourceState, ...]
    reviews: Reviews
    memory: Memory
    replies: tuple[Reply, ...] = ()

    @property
    def open(self) -> tuple[TicketAssessment, ...]:
        """The tickets with something left to do."""
        return tuple(assessed for assessed in self.tickets if assessed.ticket.open)


def assess(world: World, policy: Policy, now: datetime) -> Assessment:
    """Everything that follows from the tickets at `now`: scope, priorities, clocks, escalation, labels, health, exit, reviews."""
    release = world.release
    scoped: dict[Scope, dict[Ref, Ticket]] = {scope: {} for scope in Scope}
    counted: list[SourceState] = []
    selectors: dict[Ref, list[Selector]] = {}
    watched: set[Ref] = set()
    for source in _for_the_fewest(world.sources):
        mine = _by_scope(source, release, policy)
        for scope, tickets in mine.items():
            scoped[scope].update(tickets)
        for ref in mine[Scope.reported]:
            selectors.setdefault(ref, []).append(source.selector)
        if source_mark(source.state, source.selector, policy) in world.memory.quiet.sources:
            watched |= {ref for ref, ticket in mine[Scope.reported].items() if ticket.audience <= world.readers}
        counted.append(source.state.model_copy(update={"tickets": tuple(sorted(mine[Scope.reported]))}))
    talk = world.memory.conversation
    told = Listener(talk, release.name, scoped[Scope.reported], policy, now).hear()
    reported = told.on(scoped[Scope.reported], talk.readers)
    memory = _with_sign_offs(world.memory, told)
    alone = Scene(policy, release, now)
    judged = {ref: judge(ticket, alone) for ref, ticket in reported.items()}
    found = bound(reported.values())
    scene = Scene(policy, release, now, surroundings(found.groups, reported, _priorities(judged), policy))
    judged |= {ref: judge(reported[ref], scene) for ref in scene.surroundings}
    assessed = sorted(
        (
            _assessed(
                reported[ref],
                one,
                scene,
                world.memory.silence(watched=ref in watched),
                selectors[ref],
            )
            for ref, one in judged.items()
        ),
        key=_urgency,
    )
    found_so = Assessment(
        release=release,
        now=now,
        phase=release.phase(now),
        day=release.day(now),
        health=release_health(
            ((one.priority, frozenset(c.name for c in one.conditions)) for one in assessed if one.ticket.open), counted
        ),
        tickets=tuple(assessed),
        planned=_rest(scoped, Scope.planned, reported),
        untagged=_rest(scoped, Scope.untagged, reported),
        outside=_rest(scoped, Scope.outside, reported),
        incidents=incidents(found.groups, reported, _priorities(judged)),
        surroundings=scene.surroundings,
        mentions=found.mentions,
        exit=tuple(
            exit_criteria([Measured(one.ticket, judged[one.ticket.ref]) for one in assessed], scene, memory.signed_off)
        ),
        sources=tuple(counted),
        reviews=reviews(policy, release, now),
        memory=_remembered(world.model_copy(update={"memory": memory}), policy, now, assessed),
        replies=told.replies,
    )
    return settled(found_so, policy)


def assess_ticket(ticket: Ticket, scene: Scene, memory: Memory) -> TicketAssessment:
    """What the policy decides about one ticket, wherever it comes from: what began before the baseline is quiet."""
    return _assessed(ticket, judge(ticket, scene), scene, memory.silence(watched=False), ())


def _assessed(
    ticket: Ticket, judged: Judged, scene: Scene, silence: Silence, selectors: Sequence[Selector]
) -> TicketAssessment:
    scene, came = scene.remembering(ticket, judged), entered(ticket, selectors, scene)
    running = tuple(escalations(ticket, judged, scene, silence, came))
    conditions = tuple(holding(ticket, judged, running, scene)) if ticket.open else ()
    labelled = list(labels(ticket, judged.judgement, conditions, scene))
    hushed, told = _hushed(ticket, reasons_to_tell(ticket, judged.judgement, conditions, scene), silence, came)
    owner = assignment(ticket, judged.judgement, scene, silence, came)
    hushed |= {owner.quiet} if isinstance(owner, LeftAlone) and owner.quiet else set()
    return TicketAssessment(
        ticket=ticket,
        judgement=judged.judgement,
        clocks=judged.clocks,
        conditions=conditions,
        escalations=running,
        labels=tuple(label for label in labelled if isinstance(label, Wanted)),
        kept_away=tuple(label for label in labelled if isinstance(label, KeptAway)),
        told=told,
        quiet=Hushed(frozenset(episode_mark(ticket.ref, one.policy) for one in running if one.quiet), hushed),
        assignment=owner,
        native_priority=native_priority(ticket, judged.judgement, scene),
        snoozed=_snoozed(ticket, judged, scene),
        entered=came,
    )


def _snoozed(ticket: Ticket, judged: Judged, scene: Scene) -> Said | None:
    last = snooze(ticket, judged, scene) if ticket.open else None
    return last if last and last.until and last.until > scene.now else None


def _hushed(
    ticket: Ticket, reasons: Iterator[Condition], silence: Silence, entered: datetime | None
) -> tuple[frozenset[str], bool]:
    """The reasons that are quiet, and whether there are others. Of a newcomer nothing is, so its past need not be replayed."""
    if silence.breaks_for(ticket.created):
        return frozenset(), next(reasons, None) is not None
    surely = {
        reason_mark(ticket.ref, reason.name, reason.subject): max(reason.surely, entered or reason.surely)
        for reason in reasons
    }
    quiet = frozenset(digest for digest, since in surely.items() if silence.reason(digest, since))
    return quiet, len(quiet) < len(surely)


def _with_sign_offs(memory: Memory, told: Heard) -> Memory:
    """The memory with all sign-offs that count, the oldest first."""
    every = {*memory.sign_offs, *told.sign_offs}
    return memory.model_copy(update={"sign_offs": tuple(sorted(every, key=lambda one: (one.at, one.comment, one.who)))})


def _remembered(world: World, policy: Policy, now: datetime, assessed: Iterable[TicketAssessment]) -> Memory:
    """What the next tick is told; nothing new where no source could be read.

    Of what the readers of the memory may not see it holds no digest either: keys and names are few enough to be tried. A policy that
    is another now has decided about every ticket only once every source was read.
    """
    memory = world.memory
    if all(source.state.problem for source in world.sources):
        return memory
    if memory.policy is None or not any(source.state.problem for source in world.sources):
        memory = memory.model_copy(update={"policy": policy.digest})
    read = {
        source_mark(source.state, source.selector, policy): source.state.problem is None
        for source in world.sources
        if source.state.audience <= world.readers
    }
    baseline = memory.baseline or now
    if memory.backfilled:
        return memory.model_copy(update={"baseline": baseline})
    quiet = memory.quiet.after((one.quiet for one in assessed if one.ticket.audience <= world.readers), read)
    return memory.model_copy(update={"baseline": baseline, "quiet": quiet})


def _for_the_fewest(sources: tuple[SourceView, ...]) -> Iterator[SourceView]:
    """The sources, in which a ticket that several have is for the fewest readers that one of them names."""
    audiences: dict[Ref, Audience] = {}
    for source in sources if len(sources) > 1 else ():
        for ticket in source.tickets:
            audiences[ticket.ref] = max(ticket.audience, audiences.get(ticket.ref, ticket.audience))
    for source in sources:
        tickets = tuple(
            ticket.model_copy(update={"audience": fewest})
            if (fewest := audiences.get(ticket.ref, ticket.audience)) is not ticket.audience
            else ticket
            for ticket in source.tickets
        )
        yield source if tickets == source.tickets else source.model_copy(update={"tickets": tickets})


def _by_scope(source: SourceView, release: Release, policy: Policy) -> Mapping[Scope, dict[Ref, Ticket]]:
    found: dict[Scope, dict[Ref, Ticket]] = {scope: {} for scope in Scope}
    for ticket in source.tickets:
        found[source.selector.scope(ticket, release, policy.summary_label)][ticket.ref] = ticket
    return found


def _priorities(judged: Mapping[Ref, Judged]) -> dict[Ref, Priority]:
    return {ref: one.judgement.priority.value for ref, one in judged.items()}


def _rest(
    scoped: Mapping[Scope, dict[Ref, Ticket]], scope: Scope, reported: Mapping[Ref, Ticket]
) -> tuple[Ticket, ...]:
    """The tickets of a scope that no other source reports, by reference."""
    return tuple(ticket for ref, ticket in sorted(scoped[scope].items()) if ref not in reported)


def _urgency(assessed: TicketAssessment) -> tuple[bool, Priority, datetime, Ref]:
    """Open before closed, then by priority, then by what is due first."""
    due = assessed.next_due
    return (
        not assessed.ticket.open,
        assessed.priority,
        due.due_at if due else assessed.ticket.created,
        assessed.ticket.ref,
    )
