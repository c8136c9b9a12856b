"""Reading a source: what counts as a change, and what a failed reading leaves behind."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.rules import build

from hypercare_rules.release import Selector
from hypercare_rules.ticket import Audience, Marker, Ref, Ticket
from hypercare_sync.collect import Collected, collect
from hypercare_sync.errors import HypercareError, StoreUnusable, TrackerError
from hypercare_sync.observed import FoundSummary, SummaryPlace
from hypercare_sync.store import KnownSource, Store
from hypercare_sync.trackers.http import Requests
from hypercare_sync.trackers.port import Cursor, Reading, Source

SOURCE = Source("shop-jira", "SHOP", Selector(version=build.VERSION), build.GO_LIVE, "hypercare:")
NOW = build.after("2h")


class Shelf:
    """A tracker's reading port with one reading on it, or an error; `asked` is what it was asked with."""

    requests = Requests()

    def __init__(self, reading: Reading | HypercareError) -> None:
        self.reading = reading
        self.asked: tuple[Cursor | None, Mapping[Ref, Ticket]] | None = None

    def read(self, source: Source, cursor: Cursor | None, known: Mapping[Ref, Ticket]) -> Reading:
        """What lies there."""
        self.asked = (cursor, known)
        if isinstance(self.reading, HypercareError):
            raise self.reading
        return self.reading

    def summary(self, place: SummaryPlace, release: str, key: str | None, named: Collection[str]) -> FoundSummary:
        """Not asked for here."""
        raise NotImplementedError


def read(store: Store, *tickets: Ticket, gone: Collection[Ref] = (), notes: tuple[str, ...] = ()) -> Collected:
    """A reading of these tickets, kept in the store."""
    reading = Reading(tickets, {"since": "2"}, frozenset(gone), notes)
    collected = collect(SOURCE, Shelf(reading), store, NOW)
    collected.keep(store)
    return collected


@pytest.fixture
def store() -> Store:
    return Store("sqlite://")


def changed(store: Store, before: Ticket, **after: Any) -> int:
    read(store, before)
    return read(store, before.model_copy(update=after)).changed


def test_first_reading_counts_every_ticket_and_later_ones_what_changed(store: Store) -> None:
    one, other = build.ticket("SHOP-1"), build.ticket("SHOP-2")
    assert read(store, one, other).changed == 2
    assert read(store).changed == 0
    again = read(store, one, other.model_copy(update={"title": "Other"}), build.ticket("SHOP-3"))
    assert again.changed == 2
    assert [ticket.title for ticket in again.view().tickets] == ["Title of SHOP-1", "Other", "Title of SHOP-3"]


def test_reading_goes_on_from_what_is_known(store: Store) -> None:
    ticket = build.ticket()
    store.save_source(SOURCE.id, KnownSource({"since": "1"}, build.GO_LIVE), [ticket], ())
    shelf = Shelf(Reading((), {"since": "2"}))
    collect(SOURCE, shelf, store, NOW)
    assert shelf.asked == ({"since": "1"}, {ticket.ref: ticket})


OURS = build.comment("1h30m", build.US).model_copy(
    update={"marker": Marker(purpose="status", release="Shop 5.2", digest="d")}
)


@pytest.mark.parametrize(
    ("after", "count"),
    [
        ({"labels": frozenset({"hypercare:P1"}), "history": (build.labelled("1h", "hypercare:P1", build.US),)}, 0),
        ({"comments": (OURS,), "updated": build.after("1h30m")}, 0),
        ({"summary_key": "SHOP-9"}, 0),
        ({"updated": build.after("1h30m")}, 0),
        ({"labels": frozenset({"web"})}, 1),
        ({"labels": frozenset({"hypercare-override:P1"})}, 1),
        ({"comments": (build.comment("1h30m", build.CUSTOMER),)}, 1),
        ({"comments": (build.comment("1h30m", build.BOT),)}, 1),
        ({"history": (build.labelled("1h", "hypercare:P1", build.ANA),)}, 1),
        ({"history": (build.unlabelled("1h", "web", None),)}, 1),
        ({"title": "Other"}, 1),
    ],
)
def test_own_writes_are_no_change_and_everybody_elses_are(store: Store, after: dict[str, Any], count: int) -> None:
    assert changed(store, build.ticket(), **after) == count


def test_own_writes_are_kept_although_they_count_as_no_change(store: Store) -> None:
    changed(store, build.ticket(), labels=frozenset({"hypercare:P1"}))
    known = store.source(SOURCE.id)
    assert known is not None
    assert known.tickets[build.ticket().ref].labels == {"hypercare:P1"}


def test_ticket_that_is_gone_is_a_change_and_leaves(store: Store) -> None:
    ticket = build.ticket()
    read(store, ticket)
    collected = read(store, gone={ticket.ref, Ref("shop-jira", "SHOP-99")})
    assert (collected.changed, dict(collected.tickets)) == (1, {})
    known = store.source(SOURCE.id)
    assert known is not None
    assert not known.tickets


def test_failed_reading_leaves_everything_as_it_was(store: Store) -> None:
    ticket = build.ticket()
    store.save_source(SOURCE.id, KnownSource({"since": "1"}, build.GO_LIVE), [ticket], ())
    failed = collect(SOURCE, Shelf(TrackerError("down")), store, NOW)
    failed.keep(store)
    assert (dict(failed.tickets), failed.as_of, failed.changed) == ({ticket.ref: ticket}, build.GO_LIVE, 0)
    assert failed.view().state.problem == "down"
    assert store.source(SOURCE.id) == KnownSource({"since": "1"}, build.GO_LIVE, {ticket.ref: ticket})


def test_source_that_never_could_be_read_has_no_time(store: Store) -> None:
    failed = collect(SOURCE, Shelf(TrackerError("down")), store, NOW)
    failed.keep(store)
    assert (failed.as_of, dict(failed.tickets), store.source(SOURCE.id)) == (None, {}, None)


def test_unusable_store_is_not_taken_for_a_failed_source(store: Store) -> None:
    with pytest.raises(StoreUnusable):
        collect(SOURCE, Shelf(StoreUnusable("full")), store, NOW)


def test_nothing_is_kept_before_it_is_asked_for(store: Store) -> None:
    collect(SOURCE, Shelf(Reading((build.ticket(),), {})), store, NOW)
    assert store.source(SOURCE.id) is None


def test_tickets_that_could_be_read_only_in_part_are_named_in_details_only(store: Store) -> None:
    odd = build.ticket("SHOP-1", unreadable=("fields.created",))
    collected = read(store, odd, build.ticket("SHOP-2"), notes=("an odd page",))
    assert collected.notes == ("an odd page", "1 ticket could be read only in part")
    assert collected.details == ("SHOP-1: could not be read in part: fields.created",)
    assert collected.view().state.notes == collected.notes


# Who may read it.
def readers(
    store: Store, *tickets: Ticket, place: Audience | None, source: Source = SOURCE, fails: bool = False
) -> tuple[Audience, list[Audience]]:
    """Who may know of the source, and who may read each ticket, after a reading that tells who may read the place."""
    reading = TrackerError("down") if fails else Reading(tickets, {"since": "2"}, audience=place)
    collected = collect(source, Shelf(reading), store, NOW)
    collected.keep(store)
    return collected.view().state.audience, [ticket.audience for ticket in collected.view().tickets]


def for_readers(audience: Audience) -> Ticket:
    return build.ticket(f"SHOP-{audience + 1}").model_copy(update={"audience": audience})


def test_a_place_that_became_private_keeps_no_ticket_that_is_still_public(store: Store) -> None:
    public, internal, restricted = Audience
    everything = [for_readers(audience) for audience in Audience]
    assert readers(store, *everything, place=public) == (public, [public, internal, restricted])
    assert readers(store, place=internal) == (internal, [internal, internal, restricted])
    known = store.source(SOURCE.id)
    assert known is not None
    assert known.tickets[everything[0].ref].audience is internal
    assert readers(store, place=public) == (public, [internal, internal, restricted])


def test_a_source_that_cannot_be_read_is_for_those_who_know_a_ticket_of_it_or_for_as_few_as_can_be(
    store: Store,
) -> None:
    assert readers(store, place=None, fails=True) == (Audience.restricted, [])
    readers(store, for_readers(Audience.internal), for_readers(Audience.restricted), place=Audience.public)
    assert readers(store, place=None, fails=True)[0] is Audience.internal
    declared = replace(SOURCE, audience=Audience.public)
    assert readers(store, place=None, source=declared, fails=True) == (Audience.public, [])
