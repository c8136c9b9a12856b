"""How times, clocks and people are said to people, the same in every text that we write."""

from datetime import UTC, datetime, timedelta

from hypercare_rules.clocks import Clock, ClockState
from hypercare_rules.durations import render
from hypercare_rules.escalations import Step
from hypercare_rules.people import ON_CALL
from hypercare_rules.policy import Policy
from hypercare_rules.release import Release
from hypercare_sync.text.clean import visible

_MINUTE = timedelta(minutes=1)
_MANY_TIMES = 2
_ROUGHLY = 10


def stamp(moment: datetime, release: Release) -> str:
    """`Mon 23 Nov 14:20`, in the release's zone; the year where it is another than that of go-live."""
    local = release.local(moment)
    year = "" if local.year == release.local(release.go_live).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def iso(moment: datetime) -> str:
    """A moment for machines: in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def clock_state(clock: Clock, release: Release) -> str:
    """Where a clock stands, by the time that matters to a person: never by how much is left, which changes all the time."""
    known = "at the latest " if clock.lower_bound else ""
    match clock.state:
        case ClockState.running:
            return f"due {known}{stamp(clock.due_at, release)}"
        case ClockState.at_risk:
            return f"at risk, due {known}{stamp(clock.due_at, release)}"
        case ClockState.breached:
            return f"breached since {stamp(clock.due_at, release)}{' or earlier' * clock.lower_bound}"
        case ClockState.paused:
            return "paused"
        case ClockState.met:
            return f"met{', as far as is known' * clock.lower_bound}"
        case ClockState.missed:
            return "missed"


def working(length: timedelta, calendar: str | None) -> str:
    """A length of time that a clock counts: in the hours of a calendar, where no day has 24, without days; in whole minutes."""
    return render(max(length // _MINUTE * _MINUTE, min(length, _MINUTE)), days=calendar is None)


def used_share(clock: Clock) -> str:
    """How much of a target is used: `75%`, and from twice on `15 times the target`, as people say it."""
    share = clock.used_share
    if share < _MANY_TIMES:
        return f"{share:.0%}"
    times = f"{share:.0f}" if share >= _ROUGHLY else f"{share:.1f}".removesuffix(".0")
    return f"{times} times the target"


def call(step: Step, release: Release, policy: Policy) -> str:
    """Whom a step of an escalation calls, and when: `Kim S, Mon 23 Nov 10:00`."""
    return f"{', '.join(name_of(name, policy) for name in step.notify)}, {stamp(step.due_at, release)}"


def name_of(name: str, policy: Policy) -> str:
    """How people know somebody of the policy; a role that nobody has by its words."""
    if name == ON_CALL:
        return "nobody on call"
    member = policy.people.get(name)
    return member.name if member else name.replace("_", " ")


def count(number: int, one: str, many: str = "") -> str:
    """`1 ticket`, `2 tickets`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def printable(text: str) -> str:
    """Text for a terminal that cannot steer it: no control or bidi characters, lines as they were."""
    return "\n".join(visible(line).replace("\r", " ") for line in text.split("\n"))
