"""REST resource of what the caller may do."""

from starlette.responses import JSONResponse, Response

from hypercare_sync.sandbox.jira.access import Seen
from hypercare_sync.sandbox.jira.fields import find_project
from hypercare_sync.sandbox.jira.http import Call
from hypercare_sync.sandbox.jira.refusal import Refusal
from hypercare_sync.sandbox.jira_rights import GLOBAL, PROJECT


def permissions(call: Call) -> Response:
    """GET /mypermissions, in a project or on an issue or anywhere; Cloud wants to know which, Data Center tells all."""
    keys = call.words("permissions")
    if not keys:
        if call.world.cloud:
            raise Refusal(400, "The 'permissions' query parameter is required.")
        keys = [*GLOBAL, *PROJECT]
    if unknown := set(keys) - {*GLOBAL, *PROJECT}:
        raise Refusal(400, f"Unrecognized permission: {', '.join(sorted(unknown))}")
    place = _place(call)
    return JSONResponse(
        {
            "permissions": {
                key: {
                    "id": str(number),
                    "key": key,
                    "name": key.replace("_", " ").capitalize(),
                    "type": "GLOBAL" if key in GLOBAL else "PROJECT",
                    "description": "",
                    "havePermission": _anywhere(call, key) if place is None else call.rights.may(key, place),
                }
                for number, key in enumerate(keys, start=1)
            }
        }
    )


def _anywhere(call: Call, key: str) -> bool:
    """Whether the caller has a permission in any project, where none is named."""
    return any(call.rights.may(key, place) for place in ("", *(call.world.projects if key in PROJECT else ())))


def _place(call: Call) -> str | None:
    """The key of the project that a question about permissions names, by itself or by an issue."""
    for name in ("issueKey", "issueId"):
        if name in call.query:
            return call.visible(call.query[name]).project_key
    for name in ("projectKey", "projectId"):
        if name in call.query:
            found = find_project(Seen(call.world, call.rights), call.query[name])
            if found is None:
                raise Refusal(404, f"No project could be found with key '{call.query[name]}'.")
            return found.key
    return None
