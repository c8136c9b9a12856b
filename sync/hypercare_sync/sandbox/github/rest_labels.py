"""REST handlers for labels, of a repository and of an issue."""

from typing import Any

from starlette.responses import Response

from .calls import NOT_FOUND, Call, Problem
from .model import Issue, Label


def labels_listed(call: Call) -> Response:
    """GET a repository's labels, by name."""
    rows = sorted(call.repository.labels.values(), key=lambda label: label.name.lower())
    return call.page(rows, call.shapes.label)


def label_created(call: Call) -> Response:
    """POST a label; one of that name, in whatever case, must not be there yet."""
    label = call.acts.make_label(call.repository, call.text("name") or "", call.text("color"), call.text("description"))
    shape = call.shapes.label(label)
    return call.answer(shape, 201, {"Location": shape["url"]})


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
    label, name = _label(call), call.text("new_name") or call.text("name")
    # A description of null is none.
    description = (call.text("description") or "") if "description" in call.fields() else None
    call.acts.edit_label(label, name, call.text("color"), description)
    return call.answer(call.shapes.label(label))


def label_deleted(call: Call) -> Response:
    """DELETE one label, from all its issues too."""
    call.acts.delete_label(_label(call))
    return Response(status_code=204)


def label_names(value: Any) -> list[str]:
    """Names out of the forms that GitHub takes: a bare array, {"labels": [...]}, texts or {"name": ...} objects."""
    if isinstance(value, dict):
        value = value.get("labels")
    names = (
        [each.get("name") if isinstance(each, dict) else each for each in value] if isinstance(value, list) else [None]
    )
    if not all(isinstance(name, str) for name in names):
        raise Problem(422, "Invalid request.\n\nFor 'properties/labels', expected an array of names.")
    return [name for name in names if name]


def _labels_of(call: Call, issue: Issue) -> Response:
    return call.answer([call.shapes.label(label) for label in issue.labels])


def issue_labels_listed(call: Call) -> Response:
    """GET an issue's labels."""
    return call.page(call.issue.labels, call.shapes.label)


def labels_added(call: Call) -> Response:
    """POST an issue's labels: those that it has already stay."""
    issue = call.issue
    call.acts.label(issue, label_names(call.body))
    return _labels_of(call, issue)


def labels_set(call: Call) -> Response:
    """PUT an issue's labels: these and no others."""
    issue = call.issue
    call.acts.relabel(issue, label_names(call.body))
    return _labels_of(call, issue)


def labels_cleared(call: Call) -> Response:
    """DELETE all of an issue's labels."""
    call.acts.relabel(call.issue, [])
    return Response(status_code=204)


def label_removed(call: Call) -> Response:
    """DELETE one of an issue's labels; 404 for one that it does not carry."""
    issue, name = call.issue, call.path("name")
    if name.lower() not in {label.name.lower() for label in issue.labels}:
        raise Problem(404, "Label does not exist")
    call.acts.unlabel(issue, [name])
    return _labels_of(call, issue)
