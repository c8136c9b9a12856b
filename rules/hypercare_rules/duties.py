"""Who is on call now, and who comes next."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from hypercare_rules.policy import Policy

_AHEAD = timedelta(days=14)


class Duty(NamedTuple):
    """Who responds, by names of the policy, and until when; nobody in a gap, and no end where it is further off than two weeks."""

    who: tuple[str, ...]
    until: datetime | None


def duties(policy: Policy, now: datetime) -> tuple[Duty, ...]:
    """Who responds now, and then up to the next who do, with the gap between them; nothing where the policy has no shifts."""
    return tuple(_up_to_the_next(policy, now)) if policy.roster.shifts else ()


def _up_to_the_next(policy: Policy, now: datetime) -> Iterator[Duty]:
    end = now + _AHEAD
    for number, turn in enumerate(policy.roster.turns(policy.calendars, now, end)):
        yield Duty(turn.who, turn.end if turn.end < end else None)
        if number and turn.who:
            return
