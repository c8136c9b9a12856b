"""The managed labels that one ticket should carry."""

from typing import Any

import pytest
from tests.rules.build import (
    BOT,
    P1_LABEL,
    US,
    closed,
    comment,
    labelled,
    policy,
    ticket,
    unlabelled,
)
from tests.rules.look import ANSWERED, STALE, labels, look


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("hypercare:P3", id="its priority"),
        pytest.param("hypercare:P1", id="a priority that it had"),
    ],
)
def test_a_closed_ticket_keeps_its_priority_label_as_a_record(name: str) -> None:
    done = closed(labels={name, "hypercare:breached", "P2", "web"})
    assert [wanted.label for wanted in look(done, "9d").labels] == [name]


def test_a_closed_ticket_gets_no_label() -> None:
    assert labels(look(closed(labels={P1_LABEL}), "9d")) == set()


def test_labels_follow_the_prefix_of_the_policy() -> None:
    team = policy(label_prefix="team:")
    assert {wanted.label for wanted in look(ticket(), "5h", team).labels} == {"team:P3", "team:breached"}
    assert [wanted.label for wanted in look(closed(labels={"team:P3", "hypercare:P3"}), "9d", team).labels] == [
        "team:P3"
    ]


def test_every_label_says_why() -> None:
    assert [wanted.why for wanted in look(ticket(), "5h").labels] == [
        "impact medium (default), urgency medium (default)",
        "acknowledge: due 2026-11-20 12:00, target of P3",
    ]


@pytest.mark.parametrize(
    ("history", "stays_away"),
    [
        pytest.param((unlabelled("6h", "hypercare:breached"),), True, id="after it arose"),
        pytest.param((unlabelled("5h", "hypercare:breached"),), True, id="in the moment it arose"),
        pytest.param((unlabelled("4h", "hypercare:breached"),), False, id="before it newly arose"),
        pytest.param((unlabelled("6h", "hypercare:breached", by=None),), True, id="by somebody unknown"),
        pytest.param((unlabelled("6h", "hypercare:breached", by=BOT),), True, id="by another program"),
        pytest.param((unlabelled("6h", "hypercare:breached", by=US),), False, id="by ourselves"),
        pytest.param((unlabelled("6h", "hypercare:stale"),), False, id="another label"),
        pytest.param((unlabelled("6h", "hypercare:P3"),), False, id="the priority label"),
        pytest.param(
            (unlabelled("6h", "hypercare:breached"), labelled("7h", "hypercare:breached")), False, id="and set again"
        ),
        pytest.param(
            (labelled("5h", "hypercare:breached", by=US), unlabelled("6h", "hypercare:breached")), True, id="set by us"
        ),
    ],
)
def test_a_label_that_a_person_took_off_stays_away_until_it_newly_arises(history: Any, stays_away: bool) -> None:
    assert ("breached" not in labels(look(ticket(history=history), "10h"))) is stays_away


def test_a_breach_that_a_person_waved_away_hides_at_risk_all_the_same() -> None:
    waved = ticket(history=(unlabelled("6h", "hypercare:breached"),))
    assert labels(look(waved, "13h")) == {"P3"}


def test_of_two_breaches_the_first_tells_since_when() -> None:
    waved = ticket(history=(unlabelled("6h", "hypercare:breached"),))
    assert labels(look(waved, "20h")) == {"P3"}


def test_the_second_breach_is_new_where_the_first_is_over() -> None:
    waved = ticket(history=(unlabelled("6h", "hypercare:breached"),), comments=(comment("7h"),))
    assert labels(look(waved, "8h")) == {"P3"}
    assert labels(look(waved, "20h")) == {"P3", "breached"}


def test_a_priority_label_that_a_person_took_off_stays_away_until_the_priority_changes() -> None:
    waved = ticket(history=(unlabelled("2h", "hypercare:P3"),), **ANSWERED)
    assert labels(look(waved, "3h")) == set()
    raised = ticket(labels={P1_LABEL}, history=(*waved.history, labelled("150m", P1_LABEL)), **ANSWERED)
    assert labels(look(raised, "151m")) == {"P1"}
    back = ticket(history=(*raised.history, unlabelled("160m", P1_LABEL)), **ANSWERED)
    assert labels(look(back, "3h")) == {"P3"}


def test_a_priority_label_taken_off_in_the_moment_the_priority_arose_stays_away() -> None:
    assert labels(look(ticket(history=(unlabelled("1h", "hypercare:P3"),), **ANSWERED), "3h")) == set()


def test_a_stale_ticket_is_labelled_anew_each_time_it_grows_stale() -> None:
    first = ticket(comments=(comment("2h"),), history=(unlabelled("9h", "hypercare:stale", by=US),))
    waved = ticket(comments=(comment("2h"),), history=(unlabelled("9h", "hypercare:stale"),))
    # Taking the label off is itself human activity: the ticket is fresh, and grows stale six hours later.
    assert "stale" in labels(look(first, "10h", STALE))
    assert "stale" not in labels(look(waved, "10h", STALE))
    assert "stale" in labels(look(waved, "15h", STALE))


def test_a_label_kept_away_tells_why_it_should_be_there_and_who_took_it_off() -> None:
    off = unlabelled("6h", "hypercare:breached")
    (kept,) = look(ticket(history=(off,)), "10h").kept_away
    assert (kept.label, kept.why) == ("hypercare:breached", "acknowledge: due 2026-11-20 12:00, target of P3")
    assert kept.taken_off == off
    assert look(ticket(), "10h").kept_away == ()
