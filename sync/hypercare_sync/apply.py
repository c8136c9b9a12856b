"""Carrying a plan out: the only place that writes. What fails is told, what there is no time for is left to the next tick."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias, assert_never

from hypercare_rules.ticket import OurLink, Ref
from hypercare_sync.aside import SetAside, refusal_of, set_aside
from hypercare_sync.change import (
    AddComment,
    AddLabel,
    Assign,
    Change,
    CloseSummary,
    CreateSummary,
    EditComment,
    EditSummary,
    FieldChange,
    LinkSummary,
    LinkTicket,
    PinSummary,
    Plan,
    RemoveComment,
    RemoveLabel,
    SetPriority,
    UnlinkTicket,
    tracker_of,
)
from hypercare_sync.errors import HypercareError, LeaseHeld, StoreUnusable
from hypercare_sync.pace import Pace
from hypercare_sync.recording import Ledger
from hypercare_sync.refusing import may_be_the_tickets, refusing
from hypercare_sync.resting import Rests, obstacle_to
from hypercare_sync.retry import Rejected, Unanswered
from hypercare_sync.store import Became
from hypercare_sync.trackers.http import Forbidden, Invalid, NotGranted, Requests, Unwritable
from hypercare_sync.trackers.obstacle import Obstacle
from hypercare_sync.trackers.port import Created, EditsAtOnce, FieldEdit, Page, Writer

_NO_CONTENT = (
    AddLabel,
    RemoveLabel,
    Assign,
    SetPriority,
    RemoveComment,
    LinkTicket,
    LinkSummary,
    UnlinkTicket,
    PinSummary,
)
_MINOR = (Obstacle.unpinnable, Obstacle.unlinkable)  # whoever reads misses nothing by these: they are no failures
Write: TypeAlias = tuple[Change, ...]
"""Changes that go out together."""


class _Made(NamedTuple):
    """What became of a write that the tracker answered, and what the tracker calls that which it made."""

    became: Became = "applied"
    response: str | None = None


@dataclass(frozen=True)
class Failure:
    """A change that was not carried out, and why."""

    change: Change
    error: HypercareError


@dataclass
class Outcome:
    """What became of a plan. `created` are the new summaries by release.

    `aside` are changes that an obstacle stands in the way of; `obstacles` are all that are known now.
    """

    applied: list[Change] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    deferred: list[Change] = field(default_factory=list)
    aside: list[Change] = field(default_factory=list)
    created: dict[str, Created] = field(default_factory=dict)
    obstacles: list[SetAside] = field(default_factory=list)

    @property
    def applied_all(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.failed or self.deferred or self.aside)

    def passed(self, changes: Sequence[Change]) -> None:
        """Changes that were carried out: nothing stands in their way any more."""
        self.applied += changes
        self.obstacles = [one for one in self.obstacles if not one.covers(changes[0])]

    def refusal_met_again(self, change: Change, error: HypercareError | None) -> Obstacle | None:
        """The refusal for which a change's ticket is set aside, where it is the same again."""
        found = refusal_of(change) if may_be_the_tickets(change, error) else None
        return found if any(one.obstacle is found and one.covers(change) for one in self.obstacles) else None


@dataclass
class Applier:
    """What it takes to write: a port and a pace by tracker, the summaries by release, and a time limit.

    `homes` names the release whose summary's key a ticket's record keeps, `types` the native types of tickets. `known` are the obstacles met by earlier ticks; `now` is
    policy time. Each write is announced in the `ledger` before it goes out, and settled there. `sent` counts what goes out on the wires. `done` is told the changes of each write.
    """

    writers: Mapping[str, Writer]
    paces: Mapping[str, Pace]
    summaries: dict[str, Created]
    homes: Mapping[Ref, str]
    lasts: timedelta
    now: datetime
    ledger: Ledger
    known: Sequence[SetAside] = ()
    sent: Mapping[str, Requests] = field(default_factory=dict)
    done: Callable[[tuple[Change, ...]], None] = lambda _: None
    types: Mapping[Ref, str] = field(default_factory=dict)
    monotonic: Callable[[], float] = time.monotonic

    def apply(self, plan: Plan) -> Outcome:
        """Write the changes in the plan's order. Raises LeaseLost where another tick has taken over, StoreUnusable."""
        outcome = Outcome(obstacles=list(self.known))
        ends = self.monotonic() + self.lasts.total_seconds()
        rests = Rests(self.types, self.ledger.doubtful)
        for writes in rests.in_turn(plan.edits()):
            alone = list(writes)
            if len(writes) > 1 and isinstance(self.writers[tracker_of(writes[0][0])], EditsAtOnce):
                ready = [changes for changes in writes if not self._is_aside(changes, rests, outcome)]
                alone = self._carry_out(ready, rests, outcome, ends) if len(ready) > 1 else ready
            for changes in alone:
                if not self._is_aside(changes, rests, outcome):
                    self._carry_out([changes], rests, outcome, ends)
        failed = [(failure.change, failure.error) for failure in outcome.failed]
        outcome.obstacles += refusing(outcome.applied, failed, rests.down, self.now)
        return outcome

    def _is_aside(self, changes: Write, rests: Rests, outcome: Outcome) -> bool:
        """Whether an obstacle stands in the way of a write, which is counted then."""
        met = any(one.covers(changes[0]) and one.rests(self.now) for one in outcome.obstacles)
        if found := met or rests.lack_labels(changes[0]):
            outcome.aside += changes
            rests.order.without(changes, aside=self._for_good(changes, outcome))
        return found

    def _for_good(self, changes: Write, outcome: Outcome) -> bool:
        """Whether what stands in the way of a write is here to stay: then nothing else waits for it."""
        met = [one for one in outcome.obstacles if one.covers(changes[0])]
        return bool(met) and all(one.lasts for one in met)

    def _carry_out(self, writes: list[Write], rests: Rests, outcome: Outcome, ends: float) -> list[Write]:
        """Make these writes, several of them at once; of those the ones that are left to be made alone, since one among them was refused."""
        if any(rests.cover(changes[0]) for changes in writes) or not self._admitted(writes[0][0], ends):
            deferred = [change for changes in writes for change in changes]
            outcome.deferred += deferred
            rests.order.without(deferred)
            return []
        begun = [self.ledger.intend(changes) for changes in writes]
        error, made, alone = None, _Made(), list[Write]()
        try:
            made = self._paced(writes, outcome, begun=any(begun))
        except (LeaseHeld, StoreUnusable):
            raise
        except HypercareError as met:
            error = met
            alone = [changes for changes in writes if len(writes) > 1 and self._may_go_alone(changes, error)]
        again = outcome.refusal_met_again(writes[0][0], error)
        if not again:  # which would say nothing new of the tracker
            rests.after([change for changes in writes for change in changes], error)
        settled = [changes for changes in writes if changes not in alone]
        self._settle(settled, made, error, outcome)
        if error:
            for changes in settled:
                rests.order.without(changes, aside=self._for_good(changes, outcome))
        return alone

    def _settle(self, writes: Sequence[Write], made: _Made, error: HypercareError | None, outcome: Outcome) -> None:
        """Count and record what became of writes that went out together."""
        became, response = made
        if error and writes:
            became = self._failed(tuple(change for changes in writes for change in changes), error, outcome)
        for changes in writes:
            if not error:
                outcome.passed(changes)
            self.ledger.settle(changes, became, response, error)
            if became != "deferred":
                self.done(changes)

    def _may_go_alone(self, changes: Write, error: HypercareError) -> bool:
        """Whether a write that was refused together with others may be accepted by itself."""
        if isinstance(error, Unwritable):
            return not set_aside(changes[0], error.obstacle, str(error), self.now).covers(changes[0])
        return isinstance(error, Invalid | Forbidden)

    def _admitted(self, change: Change, ends: float) -> bool:
        """Wait for the change's turn. False where it does not come before the end, or needs a summary that could not be opened."""
        if isinstance(change, PinSummary | LinkSummary) and change.release not in self.summaries:
            return False
        return self.paces[tracker_of(change)].admit(until=ends, content=not isinstance(change, _NO_CONTENT))

    def _paced(self, writes: Sequence[Write], outcome: Outcome, *, begun: bool) -> _Made:
        """One write, or several at once; what it took on the wire beyond the one request that was admitted is counted, too."""
        changes = writes[0]
        tracker = tracker_of(changes[0])
        sent = self.sent.get(tracker, Requests())
        write, content = sent.write, sent.content
        try:
            fields = [one for each in writes for one in each if isinstance(one, FieldChange)]
            if len(writes) > 1 and isinstance(writer := self.writers[tracker], EditsAtOnce):
                writer.edit_fields(fields[0].ticket, self._edit_of(fields))
                return _Made()
            return self._write(changes, outcome, begun=begun)
        finally:
            admitted = not isinstance(changes[0], _NO_CONTENT)
            self.paces[tracker].count(
                writes=max(0, sent.write - write - 1), content=max(0, sent.content - content - admitted)
            )

    def _failed(self, changes: Write, error: HypercareError, outcome: Outcome) -> Became:
        """What an error makes of a write."""
        if isinstance(error, Rejected):
            outcome.deferred += changes
            return "deferred"
        if obstacle := obstacle_to(changes[0], error) or outcome.refusal_met_again(changes[0], error):
            return self._obstructed(changes, obstacle, error, outcome)
        outcome.failed += [Failure(change, error) for change in changes]
        return "unknown" if isinstance(error, Unanswered) else "failed"

    def _obstructed(self, changes: Write, obstacle: Obstacle, error: HypercareError, outcome: Outcome) -> Became:
        """An obstacle that is met for the first time is told as a failure, a right that is missing by each tick; else changes are only counted."""
        met = set_aside(changes[0], obstacle, str(error), self.now)
        standing = next((one for one in outcome.obstacles if one.name == met.name), None)
        outcome.obstacles = [one for one in outcome.obstacles if one.name != met.name]
        outcome.obstacles.append(standing.met_again(self.now) if standing else met)
        if (standing and not isinstance(error, NotGranted)) or obstacle in _MINOR:
            outcome.aside += changes
        else:
            outcome.failed += [Failure(one, error) for one in changes]
        return "unknown" if isinstance(error, Unanswered) else "set_aside"

    def _edit_of(self, changes: Sequence[FieldChange]) -> FieldEdit:
        """What becomes of the fields of the one ticket that these changes are about."""
        home = self.summaries.get(self.homes.get(changes[0].ticket, ""))
        edit = FieldEdit(
            {one.label: one.style for one in changes if isinstance(one, AddLabel)},
            [one.label for one in changes if isinstance(one, RemoveLabel)],
            home.key if home else None,
        )
        for change in changes:
            match change:
                case Assign():
                    edit = replace(edit, account=change.account)
                case SetPriority():
                    edit = replace(edit, native=change.native, before=change.before)
        return edit

    def _write(self, changes: Write, outcome: Outcome, *, begun: bool) -> _Made:
        """One write: all label changes of a ticket together, anything else alone.

        What may have been `begun` by an earlier tick is looked for before it is made.
        """
        change = changes[0]
        writer = self.writers[tracker_of(change)]
        match change:
            case AddLabel() | RemoveLabel():
                edit = self._edit_of([one for one in changes if isinstance(one, AddLabel | RemoveLabel)])
                writer.change_labels(change.ticket, edit.add, edit.remove, edit.summary_key)
            case AddComment():
                first = change.first and not begun
                return _Made(response=writer.add_comment(change.ticket, change.marker, change.document, first=first))
            case EditComment():
                if not writer.edit_comment(change.ticket, change.comment, change.marker, change.document):
                    return _Made("dropped")
            case RemoveComment():
                writer.remove_comment(change.ticket, change.comment)
            case Assign():
                writer.assign(change.ticket, change.account)
            case LinkTicket():
                page = Page(change.url, change.title, "same incident")
                return _Made(response=writer.link(change.ticket, change.link, page))
            case LinkSummary():
                summary = self.summaries[change.release]
                link = OurLink(change.prefix, Ref(change.place.tracker, summary.key))
                page = Page(summary.url, f"Hypercare summary of {change.release}", "hypercare summary")
                return _Made(response=writer.link(change.ticket, link, page))
            case UnlinkTicket():
                writer.unlink(change.ticket, change.link)
            case SetPriority():
                writer.set_priority(change.ticket, change.native, change.before)
            case CreateSummary():
                created = writer.create_summary(change.place, change.title, change.document, change.record)
                outcome.created[change.record.release] = created
                self.summaries[change.record.release] = created
                return _Made(response=created.key)
            case EditSummary():
                text = (change.title, change.document, change.record)
                writer.edit_summary(change.key, *text, be_open=change.open)
            case CloseSummary():
                writer.close_summary(change.place, change.key, change.first)
            case PinSummary():
                writer.pin_summary(self.summaries[change.release].key)
            case _:
                assert_never(change)
        return _Made()
