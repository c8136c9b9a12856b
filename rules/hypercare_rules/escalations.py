"""Escalation: which step of a policy is due for a ticket, who is told, and what was told already.

An episode begins when a policy starts to apply and `until` does not hold, and ends when that ceases. Both are replayed from the
ticket's history, and the steps that were told are read from our own comments: no counter, so a lost store pages nobody again.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypercare_rules.beginnings import Began, by_our_labels, written_by_us
from hypercare_rules.calendars import Calendar
from hypercare_rules.conditions import fields_in
from hypercare_rules.escalation_policy import EscalationPolicy, Tier
from hypercare_rules.influence import Influences
from hypercare_rules.judge import Judged, Scene, judge
from hypercare_rules.judgement import topics_of
from hypercare_rules.pages import Page, called_by_others, episode_pages, steps_told
from hypercare_rules.people import ON_CALL, suited
from hypercare_rules.quiet import Silence, episode_mark
from hypercare_rules.snoozes import snoozed_until
from hypercare_rules.streaks import held_since
from hypercare_rules.ticket import Ticket

_RUN = 3  # so many numbers in a row are said as "1 to 3"
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One tier of a running episode: when it is due, whom it tells (names of the policy), and when it was told.

    Numbers count from 0; those beyond the policy's tiers are repetitions of its last one, and `repetition` says which; 0 for a tier.
    `notify` are those who were told, or else who will be on call when it is due. It holds the role `on_call` itself where nobody is.
    `unheard_at` is when it was said while nobody was on call: nobody was told, and somebody will be.
    """

    number: int
    repetition: int
    due_at: datetime
    notify: tuple[str, ...]
    told_at: datetime | None
    after: timedelta = timedelta()
    unheard_at: datetime | None = None

    @property
    def fired(self) -> bool:
        """Whether somebody was told."""
        return self.told_at is not None

    @property
    def reaches(self) -> bool:
        """Whether there is anybody to tell."""
        return self.notify != (ON_CALL,)

    @property
    def callees(self) -> str:
        """Whom it tells, by the names of the policy."""
        return ", ".join("nobody on call" if name == ON_CALL else name for name in self.notify)


@dataclass(frozen=True, slots=True)
class Escalation:
    """A running episode of one escalation policy on one ticket.

    `steps` are all tiers and, of the repetitions, the last that was told, the last that is due and the one after it. `due` are the
    steps to tell now, `upcoming` is the next one to come; none in an episode of which nobody is told: `quiet` says why.
    `since` is when it began, as it was told; `surely` the time before which it cannot have.
    """

    policy: str
    why: str
    since: datetime
    surely: datetime
    steps: tuple[Step, ...]
    due: tuple[Step, ...]
    upcoming: Step | None
    quiet: str | None = None

    @property
    def reached(self) -> Step | None:
        """The last step that was told or is due now."""
        said = (step for step in reversed(self.steps) if step.fired or step.unheard_at or step in self.due)
        return next(said, None)


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


def escalations(
    ticket: Ticket, judged: Judged, scene: Scene, silence: Silence, entered: datetime | None
) -> Iterator[Escalation]:
    """The running episodes of a ticket that `entered` the release then; of those that are quiet nobody is told."""
    for name, why in applying(ticket, judged, scene):
        began = _began(ticket, judged, name, scene)
        if began is None:
            continue
        began = began.not_before(entered).not_before(scene.release.go_live)
        pages = episode_pages(ticket, scene.release.name, name, began.surely)
        quiet = _quiet(ticket, name, began, pages, silence)
        if pages and pages[0].marker.episode and pages[0].marker.since:
            began = Began(pages[0].marker.episode, pages[0].marker.since)
        elif not quiet:
            began = _after_the_baseline(began, silence, name, scene)
            if not pages and _arose_untold(ticket, judged, name, began, scene):
                began = Began(began.surely, _by_its_first_step(began.likely, name, scene))
        steps = tuple(_steps(ticket, judged, name, began.likely, pages, scene))
        due = () if quiet else _to_tell(steps, scene.now)
        upcoming = None if quiet else next((step for step in steps if step.due_at > scene.now), None)
        yield Escalation(
            name, why, began.likely, began.surely, steps, due, upcoming, _why(silence, scene) if quiet else None
        )


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


def _began(ticket: Ticket, judged: Judged, name: str, scene: Scene) -> Began | None:
    """Since when the policy has applied to the ticket without its `until`; None where it does not now."""
    until, judgement = scene.policy.compiled_until[name], judged.judgement

    def holds(then: Ticket, at: datetime) -> bool:
        was = judge(then, scene.at(at))
        return name in (applied for applied, _ in applying(then, was, scene)) and not until(was.facts)

    replayed = held_since(ticket, holds, scene.now)
    if replayed is None:
        return None
    if name in dict(judgement.escalate):
        return Began(replayed, replayed)
    priorities = scene.policy.escalation[name].priorities
    return by_our_labels(ticket, replayed, judgement.priority.value, priorities, scene)


def _quiet(ticket: Ticket, name: str, began: Began, pages: Sequence[Page], silence: Silence) -> bool:
    """Whether nobody is told of the episode: it ran at the baseline, and nobody was told of it since."""
    told = silence.baseline is not None and any(page.at > silence.baseline for page in pages)
    return not told and silence.episode(episode_mark(ticket.ref, name), began.surely)


def _why(silence: Silence, scene: Scene) -> str:
    if silence.baseline is None:
        return "it runs at the baseline, the first tick, which tells nobody of what was before it"
    return f"it ran before the baseline of {scene.release.local(silence.baseline):%Y-%m-%d %H:%M}"


def _after_the_baseline(began: Began, silence: Silence, name: str, scene: Scene) -> Began:
    """When an episode began that by its history ran at the baseline, but did not."""
    baseline = silence.baseline
    if silence.backfilled or baseline is None or began.surely >= baseline:
        return began
    return Began(baseline, _by_its_first_step(max(began.likely, baseline), name, scene))


def _arose_untold(ticket: Ticket, judged: Judged, name: str, began: Began, scene: Scene) -> bool:
    """Whether an episode of which nobody was told may have begun later than its history tells, by something that has none.

    Then we have been at the ticket since that beginning, and found nobody to tell.
    """
    rules = {f"rule {rule.id}": rule for rule in scene.policy.rules}
    calling = [rules[source] for caller, source in judged.judgement.escalate if caller == name]
    if not calling or not any(began.likely <= at <= scene.now for at in written_by_us(ticket)):
        return False
    asked = (fields_in(rule.when, scene.policy.declared) for rule in calling)
    return Influences(scene.policy).of(frozenset().union(*asked)).traceless


def _by_its_first_step(earliest: datetime, name: str, scene: Scene) -> datetime:
    """The latest beginning, from `earliest` on, by which the first step is due, if it is due at all.

    So people are told at once, and by one step: which further ones are due, nobody knows.
    """
    escalation = scene.policy.escalation[name]
    calendar = scene.policy.calendars[escalation.calendar] if escalation.calendar else None
    return _passed_since(calendar, earliest, scene.now, escalation.tiers[0].after)


def _passed_since(calendar: Calendar | None, earliest: datetime, now: datetime, length: timedelta) -> datetime:
    """The latest moment from `earliest` on since which so much time has passed, to the second; `earliest` if less has."""
    if _passed(calendar, earliest, now) <= length:
        return earliest
    if calendar is None or not length:
        return now - length
    seconds = range((now - earliest) // _SECOND)
    late = bisect_left(seconds, True, key=lambda second: calendar.between(earliest + second * _SECOND, now) < length)
    return earliest + (late - 1) * _SECOND


def _passed(calendar: Calendar | None, start: datetime, end: datetime) -> timedelta:
    return calendar.between(start, end) if calendar else end - start


def _steps(
    ticket: Ticket, judged: Judged, name: str, since: datetime, pages: Iterable[Page], scene: Scene
) -> Iterator[Step]:
    """The steps of an episode that matter, in their order; those that were not told before a snooze wait until it ends."""
    policy = scene.policy
    escalation = policy.escalation[name]
    calendar = policy.calendars[escalation.calendar] if escalation.calendar else None
    told, quiet_until = steps_told(pages), snoozed_until(ticket, judged, scene)
    passed = _passed(calendar, since, scene.now)
    again = [after for after, repeated in told if repeated]
    for number in _numbers(escalation, passed, again):
        tier, after, repetition = _tier(escalation, number)
        due_at = _due_at(calendar, since, after)
        telling = told.get((after, repetition > 0))
        if telling and telling.at:
            yield Step(number, repetition, due_at, telling.who, telling.at, after, telling.unheard_at)
            continue
        due_at = max(due_at, quiet_until) if quiet_until else due_at
        people = _people(ticket, tier, judged, scene.at(max(due_at, scene.now)))
        at = called_by_others(ticket, scene.release.name, people, due_at) if due_at <= scene.now else None
        yield Step(number, repetition, due_at, people, at, after, telling.unheard_at if telling else None)


def _numbers(escalation: EscalationPolicy, passed: timedelta, again: Collection[timedelta]) -> Iterator[int]:
    """All tiers, and the repetitions of `Escalation.steps`: one every minute for weeks must not be counted one by one."""
    tiers, last = len(escalation.tiers), escalation.tiers[-1].after
    yield from range(tiers)
    if escalation.repeat is None:
        return
    due = max(0, (passed - last) // escalation.repeat)
    told = max((after - last for after in again if not (after - last) % escalation.repeat), default=timedelta())
    last_told = tiers - 1 + told // escalation.repeat
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


def _to_tell(steps: Iterable[Step], now: datetime) -> tuple[Step, ...]:
    """Every due tier that was not told, once; of missed repetitions only the last, never a burst.

    While nobody is on call that is said once for each tier, and for no repetition; then told to whoever comes on call.
    """
    due = [step for step in steps if step.due_at <= now]
    first = [
        step for step in due if not step.repetition and not step.fired and (step.reaches or step.unheard_at is None)
    ]
    repeated = [step for step in due if step.repetition][-1:]
    return (*first, *(step for step in repeated if not step.fired and step.reaches))


def _people(ticket: Ticket, tier: Tier, judged: Judged, scene: Scene) -> tuple[str, ...]:
    """Whom a tier tells at the moment of the scene: roles resolved, on-call people who know the topic before others; roles that nobody has stay."""
    policy = scene.policy
    topics = topics_of(ticket, judged.judgement)
    names: list[str] = []
    for target in tier.notify:
        if target == ON_CALL:
            names += suited(policy.roster.on_call(policy.calendars, scene.now), policy.people, topics) or (ON_CALL,)
        else:
            names += policy.roles.get(target) or (target,)
    return tuple(dict.fromkeys(names))
