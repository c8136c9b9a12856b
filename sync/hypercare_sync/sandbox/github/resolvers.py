"""How GraphQL's fields are read off the world, where they are more than an attribute."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from graphql import GraphQLError, GraphQLResolveInfo

from hypercare_sync.sandbox.grants import Grant

from . import access, permissions, selection
from .connections import Bounds, Connection, problem
from .limits import Rate
from .load import moment
from .model import Comment, Event, Issue, Label, Milestone, Pin, Repository, User
from .selection import ANY, Filter
from .shapes import Shapes, stamp
from .world import GitHubWorld

Resolver = Callable[..., Any]
_LARGEST_INT = 2**31 - 1  # of GraphQL's Int


@dataclass(frozen=True)
class Asker:
    """Who asks, with which rights, and of which world."""

    world: GitHubWorld
    viewer: User
    grant: Grant
    shapes: Shapes

    def sees(self, repository: Repository) -> bool:
        """Whether the asker may see a repository."""
        return permissions.sees(self.world, self.viewer, self.grant, repository)

    def reads(self, repository: Repository) -> bool:
        """Whether the asker's token may also read what is in it."""
        return not repository.private or self.grant.may("issues", "read")


@dataclass(frozen=True)
class Context(Asker):
    """What a query is answered from, for whom, and what it costs."""

    cost: int
    node_count: int
    rate: Rate


Info = GraphQLResolveInfo[Context]


def bounds(args: dict[str, Any]) -> Bounds:
    """The page that a connection's arguments ask for."""
    return Bounds(*(args.get(name) for name in ("first", "last", "after", "before")))


def seconds(moment_: datetime) -> int:
    """A time as the key of a sorted list."""
    return int(moment_.timestamp())


def small_int(number: int) -> int | None:
    """An id as GraphQL's Int, which the newer ids no longer fit into."""
    return number if number <= _LARGEST_INT else None


def viewer(_: Any, info: Info) -> User:
    """Who asks."""
    return info.context.viewer


def rate_limit(_: Any, info: Info, **_args: Any) -> dict[str, Any] | None:
    """How the asker stands, this query included; nothing where nobody counts."""
    if not info.context.world.server.has_limits:
        return None
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
    if found is None or not info.context.sees(found):
        raise problem("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
    return found


def by_node_id(asker: Asker, node_id: str) -> Any:
    """The thing with that node id.

    Raises GraphQLError NOT_FOUND where there is none that the asker may see, FORBIDDEN where the token does not suffice.
    """
    found = asker.world.nodes.get(node_id)
    home = home_of(found)
    if found is None or (home and not asker.sees(home)):
        raise problem("NOT_FOUND", f"Could not resolve to a node with the global id of '{node_id}'")
    if home and found is not home and not asker.reads(home):
        raise inaccessible(asker)
    return found


def inaccessible(asker: Asker) -> GraphQLError:
    """What a fine-grained token is told that lacks a permission."""
    return problem("FORBIDDEN", f"Resource not accessible by {asker.grant.bearer}")


def guarded(resolver: Resolver) -> Resolver:
    """A field of a repository that a fine-grained token needs a permission for, unless the repository is public."""

    def resolve(repository: Repository, info: Info, **args: Any) -> Any:
        if not info.context.reads(repository):
            raise inaccessible(info.context)
        return resolver(repository, info, **args)

    return resolve


def home_of(thing: object) -> Repository | None:
    """The repository that a thing is in, for whatever is in one."""
    match thing:
        case Repository():
            return thing
        case Issue() | Label() | Milestone():
            return thing.repository
        case Comment() | Event() | Pin():
            return thing.issue.repository
        case _:
            return None


def viewer_permission(repository: Repository, info: Info) -> str:
    """What the asker may do in a repository."""
    return access.role_of(info.context.world, repository, info.context.viewer).upper()


def node(_: Any, info: Info, **args: str) -> Any:
    """The thing with that node id. Raises GraphQLError NOT_FOUND."""
    return by_node_id(info.context, args["id"])


def nodes(_: Any, info: Info, ids: list[str]) -> list[Any]:
    """The things with those node ids, an error in the place of each that is missing."""

    def one(node_id: str) -> Any:
        try:
            return by_node_id(info.context, node_id)
        except GraphQLError as error:
            return error

    return [one(each) for each in ids]


def issue(repository: Repository, _: Info, number: int) -> Issue:
    """The issue of that number; a pull request is none."""
    found = repository.issues.get(number)
    if found is None or found.is_pull_request or not repository.has_issues:
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
    return Connection(rows, key, bounds(args), descending=order["direction"] == "DESC")


def _filter(repository: Repository, args: dict[str, Any]) -> Filter:
    """What `filterBy`, `labels` and `states` ask together; a null in `filterBy` asks for none, which a member left out does not."""
    asked = args.get("filterBy") or {}
    states = {state.lower() for each in (args, asked) for state in each.get("states") or ()}
    creator, mentioned = asked.get("createdBy"), asked.get("mentioned")
    assignee = (asked["assignee"] or "").lower() if "assignee" in asked else None
    return Filter(
        states=frozenset(states),
        labels=frozenset(name.lower() for name in asked.get("labels") or ()),
        any_label=frozenset(name.lower() for name in args.get("labels") or ()),
        milestone=_milestone_asked(repository, asked),
        assignee=assignee,
        creator=creator.lower() if creator else None,
        mentioned=mentioned.lower() if mentioned else None,
        since=time_asked(asked.get("since")),
    )


def time_asked(text: str | None) -> datetime | None:
    """A DateTime argument. Raises GraphQLError for what is no time."""
    try:
        return moment(text) if text else None
    except (ValueError, TypeError) as error:
        raise problem("ARGUMENT_LITERALS_INCOMPATIBLE", f"Could not coerce {text!r} to DateTime") from error


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
        bounds(args),
        descending=order["direction"] == "DESC",
    )


def label(repository: Repository, _: Info, name: str) -> Label | None:
    """The label of that name."""
    return repository.labels.get(name.lower())


def milestone(repository: Repository, _: Info, number: int) -> Milestone | None:
    """The milestone of that number."""
    return repository.milestones.get(number)


_MILESTONE_KEYS: dict[str, Callable[[Milestone], tuple[int, int]]] = {
    "NUMBER": lambda each: (each.number, each.id),
    "CREATED_AT": lambda each: (seconds(each.created_at), each.id),
    "UPDATED_AT": lambda each: (seconds(each.updated_at), each.id),
    "DUE_DATE": lambda each: (seconds(each.due_on) if each.due_on else 2**40, each.id),
}


def milestones(repository: Repository, _: Info, **args: Any) -> Connection[Milestone]:
    """The milestones of a repository."""
    states = {state.lower() for state in args.get("states") or ("OPEN", "CLOSED")}
    query = (args.get("query") or "").lower()
    order = args.get("orderBy") or {"field": "NUMBER", "direction": "ASC"}
    rows = [each for each in repository.milestones.values() if each.state in states and query in each.title.lower()]
    return Connection(rows, _MILESTONE_KEYS[order["field"]], bounds(args), descending=order["direction"] == "DESC")
