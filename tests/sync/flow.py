"""A team in hypercare, for tests of the whole flow: its config, both embedded trackers, and what people do and see there.

`Shop 5.2` went live three days before the trackers' time begins. Policy time is told in lengths after that beginning, such as "10m".
"""

import atexit
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.sync.sandbox import jira_site
from tests.sync.sandbox.conftest import row

from hypercare_rules import durations
from hypercare_sync.config import Config, load
from hypercare_sync.connect import connect, paces
from hypercare_sync.exited import Leave
from hypercare_sync.leaving_guard import unless_it_holds
from hypercare_sync.packs import policies
from hypercare_sync.sandbox import github, server
from hypercare_sync.sandbox.app import build
from hypercare_sync.sandbox.faults import Fault
from hypercare_sync.sandbox.log import Tracker as TrackerName
from hypercare_sync.sandbox.world import Flavour, Sandbox
from hypercare_sync.store import Store
from hypercare_sync.tick import Tick
from hypercare_sync.tick_result import GUARDED, Objections, TickResult
from hypercare_sync.trackers.github.reader import GithubReader
from hypercare_sync.trackers.jira.reader import JiraReader
from hypercare_sync.trackers.port import Tracker

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
BEFORE = "2026-11-20T07:30:00"
MILESTONE = {"number": 1, "title": "5.2", "state": "open", "created_at": "2026-11-01T00:00:00Z"}

SOURCES = """\
      - {tracker: shop-jira, project: SHOP, version: "5.2"}
      - {tracker: web-github, repo: acme/web, milestone: "5.2"}"""
ON_GITHUB = "{tracker: web-github, repo: acme/ops}"
ON_JIRA = "{tracker: shop-jira, project: SHOP}"


def at(length: str | datetime) -> datetime:
    """The moment so long after the trackers' time began, or that moment itself."""
    if isinstance(length, datetime):
        return length
    return START + durations.parse(length)


def github_rows() -> list[dict[str, Any]]:
    """Issues of the release: a P1, a P3 and one that was closed before anything of ours was there."""
    common = {"milestone": MILESTONE, "created_at": f"{BEFORE}Z", "user": {"login": "cleo"}}
    return [
        row(1, **common, title="Checkout is down", labels=[{"name": "outage"}]),
        row(2, **common, title="Cart badge is wrong", labels=[{"name": "web"}]),
        row(3, **common, title="Typo", state="closed", closed_at="2026-11-20T10:00:00Z", labels=[{"name": "outage"}]),
    ]


def jira_rows() -> list[dict[str, Any]]:
    """Issues of the release: a P1, a P3 and one that was closed before anything of ours was there."""
    when = {"created": f"{BEFORE}.000+0000", "updated": f"{BEFORE}.000+0000"}
    done = {"id": "10903", "name": "Done", "statusCategory": {"id": 3, "key": "done", "name": "Done"}}
    return [
        jira_site.row("SHOP-1", **when, summary="Payments fail", priority={"id": "1", "name": "Highest"}),
        jira_site.row("SHOP-2", **when, summary="Slow search", labels=["web"], comment=_one_comment()),
        jira_site.row("SHOP-3", **when, summary="Wrong logo", status=done, priority={"id": "1", "name": "Highest"}),
    ]


def _one_comment() -> dict[str, Any]:
    return {"comments": [jira_site.comment(1)], "total": 1, "maxResults": 1, "startAt": 0}


def config_text(base: str, *, sources: str = SOURCES, summary: str = ON_GITHUB, more: str = "", **release: str) -> str:
    """A config over the trackers at `base`; `more` are lines at its top, `release` other keys of the release."""
    settings = {"go_live": "2026-11-20T08:00+01:00", "hypercare": "14d", "zone": "Europe/Berlin", **release}
    lines = "\n".join(f"    {key}: {value}" for key, value in settings.items())
    return f"""\
version: 1
store: sqlite:///hypercare.db
{more}
trackers:
  shop-jira: {{kind: jira, url: "{base}/jira", email: bot@shop.example, token: sandbox, pace: off}}
  web-github: {{kind: github, url: "{base}/api/v3", token: sandbox, pace: off}}
releases:
  - name: Shop 5.2
{lines}
    sources:
{sources}
    summary: {summary}
"""


@dataclass
class Team:
    """One team's world. What people do comes with the token `person`, as a colleague called pat."""

    sandbox: Sandbox
    base: str
    folder: Path
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def config_file(self) -> Path:
        """Where the config is."""
        return self.folder / "hypercare.yaml"

    @property
    def store_file(self) -> Path:
        """Where the store is."""
        return self.folder / "hypercare.db"

    def configure(self, text: str = "", **given: str) -> None:
        """Write a config: this text, or the usual one with some parts given."""
        usual = config_text(self.base, **given)
        if not self.sandbox.jira.cloud:
            usual = usual.replace("email: bot@shop.example, ", "")  # a token of Data Center tells its account
        self.config_file.write_text(text or usual)
        self.config_file.chmod(0o600)

    def config(self) -> Config:
        """The config as it is loaded."""
        return load(self.config_file, {})

    def tick(
        self, now: str | datetime = "0m", *, backfill: bool = False, objections: Objections = GUARDED
    ) -> TickResult:
        """A tick that writes, at a policy time."""
        with self.prepared(now, backfill=backfill) as tick:
            return tick.sync(paces(tick.config), objections)

    def hand_over(self, now: str | datetime = "0m", because: str = "") -> TickResult:
        """End hypercare; whatever its criteria say, where it is said why."""
        leaving = Leave("Shop 5.2", because)
        with self.prepared(now) as tick:
            asked = replace(tick, only=leaving.release, leaving=leaving)
            return asked.sync(paces(tick.config), unless_it_holds(leaving, forced=bool(because)))

    def plan(self, now: str | datetime = "0m", *, backfill: bool = False) -> TickResult:
        """A tick that does not write."""
        with self.prepared(now, backfill=backfill) as tick:
            return tick.plan()

    @contextmanager
    def prepared(self, now: str | datetime, *, backfill: bool = False) -> Iterator[Tick]:
        """A tick that is ready to plan or to write."""
        config = self.config()
        with Store(config.store_url, config.team) as store:
            yield Tick(config, policies(config), impatient(connect(config)), store, at(now), backfill)

    def forget(self) -> None:
        """Delete the store."""
        for part in self.folder.glob("hypercare.db*"):
            part.unlink()

    def break_down(self, tracker: TrackerName, method: str = "*", path: str = "/") -> None:
        """From now on the tracker answers 502 to these requests."""
        self.sandbox.faults.planted.append(Fault(tracker, method, path, "502", times=10**5))

    def repair(self) -> None:
        """No fault strikes any more."""
        self.sandbox.faults.planted.clear()

    def wait(self, length: str) -> None:
        """Let the trackers' time go on."""
        self.sandbox.clock.advance(durations.parse(length))

    def writes(self) -> list[str]:
        """The writes that the trackers served since they were asked last."""
        rows = [f"{row.method} {row.path}" for row in self.sandbox.log.served if row.kind == "write"]
        self.sandbox.log.served.clear()
        return rows

    def github(self, method: str, path: str, body: Any = None, *, token: str = "person") -> Any:
        """Call GitHub's REST API below `/repos/acme`."""
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.base}/api/v3/repos/acme{path}"
        return _json(self.session.request(method, url, json=body, headers=headers, timeout=10))

    def jira(self, method: str, path: str, body: Any = None, *, token: str = "person") -> Any:
        """Call Jira's REST API, version 2, where texts are plain."""
        url = f"{self.base}/jira/rest/api/2/{path}"
        return _json(self.session.request(method, url, json=body, auth=("x@shop.example", token), timeout=10))

    def github_labels(self, number: int) -> set[str]:
        """The labels of an issue of acme/web."""
        return {label["name"] for label in self.github("GET", f"/web/issues/{number}")["labels"]}

    def jira_labels(self, key: str) -> set[str]:
        """The labels of an issue."""
        return set(self.jira("GET", f"issue/{key}")["fields"]["labels"])

    def jira_keys(self) -> list[str]:
        """The keys of all issues, the oldest first."""
        return [issue.key for issue in self.sandbox.jira.issues.values()]

    def github_comments(self, number: int) -> list[str]:
        """The comments on an issue of acme/web."""
        return [comment["body"] for comment in self.github("GET", f"/web/issues/{number}/comments?per_page=100")]

    def jira_comments(self, key: str) -> list[str]:
        """The comments on an issue."""
        return [comment["body"] for comment in self.jira("GET", f"issue/{key}/comment")["comments"]]

    def summaries(self) -> list[Mapping[str, Any]]:
        """The open issues under the summary's label in acme/ops."""
        found: list[Mapping[str, Any]] = self.github("GET", "/ops/issues?labels=hypercare:summary&state=open")
        return found

    def summary(self) -> str:
        """The text of the one summary on GitHub."""
        (only,) = self.summaries()
        text: str = only["body"]
        return text


@contextmanager
def a_team(
    folder: Path,
    tokens: Mapping[str, str] | None = None,
    *,
    flavour: Flavour = "cloud",
    sandbox: Sandbox | None = None,
) -> Iterator[Team]:
    """A team with three tickets on each tracker, and nothing of ours there yet, or in another world; `tokens` open the trackers, too."""
    sandbox = sandbox or a_world(folder, tokens, flavour)
    _stage.append(build(sandbox))
    with (team := Team(sandbox, _base(), folder)).session:
        team.configure()
        yield team


def a_world(folder: Path, tokens: Mapping[str, str] | None = None, flavour: Flavour = "cloud") -> Sandbox:
    """Such a team's trackers, not served yet."""
    sandbox = Sandbox.new(START, tokens, flavour)
    sandbox.github.repository_for("acme/ops")
    load_rows(sandbox, folder, github_rows(), jira_rows())
    return sandbox


_stage: list[ASGIApp] = []


async def _on_stage(scope: Scope, receive: Receive, send: Send) -> None:
    await _stage[-1](scope, receive, send)


@cache
def _base() -> str:
    """The address of one server for all worlds of a session: to stop one takes longer than most ticks."""
    until_exit = ExitStack()
    atexit.register(until_exit.close)
    with patch.object(server, "build", lambda _: _on_stage):
        return until_exit.enter_context(server.running(Sandbox.new(START)))


def load_rows(sandbox: Sandbox, folder: Path, of_github: list[dict[str, Any]], of_jira: list[dict[str, Any]]) -> None:
    """Load the rows into acme/web and into Jira."""
    path = folder / "rows.jsonl"
    for rows, into in (
        (of_github, lambda: github.load(sandbox.github, "acme/web", path)),
        (of_jira, lambda: sandbox.jira.load(path)),
    ):
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        into()


def a_crowd(team: Team, each: int = 12) -> None:
    """So many more tickets on each tracker, all P3 and reported this morning; of ours nothing is there yet."""
    created = {"created": "2026-11-23T07:00:00.000+0000", "updated": "2026-11-23T07:00:00.000+0000"}
    of_github = [
        row(
            number,
            milestone=MILESTONE,
            created_at="2026-11-23T07:00:00Z",
            user={"login": "cleo"},
            title=f"Bug {number}",
        )
        for number in range(11, 11 + each)
    ]
    of_jira = [jira_site.row(f"SHOP-{number}", **created, summary=f"Bug {number}") for number in range(11, 11 + each)]
    load_rows(team.sandbox, team.folder, of_github, of_jira)


def impatient(trackers: dict[str, Tracker]) -> dict[str, Tracker]:
    """The trackers, with nothing slept between attempts."""
    for tracker in trackers.values():
        assert isinstance(tracker.reader, GithubReader | JiraReader)
        tracker.reader.client.sleep = lambda _: None
    return trackers


def _json(response: requests.Response) -> Any:
    response.raise_for_status()
    return response.json() if response.content else None
