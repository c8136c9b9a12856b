"""How fast the team means to be: the time allowed by priority, and in which hours it runs."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, field_validator

from hypercare_rules.conditions import Condition
from hypercare_rules.durations import parse, render
from hypercare_rules.model import Model
from hypercare_rules.values import Priority


class Allowance(NamedTuple):
    """A length of time, and the name of the calendar in which it runs; without one it is wall-clock time."""

    length: timedelta
    calendar: str | None = None

    def __str__(self) -> str:
        return f"{render(self.length)} on {self.calendar}" if self.calendar else render(self.length)


def _allowance(value: Any) -> Any:
    if isinstance(value, Allowance):
        return value
    if isinstance(value, timedelta):
        return Allowance(value)
    if not isinstance(value, str):
        raise ValueError(f"not a length of time: {value!r}; write 30m, or 8h on CALENDAR")
    length, _, calendar = re.sub(r"\s+", " ", value.strip()).partition(" on ")
    return Allowance(parse(length), calendar or None)


Target = Annotated[
    Allowance,
    BeforeValidator(_allowance),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^([0-9]+[wdhms])+( on \S.*)?$", "examples": ["30m", "8h on emea"]}),
]
"""A time allowed: text such as `30m` or `8h on emea`."""


class Targets(Model):
    """How long the team allows itself, by priority.

    `acknowledge` and `resolve` have a target for every priority; `update` is how often people want to hear news of a ticket
    that is being worked on. `at_risk_from` is the used share of a target at which it is at risk. The resolve and the update clock
    stand still while `pause_when` holds.
    """

    acknowledge: dict[Priority, Target] = Field(description="Until the team's first response.")
    resolve: dict[Priority, Target] = Field(description="Until the ticket is done.")
    update: dict[Priority, Target] = Field(default={}, description="From one word of the team to the next.")
    at_risk_from: float = Field(
        default=0.75, gt=0, lt=1, description="The used share of a target at which it is at risk."
    )
    pause_when: Condition | None = Field(
        default=None, description="While this holds the resolve and the update clock stand still."
    )

    @field_validator("acknowledge", "resolve")
    @classmethod
    def _complete(cls, targets: dict[Priority, Allowance]) -> dict[Priority, Allowance]:
        lacking = [priority for priority in Priority if priority not in targets]
        if lacking:
            raise ValueError(f"no target for {', '.join(lacking)}; write one for each of P1 to P4")
        return targets

    def calendars(self) -> frozenset[str]:
        """The names of the calendars that the targets run on."""
        return frozenset(
            target.calendar for _, allowed in self.by_clock() for target in allowed.values() if target.calendar
        )

    def by_clock(self) -> Iterator[tuple[str, Mapping[Priority, Allowance]]]:
        """The time allowed by priority, for each clock by name."""
        yield from (("acknowledge", self.acknowledge), ("resolve", self.resolve), ("update", self.update))


class PhaseTargets(Model):
    """Other targets for the first days of hypercare: for tickets that come up until the end of day `until_day`."""

    until_day: int = Field(ge=1, description="The last day of hypercare of this phase; day 1 begins with go-live.")
    targets: Targets = Field(description="The targets of tickets that come up until then.")
