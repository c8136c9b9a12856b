"""Escalation: which step of a policy is due for a ticket, who is told, and what was told already.

An episode begins when a policy starts to apply and `until` does not hold, and ends when that ceases. Both are replayed from the
ticket's history, and the tiers that fired are read from our own comments: no counter, so a lost store pages nobody again.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypercare_rules.calendars import Calendar
from hypercare_rules.escalation_policy import EscalationPolicy, Tier
from hypercare_rules.judge import Judged, Scene, judge
from hypercare_rules.people import ON_CALL, suited
from hypercare_rules.streaks import held_since
from hypercare_rules.ticket import Ticket

_RUN = 3  # so many numbers in a row are said as "1 to 3"
_SAME_EPISODE = timedelta(minutes=1)  # a history that arrives late may move the start by seconds


@dataclass(frozen=True, slots=True)
class Step:
    """One tier of a running episode: when it is due, whom it tells (names of the policy), and when it was told.

    Numbers count from 0; those beyond the policy's tiers are repetitions of its last one, and `repetition` says which; 0 for a tier.
    """

    number: int
    repetition: int
    due_at: datetime
    notify: tuple[str, ...]
    told_at: datetime | None

    @property
    def fired(self) -> bool:
        """Whether it was told."""
        return self.told_at is not None


@dataclass(frozen=True, slots=True)
class Escalation:
    """A running episode of one escalation policy on one ticket.

    `steps` are all tiers and, of the repetitions, the last that was told, the last that is due and the one after it. `due` are the
    steps to tell now, `upcoming` is the next one to come; none in an episode of which nobody is told.
    """

    policy: str
    why: str
    since: datetime
    steps: tuple[Step, ...]
    due: tuple[Step, ...]
    upcoming: Step | None

    @property
    def reached(self) -> Step | None:
        """The last step that was told or is due now."""
        return next((step for step in reversed(self.steps) if step.fired or step in self.due), None)


def named(steps: Iterable[Step]) -> str:
    """The steps as people say them: `step 1`, `steps 1 to 3 and 5`, `step 2, and repetition 386`."""
    told = list(steps)
    tiers = [step.number + 1 for step in told if not step.repetition]
    repeated = [f"repetition {step.repetition}" for step in told if step.repetition]
    runs: list[list[int]] = []
    for number in tiers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    spoken = [text for run in runs for text in (map(str, run) if len(run) < _RUN else (f"{run[0]} to {run[-1]}",))]
    last = " and ".join(filter(None, (", ".join(spoken[:-1]), *spoken[-1:])))
    listed = f"step{'s' * (len(tiers) > 1)} {last}" if tiers else ""
    return ", and ".join(filter(None, (listed, *repeated)))


def escalations(ticket: Ticket, judged: Judged, scene: Scene, told_after: datetime | None) -> Iterator[Escalation]:
    """The running episodes of a ticket; of an episode that began at or before `told_after` nobody is told."""
    for name, why in applying(ticket, judged, scene):
        since = _since(ticket, name, scene)
        if since is None:
            continue
        since = max(since, scene.release.go_live)
        steps = tuple(_steps(ticket, judged, name, since, scene))
        quiet = told_after is not None and since <= told_after
        due = () if quiet else _to_tell(steps, len(scene.policy.escalation[name].tiers), scene.now)
        upcoming = None if quiet else next((step for step in steps if step.due_at > scene.now), None)
        yield Escalation(name, why, since, steps, due, upcoming)


def applying(ticket: Ticket, judged: Judged, scene: Scene) -> Iterator[tuple[str, str]]:
    """The escalation policies that a ticket is under, each once, and why."""
    if not ticket.open:
        return
    judgement = judged.judgement
    by_rule = dict(judgement.escalate)
    for name, escalation in scene.policy.escalation.items():
        if name in by_rule:
            yield name, by_rule[name]
        elif judgement.priority.value in escalation.priorities:
            yield name, f"priority {judgement.priority.value}"


def _since(ticket: Ticket, name: str, scene: Scene) -> datetime | None:
    """Since when the policy has applied to the ticket without its `until`; None where it does not now."""
    until = scene.policy.compiled_until[name]

    def holds(then: Ticket, at: datetime) -> bool:
        was = judge(then, scene.at(at))
        return name in (applied for applied, _ in applying(then, was, scene)) and not until(was.facts)

    return held_since(ticket, holds, scene.now)


def _steps(ticket: Ticket, judged: Judged, name: str, since: datetime, scene: Scene) -> Iterator[Step]:
    """The steps of an episode that matter, in their order."""
    policy = scene.policy
    escalation = policy.escalation[name]
    calendar = policy.calendars[escalation.calendar] if escalation.calendar else None
    fired = _fired(ticket, name, since, scene)
    passed = calendar.between(since, scene.now) if calendar else scene.now - since
    for number in _numbers(escalation, passed, fired):
        tier, after, repetition = _tier(escalation, number)
        people = _people(ticket, tier, judged, scene)
        yield Step(number, repetition, _due_at(calendar, since, after), people, fired.get(number))


def _numbers(escalation: EscalationPolicy, passed: timedelta, fired: Collection[int]) -> Iterator[int]:
    """All tiers, and the repetitions of `Escalation.steps`: one every minute for weeks must not be counted one by one."""
    tiers = len(escalation.tiers)
    yield from range(tiers)
    if escalation.repeat is None:
        return
    due = max(0, (passed - escalation.tiers[-1].after) // escalation.repeat)
    last_told = max(fired, default=0)
    yield from sorted({number for number in (last_told, tiers + due - 1, tiers + due) if number >= tiers})


def _tier(escalation: EscalationPolicy, number: int) -> tuple[Tier, timedelta, int]:
    """What a step tells, how long after the beginning, and its number among the repetitions."""
    last = len(escalation.tiers) - 1
    tier, repetition = escalation.tiers[min(number, last)], max(0, number - last)
    return tier, tier.after + repetition * (escalation.repeat or timedelta()), repetition


def _due_at(calendar: Calendar | None, since: datetime, after: timedelta) -> datetime:
    """When a tier is due; one that is due at once waits for its calendar to open."""
    if calendar is None:
        return since + after
    return calendar.add(since, after) if after else calendar.next_open(since)


def _to_tell(steps: tuple[Step, ...], tiers: int, now: datetime) -> tuple[Step, ...]:
    """Every due tier that was not told, once; of missed repetitions only the last, never a burst."""
    due = [step for step in steps if step.due_at <= now]
    first = [step for step in due[:tiers] if not step.fired]
    repeated = [step for step in due[tiers:][-1:] if not step.fired]
    return (*first, *repeated)


def _fired(ticket: Ticket, name: str, since: datetime, scene: Scene) -> dict[int, datetime]:
    """When each tier of the episode was first told, by our own comments."""
    fired: dict[int, datetime] = {}
    for comment in sorted(ticket.comments, key=lambda comment: comment.created):
        marker = comment.marker
        if (
            marker is not None
            and (marker.purpose, marker.release, marker.policy) == ("escalation", scene.release.name, name)
            and marker.episode is not None
            and marker.episode + _SAME_EPISODE >= since
        ):
            for tier in marker.tiers:
                fired.setdefault(tier, comment.created)
    return fired


def _people(ticket: Ticket, tier: Tier, judged: Judged, scene: Scene) -> tuple[str, ...]:
    """Whom a tier tells at this moment: roles resolved, on-call people who know the topic before others; roles that nobody has stay."""
    policy = scene.policy
    topics = ticket.folded.components | ticket.folded.labels | {str(judged.judgement.kind.value)}
    names: list[str] = []
    for target in tier.notify:
        if target == ON_CALL:
            names += suited(policy.roster.on_call(policy.calendars, scene.now), policy.people, topics) or (ON_CALL,)
        else:
            names += policy.roles.get(target) or (target,)
    return tuple(dict.fromkeys(names))
