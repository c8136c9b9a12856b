"""Who is on the team, and who responds when: people, roles, and the roster of shifts."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from hypercare_rules.calendars import Calendar
from hypercare_rules.calendars.wall import first_shown, on_wall, repeated
from hypercare_rules.calendars.written import Zone
from hypercare_rules.durations import Duration
from hypercare_rules.forms import AccountId, Email, Id, Login
from hypercare_rules.model import Model, Moment
from hypercare_rules.values import TrackerKind

ON_CALL = "on_call"
"""The role of whoever is on call at the moment; every other role is named in the policy."""


class Member(Model):
    """Somebody of the team: who they are in each tracker, and how and when they are reached.

    `github` is the login, `jira` the account id on Cloud or the user name on Data Center. `skills` are compared with a ticket's components and labels.
    """

    name: str = Field(min_length=1, description="How people call them.")
    github: Login | None = Field(default=None, description="Their login on GitHub.")
    jira: AccountId | None = Field(
        default=None, description="Their account id on Jira Cloud, or their user name on Data Center."
    )
    email: Email | None = Field(default=None, description="Their e-mail address.")
    channels: tuple[Id, ...] = Field(default=(), description="Other ways to reach them, by name, such as sms.")
    zone: Zone = Field(default="UTC", description="The zone in which they read times.")
    skills: tuple[str, ...] = Field(default=(), description="Components and labels that they know best.")

    def identity(self, kind: TrackerKind) -> str | None:
        """Who they are on a kind of tracker."""
        return self.github if kind is TrackerKind.github else self.jira

    @field_validator("skills")
    @classmethod
    def _without_case(cls, skills: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(skill.casefold() for skill in skills)


class Shift(Model):
    """Who responds in the hours of a calendar: all of `who`, or one after the other where `rotate` says how long each has it.

    The turns are counted from `since`, which a rotation therefore needs, by the clock on the wall in the calendar's zone: they
    change hands at the same time of day all year, and the turn in which clocks change is an hour longer or shorter. A time that
    clocks skip comes when they skip it, one that they show twice when they first show it. Without `until` the shift has no end.
    """

    who: tuple[str, ...] = Field(min_length=1, description="Who responds, by names from `people`.")
    calendar: str = Field(description="The hours in which they do.")
    since: Moment | None = Field(default=None, description="When the shift is first theirs.")
    until: Moment | None = Field(default=None, description="When it ends.")
    rotate: Duration | None = Field(default=None, description="How long each has it, one after the other.")

    @model_validator(mode="after")
    def _rotation_has_a_start(self) -> Self:
        if self.rotate is not None and (self.since is None or self.rotate <= timedelta()):
            raise ValueError(
                "a rotation needs `since`, from which the turns are counted, and turns longer than nothing"
            )
        return self

    def responds(self, calendar: Calendar, at: datetime) -> tuple[str, ...]:
        """The names of who responds by this shift at `at`; nobody outside its hours."""
        if (self.since and at < self.since) or (self.until and at >= self.until) or not calendar.is_open(at):
            return ()
        if self.rotate is None or self.since is None:
            return self.who
        return (self.who[self._turn(self.rotate, self.since, ZoneInfo(calendar.zone), at) % len(self.who)],)

    def hand_overs(self, calendar: Calendar, start: datetime, end: datetime) -> Iterator[datetime]:
        """The moments between the two at which one turn of a rotation ends and the next begins."""
        if self.rotate is None or self.since is None:
            return
        zone = ZoneInfo(calendar.zone)
        first = on_wall(zone, self.since)
        turn = max(0, (on_wall(zone, start) - first) // self.rotate)
        while (at := first_shown(zone, first + self.rotate * turn, self.since)) < end:
            if at > start:
                yield at
            turn += 1

    @staticmethod
    def _turn(rotate: timedelta, since: datetime, zone: ZoneInfo, at: datetime) -> int:
        """How many turns were over at `at`, which is not before `since`."""
        first, shown = on_wall(zone, since), on_wall(zone, at)
        over = (shown - first) // rotate
        # In an hour that clocks show once more, turns may be over which the wall's clock says are to come.
        again = (shown + repeated(zone, at) - first) // rotate
        while again > over and first_shown(zone, first + rotate * again, since) > at:
            again -= 1
        return again


class Turn(NamedTuple):
    """A stretch of time in which the same people respond; nobody where `who` is empty."""

    start: datetime
    end: datetime
    who: tuple[str, ...]


class Roster(Model):
    """The shifts of the team; all that are open at a time respond together, in the order of the policy."""

    shifts: tuple[Shift, ...] = Field(default=(), description="All that are open at a time respond together.")

    def on_call(self, calendars: Mapping[str, Calendar], at: datetime) -> tuple[str, ...]:
        """Who responds at `at`, each once."""
        names = (name for shift in self.shifts for name in shift.responds(calendars[shift.calendar], at))
        return tuple(dict.fromkeys(names))

    def turns(self, calendars: Mapping[str, Calendar], start: datetime, end: datetime) -> Iterator[Turn]:
        """Who responds from `start` until `end`, without holes: gaps are turns of nobody."""
        edges = sorted(
            {
                start,
                end,
                *(edge for shift in self.shifts for edge in _edges(shift, calendars[shift.calendar], start, end)),
            }
        )
        began, who = start, self.on_call(calendars, start)
        for edge in edges[1:]:
            now = self.on_call(calendars, edge) if edge < end else None
            if now != who:
                yield Turn(began, edge, who)
                began, who = edge, now or ()


def suited(names: Iterable[str], people: Mapping[str, Member], topics: Collection[str]) -> tuple[str, ...]:
    """Those of `names` whose skills are among a ticket's topics (components and labels, casefolded); all where nobody's are."""
    everybody = tuple(names)
    skilled = tuple(name for name in everybody if set(people[name].skills) & set(topics))
    return skilled or everybody


def _edges(shift: Shift, calendar: Calendar, start: datetime, end: datetime) -> Iterator[datetime]:
    """Every moment between the two at which a shift may begin, end or change hands."""
    for span in calendar.open_spans(start, end):
        yield span.start
        yield span.end
    for edge in (shift.since, shift.until):
        if edge and start < edge < end:
            yield edge
    yield from shift.hand_overs(calendar, start, end)
