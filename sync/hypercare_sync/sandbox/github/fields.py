"""Which resolver reads which field of GraphQL, type by type.

A field that is not named here is the attribute of the same name in snake case; times are written as GitHub writes them.
"""

from . import issue_resolvers, resolvers
from .issue_resolvers import EVENT_TYPES
from .resolvers import Resolver
from .shapes import stamp

_ACTOR: dict[str, Resolver] = {
    "id": lambda user, _: user.node_id,
    "databaseId": lambda user, _: user.id,
    "url": lambda user, info: f"{info.context.shapes.base}/{user.login}",
}
_REACTABLE: dict[str, Resolver] = {
    "reactions": issue_resolvers.reactions,
    "reactionGroups": issue_resolvers.reaction_groups,
}
_WRITTEN: dict[str, Resolver] = {
    **_REACTABLE,
    "id": lambda thing, _: thing.node_id,
    "databaseId": lambda thing, _: resolvers.small_int(thing.id),
    "fullDatabaseId": lambda thing, _: str(thing.id),
    "author": lambda thing, _: thing.user,
    "body": lambda thing, _: thing.body or "",
    "lastEditedAt": lambda thing, _: stamp(thing.edited_at),
    "viewerDidAuthor": lambda thing, info: thing.user is info.context.viewer,
}
_ISSUE: dict[str, Resolver] = {
    **_WRITTEN,
    "activeLockReason": lambda issue, _: (
        issue.lock_reason and issue.lock_reason.replace(" ", "_").replace("-", "_").upper()
    ),
    "assignees": issue_resolvers.assignees,
    "closed": lambda issue, _: issue.state == "closed",
    "comments": issue_resolvers.comments,
    "subIssues": issue_resolvers.sub_issues,
    "subIssuesSummary": issue_resolvers.sub_issues_summary,
    "isPinned": lambda issue, _: issue.pinned,
    "labels": resolvers.labels,
    "state": lambda issue, _: issue.state.upper(),
    "stateReason": issue_resolvers.state_reason,
    "timelineItems": issue_resolvers.timeline,
    "url": lambda issue, info: info.context.shapes.issue_page(issue),
}
_EVENT: dict[str, Resolver] = {
    "id": lambda event, _: event.node_id,
    "assignee": lambda event, _: event.assignee,
    "label": issue_resolvers.event_label,
    "milestoneTitle": lambda event, _: event.details["milestone"]["title"],
    "stateReason": lambda event, _: (event.details.get("state_reason") or "").upper() or None,
    "currentTitle": lambda event, _: event.details["rename"]["to"],
    "previousTitle": lambda event, _: event.details["rename"]["from"],
    "lockReason": lambda event, _: (
        (event.details.get("lock_reason") or "").replace(" ", "_").replace("-", "_").upper() or None
    ),
    "isCrossRepository": issue_resolvers.across,
    "referencedAt": lambda event, _: stamp(event.created_at),
    "source": issue_resolvers.source,
    "target": lambda event, _: event.issue,
    "subIssue": issue_resolvers.source,
    "parent": issue_resolvers.source,
    "fromRepository": lambda event, _: event.origin,
    "canonical": issue_resolvers.source,
    "duplicate": lambda event, _: event.issue,
}
_CONTENT: dict[str, Resolver] = {
    "issue": resolvers.issue,
    "issueOrPullRequest": resolvers.issue_or_pull_request,
    "issues": resolvers.issues,
    "label": resolvers.label,
    "labels": resolvers.labels,
    "milestone": resolvers.milestone,
    "milestones": resolvers.milestones,
    "pinnedIssues": issue_resolvers.pinned_issues,
}
"""What is in a repository, which a fine-grained token needs a permission for."""
FIELDS: dict[str, dict[str, Resolver]] = {
    "Query": {
        "viewer": resolvers.viewer,
        "rateLimit": resolvers.rate_limit,
        "repository": resolvers.repository,
        "node": resolvers.node,
        "nodes": resolvers.nodes,
    },
    "Repository": {
        "id": lambda repository, _: repository.node_id,
        "databaseId": lambda repository, _: repository.id,
        "nameWithOwner": lambda repository, _: repository.full_name,
        "isPrivate": lambda repository, _: repository.private,
        "visibility": lambda repository, _: "PRIVATE" if repository.private else "PUBLIC",
        "isArchived": lambda repository, _: repository.archived,
        "hasIssuesEnabled": lambda repository, _: repository.has_issues,
        "viewerPermission": resolvers.viewer_permission,
        **{name: resolvers.guarded(resolver) for name, resolver in _CONTENT.items()},
        "url": lambda repository, info: f"{info.context.shapes.base}/{repository.full_name}",
    },
    "Milestone": {
        "id": lambda milestone, _: milestone.node_id,
        "closed": lambda milestone, _: milestone.state == "closed",
        "state": lambda milestone, _: milestone.state.upper(),
        "issues": resolvers.issues,
        "url": lambda milestone, info: info.context.shapes.milestone(milestone)["html_url"],
    },
    "Label": {
        "id": lambda label, _: label.node_id,
        "isDefault": lambda label, _: label.default,
        "url": lambda label, info: info.context.shapes.label(label)["url"].replace("/api/v3/repos", ""),
    },
    "PinnedIssue": {
        "id": lambda pin, _: pin.node_id,
        "databaseId": lambda pin, _: resolvers.small_int(pin.id),
        "fullDatabaseId": lambda pin, _: str(pin.id),
        "pinnedBy": lambda pin, _: pin.by,
        "repository": lambda pin, _: pin.issue.repository,
    },
    "User": _ACTOR,
    "Bot": {**_ACTOR, "login": lambda user, _: user.login.removesuffix("[bot]")},
    "Mannequin": _ACTOR,
    "Organization": _ACTOR,
    "Issue": _ISSUE,
    "PullRequest": _ISSUE,
    "IssueComment": {
        **_WRITTEN,
        "repository": lambda comment, _: comment.issue.repository,
        "url": lambda comment, info: info.context.shapes.comment_page(comment),
    },
    "IssueTimelineItemsConnection": {"updatedAt": lambda _, info: stamp(info.context.world.now())},
    **dict.fromkeys(EVENT_TYPES.values(), _EVENT),
}
"""The fields that are more than an attribute, by type."""
