"""Ticks as each kind of GitHub account: what is ours is known again, whatever GitHub calls us."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sync.apps import SLUG, add_app, private_key
from tests.sync.flow import Team, a_team, config_text

from hypercare_sync.sandbox.grants import read_grant
from hypercare_sync.tick_result import TickResult

LOGINS = {"app": f"{SLUG}[bot]", "actions": "github-actions[bot]", "fine-grained": "hypercare-bot"}
TOKEN = "token: sandbox, pace: off}\nreleases"


@pytest.fixture(params=LOGINS)
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    """A team whose GitHub account is not a classic token's."""
    with a_team(tmp_path) as made:
        (tmp_path / "app.pem").write_text(private_key())
        (tmp_path / "app.pem").chmod(0o600)
        app = add_app(made.sandbox)
        grants = made.sandbox.accounts._grants
        grants["actions"] = read_grant("github-actions[bot]:issues=write")
        grants["fine-grained"] = read_grant("hypercare-bot:issues=write")
        sign_in = {"app": f"app: {{id: {app.client_id}, private_key_file: app.pem}}"}.get(
            request.param, f"token: {request.param}"
        )
        made.configure(config_text(made.base).replace(TOKEN, f"{sign_in}, pace: off}}\nreleases"))
        yield made


def planned(result: TickResult) -> list[str]:
    return [change.kind for change in result.plan.changes]


def test_second_tick_plans_nothing_with_or_without_the_store(team: Team) -> None:
    first = team.tick(backfill=True)
    assert first.errors == ()
    assert planned(first)
    told = [team.github_comments(number) for number in (1, 2, 3)]
    assert [len(each) for each in told] == [1, 1, 0]
    team.writes()
    assert planned(team.tick("10m", backfill=True)) == []
    team.forget()
    assert planned(team.tick("20m", backfill=True)) == []
    assert team.writes() == []
    assert [team.github_comments(number) for number in (1, 2, 3)] == told
    assert len(team.summaries()) == 1


def test_our_own_writes_carry_the_accounts_login(team: Team, request: pytest.FixtureRequest) -> None:
    login = LOGINS[request.node.callspec.params["team"]]
    team.tick(backfill=True)
    (summary,) = team.summaries()
    events = team.github("GET", "/web/issues/1/events")
    writers = {event["actor"]["login"] for event in events if event["event"] == "labeled"}
    (comment,) = team.github("GET", "/web/issues/1/comments")
    assert {summary["user"]["login"], comment["user"]["login"]} | writers == {login}


def test_label_that_a_person_took_off_stays_off_without_the_store(team: Team) -> None:
    team.tick()
    team.wait("5m")
    team.github("DELETE", "/web/issues/2/labels/hypercare:P3")
    team.forget()
    team.tick("10m")
    assert "hypercare:P3" not in team.github_labels(2)


def test_our_own_comment_is_edited_and_never_taken_for_a_response(team: Team) -> None:
    team.tick(backfill=True)
    before: dict[str, Any] = team.github("GET", "/web/issues/1/comments")[0]
    team.wait("5m")
    team.github("POST", "/web/issues/1/labels", {"labels": ["hypercare-override:P2"]})
    result = team.tick("10m")
    assert result.errors == ()
    (after,) = team.github("GET", "/web/issues/1/comments")
    assert (after["id"], "override by the label" in after["body"]) == (before["id"], True)
    assessment = result.releases[0].assessment
    assert assessment is not None
    (ticket,) = [each for each in assessment.tickets if each.ticket.ref.key == "acme/web#1"]
    acknowledge = next(clock for clock in ticket.clocks if clock.name == "acknowledge")
    assert acknowledge.stopped is None
