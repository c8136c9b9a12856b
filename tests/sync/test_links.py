"""Links from Jira tickets to the rest of their incident and to the summary: which are made, which stay, which go."""

from dataclasses import replace
from typing import Any

import pytest
from tests.rules import build
from tests.sync.states import NO_SUMMARY, Told

from hypercare_rules.assess import Memory
from hypercare_rules.ticket import Audience, Link, OurLink, Ref, Relation, Ticket
from hypercare_sync.change import Change, LinkSummary, LinkTicket, UnlinkTicket
from hypercare_sync.observed import FoundSummary
from hypercare_sync.plan import plan

SHOP, WEB = Ref("shop-jira", "SHOP-1"), Ref("web-github", "acme/web#12")
CALM = build.policy(comments=build.policy().comments.model_copy(update={"priorities": (), "conditions": ()}))


def to(ref: Ref, prefix: str = "hypercare:") -> OurLink:
    return OurLink(prefix, ref)


def shop(key: str = "SHOP-1", **given: Any) -> Ticket:
    """A ticket that says that it is the problem of acme/web#12."""
    return build.ticket(key, **{"description": "same problem as acme/web#12", **given})


def web(key: str = "acme/web#12", **given: Any) -> Ticket:
    return build.ticket(key, tracker="web-github", **given)


def on_desk(key: str, **given: Any) -> Ticket:
    """A ticket on another Jira."""
    ticket = shop(key, tracker="desk-jira", **given)
    return ticket.model_copy(update={"url": f"https://desk.example/browse/{key}"})


def links(*releases: Told) -> list[Change]:
    found = plan([told.state() for told in releases]).changes
    return [change for change in found if isinstance(change, LinkTicket | LinkSummary | UnlinkTicket)]


def ends(*releases: Told) -> list[tuple[str, str, str]]:
    """From where to where links are made between tickets and taken off."""
    return [
        (change.kind, change.ticket.key, change.link.to.key)
        for change in links(*releases)
        if not isinstance(change, LinkSummary)
    ]


def calm(*tickets: Ticket, **given: Any) -> Told:
    """A release in which people are told about nothing."""
    return Told(tickets, policy=CALM, **given)


def test_jira_tickets_lead_to_those_of_other_sites_and_github_issues_nowhere() -> None:
    found = links(calm(shop(), shop("SHOP-2"), on_desk("DESK-1"), web(title="Cart is empty")))
    assert [(change.ticket.key, change.link.to.key) for change in found if isinstance(change, LinkTicket)] == [
        ("DESK-1", "SHOP-1"),
        ("DESK-1", "SHOP-2"),
        ("DESK-1", "acme/web#12"),
        ("SHOP-1", "DESK-1"),
        ("SHOP-1", "acme/web#12"),
        ("SHOP-2", "DESK-1"),
        ("SHOP-2", "acme/web#12"),
    ]
    (first,) = (c for c in found if isinstance(c, LinkTicket) and (c.ticket, c.link.to) == (SHOP, WEB))
    assert (first.url, first.title) == ("https://github.com/acme/web/issues/12", "Cart is empty")


def test_ticket_alone_in_its_incident_is_not_linked() -> None:
    assert ends(calm(shop(description=""), web())) == []


def test_second_plan_links_nothing() -> None:
    told = Told((shop(labels=frozenset({build.P1_LABEL})), web()))
    found = plan([told.state()]).changes
    assert {"link_ticket", "link_summary"} <= {change.kind for change in found}
    assert links(told.after(found)) == []


def test_what_stands_is_not_made_again_and_what_somebody_took_off_stays_away() -> None:
    assert ends(calm(shop(linked=frozenset({to(WEB)})), web())) == []
    assert ends(calm(shop(unlinked=frozenset({to(WEB)})), web())) == []


def test_where_a_person_linked_the_other_ticket_we_need_not() -> None:
    by_hand = (Link(relation=Relation.same, url=build.address("acme/web#12")),)
    assert ends(calm(shop(description="", links=by_hand), web())) == []


def test_closed_ticket_gets_no_link_and_keeps_what_stands() -> None:
    closed = build.closed(description="same problem as acme/web#12")
    assert ends(calm(closed, web())) == []
    assert ends(calm(closed.model_copy(update={"linked": frozenset({to(WEB)})}), web())) == []


def test_links_go_when_the_incident_dissolves_or_the_ticket_leaves_the_release() -> None:
    linked = frozenset({to(WEB)})
    gone = [("unlink_ticket", "SHOP-1", "acme/web#12")]
    assert ends(calm(shop(description="", linked=linked), web())) == gone
    assert ends(calm(shop(affects=("5.3",), linked=linked), web())) == gone
    assert ends(calm(shop(linked=linked))) == gone


def test_links_of_another_config_are_left_alone() -> None:
    assert ends(calm(shop(description="", linked=frozenset({to(WEB, "care:")})), web())) == []


def test_no_link_goes_on_the_word_of_a_tracker_that_could_not_be_read() -> None:
    lost = shop(linked=frozenset({to(WEB)}))
    assert ends(calm(lost, stale=frozenset({"web-github"}))) == []
    assert ends(calm(lost, stale=frozenset({"shop-jira"}))) == []


def test_readers_of_a_ticket_do_not_hear_of_one_that_fewer_may_read() -> None:
    public = shop().model_copy(update={"audience": Audience.public})
    assert ends(calm(public, web())) == []
    standing = public.model_copy(update={"linked": frozenset({to(WEB)})})
    assert ends(calm(standing, web())) == [("unlink_ticket", "SHOP-1", "acme/web#12")]
    open_web = web().model_copy(update={"audience": Audience.public})
    assert ends(calm(shop(), open_web)) == [("link_ticket", "SHOP-1", "acme/web#12")]


def test_ticket_of_a_great_incident_gets_some_links_and_no_others_later() -> None:
    others = [web(f"acme/web#{number}", description="same problem as acme/web#12") for number in range(12, 40)]
    told = calm(shop(), *others)
    found = links(told)
    assert len(found) == 10
    assert links(told.after(found)) == []


def test_ticket_of_two_releases_gets_each_link_once() -> None:
    tickets = (shop(), web())
    assert ends(calm(*tickets), calm(*tickets, name="App 7")) == [("link_ticket", "SHOP-1", "acme/web#12")]


def to_summaries(told: Told) -> list[str]:
    return [change.ticket.key for change in links(told) if isinstance(change, LinkSummary)]


def urgent(**given: Any) -> Ticket:
    return build.ticket(labels=frozenset({build.P1_LABEL}), **given)


def test_tickets_that_people_are_told_about_lead_to_the_summary() -> None:
    assert to_summaries(Told((urgent(), build.ticket("SHOP-2", created="71h50m")))) == ["SHOP-1"]
    assert to_summaries(Told((urgent(),), memory=Memory())) == []  # the baseline tells nobody
    assert to_summaries(Told((web(labels=frozenset({build.P1_LABEL})),))) == []
    assert to_summaries(Told((urgent(),), summary=None)) == []


def test_summary_for_fewer_readers_is_not_linked() -> None:
    assert to_summaries(Told((urgent(),), summary=FoundSummary(Audience.restricted))) == []


def test_link_to_the_summary_stays_once_nobody_is_told_and_goes_with_the_summary() -> None:
    told = Told((urgent(),))
    after = told.after(plan([told.state()]).changes)
    assert len(after.tickets[0].linked) == 1
    assert links(replace(after, policy=CALM)) == []
    assert links(replace(after, summary=None)) == []
    made_anew = replace(after, policy=CALM, summary=NO_SUMMARY)
    assert [change.kind for change in links(made_anew)] == ["unlink_ticket"]


@pytest.mark.parametrize(
    "text", ["", "hypercare-sync:", "hypercare-sync:a:b", "hypercare-sync:a::", "appId=1&pageId=2"]
)
def test_id_of_somebody_elses_link_is_not_ours(text: str) -> None:
    assert OurLink.read(text) is None


@pytest.mark.parametrize("tracker", ["web-github", "our web", "a:b"])
def test_our_link_is_known_by_its_id(tracker: str) -> None:
    link = to(Ref(tracker, "acme/web#12"))
    assert OurLink.read(str(link)) == link
