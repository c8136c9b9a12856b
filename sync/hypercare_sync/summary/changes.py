"""What changed since a lead last looked, as far as the readers of the summary may see it."""

from dataclasses import dataclass
from datetime import datetime

from hypercare_rules.assess import Assessment
from hypercare_rules.policy import Policy
from hypercare_rules.since import Reprioritised, since
from hypercare_sync.summary.shown import Listing, Named, Readers, Shown


@dataclass(frozen=True)
class Reranked:
    """A ticket with another priority than before; `why` is where the present one is from."""

    ticket: Shown
    before: str
    after: str
    why: str


@dataclass(frozen=True)
class Changes:
    """What changed since `moment`; `at_review` says that this was the last review. `reranked_others` counts what may not be seen."""

    moment: datetime
    at_review: bool
    new: Listing
    resolved: Named
    reopened: Named
    escalated: Named
    reranked: tuple[Reranked, ...]
    reranked_others: int


def changes(assessment: Assessment, policy: Policy, moment: datetime, readers: Readers) -> Changes:
    """What changed between the moment and the assessment's time."""
    found, last = since(assessment, policy, moment), assessment.reviews.last
    new = set(found.new)
    reranked = tuple(one for each in found.reprioritised for one in _reranked(each, readers))
    return Changes(
        moment=moment,
        at_review=last is not None and last.at == moment,
        new=readers.listing([one for one in assessment.tickets if one.ticket.ref in new]),
        resolved=readers.named(found.resolved),
        reopened=readers.named(found.reopened),
        escalated=readers.named(found.escalated),
        reranked=reranked,
        reranked_others=len(found.reprioritised) - len(reranked),
    )


def _reranked(found: Reprioritised, readers: Readers) -> tuple[Reranked, ...]:
    """The change, if its ticket may be seen."""
    why = "by hand" if found.by_hand else found.source
    return tuple(Reranked(one, found.before, found.after, why) for one in readers.named((found.ref,)).tickets)
