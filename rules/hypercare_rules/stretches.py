"""When a condition held of open tickets: each ticket's stretches, and the time in which it held of none."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter

from hypercare_rules.conditions import Condition, compile_condition, fields_in
from hypercare_rules.influence import Influences
from hypercare_rules.judge import Judged, Scene, TicketFacts, judge
from hypercare_rules.rewind import rewind
from hypercare_rules.streaks import switch
from hypercare_rules.ticket import Ref, StatusCategory, Ticket

_INSTANT = timedelta(microseconds=1)
_READ_OFF = frozenset({"acknowledged", "acknowledged_at", "age", "open", "status", "status_category"})
"""Fields whose value at any time can be read off a ticket, without looking at how it stood then."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time in which tickets that were open met a condition; without an end where it goes on.

    `began_by` are the tickets with which it began, `ended_by` is the one with which it ended.
    """

    start: datetime
    end: datetime | None
    began_by: tuple[Ref, ...]
    ended_by: Ref


class Past:
    """The past of a condition since go-live, as far as tickets' histories tell it."""

    def __init__(self, condition: Condition, scene: Scene) -> None:
        policy = scene.policy
        fields = fields_in(condition, policy.declared)
        self._scene, self._influences = scene, Influences(policy)
        self._test = compile_condition(condition, policy.declared)
        self._whole = self._influences.of(fields)
        self._rest = self._influences.of(fields - _READ_OFF)
        self._read_off = bool(fields & _READ_OFF)

    def holds(self, ticket: Ticket, judged: Judged) -> bool:
        """Whether the ticket is open and meets the condition now."""
        return ticket.open and self._test(judged.facts)

    def stretches(self, measured: Iterable[tuple[Ticket, Judged]]) -> tuple[Stretch, ...]:
        """When it held of at least one open ticket, oldest first; stretches that touch are one.

        What came up only after one began that still goes on cannot begin another, and is not looked at.
        """
        still: list[tuple[Ticket, Judged]] = []
        others: list[tuple[Ticket, Judged]] = []
        for one in measured:
            (still if self.holds(*one) else others).append(one)
        single = [stretch for one in still for stretch in self._single(*one)]
        since = min((stretch.start for stretch in single if stretch.end is None), default=self._scene.now)
        single += (stretch for one in others if one[0].created < since for stretch in self._single(*one))
        return tuple(_joined(single))

    def _single(self, ticket: Ticket, judged: Judged) -> Iterator[Stretch]:
        """When it held of one ticket while that was open; to the second where time alone changed it."""
        now, came_up, refs = self._scene.now, max(ticket.created, self._scene.release.go_live), (ticket.ref,)
        began: datetime | None = None
        for at, held in self._course(ticket, judged, came_up):
            if held and began is None:
                began = at
            elif not held and began is not None:
                yield Stretch(began, at, refs, ticket.ref)
                began = None
        if self.holds(ticket, judged):
            yield Stretch(began or max(came_up, now), None, refs, ticket.ref)
        elif began is not None:
            yield Stretch(began, now, refs, ticket.ref)

    def _course(self, ticket: Ticket, judged: Judged, came_up: datetime) -> Iterator[tuple[datetime, bool]]:
        """The answer from each moment on at which it may have changed."""
        turns = [] if self._rest.timely else sorted(self._influences.moments(ticket, self._rest.happenings, came_up))
        if not (turns or self._rest.timely or self._read_off or self._test(judged.facts)):
            return  # nothing could have changed, and it does not hold
        edges = {*turns, *(move.at for move in ticket.status_history)}
        if self._rest.timely:
            edges |= {*self._influences.moments(ticket, self._whole.happenings, came_up)}
        elif self._read_off and (responded := judged.facts.acknowledged_at) is not None:
            edges.add(responded)
        answer = self._judged_anew(ticket) if self._rest.timely else self._read(ticket, judged, turns)
        kept = sorted(edge for edge in edges if came_up < edge < self._scene.now)
        for start, end in pairwise((came_up, *kept, self._scene.now)):
            if start < end:
                yield from self._between(ticket, answer, start, end)

    def _between(
        self, ticket: Ticket, answer: Callable[[datetime], bool], start: datetime, end: datetime
    ) -> Iterator[tuple[datetime, bool]]:
        """The answer from `start` on, and where time alone changes it before `end`, the other one from then on."""
        if ticket.status_at(start).category is StatusCategory.done:
            yield start, False
            return
        first = answer(start)
        yield start, first
        last = end - _INSTANT
        if self._whole.timely and last > start and answer(last) != first:
            yield switch(ticket, lambda _, at: answer(at) != first, start, last), not first

    def _judged_anew(self, ticket: Ticket) -> Callable[[datetime], bool]:
        """The answer at a time at which the ticket was open, by judging it as it stood."""
        return lambda at: self._test(judge(rewind(ticket, at), self._scene.at(at)).facts)

    def _read(self, ticket: Ticket, judged: Judged, turns: Sequence[datetime]) -> Callable[[datetime], bool]:
        """The same where all that cannot be read off stood still between `turns`: it is judged once for each of these spans."""
        scene, responded = self._scene, judged.facts.acknowledged_at if self._read_off else None
        stood = {len(turns): (ticket, judged.judgement)}

        def answer(at: datetime) -> bool:
            span = bisect_right(turns, at)
            if span not in stood:
                then = rewind(ticket, at)
                stood[span] = (then, judge(then, scene.at(at)).judgement)
            then, judgement = stood[span]
            acknowledged = responded if responded is not None and responded <= at else None
            return self._test(TicketFacts.while_open(then, scene.at(at), judgement, ticket.status_at(at), acknowledged))

        return answer


def _joined(single: Sequence[Stretch]) -> Iterator[Stretch]:
    joined: Stretch | None = None
    for one in sorted(single, key=attrgetter("start", "began_by")):
        if joined is None:
            joined = one
        elif joined.end is not None and one.start > joined.end:
            yield joined
            joined = one
        else:
            joined = _with(joined, one)
    if joined is not None:
        yield joined


def _with(joined: Stretch, one: Stretch) -> Stretch:
    """The stretch with another that began before it ended."""
    began_by = (*joined.began_by, *one.began_by) if one.start == joined.start else joined.began_by
    longer = joined.end is not None and (one.end is None or (one.end, one.ended_by) > (joined.end, joined.ended_by))
    return Stretch(
        joined.start, one.end if longer else joined.end, began_by, one.ended_by if longer else joined.ended_by
    )
