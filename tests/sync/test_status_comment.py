"""What the comment on a ticket says, and that it says the same until something that matters changes."""

from datetime import datetime
from typing import Any

import pytest
from tests.rules import build

from hypercare_rules.assess import Memory, assess_ticket
from hypercare_rules.ticket import Ticket
from hypercare_sync.status_comment import status_comment
from hypercare_sync.text import markdown
from hypercare_sync.text.document import Document

RELEASE = build.release(zone="Europe/Berlin")
POLICY = build.policy()


def said(ticket: Ticket, now: datetime) -> Document:
    return status_comment(assess_ticket(ticket, POLICY, RELEASE, Memory(), now), RELEASE, POLICY)


def text(ticket: Ticket, now: str) -> str:
    return markdown.render(said(ticket, build.after(now)))


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
