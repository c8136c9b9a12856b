"""REST handlers for issues: lists, one issue, its labels, assignees, lock, reactions and history."""

from collections.abc import Callable
from typing import Any, Literal

from starlette.responses import Response

from . import selection
from .calls import NOT_FOUND, Call, Problem
from .changes import Acts, InvalidError, fault
from .load import moment
from .model import Comment, Event, Issue, Milestone, Reactable, Repository, User
from .selection import ANY, Filter
from .world import GitHubWorld


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
    """What the body says of milestone, labels and assignees, checked whole before anything is done."""
    fields, acts = call.fields(), call.acts
    extras: list[Callable[[Issue], None]] = []
    if "milestone" in fields:
        milestone = _milestone_meant(fields["milestone"], repository)
        extras.append(lambda issue: acts.move_to(issue, milestone))
    if fields.get("labels") is not None:
        names = label_names(fields["labels"])
        extras.append(lambda issue: acts.relabel(issue, names))
    people = fields.get("assignees")
    if people is None and fields.get("assignee"):
        people = [fields["assignee"]]
    if people is not None:
        users = _people(call.world, people)
        if None in users:
            raise InvalidError(fault("Issue", "assignees", "invalid"))
        known = [user for user in users if user]
        extras.append(lambda issue: acts.reassign(issue, known))
    return extras


def _milestone_meant(value: Any, repository: Repository) -> Milestone | None:
    if value is None:
        return None
    try:
        return repository.milestones[int(value)]
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise InvalidError({**fault("Issue", "milestone", "invalid"), "value": str(value)}) from error


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


def _people(world: GitHubWorld, value: Any) -> list[User | None]:
    if not isinstance(value, list) or not all(isinstance(login, str) for login in value):
        raise Problem(422, "Invalid request.\n\nFor 'properties/assignees', expected an array of logins.")
    return [world.person(login) for login in value]


def _labels_of(call: Call, issue: Issue) -> Response:
    return call.answer([call.shapes.label(label) for label in issue.labels])


def labels_listed(call: Call) -> Response:
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


def assignees_added(call: Call) -> Response:
    """POST assignees; who is unknown is passed over, as GitHub does."""
    return _assignees(call, Acts.assign, 201)


def assignees_removed(call: Call) -> Response:
    """DELETE assignees."""
    return _assignees(call, Acts.unassign, 200)


def _assignees(call: Call, act: Callable[[Acts, Issue, list[User]], None], status: int) -> Response:
    issue = call.issue
    people = _people(call.world, call.fields().get("assignees", []))
    act(call.acts, issue, [person for person in people if person])
    return call.answer(call.shapes.issue(issue), status)


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


def events_listed(call: Call) -> Response:
    """GET an issue's events: its history without comments and references."""
    return call.page([event for event in call.issue.events if event.kind != "cross-referenced"], call.shapes.event)


def repository_events_listed(call: Call) -> Response:
    """GET the events of all issues of a repository, newest first, each with its issue."""
    rows = [event for event in call.repository.events.values() if event.kind != "cross-referenced"]
    rows.sort(key=lambda event: (event.created_at, event.id), reverse=True)
    return call.page(rows, lambda event: {**call.shapes.event(event), "issue": call.shapes.issue(event.issue)})


def event_shown(call: Call) -> Response:
    """GET one event with its issue."""
    event = call.repository.events.get(call.number("event_id"))
    if event is None:
        raise Problem(*NOT_FOUND)
    return call.answer({**call.shapes.event(event), "issue": call.shapes.issue(event.issue)})


def timeline_listed(call: Call) -> Response:
    """GET an issue's timeline: its whole history."""

    def shape(line: Event | Comment) -> dict[str, Any]:
        return call.shapes.event(line) if isinstance(line, Event) else call.shapes.commented(line)

    return call.page(selection.timeline(call.issue), shape)


def reactions_listed(call: Call) -> Response:
    """GET reactions; of those that data came with only the counts are known, so they are not listed."""
    wanted = call.query.get("content")
    return call.page(
        [given for given in _reacted_to(call).reactions if wanted in {None, given.content}], call.shapes.reaction
    )


def reacted(call: Call) -> Response:
    """POST a reaction: 201, or 200 where it was there already."""
    given, new = call.acts.react(_reacted_to(call), call.text("content") or "")
    return call.answer(call.shapes.reaction(given), 201 if new else 200)


def reaction_removed(call: Call) -> Response:
    """DELETE a reaction of the caller's own."""
    thing, number = _reacted_to(call), call.number("reaction_id")
    mine = [given for given in thing.reactions if given.id == number and given.user is call.who]
    if not mine:
        raise Problem(*NOT_FOUND)
    thing.reactions.remove(mine[0])
    return Response(status_code=204)


def _reacted_to(call: Call) -> Reactable:
    return call.comment if "comment_id" in call.request.path_params else call.issue
