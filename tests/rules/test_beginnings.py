"""When something began that the history of a ticket alone cannot date."""

from typing import Any

import pytest
from tests.rules.build import (
    ANA,
    CUSTOMER,
    US,
    VERSION,
    after,
    comment,
    labelled,
    rescoped,
    rule,
    source,
    ticket,
    unlabelled,
    world,
)
from tests.rules.escalating import episode, escalating, urgent
from tests.rules.look import labels, look, scene

from hypercare_rules.assess import TicketAssessment, assess
from hypercare_rules.beginnings import Began, entered, first_tick, priority_began, written_by_us
from hypercare_rules.policy import Policy
from hypercare_rules.release import Selector
from hypercare_rules.ticket import Ticket

P1, P2, P3 = "hypercare:P1", "hypercare:P2", "hypercare:P3"
LOUD = rule("loud", {"votes": {"gte": 5}}, set={"priority": "P1"})


def voted(*history: Any, **given: Any) -> Ticket:
    """A ticket that votes have made a P1; they have no history."""
    return ticket(votes=5, history=history, **given)


def began(of: Ticket, now: str, by: Policy | None = None) -> Began:
    return priority_began(of, scene(now, by or escalating(rules=(LOUD,))))


@pytest.mark.parametrize(
    ("history", "surely", "likely"),
    [
        ((), "1h", "1h"),
        ((labelled("2h", P3, US),), "2h", "9h"),
        ((labelled("9h", P3, US),), "9h", "9h"),
        ((labelled("1h", P3, US),), "1h", "1h"),
        ((labelled("2h", P3, US), unlabelled("6h", P3, US), labelled("6h", P1, US)), "2h", "6h"),
        ((labelled("2h", P3, US), labelled("4h", P1, US), labelled("5h", P2, US)), "5h", "9h"),
        ((labelled("2h", P3, CUSTOMER),), "1h", "1h"),
        ((labelled("2h", P1, US),), "1h", "1h"),
        ((labelled("10h", P3, US),), "1h", "1h"),
    ],
    ids=[
        "we never said a thing",
        "we still say P3",
        "we say so just now",
        "we said so when it came up",
        "we say P1 since",
        "it was P1 before",
        "a person said P3",
        "we always said P1",
        "what is yet to come",
    ],
)
def test_what_raised_a_ticket_without_a_trace_did_so_after_our_last_word(
    history: tuple[Any, ...], surely: str, likely: str
) -> None:
    assert began(voted(*history), "9h") == (after(surely), after(likely))


def test_a_higher_priority_that_we_said_may_be_another_releases() -> None:
    assert began(ticket(history=(labelled("2h", P1, US),)), "9h") == (after("1h"), after("1h"))


def test_what_the_history_explains_is_dated_by_it() -> None:
    raised = urgent(history=(labelled("2h", P3, US), labelled("5h", "outage"), labelled("5h10m", P1, US)))
    assert began(raised, "9h", escalating()) == (after("5h"), after("5h"))


def test_an_episode_begins_when_our_label_was_changed_and_tells_no_more_than_is_due_since() -> None:
    old = voted(labelled("2h", P3, US))
    running = episode(old, "9h", escalating(rules=(LOUD,)))
    assert (running.since, [step.number for step in running.due]) == (after("9h"), [0])
    changed = voted(labelled("2h", P3, US), labelled("9h", P1, US))
    later = episode(changed, "9h40m", escalating(rules=(LOUD,)))
    assert (later.since, [step.number for step in later.due]) == (after("9h"), [0, 1])


def test_a_priority_label_that_a_person_took_off_comes_back_when_votes_raise_the_ticket_anew() -> None:
    by = escalating(rules=(LOUD,))
    gone = (labelled("2h", P1, US), unlabelled("3h", P1))
    assert "P1" not in labels(look(voted(*gone), "9h", by))
    assert "P1" in labels(look(voted(*gone, labelled("5h", P3, US)), "9h", by))


# Entering the release.
BY_VERSION = (Selector(version=VERSION),)
BY_LABEL = Selector(labels=frozenset({"shop"}))


@pytest.mark.parametrize(
    ("given", "selectors", "since"),
    [
        ({}, BY_VERSION, None),
        ({"history": (rescoped("3h"),)}, BY_VERSION, "3h"),
        ({"history": (rescoped("3h"), rescoped("4h", added=False), rescoped("5h"))}, BY_VERSION, "5h"),
        ({"history": (rescoped("3h", "6.0"),)}, BY_VERSION, None),
        ({"history": (rescoped("3h"),), "planned_for": (VERSION,)}, BY_VERSION, None),
        ({"history": (rescoped("3h"),), "affects": (), "planned_for": (VERSION,)}, BY_VERSION, "3h"),
        (
            {"history": (labelled("4h", "shop"),), "labels": {"shop"}, "affects": ()},
            (BY_LABEL,),
            "4h",
        ),
        ({"history": (rescoped("3h"),)}, (*BY_VERSION, Selector(by_query=True)), None),
        ({"history": (rescoped("3h"),)}, (*BY_VERSION, Selector(version="6.0")), "3h"),
        ({"history": (rescoped("3h"), labelled("4h", "shop")), "labels": {"shop"}}, (*BY_VERSION, BY_LABEL), "3h"),
        ({"history": (rescoped("3h"),), "labels": {"shop"}, "planned_for": (VERSION,)}, (*BY_VERSION, BY_LABEL), None),
        ({"history": (labelled("4h", "shop"),), "labels": {"shop"}}, (Selector(version=VERSION, labels=frozenset({"shop"})),), "1h"),
    ],
    ids=[
        "nothing happened",
        "a version was set",
        "it was taken off and set again",
        "another version was set",
        "found in it, and planned for it: which of them nobody knows",
        "a milestone was set",
        "a label was set",
        "a query finds it",
        "of two sources one tells",
        "two sources, since the first",
        "two sources, and of one nobody knows",
        "a label was set on what was there already",
    ],
)  # fmt: skip
def test_a_ticket_is_the_releases_since_it_was_made_so(
    given: dict[str, Any], selectors: tuple[Selector, ...], since: str | None
) -> None:
    found = entered(ticket(**given), selectors, scene("9h"))
    assert found == (after(since) if since else None)


def assessed(one: Ticket, now: str, by: Policy, baseline: str = "2h", **selected_by: Any) -> TicketAssessment:
    (found,) = assess(world(source(one, **selected_by), baseline=baseline), by, after(now)).tickets
    return found


@pytest.mark.parametrize("created", ["-9d", "1h"])
def test_of_an_old_ticket_that_becomes_the_releases_people_are_told_by_what_is_due_since(created: str) -> None:
    late = urgent(created=created, history=(rescoped("6h"),))
    found = assessed(late, "6h40m", escalating())
    (running,) = found.escalations
    assert (running.since, [step.number for step in running.due], found.told) == (after("6h"), [0, 1], True)


def test_a_fix_version_set_later_on_what_was_found_in_the_release_tells_nobody_anew() -> None:
    (running,) = assessed(urgent(planned_for=(VERSION,), history=(rescoped("6h"),)), "9h", escalating()).escalations
    assert (running.due, running.since) == ((), after("1h"))


def test_what_we_wrote_on_a_ticket_are_our_changes_and_our_comments() -> None:
    changes = (labelled("2h", "x", US), labelled("3h", "y", ANA), labelled("4h", "z", None))
    told = ticket(history=changes, comments=(comment("5h", US), comment("6h", ANA)))
    assert list(written_by_us(told)) == [after("2h"), after("5h")]


@pytest.mark.parametrize(
    ("baseline", "written", "at"),
    [
        ("9h", ["2h", "5h"], "2h"),  # of a clock that was ahead: when we first wrote
        ("1h", ["2h", "5h"], "1h"),  # a tick for a time that is past
        ("9h", [], "3h"),
        ("1h", [], "1h"),
    ],
)
def test_first_tick_was_no_later_than_what_it_wrote(baseline: str, written: list[str], at: str) -> None:
    told = ticket(history=tuple(labelled(when, P3, US) for when in written))
    assert first_tick(after(baseline), [told], after("0h"), after("3h")) == after(at)


def test_what_was_written_before_the_release_went_live_tells_nothing_of_its_first_tick() -> None:
    told = ticket(history=(labelled("1h", P3, US), labelled("4h", P3, US)))
    assert first_tick(after("9h"), [told], after("2h"), after("5h")) == after("4h")
    assert first_tick(after("9h"), [told], after("1h"), after("5h")) == after("1h")
