"""Commands in the summary on both trackers, whole ticks over HTTP: carried out by the next tick, answered once, lasting without a store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.sync.flow import START, Team, a_team
from tests.sync.talking import PLACES, Desk

from hypercare_sync.change import AddComment
from hypercare_sync.cli.group import cli
from hypercare_sync.sandbox.world import Flavour

POLICY = """\
extends: standard
calendars: {always: {zone: UTC, hours: {mon-sun: ["00:00-24:00"]}}}
people:
  pat: {name: Pat P, github: pat, jira: "%s"}
escalation:
  calls: {for: [P3], calendar: always, tiers: [{after: 5m, notify: [pat]}]}
exit: [{id: agreed, signed_off: [pat]}]
"""
TOKENS = {"sandbox": "hypercare-bot", "person": "pat", "other": "eve"}


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> tuple[str, Flavour]:
    return PLACES[request.param]


@pytest.fixture
def team(place: tuple[str, Flavour], tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path, TOKENS, flavour=place[1]) as made:
        for repository in made.sandbox.github.repositories.values():
            repository.private = True
        yield made


def policy(team: Team) -> str:
    """The policy, with the account that pat has on this Jira."""
    account = team.sandbox.accounts.named("pat")
    return POLICY % (account.account_id if team.sandbox.jira.cloud else account.login)


@pytest.fixture(params=[False, True], ids=["with a store", "store deleted at each tick"])
def desk(team: Team, place: tuple[str, Flavour], request: pytest.FixtureRequest) -> Desk:
    made = Desk(team, place[0], policy(team), forgetful=request.param)
    made.tick("0m")
    return made


def answers(desk: Desk) -> list[str]:
    """What our answers say."""
    texts = [text for text in desk.comments() if "hypercare-sync" in text]
    assert len(texts) == len(desk.markers("answer"))
    return texts


def test_priority_is_set_by_hand_answered_once_and_stays_so(desk: Desk) -> None:
    desk.team.wait("5m")
    desk.say(
        "Hm.\n\n/hypercare priority SHOP-2 P1 because shoppers leave\n/hypercare priority #2 P2 because it is loud"
    )
    desk.tick("10m", waited="5m")
    assert "hypercare:P1" in desk.team.jira_labels("SHOP-2")
    assert "hypercare:P2" in desk.team.github_labels(2)
    (answer,) = answers(desk)
    assert "shoppers leave" in answer
    assert "Pat" in answer
    desk.tick("15m", waited="5m")
    assert desk.team.writes() != []
    desk.tick("20m", waited="15m")
    desk.team.writes()
    assert desk.tick("25m", waited="15m").plan.changes == ()
    assert len(answers(desk)) == 1
    desk.say("/hypercare priority SHOP-2 auto")
    desk.tick("51m", waited="5m")
    assert "hypercare:P3" in desk.team.jira_labels("SHOP-2")
    assert len(answers(desk)) == 2


def test_ack_and_snooze_keep_the_calls_away(desk: Desk) -> None:
    new = [desk.team.jira("POST", "issue", _issue(f"Bug {number}"))["key"] for number in (1, 2, 3)]
    desk.say(f"/hypercare ack {new[0]}\n/hypercare snooze {new[1]} 30m")
    desk.tick("20m", waited="20m")
    assert [calls(desk, key) for key in new] == [0, 0, 1]
    desk.tick("40m", waited="20m")
    assert [calls(desk, key) for key in new] == [0, 1, 1]
    (answer,) = answers(desk)
    assert "acknowledged" in answer


def calls(desk: Desk, key: str) -> int:
    """How many comments on a ticket call somebody."""
    return sum("step 1 of escalation calls" in text for text in desk.team.jira_comments(key))


def _issue(title: str) -> dict[str, object]:
    return {
        "fields": {
            "project": {"key": "SHOP"},
            "issuetype": {"name": "Bug"},
            "summary": title,
            "versions": [{"name": "5.2"}],
        }
    }


def test_sign_off_is_kept_with_its_comment(desk: Desk) -> None:
    desk.team.wait("5m")
    desk.say("/hypercare sign-off")
    first = desk.tick("10m", waited="5m").releases[0].assessment
    last = desk.tick("20m", waited="10m").releases[0].assessment
    assert first is not None
    assert last is not None
    ((who, at),) = {(one.who, one.at) for one in first.memory.sign_offs}
    assert (who, at.minute) == ("pat", START.minute + 5)
    assert last.memory.sign_offs == first.memory.sign_offs
    assert {one.id: one.met for one in last.exit}["agreed"]


def test_strangers_and_faults_are_answered_once_and_do_nothing(desk: Desk) -> None:
    before = desk.team.jira_labels("SHOP-2")
    desk.team.wait("5m")
    desk.say("/hypercare priority SHOP-2 P1 because I say so", token="other")
    desk.say("/hypercare explode\n/hypercare ack NOPE-1")
    desk.say("> /hypercare sign-off\n\n```\n/hypercare sign-off\n```")
    desk.tick("10m", waited="5m")
    stranger, faults = answers(desk)
    assert "only the people whom the policy names" in stranger
    assert "there is no explode" in faults
    assert "NOPE-1 is no ticket of this release" in faults.replace("\\", "")
    desk.tick("20m", waited="20m")
    assert len(answers(desk)) == 2
    assert desk.team.jira_labels("SHOP-2") == before


def test_forged_answer_neither_answers_nor_counts(desk: Desk) -> None:
    desk.team.wait("5m")
    desk.say("/hypercare sign-off", token="other")
    desk.say("/hypercare help")
    desk.tick("10m", waited="5m")
    (helped,) = (text for text in answers(desk) if "What can be said" in text)
    desk.say(helped, token="other")
    for text in answers(desk):
        desk.say(text.replace('"words":[]', '"words":[{"verb":"sign-off","who":"pat"}]'), token="other")
    result = desk.tick("15m", waited="5m").releases[0].assessment
    assert result is not None
    assert result.memory.sign_offs == ()


def test_words_survive_that_people_delete_their_comment(team: Team) -> None:
    desk = Desk(team, "{tracker: web-github, repo: acme/ops}", policy(team), forgetful=True)
    desk.tick("0m")
    desk.say("/hypercare priority SHOP-2 P1 because shoppers leave")
    desk.tick("10m", waited="10m")
    (theirs,) = (row for row in team.github("GET", f"/ops/issues/{desk.key}/comments") if row["user"]["login"] == "pat")
    team.github("DELETE", f"/ops/issues/comments/{theirs['id']}")
    desk.tick("20m", waited="10m")
    assert "hypercare:P1" in team.jira_labels("SHOP-2")
    assert len(answers(desk)) == 1


def test_word_that_somebody_else_wrote_into_a_comment_is_refused(team: Team) -> None:
    desk = Desk(team, "{tracker: web-github, repo: acme/ops}", policy(team))
    desk.tick("0m")
    desk.say("Fine by me")
    (theirs,) = team.github("GET", f"/ops/issues/{desk.key}/comments")
    team.github("PATCH", f"/ops/issues/comments/{theirs['id']}", {"body": "/hypercare sign-off"}, token="sandbox")
    result = desk.tick("10m", waited="10m").releases[0].assessment
    assert result is not None
    assert result.memory.sign_offs == ()
    (answer,) = answers(desk)
    assert "somebody else edited this comment" in answer


def test_what_was_said_is_journalled_with_who_and_what(team: Team) -> None:
    desk = Desk(team, "{tracker: web-github, repo: acme/ops}", policy(team))
    desk.tick("0m")
    desk.say("/hypercare priority SHOP-2 P1 because shoppers leave")
    result = desk.tick("10m", waited="10m")
    (answer,) = (one for one in result.plan.changes if isinstance(one, AddComment) and one.marker.purpose == "answer")
    assert answer.why == "pat said priority shop-jira:SHOP-2"
    said = CliRunner().invoke(cli, ["log", "-c", str(team.config_file), "--format", "json", "--person", "pat"])
    assert said.exit_code == 0, said.output
    assert '"verb": "priority"' in said.output
    assert '"why": "shoppers leave"' in said.output
