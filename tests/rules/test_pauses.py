"""What makes clocks stand still, and what that does to the time they have used."""

from datetime import timedelta
from typing import Any

import pytest
from tests.rules.build import (
    ANA,
    DONE,
    OPEN,
    WAITING,
    WORKING,
    after,
    assigned,
    comment,
    condition,
    labelled,
    moves,
    policy,
    targets,
    ticket,
    unlabelled,
)
from tests.rules.look import acknowledge, resolve, waited

from hypercare_rules.clocks import ClockState, Span, running_spans
from hypercare_rules.policy import Policy

HOUR = timedelta(hours=1)


def test_waiting_for_the_customer_pauses_the_resolve_clock() -> None:
    paused = resolve(waited(("3h", WAITING)), "8h")
    assert (paused.state, paused.used) == (ClockState.paused, 2 * HOUR)


def test_a_paused_clock_is_due_as_if_it_went_on_at_once() -> None:
    paused = resolve(waited(("3h", WAITING)), "8h")
    assert paused.due_at == after("8h") + 14 * HOUR
    assert paused.at_risk_at == after("8h") + 10 * HOUR


def test_waiting_does_not_pause_the_acknowledge_clock() -> None:
    clock = acknowledge(ticket(status=WAITING), "5h")
    assert clock.state is ClockState.breached


def test_a_resumed_clock_leaves_out_the_pause() -> None:
    resumed = resolve(waited(("3h", WAITING), ("8h", WORKING)), "9h")
    assert (resumed.state, resumed.used) == (ClockState.running, 3 * HOUR)
    assert resumed.due_at == after("17h") + 5 * HOUR


def test_a_clock_paused_once_more_is_paused() -> None:
    again = resolve(waited(("2h", WAITING), ("3h", WORKING), ("5h", WAITING)), "9h")
    assert (again.state, again.used, again.due_at) == (ClockState.paused, 3 * HOUR, after("9h") + 13 * HOUR)


def test_several_pauses_add_up() -> None:
    often = resolve(waited(("2h", WAITING), ("3h", WORKING), ("5h", WAITING), ("9h", OPEN)), "10h")
    assert often.used == 4 * HOUR
    assert often.due_at == after("17h") + 5 * HOUR


def test_a_pause_after_the_due_time_does_not_heal_the_breach() -> None:
    late = resolve(waited(("18h", WAITING)), "30h")
    assert (late.state, late.used, late.due_at) == (ClockState.breached, 17 * HOUR, after("17h"))


def test_a_pause_that_begins_exactly_when_due_comes_too_late() -> None:
    late = resolve(waited(("17h", WAITING)), "30h")
    assert (late.state, late.due_at) == (ClockState.breached, after("17h"))


def test_a_clock_that_was_at_risk_before_the_pause_is_at_risk_again_after_it() -> None:
    steps = [("14h", WAITING), ("20h", WORKING)]
    assert resolve(waited(steps[0]), "15h").state is ClockState.paused
    again = resolve(waited(*steps), "20h")
    assert (again.state, again.at_risk_at, again.due_at) == (ClockState.at_risk, after("13h"), after("23h"))


def test_a_pause_before_go_live_counts_from_go_live() -> None:
    early = resolve(waited(("-1d", WAITING), ("2h", WORKING), created="-2d"), "5h")
    assert (early.used, early.due_at) == (3 * HOUR, after("2h") + 16 * HOUR)


def test_a_ticket_paused_until_it_was_closed_used_only_what_was_before() -> None:
    done = resolve(ticket(history=moves(("3h", WAITING), ("40h", DONE)), status=DONE, resolved="40h"), "9d")
    assert (done.state, done.used, done.due_at) == (ClockState.met, 2 * HOUR, after("54h"))


def test_without_a_pause_condition_nothing_pauses() -> None:
    strict = policy(targets=targets(pause_when=None))
    assert resolve(waited(("3h", WAITING)), "8h", strict).state is ClockState.running


def pausing(**when: Any) -> Policy:
    return policy(targets=targets(pause_when=condition(**when)))


@pytest.mark.parametrize("name", ["waiting for customer", "ausser haus"])
def test_paused_statuses_are_found_without_regard_to_case(name: str) -> None:
    spelt = {"waiting for customer": "WAITING for Customer", "ausser haus": "Außer Haus"}[name]
    status = WAITING.model_copy(update={"name": spelt})
    assert resolve(waited(("2h", status)), "3h", pausing(status=name)).pauses == (Span(after("2h"), None),)


def test_a_ticket_that_never_moved_has_been_paused_since_it_was_created() -> None:
    assert resolve(ticket(status=WAITING), "3h").pauses == (Span(after("1h"), None),)


def test_the_status_before_the_first_move_counts_from_creation() -> None:
    moved = ticket(history=moves(("3h", OPEN), start=WAITING), updated="3h")
    assert resolve(moved, "4h").pauses == (Span(after("1h"), after("3h")),)


def test_a_label_may_pause_from_when_it_is_set_until_it_is_taken_off() -> None:
    by_label = pausing(labels="on hold")
    held = ticket(labels={"on hold"}, history=(labelled("2h", "on hold"),))
    resumed = ticket(history=(labelled("2h", "on hold"), unlabelled("5h", "on hold")))
    assert resolve(held, "6h", by_label).state is ClockState.paused
    assert resolve(resumed, "6h", by_label).used == 2 * HOUR


def test_an_assignee_may_pause() -> None:
    vendor = pausing(assignees="Ana K")
    given = ticket(assignees=(ANA,), history=(assigned("4h", ANA),))
    assert resolve(given, "9h", vendor).pauses == (Span(after("4h"), None),)


def test_a_pause_may_ask_for_several_things_at_once() -> None:
    both = pausing(status=WAITING.name, labels="vendor")
    waiting = waited(("2h", WAITING), labels={"vendor"})
    assert resolve(waiting, "9h", both).state is ClockState.paused
    late_label = ticket(status=WAITING, labels={"vendor"}, history=(*moves(("2h", WAITING)), labelled("5h", "vendor")))
    assert resolve(late_label, "9h", both).pauses == (Span(after("5h"), None),)


def test_what_changes_without_effect_on_the_condition_splits_no_pause() -> None:
    busy = waited(("2h", WAITING), labels={"web"})
    assert resolve(busy.model_copy(update={"history": (*busy.history, labelled("3h", "web"))}), "9h").pauses == (
        Span(after("2h"), None),
    )


def test_a_pause_by_the_number_of_comments_begins_and_ends_with_them() -> None:
    silent = pausing(comments={"lt": 2})
    answered = ticket(comments=(comment("3h"), comment("5h"), comment("9h")))
    assert resolve(answered, "12h", silent).pauses == (Span(after("1h"), after("5h")),)
    assert resolve(answered, "12h", silent).used == 7 * HOUR
    busy = pausing(comments={"gte": 2})
    assert resolve(answered, "12h", busy).pauses == (Span(after("5h"), None),)


def test_a_pause_by_reopenings_begins_with_one() -> None:
    again = waited(("2h", DONE), ("4h", OPEN), ("6h", WORKING))
    assert resolve(again, "9h", pausing(reopened={"gte": 1})).pauses == (Span(after("4h"), None),)


@pytest.mark.parametrize(
    ("pauses", "running"),
    [
        pytest.param([], [("3h", "7h")], id="none"),
        pytest.param([("1h", "2h")], [("3h", "7h")], id="before the start"),
        pytest.param([("2h", "5h")], [("5h", "7h")], id="across the start"),
        pytest.param([("4h", "6h")], [("3h", "4h"), ("6h", "7h")], id="inside"),
        pytest.param([("6h", "9h")], [("3h", "6h")], id="across the end"),
        pytest.param([("7h", "9h")], [("3h", "7h")], id="from the end on"),
        pytest.param([("8h", "9h")], [("3h", "7h")], id="after the end"),
        pytest.param([("4h", None)], [("3h", "4h")], id="going on"),
        pytest.param([("3h", None)], [], id="all of it"),
        pytest.param([("4h", "5h"), ("6h", None)], [("3h", "4h"), ("5h", "6h")], id="several"),
    ],
)
def test_between_pauses_a_clock_runs(pauses: list[tuple[str, str | None]], running: list[tuple[str, str]]) -> None:
    spans = [Span(after(start), after(end) if end else None) for start, end in pauses]
    assert running_spans(after("3h"), after("7h"), spans) == tuple((after(start), after(end)) for start, end in running)


@pytest.mark.parametrize("pauses", [(), (Span(after("1h"), None),)], ids=["running", "paused"])
def test_no_time_is_used_before_the_start(pauses: tuple[Span, ...]) -> None:
    assert running_spans(after("5h"), after("3h"), pauses) == ()
