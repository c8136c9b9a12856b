"""What a tick found out, planned and did; and what may keep a plan from being carried out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from hypercare_rules.assess import Assessment, World
from hypercare_rules.release import Phase
from hypercare_sync.accepted import Accepted
from hypercare_sync.apply import Outcome
from hypercare_sync.aside import SetAside
from hypercare_sync.change import Change, Plan
from hypercare_sync.collect import Collected
from hypercare_sync.config import ReleaseConfig
from hypercare_sync.errors import HypercareError, TrackerError
from hypercare_sync.guard import Refusal
from hypercare_sync.release_state import ReleaseState
from hypercare_sync.trackers.http import Requests
from hypercare_sync.trackers.obstacle import Obstacle
from hypercare_sync.trackers.unread import Unread


@dataclass(frozen=True)
class ReleaseResult:
    """What a tick found out about one release. `world` and `state` are None before go-live, when nothing is read."""

    config: ReleaseConfig
    phase: Phase
    day: int
    collected: tuple[Collected, ...] = ()
    state: ReleaseState | None = None
    summary_error: HypercareError | None = None
    summary_url: str | None = None
    world: World | None = None

    @property
    def assessment(self) -> Assessment | None:
        """What the rules made of it."""
        return self.state.assessment if self.state else None

    @property
    def errors(self) -> tuple[HypercareError, ...]:
        """What could not be read."""
        found = (*(one.error for one in self.collected), self.summary_error)
        return tuple(error for error in found if error is not None)


@dataclass(frozen=True)
class TickResult:
    """A whole tick. Without `outcome` nothing was to be written. `obstacles` are what nothing, or not all, can be written to.

    `refusals` are what keeps the plan from being carried out; `refused` says that it was to be, and they kept it. `calls` are what goes out
    all the same if guards refuse the rest. `accepted` is what earlier ticks were let take away and is still to be done.
    `unpublished` is why pages of it could not be written to a folder.
    """

    now: datetime
    releases: tuple[ReleaseResult, ...]
    plan: Plan
    outcome: Outcome | None
    requests: Mapping[str, Requests]
    obstacles: tuple[SetAside, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    refused: bool = False
    unpublished: tuple[HypercareError, ...] = ()
    calls: Plan = field(default_factory=Plan)
    accepted: Accepted = field(default_factory=Accepted)

    @property
    def errors(self) -> tuple[HypercareError, ...]:
        """Everything that failed: sources, tickets that are newly set aside, summaries, changes, pages."""
        unread = (error for release in self.releases for error in release.errors)
        aside = (
            TrackerError(
                f"{tracker}: {one.key}: {one.why}; set aside, and tried again from {one.again:%Y-%m-%d %H:%M} on"
            )
            for tracker, one in self._unread
            if one.new
        )
        unwritten = (failure.error for failure in self.outcome.failed) if self.outcome else ()
        return (*unread, *aside, *unwritten, *self.unpublished)

    @property
    def states(self) -> tuple[ReleaseState, ...]:
        """What planning had of each release that is live."""
        return tuple(release.state for release in self.releases if release.state)

    @property
    def status(self) -> str:
        """How it went, in a word."""
        if self.refused:
            return "refused"
        return "failed" if self.nothing_read else "partial" if self.errors else "ok"

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """What could not be read, and what cannot be written to."""
        unread = (
            SetAside(tracker, one.key, Obstacle.unreadable, f"{one.key}: {one.why}", one.since, one.again, one.tries)
            for tracker, one in self._unread
        )
        return (*unread, *self.obstacles)

    @property
    def _unread(self) -> Iterable[tuple[str, Unread]]:
        """The tickets that could not be read, each with its tracker, once."""
        return dict.fromkeys(
            (one.source.tracker, each) for release in self.releases for one in release.collected for each in one.unread
        )

    @property
    def nothing_read(self) -> bool:
        """Whether there were sources and every one of them failed."""
        collected = [one for release in self.releases for one in release.collected]
        return bool(collected) and all(one.error for one in collected)


Objections = Callable[[TickResult], tuple[Refusal, ...]]
"""What keeps a plan from being carried out, in view of what a tick found."""

GUARDED: Objections = attrgetter("refusals")
"""The guards' word counts."""


def forced(_: TickResult) -> tuple[Refusal, ...]:
    """Nothing keeps the plan from being carried out."""
    return ()


@dataclass
class Progress:
    """Who is told how far a tick is: `reading` a source, `writing` so many changes, `wrote` some of them."""

    reading: Callable[[str], None] = lambda _: None
    writing: Callable[[int], None] = lambda _: None
    wrote: Callable[[tuple[Change, ...]], None] = lambda _: None
