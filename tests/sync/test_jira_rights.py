"""Ticks of an account that may not edit on Jira, or not labels: little is tried, one line says what to do, and rights that come back make it good."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sync.flow import BEFORE, Team, a_crowd, a_team, load_rows
from tests.sync.sandbox import jira_site

from hypercare_sync.report import exit_code
from hypercare_sync.sandbox.world import Flavour
from hypercare_sync.tick_result import TickResult

FLAVOURS: tuple[Flavour, ...] = ("cloud", "datacenter")
TOKENS = {
    "no-edits": "hypercare-bot:jira=-EDIT_ISSUES",
    "no-edits-aloud": "hypercare-bot:jira=-EDIT_ISSUES+-ADMINISTER_PROJECTS+-ADMINISTER",
    "aloud": "hypercare-bot:jira=-ADMINISTER_PROJECTS+-ADMINISTER",
}
BUSY = 14
"""Open tickets on Jira."""


@pytest.fixture(params=FLAVOURS)
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path, TOKENS, flavour=request.param) as made:
        a_crowd(made, BUSY - 2)
        yield made


def sign_in(team: Team, token: str) -> None:
    """From now on our account comes to Jira with this token."""
    team.configure()
    text = team.config_file.read_text()
    head, tail = text.split("token: sandbox", 1)
    team.configure(f"{head}token: {token}{tail}")


def puts(team: Team) -> Counter[int]:
    """The edits of issues on Jira since they were asked for last, by status."""
    rows = [row for row in team.sandbox.log.served if row.tracker == "jira" and row.method == "PUT"]
    team.sandbox.log.served.clear()
    return Counter(row.status for row in rows if "/comment/" not in row.path)


def notes(result: TickResult) -> list[str]:
    """What readers are told of the Jira project."""
    (release,) = result.releases
    return list(release.collected[0].notes)


def said(result: TickResult) -> list[str]:
    """What the tick says that failed, each once."""
    return list(dict.fromkeys(str(error) for error in result.errors))


@pytest.mark.parametrize(("token", "tried"), [("no-edits", {400: 1}), ("no-edits-aloud", {403: 1})])
def test_account_that_may_not_edit_tries_once_a_tick_and_is_told_once_what_to_do(
    team: Team, token: str, tried: dict[int, int]
) -> None:
    sign_in(team, token)
    for later in ("0m", "10m"):
        result = team.tick(later, backfill=True)
        assert puts(team) == tried
        assert said(result) == [
            (
                "shop-jira: SHOP: our account may not edit issues there (their labels and fields, the summary): give it the permission "
                "Edit issues (EDIT_ISSUES); `hypercare-sync check` tells all that it lacks"
            )
        ]
        assert exit_code(result) == 5
        assert result.outcome is not None
        assert len(result.outcome.aside) + len(result.outcome.failed) >= BUSY
        assert [(one.key, str(one.obstacle)) for one in result.set_aside] == [("SHOP", "no_edits")]
    assert len(team.jira_comments("SHOP-1")) == 1, "comments are another permission"
    assert "hypercare:P1" in team.github_labels(1)
    assert notes(result) == ["no labels are written there: our account may not edit its tickets"]
    sign_in(team, "sandbox")
    result = team.tick("11m", backfill=True)
    assert exit_code(result) == 0
    assert puts(team) == {204: BUSY}
    assert result.set_aside == ()
    assert "hypercare:P1" in team.jira_labels("SHOP-1")
    assert notes(team.tick("21m", backfill=True)) == []


def test_labels_off_the_edit_screen_of_a_type_are_tried_once_a_tick_and_other_types_get_theirs(team: Team) -> None:
    when = {"created": f"{BEFORE}.000+0000", "updated": f"{BEFORE}.000+0000"}
    task = {"id": "10100", "name": "Task", "subtask": False}
    load_rows(team.sandbox, team.folder, [], [
        jira_site.row(f"SHOP-{number}", **when, issuetype=task, priority={"id": "1", "name": "Highest"}) for number in (4, 5)
    ])  # fmt: skip
    team.sandbox.jira.off_screen["Task"] = frozenset({"labels"})
    for later, written in (("0m", BUSY), ("10m", 0)):
        result = team.tick(later, backfill=True)
        assert puts(team) == ({400: 1, 204: written} if written else {400: 1})
        assert said(result) == [
            (
                "shop-jira: SHOP: the field Labels is not on the edit screen of Task, so no labels can be set on such tickets: "
                "put it there, or leave such tickets out of the config; `hypercare-sync check` tells all that it lacks"
            )
        ]
        assert exit_code(result) == 5
    assert notes(result) == ["labels are not written to all tickets there: some have no field for them"]
    assert (len(team.jira_labels("SHOP-1")) > 0, team.jira_labels("SHOP-4")) == (True, set())
    team.sandbox.jira.off_screen.clear()
    result = team.tick("11m", backfill=True)
    assert (exit_code(result), puts(team), result.set_aside) == (0, {204: 2}, ())


def test_ticket_whose_status_makes_it_read_only_is_told_of_once_and_good_again_once_it_is_not(team: Team) -> None:
    team.tick(backfill=True)
    team.jira("PUT", "issue/SHOP-2", {"update": {"labels": [{"add": "hypercare:P1"}]}})
    status = team.jira("GET", "issue/SHOP-2")["fields"]["status"]["name"]
    team.sandbox.jira.read_only.add(status)
    team.wait("20m")
    ends = []
    for later in ("20m", "30m"):
        result = team.tick(later, backfill=True)
        ends.append(exit_code(result))
        assert [(one.key, str(one.obstacle)) for one in result.set_aside] == [("SHOP-2", "read_only")]
    assert ends == [1, 0]
    team.sandbox.jira.read_only.clear()
    assert exit_code(team.tick("31m", backfill=True)) == 0
    assert "hypercare:P1" not in team.jira_labels("SHOP-2")


def test_account_that_may_edit_aloud_only_finds_out_once_even_where_an_edit_is_found_fault_with(team: Team) -> None:
    sign_in(team, "aloud")
    team.sandbox.jira.off_screen["Bug"] = frozenset({"labels"})
    team.tick(backfill=True)
    assert puts(team) == {403: 1, 400: 1}
    team.sandbox.jira.off_screen.clear()
    assert exit_code(team.tick("10m", backfill=True)) == 0
    assert puts(team) == {403: 1, 204: BUSY}
