"""How many requests a reading takes, counted by the served trackers themselves."""

from dataclasses import replace
from datetime import timedelta
from math import ceil

import pytest
from tests.contract.scenes.github import GithubScene
from tests.contract.scenes.jira import JiraScene
from tests.contract.scenes.scene import Follower, document, record, styled

SHORT, HOUR = (
    timedelta(minutes=6),
    timedelta(minutes=60),
)  # longer than GitHub's overlap, and than the time to its census
QUIET = timedelta(minutes=20)  # longer than any overlap, shorter than the time between two censuses


def _tick(follower: Follower, key: str | None) -> int:
    """The reads of the source and of the summary together."""
    scene = follower.scene
    assert isinstance(scene, GithubScene | JiraScene)
    scene.served.forget()
    follower.read()
    scene.tracker.reader.summary(scene.place, "Shop 5.2", key, ())
    assert scene.served.sent("write") == 0
    assert scene.served.sent("read") == scene.tracker.reader.requests.read
    scene.tracker.reader.requests.read = 0
    return scene.served.sent("read")


def _summary(scene: GithubScene | JiraScene) -> str:
    """The key of a new summary."""
    key = scene.tracker.writer.create_summary(scene.place, "Shop", document("All well."), record()).key
    scene.tracker.reader.requests.read = scene.tracker.reader.requests.write = 0
    return key


@pytest.mark.parametrize("beside", [True, False], ids=["summary beside", "summary elsewhere"])
@pytest.mark.parametrize("count", [0, 1, 50, 51, 1000])
def test_github_reads_fifty_a_request(github: GithubScene, count: int, beside: bool) -> None:
    refs = github.load(count)
    if beside:
        github.source = replace(github.source, summary_label=github.place.label)
    follower = Follower(github)
    assert _tick(follower, None) <= ceil(count / 50) + 2 + (not beside)
    assert len(follower.known) == count
    key = _summary(github)
    github.pass_time(SHORT)
    _tick(follower, key)
    github.pass_time(SHORT)
    assert _tick(follower, key) == 2 - beside
    for changed in sorted({1, 50, 51} & {*range(1, count + 1)}):
        github.pass_time(SHORT)
        for ref in refs[:changed]:
            github.comment(ref, "Still broken here.")
        assert _tick(follower, key) == ceil(changed / 50) + (not beside)
    github.pass_time(SHORT)
    _tick(follower, key)
    github.pass_time(HOUR)
    assert _tick(follower, key) == 2 - beside + max(1, ceil(count / 100))


@pytest.mark.parametrize("count", [0, 1, 100, 101])
def test_jira_reads_a_hundred_a_request(jira: JiraScene, count: int) -> None:
    jira.load(count)
    follower = Follower(jira)
    assert _tick(follower, None) <= max(1, ceil(count / 100)) + max(1, ceil(count / 1000)) + 3
    assert len(follower.known) == count
    key = _summary(jira)
    jira.pass_time(QUIET)
    _tick(follower, key)
    jira.pass_time(QUIET)
    assert _tick(follower, key) == 2


def test_sixty_changes_take_two_reads_on_github_and_one_on_jira(github: GithubScene, jira: JiraScene) -> None:
    for scene, wanted in ((github, 2), (jira, 1)):
        refs = scene.load(60)
        follower = Follower(scene)
        follower.read()
        scene.pass_time(QUIET)
        for ref in refs:
            scene.comment(ref, "Still broken here.")
        scene.served.forget()
        assert len(follower.read().tickets) == 60
        assert scene.served.sent() == wanted


def test_label_changes_of_a_ticket_are_one_write_on_jira_and_one_an_added_set_on_github(
    github: GithubScene, jira: JiraScene
) -> None:
    for scene, wanted in ((github, 2), (jira, 1)):
        (ref,) = scene.load(1)
        scene.label(ref, "hypercare:P1", "hypercare:P2", "hypercare:stale", "hypercare:breached")
        scene.unlabel(ref, "hypercare:P1")
        scene.unlabel(ref, "hypercare:breached")
        Follower(scene).read()
        scene.served.forget()
        scene.tracker.writer.change_labels(ref, styled("hypercare:P1", "hypercare:breached"), ["hypercare:P2"], None)
        assert (scene.served.sent("write"), scene.served.sent("read")) == (wanted, 0)


def test_label_is_made_once_for_a_repository(github: GithubScene) -> None:
    refs = github.load(3)
    Follower(github).read()
    github.served.forget()
    for ref in refs:
        github.tracker.writer.change_labels(ref, styled("hypercare:P1"), [], None)
    assert github.served.sent("write") == 4
    made = github.issue(refs[0].key)["labels"][0]
    assert (made["color"], made["description"]) == ("b60205", "Hypercare priority 1: act now")
