"""What holds of an open ticket now (that it is at risk, breached, stale, ...), and for what of it people are told."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from hypercare_rules.beginnings import priority_began
from hypercare_rules.clocks import ClockState
from hypercare_rules.escalations import Escalation, named
from hypercare_rules.judge import Judged, Scene, judged_since
from hypercare_rules.judgement import Judgement
from hypercare_rules.labels import Condition
from hypercare_rules.overrides import overridden_since
from hypercare_rules.release import Release
from hypercare_rules.ticket import Ticket


def holding(ticket: Ticket, judged: Judged, running: Iterable[Escalation], scene: Scene) -> Iterator[Condition]:
    """The conditions in which an open ticket is now, each with its values; `running` are its escalations."""
    judgement, release, policy, now = judged.judgement, scene.release, scene.policy, scene.now
    priority = judgement.priority.value
    for clock in judged.clocks:
        why = f"{clock.name}: due {'at the latest ' * clock.lower_bound}{_stamp(clock.due_at, release)}, target of {priority}"
        if clock.state is ClockState.breached:
            yield Condition("breached", clock.due_at, why, clock.name)
        elif clock.state is ClockState.at_risk:
            yield Condition("at-risk", clock.at_risk_at, why, clock.name)
    allowed = policy.stale.get(priority)
    active = max(ticket.last_human_activity, release.go_live)
    if allowed is not None and now - active >= allowed:
        yield Condition("stale", active + allowed, f"no human activity since {_stamp(active, release)}")
    if judgement.overridden:
        yield Condition("overridden", overridden_since(ticket, policy), judgement.priority.source)
    for escalation in running:
        step = escalation.reached
        if step is not None:
            told = f"{named([step])} of {escalation.policy}, to {step.callees} ({escalation.why})"
            yield Condition("escalated", escalation.since, told, escalation.policy, escalation.surely)


def reasons_to_tell(
    ticket: Ticket, judgement: Judgement, conditions: Iterable[Condition], scene: Scene
) -> Iterator[Condition]:
    """Why an open ticket gets a status comment, each reason with when it arose."""
    if not ticket.open:
        return
    wanted, priority = scene.policy.comments, judgement.priority.value
    yield from (condition for condition in conditions if condition.name in wanted.conditions)
    if priority in wanted.priorities:
        began = priority_began(ticket, scene)
        yield Condition(priority, began.likely, judgement.priority.source, not_before=began.surely)
    if judgement.comment is not None:
        since = judged_since(ticket, scene, lambda judgement: judgement.comment is not None)
        yield Condition(judgement.comment, since, "asks for a status comment")


def _stamp(moment: datetime, release: Release) -> str:
    return f"{release.local(moment):%Y-%m-%d %H:%M}"
