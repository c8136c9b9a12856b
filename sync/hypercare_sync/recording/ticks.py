"""The record of a tick: that it ran, how it ended, what it decided, and what it leaves the next one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from hypercare_rules.release import Phase
from hypercare_sync.accepted import Accepted
from hypercare_sync.aside import SetAside
from hypercare_sync.collect import Collected
from hypercare_sync.errors import HypercareError, LeaseHeld, LeaseLost, StoreUnusable
from hypercare_sync.guard import Refusal
from hypercare_sync.recording.decided import news
from hypercare_sync.recording.effects import Seen
from hypercare_sync.recording.ledger import Ledger
from hypercare_sync.recording.named import Names
from hypercare_sync.release_state import ReleaseState
from hypercare_sync.rollup import rollup
from hypercare_sync.store import Entry, KnownRelease, Store
from hypercare_sync.trackers.port import Created


@dataclass
class Recording:
    """Records one tick at policy time `now`. Raises LeaseLost where another tick has taken over, StoreUnusable."""

    store: Store
    now: datetime
    tick: str = field(init=False)
    _begun: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.tick = f"{self.now:%Y%m%dT%H%M%SZ}-{uuid4().hex[:8]}"

    @contextmanager
    def to_its_end(self) -> Iterator[None]:
        """Note how a tick ended that could not go through: locked out, overtaken, interrupted, or failed."""
        try:
            yield
        except LeaseLost as error:
            self._broke_off("overtaken", str(error))
            raise
        except LeaseHeld as error:
            self._broke_off("locked", str(error))
            raise
        except StoreUnusable:
            raise
        except HypercareError as error:
            self._broke_off("failed", str(error))
            raise
        except KeyboardInterrupt:
            self._broke_off("interrupted", "somebody ended it")
            raise
        except Exception as error:
            self._broke_off("failed", type(error).__name__)  # what a defect says may hold anything
            raise

    def begin(self) -> None:
        """The tick has the lease. Those that had it before and never ended were killed: that is told under their own names."""
        with self.store.together():
            for killed in self.store.begin_run(self.tick, self.now):
                body = {"outcome": "killed", "error": f"it never ended; tick {self.tick} looks at what it began"}
                self.store.record(killed, self.now, [Entry("tick", body)])
        self._begun = True

    def read(self, release: str, collected: Sequence[Collected], failures: Sequence[HypercareError]) -> None:
        """What was read for a release, and what could not be."""
        for one in collected:
            one.keep(self.store)
        told = dict.fromkeys(map(str, failures))
        self.store.record(self.tick, self.now, [Entry("error", {"error": text}, release) for text in told])

    def decided(self, phases: Mapping[str, Phase], states: Sequence[ReleaseState]) -> None:
        """The decisions that differ from those that were told last, for the releases that have a phase here."""
        by_name = {state.assessment.release.name: state for state in states}
        found = news(phases, by_name, self.store.told(phases), Names.over(states))
        if found.told or found.gone:
            with self.store.together():
                self.store.record(self.tick, self.now, found.entries)
                self.store.save_told(found.told, found.gone)

    def ledger(self, states: Sequence[ReleaseState]) -> Ledger:
        """In which the writes are announced and settled."""
        begun = {intent.key: intent for intent in self.store.open_intents()}
        memories = {state.assessment.release.name: state.assessment.memory for state in states}
        return Ledger(self.store, self.tick, self.now, Seen.of(states), Names.over(states), begun, memories)

    def refused(self, found: Sequence[Refusal]) -> None:
        """Why the plan is not carried out."""
        entries = [
            Entry(
                "decision", {"refused": one.guard, "why": one.why, "affected": one.affected, "of": one.of}, one.release
            )
            for one in found
        ]
        self.store.record(self.tick, self.now, entries)

    def called(self, obstacles: Sequence[SetAside]) -> None:
        """What stands in the way after calls for help, while the rest of the plan is refused."""
        self.store.save_set_aside(obstacles)

    def accepted(self, accepted: Accepted) -> None:
        """What may be taken away, now or by the next tick."""
        if accepted != self.store.accepted():
            self.store.save_accepted(accepted)

    def carried_out(
        self,
        states: Sequence[ReleaseState],
        created: Mapping[str, Created],
        obstacles: Sequence[SetAside],
        accepted: Accepted,
    ) -> None:
        """Where the summaries are, since when people are told, the figures of the day, what is set aside, and what was accepted and is left.

        `created` are the new summaries by release.
        """
        known = {state.assessment.release.name: self.store.release(state.assessment.release.name) for state in states}
        accepted_before = self.store.accepted()
        with self.store.together():
            if accepted != accepted_before:
                self.store.save_accepted(accepted)
            for state in states:
                name, memory = state.assessment.release.name, state.assessment.memory
                if memory.baseline is None or state.doubted:
                    continue  # a release that the store knows is one whose sources it knows
                standing = created.get(name) or (state.summary.current if state.summary else None)
                before = known[name]
                key = standing.key if standing else before.summary_key if before else None
                self.store.save_release(name, KnownRelease(key, memory))
                self.store.save_rollup(name, rollup(state.assessment))
            self.store.save_set_aside(obstacles)

    def end(self, outcome: str, figures: Mapping[str, Any]) -> None:
        """It went through."""
        with self.store.together():
            self.store.record(self.tick, self.now, [Entry("tick", {"outcome": outcome, **figures})])
            self.store.end_run(self.tick, outcome, figures)

    def _broke_off(self, outcome: str, why: str) -> None:
        # Another tick may be at it by now: all that is written here is this one's own.
        with suppress(StoreUnusable), self.store.together():
            if not self._begun:
                self.store.begin_run(self.tick, self.now)
            self.store.record(self.tick, self.now, [Entry("tick", {"outcome": outcome, "error": why})])
            self.store.end_run(self.tick, outcome, {"error": why})
