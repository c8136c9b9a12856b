"""Record the cassettes anew against the sandbox: `python -m tests.sync.record [KIND/STORY ...]`, as `make cassettes` does.

With the variables of LIVE set, a tracker's stories are recorded from the live one instead; cassettes/README.md tells more.
"""

import os
import re
import sys
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import vcr  # type: ignore[import-untyped]
from tests.contract.scenes import github, jira
from tests.contract.scenes.github import GithubScene
from tests.contract.scenes.jira import JiraScene
from tests.contract.scenes.scene import START
from tests.contract.scenes.served import Served
from tests.sync.apps import add_app
from tests.sync.trackers.scenarios import Stage, cold_read, stories
from vcr.request import Request  # type: ignore[import-untyped]

from hypercare_rules.ticket import Ref
from hypercare_sync.sandbox.clock import Clock
from hypercare_sync.sandbox.github import GitHubWorld
from hypercare_sync.sandbox.jira import JiraWorld
from hypercare_sync.sandbox.people import Accounts
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Flavour, Sandbox

CASSETTES = Path(__file__).parents[2] / "cassettes"
HOSTS = {
    "github": "https://api.github.com",
    "jira": "https://shop.atlassian.net",
    "jira-server": "https://jira.shop.example",
}
LIVE = {
    "github": ("GITHUB_URL", "GITHUB_REPO", "GITHUB_TOKEN"),
    "jira": ("JIRA_URL", "JIRA_PROJECT", "JIRA_TOKEN", "JIRA_EMAIL"),
    "jira-server": ("SERVER_URL", "SERVER_PROJECT", "SERVER_TOKEN"),
}
"""The variables, each behind HYPERCARE_RECORD_, that name a live tracker: address, place, token, and Jira's e-mail."""
SENT = {"accept", "content-type"}
RECEIVED = {"content-length", "content-type", "date", "link", "retry-after", "ratelimit-reason"}
"""The headers that a cassette keeps, rate limits besides; neither tokens nor cookies are among them."""
_PEOPLE = {"Bearer person", f"Basic {b64encode(b'pat@example.com:person').decode()}"}
_TOKEN = re.compile(r"gh[pousr]_\w+")

Rewrite = Callable[[str], str]


class Recording(NamedTuple):
    """Where a story plays, and how what is said there is rewritten before it is kept."""

    stage: Stage
    rewrite: Rewrite
    path: Path


class FrozenClock(Clock):
    """Time that stands still until it is moved on: the same recording tomorrow as today."""

    def now(self) -> datetime:
        """The moment that was set."""
        return self._start


def main(chosen: list[str]) -> None:
    """Record the chosen stories, or all of them."""
    for kind in HOSTS:
        for story, play in stories(kind).items():
            if not chosen or f"{kind}/{story}" in chosen:
                with _live(kind, story) if _variable(kind, 0) else _sandboxed(kind, story) as recording:
                    _record(recording, play)
                print(recording.path.relative_to(CASSETTES))  # noqa: T201 - a command's output


def _record(recording: Recording, play: Callable[[Stage], Any]) -> None:
    recording.path.unlink(missing_ok=True)
    recorder = vcr.VCR(
        record_mode="all",
        decode_compressed_response=True,
        before_record_request=lambda request: _kept_request(request, recording.rewrite),
        before_record_response=lambda response: _kept_response(response, recording.rewrite),
    )
    with recorder.use_cassette(str(recording.path)):
        play(recording.stage)


@contextmanager
def _sandboxed(kind: str, story: str) -> Iterator[Recording]:
    """A sandbox of its own, told as if it were the public trackers."""
    clock, accounts = FrozenClock(START), Accounts({"fine-grained": "hypercare-bot:issues=write"})
    flavour: Flavour = "datacenter" if kind == "jira-server" else "cloud"
    sandbox = Sandbox(clock, accounts, GitHubWorld(clock, accounts), JiraWorld(clock, accounts, flavour))
    add_app(sandbox)
    with tempfile.TemporaryDirectory() as folder, running(sandbox) as base:
        site = HOSTS["jira-server" if flavour == "datacenter" else "jira"]
        hosts = {f"{base}/api/v3/": HOSTS["github"], f"{base}/api/": HOSTS["github"], f"{base}/jira": site}

        def rewrite(text: str) -> str:
            for served, public in hosts.items():
                text = text.replace(served, f"{public}/" if served.endswith("/") else public)
            return text.replace(base, "https://github.com")

        served = Served(sandbox, base, Path(folder))
        whole = stories(kind)[story] is cold_read
        person = _github(served, whole=whole) if kind == "github" else _jira(served, whole=whole)
        address = f"{base}/api/v3" if kind == "github" else f"{base}/jira"
        # No cassette keeps the header by which GitHub tells a classic token's scopes.
        token = "fine-grained" if story == "access" else "sandbox"
        stage = Stage(kind, address, token=token, person=person)
        yield Recording(stage, rewrite, CASSETTES / kind / f"{story}.yaml")


@contextmanager
def _live(kind: str, story: str) -> Iterator[Recording]:
    """A live tracker as it is, but for its address; people do nothing there between our requests."""
    address, place, token = (_variable(kind, number) for number in range(3))
    stage = Stage(kind, address, place, token, _variable("jira", 3))
    yield Recording(stage, lambda text: text.replace(address, HOSTS[kind]), CASSETTES / "live" / kind / f"{story}.yaml")


def _variable(kind: str, number: int) -> str:
    return os.environ.get(f"HYPERCARE_RECORD_{LIVE[kind][number]}", "")


def _github(served: Served, *, whole: bool) -> GithubScene:
    """Some issues; for a `whole` reading more than a page of them, one with more comments and events than ride along with it."""
    scene = GithubScene(served, repo="acme/web")
    long = {
        "comments": [github.comment(number) for number in range(25)],
        "timeline": [github.event(number, "labeled", label={"name": f"case-{number}"}) for number in range(35)],
    }
    scene.load_rows(*(github.row(number) | (long if number == 7 else {}) for number in range(1, 61 if whole else 6)))
    return scene


def _jira(served: Served, *, whole: bool) -> JiraScene:
    """Some issues; for a `whole` reading more than a page of them, one with more comments and histories than ride along with it."""
    scene = JiraScene(served, project="SHOP")
    long = {"comments": 25, "labellings": 45}
    rows = range(1, 106 if whole else 6)
    scene.load_rows(*(jira.row(f"SHOP-{number}", number, **(long if number == 7 else {})) for number in rows))
    if whole:
        scene.link_page(Ref("jira", "SHOP-8"), "https://github.com/acme/web/issues/12")
        for status in ("In Progress", "Done"):
            scene.move(Ref("jira", "SHOP-9"), status)
    return scene


def _kept_request(request: Request, rewrite: Rewrite) -> Request | None:
    """What is kept of a request; nothing of what people send."""
    if request.headers.get("Authorization") in _PEOPLE:
        return None
    body = rewrite(request.body.decode()) if request.body else None
    headers = {name: value for name, value in request.headers.items() if name.lower() in SENT}
    return Request(request.method, rewrite(request.uri), body, headers)


def _kept_response(response: dict[str, Any], rewrite: Rewrite) -> dict[str, Any]:
    """What is kept of an answer."""
    body = _TOKEN.sub("not-kept", rewrite(response["body"]["string"].decode())).encode()
    headers = {
        name.lower(): [rewrite(value) for value in values]
        for name, values in response["headers"].items()
        if name.lower() in RECEIVED or name.lower().startswith("x-ratelimit-")
    }
    if "content-length" in headers:
        headers["content-length"] = [str(len(body))]
    return {**response, "headers": headers, "body": {"string": body}}


if __name__ == "__main__":
    main(sys.argv[1:])
