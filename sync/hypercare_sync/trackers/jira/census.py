"""The census: keys alone that show what left a source without a trace in time, and what carries a managed label outside of it.

It follows the first reading, too: a search that brought less than there is, or that lags behind what we wrote, is found out at once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hypercare_rules.ticket import LabelChanged, Ref, ScopeChanged, Ticket
from hypercare_sync.errors import TrackerError
from hypercare_sync.trackers.census import believable
from hypercare_sync.trackers.jira.gathering import Gathering
from hypercare_sync.trackers.jira.jql import labelled_jql, source_jql
from hypercare_sync.trackers.port import Source

MOST_RECONCILED = 50
"""Issues of which Cloud tells in one search how they are now, however far its index lags behind."""


@dataclass
class Census:
    """One census over what was `known` before this reading and what it gathered.

    `strangers` are the keys of issues that it comes upon and that are no tickets of this source; `unread` those whose next try comes
    later.
    """

    gathering: Gathering
    known: Mapping[Ref, Ticket]
    strangers: set[str]
    unread: Collection[str] = ()

    def hold(self, *, whole: bool = False) -> frozenset[Ref]:
        """Gather what was missed, what left and what is doubtful, as it is now; the known tickets that are gone.

        Where the reading just before is known to be `whole`, it is the list. Raises TrackerError where so much is missing that it is not believed,
        AccessDenied where we do not see a project any more.
        """
        source, gathering = self.gathering.source, self.gathering
        have = {**self.known, **gathering.tickets}
        expected = {ref for ref in self.known if source.lists(have[ref])}
        read = dict.fromkeys(gathering.tickets)
        try:
            listed = believable(source.label, (lambda: read) if whole else self._listed, expected)
        except TrackerError:
            for place in sorted({ref.place for ref in expected}):
                gathering.site.client.look_into(place)
            raise
        labelled = self._labelled() if have or listed else set[Ref]()
        known_as_others = self.strangers | gathering.others | {*self.unread} | gathering.unread.keys()
        self.strangers &= {ref.key for ref in listed.keys() | labelled}
        left = expected - listed.keys() - gathering.tickets.keys()
        missed = listed.keys() - have.keys()
        doubtful = {ref for ref in labelled if ref not in have or not managed(source, have[ref])}
        wanted = left | {ref for ref in missed | doubtful if ref in have or ref.key not in known_as_others}
        return self._gather(sorted(wanted), left, listed) & left

    def _gather(self, wanted: list[Ref], left: set[Ref], listed: Mapping[Ref, None]) -> frozenset[Ref]:
        """Read single tickets and keep those that are or were the source's; those that are not there any more."""
        if not wanted:
            return frozenset()
        gathering = self.gathering
        source = gathering.source
        found = Gathering(gathering.site, source, gathering.wanted, notes=gathering.notes)
        missing = found.fetch([ref.key for ref in wanted])
        for ref, ticket in found.tickets.items():
            if ref in left and source.selector.by_query:
                gathering.tickets[ref] = ticket.model_copy(update={"listed": False})
            elif ref in self.known or ref in listed or source.lists(ticket) or was_selected(source, ticket):
                gathering.tickets[ref] = ticket
            else:
                self.strangers.add(ref.key)
        self.strangers |= found.others
        gathering.unread |= found.unread
        gathering.whole |= found.whole
        return frozenset(map(gathering.ref, missing))

    def _listed(self) -> dict[Ref, None]:
        gathering = self.gathering
        return dict.fromkeys(map(gathering.ref, gathering.site.keys(source_jql(gathering.source, None))))

    def _labelled(self) -> set[Ref]:
        """What carries a managed label in the source's project, with what we may just have written as it is now."""
        gathering = self.gathering
        source = gathering.source
        if source.selector.by_query or not source.managed_labels:
            return set()
        jql = labelled_jql(source.place, source.managed_labels)
        return set(map(gathering.ref, gathering.site.keys(jql, gathering.unlabelled()[:MOST_RECONCILED])))


def managed(source: Source, ticket: Ticket) -> bool:
    """Whether the ticket carries a label under our prefix."""
    return any(label.casefold().startswith(source.label_prefix.casefold()) for label in ticket.labels)


def was_selected(source: Source, ticket: Ticket) -> bool:
    """Whether the ticket's history says that it was the source's once: then our labels on it are this release's."""
    selector = source.selector
    return any(
        (isinstance(event, ScopeChanged) and event.name == selector.version)
        or (isinstance(event, LabelChanged) and event.label in selector.labels)
        for event in ticket.history
    )
