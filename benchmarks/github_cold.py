"""A cold read of a big release from GitHub: our reader beside a plain loop over PyGithub's objects that reads the same facts.

    python benchmarks/github_cold.py

Both read from the embedded GitHub, each in a process of its own: wall time, the process's own CPU time, and its peak memory. The loop
gets fewer issues, since it sends two requests for each: figures are per 1,000 issues.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from cold import Benchmark

GO_LIVE = datetime(2026, 11, 1, tzinfo=UTC)
COMMENTS, EVENTS = 3, 6


def row(_repo: str, number: int) -> dict[str, Any]:
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


if __name__ == "__main__":
    Benchmark(
        script=__file__,
        doc=__doc__,
        ways={"our reader": by_reader, "PyGithub loop": by_loop},
        many="acme/web",
        few="acme/few",
        row=row,
        option=lambda repo, path: ["--github-data", f"{repo}={path}"],
        facts=COMMENTS + EVENTS,
        loop_issues=500,
    ).main()
