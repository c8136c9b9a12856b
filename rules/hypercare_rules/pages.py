"""What was told of an escalation: read from the markers of our own comments, which outlive the store and an edit of the policy."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from hypercare_rules.people import ON_CALL
from hypercare_rules.ticket import Marker, Ticket

_SAME_EPISODE = timedelta(minutes=1)  # a history that arrives late may move the start by seconds

StepKey = tuple[timedelta, bool]
"""How long after the beginning a step is due, and whether it repeats the last tier."""


class Page(NamedTuple):
    """A comment of ours by which an escalation told somebody, and when it was written."""

    at: datetime
    marker: Marker


class Telling(NamedTuple):
    """When a step was first told to somebody, and to whom; before that, when it was said while nobody was on call."""

    at: datetime | None
    who: tuple[str, ...]
    unheard_at: datetime | None


def episode_pages(ticket: Ticket, release: str, policy: str, surely: datetime) -> tuple[Page, ...]:
    """The pages of the running episode of an escalation policy, which surely did not begin before that time; oldest first."""
    return tuple(
        page
        for page in _pages(ticket)
        if (page.marker.release, page.marker.policy) == (release, policy)
        and page.marker.since is not None
        and page.marker.since + _SAME_EPISODE >= surely
    )


def steps_told(pages: Iterable[Page]) -> dict[StepKey, Telling]:
    """Each step that the pages, oldest first, told."""
    found: dict[StepKey, Telling] = {}
    for at, marker in pages:
        for step in marker.steps:
            known = found.get((step.after, step.again))
            if step.heard and (known is None or known.at is None):
                found[step.after, step.again] = Telling(at, step.who, known.unheard_at if known else None)
            elif known is None:
                found[step.after, step.again] = Telling(None, step.who, at)
    return found


def called_by_others(ticket: Ticket, release: str, names: Iterable[str], since: datetime) -> datetime | None:
    """When pages of other releases had called all of these people to the same ticket, at `since` or later; None if not all."""
    wanted = {name for name in names if name != ON_CALL}
    for at, marker in _pages(ticket):
        if wanted and marker.release != release and at >= since:
            wanted -= {name for step in marker.steps for name in step.who}
            if not wanted:
                return at
    return None


def _pages(ticket: Ticket) -> tuple[Page, ...]:
    found = (
        Page(comment.created, comment.marker)
        for comment in ticket.comments
        if comment.marker is not None and comment.marker.purpose == "escalation"
    )
    return tuple(sorted(found, key=lambda page: page.at))
