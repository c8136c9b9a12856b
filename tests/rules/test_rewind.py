"""A ticket as it was at a time."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import (
    ANA,
    BEN,
    DONE,
    OPEN,
    WORKING,
    after,
    assigned,
    closed,
    comment,
    labelled,
    moves,
    reprioritised,
    rescoped,
    ticket,
    unlabelled,
)
from tests.rules.lives import Life, lives
from tests.rules.strategies import any_tickets, minutes, unhurried

from hypercare_rules.rewind import rewind, turning_points, turns
from hypercare_rules.ticket import Person, Status, StatusCategory, Ticket

MOMENT = timedelta(microseconds=1)

# Around all that happens to `lives`: from their creation on.
during = minutes(60, 700)


@unhurried
@given(lives(), during)
def test_a_ticket_rewound_looks_as_it_did_then(life: Life, at: datetime) -> None:
    assert life.standing(at).seen_in(rewind(life.ticket, at))


@unhurried
@given(lives(), during, during)
def test_rewinding_twice_is_rewinding_to_the_earlier_time(life: Life, one: datetime, other: datetime) -> None:
    assert rewind(rewind(life.ticket, one), other) == rewind(life.ticket, min(one, other))


@unhurried
@given(lives())
def test_rewinding_to_now_gives_the_ticket_itself(life: Life) -> None:
    assert rewind(life.ticket, after("9d")) is life.ticket


@unhurried
@given(any_tickets(), st.lists(minutes(-3000, 60_000), min_size=2, max_size=4))
def test_where_a_ticket_was_rewound_to_before_makes_no_difference(told: Ticket, times: list[datetime]) -> None:
    fresh = Ticket.model_validate(dict(told))
    for at in times:
        rewind(told, at)
    assert rewind(told, times[0]) == rewind(fresh, times[0])


@unhurried
@given(any_tickets(), minutes(-3000, 60_000))
def test_nothing_later_is_left_in_a_rewound_ticket(told: Ticket, at: datetime) -> None:
    rewound = rewind(told, at)
    assert all(event.at <= at for event in rewound.history)
    assert all(comment.created <= at for comment in rewound.comments)
    assert rewind(rewound, at) == rewound


@pytest.mark.parametrize(
    ("at", "labels"),
    [
        (after("2h") - MOMENT, {"web"}),
        (after("2h"), {"web", "urgent"}),
        (after("4h") - MOMENT, {"web", "urgent"}),
        (after("4h"), {"urgent"}),
    ],
    ids=["before it was set", "set", "before it was taken off", "taken off"],
)
def test_what_happens_at_a_time_is_so_at_that_time(at: datetime, labels: set[str]) -> None:
    told = ticket(labels={"urgent"}, history=(labelled("2h", "urgent"), unlabelled("4h", "web")))
    assert rewind(told, at).labels == labels


def test_status_and_resolution_are_taken_back_together() -> None:
    done = closed(resolution="Fixed", history=moves(("90m", WORKING), ("2h", DONE)))
    before = rewind(done, after("100m"))
    assert (before.status, before.resolution, before.resolved, before.open) == (WORKING, None, None, True)
    assert rewind(done, after("80m")).status == OPEN


def test_an_earlier_close_is_told_by_the_move_that_made_it() -> None:
    again = closed(resolved="9h", history=moves(("2h", DONE), ("5h", OPEN), ("9h", DONE)))
    assert rewind(again, after("3h")).resolved == after("2h")
    assert rewind(again, after("6h")).resolved is None


def test_moves_between_done_statuses_close_nothing_anew() -> None:
    verified = Status(name="Verified", category=StatusCategory.done)
    again = closed(resolved="9h", history=moves(("2h", DONE), ("3h", verified), ("5h", OPEN), ("9h", DONE)))
    assert rewind(again, after("4h")).resolved == after("2h")


def test_a_close_that_the_history_does_not_tell_is_where_the_tracker_says() -> None:
    told = closed(resolved="3h", history=(*moves(("2h", DONE)), labelled("9h", "web")))
    assert [rewind(told, after(at)).resolved for at in ("8h", "150m")] == [after("3h"), after("3h")]


def test_the_assignee_before_is_who_got_it_last() -> None:
    told = ticket(assignees=(BEN,), history=(assigned("2h", ANA), assigned("3h", None), assigned("4h", BEN)))
    ids = [[person.id for person in rewind(told, after(at)).assignees] for at in ("1h", "2h", "3h", "4h")]
    assert ids == [[], ["ana"], [], ["ben"]]


def test_an_assignee_before_has_the_name_by_which_the_ticket_knows_the_person() -> None:
    told = ticket(assignees=(BEN,), history=(assigned("2h", ANA), assigned("4h", BEN)), comments=(comment("90m", ANA),))
    assert rewind(told, after("3h")).assignees == (ANA,)


def test_native_priority_and_version_are_those_of_the_time() -> None:
    told = ticket(
        native_priority="High",
        affects=(),
        planned_for=("6.0",),
        history=(reprioritised("2h", None, "High"), rescoped("3h", "6.0"), rescoped("4h", "5.2", added=False)),
    )
    assert rewind(told, after("1h")).native_priority is None
    versions = [set(rewind(told, after(at)).planned_for) for at in ("2h", "3h", "4h")]
    assert versions == [{"5.2"}, {"5.2", "6.0"}, {"6.0"}]


def test_comments_are_those_that_were_there() -> None:
    told = ticket(comments=(comment("2h"), comment("4h")))
    assert [len(rewind(told, after(at)).comments) for at in ("1h", "2h", "3h", "4h")] == [0, 1, 1, 2]


def test_a_response_yet_to_come_does_not_acknowledge_a_rewound_ticket() -> None:
    told = ticket(comments=(comment("4h"),))
    assert told.acknowledged == after("4h")
    assert rewind(told, after("3h")).acknowledged is None


def test_turning_points_are_told_once_and_in_order() -> None:
    told = ticket(history=(labelled("5h", "a"), labelled("5h", "b")), comments=(comment("3h", Person(**dict(ANA))),))
    assert list(turning_points(told)) == [after("1h"), after("3h"), after("5h")]


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({"status"}, {"status"}),
        ({"labels", "status"}, {"label", "status"}),
        ({"priority"}, {"label", "native_priority", "said"}),
        ({"kind"}, {"label", "native_priority"}),
        ({"comments", "reopened"}, {"comment", "status"}),
        ({"component"}, {"status", "label", "assigned", "native_priority", "scope", "comment", "said"}),
        ({"title", "issue_type"}, set()),
        ({"idle_for"}, {"status", "label", "assigned", "native_priority", "scope", "comment", "said"}),
    ],
)
def test_which_events_can_change_what_a_condition_says(fields: set[str], kinds: set[str]) -> None:
    assert turns(fields) == kinds
