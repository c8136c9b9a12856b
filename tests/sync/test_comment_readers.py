"""For whom our comments on Jira are, from the config to the ticket."""

from pathlib import Path
from typing import Any

import pytest
from tests.sync.flow import Team, a_team, config_text


def readers(team: Team) -> list[Any]:
    """Who may read each of our comments on the urgent ticket, and whether customers may."""
    found = team.jira("GET", "issue/SHOP-1/comment?expand=properties")["comments"]
    return [
        (one.get("visibility", {}).get("value"), kept["value"])
        for one in found
        for kept in one["properties"]
        if kept["key"] == "sd.public.comment"
    ]


@pytest.mark.parametrize(
    ("comments", "expected"),
    [
        ("{}", (None, {"internal": True})),
        ("{role: Developers}", ("Developers", {"internal": True})),
        ("{customers: true}", (None, {"internal": False})),
    ],
)
def test_comments_are_for_whom_the_config_says_and_stay_so(tmp_path: Path, comments: str, expected: Any) -> None:
    with a_team(tmp_path) as team:
        text = config_text(team.base)
        assert text.count("email:") == 1
        team.configure(text.replace("email:", f"comments: {comments}, email:"))
        team.tick(backfill=True)
        assert readers(team) == [expected]
        team.jira("PUT", "issue/SHOP-1", {"fields": {"summary": "Payments fail for all"}})
        team.tick("3h", backfill=True)
        assert readers(team) == [expected]
        assert team.plan("3h", backfill=True).plan.changes == ()
