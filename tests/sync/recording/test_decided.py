"""Decisions in the journal: told once, again when they change, and found by the rules and the people that they are about."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.rules import build
from tests.rules.strategies import any_tickets
from tests.sync.states import NOW, Told

from hypercare_rules.release import Phase
from hypercare_rules.ticket import Ticket
from hypercare_sync.recording.decided import News, news
from hypercare_sync.recording.named import Names
from hypercare_sync.store import Subject
from hypercare_sync.store import Told as Last

PHASES = {"Shop 5.2": Phase.hypercare}
OUTAGE = build.policy(
    people={"ana": {"name": "Ana K", "github": "ana-k", "jira": "ana-1"}},
    rules=[build.rule("outage", {"labels": {"has": "outage"}}, set={"priority": "P1"})],
    escalation={"p1": {"for": ["P1"], "until": {"open": False}, "tiers": [{"after": "0m", "notify": ["ana"]}]}},
)


def told(release: Told, known: dict[Subject, Last] | None = None, **at: Any) -> News:
    state = release.state(**at)
    return news(PHASES, {"Shop 5.2": state}, known or {}, Names.over([state]))


def test_decision_names_its_values_its_rule_and_whom_it_calls() -> None:
    ticket = build.ticket("SHOP-1", created="71h", labels=frozenset({"outage"}))
    of_release, of_ticket = told(Told((ticket,), policy=OUTAGE)).entries
    assert (of_ticket.release, of_ticket.ticket, of_ticket.rules) == ("Shop 5.2", "shop-jira:SHOP-1", ("outage",))
    assert of_ticket.people == ("ana", "ana k", "ana-1", "ana-k")
    assert of_ticket.body["values"]["priority"] == {"value": "P1", "source": "rule outage"}
    assert "before" not in of_ticket.body
    assert of_ticket.body["after"].startswith("P1, ")
    assert of_ticket.body["labels"][0]["label"] == "hypercare:P1"
    assert of_ticket.body["escalations"][0]["steps"][0]["notify"] == ["ana"]
    assert of_ticket.body["clocks"][0]["name"] == "acknowledge"
    assert (of_release.release, of_release.ticket) == ("Shop 5.2", None)
    assert (of_release.body["after"], of_release.body["why"]) == (
        "hypercare, red",
        ["1 open P1", *of_release.body["why"][1:]],
    )


@given(st.lists(any_tickets(), max_size=6))
def test_what_is_still_so_is_told_once(tickets: list[Ticket]) -> None:
    release = Told(tuple({ticket.ref: ticket for ticket in tickets}.values()))
    first = told(release)
    assert len(first.entries) == len(release.state().assessment.tickets) + 1
    again = told(release, dict(first.told))
    assert (again.entries, again.told, again.gone) == ((), {}, frozenset())


def test_time_alone_is_no_news_and_what_it_brings_is() -> None:
    release = Told((build.ticket("SHOP-1", created="71h"),))
    known, heard = dict(told(release).told), []
    for hours in range(1, 24 * 14):
        found = told(release, known, now=NOW + timedelta(hours=hours))
        known |= found.told
        heard += [entry.body["after"] for entry in found.entries if entry.ticket]
    assert heard == [
        "P3, at-risk",
        "P3, breached",
        "P3, breached, at-risk",
        "P3, breached",
    ]  # one clock, then the other


def test_ticket_that_left_is_told_once_and_one_that_cannot_be_read_is_not_gone() -> None:
    both = Told((build.ticket("SHOP-1"), build.ticket("SHOP-2")))
    known = dict(told(both).told)
    left = told(Told((build.ticket("SHOP-1"),)), known)
    assert [(entry.ticket, entry.body["after"]) for entry in left.entries] == [
        ("shop-jira:SHOP-2", "no longer the release's")
    ]
    assert left.gone == {Subject("Shop 5.2", "shop-jira:SHOP-2")}
    unread = told(Told((build.ticket("SHOP-1"),), stale=frozenset({"shop-jira"})), known)
    assert unread.gone == frozenset()
    assert not [entry for entry in unread.entries if entry.ticket]


def test_release_is_told_of_its_phases_and_its_health() -> None:
    planned = news({"Shop 5.3": Phase.planned}, {}, {}, Names())
    assert [entry.body["after"] for entry in planned.entries] == ["planned"]
    green = told(Told(()), {Subject("Shop 5.2"): planned.told[Subject("Shop 5.3")]})
    assert [(entry.body["before"], entry.body["after"]) for entry in green.entries] == [("planned", "hypercare, green")]
