"""A review and an answer that are cut short: by a kill before anybody noted them, or by a response that is lost. Each stands once."""

from pathlib import Path

import pytest
from tests.faults.test_two_phases import kept, killed_at
from tests.sync.flow import ON_GITHUB, ON_JIRA, Team, a_team
from tests.sync.talking import Desk

from hypercare_rules.signoffs import SignOff
from hypercare_sync.sandbox.faults import Fault
from hypercare_sync.tick_result import TickResult

_POLICY = """\
extends: standard
people: {pat: {name: Pat P, github: pat, jira: "%s"}}
reviews: [{id: daily, schedule: "0 10 * * *"}]
"""
SUMMARIES = pytest.mark.parametrize("summary", [ON_GITHUB, ON_JIRA], ids=["summary on GitHub", "summary on Jira"])


def a_desk(team: Team, summary: str) -> Desk:
    """A summary in which somebody has just said something, an hour before it is looked at in a review."""
    desk = Desk(team, summary, _POLICY % team.sandbox.accounts.named("pat").account_id)
    desk.tick("0m")
    team.wait("59m")
    desk.say("/hypercare sign-off")
    team.wait("6m")
    return desk


def stands_once(desk: Desk, result: TickResult) -> bool:
    """Whether there is one answer and one review, with what was said in the answer."""
    (said,) = desk.markers("answer")
    assert said.answer is not None
    assert result.releases[0].assessment is not None
    signed = result.releases[0].assessment.memory.sign_offs
    expected = tuple(SignOff(who=word.who, at=word.at, comment=said.answer.to) for word in said.answer.words)
    return len(desk.markers("review")) == 1 and len(signed) == 1 and signed == expected


@pytest.mark.slow
@SUMMARIES
@pytest.mark.parametrize(
    ("phase", "after"),
    [("intend", True), ("settle", False), ("settle", True)],
    ids=["before it is written", "before its outcome is noted", "after that"],
)
@pytest.mark.parametrize("forgetful", [False, True], ids=["with the store", "with the store lost, too"])
def test_killed_tick_leaves_one_answer_and_one_review(
    tmp_path: Path, summary: str, phase: str, *, after: bool, forgetful: bool
) -> None:
    for k in (1, 2, 3):
        (folder := tmp_path / str(k)).mkdir()
        with a_team(folder) as team:
            desk = a_desk(team, summary)
            with killed_at(k, phase, after=after):
                team.tick("65m")
            if forgetful:
                team.forget()
            team.tick("70m")
            assert stands_once(desk, team.tick("75m"))
            assert team.plan("75m").plan.changes == ()
            with kept(team) as store:
                assert store.open_intents() == ()


@SUMMARIES
def test_answer_and_review_whose_responses_are_lost_stand_once(tmp_path: Path, summary: str) -> None:
    with a_team(tmp_path) as team:
        desk = a_desk(team, summary)
        for tracker in ("github", "jira"):
            team.sandbox.faults.planted.append(Fault(tracker, "POST", "/", "lost", times=10))
        team.tick("65m")
        team.repair()
        team.tick("70m")
        assert stands_once(desk, team.tick("75m"))
