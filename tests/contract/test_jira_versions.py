"""A version that the project does not have: a note for as long as it is to come, and an error once it was there."""

from datetime import timedelta
from math import ceil

import pytest
from tests.contract.scenes.jira import JiraScene, row
from tests.contract.scenes.scene import VERSION, Follower, source

from hypercare_rules.ticket import Ref
from hypercare_sync.errors import TrackerError

MINUTES, HOUR = timedelta(minutes=20), timedelta(minutes=61)
NEW = {"versions": [], "created": "2026-11-20T09:00:00.000+0000"}
"""An issue of after go-live that names no version."""


@pytest.fixture
def elsewhere(flavour: JiraScene) -> JiraScene:
    """A project with one newcomer, whose site knows the version in another project only."""
    JiraScene(flavour.served).load(1)
    flavour.load_rows(row(f"{flavour.project}-1", 1, **NEW))
    return flavour


def release(scene: JiraScene, name: str) -> str:
    """A new version; its id."""
    made = scene.call("POST", "version", {"name": name, "project": scene.project})
    return str(made["id"])


@pytest.mark.parametrize("name", [VERSION, "9.9 (nowhere)"])
def test_version_to_come_is_a_note_and_newcomers_are_read_all_the_same(elsewhere: JiraScene, name: str) -> None:
    elsewhere.source = source("jira", elsewhere.project, version=name)
    follower = Follower(elsewhere)
    for _ in range(2):
        reading = follower.read()
        assert reading.notes == (f"{elsewhere.project} has no version {name!r} yet",)
        assert list(follower.known) == [Ref("jira", f"{elsewhere.project}-1")]
        elsewhere.pass_time(HOUR)


def test_versions_that_are_called_alike_are_named(elsewhere: JiraScene) -> None:
    for name in ("Shop 5.2", "Shop 5.1", "App"):
        release(elsewhere, name)
    elsewhere.source = source("jira", elsewhere.project, version="shop 5.2")
    (note,) = Follower(elsewhere).read().notes
    assert note.endswith("has no version 'shop 5.2' yet; it has 'Shop 5.2' and 'Shop 5.1'")


def test_nothing_is_searched_where_nothing_else_selects(elsewhere: JiraScene) -> None:
    elsewhere.source = source("jira", elsewhere.project, version="9.9", suggest_untagged=False)
    follower = Follower(elsewhere)
    for _ in range(2):
        reading = follower.read()
        assert (reading.tickets, len(reading.notes)) == ((), 1)
        elsewhere.pass_time(HOUR)


def test_version_that_comes_to_be_is_read_whole(elsewhere: JiraScene) -> None:
    elsewhere.load_rows(row(f"{elsewhere.project}-2", 2, versions=[]))  # of long ago
    draft = release(elsewhere, "draft")
    elsewhere.edit(Ref("jira", f"{elsewhere.project}-2"), versions=[{"name": "draft"}])
    follower = Follower(elsewhere)
    follower.read()
    elsewhere.pass_time(HOUR)
    follower.read()
    elsewhere.call("PUT", f"version/{draft}", {"name": VERSION})
    reading = follower.read()
    assert reading.notes == ()
    assert len(follower.known) == 2
    elsewhere.pass_time(MINUTES)
    follower.read()
    elsewhere.pass_time(MINUTES)
    elsewhere.served.forget()
    follower.read()
    assert elsewhere.served.sent() == 1


def test_version_that_was_there_and_is_gone_is_an_error_and_nothing_is_lost(flavour: JiraScene) -> None:
    own = f"5.2 of {flavour.project}"
    flavour.load_rows()
    version = release(flavour, own)
    flavour.load_rows(row(f"{flavour.project}-1", 1, versions=[{"id": version, "name": own}]))
    flavour.source = source("jira", flavour.project, version=own)
    follower = Follower(flavour)
    follower.read()
    flavour.call("PUT", f"version/{version}", {"name": f"{own}.0"})
    flavour.pass_time(MINUTES)
    for _ in range(2):
        with pytest.raises(TrackerError, match=f"there is no version '{own}' any more; it has '{own}.0'"):
            follower.read()
    assert len(follower.known) == 1


def test_version_without_tickets_is_no_note_and_one_request(flavour: JiraScene) -> None:
    flavour.load(0)
    follower = Follower(flavour)
    flavour.served.forget()
    assert follower.read().notes == ()
    assert flavour.served.sent() <= ceil(0 / 100) + 4
