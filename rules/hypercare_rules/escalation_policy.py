"""Escalation policies: the ordered steps by which a ticket reaches more people."""

from datetime import timedelta

from pydantic import Field, field_validator

from hypercare_rules.conditions import Condition
from hypercare_rules.durations import Duration
from hypercare_rules.model import Model
from hypercare_rules.values import Priority


class Tier(Model):
    """One step: `after` so much time since the episode began, `notify` these roles or people."""

    after: Duration = Field(description="How long after the episode began.")
    notify: tuple[str, ...] = Field(min_length=1, description="Whom it tells: roles, people, or `on_call`.")


def _until_acknowledged() -> Condition:
    return Condition.model_validate({"acknowledged": True})


class EscalationPolicy(Model):
    """Steps that are taken while a ticket is open and `until` does not hold.

    It applies to tickets of the `priorities` named, and to those that a rule hands to it. Times run on `calendar`, wall-clock
    time without one. With `repeat` the last step is taken again and again.
    """

    priorities: tuple[Priority, ...] = Field(
        default=(), alias="for", description="It applies to open tickets of these priorities."
    )
    calendar: str | None = Field(default=None, description="The working hours in which its times run.")
    until: Condition = Field(
        default_factory=_until_acknowledged, description="What ends it; `{acknowledged: true}` if left out."
    )
    tiers: tuple[Tier, ...] = Field(min_length=1, description="The steps, in their order.")
    repeat: Duration | None = Field(default=None, description="How often the last step is taken again.")

    @field_validator("repeat")
    @classmethod
    def _repeats_in_time(cls, repeat: timedelta | None) -> timedelta | None:
        if repeat is not None and repeat < timedelta(minutes=1):
            raise ValueError("shorter than a minute; write 15m or longer")
        return repeat
