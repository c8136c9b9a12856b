"""REST handlers for what is not an issue: comments by id, labels, milestones, repositories, people and limits."""

import re

from starlette.responses import Response

from .calls import NOT_FOUND, Call, Problem
from .changes import InvalidError, check_label_name, fault, too_long
from .load import moment
from .model import Comment, Label, Milestone, Repository
from .world import node_id


def comments_listed(call: Call) -> Response:
    """GET an issue's comments, oldest first; `since` is inclusive."""
    rows = sorted(_since(call, call.issue.comments), key=lambda comment: (comment.created_at, comment.id))
    return call.page(rows, call.shapes.comment)


def repository_comments_listed(call: Call) -> Response:
    """GET the comments of all issues of a repository."""
    by = "updated_at" if call.query.get("sort") == "updated" else "created_at"
    rows = sorted(
        _since(call, call.repository.comments),
        key=lambda comment: (getattr(comment, by), comment.id),
        reverse=call.query.get("direction") == "desc",
    )
    return call.page(rows, call.shapes.comment)


def _since(call: Call, comments: dict[int, Comment]) -> list[Comment]:
    text = call.query.get("since")
    if not text:
        return list(comments.values())
    try:
        since = moment(text)
    except ValueError as error:
        raise Problem(422, f"Invalid request.\n\nsince: {error}") from error
    return [comment for comment in comments.values() if comment.updated_at >= since]


def comment_created(call: Call) -> Response:
    """POST a comment."""
    comment = call.acts.comment(call.issue, call.text("body") or "")
    shape = call.shapes.comment(comment)
    return call.answer(shape, 201, {"Location": shape["url"]})


def comment_shown(call: Call) -> Response:
    """GET one comment."""
    return call.answer(call.shapes.comment(call.comment))


def comment_edited(call: Call) -> Response:
    """PATCH one comment."""
    comment = call.comment
    call.acts.edit_comment(comment, call.text("body") or "")
    return call.answer(call.shapes.comment(comment))


def comment_deleted(call: Call) -> Response:
    """DELETE one comment."""
    call.acts.delete_comment(call.comment)
    return Response(status_code=204)


def labels_listed(call: Call) -> Response:
    """GET a repository's labels, by name."""
    rows = sorted(call.repository.labels.values(), key=lambda label: label.name.lower())
    return call.page(rows, call.shapes.label)


def label_created(call: Call) -> Response:
    """POST a label; one of that name, in whatever case, must not be there yet."""
    repository, name = call.repository, call.text("name") or ""
    check_label_name(name)
    color, description = _label_looks(call)
    _check_free(repository, name, None)
    label = call.world.add_label(repository, name, color or "ededed", description)
    shape = call.shapes.label(label)
    return call.answer(shape, 201, {"Location": shape["url"]})


def _label_looks(call: Call) -> tuple[str | None, str | None]:
    """Colour and description of the body."""
    color, description = call.text("color"), call.text("description")
    if color is not None and not re.fullmatch(r"[0-9a-fA-F]{6}", color):
        raise InvalidError(fault("Label", "color", "invalid"))
    if description is not None and len(description) > 100:
        raise too_long("Label", "description", 100)
    return color.lower() if color else None, description


def _check_free(repository: Repository, name: str, own: Label | None) -> None:
    if repository.labels.get(name.lower(), own) is not own:
        raise InvalidError(fault("Label", "name", "already_exists"))


def _label(call: Call) -> Label:
    label = call.repository.labels.get(call.path("name").lower())
    if label is None:
        raise Problem(*NOT_FOUND)
    return label


def label_shown(call: Call) -> Response:
    """GET one label."""
    return call.answer(call.shapes.label(_label(call)))


def label_edited(call: Call) -> Response:
    """PATCH one label; its issues carry it on under the new name."""
    label = _label(call)
    name = call.text("new_name") or call.text("name") or label.name
    check_label_name(name)
    color, description = _label_looks(call)
    _check_free(label.repository, name, label)
    del label.repository.labels[label.name.lower()]
    label.repository.labels[name.lower()] = label
    label.name, label.color = name, color or label.color
    if "description" in call.fields():
        label.description = description
    return call.answer(call.shapes.label(label))


def label_deleted(call: Call) -> Response:
    """DELETE one label, from all its issues too."""
    label = _label(call)
    del label.repository.labels[label.name.lower()]
    del call.world.nodes[label.node_id]
    for issue in label.repository.issues.values():
        if label in issue.labels:
            issue.labels.remove(label)
    return Response(status_code=204)


def milestones_listed(call: Call) -> Response:
    """GET milestones: open ones by due date unless asked otherwise."""
    state = call.query.get("state", "open")
    rows = [each for each in call.repository.milestones.values() if state in {each.state, "all"}]
    if call.query.get("sort") == "completeness":
        rows.sort(key=lambda each: each.closed_issues / max(1, each.open_issues + each.closed_issues))
    else:
        rows.sort(key=lambda each: (each.due_on is None, each.due_on.timestamp() if each.due_on else 0, each.number))
    if call.query.get("direction") == "desc":
        rows.reverse()
    return call.page(rows, call.shapes.milestone)


def milestone_created(call: Call) -> Response:
    """POST a milestone."""
    repository, title, now = call.repository, call.text("title") or "", call.world.now()
    if not title.strip():
        raise InvalidError(fault("Milestone", "title", "missing_field"))
    number, count = call.world.new_id(), max(repository.milestones, default=0) + 1
    milestone = Milestone(repository, number, node_id("Milestone", number), count, "", "open", None, call.who, now, now)
    _edit_milestone(call, milestone)
    repository.milestones[count] = call.world.enter(milestone)
    shape = call.shapes.milestone(milestone)
    return call.answer(shape, 201, {"Location": shape["url"]})


def _milestone(call: Call) -> Milestone:
    milestone = call.repository.milestones.get(call.number("milestone_number"))
    if milestone is None:
        raise Problem(*NOT_FOUND)
    return milestone


def milestone_shown(call: Call) -> Response:
    """GET one milestone."""
    return call.answer(call.shapes.milestone(_milestone(call)))


def milestone_edited(call: Call) -> Response:
    """PATCH one milestone."""
    milestone = _milestone(call)
    _edit_milestone(call, milestone)
    return call.answer(call.shapes.milestone(milestone))


def milestone_deleted(call: Call) -> Response:
    """DELETE one milestone; its issues are in none then."""
    milestone = _milestone(call)
    for issue in milestone.repository.issues.values():
        if issue.milestone is milestone:
            call.acts.move_to(issue, None)
    del milestone.repository.milestones[milestone.number]
    del call.world.nodes[milestone.node_id]
    return Response(status_code=204)


def _edit_milestone(call: Call, milestone: Milestone) -> None:
    """Write the body's members into a milestone, after checking them all."""
    fields, title, state, due_on = call.fields(), call.text("title"), call.text("state"), call.text("due_on")
    if any(each.title == title and each is not milestone for each in milestone.repository.milestones.values()):
        raise InvalidError(fault("Milestone", "title", "already_exists"))
    if state not in {None, "open", "closed"}:
        raise InvalidError(fault("Milestone", "state", "invalid"))
    try:
        due = moment(due_on) if due_on else None
    except ValueError as error:
        raise InvalidError(fault("Milestone", "due_on", "invalid")) from error
    now = milestone.updated_at = call.world.now()
    milestone.title = title or milestone.title
    if "description" in fields:
        milestone.description = call.text("description")
    if "due_on" in fields:
        milestone.due_on = due
    if state and state != milestone.state:
        milestone.state, milestone.closed_at = state, now if state == "closed" else None


def milestone_labels_listed(call: Call) -> Response:
    """GET the labels that issues of a milestone carry."""
    milestone = _milestone(call)
    rows = {
        label.name: label
        for issue in milestone.repository.issues.values()
        if issue.milestone is milestone
        for label in issue.labels
    }
    return call.page(list(rows.values()), call.shapes.label)


def assignees_listed(call: Call) -> Response:
    """GET who can be assigned: everybody known here but bots."""
    _ = call.repository
    return call.page([user for user in call.world.users.values() if user.kind == "User"], call.shapes.user)


def assignee_checked(call: Call) -> Response:
    """GET whether somebody can be assigned: 204 or 404."""
    _ = call.repository
    if call.world.person(call.path("assignee")) is None:
        raise Problem(*NOT_FOUND)
    return Response(status_code=204)
