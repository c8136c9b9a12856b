"""Enterprise Servers that lack what came later."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.contract.scenes.github import HOUR, MINUTES, GithubScene, first_reading
from tests.contract.scenes.scene import START, Follower
from tests.contract.scenes.served import Served

from hypercare_sync.errors import TrackerError
from hypercare_sync.sandbox.github.server import read_server
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Sandbox


@pytest.fixture(params=["3.12", "3.17", "3.18"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GithubScene]:
    """A repository on a server of that version."""
    sandbox = Sandbox.new(START)
    sandbox.github.server = read_server(request.param)
    with running(sandbox) as base:
        yield GithubScene(Served(sandbox, base, tmp_path))


def test_what_the_server_lacks_is_asked_for_once(older: GithubScene) -> None:
    refs = older.load(3)
    older.served.forget()
    follower = first_reading(older)
    lacks = not older.world.server.has_sub_issues
    assert sorted(follower.known) == refs
    assert older.served.operations().count("query Tickets") == 1 + lacks
    for scene in (older, again(older)):
        older.pass_time(MINUTES)
        older.served.forget()
        follower.scene = scene
        follower.read()
        assert older.served.operations() == ["query Tickets"]


def test_server_that_was_upgraded_is_asked_again(older: GithubScene) -> None:
    older.load(2)
    follower = first_reading(older)
    older.world.server = read_server("3.19")
    follower.scene = again(older)
    for _ in range(2):
        older.pass_time(MINUTES)
        follower.read()
    assert follower.cursor is not None
    assert (follower.cursor["server"], follower.cursor["lacks"]) == ("enterprise-server@3.19.0", [])


def test_type_alone_selects_nothing_where_there_are_no_types(older: GithubScene) -> None:
    older.load(2)
    if older.world.server.has_types:
        assert first_reading(older, version=None, issue_type="Bug").selected() == []
        return
    with pytest.raises(TrackerError, match=r"knows no issue types; GitHub Enterprise Server has them from 3\.18 on"):
        first_reading(older, version=None, issue_type="Bug")


def test_type_beside_a_milestone_is_said_to_be_missing(older: GithubScene) -> None:
    older.load(2)
    follower = first_reading(older, issue_type="Bug")
    assert follower.selected() == [1, 2]
    older.pass_time(MINUTES)
    notes = follower.read().notes
    assert any("knows no issue types" in note for note in notes) is not older.world.server.has_types


def test_blockers_that_the_server_does_not_tell_are_said_to_be_missing_and_asked_for_once(older: GithubScene) -> None:
    older.load(2)
    older.source = replace(older.source, asks_blockers=True)
    follower = Follower(older)
    for asked in (True, False, False):
        older.served.forget()
        assert [note for note in follower.read().notes if "blockers" in note] == [
            f"gh {older.repo}: this GitHub tells of no blockers; GitHub Enterprise Server does from 3.19 on"
        ]
        lists = [one for one in older.served.operations() if one.startswith("GET") and "issues" in one]
        assert bool(lists) is asked
        older.pass_time(HOUR)


def again(github: GithubScene) -> GithubScene:
    """The same scene in the next process: nothing is remembered but what the store holds."""
    scene = GithubScene(github.served, repo=github.repo)
    scene.source = github.source
    return scene
