"""Writing to Jira in both flavours: quietly, within limits, for those who may read it, and in the flavour's own texts."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.contract.scenes.desk import FLAVOURS, TOKENS, Desk
from tests.contract.scenes.scene import document, marker, record, styled
from tests.sync.record import FrozenClock
from tests.sync.sandbox.jira_site import Site, row, serving

from hypercare_rules.ticket import OurLink, Ref
from hypercare_sync.errors import TrackerError
from hypercare_sync.sandbox.jira.limits import Limits
from hypercare_sync.sandbox.world import Flavour, Sandbox
from hypercare_sync.text.document import Document, Mention, Paragraph, Table, spans
from hypercare_sync.trackers.http import Invalid, NotGranted, Transport, Unwritable
from hypercare_sync.trackers.jira.comments import CommentReaders
from hypercare_sync.trackers.jira.texts import TEXT_LIMIT
from hypercare_sync.trackers.obstacle import Obstacle
from hypercare_sync.trackers.port import FieldEdit, Page

DEVELOPERS = CommentReaders(role="Developers")


@pytest.fixture(scope="module", params=FLAVOURS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, Sandbox]]:
    with serving(request.param, TOKENS) as both:
        yield both


@pytest.fixture
def desk(served: tuple[str, Sandbox], tmp_path: Path) -> Desk:
    base, sandbox = served
    desk = Desk(Site(base, sandbox.jira, tmp_path, version=2), sandbox)
    desk.forget()
    return desk


def test_labels_and_the_record_beside_them_are_one_write(desk: Desk) -> None:
    desk.site.load(row(desk.site.key(3), labels=["outage", "hypercare:P2"]))
    desk.writer().change_labels(desk.ref(3), styled("hypercare:P1"), ["hypercare:P2"], "SHOP-99")
    assert (desk.labels(3), desk.sent()) == (["hypercare:P1", "outage"], ["PUT"])
    kept = desk.site.issue(3, properties="hypercare-sync")["properties"]
    assert kept == {"hypercare-sync": {"v": 1, "summary": "SHOP-99"}}


def test_edit_that_may_not_be_quiet_is_made_aloud_and_asked_for_once_a_project(desk: Desk) -> None:
    writer = desk.writer("member")
    other = Desk(Site(desk.site.base, desk.site.world, desk.site.folder, version=2), desk.sandbox)
    desk.forget()
    for ref in (desk.ref(1), desk.ref(2), other.ref(1)):
        writer.change_labels(ref, styled("hypercare:P1"), [], None)
    assert (desk.labels(1), desk.labels(2), other.labels(1)) == (["hypercare:P1"],) * 3
    assert desk.sent() == ["PUT"] * 5
    writer.assign(desk.ref(1), desk.pat)
    assert desk.sent() == ["PUT"] * 6
    assert desk.site.issue(1)["fields"]["assignee"]["displayName"] == "Pat"


def test_edit_that_may_not_be_made_at_all_is_said_and_not_tried_aloud(desk: Desk) -> None:
    writer = desk.writer("reader")
    for _ in range(2):
        with pytest.raises(NotGranted, match="give it the permission Edit issues") as refused:
            writer.change_labels(desk.ref(1), styled("hypercare:P1"), [], None)
        assert refused.value.obstacle is Obstacle.no_edits
    assert desk.sent() == ["PUT"] * 2
    assert desk.labels(1) == []


def test_edit_that_is_found_fault_with_aloud_is_not_tried_quietly_again(desk: Desk) -> None:
    writer = desk.writer("member")
    for _ in range(2):
        with pytest.raises(Unwritable, match="does not have"):
            writer.set_priority(desk.ref(1), "Urgent", None)
    assert desk.sent() == ["PUT"] * 3


def test_permission_that_nobody_tells_is_taken_for_given(desk: Desk) -> None:
    writer = desk.writer("member")
    desk.fault("GET /rest/api/3/mypermissions" if desk.cloud else "GET /rest/api/2/mypermissions", "502", times=10**5)
    writer.change_labels(desk.ref(1), styled("hypercare:P1"), [], None)
    assert desk.labels(1) == ["hypercare:P1"]


def test_account_that_may_wish_for_quiet_and_is_refused_for_a_label_is_told_that(desk: Desk) -> None:
    with pytest.raises(Invalid, match="contains spaces") as refused:
        desk.writer().change_labels(desk.ref(1), styled("hypercare:P 1"), [], None)
    assert not isinstance(refused.value, Unwritable)


def test_account_that_may_not_link_is_told_so_and_that_it_is_no_matter_of_one_ticket(desk: Desk) -> None:
    link = OurLink("hypercare:", Ref("web", "acme/web#12"))
    writer = desk.writer("reader")
    for write in (
        lambda: writer.link(desk.ref(1), link, Page("https://x.example/12", "Cart", "same incident")),
        lambda: writer.unlink(desk.ref(1), link),
    ):
        with pytest.raises(Unwritable, match="cannot be linked") as told:
            write()
        assert told.value.obstacle is Obstacle.unlinkable


def test_link_shows_where_it_leads_and_what_that_is(desk: Desk) -> None:
    link = OurLink("hypercare:", Ref("web", "acme/web#12"))
    for title in ("Cart", "Cart is empty"):
        desk.writer().link(desk.ref(1), link, Page("https://x.example/12", title, "same incident"))
    (only,) = desk.site.get(f"issue/{desk.site.key(1)}/remotelink")
    assert (only["globalId"], only["relationship"]) == ("hypercare-sync:hypercare:web:acme/web#12", "same incident")
    assert only["object"] == {"url": "https://x.example/12", "title": "web:acme/web#12", "summary": "Cart is empty"}
    assert only["application"] == {"type": "hypercare-sync", "name": "hypercare:"}


@dataclass
class Loud:
    """A wire that refuses whatever asks that nobody be mailed."""

    wire: Transport

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any) -> tuple[int, Mapping[str, str], str]:
        """The answer."""
        if "notifyUsers" in params:
            return 403, {}, json.dumps({"errorMessages": ["No."], "errors": {}})
        return self.wire.send(method, path, params, body)


def test_comment_whose_edit_may_not_be_quiet_is_edited_aloud(desk: Desk) -> None:
    writer = desk.writer()
    writer.add_comment(desk.ref(1), marker("d1"), document("Priority P1."))
    writer.client.transport = Loud(writer.client.transport)
    writer.edit_comment(desk.ref(1), desk.comments(1)[0]["id"], marker("d2"), document("Priority P2."))
    assert [one["body"].startswith("Priority P2.") for one in desk.comments(1)] == [True]


def test_comment_is_known_by_its_footer_and_its_property_and_kept_from_customers(desk: Desk) -> None:
    for digest in ("d1", "d2"):
        desk.writer().add_comment(desk.ref(1), marker(digest), document("Priority P1."))
    (only,) = desk.comments(1)
    assert only["body"].startswith("Priority P1.")
    footer = f"Kept up to date by [hypercare-sync|{desk.site.base}/browse/{desk.site.key(1)}#hypercare-sync="
    assert footer in only["body"].replace("\\-", "-")
    assert "visibility" not in only
    assert desk.properties(1) == {
        "hypercare-sync": {"purpose": "status", "release": "Shop 5.2", "digest": "d1"},
        "sd.public.comment": {"internal": True},
    }


def test_customers_read_comments_where_the_config_says_so(desk: Desk) -> None:
    desk.writer(readers=CommentReaders(customers=True)).add_comment(desk.ref(1), marker(), document("Priority P1."))
    assert desk.properties(1)["sd.public.comment"] == {"internal": False}


@pytest.mark.parametrize(
    ("readers", "visibility"),
    [
        (DEVELOPERS, {"type": "role", "value": "Developers"}),
        (CommentReaders(group="jira-developers"), {"type": "group", "value": "jira-developers"}),
    ],
)
def test_comment_for_some_is_for_them_after_an_edit_too(
    desk: Desk, readers: CommentReaders, visibility: Mapping[str, str]
) -> None:
    writer = desk.writer(readers=readers)
    for number in (1, 2):
        writer.add_comment(desk.ref(number), marker("d1"), document("Priority P1."), first=True)
    desk.writer(readers=readers).edit_comment(
        desk.ref(2), desk.comments(2)[0]["id"], marker("d2"), document("Priority P2.")
    )
    for number, priority in ((1, "P1"), (2, "P2")):
        (only,) = desk.comments(number)
        assert only["body"].startswith(f"Priority {priority}.")
        assert only["visibility"].items() >= visibility.items()
        assert desk.site.get(f"issue/{desk.site.key(number)}/comment", token="outsider")["comments"] == []


def test_comment_that_we_no_longer_see_is_not_written_again(desk: Desk) -> None:
    desk.writer(readers=DEVELOPERS).add_comment(desk.ref(1), marker(), document("Priority P1."))
    with pytest.raises(
        Unwritable, match=r"not a member of the project role: Developers.*; bring our account"
    ) as refused:
        desk.writer("outsider", DEVELOPERS).add_comment(desk.ref(1), marker(), document("Priority P1."))
    assert refused.value.obstacle is Obstacle.no_reader
    assert len(desk.comments(1)) == 1


def test_somebody_is_called_by_what_the_flavour_knows_them_by(desk: Desk) -> None:
    call = Document((Paragraph((Mention("Pat", jira=desk.pat), *spans(" is called."))),))
    desk.writer().add_comment(desk.ref(1), marker(), call)
    (only,) = desk.comments(1)
    name = f"accountid:{desk.pat}" if desk.cloud else "pat"
    assert only["body"].startswith(f"[~{name}] is called.")


def test_ticket_is_given_to_somebody_and_not_to_nobody(desk: Desk) -> None:
    desk.writer().assign(desk.ref(1), desk.pat)
    assert desk.site.issue(1)["fields"]["assignee"]["displayName"] == "Pat"
    with pytest.raises(Unwritable, match="cannot be assigned"):
        desk.writer().assign(desk.ref(2), "nobody-at-all")


def test_all_fields_of_a_ticket_are_one_edit_after_one_look(desk: Desk) -> None:
    edit = FieldEdit(styled("hypercare:P1"), [], "SHOP-99", account=desk.pat, native="Highest", before=desk.native(1))
    desk.forget()
    desk.writer().edit_fields(desk.ref(1), edit)
    assert [one.method for one in desk.sandbox.log.served if "issue/" in one.path] == ["GET", "PUT"]
    fields = desk.site.issue(1)["fields"]
    assert (fields["labels"], fields["priority"]["name"], fields["assignee"]["displayName"]) == (
        ["hypercare:P1"], "Highest", "Pat",
    )  # fmt: skip
    assert desk.site.issue(1, properties="hypercare-sync")["properties"]["hypercare-sync"]["summary"] == "SHOP-99"


def test_what_somebody_made_of_a_field_meanwhile_stays_and_labels_go_out(desk: Desk) -> None:
    writer, before = desk.writer(), desk.native(1)
    writer.edit_fields(desk.ref(1), FieldEdit(account=desk.pat, native="Lowest", before=before))
    edit = FieldEdit(styled("hypercare:P1"), [], None, account=desk.us, native="Highest", before=before)
    writer.edit_fields(desk.ref(1), edit)
    fields = desk.site.issue(1)["fields"]
    assert (fields["labels"], fields["priority"]["name"], fields["assignee"]["displayName"]) == (
        ["hypercare:P1"], "Lowest", "Pat",
    )  # fmt: skip


def test_edit_of_which_one_field_is_refused_is_not_made_at_all(desk: Desk) -> None:
    edit = FieldEdit(styled("hypercare:P1"), [], None, native="Urgent", before=desk.native(1))
    with pytest.raises(Invalid, match="Urgent"):
        desk.writer().edit_fields(desk.ref(1), edit)
    assert desk.labels(1) == []


def test_native_priority_that_the_site_does_not_have_is_told_with_those_it_has(desk: Desk) -> None:
    with pytest.raises(Unwritable, match="does not have: there are Highest, High, Medium, Low, Lowest") as refused:
        desk.writer().set_priority(desk.ref(1), "Urgent", None)
    assert refused.value.obstacle is Obstacle.no_such_priority


def rows_of(count: int, text: str) -> Document:
    """A paragraph and a table of so many rows."""
    rows = tuple((spans(f"SHOP-{number}"), spans(text)) for number in range(1, count + 1))
    return Document((Paragraph(spans("It burns.")), Table(("Ticket", "Title"), rows)))


@pytest.mark.parametrize("text", ["Checkout fails", "Kasse " + "🔥" * 40, "*bold* {code} | pipes " * 4])
def test_summary_that_is_too_long_loses_whole_rows(desk: Desk, text: str) -> None:
    writer = desk.writer()
    key = writer.create_summary(desk.place, "Shop", rows_of(3, text), record("s1")).key
    writer.edit_summary(key, "Shop burns", rows_of(3000, text), record("s2"))
    seen = desk.site.get(f"issue/{key}", properties="hypercare-sync")
    told = seen["fields"]["description"]
    assert "It burns." in told
    assert "SHOP-40|" in told.replace(" ", "").replace("\\", "")
    assert "more, not shown here" in told
    assert seen["fields"]["summary"] == "Shop burns"
    assert seen["properties"]["hypercare-sync"]["digest"] == "s2"
    if not desk.cloud:
        assert len(told.encode("utf-16-le")) // 2 + told.count("\n") <= TEXT_LIMIT


def test_second_summary_is_closed_and_points_to_the_first(desk: Desk) -> None:
    writer = desk.writer()
    key = writer.create_summary(desk.place, "Shop", document("All well."), record()).key
    writer.close_summary(desk.place, key, "SHOP-1")
    seen = desk.site.get(f"issue/{key}", properties="hypercare-sync")
    fields = seen["fields"]
    assert (fields["labels"], fields["status"]["statusCategory"]["key"]) == ([], "done")
    assert f"[SHOP-1|{desk.site.base}/browse/SHOP-1]" in fields["description"].replace("\\", "")
    assert seen["properties"]["hypercare-sync"]["purpose"] == "closed summary"


@dataclass
class Strict:
    """A wire to a Jira that counts all of a text, its JSON or long line ends, and says of longer ones that they are too long."""

    limit: int
    said: str
    sizes: list[int] = field(default_factory=list)

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any) -> tuple[int, Mapping[str, str], str]:
        """A refusal, or nothing to say; of an issue that it has no description."""
        if method == "GET":
            return 200, {}, json.dumps({"fields": {"description": None}})
        text = body["fields"]["description"]
        told = text.replace("\n", "\r\n") if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
        self.sizes.append(len(told))
        if self.sizes[-1] > self.limit:
            return 400, {}, json.dumps({"errorMessages": [], "errors": {"description": self.said}})
        return 204, {}, ""


TOO_LONG = "The entered text is too long. It exceeds the allowed limit of {} characters."


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (32_767, TOO_LONG.format("32,767")),
        (9_000, TOO_LONG.format("9.000")),
        (5_000, TOO_LONG.format("5000")),
        (32_767, "CONTENT_LIMIT_EXCEEDED"),
    ],
)
def test_what_is_refused_as_too_long_is_sent_once_more_within_the_limit_told(desk: Desk, limit: int, said: str) -> None:
    writer = desk.writer()
    wire = writer.client.transport = Strict(limit, said)
    writer.edit_summary("SHOP-1", "Shop", rows_of(3000, "Checkout fails"), record())
    assert limit - 500 < wire.sizes[-1] <= limit
    assert len(wire.sizes) == (1 if not desk.cloud and limit == TEXT_LIMIT else 2)


def test_what_is_too_long_even_with_every_row_cut_is_sent_and_the_refusal_says_what_to_do(desk: Desk) -> None:
    writer = desk.writer()
    wire = writer.client.transport = Strict(100, TOO_LONG.format("100"))
    with pytest.raises(Invalid, match=r"is too long.* shorten what people wrote beside it"):
        writer.edit_summary("SHOP-1", "Shop", rows_of(3000, "Checkout fails"), record())
    assert len(wire.sizes) == 2, "at full length, and as short as it can be"
    with pytest.raises(Invalid, match="shorten what people wrote beside it"):
        writer.edit_summary("SHOP-1", "Shop", document("All well."), record())
    assert len(wire.sizes) == 3, "which cannot be any shorter"


def test_other_refusals_are_not_sent_again(desk: Desk) -> None:
    writer = desk.writer()
    wire = writer.client.transport = Strict(10, "The summary is invalid.")
    with pytest.raises(TrackerError, match="invalid"):
        writer.edit_summary("SHOP-1", "Shop", document("All well, and more."), record())
    assert len(wire.sizes) == 1


@pytest.mark.parametrize(("flavour", "refused"), [("cloud", 1), ("datacenter", 0)])
def test_limits_are_kept_and_all_is_written(flavour: Flavour, refused: int, tmp_path: Path) -> None:
    """Cloud's are met once, then kept; Data Center's, which it tells of, are never met."""
    with serving(flavour) as (base, sandbox):
        desk = Desk(Site(base, sandbox.jira, tmp_path, version=2), sandbox)
        desk.site.load(*(row(desk.site.key(number)) for number in range(3, 133)))
        clock = sandbox.clock
        clock.__class__ = FrozenClock  # all that the machine takes is no time
        sandbox.jira.limits = Limits(clock)
        writer = desk.writer(sleep=lambda seconds: clock.advance(timedelta(seconds=seconds)))
        writer.client.monotonic = lambda: clock.now().timestamp()
        desk.forget()
        for number in range(1, 133):
            writer.change_labels(desk.ref(number), styled("hypercare:P1"), [], None)
        sandbox.jira.limits = None
        statuses = Counter(one.status for one in sandbox.log.served if one.method == "PUT")
        assert statuses == Counter({204: 132, 429: refused})
        assert [desk.labels(number) for number in range(1, 133)] == [["hypercare:P1"]] * 132
