"""What becomes of the tickets that are open when hypercare ends, and for how long a new P1 takes that back."""

from datetime import timedelta

from pydantic import Field

from hypercare_rules.durations import Duration
from hypercare_rules.forms import Id
from hypercare_rules.model import Model


class HandoverPolicy(Model):
    """How hypercare is handed over to business as usual (BAU)."""

    label: Id = Field(default="bau", description="The label of tickets that are handed over, without the prefix.")
    owner: str | None = Field(
        default=None, description="Who owns open tickets that nobody has, by a name from `people`."
    )
    owners: dict[str, str] = Field(
        default={},
        description="Who owns those of a component instead, by names from `people`.",
        examples=[{"Payments": "ana"}],
    )
    assign: bool = Field(
        default=False,
        description="Whether tickets that nobody has are assigned to their owner in the tracker; else the owner is only named.",
    )
    relapse: Duration = Field(
        default=timedelta(days=7), description="For how long after the end a new P1 takes it back."
    )
