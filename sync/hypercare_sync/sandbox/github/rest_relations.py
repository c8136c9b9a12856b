"""REST handlers for sub-issues and dependencies."""

from starlette.responses import Response

from .calls import NOT_FOUND, Call, Problem
from .model import Issue
from .refusal import InvalidError, fault


def _visible(call: Call, issues: list[Issue]) -> list[Issue]:
    return [each for each in issues if call.sees(each.repository)]


def _named(call: Call, member: str, value: object = None) -> Issue:
    """The issue whose id (not number) the body has. Raises InvalidError for no id, Problem 404 for an id of nothing."""
    value = call.fields().get(member) if value is None else value
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidError(fault("Issue", member, "invalid"))
    found = call.world.issue_by_id(value)
    if found is None or not _visible(call, [found]):
        raise Problem(*NOT_FOUND)
    return found


def _told(call: Call, issue: Issue, status: int = 200) -> Response:
    """The issue of the path; that it is told, and not the other one, is not documented."""
    headers = {"Location": call.shapes.issue_url(issue)} if status == 201 else None
    return call.answer(call.shapes.issue(issue), status, headers)


def sub_issues_listed(call: Call) -> Response:
    """GET an issue's sub-issues, in their order."""
    return call.page(_visible(call, call.issue.sub_issues), call.shapes.issue)


def sub_issue_added(call: Call) -> Response:
    """POST a sub-issue."""
    parent, child = call.issue, _named(call, "sub_issue_id")
    call.acts.add_sub_issue(parent, child, replace_parent=call.fields().get("replace_parent") is True)
    return _told(call, parent, 201)


def sub_issue_removed(call: Call) -> Response:
    """DELETE a sub-issue from its parent."""
    parent, child = call.issue, _named(call, "sub_issue_id")
    if child.parent is not parent:
        raise Problem(*NOT_FOUND)
    call.acts.remove_sub_issue(parent, child)
    return _told(call, parent)


def sub_issue_placed(call: Call) -> Response:
    """PATCH the place of a sub-issue among the others."""
    parent, fields = call.issue, call.fields()
    after = fields.get("after_id") is not None
    if after == (fields.get("before_id") is not None):
        raise InvalidError(fault("Issue", "after_id", "invalid", "Either after_id or before_id, not both"))
    other = _named(call, "after_id" if after else "before_id")
    call.acts.place_sub_issue(parent, _named(call, "sub_issue_id"), other, after=after)
    return _told(call, parent)


def parent_shown(call: Call) -> Response:
    """GET the issue above."""
    parent = call.issue.parent
    if parent is None or not _visible(call, [parent]):
        raise Problem(*NOT_FOUND)
    return call.answer(call.shapes.issue(parent))


def blockers_listed(call: Call) -> Response:
    """GET what blocks an issue."""
    return call.page(_visible(call, call.issue.blocked_by), call.shapes.issue)


def blocked_listed(call: Call) -> Response:
    """GET what an issue blocks."""
    return call.page(_visible(call, call.issue.blocking), call.shapes.issue)


def blocker_added(call: Call) -> Response:
    """POST what blocks an issue."""
    issue = call.issue
    call.acts.block(issue, _named(call, "issue_id"))
    return _told(call, issue, 201)


def blocker_removed(call: Call) -> Response:
    """DELETE what blocks an issue from its blockers."""
    issue, blocker = call.issue, _named(call, "issue_id", call.number("issue_id"))
    if blocker not in issue.blocked_by:
        raise Problem(*NOT_FOUND)
    call.acts.unblock(issue, blocker)
    return _told(call, issue)
