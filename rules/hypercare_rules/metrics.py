"""How well a release was served: times to acknowledge and to resolve, and targets met, by priority and by kind. docs/metrics.md defines them.

All figures are per ticket, of those in scope. A time is what the ticket's clock used: working time in the calendar of its target
where that has one, without the spans in which the clock was paused.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple, TypeVar

from hypercare_rules.assess import Assessment, TicketAssessment
from hypercare_rules.clocks import Clock, ClockName, ClockState, acknowledged_at
from hypercare_rules.policy import Policy
from hypercare_rules.values import Kind, Priority

G = TypeVar("G", Priority, Kind)

_PERCENTILE = 90


@dataclass(frozen=True, slots=True)
class Spread:
    """What so many durations have in common: their mean, their median, and what nine tenths of them do not exceed.

    The median of an even number is the mean of the two in the middle; the 90th percentile is by nearest rank, always one of the
    durations.
    """

    number: int
    mean: timedelta
    median: timedelta
    p90: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Kept:
    """How targets ended: `met` and `missed` are over, `late` are breached and still open, `running` can still be met."""

    met: int = 0
    missed: int = 0
    late: int = 0
    running: int = 0

    @property
    def share(self) -> float | None:
        """The part that was met of those that are decided; None while none is."""
        decided = self.met + self.missed + self.late
        return self.met / decided if decided else None


@dataclass(frozen=True, slots=True)
class Service:
    """How a group of tickets was served. Times are None where no ticket has got so far.

    `lower_bounds` is how many of the times are at least so long: what happened before is not known.
    """

    tickets: int
    open: int
    reopened: int
    to_acknowledge: Spread | None
    to_resolve: Spread | None
    acknowledge: Kept
    resolve: Kept
    lower_bounds: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of a release: of all its tickets, and of each priority and each kind that a ticket has."""

    all: Service
    by_priority: Mapping[Priority, Service]
    by_kind: Mapping[Kind, Service]


def metrics(assessment: Assessment, policy: Policy) -> Metrics:
    """The figures of the tickets in scope as they stand at the assessment's time."""
    served = [_served(assessed, policy) for assessed in assessment.tickets]
    return Metrics(
        all=_service(served),
        by_priority=_grouped(served, Priority, lambda one: one.assessed.priority),
        by_kind=_grouped(served, Kind, lambda one: one.assessed.judgement.kind.value),
    )


def spread(durations: Iterable[timedelta]) -> Spread | None:
    """What the durations have in common; None where there are none."""
    known = sorted(durations)
    if not known:
        return None
    number = len(known)
    middle = known[(number - 1) // 2 : number // 2 + 1]
    return Spread(
        number=number,
        mean=_mean(known),
        median=_mean(middle),
        p90=known[-(-number * _PERCENTILE // 100) - 1],
        longest=known[-1],
    )


def _mean(durations: Sequence[timedelta]) -> timedelta:
    return sum(durations, timedelta()) / len(durations)


class _Served(NamedTuple):
    """A ticket with what its clocks tell. `answered` is its acknowledge clock where the team responded.

    A ticket that was closed without a response kept its target, and yet nobody acknowledged it.
    """

    assessed: TicketAssessment
    acknowledge: tuple[Clock, ...]
    resolve: tuple[Clock, ...]
    answered: Clock | None

    @property
    def times(self) -> Iterator[Clock]:
        """The clocks that tell how long something took."""
        if self.answered:
            yield self.answered
        if self.resolve and self.resolve[-1].stopped:
            yield self.resolve[-1]


def _served(assessed: TicketAssessment, policy: Policy) -> _Served:
    acknowledge, resolve = _clocks(assessed, ClockName.acknowledge), _clocks(assessed, ClockName.resolve)
    responded = acknowledged_at(assessed.ticket, policy)
    answered = responded is not None and acknowledge and acknowledge[-1].stopped == responded
    return _Served(assessed, acknowledge, resolve, acknowledge[-1] if answered else None)


def _clocks(assessed: TicketAssessment, name: ClockName) -> tuple[Clock, ...]:
    """The clocks of a name: those that earlier lives of the ticket missed, and last the present one."""
    return tuple(one for clock in assessed.clocks if clock.name is name for one in (*clock.missed_before, clock))


def _grouped(served: Iterable[_Served], groups: Iterable[G], group_of: Callable[[_Served], G]) -> dict[G, Service]:
    found: dict[G, list[_Served]] = {group: [] for group in groups}
    for one in served:
        found[group_of(one)].append(one)
    return {group: _service(members) for group, members in found.items() if members}


def _service(served: Sequence[_Served]) -> Service:
    tickets = [one.assessed.ticket for one in served]
    times = [clock for one in served for clock in one.times]
    return Service(
        tickets=len(tickets),
        open=sum(ticket.open for ticket in tickets),
        reopened=sum(bool(ticket.reopenings) for ticket in tickets),
        to_acknowledge=spread(clock.used for clock in times if clock.name is ClockName.acknowledge),
        to_resolve=spread(clock.used for clock in times if clock.name is ClockName.resolve),
        acknowledge=_kept(clock for one in served for clock in one.acknowledge),
        resolve=_kept(clock for one in served for clock in one.resolve),
        lower_bounds=sum(clock.lower_bound for clock in times),
    )


def _kept(clocks: Iterable[Clock]) -> Kept:
    states = [clock.state for clock in clocks]
    met, missed, late = map(states.count, (ClockState.met, ClockState.missed, ClockState.breached))
    return Kept(met, missed, late, len(states) - met - missed - late)
