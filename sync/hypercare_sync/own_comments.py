"""Our own comments on a ticket, by what they are for; and those that say again what an older one says."""

from collections.abc import Iterator
from datetime import datetime

from hypercare_rules.counted import counted
from hypercare_rules.ticket import Comment, Marker, Ticket


def pages_told_twice(ticket: Ticket, release: str) -> Iterator[Comment]:
    """Pages of ours that tell nothing which an older one of the same episode does not."""
    told: dict[tuple[str, datetime], set[tuple[object, ...]]] = {}
    for comment, marker in ours_on(ticket, "escalation", release):
        if marker.episode is None:  # older programs' say of no episode which it was
            continue
        known = told.setdefault((marker.policy, marker.episode), set())
        steps = {(step.after, step.again, step.heard) for step in marker.steps}
        if steps and steps <= known:
            yield comment
        known |= steps


def ours_on(ticket: Ticket, purpose: str, release: str) -> Iterator[tuple[Comment, Marker]]:
    """Our comments of a purpose for a release, the oldest first."""
    for comment in sorted(ticket.comments, key=lambda one: (one.created, counted(one.id))):
        if comment.marker and (comment.marker.purpose, comment.marker.release) == (purpose, release):
            yield comment, comment.marker
