"""Jira's issues as tickets: everything that is there, and what is made of what is not."""

from typing import Any

import pytest
from tests.sync.trackers.rows import jira_issue, jira_ticket, spoilt

from hypercare_rules.ticket import (
    Assigned,
    Audience,
    LabelChanged,
    Link,
    Marker,
    NativePriorityChanged,
    Relation,
    ScopeChanged,
    Standing,
    StatusCategory,
    StatusChanged,
)

FIELDS = sorted(jira_issue()["fields"])


def test_everything_that_an_issue_says_is_in_the_ticket() -> None:
    ticket = jira_ticket(jira_issue())
    assert (str(ticket.ref), ticket.url) == ("shop:SHOP-12", "https://shop.atlassian.net/browse/SHOP-12")
    assert (ticket.title, ticket.description.strip()) == ("Checkout fails", "Nothing happens.")
    assert (ticket.status.name, ticket.open, ticket.resolution) == ("Done", False, "Fixed")
    assert (ticket.issue_type, ticket.native_priority, ticket.votes) == ("Bug", "High", 4)
    assert ticket.labels == {"outage"}
    assert ticket.components == ("Payments",)
    assert (ticket.affects, ticket.planned_for) == (("5.2",), ("5.2.1",))
    assert f"{ticket.created:%H} {ticket.resolved:%H} {ticket.updated:%H}" == "08 11 12"
    assert (ticket.summary_key, ticket.audience) == ("SHOP-99", Audience.internal)
    assert (ticket.history_cut, ticket.unreadable) == (False, ())


def test_people_are_known_by_their_accounts() -> None:
    ticket = jira_ticket(jira_issue())
    team, ours = ticket.comments
    assert ticket.reporter is not None
    assert [person.standing for person in (ticket.reporter, team.author, ours.author, *ticket.assignees)] == [
        Standing.other,
        Standing.team,
        Standing.ours,
        Standing.team,
    ]


@pytest.mark.parametrize(
    ("told", "restricted"),
    [
        ({}, False),
        ({"jsdPublic": True}, False),
        ({"jsdPublic": False}, True),
        ({"visibility": {"type": "role", "value": "Developers"}}, True),
    ],
)
def test_comment_tells_whether_it_is_for_a_few(told: dict[str, Any], restricted: bool) -> None:
    raw = jira_issue()
    raw["fields"]["comment"]["comments"][0].update(told)
    assert jira_ticket(raw).comments[0].restricted is restricted


@pytest.mark.parametrize(
    ("email", "domain"), [("cleo@EMEA.Acme.example", "emea.acme.example"), ("", None), (None, None)]
)
def test_of_an_address_only_the_domain_is_kept(email: Any, domain: str | None) -> None:
    ticket = jira_ticket(jira_issue(reporter={"accountId": "cleo", "displayName": "Cleo", "emailAddress": email}))
    assert ticket.reporter is not None
    assert ticket.reporter.domain == domain
    assert "cleo@" not in ticket.model_dump_json()


def test_other_program_is_a_bot() -> None:
    ticket = jira_ticket(jira_issue(reporter={"accountId": "ci", "accountType": "app", "displayName": "CI"}))
    assert ticket.reporter is not None
    assert ticket.reporter.standing is Standing.bot


def test_history_is_in_our_words() -> None:
    history = jira_ticket(jira_issue()).history
    assert [(event.label, event.added) for event in history if isinstance(event, LabelChanged)] == [
        ("a", False),
        ("c", True),
        ("hypercare:P1", True),
    ]
    assert [(event.after.name, event.after.category) for event in history if isinstance(event, StatusChanged)] == [
        ("Doing", StatusCategory.in_progress),
        ("Somewhere new", StatusCategory.in_progress),
        ("Done", StatusCategory.done),
    ]
    assert [event.after for event in history if isinstance(event, Assigned)] == ["ana", None]
    assert [(event.before, event.after) for event in history if isinstance(event, NativePriorityChanged)] == [
        ("Low", "High")
    ]
    assert [(event.name, event.added) for event in history if isinstance(event, ScopeChanged)] == [
        ("5.2", True),
        ("5.1", False),
    ]
    assert [event.kind for event in history if event.by and event.by.standing is Standing.ours] == ["label"]


def test_links_say_which_way_they_lead() -> None:
    assert jira_ticket(jira_issue()).links == (
        Link(relation=Relation.duplicates, key="SHOP-1"),
        Link(relation=Relation.blocked_by, key="SHOP-2"),
        Link(relation=Relation.relates, key="SHOP-3"),
        Link(relation=Relation.same, url="https://github.com/acme/web/issues/12"),
        Link(relation=Relation.blocks, url="https://github.com/acme/web/issues/13"),
        Link(relation=Relation.relates, url="https://wiki.example/1"),
    )


def test_marker_counts_only_in_what_our_account_wrote() -> None:
    raw = jira_issue()
    assert [comment.marker for comment in jira_ticket(raw).comments] == [
        None,
        Marker(purpose="status", release="Shop 5.2", digest="d1"),
    ]
    raw["fields"]["comment"]["comments"][1]["author"]["accountId"] = "somebody"
    assert [comment.marker for comment in jira_ticket(raw).comments] == [None, None]


def test_ticket_that_is_done_without_a_resolution_date_was_resolved_when_it_got_there() -> None:
    ticket = jira_ticket(jira_issue(resolutiondate=None))
    assert ticket.resolved == ticket.status_history[-1].at


def moved(*steps: tuple[str, str, str]) -> dict[str, Any]:
    """A changelog of moves: hour, from, to."""
    return {
        "total": len(steps),
        "histories": [
            {
                "created": f"2026-11-20T{hour}:00:00.000+0000",
                "items": [{"field": "status", "fromString": before, "toString": after}],
            }
            for hour, before, after in steps
        ],
    }


def test_end_is_when_the_ticket_became_done_not_when_it_moved_on_from_there() -> None:
    raw = jira_issue(resolutiondate=None) | {"changelog": moved(("09", "Open", "Done"), ("10", "Done", "Done"))}
    assert f"{jira_ticket(raw).resolved:%H}" == "09"


def test_resolution_of_an_earlier_life_does_not_count() -> None:
    steps = (("09", "Open", "Done"), ("10", "Done", "Doing"), ("12", "Doing", "Done"))
    raw = jira_issue(resolutiondate="2026-11-20T09:00:00.000+0000") | {"changelog": moved(*steps)}
    assert f"{jira_ticket(raw).resolved:%H}" == "12"


def test_without_history_the_change_of_category_tells_the_end() -> None:
    ticket = jira_ticket(jira_issue(resolutiondate=None) | {"changelog": None})
    assert f"{ticket.resolved:%H:%M}" == "11:30"


def test_where_nothing_tells_the_end_comments_do_not_move_it() -> None:
    silent = {"resolutiondate": None, "statuscategorychangedate": None}
    at_noon, next_week = (
        jira_ticket(jira_issue(**silent, updated=f"2026-11-{day}T12:00:00.000+0000") | {"changelog": None})
        for day in (20, 27)
    )
    assert at_noon.resolved is next_week.resolved is None
    assert at_noon.ended == next_week.ended == at_noon.created
    assert not at_noon.end_known


def test_open_ticket_without_a_resolution_date_is_not_resolved() -> None:
    status = {"name": "Open", "statusCategory": {"key": "new"}}
    assert jira_ticket(jira_issue(resolutiondate=None, status=status)).resolved is None


@pytest.mark.parametrize("text", ["Plain words.", {"type": "doc", "content": 7}, {}, None])
def test_description_may_be_text_a_document_or_nothing(text: Any) -> None:
    assert jira_ticket(jira_issue(description=text)).description == (text if isinstance(text, str) else "")


@pytest.mark.parametrize("name", ["None", "", None])
def test_priority_that_is_none_is_none(name: Any) -> None:
    assert jira_ticket(jira_issue(priority={"name": name})).native_priority is None


@pytest.mark.parametrize("key", ["undefined", "parked", None])
def test_category_that_nobody_knows_is_open(key: Any) -> None:
    assert jira_ticket(jira_issue(status={"name": "Parked", "statusCategory": {"key": key}})).open


@pytest.mark.parametrize("missing", FIELDS)
@pytest.mark.parametrize("gone", [True, False], ids=["missing", "null"])
def test_issue_without_one_field_is_still_a_ticket(missing: str, gone: bool) -> None:
    raw = jira_issue(**{missing: None})
    if gone:
        del raw["fields"][missing]
    ticket = jira_ticket(raw)
    assert ticket.ref.key == "SHOP-12"
    told = {"created": "fields.created", "summary": "fields.summary", "status": "fields.status.name"}
    if not gone:  # what is hidden is left out; where there is nothing, Jira gives an empty list
        told |= {
            name: f"fields.{name}"
            for name in ("labels", "versions", "fixVersions", "components", "issuelinks", "comment")
        }
    assert ticket.unreadable == ((told[missing],) if missing in told else ())


@pytest.mark.parametrize(("field", "odd"), spoilt(jira_issue()["fields"], keep={"description"}))
def test_issue_with_an_odd_field_is_a_ticket_that_says_so(field: str, odd: Any) -> None:
    assert jira_ticket(jira_issue(**{field: odd})).unreadable[0].startswith(f"fields.{field}")


@pytest.mark.parametrize("key", [None, "", 7, []])
def test_issue_without_a_key_is_no_ticket(key: Any) -> None:
    with pytest.raises(ValueError, match="without a key"):
        jira_ticket(jira_issue() | {"key": key})


@pytest.mark.parametrize("odd", [7, "text", [7], [{"object": 7}], [{"object": {"url": 7}}]])
def test_remote_links_that_cannot_be_read_are_passed_over(odd: Any) -> None:
    ticket = jira_ticket(jira_issue() | {"remotelinks": odd})
    assert [link.key for link in ticket.links] == ["SHOP-1", "SHOP-2", "SHOP-3"]
    assert ticket.unreadable[0].startswith("remotelinks")


@pytest.mark.parametrize("part", ["fields", "changelog", "properties"])
@pytest.mark.parametrize("odd", [None, [], "text", 7])
def test_issue_without_a_part_is_still_a_ticket(part: str, odd: Any) -> None:
    ticket = jira_ticket(jira_issue() | {part: odd})
    assert ticket.ref.key == "SHOP-12"
    assert (part in ticket.unreadable) == (odd is not None or part != "properties")


def test_changelog_that_was_cut_off_marks_the_history() -> None:
    raw = jira_issue()
    raw["changelog"]["total"] = 8
    assert jira_ticket(raw).history_cut
