"""How the fields of an issue, its comments and its history are read off the world, where they are more than an attribute."""

from typing import Any

from . import selection
from .connections import Connection
from .model import Comment, Event, Issue, Label, Pin, Reactable, Repository, User
from .resolvers import Info, bounds, seconds, time_asked

REACTION_NAMES = {
    "THUMBS_UP": "+1",
    "THUMBS_DOWN": "-1",
    "LAUGH": "laugh",
    "HOORAY": "hooray",
    "CONFUSED": "confused",
    "HEART": "heart",
    "ROCKET": "rocket",
    "EYES": "eyes",
}
EVENT_TYPES = {
    "assigned": "AssignedEvent",
    "closed": "ClosedEvent",
    "comment_deleted": "CommentDeletedEvent",
    "cross-referenced": "CrossReferencedEvent",
    "demilestoned": "DemilestonedEvent",
    "labeled": "LabeledEvent",
    "locked": "LockedEvent",
    "marked_as_duplicate": "MarkedAsDuplicateEvent",
    "milestoned": "MilestonedEvent",
    "parent_issue_added": "ParentIssueAddedEvent",
    "parent_issue_removed": "ParentIssueRemovedEvent",
    "pinned": "PinnedEvent",
    "renamed": "RenamedTitleEvent",
    "reopened": "ReopenedEvent",
    "sub_issue_added": "SubIssueAddedEvent",
    "sub_issue_removed": "SubIssueRemovedEvent",
    "transferred": "TransferredEvent",
    "unassigned": "UnassignedEvent",
    "unlabeled": "UnlabeledEvent",
    "unlocked": "UnlockedEvent",
    "unmarked_as_duplicate": "UnmarkedAsDuplicateEvent",
    "unpinned": "UnpinnedEvent",
}
"""REST's words for lines of the history, and GraphQL's types; other lines are not in GraphQL's timeline here."""


def type_of(value: object) -> str:
    """The name of the GraphQL type that a thing of the world is."""
    match value:
        case Issue():
            return "PullRequest" if value.is_pull_request else "Issue"
        case Comment():
            return "IssueComment"
        case Event():
            return EVENT_TYPES[value.kind]
        case User():
            return value.kind
        case Pin():
            return "PinnedIssue"
        case _:
            return type(value).__name__


def item_type(line: Event | Comment) -> str:
    """A line of the timeline in the words of `itemTypes`: LABELED_EVENT for a LabeledEvent."""
    if isinstance(line, Comment):
        return "ISSUE_COMMENT"
    return (
        "".join(f"_{letter}" if letter.isupper() else letter for letter in EVENT_TYPES[line.kind]).lstrip("_").upper()
    )


def comments(issue: Issue, _: Info, **args: Any) -> Connection[Comment]:
    """The comments of an issue, oldest first unless asked otherwise."""
    order = args.get("orderBy")
    return Connection(
        list(issue.comments.values()),
        lambda comment: (seconds(comment.updated_at if order else comment.created_at), comment.id),
        bounds(args),
        descending=order is not None and order["direction"] == "DESC",
    )


def assignees(issue: Issue, _: Info, **args: Any) -> Connection[User]:
    """Who an issue is assigned to."""
    return Connection(issue.assignees, lambda user: (user.login.lower(), user.id), bounds(args))


def timeline(issue: Issue, info: Info, **args: Any) -> Connection[Event | Comment]:
    """The history of an issue, oldest first, as far as its lines are of the types asked for."""
    types, start = args.get("itemTypes"), time_asked(args.get("since"))
    rows = [
        line
        for line in selection.timeline(issue, info.context.sees)
        if (isinstance(line, Comment) or line.kind in EVENT_TYPES)
        and (types is None or item_type(line) in types)
        and (start is None or line.created_at >= start)
    ]
    return Connection(rows[args.get("skip") or 0 :], lambda line: (seconds(line.created_at), line.id), bounds(args))


def state_reason(issue: Issue, _: Info, *, enableDuplicate: bool | None = False) -> str | None:  # noqa: N803  (GraphQL's name)
    """Why an issue is in its state; duplicates are told only to those who ask for them."""
    if issue.state_reason == "duplicate" and not enableDuplicate:
        return "NOT_PLANNED"
    known = {"completed", "not_planned", "reopened", "duplicate"}
    return issue.state_reason.upper() if issue.state_reason in known else None


def reactions(thing: Reactable, _: Info, **args: Any) -> dict[str, Any]:
    """How many reacted."""
    counts = thing.rollup()
    wanted = args.get("content")
    return _counted(counts[REACTION_NAMES[wanted]] if wanted else counts.total())


def _counted(total: int) -> dict[str, Any]:
    """A connection whose rows are not served: data knows how many reacted, not who."""
    return {"totalCount": total, "pageInfo": {"hasNextPage": False, "hasPreviousPage": False}}


def reaction_groups(thing: Reactable, info: Info) -> list[dict[str, Any]]:
    """How many reacted in each way."""
    counts, viewer = thing.rollup(), info.context.viewer
    return [
        {
            "content": name,
            "reactors": _counted(counts[content]),
            "viewerHasReacted": any(given.user is viewer and given.content == content for given in thing.reactions),
        }
        for name, content in REACTION_NAMES.items()
    ]


def event_label(event: Event, _: Info) -> Label:
    """The label that an event names; one that was deleted since is shown as it was."""
    said = event.details["label"]
    known = event.issue.repository.labels.get(said["name"].lower())
    return known or Label(
        event.issue.repository, 0, f"{event.node_id}-label", said["name"], said.get("color") or "ededed", None
    )


def source(event: Event, info: Info) -> Issue | None:
    """What an event points to: as it is now where it is in this world, else as data told it."""
    told = event.source
    if told is None:
        return None
    home = info.context.world.repository(told.repository.owner.login, told.repository.name)
    return (home.issues.get(told.number) if home else None) or told


def across(event: Event, _: Info) -> bool:
    """Whether an event points into another repository."""
    return event.source is not None and event.source.repository.full_name != event.issue.repository.full_name


def sub_issues(issue: Issue, _: Info, **args: Any) -> Connection[Issue]:
    """The issues below an issue, in their order."""
    place = {child.id: number for number, child in enumerate(issue.sub_issues)}
    return Connection(issue.sub_issues, lambda child: (place[child.id], child.id), bounds(args))


def sub_issues_summary(issue: Issue, _: Info) -> dict[str, int]:
    """How far the issues below an issue are."""
    ties = issue.ties()
    return {
        "total": ties["total"],
        "completed": ties["completed"],
        "percentCompleted": ties["completed"] * 100 // max(1, ties["total"]),
    }


def pinned_issues(repository: Repository, _: Info, **args: Any) -> Connection[Pin]:
    """The issues at the top of a repository's list."""
    return Connection(repository.pins, lambda pin: (pin.id, pin.id), bounds(args))
