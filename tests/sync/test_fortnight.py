"""Two weeks with a tick every half hour: what we write follows what people do, and time alone makes one edit an hour at most."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from tests.faults.pictures import Picture, doubled, picture
from tests.sync.flow import Team, a_team, load_rows
from tests.sync.record import FrozenClock
from tests.sync.sandbox import jira_site

from hypercare_sync.sandbox.people import Accounts
from hypercare_sync.sandbox.world import Sandbox

GO_LIVE = datetime(2026, 10, 19, 6, tzinfo=UTC)
"""Clocks in Berlin go back on the seventh day, at 01:00 UTC on the 25th."""
DAYS = 14
EVERY = timedelta(minutes=30)
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
PAT_ON_JIRA = Accounts().named("pat").account_id
POLICY = f"""\
extends: standard
calendars: {{always: {{zone: UTC, hours: {{mon-sun: ["00:00-24:00"]}}}}}}
people: {{pat: {{name: Pat P, github: pat, jira: {PAT_ON_JIRA}}}, lee: {{name: Lee L, github: lee}}}}
roster: {{shifts: [{{who: [pat], calendar: always}}]}}
escalation: {{p1: {{for: [P1], until: {{open: false}}, tiers: [{{after: 0m, notify: [on_call]}}, {{after: 4h, notify: [lee]}}]}}}}
reviews: [{{id: daily, schedule: "0 9 * * *"}}]
"""


class Act(NamedTuple):
    """What people send to a tracker, so long after go-live."""

    after: timedelta
    tracker: str
    method: str
    path: str
    body: dict[str, Any]
    token: str = "person"


def _on(day: int, clock: str) -> timedelta:
    """From go-live until a time of day, in UTC, of a day that is counted from 0."""
    hours, minutes = map(int, clock.split(":"))
    return timedelta(days=day, hours=hours, minutes=minutes) - timedelta(hours=GO_LIVE.hour)


def _reported(title: str, label: str) -> dict[str, Any]:
    return {"title": title, "labels": [label], "milestone": 1}


_ON_JIRA = {"project": {"key": "SHOP"}, "issuetype": {"name": "Bug"}, "versions": [{"name": "5.2"}]}
_SAID = {"body": "On it."}
_CLOSED, _OPEN = {"state": "closed"}, {"state": "open"}
DONE = {"id": "10903", "name": "Done", "statusCategory": {"id": 3, "key": "done", "name": "Done"}}
STORY = (
    Act(_on(0, "08:10"), "github", "POST", "/web/issues", _reported("Checkout is down", "outage"), "guest"),
    Act(_on(0, "08:50"), "github", "POST", "/web/issues/1/comments", _SAID),
    Act(_on(0, "13:20"), "github", "PATCH", "/web/issues/1", _CLOSED),
    Act(_on(2, "11:05"), "jira", "POST", "issue", {"fields": {**_ON_JIRA, "summary": "Search is slow"}}, "guest"),
    Act(_on(3, "09:40"), "jira", "PUT", "issue/SHOP-2", {"fields": {"priority": {"name": "Highest"}}}),
    Act(_on(3, "10:10"), "jira", "POST", "issue/SHOP-2/comment", _SAID),
    Act(_on(3, "11:10"), "jira", "POST", "issue/SHOP-2/transitions", {"transition": {"id": "81"}}),
    Act(_on(4, "15:45"), "github", "PATCH", "/web/issues/1", _OPEN),
    Act(_on(4, "16:20"), "github", "PATCH", "/web/issues/1", _CLOSED),
    Act(
        _on(5, "23:40"), "github", "POST", "/web/issues", _reported("Orders vanish", "outage"), "guest"
    ),  # while clocks change
    Act(_on(6, "00:20"), "github", "POST", "/web/issues/2/comments", _SAID),
    Act(_on(6, "06:40"), "github", "PATCH", "/web/issues/2", _CLOSED),
    Act(_on(9, "12:00"), "github", "POST", "/web/issues", _reported("Odd colour", "severity:minor"), "guest"),
    Act(_on(9, "13:00"), "github", "POST", "/web/issues/3/comments", _SAID),
    Act(_on(11, "14:10"), "github", "PATCH", "/web/issues/3", _CLOSED),
)
COMMENTS = {"/web/issues/1": 1 + 3, "SHOP-2": 1 + 1, "/web/issues/2": 1 + 2}
"""How it stands with a P1, and each call: at once, after four hours, and at once when it was opened again."""
CHANGES = 3 * DAYS + 3 * len(STORY)
"""Of the summary: each day its number, another column in its chart and a review; each act itself, and what time makes of it, such as a call."""


@dataclass
class Fortnight:
    """What we wrote: comments by ticket, when there were reviews, and the summary after each of its edits, without the time."""

    team: Team = field(compare=False)
    comments: Counter[str] = field(default_factory=Counter)
    reviews: list[datetime] = field(default_factory=list)
    edits: list[tuple[datetime, str]] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)

    def live(self, *, forgetful: bool) -> None:
        """All ticks, with what people do between them. The store of `forgetful` people is deleted at every midnight."""
        acts = list(STORY)
        for count in range(DAYS * timedelta(days=1) // EVERY):
            now = GO_LIVE + count * EVERY
            self._wait_until(now)
            if forgetful and (now.hour, now.minute) == (0, 0):
                self.team.forget()
            result = self.team.tick(now)
            assert (result.errors, result.refused) == ((), False)
            self._note(now)
            while acts and GO_LIVE + acts[0].after < now + EVERY:
                act = acts.pop(0)
                self._wait_until(GO_LIVE + act.after)
                getattr(self.team, act.tracker)(act.method, act.path, act.body, token=act.token)
            self.team.writes()

    def _wait_until(self, moment: datetime) -> None:
        self.team.sandbox.clock.advance(moment - self.team.sandbox.clock.now())

    def _note(self, now: datetime) -> None:
        for write in self.team.writes():
            if re.search(r"POST .*/ops/issues/\d+/comments$", write):
                self.reviews.append(now)
            elif found := re.search(r"POST .*(/web/issues/\d+|SHOP-\d+)/comments?$", write):
                self.comments[found[1]] += 1
            elif re.search(r"PATCH .*/ops/issues/\d+$", write):
                self.edits.append((now, _but_the_time(self.team.summary())))
            else:
                self.others[re.sub(r"\d+", "N", write)] += 1


def _but_the_time(summary: str) -> str:
    """What people read in the summary, without the time of its writing."""
    return re.sub("As of .*|<!-- .*", "", summary)


def lived(folder: Path, *, forgetful: bool) -> tuple[Fortnight, Picture]:
    """Two weeks of a team that goes live with nothing to report, and what stands in the end."""
    sandbox = Sandbox.new(GO_LIVE, {"guest": "cleo"})
    sandbox.clock.__class__ = FrozenClock  # what is written is the same however long it took
    for name in ("web", "ops"):
        sandbox.github.repository_for(f"acme/{name}")
    before = "2026-10-12T08:00:00.000+0000"
    load_rows(sandbox, folder, [], [jira_site.row("SHOP-1", created=before, updated=before, status=DONE)])
    with a_team(folder, sandbox=sandbox) as team:
        team.github("POST", "/web/milestones", {"title": "5.2"})
        (folder / "policy.yaml").write_text(POLICY)
        team.configure(policy="./policy.yaml", go_live=GO_LIVE.isoformat())
        fortnight = Fortnight(team)
        fortnight.live(forgetful=forgetful)
        return fortnight, picture(team)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Fortnight, Picture]:
    """Two weeks in which nothing is lost."""
    return lived(tmp_path_factory.mktemp("kept"), forgetful=False)


@pytest.mark.slow
def test_each_ticket_gets_a_comment_for_each_call_and_one_on_how_it_stands(kept: tuple[Fortnight, Picture]) -> None:
    fortnight, seen = kept
    assert fortnight.comments == COMMENTS
    assert not doubled(seen)


@pytest.mark.slow
def test_reviews_are_at_nine_by_the_clocks_in_berlin(kept: tuple[Fortnight, Picture]) -> None:
    fortnight, _ = kept
    days = [datetime(2026, 10, 19, 9, tzinfo=BERLIN) + timedelta(days=day) for day in range(DAYS)]
    assert fortnight.reviews == [day.astimezone(UTC) for day in days]
    assert {at.hour for at in fortnight.reviews} == {7, 8}, "clocks did not change"


@pytest.mark.slow
def test_summary_is_edited_for_a_change_or_an_hour_after_the_last_edit(kept: tuple[Fortnight, Picture]) -> None:
    fortnight, _ = kept
    for (last, before), (at, text) in pairwise(fortnight.edits):
        assert text != before or at - last >= HOUR, f"edited at {at} for nothing"
    changed = sum(text != before for (_, before), (_, text) in pairwise(fortnight.edits))
    assert changed <= CHANGES
    assert len(fortnight.edits) <= changed + DAYS * 24


@pytest.mark.exhaustive
def test_nothing_differs_where_the_store_is_lost_every_night(kept: tuple[Fortnight, Picture], tmp_path: Path) -> None:
    assert lived(tmp_path, forgetful=True) == kept
