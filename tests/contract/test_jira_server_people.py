"""People on Data Center: a policy knows them by names, which change; keys stay, and histories tell nothing else of who had a ticket."""

from typing import Any

import pytest
from tests.contract.scenes.jira import JiraScene
from tests.contract.scenes.scene import Follower, document, marker, styled

from hypercare_rules.ticket import Assigned, Standing, Ticket
from hypercare_sync.sandbox.jira.model import Json
from hypercare_sync.sandbox.people import OURS


def user(scene: JiraScene, login: str) -> Json:
    """Somebody as the site keeps them: to be renamed."""
    return scene.world.person(scene.served.sandbox.accounts.named(login))


@pytest.fixture
def renamed(jira_server: JiraScene, request: pytest.FixtureRequest) -> Any:
    """Renames somebody until the test is over."""

    def rename(login: str, name: str) -> None:
        known = user(jira_server, login)
        request.addfinalizer(lambda: known.update(name=login))
        known["name"] = name

    return rename


def read(scene: JiraScene) -> Ticket:
    """The only ticket, read anew."""
    follower = Follower(scene)
    follower.read()
    (ticket,) = follower.known.values()
    return ticket


def test_keys_are_not_names_here(jira_server: JiraScene) -> None:
    pat = user(jira_server, "pat")
    assert pat["key"] != pat["name"] == jira_server.colleague


def test_who_had_a_ticket_and_gave_it_back_is_told_by_name(jira_server: JiraScene) -> None:
    (ref,) = jira_server.load(1)
    jira_server.tracker.writer.assign(ref, jira_server.colleague)
    jira_server.edit(ref, assignee=None)
    assert [event.after for event in read(jira_server).history if isinstance(event, Assigned)] == ["pat", None]


def test_renamed_person_is_who_they_were_in_all_that_they_did_before(jira_server: JiraScene, renamed: Any) -> None:
    (ref,) = jira_server.load(1)
    jira_server.tracker.writer.assign(ref, "pat")
    jira_server.comment(ref, "I am on it.")
    renamed("pat", "pat.jones")
    ticket = read(jira_server)
    (event,) = ticket.history
    assert isinstance(event, Assigned)
    assert event.after == ticket.assignees[0].id == ticket.comments[0].author.id == "pat.jones"
    assert ticket.first_response({"pat.jones"}) == ticket.comments[0].created
    assert ticket.first_response({"pat"}) is None


def test_renamed_person_is_assigned_by_the_new_name(jira_server: JiraScene, renamed: Any) -> None:
    (ref,) = jira_server.load(1)
    renamed("pat", "pat.jones")
    jira_server.tracker.writer.assign(ref, "pat.jones")
    assert read(jira_server).assignees[0].id == "pat.jones"


def test_what_we_did_stays_ours_when_our_account_is_renamed(jira_server: JiraScene, renamed: Any) -> None:
    (ref,) = jira_server.load(1)
    writer = jira_server.tracker.writer
    writer.change_labels(ref, styled("hypercare:P1"), [], None)
    writer.add_comment(ref, marker("d1"), document("Priority P1."))
    renamed(OURS, "release-bot")
    again = JiraScene(jira_server.served, project=jira_server.project)
    ticket = read(again)
    assert [event.by.standing for event in ticket.history if event.by] == [Standing.ours]
    assert [comment.marker for comment in ticket.comments] == [marker("d1")]
    again.tracker.writer.add_comment(ref, marker("d1"), document("Priority P1."))
    again.tracker.writer.edit_comment(ref, ticket.comments[0].id, marker("d2"), document("Priority P2."))
    (comment,) = read(again).comments
    assert comment.marker == marker("d2")
