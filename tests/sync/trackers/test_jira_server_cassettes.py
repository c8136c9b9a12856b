"""The Jira adapter against recorded answers of Data Center."""

import pytest
from tests.sync.trackers import scenarios
from tests.sync.trackers.scenarios import Stage

from hypercare_rules.ticket import LabelChanged, OurLink, Ref, Standing
from hypercare_sync.errors import AccessDenied

pytestmark = [pytest.mark.vcr, pytest.mark.usefixtures("all_played"), pytest.mark.block_network]

STAGE = Stage("jira-server", "https://jira.shop.example")


@pytest.mark.default_cassette("jira-server/cold_read.yaml")
def test_cold_reading_joins_pages() -> None:
    tickets = scenarios.cold_read(STAGE)
    assert set(tickets) == {STAGE.ref(number) for number in range(1, 106)}
    long = tickets[STAGE.ref(7)]
    assert [comment.text.strip() for comment in long.comments] == [f"Comment {number}." for number in range(25)]
    assert [event.label for event in long.history if isinstance(event, LabelChanged)] == [
        f"label-{number}" for number in range(45)
    ]
    assert [link.url for link in tickets[STAGE.ref(8)].links] == ["https://github.com/acme/web/issues/12"]
    assert [move.after.category for move in tickets[STAGE.ref(9)].status_history] == ["in_progress", "done"]
    assert not any(ticket.unreadable for ticket in tickets.values())


@pytest.mark.default_cassette("jira-server/warm_read.yaml")
def test_warm_readings_bring_what_changed_and_what_left() -> None:
    cold, quiet, changed, census = scenarios.warm_read(STAGE)
    assert (len(cold.tickets), quiet.tickets) == (5, ())
    commented, closed = changed.tickets
    assert [comment.text.strip() for comment in commented.comments] == ["Still broken here."]
    assert (closed.open, closed.resolution) == (False, "Done")
    assert {ticket.ref: ticket.affects for ticket in census.tickets}[STAGE.ref(3)] == ("6.0",)
    assert census.gone == {STAGE.ref(4)}


@pytest.mark.default_cassette("jira-server/labels.yaml")
def test_labels_are_added_and_removed() -> None:
    ticket = scenarios.labels(STAGE)
    assert ticket.labels == {"hypercare:P2"}
    assert {event.by.standing for event in ticket.history if event.by} == {Standing.ours}


@pytest.mark.default_cassette("jira-server/links.yaml")
def test_link_of_ours_is_made_once_and_taken_off() -> None:
    linked, unlinked = scenarios.links(STAGE)
    assert linked.linked == {OurLink("hypercare:", Ref("web-github", "acme/web#12"))}
    assert linked.links == unlinked.links == ()
    assert unlinked.linked == unlinked.unlinked == frozenset()


@pytest.mark.default_cassette("jira-server/refused.yaml")
def test_wrong_token_is_said() -> None:
    error = scenarios.refused(STAGE)
    assert isinstance(error, AccessDenied)
    assert "must be authenticated" in str(error)


@pytest.mark.default_cassette("jira-server/access.yaml")
def test_account_is_told_what_it_may_do() -> None:
    found = scenarios.access(STAGE)
    assert found.told[0] == "jira-server: signed in as Hypercare Bot on Jira Data Center with a personal access token"
    assert (len(found.told), found.lacks) == (2, ())
    priority, person = found.doubts
    assert priority.startswith("jira-server: there is no native priority 'Urgent' here, only Highest, High")
    assert (
        person == "jira-server: nobody here has the user name nobody (Nobody): mend `jira` of that person in the policy"
    )


@pytest.mark.default_cassette("jira-server/lost_store.yaml")
def test_record_on_a_ticket_is_looked_at_where_no_summary_is_found() -> None:
    tickets, found = scenarios.lost_store(STAGE)
    assert tickets[STAGE.ref(1)].labels == {"hypercare:P1"}
    assert found.current is None  # what the record names is no summary: its own record would say so


@pytest.mark.default_cassette("jira-server/version_to_come.yaml")
def test_version_to_come_is_a_note() -> None:
    found = scenarios.version_to_come(STAGE)
    assert (found.tickets, found.notes) == ((), ("SHOP has no version '5.20' yet; it has '5.2'",))
