"""Lengths of time that contradict each other: a P1 that may take longer than a P2, news that come after the end."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from hypercare_rules.calendars import CalendarError
from hypercare_rules.lint.draft import Draft
from hypercare_rules.lint.finding import Finding, Path, error, warning
from hypercare_rules.lint.order import neighbours
from hypercare_rules.policy import Policy
from hypercare_rules.targets import Allowance
from hypercare_rules.values import Priority

_WEEK = [timedelta(hours=hour) for hour in range(7 * 24)]


def no_time(draft: Draft) -> Iterator[Finding]:
    """Lengths of nothing, of which every ticket is over at once."""
    policy = draft.policy
    for path, priority, target in _targets(policy):
        if not target.length:
            yield error((*path, priority.value), "no time at all; write a length such as 30m")
    for priority, length in policy.stale.items():
        if not length:
            yield error(("stale", priority.value), "every ticket would be stale at once; write a length such as 1d")


def late(draft: Draft, now: datetime) -> Iterator[Finding]:
    """Targets on different calendars by which, at some hour of this week, a higher priority is due after a lower one."""
    due = _due_in(draft.policy)
    for at, targets in draft.policy.all_targets():
        for clock, allowed in targets.by_clock():
            for higher, lower in neighbours(draft, (*at, clock), allowed):
                first, second = allowed[higher], allowed[lower]
                if first.calendar == second.calendar or not (
                    draft.usable(first.calendar) and draft.usable(second.calendar)
                ):
                    continue
                late = next((start for start in _hours(now) if due(first, start) > due(second, start)), None)
                if late:
                    text = f"a {higher} of {late:%a %H:%M} UTC ({first}) is due after a {lower} ({second})"
                    remedy = "give it a calendar with more hours, or less time"
                    path = (*at, clock)
                    yield warning((*path, higher.value), f"{text}; {remedy}", also=(*path, lower.value))


def news_after_the_end(draft: Draft, now: datetime) -> Iterator[Finding]:
    """Updates that are due later than the resolution, at whatever hour of this week the ticket came up."""
    due = _due_in(draft.policy)
    for at, targets in draft.policy.all_targets():
        for priority, update in targets.update.items():
            resolve = targets.resolve[priority]
            if not (
                _known(draft, (*at, "update", priority.value), update)
                and _known(draft, (*at, "resolve", priority.value), resolve)
            ):
                continue
            if all(due(update, start) > due(resolve, start) for start in _hours(now)):
                text = f"news every {update} come after the time to resolve ({resolve})"
                also = (*at, "resolve", priority.value)
                yield warning((*at, "update", priority.value), f"{text}; write a shorter one", also=also)


def _known(draft: Draft, path: Path, target: Allowance) -> bool:
    return draft.whole(*path) and draft.usable(target.calendar)


def _targets(policy: Policy) -> Iterator[tuple[Path, Priority, Allowance]]:
    for at, targets in policy.all_targets():
        for clock, allowed in targets.by_clock():
            for priority, target in allowed.items():
                yield (*at, clock), priority, target


def _hours(now: datetime) -> Iterator[datetime]:
    """Every hour of the week of `now`."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=now.weekday())
    return (monday + hour for hour in _WEEK)


def _due_in(policy: Policy) -> Callable[[Allowance, datetime], datetime]:
    """When a target is due for a ticket that came up at a time; the end of time where its calendar has no hours left."""

    def due(target: Allowance, start: datetime) -> datetime:
        if target.calendar is None:
            return start + target.length
        try:
            return policy.calendars[target.calendar].add(start, target.length)
        except CalendarError:
            return datetime.max.replace(tzinfo=start.tzinfo)

    return due
