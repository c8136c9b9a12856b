"""Sign-offs in the comments of the summary end hypercare, on every flavour."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.flow import ON_GITHUB, Team, a_team
from tests.sync.test_handover import NAMES, POLICY, WORLDS, kinds, on_github, phase, set_up, solve, summary_of

from hypercare_rules.release import Phase
from hypercare_sync.sandbox.world import Flavour

SIGNED = POLICY.replace("handover:", "  - {id: sign-off, signed_off: [ana, ben]}\nhandover:")


@pytest.fixture(params=WORLDS, ids=NAMES)
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    flavour: Flavour
    flavour, summary = request.param
    tokens = {"sandbox": "hypercare-bot", "person": "pat", "ana-token": "ana-k", "ben-token": "ben-l"}
    with a_team(tmp_path, tokens, flavour=flavour) as made:
        people = SIGNED
        if summary != ON_GITHUB:
            for login, old in (("ana-k", "jira: ana"), ("ben-l", "jira: ben")):
                me = made.jira("GET", "myself", token=f"{login[:3]}-token")
                people = people.replace(old, f'jira: "{me.get("accountId") or me["name"]}"')
        set_up(made, summary, people)
        made.tick(backfill=True)
        yield made


def say(team: Team, who: str, text: str) -> None:
    key = summary_of(team)["key"]
    if on_github(team):
        team.github("POST", f"/ops/issues/{key.rpartition('#')[2]}/comments", {"body": text}, token=f"{who}-token")
    else:
        team.jira("POST", f"issue/{key}/comment", {"body": text}, token=f"{who}-token")


def test_last_sign_off_ends_hypercare(team: Team) -> None:
    solve(team)
    say(team, "ana", "/hypercare sign-off")
    team.wait("10m")
    assert phase(team.tick("2h10m")) is Phase.hypercare
    say(team, "ben", "/hypercare sign-off")
    team.wait("10m")
    result = team.tick("2h20m")
    assert phase(result) is Phase.exited
    summary = summary_of(team)
    assert not summary["open"]
    assert "Ben L" in summary["text"]
    assert "Ana K" in summary["text"]
    assert any("Signed off" in one for one in summary["comments"])
    team.wait("10m")
    team.forget()
    assert kinds(team.tick("2h30m")) == []
    assert phase(team.tick("2h40m")) is Phase.exited
