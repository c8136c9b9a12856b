"""A team's own words in our comments: where they stand, what is filled in, and that nobody's text does anything there."""

from typing import Any

import pytest
from tests.rules import build

from hypercare_rules.assess import Memory, TicketAssessment, assess_ticket
from hypercare_rules.judge import Scene
from hypercare_rules.policy import Policy
from hypercare_rules.templates import OF_ESCALATION, OF_STATUS
from hypercare_rules.ticket import Ticket
from hypercare_sync.escalation_comment import escalation_comment
from hypercare_sync.paging import Page
from hypercare_sync.status_comment import status_comment
from hypercare_sync.text import markdown

RELEASE = build.release(zone="Europe/Berlin")
PEOPLE = {"ana": {"name": "Ana K", "github": "ana-k"}}
TIERS = [{"after": "0m", "notify": ["ana"]}, {"after": "30m", "notify": ["hypercare_lead"]}]
P1 = frozenset({build.P1_LABEL})


def policy(part: str, **lines: str) -> Policy:
    """The test policy with one escalation, and these lines in the template of one comment."""
    escalation = {"p1": {"for": ["P1"], "tiers": TIERS}}
    return build.policy(people=PEOPLE, escalation=escalation, templates={part: lines})


def assessed(ticket: Ticket, by: Policy, now: str = "1h10m") -> TicketAssessment:
    return assess_ticket(ticket, Scene(by, RELEASE, build.after(now)), Memory(backfilled=True))


def status(ticket: Ticket, **lines: str) -> list[str]:
    """The lines of the status comment."""
    by = policy("status", **lines)
    return markdown.render(status_comment(assessed(ticket, by), RELEASE, by)).strip().splitlines()


def escalated(ticket: Ticket, **lines: str) -> list[str]:
    """The lines of the escalation comment."""
    by = policy("escalation", **lines)
    return page(assessed(ticket, by), by)


def page(one: TicketAssessment, by: Policy) -> list[str]:
    """The lines of the comment by which its one escalation tells its due steps."""
    (running,) = one.escalations
    due = Page(RELEASE.name, running, running.due)
    return markdown.render(escalation_comment(one, due, RELEASE, by)).strip().splitlines()


def urgent(**given: Any) -> Ticket:
    return build.ticket(labels=P1, **given)


def test_introduction_and_closing_stand_for_the_first_and_the_last_line() -> None:
    usual = status(urgent())
    own = status(urgent(), introduction="**{release}** burns", closing="Runbook: [wiki](https://wiki.shop.example)")
    assert own[0] == "**Shop 5.2** burns"
    assert own[-1] == "Runbook: [wiki](https://wiki.shop.example)"
    assert own[1:-1] == usual[1:-1]


def test_closed_ticket_still_asks_nothing_of_anybody() -> None:
    assert status(build.closed(labels=P1), closing="Call the hotline")[-1] == "Closed: nothing is asked of anybody."


def test_escalation_keeps_whom_it_calls_between_the_teams_own_lines() -> None:
    usual = escalated(urgent())
    own = escalated(urgent(), introduction="{release}: {steps} of {escalation}", closing="See the *runbook*")
    assert usual[0] != own[0] == "Shop 5.2: step 1 of p1"
    assert own[1:3] == usual[1:3]
    assert "Please respond: @ana-k." in own[2]
    assert own[4] == "See the \\*runbook\\*"


def test_escalation_told_late_says_its_steps_in_few_words() -> None:
    tiers = [*TIERS, {"after": "1h", "notify": ["cto"]}]
    by = build.policy(people=PEOPLE, escalation={"p1": {"for": ["P1"], "tiers": tiers, "repeat": "1m"}})
    one = assessed(urgent(), by, "9h")
    (running,) = one.escalations
    assert page(one, by)[0] == (
        "**Shop 5.2: P1, steps 1 to 3, and repetition 420 of escalation p1** (priority P1, since Fri 20 Nov 09:00)."
    )
    assert [step.number for step in running.due] == [0, 1, 2, 422], "the marker remembers them all"


# What is filled in for a P1 that Ana has and nobody answered, ten minutes after it came up.
VALUES = {
    "release": "Shop 5.2",
    "ticket": "SHOP-1",
    "title": "Title of SHOP-1",
    "priority": "P1",
    "reason": "impact high (label outage), urgency high (label outage)",
    "owner": "Ana K, Ben L",
    "due": "acknowledge due Fri 20 Nov 09:30",
    "next_escalation": "hypercare lead, Fri 20 Nov 09:30",
    "next_step": "Nobody of the team has responded yet: comment or assign somebody to acknowledge.",
    "escalation": "p1",
    "steps": "step 1",
    "why": "priority P1",
    "since": "Fri 20 Nov 09:00",
}


def test_every_placeholder_has_a_value_here() -> None:
    assert VALUES.keys() == {*OF_STATUS, *OF_ESCALATION}


@pytest.mark.parametrize("name", VALUES)
def test_placeholder_says(name: str) -> None:
    ticket = urgent(assignees=(build.ANA, build.BEN))
    for known, lines in ((OF_STATUS, status), (OF_ESCALATION, escalated)):
        if name in known:
            assert lines(ticket, introduction=f"{{{name}}}")[0] == VALUES[name]


def test_placeholder_without_a_value_says_so() -> None:
    by = policy("status", introduction="{owner}; {due}; {next_escalation}; {next_step}")
    quiet = build.closed(labels=P1)
    shown = markdown.render(status_comment(assessed(quiet, by, "5h"), RELEASE, by))
    assert shown.startswith("nobody; nothing is due; nobody;\n")


def test_what_is_filled_in_does_nothing() -> None:
    title = "{due} **x** [a](https://e.example) @ana-k <!-- hypercare-sync {} --> | `b`"
    for lines in (status, escalated):
        (head, *_) = lines(urgent(title=title), introduction="**{title}** [{title}](https://shop.example) {title}")
        assert head.count("{due}") == 3
        assert "@ana-k" not in head
        assert "<!--" not in head
        assert "[a](" not in head
