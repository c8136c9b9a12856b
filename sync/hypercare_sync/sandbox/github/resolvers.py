"""How GraphQL's fields are read off the world, where they are more than an attribute."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from graphql import GraphQLResolveInfo

from . import selection
from .connections import Bounds, Connection, problem
from .limits import Rate
from .load import moment
from .model import Comment, Event, Issue, Label, Milestone, Reactable, Repository, User
from .selection import ANY, Filter
from .shapes import Shapes, stamp
from .world import GitHubWorld

Resolver = Callable[..., Any]
_LARGEST_INT = 2**31 - 1  # of GraphQL's Int

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
    "pinned": "PinnedEvent",
    "renamed": "RenamedTitleEvent",
    "reopened": "ReopenedEvent",
    "unassigned": "UnassignedEvent",
    "unlabeled": "UnlabeledEvent",
    "unlocked": "UnlockedEvent",
    "unmarked_as_duplicate": "UnmarkedAsDuplicateEvent",
    "unpinned": "UnpinnedEvent",
}
"""REST's words for lines of the history, and GraphQL's types; other lines are not in GraphQL's timeline here."""


@dataclass(frozen=True)
class Context:
    """What a query is answered from, for whom, and what it costs."""

    world: GitHubWorld
    viewer: User
    shapes: Shapes
    cost: int
    node_count: int
    rate: Rate


Info = GraphQLResolveInfo[Context]


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
        case _:
            return type(value).__name__


def item_type(line: Event | Comment) -> str:
    """A line of the timeline in the words of `itemTypes`: LABELED_EVENT for a LabeledEvent."""
    if isinstance(line, Comment):
        return "ISSUE_COMMENT"
    return (
        "".join(f"_{letter}" if letter.isupper() else letter for letter in EVENT_TYPES[line.kind]).lstrip("_").upper()
    )


def _bounds(args: dict[str, Any]) -> Bounds:
    return Bounds(*(args.get(name) for name in ("first", "last", "after", "before")))


def _time(moment_: datetime) -> int:
    return int(moment_.timestamp())


def small_int(number: int) -> int | None:
    """An id as GraphQL's Int, which the newer ids no longer fit into."""
    return number if number <= _LARGEST_INT else None


def viewer(_: Any, info: Info) -> User:
    """Who asks."""
    return info.context.viewer


def rate_limit(_: Any, info: Info, **_args: Any) -> dict[str, Any]:
    """How the asker stands, this query included."""
    context, rate = info.context, info.context.rate
    return {
        "cost": context.cost,
        "nodeCount": context.node_count,
        "limit": rate.limit,
        "remaining": rate.remaining,
        "used": rate.used,
        "resetAt": stamp(datetime.fromtimestamp(rate.reset, UTC)),
    }


def repository(_: Any, info: Info, owner: str, name: str, **_args: Any) -> Repository:
    """The repository of that name. Raises GraphQLError NOT_FOUND."""
    found = info.context.world.repository(owner, name)
    if found is None:
        raise problem("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
    return found


def by_node_id(world: GitHubWorld, node_id: str) -> Any:
    """The thing with that node id. Raises GraphQLError NOT_FOUND where there is none."""
    found = world.nodes.get(node_id)
    if found is None:
        raise problem("NOT_FOUND", f"Could not resolve to a node with the global id of '{node_id}'")
    return found


def node(_: Any, info: Info, **args: str) -> Any:
    """The thing with that node id. Raises GraphQLError NOT_FOUND."""
    return by_node_id(info.context.world, args["id"])


def nodes(_: Any, info: Info, ids: list[str]) -> list[Any]:
    """The things with those node ids, an error in the place of each that is missing."""
    world = info.context.world
    missing = "Could not resolve to a node with the global id of '{}'"
    return [world.nodes.get(each) or problem("NOT_FOUND", missing.format(each)) for each in ids]


def issue(repository: Repository, _: Info, number: int) -> Issue:
    """The issue of that number; a pull request is none."""
    found = repository.issues.get(number)
    if found is None or found.is_pull_request:
        raise problem("NOT_FOUND", f"Could not resolve to an Issue with the number of {number}.")
    return found


def issue_or_pull_request(repository: Repository, _: Info, number: int) -> Issue:
    """What has that number."""
    found = repository.issues.get(number)
    if found is None:
        raise problem("NOT_FOUND", f"Could not resolve to an issue or pull request with the number of {number}.")
    return found


def issues(home: Repository | Milestone, _: Info, **args: Any) -> Connection[Issue]:
    """The issues of a repository or a milestone, without pull requests."""
    repository = home if isinstance(home, Repository) else home.repository
    wanted = _filter(repository, args)
    rows = [
        issue
        for issue in selection.issues(repository, wanted, pull_requests=False)
        if isinstance(home, Repository) or issue.milestone is home
    ]
    order = args.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
    key = selection.SORT_KEYS[order["field"].removesuffix("_AT").lower()]
    return Connection(rows, key, _bounds(args), descending=order["direction"] == "DESC")


def _filter(repository: Repository, args: dict[str, Any]) -> Filter:
    """What `filterBy`, `labels` and `states` ask together; a null in `filterBy` asks for none, which a member left out does not."""
    asked = args.get("filterBy") or {}
    states = {state.lower() for each in (args, asked) for state in each.get("states") or ()}
    labels = {name.lower() for each in (args, asked) for name in each.get("labels") or ()}
    creator, mentioned, since = asked.get("createdBy"), asked.get("mentioned"), asked.get("since")
    try:
        start = moment(since) if since else None
    except ValueError as error:
        raise problem("ARGUMENT_LITERALS_INCOMPATIBLE", f"Could not coerce {since!r} to DateTime") from error
    assignee = (asked["assignee"] or "").lower() if "assignee" in asked else None
    return Filter(
        states=frozenset(states),
        labels=frozenset(labels),
        milestone=_milestone_asked(repository, asked),
        assignee=assignee,
        creator=creator.lower() if creator else None,
        mentioned=mentioned.lower() if mentioned else None,
        since=start,
    )


def _milestone_asked(repository: Repository, asked: dict[str, Any]) -> int | Literal["*"] | None:
    """The milestone by number or by database id; -1, which no milestone has, for one that is not there."""
    for member in ("milestoneNumber", "milestone"):
        if member not in asked:
            continue
        value = asked[member]
        if value is None:
            return 0
        if value == ANY:
            return ANY
        if member == "milestoneNumber":
            return int(value) if value.isdecimal() else -1
        return next((each.number for each in repository.milestones.values() if str(each.id) == value), -1)
    return None


def labels(home: Repository | Issue, _: Info, **args: Any) -> Connection[Label]:
    """The labels of a repository or an issue."""
    labels = home.labels.values() if isinstance(home, Repository) else home.labels
    query = (args.get("query") or "").lower()
    order = args["orderBy"]
    return Connection(
        [label for label in labels if query in label.name.lower()],
        (lambda label: (label.name.lower(), label.id))
        if order["field"] == "NAME"
        else (lambda label: (label.id, label.id)),
        _bounds(args),
        descending=order["direction"] == "DESC",
    )


def label(repository: Repository, _: Info, name: str) -> Label | None:
    """The label of that name."""
    return repository.labels.get(name.lower())


_MILESTONE_KEYS: dict[str, Callable[[Milestone], tuple[int, int]]] = {
    "NUMBER": lambda each: (each.number, each.id),
    "CREATED_AT": lambda each: (_time(each.created_at), each.id),
    "UPDATED_AT": lambda each: (_time(each.updated_at), each.id),
    "DUE_DATE": lambda each: (_time(each.due_on) if each.due_on else 2**40, each.id),
}


def milestones(repository: Repository, _: Info, **args: Any) -> Connection[Milestone]:
    """The milestones of a repository."""
    states = {state.lower() for state in args.get("states") or ("OPEN", "CLOSED")}
    query = (args.get("query") or "").lower()
    order = args.get("orderBy") or {"field": "NUMBER", "direction": "ASC"}
    rows = [each for each in repository.milestones.values() if each.state in states and query in each.title.lower()]
    return Connection(rows, _MILESTONE_KEYS[order["field"]], _bounds(args), descending=order["direction"] == "DESC")


def comments(issue: Issue, _: Info, **args: Any) -> Connection[Comment]:
    """The comments of an issue, oldest first unless asked otherwise."""
    order = args.get("orderBy")
    return Connection(
        list(issue.comments.values()),
        lambda comment: (_time(comment.updated_at if order else comment.created_at), comment.id),
        _bounds(args),
        descending=order is not None and order["direction"] == "DESC",
    )


def assignees(issue: Issue, _: Info, **args: Any) -> Connection[User]:
    """Who an issue is assigned to."""
    return Connection(issue.assignees, lambda user: (user.login.lower(), user.id), _bounds(args))


def timeline(issue: Issue, _: Info, **args: Any) -> Connection[Event | Comment]:
    """The history of an issue, oldest first, as far as its lines are of the types asked for."""
    types, since = args.get("itemTypes"), args.get("since")
    start = moment(since) if since else None
    rows = [
        line
        for line in selection.timeline(issue)
        if (isinstance(line, Comment) or line.kind in EVENT_TYPES)
        and (types is None or item_type(line) in types)
        and (start is None or line.created_at >= start)
    ]
    return Connection(rows[args.get("skip") or 0 :], lambda line: (_time(line.created_at), line.id), _bounds(args))


def state_reason(issue: Issue, _: Info, *, enableDuplicate: bool | None = False) -> str | None:  # noqa: N803  (GraphQL's name)
    """Why an issue is in its state; duplicates are told only to those who ask for them."""
    if issue.state_reason == "duplicate" and not enableDuplicate:
        return "NOT_PLANNED"
    return issue.state_reason and issue.state_reason.upper()


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
