"""The Jira adapter against recorded answers."""

import pytest
from tests.contract.scenes.scene import marker, record, said
from tests.sync.trackers import scenarios
from tests.sync.trackers.scenarios import Stage

from hypercare_rules.ticket import Audience, LabelChanged, OurLink, Ref, Standing
from hypercare_sync.errors import AccessDenied
from hypercare_sync.trackers.http import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.usefixtures("all_played"), pytest.mark.block_network]

STAGE = Stage("jira", "https://shop.atlassian.net")


@pytest.mark.default_cassette("jira/cold_read.yaml")
def test_cold_reading_joins_pages_and_fetches_what_they_cut_off() -> None:
    tickets = scenarios.cold_read(STAGE)
    assert set(tickets) == {STAGE.ref(number) for number in range(1, 106)}
    long = tickets[STAGE.ref(7)]
    assert [comment.text.strip() for comment in long.comments] == [f"Comment {number}." for number in range(25)]
    assert [event.label for event in long.history if isinstance(event, LabelChanged)] == [
        f"label-{number}" for number in range(45)
    ]
    assert (long.url, long.audience) == ("https://shop.atlassian.net/browse/SHOP-7", Audience.internal)
    assert long.reporter is not None
    assert (long.reporter.id, long.reporter.standing) == ("cleo", Standing.team)
    assert not any(ticket.unreadable for ticket in tickets.values())
    assert [link.url for link in tickets[STAGE.ref(8)].links] == ["https://github.com/acme/web/issues/12"]
    assert [move.after.category for move in tickets[STAGE.ref(9)].status_history] == ["in_progress", "done"]


@pytest.mark.default_cassette("jira/warm_read.yaml")
def test_warm_readings_bring_what_changed_and_what_left() -> None:
    cold, quiet, changed, census = scenarios.warm_read(STAGE)
    assert len(cold.tickets) == 5
    assert quiet.tickets == ()
    commented, closed = changed.tickets
    assert [comment.text.strip() for comment in commented.comments] == ["Still broken here."]
    assert (closed.open, closed.resolution) == (False, "Done")
    assert {ticket.ref: ticket.affects for ticket in census.tickets}[STAGE.ref(3)] == ("6.0",)
    assert census.gone == {STAGE.ref(4)}


@pytest.mark.default_cassette("jira/labels.yaml")
def test_labels_are_added_and_removed() -> None:
    ticket = scenarios.labels(STAGE)
    assert ticket.labels == {"hypercare:P2"}
    assert ticket.summary_key == "SHOP-99"
    assert {event.by.standing for event in ticket.history if event.by} == {Standing.ours}
    assert len(ticket.history) == 5


@pytest.mark.default_cassette("jira/comments.yaml")
def test_comment_is_added_edited_and_removed() -> None:
    added, edited, removed = scenarios.comments(STAGE)
    assert [(comment.marker, comment.author.standing) for comment in added.comments] == [(marker("d1"), Standing.ours)]
    assert [(comment.marker, comment.id) for comment in edited.comments] == [(marker("d2"), added.comments[0].id)]
    assert removed.comments == ()


@pytest.mark.default_cassette("jira/assignment.yaml")
def test_ticket_is_assigned_once() -> None:
    ticket = scenarios.assignment(STAGE)
    assert [person.id for person in ticket.assignees] == [STAGE.colleague]
    (event,) = ticket.history
    assert event.by is not None
    assert event.by.standing is Standing.ours


@pytest.mark.default_cassette("jira/pin.yaml")
def test_summary_is_pinned_where_there_are_pins() -> None:
    before, after = scenarios.pin(STAGE)
    assert before.current is not None
    assert after.current is not None
    assert (before.current.unpinned, after.current.unpinned) == (False, False)


@pytest.mark.default_cassette("jira/summary.yaml")
def test_summary_is_found_created_edited_and_its_double_closed() -> None:
    none, created, doubled, alone, unlabelled, unlisted = scenarios.summary(STAGE)
    assert (none.current, none.audience) == (None, Audience.internal)
    assert created.current is not None
    assert said(created) == record("s1")
    assert created.current.url.startswith("https://shop.atlassian.net/browse/SHOP-")
    assert doubled.current is not None
    assert (doubled.current.key, said(doubled)) == (created.current.key, record("s2"))
    assert len(doubled.doubles) == 1
    assert (alone.current, alone.doubles) == (doubled.current, ())
    assert unlabelled.current == unlisted.current == alone.current


@pytest.mark.default_cassette("jira/conversation.yaml")
def test_what_was_said_in_a_summary_is_read_and_told_by_its_stamp() -> None:
    found, (theirs, ours) = scenarios.conversation(STAGE)
    assert found.current is not None
    assert found.current.stamp.startswith("2 ")
    assert (theirs.text, theirs.marker, theirs.edited) == ("/hypercare help", None, False)
    assert theirs.author.standing is Standing.team
    assert (ours.author.standing, ours.marker) == (Standing.ours, marker())


@pytest.mark.default_cassette("jira/links.yaml")
def test_link_of_ours_is_made_once_and_taken_off() -> None:
    linked, unlinked = scenarios.links(STAGE)
    assert linked.linked == {OurLink("hypercare:", Ref("web-github", "acme/web#12"))}
    assert linked.links == unlinked.links == ()
    assert unlinked.linked == unlinked.unlinked == frozenset()


@pytest.mark.default_cassette("jira/refused.yaml")
def test_wrong_token_is_said() -> None:
    error = scenarios.refused(STAGE)
    assert isinstance(error, AccessDenied)
    assert "must be authenticated" in str(error)


@pytest.mark.default_cassette("jira/missing.yaml")
def test_ticket_that_is_gone_is_not_found() -> None:
    assert isinstance(scenarios.missing(STAGE), NotFound)


@pytest.mark.default_cassette("jira/access.yaml")
def test_account_is_told_what_it_may_do() -> None:
    found = scenarios.access(STAGE)
    assert found.told[0] == "jira: signed in as Hypercare Bot on Jira Cloud with an API token"
    assert (len(found.told), found.lacks) == (2, ())
    outside, priority, person = found.doubts
    assert outside.startswith("jira: SHOP: Hypercare Bot is not in the role Support, for which our comments are")
    assert priority.startswith("jira: there is no native priority 'Urgent' here, only Highest, High")
    assert person == "jira: nobody here has the account id nobody (Nobody): mend `jira` of that person in the policy"


@pytest.mark.default_cassette("jira/lost_store.yaml")
def test_record_on_a_ticket_names_what_no_store_knows() -> None:
    tickets, found = scenarios.lost_store(STAGE)
    assert tickets[STAGE.ref(1)].summary_key == "SHOP-5"
    assert found.current is None  # it is no summary: its own record would say so


@pytest.mark.default_cassette("jira/version_to_come.yaml")
def test_version_to_come_is_a_note() -> None:
    found = scenarios.version_to_come(STAGE)
    assert (found.tickets, found.notes) == ((), ("SHOP has no version '5.20' yet; it has '5.2'",))


@pytest.mark.default_cassette("jira/ending.yaml")
def test_summary_that_is_closed_at_the_end_is_found_and_opened_again() -> None:
    before, ended, back = (found.current for found in scenarios.ending(STAGE))
    assert before is not None
    assert ended is not None
    assert back is not None
    assert [state.open for state in (before, ended, back)] == [True, False, True]
    assert [state.record.handover is not None for state in (before, ended, back)] == [False, True, False]
    assert {state.key for state in (before, ended, back)} == {before.key}
    assert (ended.unpinned, back.unpinned) == (False, False)  # it was we who took the pin off, and it stays off
