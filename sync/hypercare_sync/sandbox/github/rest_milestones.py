"""REST handlers for milestones."""

from starlette.responses import Response

from .calls import NOT_FOUND, Call, Problem
from .load import moment
from .model import Milestone
from .refusal import InvalidError, fault
from .world import node_id


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
    repository, title, now = call.repository_to("write"), call.text("title") or "", call.world.now()
    if not title.strip():
        raise InvalidError(fault("Milestone", "title", "missing_field"))
    number, count = call.world.new_id(), max(repository.milestones, default=0) + 1
    milestone = Milestone(repository, number, node_id("Milestone", number), count, "", "open", None, call.who, now, now)
    _edit_milestone(call, milestone)
    repository.milestones[count] = call.world.enter(milestone)
    shape = call.shapes.milestone(milestone)
    return call.answer(shape, 201, {"Location": shape["url"]})


def _milestone(call: Call, least: str = "read") -> Milestone:
    repository = call.repository if least == "read" else call.repository_to(least)
    milestone = repository.milestones.get(call.number("milestone_number"))
    if milestone is None:
        raise Problem(*NOT_FOUND)
    return milestone


def milestone_shown(call: Call) -> Response:
    """GET one milestone."""
    return call.answer(call.shapes.milestone(_milestone(call)))


def milestone_edited(call: Call) -> Response:
    """PATCH one milestone."""
    milestone = _milestone(call, "write")
    _edit_milestone(call, milestone)
    return call.answer(call.shapes.milestone(milestone))


def milestone_deleted(call: Call) -> Response:
    """DELETE one milestone; its issues are in none then."""
    milestone = _milestone(call, "write")
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
