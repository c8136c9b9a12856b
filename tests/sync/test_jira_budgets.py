"""What each of Jira Cloud's limits leaves to the next tick, and what goes on beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.flow import Team, a_team

from hypercare_sync.report import exit_code
from hypercare_sync.sandbox.faults import Fault


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path) as made:
        yield made


def limit(team: Team, reason: str, match: str = "PUT /rest/api/3/issue/SHOP-1", times: int = 10**5) -> Fault:
    """From now on Jira refuses these requests for that reason."""
    method, path = match.split()
    fault = Fault("jira", method, path, "429", reason=reason, times=times, seconds=2)
    team.sandbox.faults.planted.append(fault)
    return fault


def ends_well(team: Team) -> None:
    """Without the limit the next tick writes the rest, and the one after it nothing."""
    team.repair()
    assert exit_code(team.tick("10m", backfill=True)) == 0
    assert "hypercare:P1" in team.jira_labels("SHOP-1")
    assert "hypercare:P3" in team.jira_labels("SHOP-2")
    assert len(team.jira_comments("SHOP-1")) == 1
    assert team.plan("10m", backfill=True).plan.changes == ()


@pytest.mark.parametrize("reason", ["jira-quota-tenant-based", "jira-quota-global-based"])
def test_quota_ends_all_writing_to_that_jira(team: Team, reason: str) -> None:
    fault = limit(team, reason)
    assert exit_code(team.tick(backfill=True)) == 0
    assert fault.struck == 1
    assert (team.jira_labels("SHOP-1"), team.jira_labels("SHOP-2")) == (set(), {"web"})
    assert "hypercare:P1" in team.github_labels(1)
    ends_well(team)


def test_too_many_writes_to_one_issue_leave_that_issue_only(team: Team) -> None:
    fault = limit(team, "jira-per-issue-on-write")
    result = team.tick(backfill=True)
    assert exit_code(result) == 0
    assert fault.struck == 1
    assert result.outcome is not None
    assert {change.ticket.key for change in result.outcome.deferred} == {"SHOP-1"}  # type: ignore[union-attr]
    assert team.jira_labels("SHOP-2") >= {"hypercare:P3"}
    ends_well(team)


def test_burst_at_one_endpoint_leaves_the_others_in_use(team: Team) -> None:
    fault = limit(team, "jira-burst-based", "PUT /rest/api/3/issue")
    assert exit_code(team.tick(backfill=True)) == 0
    assert fault.struck == 5, "sent again a few times"
    assert (team.jira_labels("SHOP-1"), team.jira_labels("SHOP-2")) == (set(), {"web"})
    assert len(team.jira_comments("SHOP-1")) == 1
    ends_well(team)


@pytest.mark.parametrize("reason", ["jira-burst-based", "jira-quota-tenant-based"])
def test_short_limit_while_reading_fails_nothing_or_that_source_only(team: Team, reason: str) -> None:
    limit(team, reason, "POST /rest/api/3/search/jql", times=1)
    assert exit_code(team.tick(backfill=True)) == ("quota" in reason)
    assert "hypercare:P1" in team.github_labels(1)
    ends_well(team)
