"""One release in one tick: what the rules made of it, and what else planning has to know."""

from collections.abc import Iterator
from dataclasses import dataclass

from hypercare_rules.assess import Assessment, Memory
from hypercare_rules.policy import Policy
from hypercare_rules.release import Phase
from hypercare_rules.ticket import Ref, Ticket
from hypercare_sync.observed import FoundSummary, SourceCount, SummaryPlace


@dataclass(frozen=True)
class ReleaseState:
    """One release as planning needs it. `summary` is None where its place could not be read: then it is left alone.

    `stale` are the trackers that could not be read whole in this tick, `unread` single tickets: nothing is planned for these. `counts` are those
    of the sources, for the summary's record.
    """

    assessment: Assessment
    policy: Policy
    memory: Memory
    place: SummaryPlace
    summary: FoundSummary | None
    stale: frozenset[str]
    unread: frozenset[Ref] = frozenset()
    counts: tuple[SourceCount, ...] = ()

    @property
    def doubted(self) -> bool:
        """Whether a source shows so much less than the summary counted that it is not believed."""
        return any(one.doubted for one in self.counts)

    @property
    def left(self) -> bool:
        """Whether nothing is planned for it: hypercare is over, or it cannot be told in this tick whether it is."""
        readable = self.summary is not None and self.summary.current is not None
        if self.assessment.phase is Phase.exited:
            handover = self.assessment.memory.handover
            return not readable or (handover is not None and handover.over)
        forgotten = self.summary is None and self.memory.baseline is None
        return forgotten and any(self.policy.bau_label in one.ticket.labels for one in self.assessment.tickets)


def tickets_of(release: ReleaseState) -> Iterator[Ticket]:
    """Every ticket that the release's sources brought, in scope or not; the summary is none."""
    assessment = release.assessment
    yield from (assessed.ticket for assessed in assessment.tickets)
    rest = (*assessment.planned, *assessment.untagged, *assessment.outside)
    yield from (ticket for ticket in rest if release.policy.summary_label not in ticket.labels)
