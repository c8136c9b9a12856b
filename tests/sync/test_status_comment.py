"""What the comment on a ticket says, and that it says the same until something that matters changes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.rules import build

from hypercare_rules.assess import Memory, assess_ticket
from hypercare_rules.escalation_policy import EscalationPolicy
from hypercare_rules.judge import Scene
from hypercare_rules.people import Member
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Ticket
from hypercare_rules.values import Priority
from hypercare_sync.status_comment import status_comment
from hypercare_sync.text import markdown
from hypercare_sync.text.document import Document

RELEASE = build.release(zone="Europe/Berlin")
POLICY = build.policy()


def said(ticket: Ticket, now: datetime, by: Policy = POLICY) -> Document:
    return status_comment(assess_ticket(ticket, Scene(by, RELEASE, now), Memory(backfilled=True)), RELEASE, by)


def text(ticket: Ticket, now: str, by: Policy = POLICY) -> str:
    return markdown.render(said(ticket, build.after(now), by))


def test_priority_stands_with_its_reason_and_both_clocks() -> None:
    shown = text(build.ticket(labels=frozenset({build.P2_LABEL})), "1h10m")
    assert "Hypercare **Shop 5.2**: priority **P2** from impact medium (default), urgency high (label urgent)." in shown
    assert "| Acknowledge | 1h | due Fri 20 Nov 10:00 |" in shown
    assert "| Resolve | 8h | due Fri 20 Nov 17:00 |" in shown


@pytest.mark.parametrize(
    ("given", "now", "asked"),
    [
        ({}, "1h10m", "Nobody of the team has responded yet: comment or assign somebody to acknowledge. Priority wrong?"),
        ({"comments": (build.comment("2h"),)}, "2h10m", "Priority wrong? Set the label `hypercare-override:P1` to P4."),
        ({"comments": (build.comment("2h"),)}, "14h", "Say what holds it up, or resolve it. Priority wrong?"),
        ({"comments": (build.comment("2h"),)}, "20h", "Say what holds it up, or resolve it. Priority wrong?"),
    ],
    ids=["not acknowledged", "well", "at risk", "breached"],
)  # fmt: skip
def test_it_says_what_somebody_should_do(given: dict[str, Any], now: str, asked: str) -> None:
    last = text(build.ticket(**given), now).strip().splitlines()[-1]
    assert last.startswith(asked)


def test_conditions_stand_with_their_time_and_reason() -> None:
    shown = text(build.ticket(comments=(build.comment("2h"),)), "20h")
    assert "- **breached** since Sat 21 Nov 01:00: resolve: due" in shown


def test_closed_ticket_asks_nothing_of_anybody() -> None:
    shown = text(build.closed(resolved="2h"), "3h")
    assert "Closed: nothing is asked of anybody." in shown
    assert "override" not in shown


def test_it_stays_the_same_while_nothing_that_matters_changes() -> None:
    ticket = build.ticket(comments=(build.comment("2h"),))
    assert said(ticket, build.after("3h")) == said(ticket, build.after("12h59m"))
    assert said(ticket, build.after("12h59m")) != said(ticket, build.after("13h"))
    assert said(ticket, build.after("17h")) == said(ticket, build.after("40d"))


OVERRIDE = frozenset({"hypercare-override:P1"})
CALLING = build.policy(
    people={"ana": Member(name="Ana K", jira="ana")},
    roles={"lead": ("ana",)},
    escalation={
        "p1": EscalationPolicy.model_validate(
            {
                "for": ["P1"],
                "until": {"open": False},
                "tiers": [
                    {"after": "0m", "notify": ["on_call"]},
                    {"after": "30m", "notify": ["lead", "release_manager"]},
                ],
            }
        )
    },
)


def test_a_person_who_set_the_priority_is_told_how_to_take_it_back() -> None:
    shown = text(build.ticket(labels=OVERRIDE), "1h10m")
    assert "priority **P1**, set by hand with the label `hypercare-override:P1`." in shown
    assert "Take the label `hypercare-override:P1` off, and the policy decides again." in shown
    assert "Priority wrong?" not in shown


def test_the_rule_that_set_the_priority_is_named() -> None:
    by = build.policy(rules=(build.rule("big-customer", set={"priority": "P2"}),))
    assert "priority **P2** by the rule `big-customer`." in text(build.ticket(), "1h10m", by)


def test_a_rule_that_raised_a_level_stands_in_the_reason() -> None:
    by = build.policy(rules=(build.rule("many", raise_={"impact": 1}),))
    assert "from impact high (default, raised by rule many), urgency medium (default)." in text(
        build.ticket(), "2h", by
    )


def test_the_next_call_names_people_and_roles_as_everybody_knows_them() -> None:
    shown = text(build.ticket(labels=frozenset({build.P1_LABEL})), "1h10m", CALLING)
    assert "- Next call of escalation **p1**: Ana K, release manager, Fri 20 Nov 09:30" in shown


def test_people_who_wait_for_news_are_a_reason_to_write() -> None:
    by = build.policy(targets=build.targets(update=dict.fromkeys(Priority, timedelta(hours=2))))
    ticket = build.ticket(comments=(build.comment("2h"),))
    assert "| Next news | 2h | due Fri 20 Nov 12:00 |" in text(ticket, "3h", by)
    assert "People wait for news: say how it stands." in text(ticket, "4h30m", by)


def test_a_target_names_its_calendar() -> None:
    by = build.office(acknowledge="2h on office", resolve="8h on office")
    assert "| Acknowledge | 2h on office | due Fri 20 Nov 11:00 |" in text(build.ticket(), "2h", by)


def test_escalation_and_update_clock_change_nothing_from_tick_to_tick() -> None:
    ticket = build.ticket(labels=frozenset({build.P1_LABEL}), comments=(build.comment("1h5m"),))
    for now in ("1h10m", "2h", "30h"):
        moment = build.after(now)
        assert said(ticket, moment, CALLING) == said(ticket, moment + timedelta(minutes=10), CALLING)
