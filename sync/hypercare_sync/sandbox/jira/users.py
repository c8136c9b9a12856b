"""REST resources of people: one of them, and those who are searched for."""

from starlette.responses import JSONResponse, Response

from hypercare_sync.sandbox.jira import people
from hypercare_sync.sandbox.jira.access import require
from hypercare_sync.sandbox.jira.http import Call
from hypercare_sync.sandbox.jira.model import Json
from hypercare_sync.sandbox.jira.refusal import Refusal


def show(call: Call) -> Response:
    """GET /user, by `accountId` on Cloud, by `username` or `key` on Data Center."""
    if call.world.cloud:
        found = call.world.user(call.query.get("accountId", ""))
        if found is None:
            raise Refusal(404, "Specified user does not exist or you do not have required permissions")
        return JSONResponse(call.shaper.user(found))
    name, key = call.query.get("username"), call.query.get("key")
    if name is None and key is None:
        raise Refusal(400, "Either the 'username' or the 'key' query parameters need to be provided")
    found = call.world.user(name) if name is not None else _by_key(call, str(key))
    if found is None:
        told = f"named '{name}'" if name is not None else f"with the key '{key}'"
        raise Refusal(404, f"The user {told} does not exist")
    return JSONResponse(call.shaper.user(found))


def search(call: Call) -> Response:
    """GET /user/search."""
    if call.world.cloud and "accountId" in call.query:
        found = call.world.user(call.query["accountId"])
        return _listed(call, [found] if found else [])
    return _listed(call, people.found(call.world.everybody(), _words(call)))


def assignable(call: Call) -> Response:
    """GET /user/assignable/search, in a project or for an issue: whom the site knows, for whoever may assign."""
    project = call.query.get("project", "")
    key = call.visible(call.query["issueKey"]).project_key if "issueKey" in call.query else project.upper()
    if key not in call.world.projects or not call.rights.may("BROWSE_PROJECTS", key):
        raise Refusal(404, f"No project could be found with key '{project}'.")
    require(call.rights, "ASSIGN_ISSUES", key, Refusal(403, "You do not have permission to assign issues."))
    words = call.query.get("query") or call.query.get("username") or ""
    return _listed(call, people.found(call.world.everybody(), words))


def picker(call: Call) -> Response:
    """GET /user/picker."""
    found = people.found(call.world.everybody(), call.query.get("query", ""))
    rows = [_picked(call, user) for user in found[: call.number("maxResults", 50)]]
    return JSONResponse({"users": rows, "total": len(found), "header": f"Showing {len(rows)} of {len(found)}"})


def _picked(call: Call, user: Json) -> Json:
    name = str(user.get("displayName", ""))
    identity = (
        {"accountId": user["accountId"]}
        if call.world.cloud
        else {"name": people.name_of(user), "key": people.key_of(user)}
    )
    return {**identity, "displayName": name, "html": name.replace("&", "&amp;").replace("<", "&lt;")}


def _listed(call: Call, found: list[Json]) -> Response:
    start, size = call.number("startAt", 0), min(call.number("maxResults", 50), 1000)
    return JSONResponse([call.shaper.user(user) for user in found[start : start + size]])


def _words(call: Call) -> str:
    name = "query" if call.world.cloud else "username"
    if name not in call.query:
        raise Refusal(400, f"The {name} query parameter was not provided")
    return call.query[name]


def _by_key(call: Call, key: str) -> Json | None:
    return next((user for user in call.world.everybody() if people.key_of(user) == key), None)
