"""GitHub's issues as tickets: everything that is there, and what is made of what is not."""

from typing import Any

import pytest
from tests.sync.trackers.rows import US, github_issue, github_ticket, spoilt

from hypercare_rules.ticket import (
    Assigned,
    Audience,
    LabelChanged,
    Link,
    Marker,
    Relation,
    ScopeChanged,
    Standing,
    StatusChanged,
)
from hypercare_sync.trackers.github import normalise


def test_everything_that_an_issue_says_is_in_the_ticket() -> None:
    ticket = github_ticket(github_issue())
    assert str(ticket.ref) == "gh:acme/web#12"
    assert (ticket.title, ticket.description, ticket.open, ticket.resolution) == (
        "Cart broken",
        "Nothing happens.",
        False,
        "not planned",
    )
    assert ticket.labels == {"bug", "hypercare:P1"}
    assert (ticket.planned_for, ticket.reactions, ticket.open_sub_issues) == (("5.2",), 3, 2)
    assert (ticket.locked, ticket.history_cut, ticket.unreadable) == (True, False, ())
    assert f"{ticket.created:%H} {ticket.resolved:%H} {ticket.updated:%H}" == "08 11 12"


def test_people_are_known_by_what_the_issue_tells_of_them() -> None:
    ticket = github_ticket(github_issue())
    team, ours = ticket.comments
    assert ticket.reporter is not None
    assert [person.standing for person in (ticket.reporter, team.author, ours.author, *ticket.assignees)] == [
        Standing.other,
        Standing.team,
        Standing.ours,
        Standing.team,
    ]
    assert [event.by.standing if event.by else None for event in ticket.history] == [
        *[Standing.team] * 4,
        Standing.ours,
        Standing.bot,
        Standing.other,
        None,
    ]


def test_history_is_in_our_words() -> None:
    ticket = github_ticket(github_issue())
    assert [(event.label, event.added) for event in ticket.history if isinstance(event, LabelChanged)] == [
        ("hypercare:P1", True),
        ("bug", False),
    ]
    assert [event.after for event in ticket.history if isinstance(event, Assigned)] == ["ana", None]
    assert [event.after.name for event in ticket.history if isinstance(event, StatusChanged)] == ["closed", "open"]
    assert [(event.name, event.added) for event in ticket.history if isinstance(event, ScopeChanged)] == [
        ("5.2", True),
        ("5.1", False),
    ]


def test_links_are_those_that_people_made() -> None:
    assert github_ticket(github_issue()).links == (
        Link(relation=Relation.relates, key="acme/app#9"),
        Link(relation=Relation.duplicates, key="acme/app#9"),
        Link(relation=Relation.duplicated_by, key="acme/app#8"),
        Link(relation=Relation.distinct, key="acme/app#7"),
    )


def test_marker_counts_only_in_what_the_tracker_says_is_ours() -> None:
    forged, ours = github_ticket(github_issue()).comments
    assert forged.marker is None
    assert ours.marker == Marker(purpose="status", release="Shop 5.2", digest="d1")


def test_person_with_the_login_of_our_app_is_not_us() -> None:
    actor = {"__typename": "User", "login": "hypercare", "databaseId": US + 1}
    event = {"__typename": "LabeledEvent", "createdAt": "2026-11-20T10:00:00Z", "actor": actor, "label": {"name": "x"}}
    ticket = github_ticket(github_issue(author=actor, comments=None, timelineItems={"nodes": [event]}))
    assert ticket.reporter is not None
    assert ticket.reporter.standing is Standing.other
    assert [change.by.standing for change in ticket.history if change.by] == [Standing.other]


def test_nobody_is_us_while_we_do_not_know_who_we_are() -> None:
    event = {"__typename": "LabeledEvent", "createdAt": "2026-11-20T10:00:00Z", "label": {"name": "x"}}
    raw = github_issue(timelineItems={"nodes": [{**event, "actor": {"__typename": "User", "login": "pat"}}]})
    (change,) = normalise.ticket("gh", "acme/web", raw, 0, Audience.public).history
    assert change.by is not None
    assert change.by.standing is Standing.team


@pytest.mark.parametrize("author", [None, {}, {"__typename": "User", "login": None}])
def test_deleted_account_is_a_ghost(author: Any) -> None:
    ticket = github_ticket(github_issue(author=author))
    assert ticket.reporter is not None
    assert (ticket.reporter.id, ticket.reporter.standing) == ("ghost", Standing.other)


@pytest.mark.parametrize("missing", sorted(set(github_issue()) - {"number"}))
@pytest.mark.parametrize("gone", [True, False], ids=["missing", "null"])
def test_issue_without_one_member_is_still_a_ticket(missing: str, gone: bool) -> None:
    raw = github_issue(**{missing: None})
    if gone:
        del raw[missing]
    ticket = github_ticket(raw)
    assert ticket.ref.key == "acme/web#12"
    lists = ("labels", "assignees", "comments", "timelineItems")
    told = {"createdAt", "title", "state"} | ({"author", "closedAt", "milestone", "stateReason"} if gone else set())
    assert ticket.unreadable == ((missing,) if missing in told else (f"{missing}.nodes",) if missing in lists else ())


@pytest.mark.parametrize(("member", "odd"), spoilt(github_issue(), keep={"number"}))
def test_issue_with_an_odd_member_is_a_ticket_that_says_so(member: str, odd: Any) -> None:
    assert github_ticket(github_issue(**{member: odd})).unreadable[0].startswith(member)


@pytest.mark.parametrize("number", [None, 0, "", [], "twelve"])
def test_issue_without_a_number_is_no_ticket(number: Any) -> None:
    with pytest.raises(ValueError, match="without a number"):
        github_ticket(github_issue(number=number))


def test_open_issue_has_no_resolution_even_where_it_was_closed_before() -> None:
    ticket = github_ticket(github_issue(state="OPEN", stateReason="REOPENED"))
    assert (ticket.open, ticket.resolution, ticket.resolved) == (True, None, None)


def test_labels_beyond_what_is_read_mark_the_history_as_cut() -> None:
    assert github_ticket(github_issue(labels={"totalCount": 51, "nodes": []})).history_cut


def test_event_of_a_kind_that_nobody_knows_says_nothing() -> None:
    event = {"__typename": "TeleportedEvent", "createdAt": "2026-11-20T10:00:00Z", "actor": None}
    assert github_ticket(github_issue(timelineItems={"nodes": [event]})).history == ()
