"""A ticket judged at a moment: the mappings first, then the rules, each on the facts as the ones before left them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hypercare_rules.clocks import Clock, ClockName, Pause, acknowledged_at, ticket_clocks
from hypercare_rules.conditions import Facts
from hypercare_rules.conditions.facts import Custom
from hypercare_rules.judgement import Judgement, mapped, ruled
from hypercare_rules.policy import Policy, Test
from hypercare_rules.release import Release
from hypercare_rules.rewind import turns
from hypercare_rules.rule import Rule
from hypercare_rules.streaks import held_since
from hypercare_rules.ticket import Ref, Relation, Status, Ticket
from hypercare_rules.values import Priority


class Surroundings(NamedTuple):
    """What a ticket's facts owe to other tickets: how many are duplicates of it, its incident's customers, and whether trackers disagree.

    Whether they do is told by the priorities that tickets have on their own, before any rule has seen this.
    """

    duplicates: int = 0
    customers: frozenset[str] = frozenset()
    disagreement: bool = False


_ALONE = Surroundings()


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when a ticket is judged. `remembered` are judgements that need not be made twice."""

    policy: Policy
    release: Release
    now: datetime
    surroundings: Mapping[Ref, Surroundings] = field(default_factory=dict)
    remembered: "Remembered | None" = field(default=None, compare=False, repr=False)

    def at(self, now: datetime) -> "Scene":
        """The same at another time."""
        return Scene(self.policy, self.release, now, self.surroundings, self.remembered)

    def remembering(self, ticket: Ticket, judged: "Judged") -> "Scene":
        """The same for one ticket whose past is looked at more than once; it was judged as it is now."""
        return replace(self, remembered={(id(ticket), self.now): (ticket, judged)})


Remembered = dict[tuple[int, datetime], tuple[Ticket, "Judged"]]
"""By the identity of a ticket and the time; the ticket is kept, so that no other can come to have its identity."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A ticket's judgement, and its facts once all rules were tried."""

    judgement: Judgement
    facts: "TicketFacts"

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """The clocks that follow from the priority."""
        return self.facts.clocks


Trial = tuple[Rule, "TicketFacts", Judgement | None]
"""One rule tried on a ticket: the facts that it saw, and the judgement after it; None where it did not hold."""


def judge(ticket: Ticket, scene: Scene) -> Judged:
    """The judgement of a ticket by mappings and rules."""
    if scene.remembered is None:
        return _judge(ticket, scene)
    key = (id(ticket), scene.now)
    if key not in scene.remembered:
        # Facts keep their scene: one that remembers would never be let go.
        scene.remembered[key] = (ticket, _judge(ticket, replace(scene, remembered=None)))
    return scene.remembered[key][1]


def _judge(ticket: Ticket, scene: Scene) -> Judged:
    judgement = mapped(ticket, scene.policy)
    facts = TicketFacts(ticket, scene, judgement)
    for _, seen, after in trials(facts):
        judgement, facts = after or judgement, seen
    return Judged(judgement, facts.after(judgement))


def trials(facts: "TicketFacts") -> Iterator[Trial]:
    """Each rule tried in its turn on facts by the mappings; those after one that stops are not tried."""
    policy, judgement = facts.scene.policy, facts.judgement
    for rule, holds in policy.compiled_rules:
        if not holds(facts):
            yield rule, facts, None
            continue
        judgement = ruled(judgement, rule, policy)
        yield rule, facts, judgement
        if rule.then.stop:
            return
        facts = facts.after(judgement)


def clocks_of(ticket: Ticket, priority: Priority, scene: Scene) -> tuple[Clock, ...]:
    """The ticket's clocks at a priority, standing still while the pause condition of its targets holds."""
    policy, release = scene.policy, scene.release
    phase, _ = policy.phase_targets(release.day(max(ticket.created, release.go_live)))
    compiled = policy.compiled_pauses.get(phase)
    pause = _pause(ticket, scene, *compiled) if compiled else None
    return ticket_clocks(ticket, priority, policy, release, scene.now, pause)


def _pause(ticket: Ticket, scene: Scene, test: Test, fields: frozenset[str]) -> Pause:
    """The pause condition for one ticket. It sees what the mappings say, no rules and no clocks: those depend on it."""

    def holds(then: Ticket, at: datetime) -> bool:
        return test(TicketFacts(then, scene.at(at)))

    def in_status(status: Status) -> bool:
        return test(TicketFacts.in_status(ticket, scene, status))

    return Pause(holds, turns(fields), in_status if fields <= _OF_STATUS else None)


def priority_since(ticket: Ticket, scene: Scene) -> datetime:
    """Since when the ticket has had its present priority without a break, replayed from its history."""
    present = judge(ticket, scene).judgement.priority.value
    return judged_since(ticket, scene, lambda judgement: judgement.priority.value == present)


def judged_since(ticket: Ticket, scene: Scene, so: Callable[[Judgement], bool]) -> datetime:
    """Since when what is `so` of the present judgement has been so without a break, replayed from the ticket's history."""
    since = held_since(ticket, lambda then, at: so(judge(then, scene.at(at)).judgement), scene.now)
    return since or ticket.created


class TicketFacts(Facts):
    """The facts of a ticket, each worked out when a condition first asks for it: of some forty most are never asked for.

    `clocks` are those of the judgement's priority.
    """

    __slots__ = ("clocks", "judgement", "scene", "ticket")

    ticket: Ticket
    scene: Scene
    judgement: Judgement
    clocks: tuple[Clock, ...]

    def __init__(self, ticket: Ticket, scene: Scene, judgement: Judgement | None = None) -> None:
        """Without a judgement the mappings alone decide."""
        keep = object.__setattr__
        keep(self, "ticket", ticket)
        keep(self, "scene", scene)
        keep(self, "now", scene.now)
        if judgement is not None:
            keep(self, "judgement", judgement)

    @classmethod
    def in_status(cls, ticket: Ticket, scene: Scene, status: Status) -> "TicketFacts":
        """The facts of a ticket that is in this status; `_OF_STATUS` is what may be asked of them."""
        facts = cls(ticket, scene)
        object.__setattr__(facts, "status", status.name)
        object.__setattr__(facts, "status_category", status.category)
        return facts

    @classmethod
    def while_open(
        cls, ticket: Ticket, scene: Scene, judgement: Judgement, status: Status, acknowledged: datetime | None
    ) -> "TicketFacts":
        """The facts of a ticket at a time when it was open in this status, and all else was as it is now but what time changes."""
        facts = cls(ticket, scene, judgement)
        known = {
            "open": True,
            "status": status.name,
            "status_category": status.category,
            "acknowledged_at": acknowledged,
        }
        for name, value in known.items():
            object.__setattr__(facts, name, value)
        return facts

    def __getattr__(self, name: str) -> Any:
        work_out = _FACTS.get(name)
        if work_out is None:
            raise AttributeError(name)
        value = work_out(self)
        object.__setattr__(self, name, value)
        return value

    def after(self, judgement: Judgement) -> "TicketFacts":
        """The facts by another judgement; the same where conditions see no difference."""
        mine = self.judgement
        if (
            judgement.priority is mine.priority
            and judgement.impact is mine.impact
            and judgement.urgency is mine.urgency
            and judgement.kind is mine.kind
        ):
            return self
        return TicketFacts(self.ticket, self.scene, judgement)


_OF_STATUS = frozenset({"status", "status_category"})
_FACTS: dict[str, Callable[[TicketFacts], Any]] = {
    "judgement": lambda facts: mapped(facts.ticket, facts.scene.policy),
    "clocks": lambda facts: clocks_of(facts.ticket, facts.priority, facts.scene),
    "open": lambda facts: facts.ticket.open,
    "acknowledged": lambda facts: facts.acknowledged_at is not None,
    "overridden": lambda facts: facts.judgement.overridden,
    "customer": lambda facts: facts.judgement.customer.value,
    "disagreement": lambda facts: _around(facts).disagreement,
    "kind": lambda facts: facts.judgement.kind.value,
    "impact": lambda facts: facts.judgement.impact.value,
    "urgency": lambda facts: facts.judgement.urgency.value,
    "severity": lambda facts: facts.judgement.severity.value,
    "priority": lambda facts: facts.judgement.priority.value,
    "status_category": lambda facts: facts.ticket.status.category,
    "audience": lambda facts: facts.ticket.audience,
    "votes": lambda facts: facts.ticket.votes,
    "reactions": lambda facts: facts.ticket.reactions,
    "comments": lambda facts: len(facts.ticket.comments),
    "reopened": lambda facts: facts.ticket.reopened_count,
    "customers_affected": lambda facts: len(facts.customers),
    "duplicates": lambda facts: _around(facts).duplicates,
    "linked": lambda facts: sum(link.relation is not Relation.distinct for link in facts.ticket.links),
    "open_sub_issues": lambda facts: facts.ticket.open_sub_issues,
    "open_blockers": lambda facts: facts.ticket.open_blockers,
    "acknowledge_used": lambda facts: _used(facts, ClockName.acknowledge),
    "resolve_used": lambda facts: _used(facts, ClockName.resolve),
    "age": lambda facts: max(facts.now - facts.ticket.created, timedelta()),
    "idle_for": lambda facts: max(facts.now - facts.ticket.last_human_activity, timedelta()),
    "created": lambda facts: facts.ticket.created,
    "updated": lambda facts: facts.ticket.updated,
    "resolved": lambda facts: facts.ticket.resolved,
    "acknowledged_at": lambda facts: acknowledged_at(facts.ticket, facts.scene.policy),
    "last_activity": lambda facts: facts.ticket.last_human_activity,
    "labels": lambda facts: facts.ticket.labels,
    "components": lambda facts: frozenset(facts.ticket.components),
    "affects": lambda facts: frozenset(facts.ticket.affects),
    "planned_for": lambda facts: frozenset(facts.ticket.planned_for),
    "assignees": lambda facts: frozenset(person.name for person in facts.ticket.assignees),
    "customers": lambda facts: (
        _around(facts).customers | own_customers(facts.ticket, facts.custom, customer=facts.customer)
    ),
    "tracker": lambda facts: facts.ticket.ref.tracker,
    "place": lambda facts: facts.ticket.ref.place,
    "key": lambda facts: facts.ticket.ref.key,
    "status": lambda facts: facts.ticket.status.name,
    "native_priority": lambda facts: facts.ticket.said_priority,
    "issue_type": lambda facts: facts.ticket.issue_type,
    "resolution": lambda facts: facts.ticket.resolution,
    "reporter": lambda facts: facts.ticket.reporter.name if facts.ticket.reporter else None,
    "title": lambda facts: facts.ticket.title,
    "description": lambda facts: facts.ticket.description,
    "custom": lambda facts: {
        name: declared.read(facts.ticket).value for name, declared in facts.scene.policy.fields.items()
    },
}


def _around(facts: TicketFacts) -> Surroundings:
    return facts.scene.surroundings.get(facts.ticket.ref, _ALONE)


def _used(facts: TicketFacts, name: ClockName) -> float:
    return next((clock.used_share for clock in facts.clocks if clock.name is name), 0.0)


def own_customers(ticket: Ticket, custom: Mapping[str, Custom], *, customer: bool) -> frozenset[str]:
    """The customers of a ticket: those of the policy's own field `customers`, else its organisations, else who reported it.

    A reporter counts only where that is a `customer`, and as one of an organisation that is known.
    """
    named = custom.get("customers")
    if isinstance(named, frozenset) and named:
        return named
    if ticket.organisations:
        return frozenset(ticket.organisations)
    return frozenset((ticket.reporter.name,)) if customer and ticket.reporter else frozenset()
