"""Words by which people steer us in the summary issue, once they were understood and heard: they ride in our answer to them."""

from enum import StrEnum

from hypercare_rules.model import Model, Moment
from hypercare_rules.values import Priority


class Verb(StrEnum):
    """What somebody wants of us."""

    ack = "ack"
    priority = "priority"
    snooze = "snooze"
    sign_off = "sign-off"
    help = "help"


class Word(Model):
    """What somebody who may said: `who` by the policy's name, or by their account where the policy names nobody; `name` as people know them.

    `ticket` is a reference as text. A priority of None takes back what was said before; `until` is when a snooze ends.
    """

    verb: Verb
    who: str
    name: str
    at: Moment
    ticket: str = ""
    priority: Priority | None = None
    until: Moment | None = None
    why: str = ""


class Answer(Model):
    """Our answer to the comment of this id: the words in it that count."""

    to: str
    words: tuple[Word, ...] = ()
