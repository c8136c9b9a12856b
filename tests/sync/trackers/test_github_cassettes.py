"""The GitHub adapter against recorded answers."""

import pytest
from tests.contract.scenes.scene import marker, record, said
from tests.sync.trackers import scenarios
from tests.sync.trackers.scenarios import Stage

from hypercare_rules.ticket import Audience, LabelChanged, Standing
from hypercare_sync.errors import AccessDenied
from hypercare_sync.trackers.http import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.usefixtures("all_played"), pytest.mark.block_network]

STAGE = Stage("github", "https://api.github.com")


@pytest.mark.default_cassette("github/cold_read.yaml")
def test_cold_reading_joins_pages_and_fetches_what_they_cut_off() -> None:
    tickets = scenarios.cold_read(STAGE)
    assert set(tickets) == {STAGE.ref(number) for number in range(1, 61)}
    long = tickets[STAGE.ref(7)]
    assert [comment.text for comment in long.comments] == [f"Comment {number}." for number in range(25)]
    assert [event.label for event in long.history if isinstance(event, LabelChanged)] == [
        f"case-{number}" for number in range(35)
    ]
    assert (long.url, long.audience) == ("https://github.com/acme/web/issues/7", Audience.public)
    assert long.reporter is not None
    assert (long.reporter.id, long.reporter.standing) == ("cleo", Standing.other)
    assert not any(ticket.unreadable for ticket in tickets.values())


@pytest.mark.default_cassette("github/warm_read.yaml")
def test_warm_readings_bring_what_changed_and_what_left() -> None:
    cold, quiet, changed, census = scenarios.warm_read(STAGE)
    assert len(cold.tickets) == 5
    assert quiet.tickets == ()
    commented, closed = changed.tickets
    assert [comment.text for comment in commented.comments] == ["Still broken here."]
    assert (closed.open, closed.resolution) == (False, "completed")
    assert {ticket.ref: ticket.planned_for for ticket in census.tickets}[STAGE.ref(3)] == ("6.0",)
    assert census.gone == {STAGE.ref(4)}


@pytest.mark.default_cassette("github/labels.yaml")
def test_labels_are_added_and_removed() -> None:
    ticket = scenarios.labels(STAGE)
    assert ticket.labels == {"hypercare:P2"}
    assert {event.by.standing for event in ticket.history if event.by} == {Standing.ours}
    assert len(ticket.history) == 5


@pytest.mark.default_cassette("github/comments.yaml")
def test_comment_is_added_edited_and_removed() -> None:
    added, edited, removed = scenarios.comments(STAGE)
    assert [(comment.marker, comment.author.standing) for comment in added.comments] == [(marker("d1"), Standing.ours)]
    assert [(comment.marker, comment.id) for comment in edited.comments] == [(marker("d2"), added.comments[0].id)]
    assert removed.comments == ()


@pytest.mark.default_cassette("github/assignment.yaml")
def test_ticket_is_assigned_once() -> None:
    ticket = scenarios.assignment(STAGE)
    assert [person.id for person in ticket.assignees] == [STAGE.colleague]
    (event,) = ticket.history
    assert event.by is not None
    assert event.by.standing is Standing.ours


@pytest.mark.default_cassette("github/pin.yaml")
def test_summary_is_pinned_where_there_are_pins() -> None:
    before, after = scenarios.pin(STAGE)
    assert before.current is not None
    assert after.current is not None
    assert (before.current.unpinned, after.current.unpinned) == (True, False)


@pytest.mark.default_cassette("github/summary.yaml")
def test_summary_is_found_created_edited_and_its_double_closed() -> None:
    none, created, doubled, alone, unlabelled, unlisted = scenarios.summary(STAGE)
    assert (none.current, none.audience) == (None, Audience.public)
    assert created.current is not None
    assert said(created) == record("s1")
    assert created.current.url.startswith("https://github.com/acme/web/issues/")
    assert doubled.current is not None
    assert (doubled.current.key, said(doubled)) == (created.current.key, record("s2"))
    assert len(doubled.doubles) == 1
    assert (alone.current, alone.doubles) == (doubled.current, ())
    assert unlabelled.current == unlisted.current == alone.current


@pytest.mark.default_cassette("github/conversation.yaml")
def test_what_was_said_in_a_summary_is_read_and_told_by_its_stamp() -> None:
    found, (theirs, ours) = scenarios.conversation(STAGE)
    assert found.current is not None
    assert found.current.stamp.startswith("2 ")
    assert (theirs.text, theirs.marker, theirs.edited) == ("/hypercare help", None, False)
    assert theirs.author.standing is Standing.team
    assert (ours.author.standing, ours.marker) == (Standing.ours, marker())


@pytest.mark.default_cassette("github/refused.yaml")
def test_wrong_token_is_said() -> None:
    error = scenarios.refused(STAGE)
    assert isinstance(error, AccessDenied)
    assert "Bad credentials" in str(error)


@pytest.mark.default_cassette("github/missing.yaml")
def test_ticket_that_is_gone_is_not_found() -> None:
    assert isinstance(scenarios.missing(STAGE), NotFound)


@pytest.mark.default_cassette("github/access.yaml")
def test_what_a_token_may_do_is_told_and_what_nobody_tells_is_asked_for() -> None:
    access = scenarios.access(STAGE)
    assert access.told == (
        "github: signed in as hypercare-bot with a fine-grained token; 4,999 of 5,000 points left this hour",
        "github: acme/web: may read, comment, label tickets, create labels, open and edit the summary, label the summary",
    )
    assert access.lacks == ()
    assert [line.partition(",")[0] for line in access.doubts] == [
        "github: nobody tells whether hypercare-bot is ours alone; if nobody else acts with it",
        "github: acme/web: whether it may write",
        "github: acme/web: nobody (Nobody) cannot be assigned there: no such account",
    ]


@pytest.mark.default_cassette("github/app.yaml")
def test_app_is_told_what_it_may_do() -> None:
    access = scenarios.app(STAGE)
    assert access.told[0].startswith("github: signed in as intensive-care[bot] with an App's key; ")
    assert (len(access.told), access.lacks, len(access.doubts)) == (2, (), 1)


@pytest.mark.default_cassette("github/ending.yaml")
def test_summary_that_is_closed_at_the_end_is_found_and_opened_again() -> None:
    before, ended, back = (found.current for found in scenarios.ending(STAGE))
    assert before is not None
    assert ended is not None
    assert back is not None
    assert [state.open for state in (before, ended, back)] == [True, False, True]
    assert [state.record.handover is not None for state in (before, ended, back)] == [False, True, False]
    assert {state.key for state in (before, ended, back)} == {before.key}
    assert (ended.unpinned, back.unpinned) == (False, False)  # it was we who took the pin off, and it stays off
