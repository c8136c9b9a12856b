"""Whether hypercare can be left: each criterion measured, with its streak, its evidence, a forecast, and a relapse where there was one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import NamedTuple, assert_never

from hypercare_rules.clocks import Clock, ClockName, ClockState
from hypercare_rules.course import Course, Numbers, Step, follow
from hypercare_rules.durations import render
from hypercare_rules.exit_criteria import FallingArrival, NoneOpen, SignedOff, TargetsMet
from hypercare_rules.judge import Judged, Scene
from hypercare_rules.stretches import Past, Stretch
from hypercare_rules.ticket import Ref, Ticket

_INSTANT = timedelta(microseconds=1)  # what counts until a moment no longer counts from so much later on


@dataclass(frozen=True, slots=True)
class Relapse:
    """A criterion was met and no longer is: since when, by which tickets, and the figures of that moment where figures decide."""

    since: datetime
    tickets: tuple[Ref, ...] = ()
    figures: str = ""


@dataclass(frozen=True, slots=True)
class CriterionState:
    """One criterion at one moment.

    `evidence` are the figures; they stay the same while nothing happens, and name no ticket. `tickets` are those that keep it
    from being met, or the last that did. `held_since` is when its streak began: since then it is met, or on the way to it where it
    must have held for some time. `forecast` is when it will be met if nothing new happens, where that can be told. `relapse` says
    when it was lost, where it was met before. Of a sign-off, which has no time, neither is known.
    """

    id: str
    met: bool
    evidence: str
    held_since: datetime | None = None
    forecast: datetime | None = None
    tickets: tuple[Ref, ...] = ()
    relapse: Relapse | None = None


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
    """The streak begins where the last ticket of the kind was closed or changed, at go-live where there was none."""
    past = Past(criterion.none_open, scene)
    refs = tuple(sorted(one.ticket.ref for one in tickets if past.holds(*one)))
    stretches = past.stretches(tickets)
    relapse = _relapse(stretches, criterion.held_for, scene.release.go_live)
    if refs:
        return CriterionState(criterion.id, met=False, evidence=f"{len(refs)} open", tickets=refs, relapse=relapse)
    last = stretches[-1] if stretches else None
    held_since = (last.end if last else None) or scene.release.go_live
    met_from = held_since + criterion.held_for
    met = scene.now >= met_from
    return CriterionState(
        criterion.id,
        met,
        f"none open, needed for {render(criterion.held_for)}" if criterion.held_for else "none open",
        held_since,
        met_from,
        tickets=(last.ended_by,) if last else (),
        relapse=None if met else relapse,
    )


def _relapse(stretches: Sequence[Stretch], held_for: timedelta, go_live: datetime) -> Relapse | None:
    """The last time at which there had been none for long enough until one came up."""
    ends = (go_live, *(stretch.end or stretch.start for stretch in stretches))
    long_enough = (
        Relapse(stretch.start, stretch.began_by)
        for ended, stretch in zip(ends, stretches, strict=False)
        if stretch.start > ended and stretch.start - ended >= held_for
    )
    return max(long_enough, key=lambda relapse: relapse.since, default=None)


def _falling_arrival(criterion: FallingArrival, tickets: Sequence[Measured], scene: Scene) -> CriterionState:
    half, start = criterion.over / 2, scene.release.go_live + criterion.over

    def figures(numbers: Numbers) -> str:
        later, earlier = numbers
        return f"{later} new and {earlier} before"

    def falling(numbers: Numbers) -> bool:
        later, earlier = numbers
        return later < earlier or later == 0

    arrivals = (
        (
            Step(ticket.created, (1, 0), ticket.ref),
            Step(ticket.created + half + _INSTANT, (-1, 1)),
            Step(ticket.created + criterion.over + _INSTANT, (0, -1)),
        )
        for ticket, _ in tickets
        if ticket.created <= scene.now
    )
    course = follow((Step(start, (0, 0)), *chain.from_iterable(arrivals)), falling, start, scene.now)
    later, earlier = course.numbers
    early = f"; measured from {render(criterion.over)} after go-live" if scene.now < start else ""
    evidence = f"{later} new in the last {render(half)}, {earlier} in the {render(half)} before{early}"
    return _counted(criterion.id, course, evidence, figures)


def _targets_met(criterion: TargetsMet, tickets: Sequence[Measured], scene: Scene) -> CriterionState:
    """A target that is missed counts as long as its clock runs on; what ended counts for `over`. By the clocks as they are known now."""
    over, needed = render(criterion.over), criterion.targets_met

    def figures(numbers: Numbers) -> str:
        met, ended = numbers[0], sum(numbers)
        return f"{met} of {ended} met, {_percent(met, ended)}"

    def enough(numbers: Numbers) -> bool:
        return not any(numbers) or numbers[0] / sum(numbers) >= needed

    clocks = [
        (ticket.ref, clock)
        for ticket, judged in tickets
        for last in judged.clocks
        for clock in (*last.missed_before, last)
        if clock.name is not ClockName.update and (clock.stopped or clock.due_at) <= scene.now
    ]
    steps = (step for ref, clock in clocks for step in _ending(ref, clock, criterion.over))
    start = scene.release.go_live
    course = follow((Step(start, (0, 0, 0)), *steps), enough, start, scene.now)
    still = {ref for ref, clock in clocks if clock.state is ClockState.breached}
    ended = {
        ref for ref, clock in clocks if clock.stopped and clock.stopped + criterion.over >= scene.now and _missed(clock)
    }
    met, all_ended = course.numbers[0], sum(course.numbers)
    evidence = f"no target ended in the last {over}"
    if all_ended:
        share = f"{_percent(met, all_ended)}, needed {needed * 100:g}%"
        waiting = f"; {course.numbers[-1]} missed and still open" if still else ""
        evidence = f"{met} of {all_ended} targets met in the last {over} ({share}){waiting}"
    return _counted(criterion.id, course, evidence, figures, tuple(sorted(still or ended)))


def _ending(ref: Ref, clock: Clock, over: timedelta) -> Iterator[Step]:
    """How a target counts in time, among those met, those missed, and those missed whose clocks run on."""
    if _missed(clock):
        yield Step(clock.due_at, (0, 0, 1), ref)
    if clock.stopped is not None:
        yield Step(clock.stopped, (0, 1, -1) if _missed(clock) else (1, 0, 0), ref)
        yield Step(clock.stopped + over + _INSTANT, (0, -1, 0) if _missed(clock) else (-1, 0, 0))


def _missed(clock: Clock) -> bool:
    return clock.state in (ClockState.missed, ClockState.breached)


def _counted(
    name: str, course: Course, evidence: str, figures: Callable[[Numbers], str], tickets: tuple[Ref, ...] = ()
) -> CriterionState:
    """The state of a criterion that numbers decide."""
    lost = course.lost
    return CriterionState(
        name,
        met=course.met_since is not None,
        evidence=evidence,
        held_since=course.met_since,
        forecast=course.met_next,
        tickets=() if course.met_since else tickets,
        relapse=Relapse(lost.at, lost.tickets, figures(lost.numbers)) if lost else None,
    )


def _percent(part: int, whole: int) -> str:
    """Rounded down: what is not enough must not look as if it were."""
    return f"{part * 100 // whole}%"
