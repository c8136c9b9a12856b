"""A cold read of a big release from GitHub: our reader beside a plain loop over PyGithub's objects that reads the same facts.

    python benchmarks/github_cold.py

Both read from the embedded GitHub, each in a process of its own: wall time, the process's own CPU time, and its peak memory. The loop
gets fewer issues, since it sends two requests for each: figures are per 1,000 issues.
"""

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

GO_LIVE = datetime(2026, 11, 1, tzinfo=UTC)
COMMENTS, EVENTS = 3, 6
_LONGEST = 600  # seconds


class Measured(NamedTuple):
    """What one process took for its issues; `facts` are the comments and the lines of history that it saw."""

    issues: int
    facts: int
    requests: int
    wall: float
    cpu: float
    peak: float


def row(number: int) -> dict[str, Any]:
    """An issue with comments and history, in REST shape."""
    at = [
        f"{GO_LIVE + timedelta(minutes=number, hours=hour):%Y-%m-%dT%H:%M:%SZ}" for hour in range(COMMENTS + EVENTS + 1)
    ]
    people = [{"login": f"person{number % 7}", "type": "User"}, {"login": "ana", "type": "User"}]
    milestone = {"number": 1, "title": "5.2", "created_at": at[0], "updated_at": at[0]}
    issue = {
        "number": number,
        "title": f"Cart broken for case {number}",
        "body": f"Seen {number} times. " * 20,
        "user": people[0],
        "milestone": milestone,
        "labels": [{"name": "bug"}, {"name": f"area-{number % 9}"}],
        "assignees": [people[1]],
        "created_at": at[0],
        "updated_at": at[-1],
    }
    comments = [
        {"body": f"Comment {each} on case {number}. " * 5, "user": people[each % 2], "created_at": at[each]}
        for each in range(COMMENTS)
    ]
    events = [
        {
            "event": ("labeled", "unlabeled")[each % 2],
            "actor": people[1],
            "created_at": at[COMMENTS + each],
            "label": {"name": "bug"},
        }
        for each in range(EVENTS)
    ]
    return {"issue": issue, "comments": comments, "timeline": events}


@contextmanager
def sandbox(sizes: dict[str, int]) -> Iterator[str]:
    """The embedded GitHub with so many issues in each repository, in a process of its own; yields its address."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        loaded = []
        for repo, size in sizes.items():
            path = folder / f"{repo.replace('/', '-')}.jsonl.gz"
            with gzip.open(path, "wt", compresslevel=1) as sink:
                sink.writelines(f"{json.dumps(row(number))}\n" for number in range(1, size + 1))
            loaded += ["--github-data", f"{repo}={path}"]
        port = folder / "port"
        command = [
            str(Path(sys.executable).with_name("hypercare-sync")),
            "sandbox",
            "--port",
            "0",
            "--port-file",
            str(port),
        ]
        server = subprocess.Popen([*command, *loaded], stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
        try:
            started = time.monotonic()
            while not (port.exists() and port.read_text().strip()):
                if server.poll() is not None or time.monotonic() - started > _LONGEST:
                    raise SystemExit("the sandbox did not start")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port.read_text().strip()}"
        finally:
            server.terminate()
            server.wait(10)


def served(base: str, method: str = "GET") -> int:
    """How many requests the sandbox served; with DELETE it counts anew."""
    request = urllib.request.Request(f"{base}/_sandbox/requests", method=method)  # noqa: S310 - our own server
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        body = answer.read()
    return len(json.loads(body)["requests"]) if method == "GET" else 0


def by_reader(base: str, repo: str) -> tuple[int, int]:
    """Our reader's cold read: issues and facts."""
    from hypercare_rules.release import Selector
    from hypercare_sync.trackers import github
    from hypercare_sync.trackers.port import Source

    tracker = github.connect("gh", f"{base}/api/v3", "sandbox")
    source = Source("gh", repo, Selector(version="5.2"), GO_LIVE, "hypercare:")
    tickets = tracker.reader.read(source, None, {}).tickets
    return len(tickets), sum(len(one.comments) + len(one.history) for one in tickets)


def by_loop(base: str, repo: str) -> tuple[int, int]:
    """What one writes with PyGithub: for each issue its comments and its timeline, kept as plain values."""
    from github import Auth, Github

    client = Github(
        auth=Auth.Token("sandbox"), base_url=f"{base}/api/v3", retry=None, per_page=100,
        seconds_between_requests=None, seconds_between_writes=None,
    )  # fmt: skip
    repository = client.get_repo(repo)
    (milestone,) = (each for each in repository.get_milestones(state="all") if each.title == "5.2")
    read, facts = [], 0
    for issue in repository.get_issues(milestone=milestone, state="all"):
        comments = [(one.id, one.user.login, one.created_at, one.body) for one in issue.get_comments()]
        history = [
            (one.event, one.actor.login, one.created_at, one.raw_data.get("label"))
            for one in issue.get_timeline()
            if one.event != "commented"
        ]
        labels = [label.name for label in issue.labels]
        assignees = [one.login for one in issue.assignees]
        kept = (
            issue.number,
            issue.title,
            issue.body,
            issue.state,
            issue.user.login,
            issue.created_at,
            issue.updated_at,
        )
        read.append((*kept, labels, assignees, comments, history))
        facts += len(comments) + len(history)
    return len(read), facts


WAYS: dict[str, Callable[[str, str], tuple[int, int]]] = {"our reader": by_reader, "PyGithub loop": by_loop}


def measure(way: str, base: str, repo: str) -> Measured:
    """One way in a process of its own."""
    command = [sys.executable, __file__, "--measure", way, base, repo]
    out = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_LONGEST).stdout  # noqa: S603 - our own command
    return Measured(*json.loads(out))


def measured(way: str, base: str, repo: str) -> Measured:
    """The same in this process."""
    served(base, "DELETE")
    wall, cpu = time.perf_counter(), time.process_time()
    counted = WAYS[way](base, repo)
    took = (time.perf_counter() - wall, time.process_time() - cpu)
    return Measured(*counted, served(base), *took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    """Measure both and compare."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--issues", type=int, default=10_000)
    options.add_argument("--loop-issues", type=int, default=500)
    options.add_argument("--measure", nargs=3, metavar=("WAY", "BASE", "REPO"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.measure:
        print(json.dumps(measured(*given.measure)))
        return
    sizes = {"acme/web": given.issues, "acme/few": given.loop_issues}
    with sandbox(sizes) as base:
        rows = [
            (way, measure(way, base, repo))
            for way, repo in (("our reader", "acme/web"), ("our reader", "acme/few"), ("PyGithub loop", "acme/few"))
        ]
    (_, many), (_, few), (_, loop) = rows
    for one in (many, few, loop):
        assert one.facts == one.issues * (COMMENTS + EVENTS), "they do not read the same facts"
    print(f"{'':15}{'issues':>8}{'requests':>10}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}   per 1,000 issues")
    for way, one in rows:
        share = 1000 / one.issues
        print(
            f"{way:15}{one.issues:>8,}{one.requests:>10,}{one.wall:>8.2f}{one.cpu:>8.2f}{one.peak:>9.0f}"
            f"   {one.wall * share:.2f} s wall, {one.cpu * share:.2f} s CPU, {one.requests * share:.0f} requests"
        )
    wall, cpu = (loop.issues * one / many.issues for one in (many.wall, many.cpu))
    print(f"the loop takes {loop.wall / wall:.1f} times the time and {loop.cpu / cpu:.1f} times the CPU for an issue")


if __name__ == "__main__":
    main()
