"""What must hold before hypercare is left: each criterion with its boundaries, its evidence and its forecast."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import (
    DONE,
    OPEN,
    P1_LABEL,
    VERSION,
    WORKING,
    after,
    closed,
    comment,
    labelled,
    moves,
    policy,
    sign_offs,
    source,
    ticket,
    unlabelled,
    world,
)
from tests.rules.lives import Life, lives
from tests.rules.strategies import any_tickets, minutes, of_whole_releases, unhurried

from hypercare_rules.assess import assess
from hypercare_rules.exits import CriterionState, Relapse, expected_exit
from hypercare_rules.policy import Policy
from hypercare_rules.rewind import rewind
from hypercare_rules.ticket import Ref, Ticket

MOMENT = timedelta(microseconds=1)

NO_P1 = {"id": "no-p1", "none_open": {"priority": "P1"}, "for": "3d"}
FALLING = {"id": "falling", "arrival": "falling", "over": "2d"}
MET = {"id": "met", "targets_met": 0.75, "over": "2d"}
AGREED = {"id": "agreed", "signed_off": ["ana", "cto"]}


def leaving(*criteria: dict[str, Any]) -> Policy:
    return policy(exit=criteria)


def states(
    *tickets: Ticket, now: str | datetime, by: Policy, signed_off: frozenset[str] = frozenset()
) -> tuple[CriterionState, ...]:
    known = world(source(*tickets))
    known = known.model_copy(update={"memory": known.memory.model_copy(update={"sign_offs": sign_offs(signed_off)})})
    return assess(known, by, after(now) if isinstance(now, str) else now).exit


def state(*tickets: Ticket, now: str | datetime, criterion: dict[str, Any] = NO_P1) -> CriterionState:
    (one,) = states(*tickets, now=now, by=leaving(criterion))
    return one


def solved(key: str, at: str, **given: Any) -> Ticket:
    """A P1 that was closed at a time."""
    return closed(key, resolved=at, labels={P1_LABEL}, **{"history": moves((at, DONE)), **given})


def test_criteria_come_in_the_order_of_the_policy() -> None:
    found = states(now="9d", by=leaving(MET, AGREED, NO_P1, FALLING))
    assert [one.id for one in found] == ["met", "agreed", "no-p1", "falling"]


# None open, for so long.
def test_an_open_one_is_named() -> None:
    tickets = [ticket(key, labels={P1_LABEL}) for key in ("D", "B", "A", "C")]
    relapsed = state(*tickets, ticket("E"), now="9d")
    refs = tuple(Ref("shop-jira", key) for key in "ABCD")
    assert relapsed == CriterionState("no-p1", met=False, evidence="4 open", tickets=refs)


@pytest.mark.parametrize(
    ("now", "met"), [(after("76h") - MOMENT, False), (after("76h"), True), (after("9d"), True)], ids=str
)
def test_it_is_met_once_none_was_open_for_so_long(now: datetime, met: bool) -> None:
    assert state(solved("A", "4h"), now=now).met is met


def test_a_streak_tells_what_broke_it_and_when_it_will_be_long_enough() -> None:
    held = state(solved("A", "4h"), solved("B", "9h"), solved("C", "5h"), ticket("D"), now="33h")
    assert (held.held_since, held.forecast) == (after("9h"), after("81h"))
    assert (held.evidence, held.tickets) == ("none open, needed for 3d", (Ref("shop-jira", "B"),))


def test_without_any_it_holds_since_go_live() -> None:
    held = state(ticket("A", created="-2d"), closed("B"), now="2d")
    assert (held.held_since, held.forecast, held.met) == (after("0m"), after("3d"), False)
    assert (held.evidence, held.tickets) == ("none open, needed for 3d", ())


def test_what_was_closed_before_go_live_breaks_nothing() -> None:
    assert state(solved("A", "-1h", created="-2d"), now="1d").held_since == after("0m")


def test_evidence_stays_the_same_while_nothing_happens() -> None:
    first, later = (state(solved("A", "4h"), ticket("D"), now=now) for now in ("5h", "2d"))
    assert first == later


def test_a_streak_that_is_long_enough_still_says_since_when() -> None:
    held = state(solved("A", "4h"), now="9d")
    assert (held.met, held.held_since, held.relapse) == (True, after("4h"), None)


def test_a_ticket_that_is_open_again_begins_the_streak_anew() -> None:
    again = solved("A", "50h", history=moves(("4h", DONE), ("49h", OPEN), ("50h", DONE)))
    assert state(again, now="60h").held_since == after("50h")
    reopened = ticket("A", labels={P1_LABEL}, history=moves(("4h", DONE), ("49h", OPEN)))
    assert state(reopened, now="60h").evidence == "1 open"


def test_a_relapse_says_since_when_it_is_lost_and_by_which_ticket() -> None:
    # Three days after go-live it was met, until B came up; C and D change nothing any more.
    tickets = (solved("B", "85h", created="80h"), solved("C", "100h", created="90h"), ticket("D", created="9d"))
    lost = Relapse(after("80h"), (Ref("shop-jira", "B"),))
    for now in ("81h", "89h", "95h", "5d"):
        assert state(*tickets, now=now).relapse == lost
    again = state(*tickets, now="100h")
    assert (again.met, again.held_since, again.relapse) == (False, after("100h"), lost)
    assert state(*tickets, now="172h").relapse is None


def test_a_break_too_soon_to_have_been_met_before_is_no_relapse() -> None:
    assert state(ticket("A", labels={P1_LABEL}, created="71h59m"), now="9d").relapse is None
    assert state(ticket("A", labels={P1_LABEL}, created="72h"), now="9d").relapse == Relapse(
        after("72h"), (Ref("shop-jira", "A"),)
    )


def test_of_several_relapses_the_last_is_told() -> None:
    tickets = [solved(key, at, created=created) for key, created, at in (("A", "4d", "5d"), ("B", "9d", "10d"))]
    relapse = state(*tickets, now="10d").relapse
    assert relapse is not None
    assert (relapse.since, [ref.key for ref in relapse.tickets]) == (after("9d"), ["B"])


def test_where_none_may_be_open_the_first_one_is_a_relapse() -> None:
    unanswered = {"id": "answered", "none_open": {"acknowledged": False}}
    waits = state(ticket("A"), ticket("B", created="1h"), now="9d", criterion=unanswered)
    assert waits.relapse == Relapse(after("1h"), (Ref("shop-jira", "A"), Ref("shop-jira", "B")))
    assert state(ticket("A", created="-1h"), now="9d", criterion=unanswered).relapse is None


@pytest.mark.parametrize(
    "ended",
    [
        pytest.param(ticket("A", history=(unlabelled("9h", P1_LABEL),)), id="lowered"),
        pytest.param(
            ticket(
                "A",
                labels={P1_LABEL, "hypercare-override:P4"},
                history=(labelled("9h", "hypercare-override:P4"),),
            ),
            id="overridden",
        ),
    ],
)
def test_a_ticket_that_is_no_longer_of_the_kind_ends_it_as_well(ended: Ticket) -> None:
    assert state(ended, now="1d").held_since == after("9h")


def test_what_time_alone_ended_is_found_between_events() -> None:
    young = {"id": "young", "none_open": {"age": {"lt": "1d"}}, "for": "2d"}
    for now in ("26h", "40h", "72h59m"):
        assert state(ticket("A", created="1h"), now=now, criterion=young).held_since == after("25h")
    busy = ticket("A", created="1h", comments=(comment("30h"),))
    assert state(busy, now="40h", criterion=young).held_since == after("25h")


def test_it_may_ask_for_anything_that_conditions_know() -> None:
    unanswered = {"id": "answered", "none_open": {"acknowledged": False}}
    assert state(ticket("A"), now="9d", criterion=unanswered).evidence == "1 open"
    answered = state(ticket("A", comments=(comment("2h"),)), closed("B"), now="9d", criterion=unanswered)
    assert (answered.met, answered.evidence) == (True, "none open")


def test_before_go_live_no_streak_has_begun() -> None:
    early = state(ticket("A", created="-2d"), now="-1d")
    assert (early.met, early.evidence, early.forecast) == (False, "none open, needed for 3d", after("3d"))


@unhurried
@given(st.lists(lives(), max_size=3), minutes(700, 5000))
def test_the_streak_is_what_looking_back_at_every_step_finds(told: list[Life], now: datetime) -> None:
    working = {"id": "working", "none_open": {"status": WORKING.name}, "for": "7d"}
    tickets = [life.ticket.model_copy(update={"ref": life.ticket.ref._replace(key=f"A-{number}"), "affects": (VERSION,)})
               for number, life in enumerate(told)]  # fmt: skip
    broken = [
        later.at
        for life in told
        for one, later in zip(life.standings, life.standings[1:], strict=False)
        if one.status == WORKING and later.status != WORKING
    ]
    measured = state(*tickets, now=now, criterion=working)
    if any(life.standings[-1].status == WORKING for life in told):
        assert (measured.met, measured.held_since) == (False, None)
    else:
        assert measured.held_since == max(broken, default=after("0m"))


# Fewer and fewer.
def arrivals(*created: str) -> list[Ticket]:
    return [ticket(f"A-{number}", created=at) for number, at in enumerate(created)]


@pytest.mark.parametrize(
    ("created", "met", "evidence"),
    [
        (["50h", "60h", "75h"], True, "1 new in the last 1d, 2 in the 1d before"),
        (["50h", "75h"], False, "1 new in the last 1d, 1 in the 1d before"),
        (["50h", "75h", "80h"], False, "2 new in the last 1d, 1 in the 1d before"),
        ([], True, "0 new in the last 1d, 0 in the 1d before"),
        (["1h", "2h"], True, "0 new in the last 1d, 0 in the 1d before"),
        (["48h", "71h59m", "72h", "96h", "97h"], False, "2 new in the last 1d, 2 in the 1d before"),
    ],
    ids=["fewer", "as many", "more", "none at all", "long ago", "edges, and one to come"],
)
def test_arrival_falls_where_the_later_half_has_fewer(created: list[str], met: bool, evidence: str) -> None:
    measured = state(*arrivals(*created), now="96h", criterion=FALLING)
    assert (measured.met, measured.evidence) == (met, evidence)


@pytest.mark.parametrize(("now", "met"), [(after("2d") - MOMENT, False), (after("2d"), True)], ids=str)
def test_arrival_is_measured_once_there_was_time_enough(now: datetime, met: bool) -> None:
    measured = state(now=now, criterion=FALLING)
    assert measured.met is met
    if not met:
        assert measured.forecast == after("2d")
        assert measured.evidence.endswith("measured from 2d after go-live")


def test_arrival_says_since_when_it_falls() -> None:
    # At 75h two had come a day and more before, and one since.
    measured = state(*arrivals("49h", "50h", "75h"), now="80h", criterion=FALLING)
    assert (measured.met, measured.held_since) == (True, after("74h") + MOMENT)


def test_arrival_that_rises_again_says_since_when_by_which_ticket_and_when_it_will_fall_if_nothing_comes_up() -> None:
    measured = state(*arrivals("49h", "50h", "75h", "80h"), now="81h", criterion=FALLING)
    assert (measured.met, measured.held_since) == (False, None)
    assert measured.relapse == Relapse(after("80h"), (Ref("shop-jira", "A-3"),), "2 new and 2 before")
    # Only at 104h is the last of them a day old.
    assert measured.forecast == after("104h") + MOMENT


def test_arrival_may_rise_by_time_alone() -> None:
    measured = state(*arrivals("30h", "31h", "60h"), now="79h", criterion=FALLING)
    assert measured.relapse == Relapse(after("78h") + MOMENT, (), "1 new and 1 before")


@unhurried
@given(st.lists(st.integers(0, 6000), max_size=8), st.integers(0, 9000))
def test_arrival_turns_where_looking_again_finds_it_turned(created: list[int], now: int) -> None:
    tickets = [ticket(f"A-{n}", created=after(f"{minutes}m")) for n, minutes in enumerate(created) if minutes <= now]
    look = partial(state, *tickets, criterion=FALLING)
    turns_where_it_says(look, after(f"{now}m"), never_before=after("2d"))


def turns_where_it_says(look: Callable[..., CriterionState], now: datetime, never_before: datetime) -> None:
    """Streak, relapse and forecast of a criterion against itself at just those moments, and at the ones just before them."""
    found = look(now=now)
    if found.held_since is not None and found.held_since <= now:
        assert found.met
        assert look(now=found.held_since).met
        assert found.held_since == never_before or not look(now=found.held_since - MOMENT).met
    if found.relapse is not None:
        assert not found.met
        assert look(now=found.relapse.since - MOMENT).met
        assert not look(now=found.relapse.since).met
        told, then = (
            re.findall(r"\d+", text) for text in (found.relapse.figures, look(now=found.relapse.since).evidence)
        )
        assert told[0] == then[0]
    if not found.met and found.forecast is not None:
        assert look(now=found.forecast).met
        assert found.forecast == never_before or not look(now=found.forecast - MOMENT).met


# Targets.
def answered(key: str, created: str, at: str) -> Ticket:
    """A ticket whose acknowledge clock was stopped at a time, and whose resolve clock has long to run."""
    return ticket(key, created=created, comments=(comment(at),))


def test_targets_that_ended_within_the_time_are_counted() -> None:
    # P3: four hours to acknowledge. Three met, one missed; and a resolve clock that is breached only later.
    tickets = [answered(key, "50h", "51h") for key in "ABC"]
    late = answered("D", "50h", "55h")
    measured = state(*tickets, late, now="60h", criterion=MET)
    assert (measured.met, measured.evidence) == (True, "3 of 4 targets met in the last 2d (75%, needed 75%)")
    another = state(*tickets, late, answered("E", "50h", "55h"), now="60h", criterion=MET)
    assert (another.met, another.evidence) == (False, "3 of 5 targets met in the last 2d (60%, needed 75%)")


def test_a_target_that_is_breached_counts_from_its_due_time_on() -> None:
    # Due at 54h.
    waiting = ticket("A", created="50h")
    evidence = [state(waiting, now=now, criterion=MET).evidence for now in ("53h59m", "54h")]
    assert evidence == [
        "no target ended in the last 2d",
        "0 of 1 targets met in the last 2d (0%, needed 75%); 1 missed and still open",
    ]


@pytest.mark.parametrize(("now", "counted"), [(after("99h"), True), (after("99h") + MOMENT, False)], ids=str)
def test_a_target_that_ended_before_the_time_is_forgotten(now: datetime, counted: bool) -> None:
    # Acknowledged at 51h, and all else closed then.
    measured = state(closed(created="50h", resolved="51h"), now=now, criterion=MET)
    assert measured.evidence.startswith("2 of 2" if counted else "no target ended")


def test_a_breach_counts_for_as_long_as_it_is_open_however_old_it_is() -> None:
    waits = ticket("A", created="1h", comments=(comment("2h"),))  # its sixteen hours are over at 17h
    measured = state(waits, now="9d", criterion=MET)
    assert (measured.met, measured.tickets) == (False, (Ref("shop-jira", "A"),))
    assert measured.evidence == "0 of 1 targets met in the last 2d (0%, needed 75%); 1 missed and still open"
    assert measured.forecast is None
    assert measured.relapse == Relapse(
        after("17h"),
        (Ref("shop-jira", "A"),),
        "1 of 2 met, 50%",
    )
    # Once it is closed, it is a miss of that day.
    ended = closed("A", resolved="4d", history=moves(("4d", DONE)), comments=(comment("2h"),))
    assert state(ended, now="6d", criterion=MET).evidence == "0 of 1 targets met in the last 2d (0%, needed 75%)"
    assert state(ended, now=after("6d") + MOMENT, criterion=MET).met


def test_targets_are_met_again_when_enough_misses_are_of_the_past() -> None:
    fine, late = (
        [answered(key, "50h", "51h") for key in "ABC"],
        [answered("D", "40h", "45h"), answered("E", "50h", "55h")],
    )
    measured = state(*fine, *late, now="55h30m", criterion=MET)
    assert (measured.met, measured.held_since) == (False, None)
    assert [ref.key for ref in measured.tickets] == ["D", "E"]
    # The miss of 45h leaves two days later: three of four.
    assert measured.forecast == after("93h") + MOMENT


def test_targets_that_are_met_say_since_when() -> None:
    late = closed("A", created="10h", resolved="15h", history=moves(("15h", DONE)), comments=(comment("15h"),))
    measured = state(late, answered("B", "50h", "51h"), now="64h", criterion=MET)
    assert (measured.met, measured.held_since) == (True, after("63h") + MOMENT)
    assert state(now="64h", criterion=MET).held_since == after("0m")


@pytest.mark.parametrize(
    ("met", "of", "shown"), [(2, 3, "66%"), (94, 99, "94%"), (99, 100, "99%"), (199, 200, "99%"), (0, 1, "0%")]
)
def test_what_is_not_enough_never_looks_as_if_it_were(met: int, of: int, shown: str) -> None:
    strict = {"id": "all", "targets_met": 1.0, "over": "2d"}
    fine = [answered(f"A-{n}", "50h", "51h") for n in range(met)]
    late = [answered(f"B-{n}", "50h", "55h") for n in range(of - met)]
    assert f"({shown}, needed 100%)" in state(*fine, *late, now="60h", criterion=strict).evidence


@unhurried
@given(
    st.lists(st.tuples(minutes(0, 6000), st.integers(1, 600), st.integers(0, 3000)), max_size=4), st.integers(0, 9000)
)
def test_targets_turn_where_looking_again_finds_them_turned(told: list[tuple[datetime, int, int]], now: int) -> None:
    """Of tickets that were opened, answered and closed, each rewound to the moment that is looked at."""
    latest, tickets = after(f"{now}m"), []
    for number, (created, answer, close) in enumerate(told):
        said, done = created + timedelta(minutes=answer), created + timedelta(minutes=answer + close)
        history, comments = moves((done, DONE)), (comment(said),)
        if done <= latest:
            tickets.append(closed(f"A-{number}", created=created, resolved=done, history=history, comments=comments))

    def look(now: datetime) -> CriterionState:
        then = (rewind(one, now) for one in tickets if one.created <= now)
        return state(*then, now=now, criterion=MET)

    turns_where_it_says(look, latest, never_before=after("0m"))


def test_a_target_that_was_missed_counts_although_the_ticket_was_reopened() -> None:
    # Due 16 hours after it came up; closed too late, reopened, and closed in time.
    steps = (("40h", DONE), ("41h", OPEN), ("42h", DONE))
    again = ticket(history=moves(*steps), status=DONE, resolved="42h", comments=(comment("2h"),))
    assert state(again, now="43h", criterion=MET).evidence.startswith("2 of 3 targets met")
    (open_again,) = states(
        again.model_copy(update={"history": moves(*steps[:2]), "status": OPEN}), now="43h", by=leaving(MET)
    )
    assert open_again.evidence.startswith("1 of 2 targets met")


def test_both_targets_of_a_ticket_count_and_news_do_not() -> None:
    news = policy(exit=(MET,), targets=policy().targets.model_copy(update={"update": policy().targets.acknowledge}))
    late_news = ticket("A", created="50h", comments=(comment("51h"),))
    (measured,) = states(late_news, now="60h", by=news)
    assert measured.evidence.startswith("1 of 1 targets met")


# Signed off.
@pytest.mark.parametrize(
    ("signed", "met", "evidence"),
    [
        ([], False, "waiting for ana, cto"),
        (["cto"], False, "waiting for ana"),
        (["cto", "ana", "ben"], True, "all have signed off"),
        (["ben"], False, "waiting for ana, cto"),
    ],
)
def test_all_named_people_must_have_signed_off(signed: list[str], met: bool, evidence: str) -> None:
    (measured,) = states(now="9d", by=leaving(AGREED), signed_off=frozenset(signed))
    assert (measured.met, measured.evidence, measured.forecast) == (met, evidence, None)


# When it can be left.
def test_the_exit_is_expected_when_the_last_criterion_is_met() -> None:
    first = {**NO_P1, "id": "none", "none_open": {"labels": "x"}, "for": "1d"}
    found = states(solved("A", "4h"), now="5h", by=leaving(NO_P1, FALLING, first))
    assert expected_exit(found) == after("76h")
    assert expected_exit([one for one in found if one.id != "no-p1"]) == after("2d")


def test_what_cannot_be_foretold_leaves_the_exit_open() -> None:
    assert expected_exit(states(ticket(labels={P1_LABEL}), now="1d", by=leaving(NO_P1, FALLING))) is None
    assert expected_exit(states(now="1d", by=leaving(AGREED, FALLING))) is None


def test_what_is_met_already_has_no_exit_to_come() -> None:
    assert expected_exit(states(now="9d", by=leaving(NO_P1, FALLING, MET))) is None


@of_whole_releases
@given(
    st.lists(any_tickets(), max_size=6, unique_by=lambda one: one.ref),
    minutes(-3000, 60_000),
    st.randoms(use_true_random=False),
)
def test_the_order_of_tickets_does_not_matter(tickets: list[Ticket], now: datetime, random: Random) -> None:
    by = leaving(NO_P1, FALLING, MET)
    assert states(*tickets, now=now, by=by) == states(*random.sample(tickets, len(tickets)), now=now, by=by)
