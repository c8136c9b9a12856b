"""REST resources of entity properties: small JSON values that programs keep on issues and comments."""

import json
from typing import Any

from starlette.responses import JSONResponse, Response

from hypercare_sync.sandbox.jira.access import NO_EDITS, require
from hypercare_sync.sandbox.jira.http import Call, no_content
from hypercare_sync.sandbox.jira.model import Issue, Json
from hypercare_sync.sandbox.jira.refusal import Refusal

LONGEST_VALUE = 32_768
"""Characters of a property's value as JSON."""
LONGEST_KEY = 255


def listed(given: Any) -> Json:
    """The properties that a request carries as `[{"key": ..., "value": ...}]`. Raises Refusal for any other shape or size."""
    if not isinstance(given or [], list):
        raise Refusal(400, errors={"properties": "data was not an array"})
    found: Json = {}
    for entry in given or []:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            raise Refusal(400, errors={"properties": "Each property needs a key and a value"})
        _check(entry["key"], entry["value"])
        found[entry["key"]] = entry["value"]
    return found


def index(call: Call, keys: list[str], path: str) -> Response:
    """The keys of an entity's properties; `path` is the entity's REST path."""
    return JSONResponse({"keys": [{"key": key, "self": call.shaper.url(f"{path}/properties/{key}")} for key in keys]})


def show(call: Call, properties: Json) -> Response:
    """One property of an entity. Raises Refusal where it is not set."""
    key = _present(call, properties)
    return JSONResponse({"key": key, "value": properties[key]})


def put(call: Call, properties: Json) -> Response:
    """Set one property of an entity: 201 where it is new."""
    key = call.path["property"]
    _check(key, call.body)
    status = 200 if key in properties else 201
    properties[key] = call.body
    return Response(status_code=status)


def delete(call: Call, properties: Json) -> Response:
    """Remove one property of an entity. Raises Refusal where it is not set."""
    del properties[_present(call, properties)]
    return no_content()


def issue_index(call: Call) -> Response:
    """GET /issue/{issue}/properties."""
    issue = call.issue()
    return index(call, list(issue.properties), f"issue/{issue.id}")


def issue_show(call: Call) -> Response:
    """GET /issue/{issue}/properties/{property}."""
    return show(call, call.issue().properties)


def issue_put(call: Call) -> Response:
    """PUT /issue/{issue}/properties/{property}; the issue's `updated` stays."""
    issue = _to_write(call, 403)
    return put(call, issue.properties)


def issue_delete(call: Call) -> Response:
    """DELETE /issue/{issue}/properties/{property}."""
    issue = _to_write(call, 404 if call.world.cloud else 403)
    return delete(call, issue.properties)


def _to_write(call: Call, status: int) -> Issue:
    """The issue, for who may edit it. Raises Refusal with that status for others."""
    issue = call.issue()
    require(call.rights, "EDIT_ISSUES", issue.project_key, Refusal(status, NO_EDITS))
    call.world.before_write(issue)
    return issue


def _present(call: Call, properties: Json) -> str:
    key = call.path["property"]
    if key not in properties:
        raise Refusal(404, f"The property with the key '{key}' does not exist.")
    return key


def _check(key: str, value: Any) -> None:
    if not key or len(key) > LONGEST_KEY:
        raise Refusal(400, f"The property key must have between 1 and {LONGEST_KEY} characters.")
    if value is None:
        raise Refusal(400, "The property value must be a valid, non-empty JSON value.")
    if len(json.dumps(value, ensure_ascii=False, separators=(",", ":"))) > LONGEST_VALUE:
        raise Refusal(400, f"The property value is longer than {LONGEST_VALUE} characters.")
