"""GitHub's REST shapes of what the world holds, with links to wherever the sandbox was reached."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from .model import REACTIONS, Comment, Event, Issue, IssueType, Label, Milestone, Reactable, Reaction, Repository, User
from .server import GITHUB_COM, Server

JSON = dict[str, Any]

_JOINED = "2011-01-25T18:44:36Z"  # when an account came to GitHub: no data tells it, and nothing depends on it


def stamp(moment: datetime | None) -> str | None:
    """A time as GitHub writes it."""
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True)
class Shapes:
    """Shapes with links below `base`, such as http://127.0.0.1:8000."""

    base: str
    server: Server = GITHUB_COM

    @property
    def api(self) -> str:
        """Where REST is."""
        return f"{self.base}/api/v3"

    def repository_url(self, repository: Repository) -> str:
        """The repository's address in REST."""
        return f"{self.api}/repos/{repository.full_name}"

    def issue_url(self, issue: Issue) -> str:
        """The issue's address in REST."""
        return f"{self.repository_url(issue.repository)}/issues/{issue.number}"

    def issue_page(self, issue: Issue) -> str:
        """The issue's page for people."""
        return (
            f"{self.base}/{issue.repository.full_name}/{'pull' if issue.is_pull_request else 'issues'}/{issue.number}"
        )

    def comment_page(self, comment: Comment) -> str:
        """The comment's place on its issue's page."""
        return f"{self.issue_page(comment.issue)}#issuecomment-{comment.id}"

    def user(self, user: User | None) -> JSON | None:
        """`simple-user`, or None for nobody."""
        if user is None:
            return None
        url = f"{self.api}/users/{quote(user.login)}"
        return {
            "login": user.login,
            "id": user.id,
            "node_id": user.node_id,
            "avatar_url": f"{self.base}/avatars/{user.id}",
            "gravatar_id": "",
            "url": url,
            "html_url": f"{self.base}/{quote(user.login)}",
            "followers_url": f"{url}/followers",
            "following_url": f"{url}/following{{/other_user}}",
            "gists_url": f"{url}/gists{{/gist_id}}",
            "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
            "subscriptions_url": f"{url}/subscriptions",
            "organizations_url": f"{url}/orgs",
            "repos_url": f"{url}/repos",
            "events_url": f"{url}/events{{/privacy}}",
            "received_events_url": f"{url}/received_events",
            "type": user.kind,
            "user_view_type": "public",
            "site_admin": False,
        }

    def account(self, user: User) -> JSON:
        """`public-user`: what /user and /users/LOGIN tell."""
        return {
            **(self.user(user) or {}),
            **dict.fromkeys(("company", "location", "email", "hireable", "bio"), None),
            **dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0),
            "name": user.name,
            "blog": "",
            "created_at": _JOINED,
            "updated_at": _JOINED,
        }

    def label(self, label: Label) -> JSON:
        """`label`."""
        return {
            "id": label.id,
            "node_id": label.node_id,
            "url": f"{self.repository_url(label.repository)}/labels/{quote(label.name, safe='')}",
            "name": label.name,
            "color": label.color,
            "default": label.default,
            "description": label.description,
        }

    def milestone(self, milestone: Milestone) -> JSON:
        """`milestone`."""
        url = f"{self.repository_url(milestone.repository)}/milestones/{milestone.number}"
        return {
            "url": url,
            "html_url": f"{self.base}/{milestone.repository.full_name}/milestone/{milestone.number}",
            "labels_url": f"{url}/labels",
            "id": milestone.id,
            "node_id": milestone.node_id,
            "number": milestone.number,
            "title": milestone.title,
            "description": milestone.description,
            "creator": self.user(milestone.creator),
            "open_issues": milestone.open_issues,
            "closed_issues": milestone.closed_issues,
            "state": milestone.state,
            "created_at": stamp(milestone.created_at),
            "updated_at": stamp(milestone.updated_at),
            "due_on": stamp(milestone.due_on),
            "closed_at": stamp(milestone.closed_at),
        }

    def reactions(self, thing: Reactable, url: str) -> JSON:
        """`reaction-rollup`."""
        counts = thing.rollup()
        return {
            "url": f"{url}/reactions",
            "total_count": counts.total(),
            **{content: counts[content] for content in REACTIONS},
        }

    def reaction(self, reaction: Reaction) -> JSON:
        """`reaction`."""
        return {
            "id": reaction.id,
            "node_id": reaction.node_id,
            "user": self.user(reaction.user),
            "content": reaction.content,
            "created_at": stamp(reaction.created_at),
        }

    def issue(self, issue: Issue) -> JSON:
        """`issue`, of an issue or a pull request."""
        url = self.issue_url(issue)
        shape = {
            "url": url,
            "repository_url": self.repository_url(issue.repository),
            "labels_url": f"{url}/labels{{/name}}",
            "comments_url": f"{url}/comments",
            "events_url": f"{url}/events",
            "html_url": self.issue_page(issue),
            "id": issue.id,
            "node_id": issue.node_id,
            "number": issue.number,
            "title": issue.title,
            "user": self.user(issue.user),
            "labels": [self.label(label) for label in issue.labels],
            "state": issue.state,
            "locked": issue.locked,
            "assignee": self.user(issue.assignees[0]) if issue.assignees else None,
            "assignees": [self.user(person) for person in issue.assignees],
            "milestone": self.milestone(issue.milestone) if issue.milestone else None,
            "comments": len(issue.comments),
            "created_at": stamp(issue.created_at),
            "updated_at": stamp(issue.updated_at),
            "closed_at": stamp(issue.closed_at),
            "author_association": issue.author_association,
            "active_lock_reason": issue.lock_reason,
            "body": issue.body,
            "closed_by": self.user(issue.closed_by),
            "reactions": self.reactions(issue, url),
            "timeline_url": f"{url}/timeline",
            "performed_via_github_app": None,
            "state_reason": issue.state_reason,
        }
        if not issue.is_pull_request:
            shape |= self._ties(issue)
        else:
            shape |= {"draft": issue.draft, "pull_request": self._pull_request(issue)}
        return shape

    def _ties(self, issue: Issue) -> JSON:
        """What only issues have: their type, and their ties to others."""
        ties, names = issue.ties(), ("blocked_by", "blocking", "total_blocked_by", "total_blocking")
        total, completed = ties["total"], ties["completed"]
        shape: JSON = {}
        if self.server.has_types:
            shape["type"] = self._type(issue.type) if issue.type else None
        if self.server.has_sub_issues:
            percent = completed * 100 // max(1, total)
            shape["sub_issues_summary"] = {"total": total, "completed": completed, "percent_completed": percent}
            if issue.parent:
                shape["parent_issue_url"] = self.issue_url(issue.parent)
        if self.server.has_dependencies:
            shape["issue_dependencies_summary"] = {name: ties[name] for name in names}
        return shape

    @staticmethod
    def _type(kind: IssueType) -> JSON:
        return {
            "id": kind.id,
            "node_id": kind.node_id,
            "name": kind.name,
            "description": kind.description,
            "color": kind.color,
            "is_enabled": True,
            "created_at": _JOINED,
            "updated_at": _JOINED,
        }

    def _pull_request(self, issue: Issue) -> JSON:
        url, page = f"{self.repository_url(issue.repository)}/pulls/{issue.number}", self.issue_page(issue)
        links = {"url": url, "html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch"}
        return {"merged_at": None, **(issue.pull_request or {}), **links}

    def comment(self, comment: Comment) -> JSON:
        """`issue-comment`."""
        url = f"{self.repository_url(comment.issue.repository)}/issues/comments/{comment.id}"
        return {
            "url": url,
            "html_url": self.comment_page(comment),
            "issue_url": self.issue_url(comment.issue),
            "id": comment.id,
            "node_id": comment.node_id,
            "user": self.user(comment.user),
            "created_at": stamp(comment.created_at),
            "updated_at": stamp(comment.updated_at),
            "body": comment.body,
            "author_association": comment.author_association,
            "reactions": self.reactions(comment, url),
            "performed_via_github_app": None,
        }

    def event(self, event: Event) -> JSON:
        """`issue-event`, as the lists of events and the timeline have it."""
        if event.kind == "cross-referenced":
            return self._cross_reference(event)
        shape = {
            "id": event.id,
            "node_id": event.node_id,
            "url": f"{self.repository_url(event.issue.repository)}/issues/events/{event.id}",
            "actor": self.user(event.actor),
            "event": event.kind,
            "commit_id": None,
            "commit_url": None,
            "created_at": stamp(event.created_at),
            **event.details,
            "performed_via_github_app": None,
        }
        if event.assignee:
            shape |= {"assignee": self.user(event.assignee), "assigner": self.user(event.actor)}
        return shape

    def _cross_reference(self, event: Event) -> JSON:
        """`timeline-cross-referenced-event`; it has no id, and tells the referring issue whole."""
        at = stamp(event.created_at)
        source: JSON = {"type": "issue"}
        if event.source:
            home = event.source.repository
            source["issue"] = {
                **self.issue(event.source),
                "repository": {"full_name": home.full_name, "private": home.private},
            }
        return {
            "event": event.kind,
            "actor": self.user(event.actor),
            "created_at": at,
            "updated_at": at,
            "source": source,
        }

    def commented(self, comment: Comment) -> JSON:
        """`timeline-comment-event`: a comment as a line of the timeline."""
        return {**self.comment(comment), "event": "commented", "actor": self.user(comment.user)}
