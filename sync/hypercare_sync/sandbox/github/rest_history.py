"""REST handlers for what happened to issues: events, timelines and reactions."""

from typing import Any

from starlette.responses import Response

from . import selection
from .calls import NOT_FOUND, Call, Problem
from .model import Comment, Event, Issue


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

    return call.page(selection.timeline(call.issue, call.sees), shape)


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


def _reacted_to(call: Call) -> Issue | Comment:
    return call.comment if "comment_id" in call.request.path_params else call.issue
