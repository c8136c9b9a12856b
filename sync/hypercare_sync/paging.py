"""Which pages a plan holds: the due steps of each running episode, decided over all releases that a ticket is in.

Whom one release calls to a ticket, another does not call to it again in the same tick; in later ticks the rules see that from our comments.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from hypercare_rules.assess import Assessment, TicketAssessment
from hypercare_rules.escalations import Escalation, Step
from hypercare_rules.people import ON_CALL
from hypercare_rules.ticket import Marker, Ref, ToldStep


@dataclass(frozen=True)
class Page:
    """The `steps` that one comment tells. `called` are people of theirs whom another release calls to the ticket in the same tick.

    `others` are the releases whose own steps call nobody beyond whom this page calls: it speaks for them, too.
    """

    release: str
    escalation: Escalation
    steps: tuple[Step, ...]
    called: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()

    @property
    def callees(self) -> tuple[str, ...]:
        """Whom it calls, by the names of the policy, each once."""
        names = dict.fromkeys(name for step in self.steps for name in step.notify)
        return tuple(name for name in names if name not in self.called)

    @property
    def marker(self) -> Marker:
        """By what the comment is known again."""
        escalation = self.escalation
        return Marker(
            purpose="escalation",
            release=self.release,
            policy=escalation.policy,
            episode=escalation.surely,
            began=escalation.since if escalation.since != escalation.surely else None,
            steps=tuple(ToldStep(after=step.after, again=step.repetition > 0, who=step.notify) for step in self.steps),
        )


Pages = Mapping[tuple[str, Ref], tuple[Page, ...]]
"""By the release and the ticket."""


def pages(assessments: Iterable[Assessment]) -> Pages:
    """The pages that are due over releases in this order."""
    by_ticket: dict[Ref, list[tuple[str, TicketAssessment]]] = defaultdict(list)
    for assessment in assessments:
        for assessed in assessment.tickets:
            if any(escalation.due for escalation in assessed.escalations):
                by_ticket[assessed.ticket.ref].append((assessment.release.name, assessed))
    return {(name, ref): found for ref, each in by_ticket.items() for name, found in _of_ticket(each).items()}


def _of_ticket(each: Iterable[tuple[str, TicketAssessment]]) -> dict[str, tuple[Page, ...]]:
    """The pages of one ticket by release; a release that comes later calls only whom none before it does."""
    found: dict[str, tuple[Page, ...]] = {}
    called: dict[str, str] = {}  # people, and the release that calls them
    speaks_for: dict[str, list[str]] = defaultdict(list)
    for name, assessed in each:
        mine: list[Page] = []
        for escalation in assessed.escalations:
            steps = tuple(step for step in escalation.due if not _people(step) or _people(step) - called.keys())
            if steps:
                mine.append(Page(name, escalation, steps, frozenset().union(*map(_people, steps)) & called.keys()))
            covered = (who for step in escalation.due if step not in steps for who in _people(step))
            for other in dict.fromkeys(called[who] for who in covered):
                speaks_for[other].append(name)
        found[name] = tuple(mine)
        called |= dict.fromkeys((who for page in mine for step in page.steps for who in _people(step)), name)
    return {
        name: tuple(replace(page, others=tuple(dict.fromkeys(speaks_for[name]))) for page in mine)
        for name, mine in found.items()
    }


def _people(step: Step) -> frozenset[str]:
    return frozenset(name for name in step.notify if name != ON_CALL)
