"""What makes a GitHub issue the release's: milestone, labels, issue type, or that it came without any of them."""

from datetime import timedelta

import pytest
from tests.contract.scenes.github import DAY, HOUR, MINUTES, GithubScene, first_reading, row
from tests.contract.scenes.scene import GO_LIVE, VERSION
from tests.contract.scenes.served import Served

from hypercare_rules.ticket import Ref
from hypercare_sync.errors import TrackerError
from hypercare_sync.retry import Unanswered


def test_any_of_several_ways_selects(github: GithubScene) -> None:
    github.load_rows(
        row(1),
        row(2, milestone=None, labels=[{"name": "shop-5.2"}]),
        row(3, milestone=None),
        row(4, milestone=None),
    )
    github.retype(3, "Bug")
    github.retype(4, "Task")
    follower = first_reading(github, labels=frozenset({"shop-5.2"}), issue_type="bug", suggest_untagged=False)
    assert follower.selected() == [1, 2, 3]
    assert {ticket.issue_type for ticket in follower.known.values()} == {None, "Bug"}


def test_several_ways_are_read_with_one_request_while_nothing_changes(github: GithubScene) -> None:
    github.load_rows(
        row(1), row(2, milestone=None, labels=[{"name": "a"}]), row(3, milestone=None, labels=[{"name": "b"}])
    )
    follower = first_reading(github, labels=frozenset("ab"))
    github.pass_time(MINUTES)
    github.served.forget()
    assert follower.read().tickets == ()
    assert github.served.operations() == ["query Tickets"]


def test_closed_milestone_is_read_as_an_open_one(github: GithubScene) -> None:
    github.load(3)
    github.person("PATCH", "/milestones/1", {"state": "closed"})
    assert first_reading(github).selected() == [1, 2, 3]


def test_milestone_is_told_from_those_of_which_its_title_is_a_part(github: GithubScene) -> None:
    for number in range(30):
        github.world.repository_for(github.repo)
        github.person("POST", "/milestones", {"title": f"{VERSION}.{number}"})
    github.load(0)
    ref = github.open("Cart empty")
    github.person("PATCH", f"/issues/{ref.key.rpartition('#')[2]}", {"milestone": 31})
    assert first_reading(github).selected() == [1]


def test_ticket_that_gets_the_type_comes_and_one_that_loses_it_is_seen_by_the_census(github: GithubScene) -> None:
    github.load_rows(row(1, milestone=None), row(2, milestone=None), row(3, milestone=None))
    github.retype(1, "Bug")
    follower = first_reading(github, version=None, issue_type="Bug", suggest_untagged=False)
    assert follower.selected() == [1]
    github.pass_time(MINUTES)
    github.retype(2, "Bug")
    follower.read()
    assert follower.selected() == [1, 2]
    github.retype(1, "Task")
    github.pass_time(HOUR)
    follower.read()
    assert follower.selected() == [2]
    assert follower.known[Ref("gh", f"{github.repo}#1")].issue_type == "Task"


def test_type_of_a_ticket_is_known_however_it_was_selected(github: GithubScene) -> None:
    refs = github.load(3)
    github.retype(1, "Bug")
    follower = first_reading(github)
    assert [follower.known[ref].issue_type for ref in refs] == ["Bug", None, None]
    github.pass_time(MINUTES)
    github.retype(1, None)
    github.retype(2, "Feature")
    github.comment(refs[2], "Seen.")
    follower.read()
    assert [follower.known[ref].issue_type for ref in refs] == [None, "Feature", None]


def test_types_that_come_into_use_later_are_seen_within_a_day(github: GithubScene) -> None:
    refs = github.load(2)
    follower = first_reading(github)
    github.pass_time(MINUTES)
    github.retype(1, "Bug")
    follower.read()
    github.pass_time(DAY)
    github.comment(refs[1], "Seen.")
    follower.read()
    assert [follower.known[ref].issue_type for ref in refs] == ["Bug", None]


def test_types_of_many_are_read_by_the_source_s_own_lists(github: GithubScene) -> None:
    bug = {"id": 1, "node_id": "IT_1", "name": "Bug", "description": None}
    github.load_rows(
        *(row(number, type=bug, **({"milestone": None} if number > 60 else {})) for number in range(1, 121))
    )
    follower = first_reading(github, suggest_untagged=False)
    assert len(follower.known) == 60
    assert {ticket.issue_type for ticket in follower.known.values()} == {"Bug"}


def test_two_repositories_are_two_sources(github: GithubScene, served: Served) -> None:
    other = GithubScene(served)
    for scene, count in ((github, 2), (other, 3)):
        scene.load(count)
        assert len(first_reading(scene).known) == count


def test_pull_requests_are_no_tickets(github: GithubScene) -> None:
    bug = {"id": 1, "node_id": "IT_1", "name": "Bug", "description": None}
    github.load_rows(row(1, type=bug), row(2, pull_request={"merged_at": None}))
    assert first_reading(github, issue_type="Bug").selected() == [1]


def test_all_newcomers_are_found_and_none_from_before(github: GithubScene) -> None:
    before = f"{GO_LIVE - timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}"
    touched = f"{GO_LIVE + timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}"
    old = [row(number, milestone=None, created_at=before, updated_at=touched) for number in range(1, 61)]
    github.load_rows(*old, *(row(number, milestone=None) for number in range(61, 131)), row(131))
    follower = first_reading(github)
    assert sorted(int(ref.key.rpartition("#")[2]) for ref in follower.known) == list(range(61, 132))


def test_empty_list_of_a_type_is_read_a_second_time(github: GithubScene) -> None:
    github.load_rows(*(row(number, milestone=None) for number in range(1, 15)))
    for number in range(1, 15):
        github.retype(number, "Bug")
    issues = f"GET /repos/{github.repo}/issues"
    github.served.fault("github", issues, "empty")
    follower = first_reading(github, version=None, issue_type="Bug", suggest_untagged=False)
    assert len(follower.selected()) == 14
    github.pass_time(HOUR)
    github.served.fault("github", issues, "empty", after=1)
    assert follower.read().gone == frozenset()
    github.pass_time(HOUR)
    github.served.fault("github", issues, "empty", times=100)
    with pytest.raises(TrackerError, match="lists only 0 of 14 known tickets"):
        follower.read()
    assert len(follower.selected()) == 14


def test_list_of_a_type_that_goes_unanswered_is_no_reading(github: GithubScene) -> None:
    github.load_rows(row(1, milestone=None))
    github.served.fault("github", f"GET /repos/{github.repo}/issues", "502", times=100)
    with pytest.raises(Unanswered, match="502"):
        first_reading(github, version=None, issue_type="Bug")
