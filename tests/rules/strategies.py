"""Tickets as busy, odd and careless trackers tell them, in whole minutes around go-live."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from tests.effort import examples
from tests.rules import build

from hypercare_rules.ticket import Event, Status, Ticket
from hypercare_rules.values import Priority
from hypercare_rules.words import Verb

# A machine shared with others may stand still in the middle of an example; that says nothing about the code. Where each example is
# the whole of a release, fewer of them find as much.
unhurried = settings(max_examples=examples(40), deadline=None)
of_whole_releases = settings(unhurried, max_examples=examples(25))

_LABELS = [
    *(build.P1_LABEL, build.P2_LABEL, build.P4_LABEL, "web"),
    *("hypercare:P1", "hypercare:P3", "hypercare:breached", "hypercare:at-risk", "hypercare:stale"),
    *("hypercare-override:P1", "hypercare-override:p4", "hypercare-override:soon", "hypercare:summary"),
]
_STATUSES = [build.OPEN, build.WORKING, build.WAITING, build.DONE]
_VERSIONS = st.sampled_from([(), (build.VERSION,), ("6.0",)])
_KEYS = [*(f"SHOP-{number}" for number in range(1, 5)), "acme/web#1", "acme/web#2"]
_TEXTS = [
    "",
    "Checkout fails",
    "as SHOP-1 says",
    "duplicate of #1",
    "Jira: SHOP-2",
    "https://github.com/acme/web/issues/2",
    "-/#:",
]
_FIELDS = [{}, {"Customer Tier": ("gold",)}, {"Seats": ("12", "many")}, {"Seats": ("many",)}, {"Customers": ("A", "B")}]

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
        one(build.said, st.just(Verb.ack)),
        st.builds(
            build.said, moments, st.just(Verb.priority), people, priority=st.none() | st.sampled_from(list(Priority))
        ),
        st.builds(build.said, moments, st.just(Verb.snooze), people, until=moments),
    )


def any_tickets() -> st.SearchStrategy[Ticket]:
    """Tickets whose parts need not fit each other, with times before and after any `now`."""
    moments = minutes(-3000, 60_000)
    return st.builds(
        build.ticket,
        st.sampled_from(_KEYS),
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
        comments=st.lists(st.builds(build.comment, moments, people, st.sampled_from(_TEXTS)), max_size=3),
        title=st.sampled_from(_TEXTS),
        components=st.sampled_from([(), ("Ops", "web")]),
        fields=st.sampled_from(_FIELDS),
        issue_type=st.sampled_from([None, "Question"]),
        links=st.lists(st.sampled_from(_KEYS), max_size=2).map(lambda keys: build.duplicate_of(*keys)),
        native_priority=st.sampled_from([None, "Highest", "Low"]),
        history_cut=st.booleans(),
        listed=st.booleans(),
    )
