"""The stories in which a tick is killed: a crowd on both trackers, people who act between two ticks, and how the team is configured."""

from collections.abc import Mapping
from typing import NamedTuple

from tests.sync.flow import BEFORE, ON_GITHUB, ON_JIRA, Team, a_crowd, at, config_text, load_rows
from tests.sync.record import FrozenClock
from tests.sync.sandbox import jira_site

SQLITE = "sqlite:///hypercare.db"
_POLICY = """\
extends: standard
calendars: {always: {zone: UTC, hours: {mon-sun: ["00:00-24:00"]}}}
people: {pat: {name: Pat P, github: pat, jira: ana}}
roster: {shifts: [{who: [pat], calendar: always}]}
assign: {priorities: [P1]}
native_priority: {P1: Highest, P2: High, P3: Medium}
escalation: {p1: {for: [P1], until: {open: false}, tiers: [{after: 0m, notify: [on_call]}, {after: 4h, notify: [pat]}]}}
"""


class Story(NamedTuple):
    """Which tick is killed: the `first` or the second, and how the team is configured. `forgets` the store after the kill.

    Where the tick is `forced`, most tickets have left the release before, and a guard would refuse to take our labels off.
    """

    summary: str = ON_GITHUB
    backfill: bool = True
    first: bool = True
    forgets: bool = False
    forced: bool = False

    @property
    def now(self) -> str:
        """Policy time of the tick."""
        return "0m" if self.first else "5h"

    @property
    def arguments(self) -> tuple[str, ...]:
        """The command line of the tick."""
        flags = {"--backfill": self.backfill, "--force": self.forced}
        return ("sync", "--now", at(self.now).isoformat(), *(name for name, given in flags.items() if given))


STORIES: Mapping[str, Story] = {
    "summary on GitHub": Story(),
    "summary on Jira": Story(ON_JIRA),
    "baseline": Story(backfill=False),
    "second tick": Story(first=False),
    "second tick, summary on Jira": Story(ON_JIRA, first=False),
    "forced second tick": Story(first=False, forced=True),
    "store lost": Story(forgets=True),
    "store lost in the second tick": Story(first=False, forgets=True),
}


def configure(team: Team, story: Story, url: str) -> None:
    """Write the config: the story's summary, and where the store is."""
    text = config_text(team.base, summary=story.summary, policy="./policy.yaml")
    team.configure(text.replace(SQLITE, url))


def furnish(team: Team) -> None:
    """A crowd of tickets, of which some are one problem on both trackers."""
    (team.folder / "policy.yaml").write_text(_POLICY)
    team.sandbox.clock.__class__ = FrozenClock  # what is written is the same however long it took
    a_crowd(team, 7)
    when = {"created": f"{BEFORE}.000+0000", "updated": f"{BEFORE}.000+0000"}
    same = [
        jira_site.row(f"SHOP-{4 + n}", **when, summary="Odd", description=f"Same as acme/web#{1 + n}") for n in (0, 1)
    ]
    load_rows(team.sandbox, team.folder, [], same)


def most_leave(team: Team) -> None:
    """The crowd is another release's."""
    later = team.github("POST", "/web/milestones", {"title": "7.0"})["number"]
    for number in range(11, 18):
        team.github("PATCH", f"/web/issues/{number}", {"milestone": later})
        team.jira("PUT", f"issue/SHOP-{number}", {"fields": {"versions": []}})
    team.wait("10m")


def people_act(team: Team) -> None:
    """What happens between the ticks: priorities and an incident change, a ticket leaves, a comment and the summary are doubled."""
    team.wait("1m")
    team.github("DELETE", "/web/issues/1/labels/outage")
    for number in (2, 11, 12):
        team.github("POST", f"/web/issues/{number}/labels", {"labels": ["outage"]})
    later = team.github("POST", "/web/milestones", {"title": "6.0"})["number"]
    team.github("PATCH", "/web/issues/13", {"milestone": later})
    for key, name in (("SHOP-11", "Highest"), ("SHOP-1", "Medium")):
        team.jira("PUT", f"issue/{key}", {"fields": {"priority": {"name": name}}})
    team.jira("PUT", "issue/SHOP-5", {"fields": {"description": "Something else."}})
    said = next(text for text in team.github_comments(1) if "hypercare-sync" in text)
    team.github("POST", "/web/issues/1/comments", {"body": said}, token="sandbox")
    for standing in team.summaries():
        double = {"title": standing["title"], "body": standing["body"], "labels": ["hypercare:summary"]}
        team.github("POST", "/ops/issues", double, token="sandbox")
    team.wait("5h")
