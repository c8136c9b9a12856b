"""Carrying a plan out: the only place that writes. What fails is told, what there is no time for is left to the next tick."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import assert_never

from hypercare_rules.ticket import Ref
from hypercare_sync.change import (
    AddComment,
    AddLabel,
    Change,
    CloseSummary,
    CreateSummary,
    EditComment,
    EditSummary,
    Plan,
    RemoveComment,
    RemoveLabel,
    tracker_of,
)
from hypercare_sync.errors import HypercareError
from hypercare_sync.pace import Pace
from hypercare_sync.retry import Rejected, Unanswered
from hypercare_sync.trackers.port import Created, Writer

_DOWN_AFTER = 2  # unanswered writes in a row


@dataclass(frozen=True)
class Failure:
    """A change that was not carried out, and why."""

    change: Change
    error: HypercareError


@dataclass
class Outcome:
    """What became of a plan. `created` are the new summaries by release."""

    applied: list[Change] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    deferred: list[Change] = field(default_factory=list)
    created: dict[str, Created] = field(default_factory=dict)


@dataclass
class Applier:
    """What it takes to write: a port and a pace by tracker, the summaries' keys by release, and a time limit.

    `homes` names the release whose summary's key a ticket's record keeps. `done` is told the changes of each write.
    """

    writers: Mapping[str, Writer]
    paces: Mapping[str, Pace]
    summaries: dict[str, str]
    homes: Mapping[Ref, str]
    lasts: timedelta
    done: Callable[[tuple[Change, ...]], None] = lambda _: None
    monotonic: Callable[[], float] = time.monotonic

    def apply(self, plan: Plan) -> Outcome:
        """Write the changes in the plan's order."""
        outcome = Outcome()
        ends = self.monotonic() + self.lasts.total_seconds()
        silent: dict[str, int] = {}
        for changes in _writes(plan):
            tracker = tracker_of(changes[0])
            if silent.get(tracker, 0) >= _DOWN_AFTER or not self.paces[tracker].admit(until=ends):
                outcome.deferred += changes
                continue
            try:
                self._write(changes, outcome)
            except Rejected:
                silent[tracker] = _DOWN_AFTER
                outcome.deferred += changes
                continue
            except HypercareError as error:
                silent[tracker] = silent.get(tracker, 0) + 1 if isinstance(error, Unanswered) else 0
                outcome.failed += [Failure(change, error) for change in changes]
            else:
                silent[tracker] = 0
                outcome.applied += changes
            self.done(changes)
        return outcome

    def _write(self, changes: tuple[Change, ...], outcome: Outcome) -> None:
        """One write: all label changes of a ticket together, anything else alone."""
        change = changes[0]
        writer = self.writers[tracker_of(change)]
        match change:
            case AddLabel() | RemoveLabel():
                add = {one.label: one.style for one in changes if isinstance(one, AddLabel)}
                remove = [one.label for one in changes if isinstance(one, RemoveLabel)]
                writer.change_labels(change.ticket, add, remove, self.summaries.get(self.homes.get(change.ticket, "")))
            case AddComment():
                writer.add_comment(change.ticket, change.marker, change.document, first=change.first)
            case EditComment():
                writer.edit_comment(change.ticket, change.comment, change.marker, change.document)
            case RemoveComment():
                writer.remove_comment(change.ticket, change.comment)
            case CreateSummary():
                created = writer.create_summary(change.place, change.title, change.document, change.record)
                outcome.created[change.record.release] = created
                self.summaries[change.record.release] = created.key
            case EditSummary():
                writer.edit_summary(change.key, change.title, change.document, change.record)
            case CloseSummary():
                writer.close_summary(change.place, change.key, change.first)
            case _:
                assert_never(change)


def _writes(plan: Plan) -> Iterator[tuple[Change, ...]]:
    """The changes in the groups that go out as one write."""

    def write_of(numbered: tuple[int, Change]) -> tuple[object, ...]:
        number, change = numbered
        return ("labels", change.ticket) if isinstance(change, AddLabel | RemoveLabel) else ("alone", number)

    for _, group in groupby(enumerate(plan.changes), key=write_of):
        yield tuple(change for _, change in group)
