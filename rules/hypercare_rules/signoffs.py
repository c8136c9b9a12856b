"""Who agreed to leave hypercare, as their words in the summary issue tell."""

from collections.abc import Iterable

from hypercare_rules.model import Model, Moment


class SignOff(Model):
    """Somebody's word that hypercare may end: `who` by their name in the policy, and the comment of the summary in which they gave it."""

    who: str
    at: Moment
    comment: str


def agreed(sign_offs: Iterable[SignOff]) -> frozenset[str]:
    """The people of the policy who signed off."""
    return frozenset(one.who for one in sign_offs)
