"""Changes as values and as JSON for people and scripts to review."""

import json
from typing import Any, get_args

import pytest
from tests.rules import build

from hypercare_rules.label_style import LabelStyle
from hypercare_rules.ticket import Marker, OurLink, Ref
from hypercare_sync.change import (
    AddComment,
    AddLabel,
    Assign,
    Change,
    CloseSummary,
    CreateSummary,
    EditComment,
    EditSummary,
    LinkSummary,
    LinkTicket,
    PinSummary,
    RemoveComment,
    RemoveLabel,
    SetPriority,
    UnlinkTicket,
    as_json,
    tracker_of,
)
from hypercare_sync.observed import SummaryPlace, SummaryRecord
from hypercare_sync.text.document import Document, Paragraph, spans

TICKET = Ref("shop-jira", "SHOP-1")
PLACE = SummaryPlace("web-github", "acme/ops", "hypercare:summary")
LINK = OurLink("hypercare:", Ref("web-github", "acme/web#12"))
MARKER = Marker(purpose="status", release="Shop 5.2", digest="d1")
DOCUMENT = Document((Paragraph(spans("Call @ana")),))
RECORD = SummaryRecord(
    release="Shop 5.2", digest="d2", baseline=build.GO_LIVE, backfilled=False, as_of=build.after("1h")
)
TEXT = "Call @\u2060ana\n"

CASES: list[tuple[Change, str, dict[str, Any]]] = [
    (
        AddLabel(TICKET, "hypercare:P1", "w", LabelStyle(text="Act now", colour="red")),
        "shop-jira:SHOP-1",
        {"label": "hypercare:P1", "style": {"text": "Act now", "colour": "red"}},
    ),
    (RemoveLabel(TICKET, "hypercare:P1", "w"), "shop-jira:SHOP-1", {"label": "hypercare:P1"}),
    (
        AddComment(TICKET, MARKER, DOCUMENT, "w"),
        "shop-jira:SHOP-1",
        {"release": "Shop 5.2", "digest": "d1", "body": TEXT},
    ),
    (
        EditComment(TICKET, "7", MARKER, DOCUMENT, "w"),
        "shop-jira:SHOP-1",
        {"comment": "7", "release": "Shop 5.2", "digest": "d1", "body": TEXT},
    ),
    (RemoveComment(TICKET, "7", "w"), "shop-jira:SHOP-1", {"comment": "7"}),
    (
        CreateSummary(PLACE, "Title", DOCUMENT, RECORD, "w"),
        "web-github:acme/ops",
        {"release": "Shop 5.2", "digest": "d2", "title": "Title", "body": TEXT},
    ),
    (
        EditSummary(PLACE, "acme/ops#1", "Title", DOCUMENT, RECORD, "w"),
        "web-github:acme/ops#1",
        {"release": "Shop 5.2", "digest": "d2", "title": "Title", "body": TEXT},
    ),
    (CloseSummary(PLACE, "acme/ops#2", "acme/ops#1", "w"), "web-github:acme/ops#2", {"first": "acme/ops#1"}),
    (Assign(TICKET, "ana", "5b10", "w"), "shop-jira:SHOP-1", {"assignee": "5b10", "who": "ana"}),
    (SetPriority(TICKET, "High", "Low", "w"), "shop-jira:SHOP-1", {"native_priority": "High", "before": "Low"}),
    (PinSummary(PLACE, "Shop 5.2", "w"), "web-github:acme/ops", {"release": "Shop 5.2"}),
    (
        LinkTicket(TICKET, LINK, "https://github.com/acme/web/issues/12", "Cart is empty", "w"),
        "shop-jira:SHOP-1",
        {"to": "web-github:acme/web#12", "url": "https://github.com/acme/web/issues/12", "title": "Cart is empty"},
    ),
    (LinkSummary(TICKET, "hypercare:", PLACE, "Shop 5.2", "w"), "shop-jira:SHOP-1", {"release": "Shop 5.2"}),
    (UnlinkTicket(TICKET, LINK, "w"), "shop-jira:SHOP-1", {"to": "web-github:acme/web#12"}),
]


def test_every_kind_of_change_is_shown() -> None:
    assert {type(change) for change, _, _ in CASES} == set(get_args(Change))


@pytest.mark.parametrize(("change", "ticket", "more"), CASES, ids=lambda value: getattr(value, "kind", ""))
def test_change_as_json(change: Change, ticket: str, more: dict[str, Any]) -> None:
    row = as_json(change)
    assert row == {"kind": change.kind, "ticket": ticket, **more, "why": "w"}
    assert json.loads(json.dumps(row)) == row


@pytest.mark.parametrize(
    ("change", "ticket"), [case[:2] for case in CASES], ids=lambda value: getattr(value, "kind", "")
)
def test_change_goes_to_the_tracker_of_its_ticket_or_place(change: Change, ticket: str) -> None:
    assert tracker_of(change) == ticket.partition(":")[0]
