"""A release with something under every heading of its summary, told in `build`'s words."""

from typing import Any

from tests.rules import build

from hypercare_rules.assess import Assessment, Memory, SourceView, World, assess
from hypercare_rules.policy import Policy
from hypercare_rules.release import SourceState
from hypercare_rules.ticket import Audience, Ticket
from hypercare_sync.summary import SummaryView, summary_view

NOW = build.after("98h")
"""Tuesday at ten in Berlin, an hour after Tuesday's review."""

_WRITTEN: dict[str, Any] = {
    "calendars": {"office": build.OFFICE},
    "people": {
        "ana": {"name": "Ana K", "github": "ana", "jira": "ana"},
        "ben": {"name": "Ben L", "github": "ben", "jira": "ben"},
        "kim": {"name": "Kim S", "github": "kim", "jira": "kim"},
    },
    "roles": {"hypercare_lead": ["kim"]},
    "roster": {
        "shifts": [
            {"who": ["ana", "ben"], "calendar": "office", "since": "2026-11-20T07:00:00Z", "rotate": "1d"},
        ]
    },
    "escalation": {"p1": {"for": ["P1"], "tiers": [{"after": "30m", "notify": ["on_call"]}], "repeat": "3h"}},
    "reviews": [{"id": "daily-look", "schedule": "0 9 * * *", "who": ["on_call", "hypercare_lead"]}],
    "customer": {"default": True},
    "exit": [
        {"id": "no-open-p1", "none_open": {"priority": "P1"}, "for": "3d"},
        {"id": "calmer", "arrival": "falling", "over": "2d"},
        {"id": "in-time", "targets_met": 0.95, "over": "7d"},
    ],
    "links": [{"text": "How we decide", "url": "https://wiki.example/hypercare", "audience": "public"}],
    "runbooks": [{"text": "Payments are down", "url": "https://wiki.example/payments", "for": ["payments"]}],
}
_BASE = build.policy()
POLICY = Policy.model_validate(_BASE.model_dump(by_alias=True, exclude_unset=True) | _WRITTEN)

_OVERRIDE = "hypercare-override:P2"


def github(number: int, **given: Any) -> Ticket:
    """A ticket of the public repository."""
    ticket = build.ticket(f"acme/web#{number}", tracker="web-github", **given)
    return ticket.model_copy(update={"audience": Audience.public})


TICKETS = (
    build.ticket("SHOP-1", title="Payments fail | for [all] <cards>", created="97h10m", labels={build.P1_LABEL}, components=("Payments",),
                 comments=(build.told("97h41m", "p1", "97h10m", "30m"),)),
    github(7, title="Checkout broken", created="97h30m", description="Same as SHOP-1", votes=3, reactions=4),
    build.ticket("SHOP-2", title="Export of orders hangs", created="20h", labels={_OVERRIDE}, assignees=(build.BEN,),
                 history=(build.labelled("21h", _OVERRIDE),), comments=(build.comment("20h30m", build.BEN),)),
    build.ticket("SHOP-3", title="Invoice shows the wrong date", created="90h", comments=(build.comment("91h"),)),
    github(8, title="Invoice shows a wrong date", created="95h", comments=(build.comment("96h", build.BEN),)),
    build.closed("SHOP-4", title="Login loops", created="2h", resolved="9h", labels={build.P1_LABEL}, assignees=(build.ANA,),
                 comments=(build.comment("2h20m"),), history=build.moves(("9h", build.DONE))),
    build.closed("SHOP-5", title="Price is rounded", created="30h", resolved="97h20m", comments=(build.comment("33h"),),
                 history=build.moves(("97h20m", build.DONE))),
    build.ticket("SHOP-6", title="Mails arrive twice", created="40h", status=build.WORKING, assignees=(build.ANA,),
                 comments=(build.comment("41h"), build.comment("50h", build.CUSTOMER)),
                 history=build.moves(("50h", build.DONE), ("97h40m", build.WORKING))),
    build.ticket("SHOP-7", title="How do I print a label?", created="96h30m", issue_type="Question"),
    github(9, title="Banner is cut off on phones", created="60h", affects=()),
    build.ticket("SHOP-8", title="Move to the new carrier", affects=(), planned_for=(build.VERSION,), created="-2d"),
)  # fmt: skip


def assessment(*more: Ticket, policy: Policy = POLICY, problem: str | None = None, now: Any = NOW) -> Assessment:
    """The release as it is assessed, with more tickets in its Jira."""
    jira = tuple(ticket for ticket in (*TICKETS, *more) if ticket.ref.tracker == "shop-jira")
    web = tuple(ticket for ticket in TICKETS if ticket.ref.tracker == "web-github")
    sources = (
        build.source(*jira, label="shop-jira SHOP", problem=problem),
        _web(build.source(*web, label="web-github acme/web", audience=Audience.public)),
    )
    release = build.release(zone="Europe/Berlin")
    memory = Memory(baseline=build.GO_LIVE, backfilled=True)
    return assess(World(release=release, sources=sources, memory=memory), policy, now)


def _web(source: SourceView) -> SourceView:
    state: SourceState = source.state.model_copy(update={"tracker": "web-github"})
    return source.model_copy(update={"state": state})


def view(*more: Ticket, audience: Audience = Audience.internal, policy: Policy = POLICY, **given: Any) -> SummaryView:
    """Its summary on GitHub for readers of an audience."""
    return summary_view(assessment(*more, policy=policy, **given), policy, audience, "web-github")
