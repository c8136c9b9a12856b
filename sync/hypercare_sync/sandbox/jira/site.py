"""REST resources of the site: who am I, what may I, and which projects, versions and values exist."""

import re
import uuid
from typing import Any

from starlette.responses import JSONResponse, Response

from hypercare_sync.sandbox.jira import builtin
from hypercare_sync.sandbox.jira.access import Seen, require
from hypercare_sync.sandbox.jira.fields import find_project
from hypercare_sync.sandbox.jira.http import Call, no_content, page
from hypercare_sync.sandbox.jira.model import Catalogue, Json, Project
from hypercare_sync.sandbox.jira.refusal import Refusal
from hypercare_sync.sandbox.jira.world import JiraWorld

CLOUD_ID = str(uuid.uuid5(uuid.NAMESPACE_URL, "hypercare-sync/sandbox/jira"))
_VERSION_MEMBERS = ("name", "description", "archived", "released", "startDate", "releaseDate")


def server_info(world: JiraWorld, base: str) -> Response:
    """GET /serverInfo, for anybody."""
    numbers, snapshot = ([1001, 0, 0], "-SNAPSHOT") if world.cloud else ([10, 3, 2], "")
    return JSONResponse(
        {
            "baseUrl": base,
            "version": ".".join(map(str, numbers)) + snapshot,
            "versionNumbers": numbers,
            "deploymentType": "Cloud" if world.cloud else "Server",
            "buildNumber": 100_000,
            "serverTime": world.now(),
            "serverTitle": "Sandbox",
        }
    )


def myself(call: Call) -> Response:
    """GET /myself; with its groups where `expand` names them."""
    mine: Json = {"emailAddress": f"{call.account.login}@example.com", "locale": "en_GB"}
    if "groups" in call.words("expand"):
        names = sorted(builtin.GROUPS if call.rights.roles is None else call.rights.roles)
        mine["groups"] = {"size": len(names), "items": [{"name": name} for name in names]}
    return JSONResponse({**mine, **(call.shaper.user(call.person) or {})})


def role_details(call: Call) -> Response:
    """GET /project/{project}/roledetails: its roles, with `currentMember` those of the caller alone."""
    _project(call, call.path["project"])
    mine = builtin.ROLES if call.rights.roles is None else call.rights.roles
    names = mine if call.query.get("currentMember") == "true" else {*builtin.ROLES, *mine}
    return JSONResponse([{"id": 10_000 + number, "name": name} for number, name in enumerate(sorted(names), start=1)])


def priorities(call: Call) -> Response:
    """GET /priority."""
    return _listed(call, "priority", call.world.priorities)


def statuses(call: Call) -> Response:
    """GET /status."""
    return _listed(call, "status", call.world.statuses)


def issue_types(call: Call) -> Response:
    """GET /issuetype."""
    return _listed(call, "issuetype", call.world.issue_types)


def resolutions(call: Call) -> Response:
    """GET /resolution."""
    return _listed(call, "resolution", call.world.resolutions)


def projects(call: Call) -> Response:
    """GET /project."""
    return JSONResponse([call.shaper.project(project) for project in _browsable(call)])


def project_search(call: Call) -> Response:
    """GET /project/search, by `keys` and `query` (a part of key or name)."""
    keys, part = {key.upper() for key in call.words("keys")}, call.query.get("query", "").casefold()
    found = [
        project
        for project in _browsable(call)
        if (not keys or project.key in keys) and (part in project.key.casefold() or part in project.name.casefold())
    ]
    return page(call, "values", found, call.shaper.project)


def project(call: Call) -> Response:
    """GET /project/{project}."""
    return JSONResponse(call.shaper.project(_project(call, call.path["project"]), whole=True))


def create_project(call: Call) -> Response:
    """POST /project."""
    require(call.rights, "ADMINISTER", "", Refusal(403, "You cannot create projects."))
    body = call.payload()
    key, name = body.get("key"), body.get("name")
    errors = {}
    if not isinstance(key, str) or not re.fullmatch(r"[A-Z][A-Z0-9_]{1,9}", key):
        errors["projectKey"] = (
            "Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric characters."
        )
    elif key in call.world.projects:
        errors["projectKey"] = f"Project '{call.world.projects[key].name}' uses this project key."
    if not isinstance(name, str) or not name.strip():
        errors["projectName"] = "You must specify a valid project name."
    if errors:
        raise Refusal(400, errors=errors)
    made = call.world.add_project(str(key), str(name))
    return JSONResponse({"id": int(made.id), "key": made.key, "self": call.shaper.url(f"project/{made.id}")}, 201)


def versions(call: Call) -> Response:
    """GET /project/{project}/versions."""
    found = _project(call, call.path["project"])
    return JSONResponse([_version(call, found, version) for version in found.versions])


def version_page(call: Call) -> Response:
    """GET /project/{project}/version, by `query` (a part of the name)."""
    found, part = _project(call, call.path["project"]), call.query.get("query", "").casefold()
    rows = [version for version in found.versions if part in version["name"].casefold()]
    return page(call, "values", rows, lambda version: _version(call, found, version))


def version(call: Call) -> Response:
    """GET /version/{version}."""
    return JSONResponse(_version(call, *_found_version(call)))


def create_version(call: Call) -> Response:
    """POST /version, in the project of `projectId` or `project`."""
    body = call.payload()
    found = find_project(Seen(call.world, call.rights), str(body.get("projectId") or body.get("project") or ""))
    if found is None:
        raise Refusal(404, "No project could be found with the given id or key.")
    _require_admin(call, found, 404)
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise Refusal(400, errors={"name": "You must specify a valid version name"})
    if any(known["name"] == name for known in found.versions):
        raise Refusal(400, errors={"name": "A version with this name already exists in this project."})
    made = {"archived": False, "released": False, **_version_members(body), "id": call.world.new_id()}
    found.versions.adopt(made)
    return JSONResponse(_version(call, found, made), 201)


def edit_version(call: Call) -> Response:
    """PUT /version/{version}; issues show its new values at once."""
    found, known = _found_version(call)
    _require_admin(call, found, 400)
    changes = _version_members(call.payload())
    known.update(changes)
    found.versions.adopt(known)
    for issue in call.world.issues.values():
        for entry in (*(issue.fields.get("versions") or ()), *(issue.fields.get("fixVersions") or ())):
            if entry["id"] == known["id"]:
                entry.update(changes)
    return JSONResponse(_version(call, found, known))


def delete_project(call: Call) -> Response:
    """DELETE /project/{project} with its issues."""
    found = _project(call, call.path["project"])
    refusal = Refusal(404 if call.world.cloud else 403, "You cannot delete projects.")
    require(call.rights, "ADMINISTER", "", refusal)
    for issue in [issue for issue in call.world.issues.values() if issue.project_key == found.key]:
        call.world.remove_issue(issue)
    del call.world.projects[found.key]
    return no_content()


def _listed(call: Call, name: str, catalogue: Catalogue) -> Response:
    return JSONResponse([call.shaper.named(name, value) for value in catalogue])


def _require_admin(call: Call, project: Project, on_cloud: int) -> None:
    """Raises Refusal for who does not administer a project: Cloud's with that status, Data Center's says that it is forbidden."""
    refusal = Refusal(on_cloud if call.world.cloud else 403, "You must have admin rights in this project.")
    require(call.rights, "ADMINISTER_PROJECTS", project.key, refusal)


def _browsable(call: Call) -> list[Project]:
    return list(Seen(call.world, call.rights).projects.values())


def _project(call: Call, name: str) -> Project:
    found = find_project(Seen(call.world, call.rights), name)
    if found is None:
        raise Refusal(404, f"No project could be found with key '{name}'.")
    return found


def _version(call: Call, found: Project, known: Json) -> Json:
    owner: dict[str, Any] = {"projectId": int(found.id)} if found.id.isdigit() else {}
    return {**call.shaper.named("versions", known), **owner}


def _version_members(body: Json) -> Json:
    for name in ("startDate", "releaseDate"):
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", str(body.get(name) or "2000-01-01")):
            raise Refusal(400, errors={name: "The date must have the format yyyy-MM-dd."})
    return {name: body[name] for name in _VERSION_MEMBERS if name in body}


def _found_version(call: Call) -> tuple[Project, Json]:
    wanted = call.path["version_id"]
    for found in _browsable(call):
        for known in found.versions:
            if known["id"] == wanted:
                return found, known
    raise Refusal(404, f"Could not find version for id '{wanted}'")
