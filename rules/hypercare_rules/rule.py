"""Rules: a condition, and what should be so where it holds."""

from pydantic import Field, model_validator

from hypercare_rules.conditions import Condition
from hypercare_rules.forms import Id
from hypercare_rules.model import Model
from hypercare_rules.values import Kind, Level, Priority


class SetValues(Model):
    """Values that a rule decides. A priority that is set wins over the matrix; a person's override wins over it."""

    kind: Kind | None = Field(default=None, description="What it is about.")
    impact: Level | None = Field(default=None, description="Its impact; the priority follows by the matrix.")
    urgency: Level | None = Field(default=None, description="Its urgency; the priority follows by the matrix.")
    priority: Priority | None = Field(default=None, description="Its priority, whatever the matrix says.")

    @model_validator(mode="after")
    def _something(self) -> "SetValues":
        if not self.model_fields_set:
            raise ValueError("sets nothing; write one of kind, impact, urgency, priority")
        return self


class RaiseLevels(Model):
    """By how many levels a rule raises impact or urgency; high is the highest."""

    impact: int = Field(default=0, ge=0, le=2, description="By how many levels impact rises.")
    urgency: int = Field(default=0, ge=0, le=2, description="By how many levels urgency rises.")


class Then(Model):
    """What should be so. `escalate` names escalation policies; `comment` asks for a status comment; `stop` ends the rules for a ticket."""

    set: SetValues | None = Field(default=None, description="Values that the rule decides.")
    raise_: RaiseLevels | None = Field(
        default=None, alias="raise", description="Levels that rise; high is the highest."
    )
    add_labels: tuple[str, ...] = Field(default=(), description="Labels, put under the label prefix.")
    escalate: tuple[str, ...] = Field(default=(), description="Escalation policies that apply, by name.")
    comment: bool = Field(default=False, description="Whether the ticket gets a status comment.")
    stop: bool = Field(default=False, description="Whether no later rule is tried for the ticket.")

    @model_validator(mode="after")
    def _something(self) -> "Then":
        if not self.model_fields_set:
            raise ValueError("does nothing; write one of set, raise, add_labels, escalate, comment, stop")
        return self


class Rule(Model):
    """One rule. They are tried in the order of the policy; later ones see what earlier ones set."""

    id: Id = Field(description="Its name in explanations and in policies that extend this one.")
    when: Condition = Field(description="Which tickets it is for; `{}` is for all.")
    then: Then = Field(description="What should be so for them.")
    note: str = Field(default="", description="Why it is there, for those who read the policy.")
