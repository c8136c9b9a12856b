"""A store that is deleted, copied back from yesterday, or on a full disk: nobody is told twice, and no new baseline hides a call."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.faults.kill_stories import SQLITE, Story, configure, furnish
from tests.faults.pictures import Picture, doubled, picture
from tests.faults.programs import FORKS, none_wrong
from tests.faults.small_disk import mountable
from tests.sync.flow import MILESTONE, ON_GITHUB, ON_JIRA, Team, a_team, load_rows
from tests.sync.sandbox import jira_site
from tests.sync.sandbox.conftest import row

from hypercare_sync.report import exit_code

Loss = Callable[[Team, Path], None]
"""What becomes of a team's store; a copy of yesterday's is in the folder."""


def copied_back(team: Team, yesterday: Path) -> None:
    """It is yesterday's again."""
    team.forget()
    shutil.copy(yesterday / team.store_file.name, team.store_file)


LOSSES: Mapping[str, Loss] = {
    "kept": lambda team, yesterday: None,
    "deleted": lambda team, yesterday: team.forget(),
    "copied back from yesterday": copied_back,
}


def a_day(folder: Path, summary: str, lose: Loss) -> Picture:
    """What stands after a baseline, a day in which people report, comment and decide, and two ticks after the loss at its end."""
    folder.mkdir()
    with a_team(folder) as team:
        furnish(team)
        configure(team, Story(summary, backfill=False), SQLITE)
        team.tick()
        (yesterday := folder / "yesterday").mkdir()
        shutil.copy(team.store_file, yesterday)
        team.wait("2h")
        reported(team, 31, "2026-11-23T09:55:00")
        tick(team, "2h")
        team.wait("20h")
        people_decide(team)
        tick(team, "22h")
        team.wait("2h")
        reported(team, 32, "2026-11-24T07:55:00")
        team.jira("POST", "issue/SHOP-12/comment", {"body": "Still so."})
        lose(team, yesterday)
        for now in ("24h", "30h"):  # the second tier comes after four hours
            tick(team, now)
            team.wait("6h")
        return picture(team)


def tick(team: Team, now: str) -> None:
    """A tick that goes through and leaves nothing to do."""
    assert exit_code(team.tick(now)) == 0
    assert team.plan(now).plan.changes == ()


def reported(team: Team, number: int, at: str) -> None:
    """Something urgent, on both trackers; nobody has been told of it yet."""
    common = {"milestone": MILESTONE, "user": {"login": "cleo"}, "labels": [{"name": "outage"}]}
    on_github = row(number, **common, title="All is down", created_at=f"{at}Z")
    when = {"created": f"{at}.000+0000", "updated": f"{at}.000+0000"}
    on_jira = jira_site.row(f"SHOP-{number}", **when, summary="All fails", priority={"id": "1", "name": "Highest"})
    load_rows(team.sandbox, team.folder, [on_github], [on_jira])


def people_decide(team: Team) -> None:
    """They take a label of ours off, override a priority, close a ticket, and take one out of the release."""
    team.github("DELETE", "/web/issues/11/labels/hypercare:P3")
    team.github("POST", "/web/issues/12/labels", {"labels": ["hypercare-override:P2"]})
    team.github("PATCH", "/web/issues/13", {"state": "closed"})
    later = team.github("POST", "/web/milestones", {"title": "6.0"})["number"]
    team.github("PATCH", "/web/issues/14", {"milestone": later})


@pytest.mark.slow
@pytest.mark.parametrize("summary", [ON_GITHUB, ON_JIRA], ids=["summary on GitHub", "summary on Jira"])
def test_store_that_is_lost_or_of_yesterday_changes_nothing_that_people_see(summary: str, tmp_path: Path) -> None:
    seen = {name: a_day(tmp_path / name, summary, lose) for name, lose in LOSSES.items()}
    kept = seen["kept"]
    for ticket in ("/web/issues/31", "/web/issues/32", "SHOP-31", "SHOP-32"):
        assert len(kept[ticket][3]) >= 2, f"nobody was called about {ticket}"  # a status, and one tier or both
    assert not doubled(kept)
    assert seen["deleted"] == kept
    assert seen["copied back from yesterday"] == kept


@pytest.mark.slow
@FORKS
@pytest.mark.parametrize(("story", "step"), [("summary on GitHub", 71), ("second tick", 67)])
def test_disk_that_is_full_from_a_moment_on_is_told_and_made_good_by_the_next_tick(
    story: str, step: int, tmp_path: Path
) -> None:
    filled(tmp_path, story, 5, step)


@pytest.mark.exhaustive
@FORKS
@pytest.mark.parametrize("story", ["summary on GitHub", "second tick", "baseline"])
def test_disk_that_is_full_from_many_a_moment_on_is_told_and_made_good(story: str, tmp_path: Path) -> None:
    filled(tmp_path, story, 0, 7)


def filled(folder: Path, story: str, first: int, step: int) -> None:
    """Fill the disk of the store at every `step`-th moment from `first` on."""
    if why := mountable(folder):
        pytest.skip(why)
    calm, moments = none_wrong("killing", folder, story, "sqlite", "full", first, step)
    assert moments == [*range(first, calm["points"], step)]
