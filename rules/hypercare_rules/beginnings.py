"""When something about a ticket began, by more than the history of what it rests on.

Votes, reactions, duplicates and components have no history: the replay takes them as they always were. Our own priority labels say
what we decided when, and the events of versions and labels when a ticket became the release's.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from hypercare_rules.judge import Scene, judge, priority_since
from hypercare_rules.release import Scope, Selector
from hypercare_rules.streaks import held_since
from hypercare_rules.ticket import LabelChanged, ScopeChanged, Standing, Ticket
from hypercare_rules.values import Priority


class Began(NamedTuple):
    """When something began: `surely` not before the one time, and `likely` at the other, which is the same or later."""

    surely: datetime
    likely: datetime

    def not_before(self, bound: datetime | None) -> Self:
        """The same, where it is known that it was not so before `bound`."""
        return self if bound is None else type(self)(max(self.surely, bound), max(self.likely, bound))


def priority_began(ticket: Ticket, scene: Scene) -> Began:
    """Since when the ticket has had its present priority without a break."""
    present = judge(ticket, scene).judgement.priority.value
    return by_our_labels(ticket, priority_since(ticket, scene), present, (present,), scene)


def by_our_labels(
    ticket: Ticket, replayed: datetime, present: Priority, priorities: Collection[Priority], scene: Scene
) -> Began:
    """When the ticket got one of `priorities`, of which it has `present`: as replayed, unless we ourselves said otherwise later.

    Where our label said a lower priority though by the replay it had one of these already, something without a history has raised
    it since: when we set the label of the new one, else now. A higher one proves nothing: it may be another release's.
    """
    ours: datetime | None = None
    for at, priority in _said(ticket, scene):
        if priority in priorities:
            ours = at
        elif priority < present or at <= replayed:
            break
        else:
            return Began(at, max(at, ours or scene.now))
    return Began(replayed, replayed)


def _said(ticket: Ticket, scene: Scene) -> Sequence[tuple[datetime, Priority]]:
    """Which priority labels we set and when, the latest first."""
    labels = {f"{scene.policy.label_prefix}{priority}".casefold(): priority for priority in Priority}
    return [
        (event.at, labels[event.label.casefold()])
        for event in reversed(ticket.history)
        if isinstance(event, LabelChanged)
        and event.added
        and event.at <= scene.now
        and event.by is not None
        and event.by.standing is Standing.ours
        and event.label.casefold() in labels
    ]


def written_by_us(ticket: Ticket) -> Iterator[datetime]:
    """When we changed something of the ticket or commented on it."""
    yield from (event.at for event in ticket.history if event.by is not None and event.by.standing is Standing.ours)
    yield from (comment.created for comment in ticket.comments if comment.author.standing is Standing.ours)


def first_tick(baseline: datetime, tickets: Iterable[Ticket], go_live: datetime, now: datetime) -> datetime:
    """When the first tick was, if it cannot have been at its `baseline`, which is still to come: when the release was first written to.

    That is the trackers' time: where it says that the baseline is right, as when a tick is run for a time that is past, it stays. Where
    they tell of nothing that we wrote since going live, it begins `now`.
    """
    written = (at for ticket in tickets for at in written_by_us(ticket) if at >= go_live)
    return min(baseline, min(written, default=now))


def entered(ticket: Ticket, selectors: Sequence[Selector], scene: Scene) -> datetime | None:
    """Since when the ticket has been the release's, by the events of its versions and labels; None where they do not tell.

    `selectors` are those of the sources that report it.
    """
    if not any(_tells(ticket, selector) for selector in selectors) or any(selector.by_query for selector in selectors):
        return None
    if any(selector.version in ticket.affects and selector.version in ticket.planned_for for selector in selectors):
        return None  # events of a version do not say whether it was found in it or planned for it
    release, summary_label = scene.release, scene.policy.summary_label

    def reported(then: Ticket, _: datetime) -> bool:
        return any(selector.scope(then, release, summary_label) is Scope.reported for selector in selectors)

    return held_since(ticket, reported, scene.now)


def _tells(ticket: Ticket, selector: Selector) -> bool:
    """Whether anything happened that may have made the ticket the source's."""
    return any(
        (isinstance(event, ScopeChanged) and event.name == selector.version)
        or (isinstance(event, LabelChanged) and event.label in selector.labels)
        for event in ticket.history
    )
