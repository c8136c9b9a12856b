"""REST handlers for comments."""

from starlette.responses import Response

from .calls import Call, Problem
from .load import moment
from .model import Comment


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
