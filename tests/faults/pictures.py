"""What people see in the trackers, to be compared between a calm day and a bad one."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.sync.flow import Team

Picture = Mapping[str, tuple[Any, ...]]
"""By ticket: its title, text, labels, comments, who has it, and whether it is pinned (GitHub), or its native priority and where it is linked to (Jira)."""


def picture(team: Team) -> Picture:
    """What stands in both trackers; doubles of the summary that we closed are left out."""
    seen: dict[str, tuple[Any, ...]] = {}
    pins = {pin.issue.node_id for home in team.sandbox.github.repositories.values() for pin in home.pins}
    for repo in ("web", "ops"):
        for issue in team.github("GET", f"/{repo}/issues?state=all"):
            if repo == "ops" and issue["state"] == "closed":
                continue
            path = f"/{repo}/issues/{issue['number']}"
            comments = [comment["body"] for comment in team.github("GET", f"{path}/comments")]
            labels = sorted(label["name"] for label in issue["labels"])
            name = "summary" if repo == "ops" else path
            assert name not in seen, "two summaries stand"
            assignees = sorted(person["login"] for person in issue["assignees"])
            pinned = issue["node_id"] in pins
            seen[name] = (issue["title"], issue["body"], labels, sorted(comments), assignees, pinned)
    for key in team.jira_keys():
        fields = team.jira("GET", f"issue/{key}")["fields"]
        ours = "hypercare:summary" in fields["labels"]
        if not ours and fields["reporter"]["displayName"] == "Hypercare Bot":
            continue
        comments = [comment["body"] for comment in fields["comment"]["comments"]]
        name = "summary" if ours else key
        assert name not in seen, "two summaries stand"
        assignee = (fields["assignee"] or {}).get("accountId")
        links = sorted(one["object"]["title"] for one in team.jira("GET", f"issue/{key}/remotelink"))
        seen[name] = (
            fields["summary"],
            fields["description"],
            sorted(fields["labels"]),
            sorted(comments),
            assignee,
            (fields.get("priority") or {}).get("name"),
            links,
        )
    return seen


def doubled(seen: Picture) -> list[str]:
    """The tickets on which a comment stands twice."""
    return [name for name, (_, _, _, comments, *_) in seen.items() if max(Counter(comments).values(), default=0) > 1]
