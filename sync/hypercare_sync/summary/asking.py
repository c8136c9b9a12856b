"""What the summary asks people to decide, as far as its readers may know of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from hypercare_rules.decisions import Ask, Decision
from hypercare_rules.policy import Policy
from hypercare_sync.summary.shown import Named, Readers, Shown
from hypercare_sync.wording import name_of

_OF_ALL = (Ask.settle, Ask.confirm, Ask.same)  # whose evidence tells of every ticket
_MOST_PAIRS = 10


@dataclass(frozen=True)
class Question:
    """Something to decide, for people by their names; nobody where none is named."""

    ask: Ask
    who: tuple[str, ...]
    tickets: Named
    why: str
    since: datetime | None


@dataclass(frozen=True)
class Asked:
    """All questions that readers may hear; `hidden` counts the others.

    `alike` are pairs of tickets that may be one problem, the first of them; `pairs` is how many there are.
    """

    questions: tuple[Question, ...]
    alike: tuple[tuple[Shown, Shown], ...]
    pairs: int
    hidden: int


def asked(decisions: Iterable[Decision], readers: Readers, policy: Policy) -> Asked:
    """The decisions as questions. That pairs may be one problem is asked once."""
    questions: list[Question] = []
    alike: list[tuple[Shown, Shown]] = []
    hidden = 0
    for decision in decisions:
        tickets = readers.named(decision.tickets)
        if tickets.others and (decision.ask in _OF_ALL or not tickets.tickets):
            hidden += 1
        elif decision.ask is not Ask.same or not alike:
            who = tuple(name_of(name, policy) for name in decision.who)
            questions.append(Question(decision.ask, who, tickets, decision.why, decision.since))
        if decision.ask is Ask.same:
            alike += _pair(tickets)
    return Asked(tuple(questions), tuple(alike[:_MOST_PAIRS]), len(alike), hidden)


def _pair(tickets: Named) -> Iterator[tuple[Shown, Shown]]:
    if not tickets.others:
        one, other = tickets.tickets
        yield one, other
