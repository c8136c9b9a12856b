"""Where the embedded GitHub answers: the routes below `/api/v3`."""

from collections.abc import Callable
from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from . import rest_home, rest_issues, rest_repository
from .calls import Call, endpoint
from .limits import Limits
from .world import GitHubWorld

_REPO = "/repos/{owner}/{repo}"
_ISSUES = f"{_REPO}/issues"
_ISSUE = f"{_ISSUES}/{{issue_number}}"
_COMMENT = f"{_ISSUES}/comments/{{comment_id}}"

Handler = Callable[[Call], Response]

HANDLERS: dict[str, dict[str, Handler]] = {
    "/user": {"GET": rest_home.caller_shown},
    "/users/{login}": {"GET": rest_home.user_shown},
    "/orgs/{org}/repos": {"GET": rest_home.repositories_listed, "POST": rest_home.repository_created},
    _REPO: {"GET": rest_home.repository_shown},
    f"{_REPO}/collaborators/{{username}}/permission": {"GET": rest_home.permission_shown},
    f"{_REPO}/assignees": {"GET": rest_repository.assignees_listed},
    f"{_REPO}/assignees/{{assignee}}": {"GET": rest_repository.assignee_checked},
    f"{_REPO}/labels": {"GET": rest_repository.labels_listed, "POST": rest_repository.label_created},
    f"{_REPO}/labels/{{name:path}}": {
        "GET": rest_repository.label_shown,
        "PATCH": rest_repository.label_edited,
        "DELETE": rest_repository.label_deleted,
    },
    f"{_REPO}/milestones": {"GET": rest_repository.milestones_listed, "POST": rest_repository.milestone_created},
    f"{_REPO}/milestones/{{milestone_number}}": {
        "GET": rest_repository.milestone_shown,
        "PATCH": rest_repository.milestone_edited,
        "DELETE": rest_repository.milestone_deleted,
    },
    f"{_REPO}/milestones/{{milestone_number}}/labels": {"GET": rest_repository.milestone_labels_listed},
    _ISSUES: {"GET": rest_issues.listed, "POST": rest_issues.created},
    f"{_ISSUES}/comments": {"GET": rest_repository.repository_comments_listed},
    _COMMENT: {
        "GET": rest_repository.comment_shown,
        "PATCH": rest_repository.comment_edited,
        "DELETE": rest_repository.comment_deleted,
    },
    f"{_COMMENT}/reactions": {"GET": rest_issues.reactions_listed, "POST": rest_issues.reacted},
    f"{_COMMENT}/reactions/{{reaction_id}}": {"DELETE": rest_issues.reaction_removed},
    f"{_ISSUES}/events": {"GET": rest_issues.repository_events_listed},
    f"{_ISSUES}/events/{{event_id}}": {"GET": rest_issues.event_shown},
    _ISSUE: {"GET": rest_issues.shown, "PATCH": rest_issues.edited},
    f"{_ISSUE}/assignees": {"POST": rest_issues.assignees_added, "DELETE": rest_issues.assignees_removed},
    f"{_ISSUE}/comments": {"GET": rest_repository.comments_listed, "POST": rest_repository.comment_created},
    f"{_ISSUE}/events": {"GET": rest_issues.events_listed},
    f"{_ISSUE}/labels": {
        "GET": rest_issues.labels_listed,
        "POST": rest_issues.labels_added,
        "PUT": rest_issues.labels_set,
        "DELETE": rest_issues.labels_cleared,
    },
    f"{_ISSUE}/labels/{{name:path}}": {"DELETE": rest_issues.label_removed},
    f"{_ISSUE}/lock": {"PUT": rest_issues.locked, "DELETE": rest_issues.unlocked},
    f"{_ISSUE}/reactions": {"GET": rest_issues.reactions_listed, "POST": rest_issues.reacted},
    f"{_ISSUE}/reactions/{{reaction_id}}": {"DELETE": rest_issues.reaction_removed},
    f"{_ISSUE}/timeline": {"GET": rest_issues.timeline_listed},
}


def routes(world: GitHubWorld, limits: Limits) -> list[BaseRoute]:
    """The REST routes, to be mounted below `/api/v3`."""
    rate_limit = partial(rest_home.rate_limit_shown, limits=limits)
    handlers: dict[str, dict[str, Handler]] = {**HANDLERS, "/rate_limit": {"GET": rate_limit}}
    return [
        Route(path, endpoint(world, limits, handler), methods=[method])
        for path, methods in handlers.items()
        for method, handler in methods.items()
    ]
