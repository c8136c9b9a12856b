"""How a managed label looks where a tracker gives labels a text and a colour."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from hypercare_rules.calendars.written import nearest
from hypercare_rules.model import Model

NAMED_COLOURS = {
    "red": "b60205",
    "orange": "d93f0b",
    "yellow": "fbca04",
    "green": "0e8a16",
    "blue": "1d76db",
    "purple": "5319e7",
    "grey": "ededed",
}
_SIX_DIGITS = re.compile(r"[0-9A-Fa-f]{6}")
_LONGEST_TEXT = 100  # on GitHub


def _colour(text: str) -> str:
    if text not in NAMED_COLOURS and not _SIX_DIGITS.fullmatch(text):
        remedy = nearest(text, NAMED_COLOURS, otherwise=f"write six hex digits such as b60205, or {_NAMES}")
        raise ValueError(f"not a colour: {text!r}; {remedy}")
    return text


_NAMES = f"{', '.join(list(NAMED_COLOURS)[:-1])} or {list(NAMED_COLOURS)[-1]}"

Colour = Annotated[
    str,
    AfterValidator(_colour),
    WithJsonSchema(
        {"type": "string", "pattern": rf"^({'|'.join(NAMED_COLOURS)}|[0-9A-Fa-f]{{6}})$", "examples": ["red", "b60205"]}
    ),
]
"""A colour: six hex digits without a `#`, or the name of one."""


class LabelStyle(Model):
    """What a label says of itself, and its colour: what GitHub shows. Jira has neither."""

    text: str = Field(
        default="Set by hypercare-sync",
        min_length=1,
        max_length=_LONGEST_TEXT,
        description=f"What it means, in at most {_LONGEST_TEXT} characters.",
    )
    colour: Colour = Field(default="grey", description=f"Six hex digits, or {_NAMES}.")

    @property
    def rgb(self) -> str:
        """The colour as six hex digits."""
        return NAMED_COLOURS.get(self.colour, self.colour).lower()


UNSTYLED = LabelStyle()
"""How a label looks of which the policy says nothing."""
BAU = LabelStyle(text="Handed over to business as usual when hypercare ended", colour="blue")
"""How the label of tickets that were handed over looks, unless the policy says otherwise."""
