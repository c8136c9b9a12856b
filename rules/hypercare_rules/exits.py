"""Whether hypercare can be left: each criterion measured, with its streak, its evidence and a forecast."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, assert_never

from hypercare_rules.clocks import ClockName, ClockState
from hypercare_rules.conditions import compile_condition
from hypercare_rules.durations import render
from hypercare_rules.exit_criteria import FallingArrival, NoneOpen, SignedOff, TargetsMet
from hypercare_rules.judge import Judged, Scene, judge
from hypercare_rules.rewind import rewind, turning_points
from hypercare_rules.streaks import Holds, switch
from hypercare_rules.ticket import Ref, Ticket


@dataclass(frozen=True, slots=True)
class CriterionState:
    """One criterion at one moment.

    `evidence` are the figures; they stay the same while nothing happens, and name no ticket. `tickets` are those that keep it
    from being met, or the last that did. `held_since` is when its streak began, where it is one; `forecast` is when it will be met
    if nothing new happens, where that can be told.
    """

    id: str
    met: bool
    evidence: str
    held_since: datetime | None = None
    forecast: datetime | None = None
    tickets: tuple[Ref, ...] = ()


class Measured(NamedTuple):
    """A ticket with what was made of it."""

    ticket: Ticket
    judged: Judged


def exit_criteria(tickets: Sequence[Measured], scene: Scene, signed_off: frozenset[str]) -> Iterator[CriterionState]:
    """The state of each criterion of the policy, in its order."""
    for criterion in scene.policy.exit:
        match criterion:
            case NoneOpen():
                yield _none_open(criterion, tickets, scene)
            case FallingArrival():
                yield _falling_arrival(criterion, tickets, scene)
            case TargetsMet():
                yield _targets_met(criterion, tickets, scene)
            case SignedOff():
                lacking = [name for name in criterion.signed_off if name not in signed_off]
                yield CriterionState(
                    criterion.id, not lacking, f"waiting for {', '.join(lacking)}" if lacking else "all have signed off"
                )
            case _:
                assert_never(criterion)


def expected_exit(states: Sequence[CriterionState]) -> datetime | None:
    """When the last criterion will be met if nothing new happens; None where one of them cannot be told."""
    pending = [state.forecast for state in states if not state.met]
    return max((at for at in pending if at), default=None) if all(pending) else None


def _none_open(criterion: NoneOpen, tickets: Sequence[Measured], scene: Scene) -> CriterionState:
    """The streak begins where the last ticket of the kind was closed or changed, at go-live where there was none.

    Of a streak that is long enough the beginning is not looked for.
    """
    test = compile_condition(criterion.none_open, scene.policy.declared)

    def holds(then: Ticket, at: datetime) -> bool:
        return then.open and test(judge(then, scene.at(at)).facts)

    now = scene.now
    open_now = [ticket for ticket, judged in tickets if ticket.open and test(judged.facts)]
    if open_now:
        refs = tuple(sorted(ticket.ref for ticket in open_now))
        return CriterionState(criterion.id, met=False, evidence=f"{len(refs)} open", tickets=refs)
    held_since, last = max(scene.release.go_live, now - criterion.held_for), None
    for ticket, _ in tickets:
        ended = _last_end(ticket, holds, held_since, now)
        if ended is not None:
            held_since, last = ended, ticket.ref
    if last is None and held_since > scene.release.go_live:  # further back nobody looked
        held = f"none for {render(criterion.held_for)} or longer" if criterion.held_for else "none open"
        return CriterionState(criterion.id, met=True, evidence=held)
    forecast = held_since + criterion.held_for
    evidence = f"none open, needed for {render(criterion.held_for)}"
    return CriterionState(
        criterion.id, now >= forecast, evidence, held_since, forecast, tickets=() if last is None else (last,)
    )


def _last_end(ticket: Ticket, holds: Holds, after: datetime, now: datetime) -> datetime | None:
    """When it last ceased to hold of the ticket, by an event or by time alone, where that was after `after`."""
    points = [point for point in turning_points(ticket) if after < point <= now]
    starts = [max(after, ticket.created), *points]
    for start, end in reversed(list(zip(starts, [*points, now], strict=True))):
        if start < end and holds(rewind(ticket, start), start):
            return switch(ticket, lambda then, at: not holds(then, at), start, end)
    return None


def _falling_arrival(criterion: FallingArrival, tickets: Sequence[Measured], scene: Scene) -> CriterionState:
    half, start = criterion.over / 2, scene.now - criterion.over
    middle = start + half
    earlier = sum(start <= ticket.created < middle for ticket, _ in tickets)
    later = sum(middle <= ticket.created <= scene.now for ticket, _ in tickets)
    evidence = f"{later} new in the last {render(half)}, {earlier} in the {render(half)} before"
    if start < scene.release.go_live:
        return CriterionState(
            criterion.id,
            met=False,
            evidence=f"{evidence}; measured from {render(criterion.over)} after go-live",
            forecast=scene.release.go_live + criterion.over,
        )
    return CriterionState(criterion.id, later < earlier or later == 0, evidence)


def _targets_met(criterion: TargetsMet, tickets: Sequence[Measured], scene: Scene) -> CriterionState:
    start = scene.now - criterion.over
    met = missed = 0
    for _, judged in tickets:
        for clock in judged.clocks:
            if clock.name is ClockName.update:
                continue
            ended = clock.due_at if clock.state is ClockState.breached else clock.stopped
            if ended is not None and start <= ended <= scene.now:
                met += clock.state is ClockState.met
                missed += clock.state is not ClockState.met
    if not met + missed:
        return CriterionState(criterion.id, met=True, evidence=f"no target ended in the last {render(criterion.over)}")
    share = met / (met + missed)
    evidence = f"{met} of {met + missed} targets met in the last {render(criterion.over)} ({share:.0%}, needed {criterion.targets_met:.0%})"
    return CriterionState(criterion.id, share >= criterion.targets_met, evidence)
