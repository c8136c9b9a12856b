"""REST handlers for issues: the list, one issue, and its lock."""

from collections.abc import Callable
from typing import Any, Literal

from starlette.responses import Response

from . import access, selection
from .calls import Call, Problem
from .load import moment
from .model import Issue, IssueType, Milestone, Repository
from .refusal import InvalidError, fault
from .rest_labels import label_names
from .rest_people import assignees_meant
from .selection import ANY, Filter


def listed(call: Call) -> Response:
    """GET issues: issues and pull requests, filtered and sorted."""
    repository = call.repository
    rows = list(selection.issues(repository, _filter(call, repository), pull_requests=True))
    by = _one_of(call, "sort", "created", *selection.SORT_KEYS)
    rows.sort(key=selection.SORT_KEYS[by], reverse=_one_of(call, "direction", "desc", "asc", "desc") == "desc")
    return call.page(rows, call.shapes.issue)


def _filter(call: Call, repository: Repository) -> Filter:
    state = _one_of(call, "state", "open", "open", "closed", "all")
    assignee = call.query.get("assignee")
    creator, mentioned = call.query.get("creator"), call.query.get("mentioned")
    since = call.query.get("since")
    try:
        return Filter(
            states=frozenset() if state == "all" else frozenset({state}),
            labels=frozenset(name.strip().lower() for name in call.query.get("labels", "").split(",") if name.strip()),
            milestone=_milestone_asked(call.query.get("milestone"), repository),
            assignee={None: None, "none": ""}.get(assignee, (assignee or "").lower()) if assignee else None,
            type=(call.query.get("type", "").lower() or None) if call.world.server.has_types else None,
            creator=creator.lower() if creator else None,
            mentioned=mentioned.lower() if mentioned else None,
            since=moment(since) if since else None,
        )
    except ValueError as error:
        raise Problem(422, f"Invalid request.\n\nsince: {error}") from error


def _milestone_asked(text: str | None, repository: Repository) -> int | Literal["*"] | None:
    if text is None:
        return None
    if text == ANY:
        return ANY
    if text == "none":
        return 0
    if text.isdecimal() and int(text) in repository.milestones:
        return int(text)
    raise InvalidError({**fault("Issue", "milestone", "invalid"), "value": text})


def _one_of(call: Call, name: str, default: str, *known: str) -> str:
    value = call.query.get(name) or default
    if value not in known:
        raise InvalidError(fault("Issue", name, "invalid"))
    return value


def created(call: Call) -> Response:
    """POST issues."""
    title = call.text("title")
    if title is None:
        raise InvalidError(fault("Issue", "title", "missing_field"))
    body, repository = call.text("body"), call.repository
    extras = _extras(call, repository)
    issue = call.acts.open_issue(repository, title, body)
    for extra in extras:
        extra(issue)
    return call.answer(call.shapes.issue(issue), 201, {"Location": call.shapes.issue_url(issue)})


def shown(call: Call) -> Response:
    """GET one issue."""
    return call.answer(call.shapes.issue(call.issue))


def edited(call: Call) -> Response:
    """PATCH one issue: title, body, state, milestone, labels, assignees, each only where it is given."""
    issue, acts, fields = call.issue, call.acts, call.fields()
    title, body = call.text("title"), call.text("body")
    state, reason = call.text("state"), call.text("state_reason")
    if state not in {None, "open", "closed"} or reason not in {
        None,
        "completed",
        "not_planned",
        "duplicate",
        "reopened",
    }:
        raise InvalidError(fault("Issue", "state", "invalid"))
    acts.allow(issue.repository, "read")
    extras = _extras(call, issue.repository)
    if title is not None:
        acts.retitle(issue, title)
    if "body" in fields:
        acts.rewrite(issue, body)
    for extra in extras:
        extra(issue)
    if state == "closed":
        acts.close(issue, reason)
    elif state == "open":
        acts.reopen(issue)
    return call.answer(call.shapes.issue(issue))


def _extras(call: Call, repository: Repository) -> list[Callable[[Issue], None]]:
    """What the body says of milestone, labels and assignees, checked whole before anything is done.

    Who may not triage loses all that without a word, as the official description has it.
    """
    if not access.may(call.world, repository, call.who, "triage"):
        return []
    fields, acts = call.fields(), call.acts
    extras: list[Callable[[Issue], None]] = []
    if "milestone" in fields:
        milestone = _milestone_meant(fields["milestone"], repository)
        extras.append(lambda issue: acts.move_to(issue, milestone))
    if fields.get("labels") is not None:
        names = label_names(fields["labels"])
        extras.append(lambda issue: acts.relabel(issue, names))
    if "type" in fields:
        kind = _type_meant(call, repository)
        extras.append(lambda issue: acts.retype(issue, kind))
    people = fields.get("assignees")
    if people is None and fields.get("assignee"):
        people = [fields["assignee"]]
    if people is not None:
        known = assignees_meant(call, repository, people)
        extras.append(lambda issue: acts.reassign(issue, known))
    return extras


def _milestone_meant(value: Any, repository: Repository) -> Milestone | None:
    if value is None:
        return None
    try:
        return repository.milestones[int(value)]
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise InvalidError({**fault("Issue", "milestone", "invalid"), "value": str(value)}) from error


def _type_meant(call: Call, repository: Repository) -> IssueType | None:
    name = call.text("type")
    if not name:
        return None
    found = call.world.issue_types(repository).get(name.lower())
    if found is None:
        raise InvalidError({**fault("Issue", "type", "invalid"), "value": name})
    return found


def locked(call: Call) -> Response:
    """PUT the lock."""
    reason = call.text("lock_reason")
    if reason not in {None, "off-topic", "too heated", "resolved", "spam"}:
        raise InvalidError(fault("Issue", "lock_reason", "invalid"))
    call.acts.lock(call.issue, reason)
    return Response(status_code=204)


def unlocked(call: Call) -> Response:
    """DELETE the lock."""
    call.acts.unlock(call.issue)
    return Response(status_code=204)
