"""What holds of one ticket at one moment."""

from datetime import datetime, timedelta

import pytest
from tests.rules.build import (
    ANA,
    BOT,
    P2_LABEL,
    US,
    WAITING,
    after,
    closed,
    comment,
    labelled,
    moves,
    policy,
    release,
    ticket,
    unlabelled,
)
from tests.rules.look import ANSWERED, STALE, labels, look

from hypercare_rules.assess import Memory, TicketAssessment, assess_ticket
from hypercare_rules.judge import Scene
from hypercare_rules.labels import Condition
from hypercare_rules.targets import Allowance
from hypercare_rules.ticket import Person
from hypercare_rules.values import Priority

OVERRIDE = "hypercare-override:P1"
MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


def names(assessed: TicketAssessment) -> list[str]:
    return [condition.name for condition in assessed.conditions]


def test_a_ticket_with_time_left_is_in_no_condition() -> None:
    calm = look(ticket(), after("4h") - MOMENT)
    assert (names(calm), labels(calm)) == ([], {"P3"})


def test_a_clock_at_risk_puts_its_ticket_at_risk() -> None:
    assessed = look(ticket(), "4h")
    assert assessed.conditions == (
        Condition(
            name="at-risk",
            since=after("4h"),
            why="acknowledge: due 2026-11-20 12:00, target of P3",
            subject="acknowledge",
        ),
    )
    assert labels(assessed) == {"P3", "at-risk"}


def test_a_breached_clock_puts_its_ticket_in_breach() -> None:
    assessed = look(ticket(**ANSWERED), "20h")
    assert assessed.conditions == (
        Condition(
            name="breached", since=after("17h"), why="resolve: due 2026-11-21 00:00, target of P3", subject="resolve"
        ),
    )
    assert labels(assessed) == {"P3", "breached"}


def test_why_tells_times_in_the_releases_zone() -> None:
    assessed = assess_ticket(ticket(), Scene(policy(), release(zone="Europe/Berlin"), after("4h")), Memory())
    assert assessed.conditions[0].why == "acknowledge: due 2026-11-20 13:00, target of P3"


def test_both_clocks_speak_for_themselves() -> None:
    late = look(ticket(), "13h")
    assert [(condition.name, condition.since) for condition in late.conditions] == [
        ("breached", after("5h")),
        ("at-risk", after("13h")),
    ]


def test_a_breach_hides_that_something_else_is_at_risk() -> None:
    assert labels(look(ticket(), "13h")) == {"P3", "breached"}


def test_a_paused_clock_is_in_no_condition() -> None:
    paused = ticket(history=moves(("14h", WAITING)), status=WAITING)
    assert names(look(paused, "15h")) == []


@pytest.mark.parametrize(
    ("now", "stale"),
    [(after("8h") - MOMENT, []), (after("8h"), ["stale"]), (after("9d"), ["stale"])],
    ids=["just before", "exactly then", "long after"],
)
def test_a_ticket_without_human_activity_for_the_time_allowed_is_stale(now: datetime, stale: list[str]) -> None:
    assessed = look(ticket(**ANSWERED), now, STALE)
    assert [name for name in names(assessed) if name == "stale"] == stale


def test_stale_tells_since_when_nobody_was_active() -> None:
    assert look(ticket(**ANSWERED), "9h", STALE).conditions == (
        Condition(name="stale", since=after("8h"), why="no human activity since 2026-11-20 09:00"),
    )


@pytest.mark.parametrize("who", [US, BOT], ids=["us", "bot"])
def test_programs_do_not_keep_a_ticket_fresh(who: Person) -> None:
    busy = ticket(comments=(comment("2h"), comment("7h", who)), history=(labelled("7h", "web", by=who),))
    assert names(look(busy, "8h", STALE)) == ["stale"]


def test_a_ticket_from_before_go_live_is_stale_from_go_live_on_at_the_earliest() -> None:
    old = ticket(created="-9d", comments=(comment("-8d"),))
    assert names(look(old, after("6h") - MOMENT, STALE)) == []
    assert look(old, "6h", STALE).conditions[0].since == after("6h")


def test_a_priority_without_a_stale_time_never_grows_stale() -> None:
    assert "stale" not in names(look(ticket(labels={P2_LABEL}), "9d", STALE))


def test_an_override_is_a_condition_since_its_label_was_set() -> None:
    overridden = ticket(labels={OVERRIDE}, history=(labelled("70m", OVERRIDE),), **ANSWERED)
    assert look(overridden, "2h").conditions == (
        Condition(name="overridden", since=after("70m"), why="override by the label hypercare-override:P1"),
    )


def test_an_override_set_again_holds_since_then() -> None:
    history = (labelled("70m", OVERRIDE), unlabelled("80m", OVERRIDE), labelled("90m", OVERRIDE.upper()))
    assert look(ticket(labels={OVERRIDE.upper()}, history=history, **ANSWERED), "2h").conditions[0].since == after(
        "90m"
    )


def test_taking_off_one_of_two_overrides_sets_none_anew() -> None:
    history = (
        labelled("70m", OVERRIDE),
        labelled("75m", "hypercare-override:P2"),
        unlabelled("90m", "hypercare-override:P2"),
    )
    assert look(ticket(labels={OVERRIDE}, history=history, **ANSWERED), "2h").conditions[0].since == after("75m")


def test_an_override_that_the_history_does_not_tell_of_holds_since_creation() -> None:
    assert look(ticket(labels={OVERRIDE}, **ANSWERED), "2h").conditions[0].since == after("1h")


def test_no_label_of_ours_says_what_the_override_label_says() -> None:
    assert labels(look(ticket(labels={OVERRIDE}, **ANSWERED), "2h")) == {"P1"}


def test_a_closed_ticket_is_in_no_condition() -> None:
    late = closed(resolved="9d", labels={OVERRIDE})
    assert names(look(late, "10d", STALE)) == []


def test_the_unfinished_clock_that_is_due_first_comes_next() -> None:
    due = [look(at, "3h").next_due for at in (ticket(), ticket(**ANSWERED), closed())]
    assert [clock and clock.name for clock in due] == ["acknowledge", "resolve", None]


def test_the_resolve_clock_may_be_due_before_the_acknowledge_clock() -> None:
    hours = dict.fromkeys(Priority, Allowance(HOUR))
    quick = policy(targets=policy().targets.model_copy(update={"resolve": hours}))
    next_due = look(ticket(reporter=ANA), "2h", quick).next_due
    assert next_due is not None
    assert next_due.name == "resolve"
