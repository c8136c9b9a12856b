"""Releases to report of: the worked example of docs/metrics.md, a lively one, and a view of any."""

from typing import Any

from tests.rules.build import (
    ANA,
    BEN,
    BOT,
    CUSTOMER,
    DONE,
    P1_LABEL,
    WAITING,
    WORKING,
    after,
    assigned,
    closed,
    comment,
    duplicate_of,
    labelled,
    moves,
    policy,
    source,
    ticket,
    told,
    world,
)

from hypercare_rules.assess import assess
from hypercare_rules.exit_criteria import NoneOpen
from hypercare_rules.mapping import DeclaredField
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Audience, Ticket
from hypercare_sync.record import RecordView, record_view

WORKED_EXAMPLE = (
    closed("SHOP-1", comments=(comment("2h"),), history=moves(("3h", DONE)), resolved="3h"),
    closed("SHOP-2", comments=(comment("4h"),), history=moves(("11h", DONE)), resolved="11h"),
    ticket("SHOP-3", comments=(comment("3h"),)),
)
"""Came up at 08:00, answered at 09:00, 11:00 and 10:00; two of them done at 10:00 and 18:00."""

BY = policy(
    fields={"root_cause": DeclaredField(field="Root cause"), "workaround": DeclaredField(field="Workaround")},
    exit=(NoneOpen.model_validate({"id": "no-open-p1", "none_open": {"priority": "P1"}, "for": "24h"}),),
)

LIVELY = (
    closed(
        "SHOP-1",
        title="Checkout is down",
        labels={P1_LABEL},
        components=("Cart", "Payments"),
        comments=(comment("2h"), told("3h", "p1", "1h", "0m"), comment("4h", CUSTOMER, "We lose money!")),
        history=(
            labelled("90m", P1_LABEL),
            assigned("2h", BEN),
            *moves(("3h", WAITING), ("5h", WORKING), ("9h", DONE), ("10h", WORKING), ("12h", DONE)),
        ),
        resolved="12h",
        resolution="Fixed",
        assignees=(BEN,),
        fields={"Root cause": ("configuration",), "Workaround": ("Pay by invoice",)},
        votes=4,
    ),
    ticket("acme/web#7", tracker="web-github", title="Cart is empty", created="2h", components=("Cart",), reporter=ANA),
    ticket("SHOP-3", title="As SHOP-1", created="3h", links=duplicate_of("SHOP-1"), reporter=BOT),
    ticket("SHOP-4", title="How do I pay?", issue_type="Question", history=(labelled("5h", "hypercare-override:P2", BEN),),
           labels={"hypercare-override:P2"}),
)  # fmt: skip


def view(*tickets: Ticket, now: str = "25h", by: Policy = BY, audience: Audience = Audience.internal) -> RecordView:
    """The record of a release with these tickets, for readers of an audience."""
    return record_view(assess(world(source(*tickets)), by, after(now)), by, audience)


def secret(key: str = "SHOP-9", **given: Any) -> Ticket:
    """A ticket that only a few may see."""
    told_of = {"title": "Secret leak", "labels": {P1_LABEL}, "components": ("Vault",), **given}
    return ticket(key, **told_of).model_copy(update={"audience": Audience.restricted})
