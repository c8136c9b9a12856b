"""A release in hypercare: when it went live, for how long it is watched, and which tickets are its own."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from hypercare_rules.durations import Duration
from hypercare_rules.model import Model, Moment
from hypercare_rules.ticket import Audience, Ref, Ticket


class Phase(StrEnum):
    """Where a release is on its way to business as usual."""

    planned = "planned"
    hypercare = "hypercare"
    extended = "extended"
    exited = "exited"


class Release(Model):
    """What went live; `zone` is the IANA zone in which people read times."""

    name: str
    go_live: Moment
    hypercare: Duration
    zone: str = "UTC"

    @property
    def ends(self) -> datetime:
        """When the planned window is over."""
        return self.go_live + self.hypercare

    @property
    def days(self) -> int:
        """The length of the window in days, a started one counted whole."""
        return -(-self.hypercare // timedelta(days=1))

    def phase(self, now: datetime) -> Phase:
        """The phase at `now`."""
        if now < self.go_live:
            return Phase.planned
        return Phase.hypercare if now < self.ends else Phase.extended

    def day(self, now: datetime) -> int:
        """The day of hypercare at `now`: 1 in the first 24 hours, 0 before go-live."""
        return max(0, (now - self.go_live) // timedelta(days=1) + 1)

    def local(self, moment: datetime) -> datetime:
        """`moment` as the people of the release read it."""
        return moment.astimezone(ZoneInfo(self.zone))


class Scope(StrEnum):
    """Whether a ticket is the release's: reported against it, only planned for it, possibly its own, or not."""

    reported = "reported"
    planned = "planned"
    untagged = "untagged"
    outside = "outside"


class Selector(Model):
    """What makes a ticket a source's: a version or milestone, any of the labels or components, or its type; any of them will do.

    `by_query` says that a query of the user's decides instead.

    `take_planned` counts planned work too; `suggest_untagged` lists newcomers without a version or milestone.
    """

    version: str | None = None
    labels: frozenset[str] = frozenset()
    components: frozenset[str] = frozenset()
    issue_type: str | None = None
    by_query: bool = False
    take_planned: bool = False
    suggest_untagged: bool = True

    def is_of_type(self, ticket: Ticket) -> bool:
        """Whether the ticket is of the type that selects; names are compared without case."""
        return self.issue_type is not None and self.issue_type.casefold() in ticket.folded.issue_type

    def is_within(self, ticket: Ticket) -> bool:
        """Whether the ticket has one of the components that select; names are compared without case."""
        return not ticket.folded.components.isdisjoint(name.casefold() for name in self.components)

    def _component(self, ticket: Ticket) -> str:
        return min(name for name in self.components if name.casefold() in ticket.folded.components)

    def scope(self, ticket: Ticket, release: Release, summary_label: str) -> Scope:
        """What the ticket is to the release. The summary is never a ticket."""
        return self.scope_with_reason(ticket, release, summary_label)[0]

    def scope_with_reason(self, ticket: Ticket, release: Release, summary_label: str) -> tuple[Scope, str]:
        """The same, and why."""
        if summary_label in ticket.labels:
            return Scope.outside, "it is a summary"
        if not ticket.listed:
            return Scope.outside, "the query no longer finds it"
        if self.by_query:
            return Scope.reported, "the query finds it"
        if self.labels & ticket.labels:
            return Scope.reported, f"label {min(self.labels & ticket.labels)}"
        if self.version and self.version in ticket.affects:
            return Scope.reported, f"affects {self.version}"
        newcomer = ticket.created >= release.go_live
        if self.version and self.version in ticket.planned_for:
            if newcomer:
                return Scope.reported, f"planned for {self.version} and created after go-live"
            if self.take_planned:
                return Scope.reported, f"planned for {self.version}, and planned work is taken too"
            return Scope.planned, f"planned for {self.version} before go-live"
        if self.is_within(ticket) and (newcomer or self.take_planned):
            when = "created after go-live" if newcomer else "planned work is taken too"
            return Scope.reported, f"component {self._component(ticket)} and {when}"
        if self.is_of_type(ticket):
            if newcomer:
                return Scope.reported, f"of type {ticket.issue_type} and created after go-live"
            if self.take_planned:
                return Scope.reported, f"of type {ticket.issue_type}, and planned work is taken too"
            return Scope.planned, f"of type {ticket.issue_type} before go-live"
        if ticket.affects or ticket.planned_for:
            return Scope.outside, f"belongs to {', '.join((*ticket.affects, *ticket.planned_for))}"
        if self.suggest_untagged and newcomer and ticket.open:
            return Scope.untagged, "created after go-live without a version or milestone"
        return Scope.outside, "has nothing that ties it to the release"


class SourceState(Model):
    """How well we know a source: `as_of` is the policy time of its last whole reading, None where there was none.

    `problem` says why the reading of this tick failed; `notes` what a lead should know although it went well. `audience` are
    those who may know what the source is called; where nobody told, as few as can be.
    """

    tracker: str
    label: str
    as_of: Moment | None
    problem: str | None = None
    notes: tuple[str, ...] = ()
    tickets: tuple[Ref, ...] = ()
    audience: Audience = Audience.restricted


def known_to(
    audience: Audience, sources: Iterable[SourceState]
) -> tuple[tuple[SourceState, ...], tuple[SourceState, ...]]:
    """The sources that readers of this audience may hear the names of, and those that are only counted for them."""
    listed = tuple(sources)
    named = tuple(source for source in listed if source.audience <= audience)
    return named, tuple(source for source in listed if source.audience > audience)
