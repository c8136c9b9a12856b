"""A cold read of a big release from Jira Cloud: our reader beside a plain loop over the jira library's objects that reads the same facts.

    python benchmarks/jira_cold.py

Both read from the embedded Jira, each in a process of its own: wall time, the process's own CPU time, and its peak memory. Both read
the same issues, all with comments and history embedded, so that the loop needs no request for each.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from cold import Benchmark

GO_LIVE = datetime(2026, 11, 1, tzinfo=UTC)
COMMENTS, HISTORIES = 3, 6
PEOPLE = [{"accountId": f"person{number}", "displayName": f"Person {number}", "active": True} for number in range(7)]


def row(project: str, number: int) -> dict[str, Any]:
    """An issue with comments and history, in REST shape."""
    at = [
        f"{GO_LIVE + timedelta(minutes=number, hours=hour):%Y-%m-%dT%H:%M:%S.000+0000}"
        for hour in range(COMMENTS + HISTORIES + 1)
    ]
    reporter, other = PEOPLE[number % 7], PEOPLE[0]
    comments = [
        {"body": f"Comment {each} on case {number}. " * 5, "author": (reporter, other)[each % 2], "created": at[each]}
        for each in range(COMMENTS)
    ]
    histories = [
        {
            "author": other,
            "created": at[COMMENTS + each],
            "items": [_labelled(("", "bug"), ("bug", ""), turn=each % 2)],
        }
        for each in range(HISTORIES)
    ]
    fields = {
        "summary": f"Cart broken for case {number}",
        "description": f"Seen {number} times. " * 20,
        "created": at[0],
        "updated": at[-1],
        "labels": ["bug", f"area-{number % 9}"],
        "issuetype": {"id": "10921", "name": "Bug", "subtask": False},
        "priority": {"id": "3", "name": "Medium"},
        "status": {"id": "1", "name": "Open", "statusCategory": {"id": 2, "key": "new", "name": "To Do"}},
        "versions": [{"id": "20001", "name": "5.2", "released": True}],
        "reporter": reporter,
        "assignee": other,
        "comment": {"comments": comments},
    }
    first = 1_000_000 if project == "SHOP" else 2_000_000
    return {
        "id": str(first + number),
        "key": f"{project}-{number}",
        "fields": fields,
        "changelog": {"histories": histories},
    }


def _labelled(*ways: tuple[str, str], turn: int) -> dict[str, Any]:
    before, after = ways[turn]
    return {"field": "labels", "fieldId": "labels", "fromString": before, "toString": after}


def by_reader(base: str, project: str) -> tuple[int, int]:
    """Our reader's cold read: issues and facts."""
    from hypercare_rules.release import Selector
    from hypercare_sync.trackers import jira
    from hypercare_sync.trackers.port import Source

    tracker = jira.connect("jira", f"{base}/jira", "bot@shop.example", "sandbox")
    source = Source("jira", project, Selector(version="5.2"), GO_LIVE, "hypercare:")
    tickets = tracker.reader.read(source, None, {}).tickets
    return len(tickets), sum(len(one.comments) + len(one.history) for one in tickets)


def by_loop(base: str, project: str) -> tuple[int, int]:
    """What one writes with the jira library: all issues with comments and changelog, kept as plain values."""
    from jira import JIRA

    client = JIRA(server=f"{base}/jira", basic_auth=("bot@shop.example", "sandbox"), max_retries=0, timeout=20)
    found = client.enhanced_search_issues(
        f'project = {project} AND (affectedVersion = "5.2" OR fixVersion = "5.2") ORDER BY created, key',
        maxResults=0,
        fields="summary,description,status,priority,issuetype,reporter,assignee,labels,versions,created,updated,comment",
        expand="changelog",
    )
    read, facts = [], 0
    for issue in found:
        fields = issue.fields
        comments = [(one.id, one.author.accountId, one.created, one.body) for one in fields.comment.comments]
        history = [
            (item.field, entry.author.accountId, entry.created, item.fromString, item.toString)
            for entry in issue.changelog.histories
            for item in entry.items
        ]
        kept = (issue.key, fields.summary, fields.description, fields.status.name, fields.created, fields.updated)
        people = (fields.reporter.accountId, fields.assignee.accountId)
        named = (fields.priority.name, fields.issuetype.name, [one.name for one in fields.versions])
        read.append((*kept, *people, *named, list(fields.labels), comments, history))
        facts += len(comments) + len(history)
    return len(read), facts


if __name__ == "__main__":
    Benchmark(
        script=__file__,
        doc=__doc__,
        ways={"our reader": by_reader, "jira loop": by_loop},
        many="SHOP",
        few="FEW",
        row=row,
        option=lambda _project, path: ["--jira-data", str(path)],
        facts=COMMENTS + HISTORIES,
        loop_issues=10_000,
    ).main()
