"""What is set aside: what stands in the way of which change, when it is tried again, and what readers are told of it."""

from datetime import timedelta

import pytest
from tests.rules import build

from hypercare_rules.ticket import Marker, OurLink, Ref
from hypercare_sync.aside import notes_on, set_aside, still_covering, without
from hypercare_sync.change import (
    AddComment,
    AddLabel,
    Assign,
    Change,
    CreateSummary,
    EditComment,
    EditSummary,
    LinkTicket,
    PinSummary,
    RemoveComment,
    SetPriority,
    UnlinkTicket,
)
from hypercare_sync.observed import SummaryPlace, SummaryRecord
from hypercare_sync.text.document import Document
from hypercare_sync.trackers.obstacle import Obstacle

NOW = build.GO_LIVE
HOUR = timedelta(hours=1)
REF = Ref("gh", "acme/web#1")
PLACE = SummaryPlace("gh", "acme/web", "hypercare:summary")
MARKER, NOTHING = Marker(purpose="status", release="Shop 5.2", digest="d"), Document(())
RECORD = SummaryRecord(release="Shop 5.2", digest="d", baseline=NOW, backfilled=False, as_of=NOW)

LABEL = AddLabel(REF, "hypercare:P1", "w")
COMMENT, EDIT = AddComment(REF, MARKER, NOTHING, "w"), EditComment(REF, "7", MARKER, NOTHING, "w")
REMOVAL, ASSIGN = RemoveComment(REF, "7", "w"), Assign(REF, "ana", "ana-k", "w")
SUMMARY = (CreateSummary(PLACE, "t", NOTHING, RECORD, "w"), EditSummary(PLACE, "acme/web#9", "t", NOTHING, RECORD, "w"))
LINK = LinkTicket(REF, OurLink("hypercare:", Ref("shop", "SHOP-1")), "https://shop.example/browse/SHOP-1", "t", "w")
UNLINK = UnlinkTicket(Ref("gh", "acme/web#3"), LINK.link, "w")
PIN = PinSummary(PLACE, "Shop 5.2", "w")
HIGH, LOW = SetPriority(REF, "High", None, "w"), SetPriority(REF, "Low", None, "w")
OTHER_HIGH = SetPriority(Ref("gh", "acme/web#2"), "High", None, "w")
OTHER = AddComment(Ref("gh", "acme/web#2"), MARKER, NOTHING, "w")
ELSEWHERE: tuple[AddComment, ...] = (
    AddComment(Ref("gh", "acme/app#1"), MARKER, NOTHING, "w"),
    AddComment(Ref("ghe", "acme/web#1"), MARKER, NOTHING, "w"),
)
ALL: tuple[Change, ...] = (
    LABEL,
    COMMENT,
    EDIT,
    REMOVAL,
    ASSIGN,
    HIGH,
    LOW,
    LINK,
    UNLINK,
    *SUMMARY,
    PIN,
    OTHER,
    OTHER_HIGH,
    *ELSEWHERE,
)


@pytest.mark.parametrize(
    ("obstacle", "met", "covered"),
    [
        (
            Obstacle.archived,
            LABEL,
            (LABEL, COMMENT, EDIT, REMOVAL, ASSIGN, HIGH, LOW, LINK, UNLINK, *SUMMARY, PIN, OTHER, OTHER_HIGH),
        ),
        (
            Obstacle.archived,
            SUMMARY[0],
            (LABEL, COMMENT, EDIT, REMOVAL, ASSIGN, HIGH, LOW, LINK, UNLINK, *SUMMARY, PIN, OTHER, OTHER_HIGH),
        ),
        (Obstacle.gone, LABEL, (LABEL, COMMENT, EDIT, REMOVAL, ASSIGN, HIGH, LOW, LINK)),
        (Obstacle.locked, COMMENT, (COMMENT, EDIT)),
        (Obstacle.no_edits, LABEL, (LABEL, ASSIGN, HIGH, LOW, SUMMARY[1], OTHER_HIGH)),
        (Obstacle.no_labels, LABEL, (LABEL,)),
        (Obstacle.read_only, LABEL, (LABEL, ASSIGN, HIGH, LOW)),
        (Obstacle.no_reader, COMMENT, (COMMENT, EDIT, OTHER)),
        (Obstacle.unassignable, ASSIGN, (ASSIGN,)),
        (Obstacle.unlinkable, LINK, (LINK, UNLINK)),
        (Obstacle.no_priority, HIGH, (HIGH, LOW)),
        (Obstacle.no_such_priority, HIGH, (HIGH, OTHER_HIGH)),
        (Obstacle.unpinnable, PIN, (PIN,)),
    ],
)
def test_obstacle_stands_in_the_way_of_its_own_changes_only(
    obstacle: Obstacle, met: Change, covered: tuple[Change, ...]
) -> None:
    one = set_aside(met, obstacle, "refused", NOW)
    assert tuple(filter(one.covers, ALL)) == covered
    assert without(ALL, [one], NOW) == tuple(change for change in ALL if change not in covered)


def test_next_try_comes_after_an_hour_then_twice_as_late_each_time_and_daily_at_last() -> None:
    one = set_aside(COMMENT, Obstacle.locked, "refused", NOW)
    waits = [one.again - NOW]
    for _ in range(40):
        one = one.met_again(NOW)
        waits.append(one.again - NOW)
    assert waits[:6] == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, 24 * HOUR]
    assert set(waits[6:]) == {24 * HOUR}


@pytest.mark.parametrize("obstacle", [Obstacle.no_edits, Obstacle.no_labels, Obstacle.read_only])
def test_what_a_right_or_a_status_keeps_us_from_is_tried_by_each_tick(obstacle: Obstacle) -> None:
    one = set_aside(LABEL, obstacle, "refused", NOW)
    assert {one.again - NOW, one.met_again(NOW).again - NOW} == {timedelta(seconds=1)}


def test_change_whose_try_is_due_goes_out() -> None:
    one = set_aside(COMMENT, Obstacle.locked, "refused", NOW)
    assert without([COMMENT], [one], NOW + HOUR - timedelta(seconds=1)) == ()
    assert without([COMMENT], [one], NOW + HOUR) == (COMMENT,)


def test_what_nobody_wants_to_write_to_any_more_is_forgotten_when_it_would_be_tried() -> None:
    one = set_aside(COMMENT, Obstacle.locked, "refused", NOW)
    assert still_covering([one], [], NOW, ()) == (one,)
    assert still_covering([one], [LABEL], NOW + HOUR, ()) == ()
    assert still_covering([one], [EDIT], NOW + HOUR, ()) == (one,)


@pytest.mark.parametrize("obstacle", [Obstacle.unassignable, Obstacle.no_priority, Obstacle.no_such_priority])
def test_wish_that_the_policy_has_no_more_is_forgotten_at_once_where_all_wishes_are_known(obstacle: Obstacle) -> None:
    wish = ASSIGN if obstacle is Obstacle.unassignable else HIGH
    one = set_aside(wish, obstacle, "refused", NOW)
    assert still_covering([one], [wish], NOW, ()) == (one,)
    assert still_covering([one], [LABEL], NOW, ()) == ()
    assert still_covering([one], [LABEL], NOW, {one.tracker}) == (one,)


def test_readers_are_told_how_many_and_none_is_named() -> None:
    known = [
        set_aside(COMMENT, Obstacle.locked, "refused", NOW),
        set_aside(ASSIGN, Obstacle.unassignable, "refused", NOW),
        set_aside(OTHER, Obstacle.gone, "refused", NOW),
        set_aside(PIN, Obstacle.unpinnable, "refused", NOW),
        *(set_aside(one, Obstacle.gone, "refused", NOW) for one in ELSEWHERE),
    ]
    assert list(notes_on(known, "gh", "acme/web")) == [
        "2 tickets set aside: not all can be written there that should be"
    ]
    assert list(notes_on([set_aside(LABEL, Obstacle.archived, "refused", NOW)], "gh", "acme/web")) == [
        "it is archived, so nothing is written there"
    ]
    assert list(notes_on(known, "gh", "acme/ops")) == []


def test_readers_are_told_of_a_refusal_once_it_was_met_again() -> None:
    once = set_aside(LABEL, Obstacle.refuses_edits, "it fails", NOW)
    assert list(notes_on([once], "gh", "acme/web")) == []
    told = "1 ticket set aside: not all can be written there that should be"
    assert list(notes_on([once.met_again(NOW)], "gh", "acme/web")) == [told]


def test_what_follows_from_a_decision_that_waits_for_an_archived_place_waits_with_it() -> None:
    decision = EditSummary(PLACE, "acme/web#9", "t", NOTHING, RECORD, "w", before=frozenset({ELSEWHERE[0].ticket}))
    known = set_aside(decision, Obstacle.archived, "it is archived", NOW)
    plan = (decision, *ELSEWHERE)
    assert without(plan, [known], NOW) == ELSEWHERE[1:]
    assert without(plan, [known], known.again) == plan


def test_what_was_set_aside_while_the_clock_was_ahead_is_tried_again_at_once() -> None:
    ahead = NOW + timedelta(days=9)
    met = set_aside(COMMENT, Obstacle.locked, "w", ahead)
    later = set_aside(COMMENT, Obstacle.locked, "w", NOW).met_again(ahead)
    for one in (met, later):
        assert one.rests(ahead)
        assert without([COMMENT], [one], ahead) == ()
        assert without([COMMENT], [one], NOW) == (COMMENT,)
        assert still_covering([one], [], NOW, ()) == ()
        again = one.met_again(NOW)
        assert (again.since, again.rests(NOW), without([COMMENT], [again], NOW)) == (NOW, True, ())
