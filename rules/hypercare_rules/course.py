"""Numbers followed through time: since when they meet a criterion, when they last ceased to, when they next will.

What is counted comes and goes at known moments: one pass over these in their order, and nothing is judged anew.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from operator import add, attrgetter
from typing import NamedTuple

from hypercare_rules.ticket import Ref

Numbers = tuple[int, ...]
_AT = attrgetter("at")


class Step(NamedTuple):
    """From `at` on the numbers are others by so much; `ref` is the ticket that did it, None where only time passed."""

    at: datetime
    by: Numbers
    ref: Ref | None = None


class Moment(NamedTuple):
    """The numbers from `at` on, and the tickets by which they came to be so."""

    at: datetime
    numbers: Numbers
    tickets: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """The numbers now; since when they meet the criterion, or where they do not, when they last ceased to and when they next will."""

    numbers: Numbers
    met_since: datetime | None
    lost: Moment | None
    met_next: datetime | None


def follow(steps: Iterable[Step], met: Callable[[Numbers], bool], start: datetime, now: datetime) -> Course:
    """The course of numbers that steps lead to from nothing; from `start` on they may meet the criterion. Needs one step at least."""
    known = list(steps)
    nothing = (0,) * len(known[0].by)
    known += (Step(start, nothing), Step(now, nothing))
    known.sort(key=_AT)
    present, met_since, lost, met_next = nothing, None, None, None
    for index, numbers in _moments(known, nothing):
        at = known[index].at
        holds = at >= start and met(numbers)
        if at <= now:
            present = numbers
            if holds:
                met_since = met_since or at
            elif met_since is not None:
                met_since, lost = None, Moment(at, numbers, _refs(known, index))
        elif met_since is not None:
            break
        elif holds:
            met_next = at
            break
    return Course(present, met_since, None if met_since else lost, met_next)


def _moments(steps: Sequence[Step], numbers: Numbers) -> Iterator[tuple[int, Numbers]]:
    """The index of the first step of each moment, and the numbers after all steps of it."""
    first, last = 0, len(steps) - 1
    for index, step in enumerate(steps):
        numbers = tuple(map(add, numbers, step.by))
        if index == last or steps[index + 1].at != step.at:
            yield first, numbers
            first = index + 1


def _refs(steps: Sequence[Step], first: int) -> tuple[Ref, ...]:
    """The tickets of the steps from the one at this index on that are of the same moment."""
    later = (steps[index] for index in range(first, len(steps)))
    together = takewhile(lambda step: step.at == steps[first].at, later)
    return tuple(sorted({step.ref for step in together if step.ref is not None}))
