"""One tick: collect, assess, plan, apply, record. Read it from `tick` downwards to see the whole flow."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import NamedTuple

from hypercare_rules.assess import Assessment, Memory, World, assess
from hypercare_rules.beginnings import first_tick
from hypercare_rules.calendars import CalendarError
from hypercare_rules.conversation import Conversation
from hypercare_rules.leaving import leave
from hypercare_rules.policy import Policy
from hypercare_rules.release import Phase
from hypercare_rules.ticket import Audience, Ref
from hypercare_sync.accepted import Accepted
from hypercare_sync.accounts import figures
from hypercare_sync.apply import Applier, Outcome
from hypercare_sync.aside import notes_on, still_covering, without
from hypercare_sync.calls import calls_for_help
from hypercare_sync.change import Plan
from hypercare_sync.collect import Collected, as_known, collect
from hypercare_sync.config import Config, ReleaseConfig
from hypercare_sync.conversing import with_conversation
from hypercare_sync.doubt import with_doubts
from hypercare_sync.errors import ConfigError, HypercareError
from hypercare_sync.exited import Leave, at_rest
from hypercare_sync.guard import Guard, refusals
from hypercare_sync.observed import FoundSummary, SummaryPlace, first_of
from hypercare_sync.pace import Pace
from hypercare_sync.plan import checksum, plan
from hypercare_sync.recording import Ledger, Recording
from hypercare_sync.release_state import ReleaseState, tickets_of
from hypercare_sync.sources import sources_of, summary_place
from hypercare_sync.store import Store
from hypercare_sync.tick_result import GUARDED, Objections, Progress, ReleaseResult, TickResult
from hypercare_sync.trackers.port import Created, Tracker
from hypercare_sync.wires import keep, recall


class _Resting(NamedTuple):
    """What there is of a release that was left for good."""

    collected: list[Collected]
    summary: FoundSummary | None


@dataclass
class Tick:
    """What a tick works with. `plan` never touches a writing port; `sync` is given the paces at which to write.

    With `only` it is a tick of that release alone. The others are read all the same: they have a say in shared tickets' labels.
    `leaving` says which of them is to be handed over now. Releases that were left long ago are read only where all of it is `wanted`.
    `reviewed` is the checksum of the reviewed plan that is carried out, if one is.
    """

    config: Config
    policies: Mapping[str, Policy]
    trackers: Mapping[str, Tracker]
    store: Store
    now: datetime
    backfill: bool = False
    progress: Progress = field(default_factory=Progress)
    only: str | None = None
    leaving: Leave | None = None
    wanted: bool = False
    reviewed: str | None = None

    def plan(self) -> TickResult:
        """What a tick would do; nothing is written, not even to the store."""
        looked = tuple(self._look_at(release) for release in self.config.releases)
        planned = plan([release.state for release in looked if release.state], self.only)
        chosen = tuple(release for release in looked if self.only in (None, release.config.name))
        aside = still_covering(self.store.set_aside(), planned.changes, self.now, self._untold(looked))
        changes = without(planned.changes, aside, self.now)
        requests = {name: tracker.reader.requests for name, tracker in sorted(self.trackers.items())}
        result = TickResult(self.now, chosen, Plan(changes, checksum(changes)), None, requests, aside)
        states = [release.state for release in looked if release.state]
        earlier = cache(partial(self._planned_earlier, looked))
        accepted = self._accepted(planned, states)
        found = refusals(result.plan, states, self.only, earlier, self.config.guard, accepted.removals)
        return replace(result, refusals=found, calls=calls_for_help(result.plan, found, states), accepted=accepted)

    def _untold(self, looked: tuple[ReleaseResult, ...]) -> frozenset[str]:
        """The trackers of which the plan may not hold all that is wanted: of those that could not be read, and of all if it is one release's."""
        if self.only is not None:
            return frozenset(self.trackers)
        return frozenset().union(*(release.state.stale for release in looked if release.state))

    def sync(self, paces: Mapping[str, Pace], objections: Objections = GUARDED) -> TickResult:
        """Read, decide, write, record. Raises LeaseHeld where another tick is at it, LeaseLost where one took over, StoreUnusable.

        Where there are `objections` nothing but calls for help is written; what was read is kept, since reading is not at fault.
        """
        started = time.monotonic()
        record = Recording(self.store, self.now)
        with record.to_its_end(), self.store.lease() as lease:
            record.begin()
            recall(self.trackers, paces, self.store)
            for tracker in self.trackers.values():
                tracker.reader.requests.may_write = lease.check
            looked = self.plan()
            for release in looked.releases:
                record.read(release.config.name, release.collected, release.errors)
            found = objections(looked)
            if not {one.guard for one in found} & {Guard.review, Guard.exit}:  # else nothing is decided
                record.decided({one.config.name: one.phase for one in looked.releases}, looked.states)
            ledger = record.ledger(looked.states)
            ledger.settle_earlier(looked.plan, looked.obstacles, whole=self.only is None)
            left = self.config.max_duration - timedelta(seconds=time.monotonic() - started)
            if found:
                result = replace(looked, refusals=found, refused=True)
                record.refused(found)
                record.accepted(looked.accepted)
                if found == looked.refusals and looked.calls.changes:
                    outcome = self._apply(looked, looked.calls, ledger, paces, left)
                    result = replace(result, outcome=outcome, obstacles=tuple(outcome.obstacles))
                    record.called(outcome.obstacles)
            else:
                accepted = looked.accepted.with_those_of(looked.plan.changes, self.reviewed)
                record.accepted(accepted)
                outcome = self._apply(looked, looked.plan, ledger, paces, left)
                releases = tuple(_with_url(release, outcome) for release in looked.releases)
                aside = tuple(outcome.obstacles)
                result = replace(looked, releases=releases, outcome=outcome, obstacles=aside, refusals=())
                rest = accepted.after(outcome.applied, whole=outcome.applied_all)
                record.carried_out(looked.states, outcome.created, outcome.obstacles, rest)
            keep(self.trackers, paces, self.store)
            record.end(result.status, figures(result.plan, result.outcome, result.requests))
        return result

    def _accepted(self, planned: Plan, states: Sequence[ReleaseState]) -> Accepted:
        """What earlier ticks were let take away and is still to be done; the plan of one release does not tell of the others."""
        known = self.store.accepted()
        stale = frozenset().union(*(state.stale for state in states)) if self.only is None else self.trackers
        return known.still(planned.changes, stale)

    def _planned_earlier(self, looked: tuple[ReleaseResult, ...]) -> Plan:
        """The plan that there would have been when each release's summary was last edited, had all been as it is now.

        That may be later than now, where the clock was ahead.
        """
        states = []
        for release in looked:
            state, world = release.state, release.world
            if state is None or world is None:
                continue
            last = state.summary.current.record.as_of if state.summary and state.summary.current else self.now
            states.append(replace(state, assessment=self._assess(world, state.policy, last)))
        return plan(states, self.only)

    def _assess(self, world: World, policy: Policy, at: datetime) -> Assessment:
        try:
            return assess(world, policy, at)
        except CalendarError as fault:
            raise ConfigError(f"the policy of release {world.release.name!r}: {fault}") from fault

    def _look_at(self, configured: ReleaseConfig) -> ReleaseResult:
        """One release: its sources and summary read, and what the rules make of them."""
        policy = self.policies[configured.name]
        release = configured.release
        result = ReleaseResult(configured, release.phase(self.now), release.day(self.now))
        if result.phase is Phase.planned:
            return result
        place = summary_place(configured, policy)
        resting = self._resting(configured, policy, place)
        looked = resting.collected if resting else self._collected(configured, policy)
        found, error = (resting.summary, None) if resting else self._summary(configured.name, place, looked)
        memory = self._memory(configured.name, found, looked)
        record = found.current.record if found and found.current else None
        lost = self.store.release(configured.name) is None
        collected, counts = with_doubts(looked, record, self.now, lost=lost)
        # Memory that cannot be read in its summary now is the store's, and stays as it is; without any the next summary may be public.
        unread = Audience.restricted if memory.baseline else Audience.public
        readers = found.audience if found else unread
        sources = tuple(one.view() for one in collected)
        world = World(release=release, sources=sources, memory=memory, readers=readers)
        assessment = self._assess(world, policy, self.now)
        if self.leaving and self.leaving.release == configured.name:
            assessment = leave(assessment, policy, self.leaving.because)
        stale = frozenset(one.source.tracker for one in collected if one.error)
        if memory.baseline is None and all(one.error for one in collected):
            found = None  # a summary that knows nothing helps nobody, and would pass for the baseline
        unreadable = frozenset(Ref(one.source.tracker, each.key) for one in collected for each in one.unread)
        state = ReleaseState(assessment, policy, memory, place, found, stale, unreadable, counts)
        url = found.current.url if found and found.current else None
        return replace(
            result,
            phase=assessment.phase,
            collected=collected,
            state=state,
            summary_error=error,
            summary_url=url,
            world=world,
        )

    def _resting(self, configured: ReleaseConfig, policy: Policy, place: SummaryPlace) -> _Resting | None:
        """What is known of a release that was left for good, and its summary, which alone is asked for; None where that says otherwise."""
        known, name = self.store.release(configured.name), configured.name
        if self.wanted or known is None or known.memory.handover is None:
            return None
        sources = sources_of(configured, policy)
        before = [self.store.source(source.id) for source in sources]
        if not at_rest(known.memory.handover, policy, before):
            return None
        found, _ = self._summary(name, place, [])
        current = found.current if found else None
        if current is None or not at_rest(current.record.handover, policy, before):
            return None
        return _Resting([as_known(*each) for each in zip(sources, before, strict=True)], found)

    def _collected(self, configured: ReleaseConfig, policy: Policy) -> list[Collected]:
        """Every source as it is now, with what is to be said of it."""
        collected = []
        for source in sources_of(configured, policy):
            self.progress.reading(source.label)
            one = collect(source, self.trackers[source.tracker].reader, self.store, self.now)
            told = notes_on(self.store.set_aside(), source.tracker, source.place)
            collected.append(replace(one, notes=(*one.notes, *told)))
        return collected

    def _summary(
        self, name: str, place: SummaryPlace, collected: list[Collected]
    ) -> tuple[FoundSummary | None, HypercareError | None]:
        known = self.store.release(name)
        tickets = (
            ticket for one in collected if one.source.tracker == place.tracker for ticket in one.tickets.values()
        )
        named = {ticket.summary_key for ticket in tickets if ticket.summary_key}
        reader = self.trackers[place.tracker].reader
        try:
            found = reader.summary(place, name, known.summary_key if known else None, named)
            if found.current is None and found.unmarked and known:
                found = replace(found, current=found.unmarked.remembering(name, known.memory))
            if found.current is None:
                found = first_of(list(reader.unlisted_summaries(place, name)), found.audience)
            before = known.memory.conversation if known else Conversation()
            found = with_conversation(found, before, place.tracker, reader)
        except HypercareError as error:
            return None, error
        return found, None

    def _memory(self, name: str, found: FoundSummary | None, collected: Iterable[Collected]) -> Memory:
        """What earlier ticks left us: the summary's word counts, the store's where it cannot be read.

        A baseline that is still to come was taken by a clock that was ahead.
        """
        known = self.store.release(name)
        memory = found.current.memory if found and found.current else known.memory if known else Memory()
        if memory.baseline and memory.baseline > self.now:
            go_live = next(one.go_live for one in self.config.releases if one.name == name)
            tickets = (ticket for one in collected for ticket in one.tickets.values())
            memory = memory.model_copy(update={"baseline": first_tick(memory.baseline, tickets, go_live, self.now)})
        return memory.model_copy(update={"backfilled": memory.backfilled or self.backfill})

    def _apply(
        self, looked: TickResult, planned: Plan, ledger: Ledger, paces: Mapping[str, Pace], left: timedelta
    ) -> Outcome:
        writers = {name: tracker.writer for name, tracker in self.trackers.items()}
        states = looked.states
        homes = {
            assessed.ticket.ref: state.assessment.release.name
            for state in reversed([state for state in states if not state.left])
            for assessed in state.assessment.tickets
            if assessed.ticket.ref.tracker == state.place.tracker
        }
        summaries = {
            state.assessment.release.name: Created(state.summary.current.key, state.summary.current.url)
            for state in states
            if state.summary and state.summary.current
        }
        self.progress.writing(len(planned.changes))
        applier = Applier(
            writers,
            paces,
            summaries,
            homes,
            left,
            self.now,
            ledger,
            looked.obstacles,
            looked.requests,
            self.progress.wrote,
            types={one.ref: one.issue_type for state in states for one in tickets_of(state) if one.issue_type},
        )
        return applier.apply(planned)


def _with_url(release: ReleaseResult, outcome: Outcome) -> ReleaseResult:
    created = outcome.created.get(release.config.name)
    if created is None:
        return release
    return replace(release, summary_url=created.url)
