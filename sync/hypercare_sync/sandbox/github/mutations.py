"""GraphQL's mutations: each looks up what it is told, and lets the caller act."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from . import access, references, resolvers
from .changes import Acts
from .connections import cursor, problem
from .model import Comment, Issue, Label, Milestone, Repository, User
from .permissions import needed_by_mutation
from .refusal import ForbiddenError, InvalidError
from .resolvers import Info, by_node_id

_T = TypeVar("_T")
Input = dict[str, Any]
Mutation = Callable[[Acts, Input], dict[str, Any]]


def _the(acts: Acts, kind: type[_T], node_id: str) -> _T:
    """The thing of that kind with that node id. Raises GraphQLError NOT_FOUND for any other."""
    found = acts.world.nodes.get(node_id)
    if not isinstance(found, kind):
        raise problem("NOT_FOUND", f"Could not resolve to {kind.__name__} node with the global id of '{node_id}'.")
    return found


def _label_names(acts: Acts, ids: list[str]) -> list[str]:
    return [_the(acts, Label, each).name for each in ids]


def _add_comment(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts, Issue, given["subjectId"])
    comment = acts.comment(issue, given["body"])
    edge = {"cursor": cursor((int(comment.created_at.timestamp()), comment.id)), "node": comment}
    return {"commentEdge": edge, "subject": issue}


def _update_comment(acts: Acts, given: Input) -> dict[str, Any]:
    comment = _the(acts, Comment, given["id"])
    acts.edit_comment(comment, given["body"])
    return {"issueComment": comment}


def _delete_comment(acts: Acts, given: Input) -> dict[str, Any]:
    acts.delete_comment(_the(acts, Comment, given["id"]))
    return {}


def _add_labels(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts, Issue, given["labelableId"])
    acts.label(issue, _label_names(acts, given["labelIds"]))
    return {"labelable": issue}


def _remove_labels(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts, Issue, given["labelableId"])
    acts.unlabel(issue, _label_names(acts, given["labelIds"]))
    return {"labelable": issue}


def _create_issue(acts: Acts, given: Input) -> dict[str, Any]:
    extras = _extras(acts, given)
    issue = acts.open_issue(_the(acts, Repository, given["repositoryId"]), given["title"], given.get("body"))
    for extra in extras:
        extra(issue)
    return {"issue": issue}


def _update_issue(acts: Acts, given: Input) -> dict[str, Any]:
    issue, extras = _the(acts, Issue, given["id"]), _extras(acts, given)
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
        milestone = None if given["milestoneId"] is None else _the(acts, Milestone, given["milestoneId"])
        extras.append(lambda issue: acts.move_to(issue, milestone))
    if given.get("labelIds") is not None:
        names = _label_names(acts, given["labelIds"])
        extras.append(lambda issue: acts.relabel(issue, names))
    if given.get("assigneeIds") is not None:
        people = [_the(acts, User, each) for each in given["assigneeIds"]]
        extras.append(lambda issue: acts.reassign(issue, people))
    return extras


def _close_issue(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts, Issue, given["issueId"])
    reason = (given.get("stateReason") or "").lower()
    if given.get("duplicateIssueId"):
        acts.mark_duplicate(issue, _the(acts, Issue, given["duplicateIssueId"]))
        reason = reason or "duplicate"
    acts.close(issue, reason)
    return {"issue": issue}


def _reopen_issue(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts, Issue, given["issueId"])
    acts.reopen(issue)
    return {"issue": issue}


def _unmark_duplicate(acts: Acts, given: Input) -> dict[str, Any]:
    issue, canonical = _the(acts, Issue, given["duplicateId"]), _the(acts, Issue, given["canonicalId"])
    acts.unmark_duplicate(issue, canonical)
    return {"duplicate": issue}


def _pin_issue(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts, Issue, given["issueId"])
    acts.pin(issue)
    return {"issue": issue}


def _unpin_issue(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts, Issue, given["issueId"])
    acts.unpin(issue)
    return {"issue": issue}


def _assign(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts, Issue, given["assignableId"])
    people = [_the(acts, User, each) for each in given["assigneeIds"]]
    acts.assign(issue, [each for each in people if access.assignable_to(acts.world, issue, each)])
    return {"assignable": issue}


def _unassign(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts, Issue, given["assignableId"])
    acts.unassign(issue, [_the(acts, User, each) for each in given["assigneeIds"]])
    return {"assignable": issue}


def _archive(acts: Acts, given: Input, *, archived: bool) -> dict[str, Any]:
    repository = _the(acts, Repository, given["repositoryId"])
    acts.archive(repository, archived=archived)
    return {"repository": repository}


def _delete_issue(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts, Issue, given["issueId"])
    acts.delete(issue)
    return {"repository": issue.repository}


def _transfer_issue(acts: Acts, given: Input) -> dict[str, Any]:
    issue, target = _the(acts, Issue, given["issueId"]), _the(acts, Repository, given["repositoryId"])
    acts.transfer(issue, target, create_labels=bool(given.get("createLabelsIfMissing")))
    return {"issue": issue}


def _add_sub_issue(acts: Acts, given: Input) -> dict[str, Any]:
    parent = _the(acts, Issue, given["issueId"])
    if given.get("subIssueId"):
        child = _the(acts, Issue, given["subIssueId"])
    else:
        child = _linked(acts, parent, given.get("subIssueUrl") or "")
    acts.add_sub_issue(parent, child, replace_parent=bool(given.get("replaceParent")))
    return {"issue": parent, "subIssue": child}


def _linked(acts: Acts, home: Issue, url: str) -> Issue:
    """The issue that an address leads to. Raises GraphQLError NOT_FOUND for one that leads nowhere the person may look."""
    for found in references.mentioned(acts.world, home.repository, url):
        if access.may(acts.world, found.repository, acts.who, "read"):
            return found
    raise problem("NOT_FOUND", f"Could not resolve to a sub-issue with the URL of '{url}'.")


def _remove_sub_issue(acts: Acts, given: Input) -> dict[str, Any]:
    parent, child = _the(acts, Issue, given["issueId"]), _the(acts, Issue, given["subIssueId"])
    acts.remove_sub_issue(parent, child)
    return {"issue": parent, "subIssue": child}


def _lock(acts: Acts, given: Input) -> dict[str, Any]:
    issue, reason = _the(acts, Issue, given["lockableId"]), given.get("lockReason")
    words = {"OFF_TOPIC": "off-topic", "TOO_HEATED": "too heated", "RESOLVED": "resolved", "SPAM": "spam"}
    acts.lock(issue, words[reason] if reason else None)
    return {"lockedRecord": issue, "actor": acts.who}


def _unlock(acts: Acts, given: Input) -> dict[str, Any]:
    issue = _the(acts, Issue, given["lockableId"])
    acts.unlock(issue)
    return {"unlockedRecord": issue, "actor": acts.who}


def _update_label(acts: Acts, given: Input) -> dict[str, Any]:
    label = _the(acts, Label, given["id"])
    acts.edit_label(label, given.get("name"), given.get("color"), given.get("description"))
    return {"label": label}


def _create_label(acts: Acts, given: Input) -> dict[str, Any]:
    repository = _the(acts, Repository, given["repositoryId"])
    return {"label": acts.make_label(repository, given["name"], given["color"], given.get("description"))}


_MUTATIONS: dict[str, Mutation] = {
    "addAssigneesToAssignable": _assign,
    "addSubIssue": _add_sub_issue,
    "removeSubIssue": _remove_sub_issue,
    "archiveRepository": partial(_archive, archived=True),
    "deleteIssue": _delete_issue,
    "lockLockable": _lock,
    "removeAssigneesFromAssignable": _unassign,
    "transferIssue": _transfer_issue,
    "unarchiveRepository": partial(_archive, archived=False),
    "unlockLockable": _unlock,
    "updateLabel": _update_label,
    "addComment": _add_comment,
    "addLabelsToLabelable": _add_labels,
    "closeIssue": _close_issue,
    "createIssue": _create_issue,
    "createLabel": _create_label,
    "deleteIssueComment": _delete_comment,
    "pinIssue": _pin_issue,
    "removeLabelsFromLabelable": _remove_labels,
    "reopenIssue": _reopen_issue,
    "unmarkIssueAsDuplicate": _unmark_duplicate,
    "unpinIssue": _unpin_issue,
    "updateIssue": _update_issue,
    "updateIssueComment": _update_comment,
}


def _check_rights(info: Info, given: Input) -> None:
    """Raises GraphQLError where the token does not suffice, or where the asker may not see what is meant."""
    asker = info.context
    if not asker.grant.may(*needed_by_mutation(info.field_name)):
        raise resolvers.inaccessible(asker)
    homes = []
    for name, value in given.items():
        if name != "clientMutationId" and name.lower().endswith(("id", "ids")):
            found = [by_node_id(asker, each) for each in (value if isinstance(value, list) else [value]) if each]
            homes += [home for home in map(resolvers.home_of, found) if home]
    if not all(asker.grant.opens(home.full_name, private=home.private, write=True) for home in homes):
        if asker.grant.permissions is not None:
            raise resolvers.inaccessible(asker)
        held = ", ".join(repr(scope) for scope in sorted(asker.grant.scopes))
        message = (
            f"Your token has not been granted the required scopes to execute this query. The '{info.field_name}' field requires one "
            f"of the following scopes: ['public_repo', 'repo'], but your token has only been granted the: [{held}] scopes."
        )
        raise problem("INSUFFICIENT_SCOPES", message)


def _resolver(mutation: Mutation) -> Callable[..., dict[str, Any]]:
    """The mutation as GraphQL calls it: in the viewer's name, with GitHub's words for what is refused."""

    def resolve(_: Any, info: Info, *, input: Input) -> dict[str, Any]:  # noqa: A002  (GraphQL's name)
        _check_rights(info, input)
        try:
            payload = mutation(Acts(info.context.world, info.context.viewer), input)
        except InvalidError as error:
            raise problem("UNPROCESSABLE", str(error)) from error
        except ForbiddenError as error:
            name = f"{info.field_name[0].upper()}{info.field_name[1:]}"
            missing = f"{info.context.viewer.login} does not have the correct permissions to execute `{name}`"
            raise problem("FORBIDDEN", missing if error.why == "role" else str(error)) from error
        return {"clientMutationId": input.get("clientMutationId"), **payload}

    return resolve


RESOLVERS = {name: _resolver(mutation) for name, mutation in _MUTATIONS.items()}
"""The fields of GraphQL's Mutation."""
