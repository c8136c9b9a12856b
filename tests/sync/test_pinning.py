"""The summary is pinned where people see it first, unless a person thinks otherwise or the repository has no room for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.flow import ON_JIRA, Team, a_team
from tests.sync.test_setting_aside import mutation, node

from hypercare_sync.report import exit_code, tick_json
from hypercare_sync.sandbox.people import OURS


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path) as made:
        yield made


def pinned(team: Team) -> list[str]:
    """The titles of what is pinned in acme/ops."""
    repository = team.sandbox.github.repository("acme", "ops")
    assert repository is not None
    return [pin.issue.title for pin in repository.pins]


def asked(team: Team) -> int:
    """How many pins were asked for since the last look."""
    count = sum(row.operation == "mutation Pin" for row in team.sandbox.log.served)
    team.sandbox.log.served.clear()
    return count


def test_new_summary_is_pinned_in_its_first_tick_and_then_left_alone(team: Team) -> None:
    team.tick()
    assert pinned(team) == [team.summaries()[0]["title"]]
    assert asked(team) == 1
    assert team.plan("10m").plan.changes == ()
    team.forget()
    team.tick("20m")
    assert asked(team) == 0


def test_summary_from_before_there_were_pins_is_pinned(team: Team) -> None:
    team.tick()
    repository = team.sandbox.github.repository("acme", "ops")
    assert repository is not None
    repository.pins.clear()
    team.tick("10m")
    assert len(pinned(team)) == 1


def test_person_who_takes_the_pin_off_is_respected_even_without_the_store(team: Team) -> None:
    team.tick()
    mutation(team, "unpinIssue", issueId=node(team, "/ops/issues/1"))
    asked(team)
    for now in ("10m", "2h", "30h"):
        assert exit_code(team.tick(now)) == 0
        team.forget()
    assert (pinned(team), asked(team)) == ([], 0)


def test_full_repository_is_noted_tried_rarely_and_fails_nothing(team: Team) -> None:
    for number in range(1, 4):
        team.github("POST", "/ops/issues", {"title": f"House rules {number}"})
        mutation(team, "pinIssue", issueId=node(team, f"/ops/issues/{number}"))
    asked(team)
    result = team.tick()
    assert exit_code(result) == 0
    (noted,) = tick_json(result)["set_aside"]
    assert (noted["tracker"], noted["key"], noted["obstacle"]) == ("web-github", "acme/ops", "unpinnable")
    assert "Maximum 3 pinned issues" in noted["why"]
    assert asked(team) == 1
    tries = []
    for now in ("10m", "50m", "1h", "2h", "3h"):
        assert exit_code(team.tick(now)) == 0
        tries += [now] * asked(team)
    assert tries == ["1h", "3h"]
    mutation(team, "unpinIssue", issueId=node(team, "/ops/issues/1"))
    assert tick_json(team.tick("7h"))["set_aside"] == []
    assert len(pinned(team)) == 3


def test_account_that_may_not_pin_writes_the_summary_all_the_same(team: Team) -> None:
    team.github("POST", "/ops/labels", {"name": "hypercare:summary"})
    team.github("PUT", f"/ops/collaborators/{OURS}", {"permission": "triage"})
    result = team.tick()
    assert exit_code(result) == 0
    assert [(one.key, one.obstacle) for one in result.set_aside] == [("acme/ops", "unpinnable")]
    assert len(team.summaries()) == 1


def test_summary_that_a_person_closed_is_not_pinned(team: Team) -> None:
    team.tick()
    repository = team.sandbox.github.repository("acme", "ops")
    assert repository is not None
    repository.pins.clear()
    team.github("PATCH", "/ops/issues/1", {"state": "closed"})
    team.tick("10m")
    assert pinned(team) == []


def test_summary_on_jira_has_no_pin(team: Team) -> None:
    team.configure(summary=ON_JIRA)
    assert "pin_summary" not in {change.kind for change in team.tick().plan.changes}
