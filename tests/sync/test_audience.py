"""No text goes from a narrower audience to a wider one, in anything that we write: one world with a secret, every kind of change."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.rules import build
from tests.rules.rich import RICH
from tests.sync.flow import Team, a_team
from tests.sync.states import PLACE

from hypercare_rules.assess import Memory, World, assess
from hypercare_rules.policy import Policy
from hypercare_rules.ticket import Audience, Comment, Link, Marker, OurLink, Person, Ref, Relation, Standing, Ticket
from hypercare_sync.change import (
    AddComment,
    Change,
    CloseSummary,
    CreateSummary,
    EditComment,
    EditSummary,
    LinkTicket,
    PinSummary,
    as_json,
)
from hypercare_sync.observed import FoundSummary, SummaryRecord, SummaryState
from hypercare_sync.plan import plan
from hypercare_sync.release_state import ReleaseState
from hypercare_sync.text import adf, markdown, wiki

NOW = build.after("50h")
SECRETS = (
    "QPLACEQ", "QTITLEQ", "QDESCRIPTIONQ", "QLABELQ", "QPERSONQ", "QLOGINQ", "QCOMPONENTQ", "QFIELDQ", "QVALUEQ", "QURLQ",
    "QERRORQ", "QNOTEQ", "QSAIDQ", "QSTATUSQ", "QTYPEQ", "QNATIVEQ", "QVERSIONQ",
)  # fmt: skip
NOBODY = Person(id="QLOGINQ", name="QPERSONQ", standing=Standing.team)

_PLACEHOLDERS = "{release} {ticket} {title} {priority} {reason} {owner} {due} {next_escalation}"
_WRITTEN = RICH.model_dump(by_alias=True, exclude_unset=True)
POLICY = Policy.model_validate(
    _WRITTEN
    | {
        "calendars": _WRITTEN["calendars"] | {"always": {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}},
        "roster": {"shifts": [{"who": ["ana", "ben"], "calendar": "always"}]},
        "templates": {
            "status": {"introduction": _PLACEHOLDERS, "closing": f"{_PLACEHOLDERS} {{next_step}}"},
            "escalation": {
                "introduction": f"{_PLACEHOLDERS} {{escalation}} {{steps}} {{why}} {{since}}",
                "closing": _PLACEHOLDERS,
            },
        },
        "assign": {"priorities": ["P1", "P2", "P3", "P4"]},
        "native_priority": {"P1": "Highest", "P2": "High", "P3": "Medium", "P4": "Low"},
        "comments": {
            "priorities": ["P1", "P2", "P3", "P4"],
            "conditions": ["at-risk", "breached", "stale", "escalated", "overridden"],
        },
    }
)


def public(key: str, **given: Any) -> Ticket:
    ticket = build.ticket(f"acme/web#{key}", tracker="web-github", **given)
    return ticket.model_copy(update={"audience": Audience.public})


def secret(number: int, **given: Any) -> Ticket:
    """A ticket of the private place, every text of which is a secret, that says it is the problem of the public ones."""
    moment = build.after("45h")
    said = Comment(id="1", author=NOBODY, created=moment, updated=moment, text="QSAIDQ: same problem as acme/web#1")
    ticket = build.ticket(
        f"QPLACEQ-{number}",
        tracker="hidden-jira",
        **{
            "title": "QTITLEQ payment by card fails at the checkout",
            "description": "QDESCRIPTIONQ, tracked in https://github.com/acme/web/issues/2",
            "labels": {"QLABELQ", "web", build.P1_LABEL},
            "reporter": NOBODY,
            "assignees": (NOBODY,),
            "components": ("QCOMPONENTQ",),
            "fields": {"QFIELDQ": ("QVALUEQ",), "Customers": ("QVALUEQ", "QPERSONQ"), "Customer Tier": ("QVALUEQ",)},
            "comments": (said,),
            "issue_type": "QTYPEQ",
            "native_priority": "QNATIVEQ",
            "links": (Link(relation=Relation.same, url="https://github.com/acme/web/issues/3"),),
            "status": build.OPEN.model_copy(update={"name": "QSTATUSQ"}),
            "unreadable": ("QNOTEQ",),
            **given,
        },
    )
    return ticket.model_copy(update={"url": f"https://QURLQ.example/QPLACEQ-{number}"})


def marked(number: str, marker: Marker) -> Comment:
    moment = build.after("2h")
    return Comment(id=number, author=build.US, created=moment, updated=moment, text="...", marker=marker)


STATUS = Marker(purpose="status", release="Shop 5.2", digest="old")
PUBLIC = (
    public("1", labels={build.P1_LABEL}, title="Payment by card fails at the checkout"),
    public("2", labels={build.P2_LABEL, "hypercare:P4"}, comments=(marked("7", STATUS), marked("8", STATUS))),
    public("3", labels={"hypercare-override:P2"}, created="49h"),
    public("4", affects=()),
    public("5"),
)
PUBLIC_JIRA = build.ticket(
    "OPEN-1",
    tracker="open-jira",
    labels={build.P1_LABEL},
    description="same problem as acme/web#1",
    linked={OurLink("hypercare:", Ref("web-github", "acme/web#404"))},
).model_copy(update={"audience": Audience.public})
HIDDEN = (
    secret(1),
    secret(2, created="40h", labels={"hypercare-override:P2"}),
    secret(3, affects=(), created="49h"),
    secret(4, affects=("QVERSIONQ",)),
    secret(5, affects=(), planned_for=(build.VERSION,), created="-2d"),
    secret(
        6,
        status=build.DONE.model_copy(update={"name": "QSTATUSQ"}),
        resolved="2h",
        description="acme/web#5",
        comments=(),
        links=(),
    ),
)


def state(*, summary: FoundSummary, problem: str | None, hidden: Audience = Audience.internal) -> ReleaseState:
    """The release as it is planned from: a public repository, a public project, and a place that only `hidden` may read."""
    open_source = build.source(*PUBLIC, label="web-github acme/web", audience=Audience.public)
    open_jira = build.source(PUBLIC_JIRA, label="open-jira OPEN", audience=Audience.public)
    closed_source = build.source(
        *(ticket.model_copy(update={"audience": hidden}) for ticket in HIDDEN),
        label="hidden-jira QPLACEQ",
        problem=problem,
        audience=hidden,
    )
    noted = closed_source.state.model_copy(update={"notes": ("QPLACEQ has no milestone 'QNOTEQ' yet",)})
    memory = Memory(baseline=build.GO_LIVE, backfilled=True)
    world = World(
        release=build.release(),
        sources=(open_source, open_jira, closed_source.model_copy(update={"state": noted})),
        memory=memory,
    )
    return ReleaseState(assess(world, POLICY, NOW), POLICY, memory, PLACE, summary, frozenset())


def standing(key: str) -> SummaryState:
    record = SummaryRecord(
        release="Shop 5.2", digest="old", baseline=build.GO_LIVE, backfilled=True, as_of=build.after("1h")
    )
    return SummaryState(key, f"https://github.example/{key}", open=True, record=record)


NONE_YET = FoundSummary(Audience.public)
TWICE = FoundSummary(Audience.public, standing("acme/ops#1"), (standing("acme/ops#2"),))


def to_the_public(changes: tuple[Change, ...]) -> list[Change]:
    """The changes of the summary and of public tickets."""
    refs = {ticket.ref for ticket in (*PUBLIC, PUBLIC_JIRA)}
    summaries = CreateSummary | EditSummary | CloseSummary | PinSummary
    return [change for change in changes if isinstance(change, summaries) or change.ticket in refs]


def texts(change: Change) -> Iterator[str]:
    """Everything that a change says, in every form in which it may be written."""
    yield json.dumps(as_json(change))
    yield repr(change)
    if isinstance(change, AddComment | EditComment | CreateSummary | EditSummary):
        yield markdown.render(change.document)
        yield json.dumps(adf.render(change.document))
        yield wiki.render(change.document)


@pytest.mark.parametrize("hidden", [Audience.internal, Audience.restricted])
@pytest.mark.parametrize("problem", [None, "502 from https://QURLQ.example: QERRORQ"], ids=["read", "failed"])
@pytest.mark.parametrize("found", [NONE_YET, TWICE], ids=["first", "later"])
def test_no_word_of_a_narrower_audience_is_in_anything_that_the_public_gets(
    found: FoundSummary, problem: str | None, hidden: Audience
) -> None:
    changes = to_the_public(plan([state(summary=found, problem=problem, hidden=hidden)]).changes)
    leaked = {(change.kind, word) for change in changes for text in texts(change) for word in SECRETS if word in text}
    assert leaked == set()


def test_that_world_makes_every_kind_of_change_for_the_public_and_its_secrets_reach_those_who_may_read_them() -> None:
    first, later = (plan([state(summary=found, problem="QERRORQ")]).changes for found in (NONE_YET, TWICE))
    assert {change.kind for change in (*to_the_public(first), *to_the_public(later))} == {
        "add_label", "remove_label", "add_comment", "edit_comment", "remove_comment", "create_summary", "edit_summary", "close_summary",
        "assign", "set_priority", "pin_summary", "link_ticket", "link_summary", "unlink_ticket",
    }  # fmt: skip
    links = [change for change in later if isinstance(change, LinkTicket)]
    linked = {change.link.to.key for change in links if change.ticket.key == "OPEN-1"}
    assert linked == {"acme/web#1", "acme/web#2", "acme/web#3"}
    assert {"acme/web#1", "OPEN-1"} <= {change.link.to.key for change in links if change.ticket.key == "QPLACEQ-1"}
    inside = plan([state(summary=replace(TWICE, audience=Audience.internal), problem=None)]).changes
    (summary,) = (change for change in inside if isinstance(change, EditSummary))
    text = markdown.render(summary.document)
    assert all(word in text for word in ("QPLACEQ", "QTITLEQ", "QPERSONQ", "QURLQ", "QNOTEQ"))


def test_tickets_of_both_places_are_incidents_there_and_differ() -> None:
    assessment = state(summary=NONE_YET, problem=None).assessment
    named = {ref.key: incident for incident in assessment.incidents for ref in incident.tickets}
    assert named["acme/web#1"] == named["QPLACEQ-1"]
    assert named["acme/web#5"] == named["QPLACEQ-6"]
    assert "closed in hidden-jira" in (named["acme/web#5"].disagreement or "")
    public_one = next(one for one in assessment.tickets if one.ticket.ref.key == "acme/web#1")
    assert "crowd" in public_one.judgement.matched  # by customers whom only the private ticket names


def test_what_readers_may_not_hear_of_is_counted() -> None:
    (summary,) = (
        change for change in plan([state(summary=TWICE, problem="QERRORQ")]).changes if isinstance(change, EditSummary)
    )
    text = markdown.render(summary.document)
    assert "1 source that is not named here is not up to date" in text
    unnamed = "**Stale** since Fri 20 Nov 07:00; counts are lower bounds; 1 note not shown here"
    assert f"| 1 source not named here | 3 | {unnamed} |" in text
    assert "| web-github acme/web | 4 | up to date |" in text
    assert "At least 8 tickets" in text


# Over the wire.
@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path) as made:
        yield made


def test_a_repository_that_became_private_is_counted_from_then_on_in_a_public_summary(team: Team) -> None:
    for length in ("0m", "20m"):  # at the second one our own writes were read again
        team.tick(length)
        team.wait("20m")
    before = team.summary()
    assert "Checkout is down" in before
    assert "| web-github acme/web | 3 | up to date |" in before
    assert "SHOP" not in before  # Jira is for those inside
    team.sandbox.github.repositories["acme/web"].private = True
    team.tick("40m")
    after = team.summary()
    assert "acme/web" not in after
    assert "Checkout is down" not in after
    assert "| 2 sources not named here | 6 | up to date |" in after
    team.sandbox.github.repositories["acme/ops"].private = True
    team.tick("50m")
    inside = team.summary()
    assert all(text in inside for text in ("| shop-jira SHOP | 3 |", "| web-github acme/web | 3 |", "Payments fail"))
