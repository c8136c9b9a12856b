"""REST resources of comments, and of the properties that programs keep on them."""

from typing import Any

from starlette.responses import JSONResponse, Response

from hypercare_sync.sandbox.jira import properties
from hypercare_sync.sandbox.jira.access import readable, require, require_marking, require_own, sees
from hypercare_sync.sandbox.jira.edits import Editor, member
from hypercare_sync.sandbox.jira.http import Call, no_content, page
from hypercare_sync.sandbox.jira.model import Issue, Json
from hypercare_sync.sandbox.jira.refusal import Refusal

_ALL = 1_048_576
"""Comments on a page of Data Center, unless it is asked for fewer."""


def read_comment(call: Call, issue: Issue, given: Any) -> Json:
    """The comment that a request states. Raises Refusal for one that cannot be kept."""
    if not isinstance(given, dict):
        raise Refusal(400, errors={"comment": "Comment body is not valid!"})
    project = call.world.projects[issue.project_key]
    comment: Json = {"body": Editor(call.world, project, rich=call.shaper.version == 3).comment(given.get("body"))}
    if visibility := given.get("visibility"):
        if not isinstance(visibility, dict) or visibility.get("type") not in {"role", "group"}:
            raise Refusal(400, errors={"commentLevel": "The visibility type must be 'role' or 'group'"})
        if not call.rights.in_role(str(visibility.get("value"))):
            place = "project role" if visibility["type"] == "role" else "group"
            text = f"You are currently not a member of the {place}: {visibility.get('value')}."
            raise Refusal(400, errors={"commentLevel": text})
        comment["visibility"] = visibility
    if given.get("properties"):
        comment["properties"] = [
            {"key": key, "value": value} for key, value in properties.listed(given["properties"]).items()
        ]
    return comment


def read_added(call: Call, issue: Issue, body: Json) -> list[Json]:
    """The comments that an edit adds by `update.comment`. Raises Refusal for any other operation."""
    operations = member(body, "update").get("comment") or []
    if not isinstance(operations, list) or not all(isinstance(one, dict) and set(one) == {"add"} for one in operations):
        raise Refusal(400, errors={"comment": "Only the operation 'add' is supported by this field"})
    if operations:
        _require_voice(call, issue)
    return [read_comment(call, issue, one["add"]) for one in operations]


def add_comment(call: Call, issue: Issue, comment: Json) -> Json:
    """Append a comment that was read before; the whole comment."""
    with call.world.change(issue, call.person) as change:
        identity = {"id": call.world.new_id(), "author": call.person, "updateAuthor": call.person}
        issue.comments.append({**identity, **comment, "created": change.at, "updated": change.at})
    return issue.comments[-1]


def index(call: Call) -> Response:
    """GET /issue/{issue}/comment."""
    issue, order = call.issue(), call.query.get("orderBy", "created")
    if order.strip(" +-") != "created":
        raise Refusal(400, f"The orderBy value '{order}' is not valid; comments are ordered by 'created' only.")
    comments = readable(call.rights, issue)
    if order.startswith("-"):
        comments = comments[::-1]
    with_properties = "properties" in call.query.get("expand", "")
    return page(
        call,
        "comments",
        comments,
        lambda comment: call.shaper.comment(issue, comment, properties=with_properties),
        **({"default": 100, "most": 5000} if call.world.cloud else {"default": _ALL, "most": _ALL}),
    )


def create(call: Call) -> Response:
    """POST /issue/{issue}/comment."""
    issue = call.issue()
    _require_voice(call, issue)
    comment = add_comment(call, issue, read_comment(call, issue, call.payload()))
    return JSONResponse(_shaped(call, issue, comment), 201)


def show(call: Call) -> Response:
    """GET /issue/{issue}/comment/{comment}."""
    issue = call.issue()
    return JSONResponse(_shaped(call, issue, _found(call, issue, call.path["comment"])))


def edit(call: Call) -> Response:
    """PUT /issue/{issue}/comment/{comment}; what it leaves out stays.

    Whether `notifyUsers=false` takes a permission here, as it does at the issue, is not documented: it is not asked for.
    """
    issue = call.issue()
    comment = _found(call, issue, call.path["comment"])
    require_own(call.rights, "edit", issue, own=_is_own(call, comment))
    wanted = read_comment(call, issue, call.payload())
    if any(comment.get(name) != value for name, value in wanted.items()):
        with call.world.change(issue, call.person) as change:
            comment.update({**wanted, "updateAuthor": call.person, "updated": change.at})
    return JSONResponse(_shaped(call, issue, comment))


def delete(call: Call) -> Response:
    """DELETE /issue/{issue}/comment/{comment}."""
    issue = call.issue()
    comment = _found(call, issue, call.path["comment"])
    require_own(call.rights, "delete", issue, own=_is_own(call, comment))
    with call.world.change(issue, call.person):
        issue.comments.remove(comment)
    return no_content()


def property_index(call: Call) -> Response:
    """GET /comment/{comment}/properties."""
    _, comment = _anywhere(call)
    return properties.index(call, list(_by_key(comment)), f"comment/{comment['id']}")


def property_show(call: Call) -> Response:
    """GET /comment/{comment}/properties/{property}."""
    return properties.show(call, _by_key(_anywhere(call)[1]))


def property_put(call: Call) -> Response:
    """PUT /comment/{comment}/properties/{property}; no `updated` moves."""
    return _written(call, properties.put)


def property_delete(call: Call) -> Response:
    """DELETE /comment/{comment}/properties/{property}."""
    return _written(call, properties.delete)


def _written(call: Call, write: Any) -> Response:
    issue, comment = _anywhere(call)
    require_marking(call.rights, issue, own=_is_own(call, comment))
    values = _by_key(comment)
    answer: Response = write(call, values)
    call.world.before_write(issue)
    comment["properties"] = [{"key": key, "value": value} for key, value in values.items()]
    return answer


def _by_key(comment: Json) -> Json:
    return {entry["key"]: entry["value"] for entry in comment.get("properties", [])}


def _shaped(call: Call, issue: Issue, comment: Json) -> Json:
    return call.shaper.comment(issue, comment, properties="properties" in call.query.get("expand", ""))


def _require_voice(call: Call, issue: Issue) -> None:
    refusal = Refusal(400, f"{call.person['displayName']}, you do not have the permission to comment on this issue.")
    require(call.rights, "ADD_COMMENTS", issue.project_key, refusal)


def _is_own(call: Call, comment: Json) -> bool:
    return bool((comment.get("author") or {}).get("accountId") == call.person["accountId"])


def _found(call: Call, issue: Issue, identity: str) -> Json:
    found = next((comment for comment in readable(call.rights, issue) if comment["id"] == identity), None)
    if found is None:
        raise Refusal(404, f"Can not find a comment for the id: {identity}.")
    return found


def _anywhere(call: Call) -> tuple[Issue, Json]:
    wanted = call.path["comment"]
    for issue in call.world.issues.values():
        for comment in readable(call.rights, issue) if sees(call.rights, issue) else ():
            if comment["id"] == wanted:
                return issue, comment
    raise Refusal(404, f"Can not find a comment for the id: {wanted}.")
