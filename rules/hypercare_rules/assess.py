"""The heart: what is so, and what should be so, from tickets, policy and time. Pure: the same inputs give the same answer."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from hypercare_rules.clocks import Clock, ClockState, ticket_clocks
from hypercare_rules.health import Health, release_health
from hypercare_rules.incidents import incidents
from hypercare_rules.model import Model, Moment
from hypercare_rules.policy import Policy
from hypercare_rules.priority import Judgement, judge, priority_since
from hypercare_rules.release import Phase, Release, Scope, Selector, SourceState
from hypercare_rules.ticket import LabelChanged, Ref, Standing, Ticket
from hypercare_rules.values import Priority


class Memory(Model):
    """What earlier ticks left us: the baseline, after which people are told of what arises; None before it.

    With `backfilled` they are told of what was before it, too.
    """

    baseline: Moment | None = None
    backfilled: bool = False


class SourceView(Model):
    """One source as this tick knows it: what selects its tickets, how fresh it is, and the tickets."""

    selector: Selector
    state: SourceState
    tickets: tuple[Ticket, ...]


class World(Model):
    """Everything that `assess` sees of one release."""

    release: Release
    sources: tuple[SourceView, ...]
    memory: Memory = Memory()


class Condition(Model):
    """Something that holds of a ticket now (`breached`), since when, and the values that make it so."""

    name: str
    since: Moment
    why: str


class Wanted(Model):
    """A managed label that a ticket should carry, and why."""

    label: str
    why: str


class TicketAssessment(Model):
    """What the policy decides about one ticket of the release.

    `labels` are all managed labels that it should carry. `told` says whether the ticket gets a status comment if it has none:
    somebody must act or would ask why, and that arose after the baseline.
    """

    ticket: Ticket
    judgement: Judgement
    clocks: tuple[Clock, Clock]
    conditions: tuple[Condition, ...]
    labels: tuple[Wanted, ...]
    told: bool

    @property
    def priority(self) -> Priority:
        """The priority that the policy or a person's override gives."""
        return self.judgement.priority.value

    @property
    def next_due(self) -> Clock | None:
        """The unfinished clock that is due first."""
        return min((clock for clock in self.clocks if not clock.stopped), key=lambda clock: clock.due_at, default=None)


class Assessment(Model):
    """What is so in one release at `now`. `tickets` are those in scope, the most urgent first."""

    release: Release
    now: Moment
    phase: Phase
    day: int
    health: Health
    tickets: tuple[TicketAssessment, ...]
    planned: tuple[Ticket, ...]
    untagged: tuple[Ticket, ...]
    outside: tuple[Ticket, ...]
    incidents: int
    sources: tuple[SourceState, ...]

    @property
    def open(self) -> tuple[TicketAssessment, ...]:
        """The tickets with something left to do."""
        return tuple(assessed for assessed in self.tickets if assessed.ticket.open)


def assess(world: World, policy: Policy, now: datetime) -> Assessment:
    """Everything that follows from the tickets at `now`: scope, priorities, clocks, conditions, labels, health."""
    release = world.release
    scoped: dict[Scope, dict[Ref, Ticket]] = {scope: {} for scope in Scope}
    counted: list[SourceState] = []
    for source in world.sources:
        mine = _by_scope(source, release, policy)
        for scope, tickets in mine.items():
            scoped[scope].update(tickets)
        counted.append(source.state.model_copy(update={"tickets": tuple(sorted(mine[Scope.reported]))}))
    reported = scoped[Scope.reported]
    assessed = [assess_ticket(ticket, policy, release, world.memory, now) for ticket in reported.values()]
    assessed.sort(key=_urgency)
    return Assessment(
        release=release,
        now=now,
        phase=release.phase(now),
        day=release.day(now),
        health=release_health(
            ((a.priority, frozenset(c.name for c in a.conditions)) for a in assessed if a.ticket.open), counted
        ),
        tickets=tuple(assessed),
        planned=_rest(scoped, Scope.planned, reported),
        untagged=_rest(scoped, Scope.untagged, reported),
        outside=_rest(scoped, Scope.outside, reported),
        incidents=len(incidents(reported.values())),
        sources=tuple(counted),
    )


def assess_ticket(ticket: Ticket, policy: Policy, release: Release, memory: Memory, now: datetime) -> TicketAssessment:
    """What the policy decides about one ticket at `now`."""
    judgement = judge(ticket, policy)
    clocks = ticket_clocks(ticket, judgement.priority.value, policy, release, now)
    conditions = tuple(_conditions(ticket, judgement, clocks, policy, release, now)) if ticket.open else ()
    return TicketAssessment(
        ticket=ticket,
        judgement=judgement,
        clocks=clocks,
        conditions=conditions,
        labels=tuple(_labels(ticket, judgement, conditions, policy)),
        told=ticket.open and _arose_after_baseline(ticket, judgement, conditions, policy, memory),
    )


def _by_scope(source: SourceView, release: Release, policy: Policy) -> Mapping[Scope, dict[Ref, Ticket]]:
    found: dict[Scope, dict[Ref, Ticket]] = {scope: {} for scope in Scope}
    for ticket in source.tickets:
        found[source.selector.scope(ticket, release, policy.summary_label)][ticket.ref] = ticket
    return found


def _rest(
    scoped: Mapping[Scope, dict[Ref, Ticket]], scope: Scope, reported: Mapping[Ref, Ticket]
) -> tuple[Ticket, ...]:
    """The tickets of a scope that no other source reports, by reference."""
    return tuple(ticket for ref, ticket in sorted(scoped[scope].items()) if ref not in reported)


def _conditions(
    ticket: Ticket, judgement: Judgement, clocks: Iterable[Clock], policy: Policy, release: Release, now: datetime
) -> Iterable[Condition]:
    for clock in clocks:
        used = f"{clock.name}: due {_stamp(clock.due_at, release)}, target of {judgement.priority.value}"
        if clock.state is ClockState.breached:
            yield Condition(name="breached", since=clock.due_at, why=used)
        elif clock.state is ClockState.at_risk:
            yield Condition(name="at-risk", since=clock.at_risk_at, why=used)
    allowed = policy.stale.get(judgement.priority.value)
    active = max(ticket.last_human_activity, release.go_live)
    if allowed is not None and now - active >= allowed:
        yield Condition(name="stale", since=active + allowed, why=f"no human activity since {_stamp(active, release)}")
    if judgement.overridden:
        yield Condition(
            name="overridden", since=_label_set(ticket, policy.override_prefix), why=judgement.priority.source
        )


def _labels(
    ticket: Ticket, judgement: Judgement, conditions: tuple[Condition, ...], policy: Policy
) -> Iterable[Wanted]:
    """The managed labels for a ticket: its priority and its conditions, without those that a person took off.

    A closed ticket keeps a priority label that it has, as a record, and gets nothing new.
    """
    prefix = policy.label_prefix
    if not ticket.open:
        kept = sorted(
            label for label in ticket.labels if label.removeprefix(prefix) in set(Priority) and label.startswith(prefix)
        )
        yield from (Wanted(label=label, why="kept as the record of a closed ticket") for label in kept)
        return
    label = f"{prefix}{judgement.priority.value}"
    removed = _taken_off(ticket, label)
    if removed is None or priority_since(ticket, policy) > removed:
        yield Wanted(label=label, why=judgement.priority.source)
    since: dict[str, Condition] = {}
    for condition in conditions:
        if condition.name != "overridden" and (
            condition.name not in since or condition.since < since[condition.name].since
        ):
            since[condition.name] = condition
    if "breached" in since:
        since.pop("at-risk", None)
    for name, condition in sorted(since.items()):
        removed = _taken_off(ticket, f"{prefix}{name}")
        if removed is None or condition.since > removed:
            yield Wanted(label=f"{prefix}{name}", why=condition.why)


def _taken_off(ticket: Ticket, label: str) -> datetime | None:
    """When somebody else than us took the label off, unless it was set again since."""
    for event in reversed(ticket.history):
        if isinstance(event, LabelChanged) and event.label == label:
            ours = event.by is not None and event.by.standing is Standing.ours
            return None if event.added or ours else event.at
    return None


def _label_set(ticket: Ticket, prefix: str) -> datetime:
    """When a label with the prefix was last set; the ticket's creation where the history does not tell."""
    times = [
        event.at
        for event in ticket.history
        if isinstance(event, LabelChanged) and event.added and event.label.casefold().startswith(prefix.casefold())
    ]
    return max(times, default=ticket.created)


def _arose_after_baseline(
    ticket: Ticket, judgement: Judgement, conditions: Iterable[Condition], policy: Policy, memory: Memory
) -> bool:
    causes = [condition.since for condition in conditions if condition.name in policy.comments.conditions]
    told_priority = judgement.priority.value in policy.comments.priorities
    if memory.backfilled:
        return told_priority or bool(causes)
    if memory.baseline is None:
        return False
    return any(since > memory.baseline for since in causes) or (
        told_priority and priority_since(ticket, policy) > memory.baseline
    )


def _urgency(assessed: TicketAssessment) -> tuple[bool, Priority, datetime, Ref]:
    """Open before closed, then by priority, then by what is due first."""
    due = assessed.next_due
    return (
        not assessed.ticket.open,
        assessed.priority,
        due.due_at if due else assessed.ticket.created,
        assessed.ticket.ref,
    )


def _stamp(moment: datetime, release: Release) -> str:
    return f"{release.local(moment):%Y-%m-%d %H:%M}"
