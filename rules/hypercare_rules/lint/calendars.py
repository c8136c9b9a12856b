"""Calendars: each must have hours for as long as something runs on it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from hypercare_rules.calendars import Calendar, CalendarError
from hypercare_rules.lint.draft import Draft
from hypercare_rules.lint.finding import Finding, error, warning
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release

_NOTHING = timedelta()
_ONE_DAY = timedelta(days=1)


class _Use(NamedTuple):
    """What runs on a calendar, for so long, and the last time at which it may begin."""

    what: str
    calendar: str
    length: timedelta
    until: datetime


def run_out(draft: Draft, release: Release, now: datetime) -> Iterator[Finding]:
    """Calendars without hours left for what runs on them: an error where the next ticket needs them, else a warning."""
    policy, start = draft.policy, max(now, release.go_live)
    for name, calendar in policy.calendars.items():
        if not draft.usable(name):
            continue
        uses = [use for use in _uses(policy, release) if use.calendar == name]
        now_lacking = next((use for use in uses if not _lasts(calendar, start, use.length)), None)
        soon_lacking = next((use for use in uses if not _lasts(calendar, max(start, use.until), use.length)), None)
        remedy = "add hours to it, or special days"
        if now_lacking:
            text = f"has too few hours left from {start:%Y-%m-%d} on for {now_lacking.what}, so a tick would fail"
            yield error(("calendars", name), f"{text}; {remedy}", at_key=True)
        elif soon_lacking:
            at = max(start, soon_lacking.until)
            text = f"has too few hours left for {soon_lacking.what} of a ticket that comes up on {at:%Y-%m-%d}"
            yield warning(("calendars", name), f"{text}; {remedy}", at_key=True)


def _uses(policy: Policy, release: Release) -> Iterator[_Use]:
    for at, targets in policy.all_targets():
        phase = next((policy.phases[step] for step in at if isinstance(step, int)), None)
        until = min(release.ends, release.go_live + phase.until_day * _ONE_DAY) if phase else release.ends
        for clock, allowed in targets.by_clock():
            for priority, target in allowed.items():
                if target.calendar:
                    yield _Use(f"the {clock} target of a {priority}", target.calendar, target.length, until)
    for name, escalation in policy.escalation.items():
        if escalation.calendar:
            length = escalation.tiers[-1].after + (escalation.repeat or _NOTHING)
            yield _Use(f"escalation {name!r}", escalation.calendar, length, release.ends)


def _lasts(calendar: Calendar, start: datetime, length: timedelta) -> bool:
    """Whether so much working time, or for none at least an hour that opens, comes after `start`."""
    try:
        if length:
            calendar.add(start, length)
        else:
            calendar.next_open(start)
    except CalendarError:
        return False
    return True
