"""GraphQL's mutations: each looks up what it is told, and lets the caller act."""

from collections.abc import Callable
from typing import Any, TypeVar

from .changes import Acts, InvalidError, check_label_name, fault
from .connections import cursor, problem
from .model import Comment, Issue, Label, Milestone, Repository, User
from .resolvers import Info, by_node_id
from .world import GitHubWorld

_T = TypeVar("_T")
Input = dict[str, Any]
Mutation = Callable[[Acts, Input], dict[str, Any]]


def _the(world: GitHubWorld, kind: type[_T], node_id: str) -> _T:
    """The thing of that kind with that node id. Raises GraphQLError NOT_FOUND for any other."""
    found = by_node_id(world, node_id)
    if not isinstance(found, kind):
        raise problem("NOT_FOUND", f"Could not resolve to {kind.__name__} node with the global id of '{node_id}'.")
    return found


def _label_names(world: GitHubWorld, ids: list[str]) -> list[str]:
    return [_the(world, Label, each).name for each in ids]


def _add_comment(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts.world, Issue, given["subjectId"])
    comment = acts.comment(issue, given["body"])
    edge = {"cursor": cursor((int(comment.created_at.timestamp()), comment.id)), "node": comment}
    return {"commentEdge": edge, "subject": issue}


def _update_comment(acts: Acts, given: Input) -> dict[str, Any]:
    comment = _the(acts.world, Comment, given["id"])
    acts.edit_comment(comment, given["body"])
    return {"issueComment": comment}


def _delete_comment(acts: Acts, given: Input) -> dict[str, Any]:
    acts.delete_comment(_the(acts.world, Comment, given["id"]))
    return {}


def _add_labels(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts.world, Issue, given["labelableId"])
    acts.label(issue, _label_names(acts.world, given["labelIds"]))
    return {"labelable": issue}


def _remove_labels(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts.world, Issue, given["labelableId"])
    acts.unlabel(issue, _label_names(acts.world, given["labelIds"]))
    return {"labelable": issue}


def _create_issue(acts: Acts, given: Input) -> dict[str, Any]:
    extras = _extras(acts, given)
    issue = acts.open_issue(_the(acts.world, Repository, given["repositoryId"]), given["title"], given.get("body"))
    for extra in extras:
        extra(issue)
    return {"issue": issue}


def _update_issue(acts: Acts, given: Input) -> dict[str, Any]:
    issue, extras = _the(acts.world, Issue, given["id"]), _extras(acts, given)
    if given.get("title") is not None:
        acts.retitle(issue, given["title"])
    if "body" in given:
        acts.rewrite(issue, given["body"])
    for extra in extras:
        extra(issue)
    match given.get("state"):
        case "CLOSED":
            acts.close(issue)
        case "OPEN":
            acts.reopen(issue)
    return {"issue": issue, "actor": acts.who}


def _extras(acts: Acts, given: Input) -> list[Callable[[Issue], None]]:
    """What is said of milestone, labels and assignees, looked up whole before anything is done."""
    extras: list[Callable[[Issue], None]] = []
    if "milestoneId" in given:
        milestone = None if given["milestoneId"] is None else _the(acts.world, Milestone, given["milestoneId"])
        extras.append(lambda issue: acts.move_to(issue, milestone))
    if given.get("labelIds") is not None:
        names = _label_names(acts.world, given["labelIds"])
        extras.append(lambda issue: acts.relabel(issue, names))
    if given.get("assigneeIds") is not None:
        people = [_the(acts.world, User, each) for each in given["assigneeIds"]]
        extras.append(lambda issue: acts.reassign(issue, people))
    return extras


def _close_issue(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts.world, Issue, given["issueId"])
    reason = (given.get("stateReason") or "").lower()
    if given.get("duplicateIssueId"):
        acts.mark_duplicate(issue, _the(acts.world, Issue, given["duplicateIssueId"]))
        reason = reason or "duplicate"
    acts.close(issue, reason)
    return {"issue": issue}


def _reopen_issue(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts.world, Issue, given["issueId"])
    acts.reopen(issue)
    return {"issue": issue}


def _pin_issue(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts.world, Issue, given["issueId"])
    acts.pin(issue)
    return {"issue": issue}


def _unpin_issue(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts.world, Issue, given["issueId"])
    acts.unpin(issue)
    return {"issue": issue}


def _create_label(acts: Acts, given: Input) -> dict[str, Any]:
    repository, name = _the(acts.world, Repository, given["repositoryId"]), given["name"]
    check_label_name(name)
    if name.lower() in repository.labels:
        raise InvalidError(fault("Label", "name", "already_exists", "Name has already been taken"))
    return {"label": acts.world.add_label(repository, name, given["color"].lower(), given.get("description"))}


_MUTATIONS: dict[str, Mutation] = {
    "addComment": _add_comment,
    "addLabelsToLabelable": _add_labels,
    "closeIssue": _close_issue,
    "createIssue": _create_issue,
    "createLabel": _create_label,
    "deleteIssueComment": _delete_comment,
    "pinIssue": _pin_issue,
    "removeLabelsFromLabelable": _remove_labels,
    "reopenIssue": _reopen_issue,
    "unpinIssue": _unpin_issue,
    "updateIssue": _update_issue,
    "updateIssueComment": _update_comment,
}


def _resolver(mutation: Mutation) -> Callable[..., dict[str, Any]]:
    """The mutation as GraphQL calls it: in the viewer's name, with GitHub's words for what is refused."""

    def resolve(_: Any, info: Info, *, input: Input) -> dict[str, Any]:  # noqa: A002  (GraphQL's name)
        try:
            payload = mutation(Acts(info.context.world, info.context.viewer), input)
        except InvalidError as error:
            raise problem("UNPROCESSABLE", str(error)) from error
        return {"clientMutationId": input.get("clientMutationId"), **payload}

    return resolve


RESOLVERS = {name: _resolver(mutation) for name, mutation in _MUTATIONS.items()}
"""The fields of GraphQL's Mutation."""
