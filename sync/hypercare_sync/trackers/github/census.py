"""The hourly census of a repository: what left the source, what is gone and where it went, what changed without a trace in time.

It lists what carries a managed label, too: a ticket that left the release while nothing of it was known keeps none of our labels.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hypercare_rules.ticket import Ref, Ticket
from hypercare_sync.trackers.census import believable
from hypercare_sync.trackers.github.gathering import Gathering, number_of
from hypercare_sync.trackers.github.pages import Listing, light
from hypercare_sync.trackers.http import NotFound
from hypercare_sync.trackers.port import Source
from hypercare_sync.trackers.raw import Raw
from hypercare_sync.wording import count


@dataclass
class Census:
    """One census. `strangers` are the numbers of tickets with managed labels that were never this source's."""

    gathering: Gathering
    known: Mapping[Ref, Ticket]
    strangers: set[int]
    _labelled: set[int] = field(default_factory=set)

    def left(self, listings: Sequence[Listing], typed: Callable[[], Mapping[int, int]]) -> list[int]:
        """The numbers of known tickets that left the source, and of those that carry a managed label and are unknown.

        `typed` reads the tickets that the issue type selects, with their reactions. Known tickets whose reactions changed are gathered.
        Raises TrackerError where so much is missing that it is not believed.
        """
        source = self.gathering.source
        expected = {ref for ref, ticket in self.known.items() if source.lists(ticket)}
        listed = believable(source.label, lambda: self._listed(listings, typed()), expected)
        for ref, reactions in listed.items():
            if ref in self.known and self.known[ref].reactions != reactions:
                update = {"reactions": reactions}
                self.gathering.tickets[ref] = self.known[ref].model_copy(update=update)
        self.strangers &= self._labelled
        return [*(number_of(ref) for ref in sorted(expected - listed.keys())), *self._strays(listed)]

    def strays(self) -> list[int]:
        """The numbers of tickets that carry a managed label and were not read, where nothing was known before."""
        self._listed([], {})
        return list(self._strays(self.known))

    def gone(self, missing: set[int], details: list[str], notes: list[str]) -> frozenset[Ref]:
        """Which of the tickets that are not found any more are gone, once REST says so, too; where they went is told."""
        gone, moved = set(), 0
        for ref in sorted(map(self.gathering.ref, missing)):
            place = self._whereabouts(ref)
            if place == ref.key:
                continue
            gone.add(ref)
            moved += place is not None
            if ref in self.known:
                details.append(f"{ref.key}: moved to {place}" if place else f"{ref.key}: deleted")
        if moved:
            notes.append(f"{count(moved, 'ticket')} moved to another repository")
        return frozenset(gone)

    def _listed(self, listings: Sequence[Listing], typed: Mapping[int, int]) -> dict[Ref, int]:
        """What the source lists, with reactions; on the way, what carries a managed label."""
        labels = [Listing({"labels": [label]}) for label in self._managed()]
        repositories, place = self.gathering.repositories, self.gathering.source.place
        rows = light(repositories, place, [*listings, *labels])
        selected = [row for some in rows[: len(listings)] for row in some]
        self._labelled = {row.number("number") for some in rows[len(listings) :] for row in some}
        found = {row.number("number"): row.inner("reactions").number("totalCount") for row in selected}
        return {self.gathering.ref(number): reactions for number, reactions in (dict(typed) | found).items()}

    def _managed(self) -> list[str]:
        source = self.gathering.source
        known = self.gathering.repositories.labels.get(source.place, set())
        prefix, summary = source.label_prefix.casefold(), (source.summary_label or "").casefold()
        return sorted(label for label in known if label.startswith(prefix) and label != summary)

    def _strays(self, listed: Mapping[Ref, object]) -> Iterator[int]:
        """Labelled tickets that are not listed, unless they are known so already, or known to be none of ours."""
        for number in sorted(self._labelled - self.strangers):
            ref = self.gathering.ref(number)
            if ref not in listed and not (ref in self.known and managed(self.gathering.source, self.known[ref])):
                yield number

    def _whereabouts(self, ref: Ref) -> str | None:
        """The key under which REST finds the ticket now, None where it is gone. A moved one redirects to its new place."""
        path = f"/repos/{self.gathering.source.place}/issues/{number_of(ref)}"
        try:
            issue = Raw(self.gathering.repositories.get(path).body)
        except NotFound:
            return None
        place = "/".join(issue.text("repository_url").rsplit("/", 2)[-2:])
        return f"{place}#{issue.number('number')}"


def managed(source: Source, ticket: Ticket) -> bool:
    """Whether the ticket carries a label under our prefix."""
    return any(label.casefold().startswith(source.label_prefix.casefold()) for label in ticket.labels)
