"""How hypercare was left: the one fact about its end that no ticket tells, kept where the summary is."""

from typing import Literal

from hypercare_rules.model import Model, Moment
from hypercare_rules.signoffs import SignOff


class Evidence(Model):
    """An exit criterion as it stood when hypercare was left; the `evidence` names no ticket."""

    id: str
    met: bool
    evidence: str
    held_since: Moment | None = None


class Handover(Model):
    """The decision that hypercare ends, made by a person's command or by everybody's sign-off, with its evidence.

    `because` is why it ended although criteria did not hold. `finished` says that all of it is carried out, the closing of the summary last.
    `relapsed` is when a new P1 took it back; hypercare goes on from there.
    """

    at: Moment
    by: Literal["handover", "sign-off"]
    criteria: tuple[Evidence, ...] = ()
    signed: tuple[SignOff, ...] = ()
    because: str = ""
    finished: bool = False
    relapsed: Moment | None = None

    @property
    def stands(self) -> bool:
        """Whether hypercare is left: decided, and not taken back."""
        return self.relapsed is None

    @property
    def over(self) -> bool:
        """Whether it is left and nothing of that is still to be done."""
        return self.stands and self.finished
