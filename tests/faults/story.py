"""Two ticks in which we send every kind of request that GitHub knows from us, and what people do between them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.pictures import Picture, picture
from tests.sync.flow import BEFORE, MILESTONE, Team, a_team, config_text, load_rows
from tests.sync.record import FrozenClock

from hypercare_sync.sandbox.log import Served

SOURCE = '      - {tracker: web-github, repo: acme/web, milestone: "5.2"}'
POLICY = """\
extends: standard
calendars: {always: {zone: UTC, hours: {mon-sun: ["00:00-24:00"]}}}
people: {pat: {name: Pat P, github: pat, jira: ana}}
roster: {shifts: [{who: [pat], calendar: always}]}
assign: {priorities: [P1]}
escalation: {p1: {for: [P1], tiers: [{after: 0m, notify: [on_call]}]}}
"""
BOT = "sandbox"

Disturb = Callable[[Team, int], None]
"""Told the team before each of the two ticks, and the tick's number."""


@contextmanager
def set_out(folder: Path) -> Iterator[Team]:
    """A team on GitHub alone, with an issue that has more comments than a page brings."""
    folder.mkdir()
    with a_team(folder) as team:
        team.sandbox.clock.__class__ = FrozenClock  # comments tell times: the same in each telling
        written = [{"body": f"Comment {n}.", "user": {"login": "cleo"}, "created_at": f"{BEFORE}Z"} for n in range(25)]
        issue = {"number": 4, "title": "Long story", "milestone": MILESTONE, "user": {"login": "cleo"}}
        load_rows(team.sandbox, folder, [{"issue": {**issue, "created_at": f"{BEFORE}Z"}, "comments": written}], [])
        (folder / "policy.yaml").write_text(POLICY)
        team.configure(config_text(team.base, sources=SOURCE, policy="./policy.yaml"))
        yield team


def people_act(team: Team) -> None:
    """What happens between the ticks: priorities change, a ticket leaves, and a comment and the summary come to stand twice."""
    team.wait("1m")
    team.github("DELETE", "/web/issues/1/labels/outage")
    team.github("POST", "/web/issues/2/labels", {"labels": ["outage"]})
    later = team.github("POST", "/web/milestones", {"title": "6.0"})["number"]
    team.github("PATCH", "/web/issues/4", {"milestone": later})
    (standing,) = team.summaries()
    double = {"title": standing["title"], "body": standing["body"], "labels": ["hypercare:summary"]}
    team.github("POST", "/ops/issues", double, token=BOT)
    ours = next(text for text in team.github_comments(2) if "hypercare-sync" in text)
    team.github("POST", "/web/issues/2/comments", {"body": ours}, token=BOT)
    team.wait("2h")


def told(folder: Path, disturb: Disturb = lambda *_: None) -> tuple[Picture, list[list[Served]]]:
    """What stands in the end, and what GitHub served in each of the two ticks; after each comes a calm one."""
    served: list[list[Served]] = []
    with set_out(folder) as team:
        for number, now in enumerate(("0m", "2h")):
            team.sandbox.log.served.clear()
            disturb(team, number)
            team.tick(now, backfill=True)
            served.append([row for row in team.sandbox.log.served if row.tracker == "github"])
            team.repair()
            team.tick(now, backfill=True)
            if number == 0:
                people_act(team)
        team.wait("2h")
        team.tick("2h", backfill=True)
        assert team.plan("2h", backfill=True).plan.changes == ()
        return picture(team), served


def called(row: Served) -> str:
    """A request in one line: its method and path, or its operation."""
    return row.operation or f"{row.method} {row.path.removeprefix('/api/v3/repos/acme')}"
