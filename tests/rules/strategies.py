"""Tickets as busy, odd and careless trackers tell them, in whole minutes around go-live."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from tests.rules import build

from hypercare_rules.ticket import Event, Status, Ticket

# A machine shared with others may stand still in the middle of an example; that says nothing about the code.
unhurried = settings(max_examples=60, deadline=None)

_LABELS = [
    *(build.P1_LABEL, build.P2_LABEL, build.P4_LABEL, "web"),
    *("hypercare:P1", "hypercare:P3", "hypercare:breached", "hypercare:at-risk", "hypercare:stale"),
    *("hypercare-override:P1", "hypercare-override:p4", "hypercare-override:soon", "hypercare:summary"),
]
_STATUSES = [build.OPEN, build.WORKING, build.WAITING, build.DONE]
_VERSIONS = st.sampled_from([(), (build.VERSION,), ("6.0",)])
_KEYS = [f"SHOP-{number}" for number in range(1, 7)]

people = st.sampled_from([build.ANA, build.BEN, build.CUSTOMER, build.BOT, build.US])
statuses = st.sampled_from(_STATUSES)
labels = st.sampled_from(_LABELS)


def minutes(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Moments, in minutes after go-live."""
    return st.integers(first, last).map(lambda count: build.GO_LIVE + timedelta(minutes=count))


@st.composite
def moved_tickets(draw: st.DrawFn, last: int = 600) -> Ticket:
    """A ticket that went through some statuses until the last minute, and may have been answered on its way."""
    created = draw(minutes(-120, 120))
    offsets = draw(st.lists(st.integers(0, last - 120), max_size=6, unique=True).map(sorted))
    steps = [(created + timedelta(minutes=offset), draw(statuses)) for offset in offsets]
    start = draw(statuses)
    status = steps[-1][1] if steps else start
    return build.ticket(
        created=created,
        status=status,
        resolved=(steps[-1][0] if steps else created) if status is build.DONE else None,
        history=build.moves(*steps, start=start),
        comments=tuple(
            build.comment(created + timedelta(minutes=offset), draw(people))
            for offset in draw(st.lists(st.integers(0, last - 120), max_size=2))
        ),
    )


def events(moments: st.SearchStrategy[datetime]) -> st.SearchStrategy[Event]:
    """Anything that may happen to a ticket, whether or not it fits what happened before."""
    somebody = st.none() | people

    def one(builder: Callable[..., Event], *more: st.SearchStrategy[Any]) -> st.SearchStrategy[Event]:
        return st.builds(builder, moments, *more, somebody)

    native = st.sampled_from([None, "Highest", "Low"])
    return st.one_of(
        one(build.moved, statuses, statuses),
        one(build.labelled, labels),
        one(build.unlabelled, labels),
        one(build.assigned, st.none() | people),
        one(build.reprioritised, native, native),
        one(build.rescoped, st.just(build.VERSION)),
    )


def any_tickets(key: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Ticket]:
    """Tickets whose parts need not fit each other, with times before and after any `now`."""
    moments = minutes(-3000, 60_000)
    return st.builds(
        build.ticket,
        key or st.sampled_from(_KEYS),
        tracker=st.sampled_from(["shop-jira", "web-github"]),
        created=moments,
        updated=moments,
        resolved=st.none() | moments,
        status=st.sampled_from([*_STATUSES, Status(name="", category=build.OPEN.category)]),
        reporter=st.none() | people,
        labels=st.frozensets(labels, max_size=4),
        affects=_VERSIONS,
        planned_for=_VERSIONS,
        history=st.lists(events(moments), max_size=5),
        comments=st.lists(st.builds(build.comment, moments, people), max_size=3),
        links=st.lists(st.sampled_from(_KEYS), max_size=2).map(lambda keys: build.duplicate_of(*keys)),
        native_priority=st.sampled_from([None, "Highest", "Low"]),
        history_cut=st.booleans(),
        listed=st.booleans(),
    )
