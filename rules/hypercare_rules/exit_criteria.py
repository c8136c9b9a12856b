"""What must hold before hypercare is left, each measured over the time it must have held."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from hypercare_rules.conditions import Condition
from hypercare_rules.durations import Duration
from hypercare_rules.forms import Id
from hypercare_rules.model import Model


class _Criterion(Model):
    id: Id = Field(description="Its name in the summary and in policies that extend this one.")


class NoneOpen(_Criterion):
    """No open ticket for which the condition holds, for so long without a break."""

    none_open: Condition = Field(description="Which tickets must not be open.")
    held_for: Duration = Field(default=timedelta(), alias="for", description="For how long there must have been none.")


class FallingArrival(_Criterion):
    """Fewer tickets came up in the later half of `over` than in the earlier, or none in the later."""

    arrival: Literal["falling"] = Field(description="That fewer tickets come up.")
    over: Duration = Field(description="The time that is looked at.")


class TargetsMet(_Criterion):
    """At least this share of the targets was met that ended within `over`, or were missed and still are open."""

    targets_met: float = Field(gt=0, le=1, description="The share of targets that must be met: 0.95 is 95 %.")
    over: Duration = Field(description="The time that is looked at.")


class SignedOff(_Criterion):
    """All of these people have signed off."""

    signed_off: tuple[str, ...] = Field(min_length=1, description="Who must agree, by names from `people`.")


# The names of the forms are no keys that a criterion may have: in the path of an error they cannot be taken for one.
_FORMS = {name: f"<{name}>" for name in ("none_open", "arrival", "targets_met", "signed_off")}


def _which(value: object) -> str | None:
    names = (
        value.keys() if isinstance(value, dict) else type(value).model_fields.keys() if isinstance(value, Model) else ()
    )
    return next((tag for name, tag in _FORMS.items() if name in names), None)


Criterion = Annotated[
    Annotated[NoneOpen, Tag(_FORMS["none_open"])]
    | Annotated[FallingArrival, Tag(_FORMS["arrival"])]
    | Annotated[TargetsMet, Tag(_FORMS["targets_met"])]
    | Annotated[SignedOff, Tag(_FORMS["signed_off"])],
    Discriminator(
        _which,
        custom_error_type="criterion",
        custom_error_message=f"measures nothing; write one of {', '.join(_FORMS)}",
    ),
]
