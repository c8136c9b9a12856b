"""What writes are to achieve: not there before they are carried out, there afterwards, and the same whenever they are tried again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules import build
from tests.rules.strategies import any_tickets
from tests.sync.states import NOW, PLACE, Told, consistent

from hypercare_rules.ticket import Audience, Marker, OurLink, Ref, Ticket
from hypercare_sync.change import (
    AddLabel,
    Assign,
    Change,
    CloseSummary,
    EditComment,
    LinkSummary,
    LinkTicket,
    RemoveComment,
    RemoveLabel,
    SetPriority,
    UnlinkTicket,
)
from hypercare_sync.observed import FoundSummary, SummaryRecord, SummaryState
from hypercare_sync.plan import plan
from hypercare_sync.recording.effects import Seen, effect_of, key_of, stands
from hypercare_sync.text.document import Document

REF = Ref("shop-jira", "SHOP-1")
LINK = OurLink("hypercare:", Ref("shop-jira", "SHOP-2"))
RECORD = SummaryRecord(release="Shop 5.2", digest="d", baseline=build.GO_LIVE, backfilled=False, as_of=build.GO_LIVE)
SUMMARY = SummaryState("acme/ops#1", "https://x/1", open=True, record=RECORD)
DOUBLED = FoundSummary(Audience.internal, SUMMARY, (replace(SUMMARY, key="acme/ops#2"),))
MARKER = Marker(purpose="status", release="Shop 5.2", digest="old")
OURS = build.comment("1h", build.US).model_copy(update={"marker": MARKER})


def seen(*releases: Told) -> Seen:
    return Seen.of([release.state() for release in releases])


@given(st.lists(any_tickets(), max_size=4, unique_by=lambda ticket: consistent(ticket).ref))
def test_effects_of_a_plan_are_missing_before_it_and_there_after_it(tickets: list[Ticket]) -> None:
    release = Told(tuple(consistent(ticket) for ticket in tickets))
    planned = plan([release.state()])
    before, after = seen(release), seen(release.after(planned.changes))
    for changes in planned.writes():
        effect = effect_of(changes, before)
        assert stands(effect, before) is False
        assert stands(effect, after) is True


@pytest.mark.parametrize(
    "change",
    [
        EditComment(REF, OURS.id, MARKER.model_copy(update={"digest": "new"}), Document(()), "w"),
        RemoveComment(REF, OURS.id, "w"),
        Assign(REF, "ana", "ana-k", "w"),
        SetPriority(REF, "Highest", None, "w"),
        LinkTicket(REF, LINK, "https://x", "x", "w"),
        LinkSummary(REF, "hypercare:", PLACE, "Shop 5.2", "w"),
        CloseSummary(PLACE, "acme/ops#2", "acme/ops#1", "w"),
    ],
    ids=lambda change: change.kind,
)
def test_effect_of_a_change_is_missing_before_it_and_there_after_it(change: Change) -> None:
    release = Told((build.ticket("SHOP-1", comments=(OURS,)),), summary=DOUBLED)
    effect = effect_of([change], seen(release))
    assert stands(effect, seen(release)) is False
    assert stands(effect, seen(release.after([change]))) is True
    again = release.after([change])
    assert key_of(effect_of([change], seen(again))) == key_of(effect)


def test_link_is_gone_once_it_is_taken_off() -> None:
    release = Told((build.ticket("SHOP-1", linked=frozenset({LINK})),))
    change = UnlinkTicket(REF, LINK, "w")
    effect = effect_of([change], seen(release))
    assert stands(effect, seen(release)) is False
    assert stands(effect, seen(release.after([change]))) is True


def test_labels_that_are_half_done_are_the_same_effect() -> None:
    """GitHub takes each label off with a request of its own, so that a kill may come between."""
    ticket = build.ticket("SHOP-1", labels=frozenset({"hypercare:P3", "hypercare:stale", "web"}))
    changes = [
        AddLabel(REF, "hypercare:P1", "w"),
        RemoveLabel(REF, "hypercare:P3", "w"),
        RemoveLabel(REF, "hypercare:stale", "w"),
    ]
    whole = key_of(effect_of(changes, seen(Told((ticket,)))))
    half = ticket.model_copy(update={"labels": frozenset({"hypercare:P1", "hypercare:stale", "web", "people's own"})})
    assert key_of(effect_of(changes[2:], seen(Told((half,))))) == whole
    assert key_of(effect_of(changes[:2], seen(Told((ticket,))))) != whole


def test_heartbeat_has_the_key_of_the_same_text_and_stands_once_it_was_written() -> None:
    release = Told((build.ticket("SHOP-1"),)).after(plan([Told((build.ticket("SHOP-1"),)).state()]).changes)
    later = NOW + timedelta(hours=2)
    first, second = (
        [one for one in plan([release.state(at)]).changes if one.kind == "edit_summary"]
        for at in (later, later + timedelta(minutes=5))
    )
    effects = [effect_of(changes, seen(release)) for changes in (first, second)]
    assert key_of(effects[0]) == key_of(effects[1])
    assert stands(effects[0], seen(release)) is False
    written = release.after(first, later)
    assert stands(effects[0], seen(written)) is True
    assert stands(effects[1], seen(written)) is False


def test_nobody_knows_what_stands_on_a_tracker_that_could_not_be_read() -> None:
    release = Told((build.ticket("SHOP-1"),), stale=frozenset({"shop-jira"}))
    effect = effect_of([AddLabel(REF, "hypercare:P1", "w")], seen(release))
    assert stands(effect, seen(release)) is None
    assert stands({**effect, "kind": "what a newer program does", "tracker": "x"}, seen(release)) is None


def test_nobody_knows_what_became_of_a_summary_that_could_not_be_read() -> None:
    effect = {"kind": "summary", "tracker": PLACE.tracker, "subject": PLACE.place, "release": "Shop 5.2"}
    assert stands(effect, seen(Told((), summary=None))) is None
