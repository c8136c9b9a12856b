"""A second summary on Jira, where the first is known by its key: it is found with the hourly census, and closed."""

from pathlib import Path

import pytest
from tests.sync.flow import ON_JIRA, Team, a_team

from hypercare_sync.sandbox.world import Flavour
from hypercare_sync.trackers.jira.normalise import PROPERTY


def labelled(team: Team) -> list[str]:
    """The issues under the summary's label."""
    label = "hypercare:summary"
    return [key for key in team.jira_keys() if label in team.jira("GET", f"issue/{key}")["fields"]["labels"]]


@pytest.mark.parametrize("flavour", ["cloud", "datacenter"])
def test_second_summary_is_closed_with_the_next_census_and_looked_for_no_oftener(
    flavour: Flavour, tmp_path: Path
) -> None:
    with a_team(tmp_path, flavour=flavour) as team:
        team.configure(summary=ON_JIRA)
        team.tick()
        (first,) = labelled(team)
        record = team.jira("GET", f"issue/{first}/properties/{PROPERTY}")["value"]
        body = {
            "fields": {
                "project": {"key": "SHOP"},
                "issuetype": {"name": "Task"},
                "summary": "Again",
                "labels": ["hypercare:summary"],
            },
            "properties": [{"key": PROPERTY, "value": record}],
        }
        second = team.jira("POST", "issue", body, token="sandbox")["key"]
        if flavour == "datacenter":
            team.jira("PUT", f"issue/{second}/properties/{PROPERTY}", record, token="sandbox")
        team.wait("20m")
        team.tick("20m")
        assert labelled(team) == [first, second]
        team.wait("40m")
        team.tick("60m")
        assert labelled(team) == [first]
        assert team.jira("GET", f"issue/{second}")["fields"]["status"]["statusCategory"]["key"] == "done"
        assert team.plan("60m").plan.changes == ()
