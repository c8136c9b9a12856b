from typing import Any

import pytest
from tests.rules.build import (
    ANA,
    BEN,
    BOT,
    CUSTOMER,
    DONE,
    OPEN,
    US,
    WORKING,
    after,
    assigned,
    closed,
    comment,
    labelled,
    moved,
    moves,
    reprioritised,
    rescoped,
    ticket,
)

from hypercare_rules.ticket import Audience, Event, Person, Ref, Standing, Status, StatusCategory, Ticket

REOPENED = Status(name="Reopened", category=StatusCategory.new)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"comments": (comment("2h", ANA),)}, id="comment"),
        pytest.param({"history": (assigned("2h", BEN, by=ANA),)}, id="assignment"),
        pytest.param({"history": (moved("2h", OPEN, WORKING, by=ANA),)}, id="move"),
    ],
)
def test_the_teams_first_response_acknowledges(answer: dict[str, Any]) -> None:
    assert ticket(**answer).acknowledged == after("2h")


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(labelled("2h", "urgent", by=ANA), id="label"),
        pytest.param(reprioritised("2h", None, "High", by=ANA), id="native priority"),
        pytest.param(rescoped("2h", by=ANA), id="version"),
        pytest.param(assigned("2h", None, by=ANA), id="taking the assignee off"),
    ],
)
def test_filing_a_ticket_does_not_acknowledge_it(event: Event) -> None:
    assert ticket(history=(event,)).acknowledged is None


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(CUSTOMER, id="reporter"),
        pytest.param(BOT, id="bot"),
        pytest.param(US, id="us"),
        pytest.param(Person(id="fan", name="Fan", standing=Standing.other), id="outsider"),
    ],
)
def test_who_may_not_respond_does_not_acknowledge(who: Person) -> None:
    answers = ticket(
        comments=(comment("2h", who),), history=(assigned("2h", ANA, by=who), moved("2h", OPEN, WORKING, by=who))
    )
    assert answers.acknowledged is None


def test_what_nobody_is_known_to_have_done_does_not_acknowledge() -> None:
    assert ticket(history=(moved("2h", OPEN, WORKING, by=None),)).acknowledged is None


def test_a_reporter_from_the_team_does_not_acknowledge_the_own_ticket() -> None:
    mine = ticket(reporter=ANA, comments=(comment("2h", ANA), comment("3h", BEN)))
    assert mine.acknowledged == after("3h")


def test_without_a_known_reporter_anybody_of_the_team_acknowledges() -> None:
    assert ticket(reporter=None, comments=(comment("2h", ANA),)).acknowledged == after("2h")


def test_the_first_of_several_responses_counts_wherever_it_stands() -> None:
    answered = ticket(
        comments=(comment("5h", BEN), comment("3h", ANA)), history=(moved("4h", OPEN, WORKING), assigned("6h", ANA))
    )
    assert answered.acknowledged == after("3h")


def test_a_response_before_the_ticket_was_there_is_none() -> None:
    moved_in = ticket(created="4h", comments=(comment("3h", ANA),))
    assert moved_in.acknowledged is None


def test_a_response_in_the_moment_of_creation_counts() -> None:
    assert ticket(created="4h", comments=(comment("4h", ANA),)).acknowledged == after("4h")


@pytest.mark.parametrize("who", [US, BOT], ids=["us", "bot"])
def test_what_programs_do_is_no_human_activity(who: Person) -> None:
    busy = ticket(comments=(comment("5h", who),), history=(labelled("6h", "hypercare:P3", by=who),))
    assert busy.last_human_activity == after("1h")


@pytest.mark.parametrize("who", [CUSTOMER, ANA], ids=["customer", "team"])
def test_the_latest_deed_of_a_person_is_the_last_human_activity(who: Person) -> None:
    commented = ticket(comments=(comment("5h", who), comment("4h", ANA)))
    changed = ticket(history=(labelled("2h", "urgent", by=who), assigned("6h", None, by=who)))
    assert (commented.last_human_activity, changed.last_human_activity) == (after("5h"), after("6h"))


def test_a_deed_of_somebody_unknown_counts_as_a_persons() -> None:
    assert ticket(history=(labelled("5h", "urgent", by=None),)).last_human_activity == after("5h")


def test_a_ticket_that_only_programs_touched_was_last_active_at_its_creation() -> None:
    alert = ticket(reporter=BOT, comments=(comment("5h", US),))
    assert alert.last_human_activity == after("1h")


@pytest.mark.parametrize(
    ("steps", "count"),
    [
        pytest.param([], 0, id="never moved"),
        pytest.param([("2h", WORKING), ("3h", DONE)], 0, id="done once"),
        pytest.param([("2h", DONE), ("3h", OPEN)], 1, id="reopened"),
        pytest.param([("2h", DONE), ("3h", REOPENED), ("4h", WORKING)], 1, id="reopened and worked on"),
        pytest.param([("2h", DONE), ("3h", OPEN), ("4h", DONE), ("5h", WORKING)], 2, id="reopened twice"),
        pytest.param(
            [("2h", DONE), ("3h", Status(name="Verified", category=StatusCategory.done))], 0, id="done to done"
        ),
    ],
)
def test_a_reopening_is_a_move_out_of_done(steps: list[tuple[str, Status]], count: int) -> None:
    assert ticket(history=moves(*steps)).reopened_count == count


@pytest.mark.parametrize(
    ("category", "is_open"),
    [(StatusCategory.new, True), (StatusCategory.in_progress, True), (StatusCategory.done, False)],
)
def test_a_ticket_is_open_until_it_is_done(category: StatusCategory, is_open: bool) -> None:
    assert ticket(status=Status(name="Any", category=category)).open is is_open


def test_history_is_kept_oldest_first_however_it_was_told() -> None:
    told = (labelled("5h", "b"), labelled("2h", "a"), labelled("5h", "c"))
    assert [event.at for event in ticket(history=told).history] == [after("2h"), after("5h"), after("5h")]
    assert ticket(history=told).history[1:] == (told[0], told[2])


def test_a_ticket_survives_json() -> None:
    whole = closed(
        history=(*moves(("2h", DONE)), labelled("3h", "urgent", by=None), assigned("3h", None), rescoped("4h")),
        comments=(comment("2h", BOT),),
        labels={"urgent"},
    )
    assert Ticket.model_validate_json(whole.model_dump_json()) == whole


def test_a_reference_reads_as_tracker_and_key() -> None:
    assert str(Ref("web-github", "acme/web#12")) == "web-github:acme/web#12"


def test_audiences_are_ordered_from_wide_to_narrow() -> None:
    assert sorted(Audience, reverse=True) == [Audience.restricted, Audience.internal, Audience.public]
