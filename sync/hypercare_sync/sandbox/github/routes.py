"""Where the embedded GitHub answers: the routes below `/api/v3`."""

from collections.abc import Callable
from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from . import (
    rest_apps,
    rest_comments,
    rest_history,
    rest_home,
    rest_issues,
    rest_labels,
    rest_milestones,
    rest_people,
    rest_relations,
)
from .calls import Call, app, endpoint
from .limits import Limits
from .permissions import needed
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
    _REPO: {"GET": rest_home.repository_shown, "PATCH": rest_home.repository_edited},
    f"{_REPO}/collaborators": {"GET": rest_people.collaborators_listed},
    f"{_REPO}/collaborators/{{username}}": {
        "GET": rest_people.collaborator_checked,
        "PUT": rest_people.collaborator_set,
        "DELETE": rest_people.collaborator_removed,
    },
    f"{_REPO}/collaborators/{{username}}/permission": {"GET": rest_people.permission_shown},
    f"{_REPO}/assignees": {"GET": rest_people.assignees_listed},
    f"{_REPO}/assignees/{{assignee}}": {"GET": rest_people.assignee_checked},
    f"{_REPO}/labels": {"GET": rest_labels.labels_listed, "POST": rest_labels.label_created},
    f"{_REPO}/labels/{{name:path}}": {
        "GET": rest_labels.label_shown,
        "PATCH": rest_labels.label_edited,
        "DELETE": rest_labels.label_deleted,
    },
    f"{_REPO}/milestones": {"GET": rest_milestones.milestones_listed, "POST": rest_milestones.milestone_created},
    f"{_REPO}/milestones/{{milestone_number}}": {
        "GET": rest_milestones.milestone_shown,
        "PATCH": rest_milestones.milestone_edited,
        "DELETE": rest_milestones.milestone_deleted,
    },
    f"{_REPO}/milestones/{{milestone_number}}/labels": {"GET": rest_milestones.milestone_labels_listed},
    _ISSUES: {"GET": rest_issues.listed, "POST": rest_issues.created},
    f"{_ISSUES}/comments": {"GET": rest_comments.repository_comments_listed},
    _COMMENT: {
        "GET": rest_comments.comment_shown,
        "PATCH": rest_comments.comment_edited,
        "DELETE": rest_comments.comment_deleted,
    },
    f"{_COMMENT}/reactions": {"GET": rest_history.reactions_listed, "POST": rest_history.reacted},
    f"{_COMMENT}/reactions/{{reaction_id}}": {"DELETE": rest_history.reaction_removed},
    f"{_ISSUES}/events": {"GET": rest_history.repository_events_listed},
    f"{_ISSUES}/events/{{event_id}}": {"GET": rest_history.event_shown},
    _ISSUE: {"GET": rest_issues.shown, "PATCH": rest_issues.edited},
    f"{_ISSUE}/assignees": {"POST": rest_people.assignees_added, "DELETE": rest_people.assignees_removed},
    f"{_ISSUE}/assignees/{{assignee}}": {"GET": rest_people.issue_assignee_checked},
    f"{_ISSUE}/comments": {"GET": rest_comments.comments_listed, "POST": rest_comments.comment_created},
    f"{_ISSUE}/events": {"GET": rest_history.events_listed},
    f"{_ISSUE}/labels": {
        "GET": rest_labels.issue_labels_listed,
        "POST": rest_labels.labels_added,
        "PUT": rest_labels.labels_set,
        "DELETE": rest_labels.labels_cleared,
    },
    f"{_ISSUE}/labels/{{name:path}}": {"DELETE": rest_labels.label_removed},
    f"{_ISSUE}/lock": {"PUT": rest_issues.locked, "DELETE": rest_issues.unlocked},
    f"{_ISSUE}/dependencies/blocked_by": {"GET": rest_relations.blockers_listed, "POST": rest_relations.blocker_added},
    f"{_ISSUE}/dependencies/blocked_by/{{issue_id}}": {"DELETE": rest_relations.blocker_removed},
    f"{_ISSUE}/dependencies/blocking": {"GET": rest_relations.blocked_listed},
    f"{_ISSUE}/parent": {"GET": rest_relations.parent_shown},
    f"{_ISSUE}/sub_issue": {"DELETE": rest_relations.sub_issue_removed},
    f"{_ISSUE}/sub_issues": {"GET": rest_relations.sub_issues_listed, "POST": rest_relations.sub_issue_added},
    f"{_ISSUE}/sub_issues/priority": {"PATCH": rest_relations.sub_issue_placed},
    f"{_ISSUE}/reactions": {"GET": rest_history.reactions_listed, "POST": rest_history.reacted},
    f"{_ISSUE}/reactions/{{reaction_id}}": {"DELETE": rest_history.reaction_removed},
    f"{_ISSUE}/timeline": {"GET": rest_history.timeline_listed},
}


APP_HANDLERS: dict[str, dict[str, Handler]] = {
    "/app": {"GET": rest_apps.app_shown},
    "/app/installations/{installation_id}/access_tokens": {"POST": rest_apps.token_created},
    f"{_REPO}/installation": {"GET": rest_apps.installation_shown},
}
"""What an App calls in its own name, with what it signed rather than with a token."""


def routes(world: GitHubWorld, limits: Limits) -> list[BaseRoute]:
    """The REST routes, to be mounted below `/api/v3`."""
    rate_limit = partial(rest_home.rate_limit_shown, limits=limits)
    handlers: dict[str, dict[str, Handler]] = {**HANDLERS, "/rate_limit": {"GET": rate_limit}}
    ours: list[BaseRoute] = [
        Route(path, endpoint(world, limits, handler, needed(method, path)), methods=[method])
        for path, methods in handlers.items()
        if world.server.serves(path)
        for method, handler in methods.items()
    ]
    apps = [
        Route(path, endpoint(world, limits, handler, (), app), methods=[method])
        for path, methods in APP_HANDLERS.items()
        for method, handler in methods.items()
    ]
    return [*ours, *apps]
