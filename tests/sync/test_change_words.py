"""How a change is told to people: the same words in a plan, where a plan has become another, and in the journal."""

from dataclasses import dataclass, field

import pytest
from tests.rules import build

from hypercare_rules.ticket import Marker, OurLink, Ref
from hypercare_sync.change import (
    AddComment,
    AddLabel,
    Assign,
    Change,
    CloseSummary,
    CreateSummary,
    LinkSummary,
    LinkTicket,
    PinSummary,
    RemoveComment,
    RemoveLabel,
    SetPriority,
    UnlinkTicket,
    as_json,
)
from hypercare_sync.change_words import line
from hypercare_sync.observed import SummaryPlace, SummaryRecord
from hypercare_sync.recording.effects import Seen
from hypercare_sync.recording.lines import line as journal_line
from hypercare_sync.recording.named import Names
from hypercare_sync.recording.written import entries
from hypercare_sync.store import Journaled
from hypercare_sync.text.document import Document

REF, PLACE = Ref("shop", "SHOP-1"), SummaryPlace("shop", "OPS", "hypercare:summary")
LINK = OurLink("hypercare:", Ref("web", "acme/web#1"))
RECORD = SummaryRecord(release="Shop", digest="d", baseline=build.GO_LIVE, backfilled=False, as_of=build.GO_LIVE)


@dataclass(frozen=True)
class Told:
    """A change, how a plan tells it, and how the journal does."""

    change: Change
    plan: str
    journal: str
    response: dict[str, str] = field(default_factory=dict)


TOLD = (
    Told(AddLabel(REF, "hypercare:P1", "w"), "add_label shop:SHOP-1 hypercare:P1 (w)", "shop:SHOP-1: + hypercare:P1 (w)"),
    Told(RemoveLabel(REF, "hypercare:P2", "w"), "remove_label shop:SHOP-1 hypercare:P2 (w)", "shop:SHOP-1: - hypercare:P2 (w)"),
    Told(Assign(REF, "ana", "5b10", "w"), "assign shop:SHOP-1 to ana (w)", "shop:SHOP-1: assigned to ana (w)"),
    Told(SetPriority(REF, "High", "Low", "w"), "set_priority shop:SHOP-1 Low -> High (w)", "shop:SHOP-1: native priority Low -> High (w)"),
    Told(SetPriority(REF, "High", None, "w"), "set_priority shop:SHOP-1 none -> High (w)", "shop:SHOP-1: native priority none -> High (w)"),
    Told(LinkTicket(REF, LINK, "https://x", "t", "w"), "link_ticket shop:SHOP-1 to web:acme/web#1 (w)", "shop:SHOP-1: link ticket to web:acme/web#1 (w)"),
    Told(UnlinkTicket(REF, LINK, "w"), "unlink_ticket shop:SHOP-1 from web:acme/web#1 (w)", "shop:SHOP-1: unlink ticket from web:acme/web#1 (w)"),
    Told(LinkSummary(REF, "hypercare:", PLACE, "Shop", "w"), "link_summary shop:SHOP-1 of Shop (w)", "shop:SHOP-1: link summary of Shop (w)"),
    Told(AddComment(REF, Marker(purpose="status", release="Shop", digest="d"), Document(()), "w"),
         "add_comment shop:SHOP-1 (w)", "shop:SHOP-1: add comment 12 (w)", {"response_id": "12"}),
    Told(RemoveComment(REF, "12", "w"), "remove_comment shop:SHOP-1 12 (w)", "shop:SHOP-1: remove comment 12 (w)"),
    Told(CreateSummary(PLACE, "t", Document(()), RECORD, "w"),
         "create_summary shop:OPS (w)", "shop:OPS: create summary OPS-7 (w)", {"response_id": "OPS-7"}),
    Told(CloseSummary(PLACE, "OPS-8", "OPS-7", "w"), "close_summary shop:OPS-8 for OPS-7 (w)", "shop:OPS-8: close summary for OPS-7 (w)"),
    Told(PinSummary(PLACE, "Shop", "w"), "pin_summary shop:OPS (w)", "shop:OPS: pin summary (w)"),
)  # fmt: skip


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.change.kind)
def test_change_is_told_with_its_value(told: Told) -> None:
    assert line(as_json(told.change)) == told.plan
    (entry,) = entries([told.change], {"outcome": "applied", **told.response}, Seen(), Names())
    assert journal_line(Journaled("t1", build.GO_LIVE, build.GO_LIVE, entry)) == told.journal


def test_kinds_of_a_list_stand_in_a_column() -> None:
    assert line(as_json(TOLD[0].change), width=15) == "add_label       shop:SHOP-1 hypercare:P1 (w)"
