"""The two phases of each write: announced in the store before it goes out, settled and journalled once its outcome is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hypercare_rules.assess import Memory
from hypercare_sync.aside import SetAside
from hypercare_sync.change import Change, CreateSummary, Plan
from hypercare_sync.errors import HypercareError
from hypercare_sync.recording.effects import Seen, effect_of, key_of, stands
from hypercare_sync.recording.named import Names
from hypercare_sync.recording.written import entries
from hypercare_sync.store import Became, Entry, Intent, KnownRelease, Store


@dataclass
class Ledger:
    """The writes of one tick at policy time `now`, by what it has `seen`.

    `begun` are the writes of earlier ticks of which nobody knows whether they were carried out, by their keys. `memories` are what the
    summaries that are opened will hold, by release. Raises LeaseLost where another tick has taken over, StoreUnusable.
    """

    store: Store
    tick: str
    now: datetime
    seen: Seen = field(default_factory=Seen)
    names: Names = field(default_factory=Names)
    begun: Mapping[str, Intent] = field(default_factory=dict)
    memories: Mapping[str, Memory] = field(default_factory=dict)
    _attempts: dict[str, int] = field(default_factory=dict, init=False)

    @property
    def doubtful(self) -> frozenset[tuple[str, str]]:
        """The trackers and keys of what was written to without an answer."""
        return frozenset(
            (intent.effect["tracker"], intent.effect["subject"]) for intent in self.begun.values() if intent.error
        )

    def intend(self, changes: Sequence[Change]) -> bool:
        """A write is about to go out; whether an earlier tick may have carried it out already."""
        effect = effect_of(changes, self.seen)
        key = key_of(effect)
        self._attempts[key] = self.store.intend(self.tick, key, effect)
        return key in self.begun

    def settle(
        self,
        changes: Sequence[Change],
        became: Became,
        response_id: str | None = None,
        error: HypercareError | None = None,
    ) -> None:
        """What became of it. Of a new summary the key is kept at once: a search may not find it yet when the next tick needs it."""
        key, said = key_of(effect_of(changes, self.seen)), str(error) if error else None
        earlier = self.begun.get(key)
        number = self._attempts.get(key, 1)
        told = {"outcome": became, "response_id": response_id, "error": said, "begun_by": earlier and earlier.tick}
        shared: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
        shared |= {"attempt": number} if number > 1 else {}
        with self.store.together():
            if isinstance(change := changes[0], CreateSummary) and became == "applied":
                name = change.record.release
                self.store.save_release(name, KnownRelease(response_id, self.memories.get(name, Memory())))
            self.store.settle(key, became, response_id, said)
            self.store.record(self.tick, self.now, entries(changes, shared, self.seen, self.names))

    def settle_earlier(self, plan: Plan, aside: Iterable[SetAside], *, whole: bool) -> None:
        """What became of writes that earlier ticks had begun, as far as that shows now, and the plan holds them no more.

        What stands was carried out; what does not is no longer wanted, if the plan is that of the `whole` config, and its ticket is not set
        `aside`.
        """
        waiting = {(one.tracker, one.key) for one in aside}
        planned = {key_of(effect_of(changes, self.seen)) for changes in plan.writes()} if self.begun else set()
        found: list[tuple[Intent, Became]] = []
        for key, intent in self.begun.items():
            there = stands(intent.effect, self.seen)
            unwanted = there is False and whole and (intent.effect["tracker"], intent.effect["subject"]) not in waiting
            if key not in planned and (there or unwanted):
                found.append((intent, "applied" if there else "dropped"))
        if found:
            with self.store.together():
                for intent, became in found:
                    self.store.settle(intent.key, became)
                self.store.record(self.tick, self.now, [_of_earlier(intent, became) for intent, became in found])


def _of_earlier(intent: Intent, became: Became) -> Entry:
    """What the journal is told of a write that an earlier tick began and this one need not carry out."""
    effect = intent.effect
    why = "it was carried out, though nobody had heard so" if became == "applied" else "it is no longer wanted"
    body = {"kind": f"begun: {effect['kind']}", "begun_by": intent.tick, "outcome": became, "why": why}
    return Entry("change", body, effect.get("release"), f"{effect['tracker']}:{effect['subject']}")
