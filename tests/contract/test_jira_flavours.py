"""Reading both Jiras: who signs in how, what each page brings, which fields a policy asks for, and what is asked how often."""

from dataclasses import replace
from datetime import timedelta
from math import ceil
from typing import Any

import pytest
from tests.contract.scenes.jira import JiraScene, row
from tests.contract.scenes.scene import GO_LIVE, Follower, document, marker, record, source, styled

from hypercare_rules.ticket import (
    Assigned,
    LabelChanged,
    Link,
    OurLink,
    Ref,
    Relation,
    Standing,
    StatusCategory,
    StatusChanged,
)
from hypercare_sync.errors import AccessDenied, TrackerError
from hypercare_sync.trackers import jira as adapter
from hypercare_sync.trackers.port import Page

MINUTES, HOUR = timedelta(minutes=20), timedelta(minutes=61)
MANAGED = frozenset({"hypercare:P1", "hypercare:P2"})


def managing(scene: JiraScene) -> Follower:
    """A follower whose source knows the labels that its policy gives."""
    scene.source = replace(scene.source, managed_labels=MANAGED)
    return Follower(scene)


@pytest.mark.parametrize("count", [0, 1, 100, 101, 1000])
def test_cold_reading_sends_no_more_than_it_takes(flavour: JiraScene, count: int) -> None:
    flavour.load(count)
    follower = managing(flavour)
    flavour.served.forget()
    follower.read()
    assert len(follower.known) == count
    assert flavour.served.sent() <= ceil(count / 100) + ceil(count / 1000) + 4
    assert flavour.served.sent("write") == 0
    assert flavour.served.sent("read") == flavour.tracker.reader.requests.read
    flavour.pass_time(MINUTES)
    follower.read()
    flavour.served.forget()
    flavour.pass_time(MINUTES)
    follower.read()
    assert flavour.served.sent() == 1


def test_another_process_goes_on_without_asking_anew(flavour: JiraScene) -> None:
    (ref,) = flavour.load(1)
    first = managing(flavour)
    first.read()
    flavour.pass_time(MINUTES)
    flavour.comment(ref, "Still broken here.")
    later = Follower(JiraScene(flavour.served, project=flavour.project), first.cursor, first.known)
    flavour.served.forget()
    later.read()
    assert flavour.served.sent() == 1
    assert later.known[ref].comments[-1].author.standing is Standing.team


def test_history_says_who_did_what(flavour: JiraScene) -> None:
    (ref,) = flavour.load(1)
    flavour.label(ref, "outage")
    flavour.assign(ref)
    flavour.move(ref, "In Progress")
    flavour.tracker.writer.change_labels(ref, styled("hypercare:P1"), [], None)
    flavour.close(ref)
    follower = managing(flavour)
    follower.read()
    ticket = follower.known[ref]
    assert ticket.assignees[0].id == flavour.colleague
    assert [event.after for event in ticket.history if isinstance(event, Assigned)] == [flavour.colleague]
    labels = [
        (event.label, event.by and event.by.standing) for event in ticket.history if isinstance(event, LabelChanged)
    ]
    assert labels == [("outage", Standing.team), ("hypercare:P1", Standing.ours)]
    moves = [event.after.category for event in ticket.history if isinstance(event, StatusChanged)]
    assert moves == [StatusCategory.in_progress, StatusCategory.done]
    assert ticket.ended == ticket.resolved == ticket.status_history[-1].at


LINK, PAGE = OurLink("hypercare:", Ref("web", "acme/web#12")), Page("https://x.example/12", "Cart", "same incident")


def test_our_links_are_known_by_the_history_and_asked_for_only_beside_others(flavour: JiraScene) -> None:
    (ref,) = flavour.load(1)
    follower = managing(flavour)
    follower.read()
    flavour.tracker.writer.link(ref, LINK, PAGE)
    flavour.served.forget()
    follower.read()
    assert flavour.served.sent() == 1
    assert (follower.known[ref].linked, follower.known[ref].links) == ({LINK}, ())
    other = "https://github.com/acme/web/issues/13"
    flavour.link_page(ref, other)
    flavour.served.forget()
    follower.read()
    assert flavour.served.sent("read") == 2
    assert (follower.known[ref].linked, follower.known[ref].links) == (
        {LINK},
        (Link(relation=Relation.same, url=other),),
    )
    flavour.unlink(ref, LINK)
    follower.read()
    assert (follower.known[ref].linked, follower.known[ref].unlinked) == (frozenset(), {LINK})


def test_our_link_that_a_person_edited_is_still_ours_and_says_nothing(flavour: JiraScene) -> None:
    (ref,) = flavour.load(1)
    follower = managing(flavour)
    flavour.tracker.writer.link(ref, LINK, PAGE)
    flavour.link_page(ref, "https://x.example/elsewhere", globalId=str(LINK))
    follower.read()
    assert (follower.known[ref].linked, follower.known[ref].links) == ({LINK}, ())
    flavour.unlink(ref, LINK)
    follower.read()
    assert (follower.known[ref].linked, follower.known[ref].unlinked) == (frozenset(), {LINK})


def test_name_of_a_link_by_somebody_else_is_not_ours(flavour: JiraScene) -> None:
    (ref,) = flavour.load(1)
    follower = managing(flavour)
    body = {"application": {"name": "hypercare:"}, "object": {"url": "https://x.example/9", "title": "web:acme/web#12"}}
    flavour.link_page(ref, "https://x.example/9", **body)
    follower.read()
    assert follower.known[ref].linked == frozenset()
    assert follower.known[ref].links == (Link(relation=Relation.same, url="https://x.example/9"),)


@pytest.mark.parametrize("token", ["west", "east"])
def test_zone_of_the_account_changes_nothing_about_what_is_read(flavour: JiraScene, token: str) -> None:
    here = JiraScene(flavour.served, token=token)
    before, after = (GO_LIVE + timedelta(minutes=by) for by in (-1, 1))
    newcomers = [
        row(f"{here.project}-{number}", number, versions=[], created=f"{at:%Y-%m-%dT%H:%M:%S.000+0000}")
        for number, at in enumerate((before, after), start=1)
    ]
    here.load_rows(*newcomers, row(f"{here.project}-3", 3))
    follower = managing(here)
    follower.read()
    assert sorted(ref.key[-1] for ref in follower.known) == ["2", "3"]
    here.pass_time(MINUTES)
    assert follower.read().tickets == ()
    here.comment(Ref("jira", f"{here.project}-3"), "Still broken here.")
    assert [ticket.ref.key[-1] for ticket in follower.read().tickets] == ["3"]
    here.pass_time(MINUTES)
    follower.read()
    here.pass_time(MINUTES)
    assert follower.read().tickets == ()


def test_texts_are_plain_with_code_and_quotes_marked(flavour: JiraScene) -> None:
    text = "h2. Steps\n* pay\n* {{checkout.js}} fails\n\n{quote}It *was* fine.{quote}\n\n{code}\nTypeError\n{code}"
    flavour.load_rows(row(f"{flavour.project}-1", 1, description=text))
    follower = Follower(flavour)
    follower.read()
    (ticket,) = follower.known.values()
    said = " ".join(ticket.description.split())
    assert said == "Steps - pay - `checkout.js` fails > It was fine. ``` TypeError ```"


def test_comments_and_history_beyond_a_page_are_all_read(flavour: JiraScene) -> None:
    refs = [Ref("jira", f"{flavour.project}-{number}") for number in (1, 2)]
    flavour.load_rows(*(row(ref.key, number, comments=150, labellings=60) for number, ref in enumerate(refs)))
    flavour.served.fault("jira", "POST /rest", "cut", keep=3, times=1)
    follower = Follower(flavour)
    follower.read()
    for ref in refs:
        ticket = follower.known[ref]
        assert [comment.text.strip() for comment in ticket.comments] == [f"Comment {number}." for number in range(150)]
        labels = [event.label for event in ticket.history if isinstance(event, LabelChanged)]
        assert labels == [f"label-{number}" for number in range(60)]
        assert not ticket.history_cut


@pytest.mark.parametrize("fault", ["empty", "partial"])
@pytest.mark.parametrize("page", [0, 1])
def test_page_that_lies_is_found_out_at_once(flavour: JiraScene, fault: Any, page: int) -> None:
    refs = flavour.load(120)
    flavour.served.fault("jira", "POST /rest", fault, after=page, times=1)
    follower = Follower(flavour)
    follower.read()
    assert sorted(follower.known) == sorted(refs)


def test_page_that_names_itself_ends_the_reading(jira: JiraScene) -> None:
    jira.load(250)
    jira.served.fault("jira", "POST /rest", "repeated", times=10)
    with pytest.raises(TrackerError, match="named the same page twice"):
        Follower(jira).read()


def test_what_left_what_is_gone_and_what_keeps_our_labels_is_found(flavour: JiraScene) -> None:
    left, gone, stays = flavour.load(3)
    follower = managing(flavour)
    flavour.label(left, "hypercare:P1")
    follower.read()
    flavour.leave(left)
    flavour.delete(gone)
    flavour.pass_time(HOUR)
    assert follower.read().gone == {gone}
    assert follower.known[left].affects == ("6.0",)
    flavour.tracker.writer.change_labels(left, {}, ["hypercare:P1"], None)
    follower.read()
    assert follower.known[left].labels == frozenset()
    assert set(follower.known) == {left, stays}


def test_ticket_that_left_while_nothing_of_it_was_known_is_found_by_our_labels(flavour: JiraScene) -> None:
    left, other, _ = flavour.load(3)
    flavour.label(left, "hypercare:P1")
    flavour.edit(left, fixVersions=[{"name": "5.2"}])
    flavour.edit(left, fixVersions=[])
    for ref in (left, other):
        flavour.leave(ref)
    flavour.load_rows(
        row(f"{flavour.project}-9", 9, labels=["hypercare:P2"], versions=[{"id": "29999", "name": "7.0"}])
    )
    follower = managing(flavour)
    follower.read()
    assert {ref.key.rpartition("-")[2] for ref in follower.known} == {
        "1",
        "3",
    }  # neither what was never ours, nor what has no label
    flavour.pass_time(HOUR)
    flavour.served.forget()
    follower.read()
    assert (
        flavour.served.sent() <= 4
    )  # nor is that looked at again: the delta, what is behind, and both lists of the census


def test_components_select_what_came_after_go_live(flavour: JiraScene) -> None:
    payments, search = ({"id": f"3000{number}", "name": name} for number, name in enumerate(("Payments", "Search")))
    flavour.load_rows(
        row(f"{flavour.project}-1", 1, versions=[], components=[payments]),
        row(f"{flavour.project}-2", -600, versions=[], components=[payments]),
        row(f"{flavour.project}-3", 3, versions=[], components=[search]),
    )
    flavour.source = source(
        "jira", flavour.project, version=None, components=frozenset({"payments"}), suggest_untagged=False
    )
    follower = Follower(flavour)
    follower.read()
    assert [ref.key for ref in follower.known] == [f"{flavour.project}-1"]
    flavour.source = source(
        "jira",
        flavour.project,
        version=None,
        components=frozenset({"payments"}),
        suggest_untagged=False,
        take_planned=True,
    )
    follower = Follower(flavour)
    follower.read()
    assert sorted(ref.key[-2:] for ref in follower.known) == ["-1", "-2"]


FIELDS: dict[str, Any] = {
    "customfield_10031": {"id": "1", "value": "Critical"},
    "customfield_10032": [{"id": "1", "value": "Web"}, {"id": "2", "value": "App"}],
    "customfield_10033": {"accountId": "ana", "displayName": "Ana K"},
    "customfield_10034": 12.0,
    "customfield_10035": "2026-11-20",
    "customfield_10036": {"id": "3", "value": "Europe", "child": {"id": "4", "value": "Berlin"}},
    "customfield_10037": [{"id": "9", "name": "Acme", "_links": {}}],
    "customfield_10038": {"requestType": {"id": "7", "name": "Report a fault"}, "currentStatus": {}},
    "customfield_10039": "not asked for",
}
NAMES = dict(
    zip(
        FIELDS,
        ("Severity", "Channels", "Owner", "Shops", "Seen on", "Region", "Organizations", "Request Type", "Secret"),
        strict=True,
    )
)


def with_fields(scene: JiraScene, asked: frozenset[str], *, organisations: bool = False) -> Ref:
    """A ticket with a value of each kind, read by a source that asks for some of them."""
    one = row(f"{scene.project}-1", 1, **FIELDS)
    scene.load_rows(one | {"names": NAMES})
    scene.source = replace(scene.source, fields=asked, asks_organisations=organisations)
    return Ref("jira", one["key"])


def test_fields_are_read_by_name_or_id_as_text(flavour: JiraScene) -> None:
    asked = frozenset(
        {"severity", "Channels", "owner", "Shops", "customfield_10035", "REGION", "Request Type", "Nowhere"}
    )
    ref = with_fields(flavour, asked, organisations=True)
    follower = Follower(flavour)
    reading = follower.read()
    ticket = follower.known[ref]
    assert ticket.fields == {
        "severity": ("Critical",),
        "Channels": ("Web", "App"),
        "owner": ("Ana K",),
        "Shops": ("12",),
        "customfield_10035": ("2026-11-20",),
        "REGION": ("Europe / Berlin", "Europe"),
        "Request Type": ("Report a fault",),
    }
    assert ticket.organisations == ("Acme",)
    assert reading.details == (
        f"jira {flavour.project}: the policy asks for the field 'Nowhere', which this Jira does not have",
    )


def bodies(scene: JiraScene, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The fields that each search asks for from now on."""
    asked: list[list[str]] = []
    transport = scene.client.transport

    class Listening:
        def send(self, method: str, path: str, params: Any, body: Any) -> Any:
            if path.startswith("search") and body["fields"] != ["key"]:
                asked.append(body["fields"])
            return transport.send(method, path, params, body)

    monkeypatch.setattr(scene.client, "transport", Listening())
    return asked


def test_only_what_is_asked_for_is_requested_once_the_names_are_known(
    flavour: JiraScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_fields(flavour, frozenset({"Severity", "customfield_10034"}))
    asked = bodies(flavour, monkeypatch)
    follower = Follower(flavour)
    follower.read()
    follower.read()
    first, second = asked
    assert "*navigable" in first
    custom = {name for name in second if name.startswith(("customfield", "*"))}
    assert custom == {"customfield_10031", "customfield_10034"}


def test_without_fields_none_is_requested(flavour: JiraScene, monkeypatch: pytest.MonkeyPatch) -> None:
    with_fields(flavour, frozenset())
    asked = bodies(flavour, monkeypatch)
    follower = Follower(flavour)
    follower.read()
    assert not any(name.startswith(("customfield", "*")) for name in asked[0])
    assert not next(iter(follower.known.values())).fields


def test_store_lost_while_the_index_lags_finds_the_summary_and_doubles_nothing(flavour: JiraScene) -> None:
    refs = flavour.load(3)
    managing(flavour).read()
    flavour.served.sandbox.jira.lag = MINUTES
    content = {
        "project": {"key": flavour.project},
        "issuetype": {"name": "Task"},
        "summary": "Shop",
        "labels": ["hypercare:summary"],
    }
    ours = [{"key": "hypercare-sync", "value": record().model_dump(mode="json")}]
    made = flavour.client.write("POST", "issue", {"fields": content, "properties": ours}, repeatable=False)
    key = made.body["key"]
    for ref in refs:
        flavour.tracker.writer.change_labels(ref, styled("hypercare:P1"), [], key)
    lost = JiraScene(flavour.served, project=flavour.project)
    follower = managing(lost)
    follower.read()
    named = {ticket.summary_key for ticket in follower.known.values() if ticket.summary_key}
    found = lost.tracker.reader.summary(lost.place, "Shop 5.2", None, named)
    assert found.current is not None
    assert found.current.key == key


def test_store_lost_while_the_index_lags_makes_no_second_comment(jira: JiraScene) -> None:
    (ref,) = jira.load(1)
    jira.world.lag = MINUTES
    for scene in (jira, JiraScene(jira.served, project=jira.project)):
        managing(scene).read()
        scene.tracker.writer.add_comment(ref, marker(), document("Priority P1."))
        assert len(jira.comments(ref)) == 1


def test_token_without_an_email_is_refused_by_cloud_with_what_to_write(jira: JiraScene) -> None:
    tracker = adapter.connect("jira", jira.site, None, "sandbox")
    with pytest.raises(
        AccessDenied, match=r"is Jira Cloud, which takes a token with its account's e-mail only; write `email:`"
    ):
        tracker.reader.read(jira.source, None, {})


@pytest.mark.parametrize("email", ["bot@example.com", None])
def test_scoped_token_goes_through_the_gateway(jira: JiraScene, email: str | None) -> None:
    (ref,) = jira.load(1)
    tracker = adapter.connect("jira", jira.site, email, "scoped", scoped=True, gateway=jira.served.base)
    reading = tracker.reader.read(jira.source, None, {})
    assert [ticket.url for ticket in reading.tickets] == [f"{jira.site}/browse/{ref.key}"]
    jira.served.forget()
    again = adapter.connect("jira", jira.site, email, "scoped", scoped=True, gateway=jira.served.base)
    again.reader.read(jira.source, reading.cursor, {})
    assert jira.served.sent() == 1
    with pytest.raises(AccessDenied, match="the token was refused"):
        adapter.connect("jira", jira.site, "bot@example.com", "scoped").reader.read(jira.source, None, {})


def test_data_center_has_no_gateway_to_go_through(jira_server: JiraScene) -> None:
    tracker = adapter.connect("jira", jira_server.site, None, "sandbox", scoped=True)
    with pytest.raises(TrackerError, match="_edge/tenant_info: 404"):
        tracker.reader.read(jira_server.source, None, {})


def test_issues_without_keys_that_others_have_are_read_with_all_their_comments(flavour: JiraScene) -> None:
    rows = [row(f"{flavour.project}-{number}", number, comments=number % 9) for number in range(1, 105)]
    for number, one in enumerate(rows):
        for name in ("priority", "fixVersions", "assignee", "description", "resolution")[: number % 6]:
            del one["fields"][name]
    flavour.load_rows(*rows)
    follower = Follower(flavour)
    follower.read()
    assert len(follower.known) == 104
    assert sum(len(ticket.comments) for ticket in follower.known.values()) == sum(
        number % 9 for number in range(1, 105)
    )
    assert {ticket.unreadable for ticket in follower.known.values()} == {()}
    bare = follower.known[Ref("jira", rows[5]["key"])]
    assert (bare.native_priority, bare.planned_for, bare.assignees, bare.description) == (None, (), (), "")
