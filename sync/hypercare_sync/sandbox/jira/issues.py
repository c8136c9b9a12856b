"""REST resources of an issue itself: create, read, edit, move, vote, delete."""

from starlette.responses import JSONResponse, Response

from hypercare_sync.sandbox.jira import builtin
from hypercare_sync.sandbox.jira.access import require, require_edit, require_quiet
from hypercare_sync.sandbox.jira.comments import add_comment, read_added
from hypercare_sync.sandbox.jira.edits import Editor, history_items, member, same
from hypercare_sync.sandbox.jira.fields import find_project
from hypercare_sync.sandbox.jira.http import Call, no_content, page
from hypercare_sync.sandbox.jira.model import Issue, Json, Project
from hypercare_sync.sandbox.jira.properties import listed
from hypercare_sync.sandbox.jira.refusal import Refusal
from hypercare_sync.sandbox.jira.screens import edit_meta, editable, settable
from hypercare_sync.sandbox.jira.shape import Selection, expanded


def create(call: Call) -> Response:
    """POST /issue."""
    body = call.payload()
    given = dict(member(body, "fields"))
    project = _project(call, given.pop("project", None))
    values = editor_for(call, project).values(
        {**body, "fields": given}, {}, settable(call.world, call.rights, project.key)
    )
    missing = {"summary": "You must specify a summary of the issue.", "issuetype": "Specify an issue type"}
    if errors := {name: text for name, text in missing.items() if name not in values}:
        raise Refusal(400, errors=errors)
    properties, world, now = listed(body.get("properties")), call.world, call.world.now()
    nothing = dict.fromkeys(("resolution", "resolutiondate", "assignee", "duedate", "description", "environment"))
    lists: Json = {
        name: [] for name in ("labels", "versions", "fixVersions", "components", "issuelinks", "subtasks", "attachment")
    }
    start = {
        "status": world.statuses.find(builtin.FIRST_STATUS),
        "priority": world.priorities.find(builtin.DEFAULT_PRIORITY),
    }
    origin = {
        "project": project.details,
        "reporter": call.person,
        "creator": call.person,
        "created": now,
        "updated": now,
        "statuscategorychangedate": now,
    }
    issue = world.add_issue(project, {**nothing, **lists, **start, **origin, **values})
    issue.properties.update(properties)
    return JSONResponse({"id": issue.id, "key": issue.key, "self": call.shaper.url(f"issue/{issue.id}")}, 201)


def show(call: Call) -> Response:
    """GET /issue/{issue}."""
    issue, expand = call.issue(), call.query.get("expand", "")
    selection = Selection.of(call.query.getlist("fields"), "*all")
    shaped = call.shaper.head(issue) | call.shaper.issue(
        issue, selection, expand, call.words("properties"), listed=False
    )
    meta = edit_meta(call.world, call.rights, issue) if "editmeta" in expand else {}
    return JSONResponse(shaped | expanded(call.world, selection, expand) | meta)


def edit(call: Call) -> Response:
    """PUT /issue/{issue}: nothing is written unless all of it can be."""
    issue, body = call.issue(), call.payload()
    project = call.world.projects[issue.project_key]
    if call.query.get("notifyUsers") == "false":
        require_quiet(call.rights, project.key)
    require_edit(
        call.rights, project.key, cloud=call.world.cloud, fields=bool(body.get("fields") or body.get("update"))
    )
    values = editor_for(call, project).values(body, issue.fields, editable(call.world, call.rights, issue))
    properties, comments = listed(body.get("properties")), read_added(call, issue, body)
    write_fields(call, issue, values)
    if properties:
        call.world.before_write(issue)
        issue.properties.update(properties)
    for comment in comments:
        add_comment(call, issue, comment)
    return no_content()


def delete(call: Call) -> Response:
    """DELETE /issue/{issue}."""
    issue = call.issue()
    refusal = Refusal(403, "You do not have permission to delete issues in this project.")
    require(call.rights, "DELETE_ISSUES", issue.project_key, refusal)
    call.world.remove_issue(issue)
    return no_content()


def changelog(call: Call) -> Response:
    """GET /issue/{issue}/changelog, oldest first."""
    return page(call, "values", call.issue().histories, call.shaper.history, default=100)


def transitions(call: Call) -> Response:
    """GET /issue/{issue}/transitions."""
    ways = _transitions(call, call.issue())
    wanted = call.query.get("transitionId")
    shown = [transition for transition in ways if wanted in (None, transition["id"])]
    return JSONResponse({"expand": "transitions", "transitions": shown})


def move(call: Call) -> Response:
    """POST /issue/{issue}/transitions: into a status; a done one sets the resolution, any other clears it."""
    issue, body = call.issue(), call.payload()
    reference = body.get("transition")
    wanted = str(reference.get("id", "")) if isinstance(reference, dict) else ""
    ways = _transitions(call, issue)
    target = next((transition["to"]["name"] for transition in ways if transition["id"] == wanted), None)
    if target is None:
        raise Refusal(400, f"Transition id '{wanted}' is not valid for this issue.")
    project = call.world.projects[issue.project_key]
    on_screen = settable(call.world, call.rights, project.key) | {"resolution"}
    values = editor_for(call, project).values(body, issue.fields, on_screen)
    comments = read_added(call, issue, body)
    status = call.world.statuses.find(target)
    assert status is not None
    values["status"] = status
    if status.get("statusCategory", {}).get("key") == "done":
        standing = issue.fields.get("resolution") or call.world.resolutions.find(builtin.DEFAULT_RESOLUTION)
        values["resolution"] = values.get("resolution") or standing
    else:
        values["resolution"] = None
    write_fields(call, issue, values)
    for comment in comments:
        add_comment(call, issue, comment)
    return no_content()


def votes(call: Call) -> Response:
    """GET /issue/{issue}/votes."""
    return JSONResponse(call.shaper.votes(call.issue()))


def vote(call: Call) -> Response:
    """POST /issue/{issue}/votes."""
    issue = call.issue()
    if call.person["accountId"] not in issue.voters:
        with call.world.change(issue, call.person):
            issue.voters.add(call.person["accountId"])
    return no_content()


def unvote(call: Call) -> Response:
    """DELETE /issue/{issue}/votes."""
    issue = call.issue()
    if call.person["accountId"] not in issue.voters:
        raise Refusal(404, "Cannot remove a vote for an issue that you have not voted for.")
    with call.world.change(issue, call.person):
        issue.voters.remove(call.person["accountId"])
    return no_content()


def _project(call: Call, reference: object) -> Project:
    wanted = (reference.get("key") or reference.get("id")) if isinstance(reference, dict) else None
    found = find_project(call.world, str(wanted)) if wanted else None
    if found is None or not call.rights.may("BROWSE_PROJECTS", found.key):
        raise Refusal(400, errors={"project": "Specify a valid project ID or key"})
    # Data Center's description knows no 403 here; what its servers say was not seen.
    refusal = Refusal(403 if call.world.cloud else 400, "You do not have permission to create issues in this project.")
    require(call.rights, "CREATE_ISSUES", found.key, refusal)
    return found


def editor_for(call: Call, project: Project) -> Editor:
    """What reads the values that a call gives for an issue of `project`."""
    return Editor(call.world, project, rich=call.shaper.version == 3)


def write_fields(call: Call, issue: Issue, values: Json) -> None:
    """Set fields to new values; what is so already is no change."""
    changed = {name: value for name, value in values.items() if not same(issue.fields.get(name), value)}
    if not changed:
        return
    with call.world.change(issue, call.person) as change:
        if "status" in changed and _category(changed["status"]) != _category(issue.fields.get("status")):
            issue.fields["statuscategorychangedate"] = change.at
        for name, value in changed.items():
            change.items.extend(history_items(call.world, name, issue.fields.get(name), value))
            issue.fields[name] = value
        if "resolution" in changed:  # the item of the resolution tells its date, too
            issue.fields["resolutiondate"] = change.at if changed["resolution"] else None


def _category(status: Json | None) -> str:
    return str(((status or {}).get("statusCategory") or {}).get("key"))


def _transitions(call: Call, issue: Issue) -> list[Json]:
    """From any status to any: one for each status that the site knows, for whoever may move issues at all."""
    if not call.rights.may("TRANSITION_ISSUES", issue.project_key):
        return []
    return [
        {
            "id": str(number),
            "name": status["name"],
            "to": call.shaper.named("status", status),
            "hasScreen": False,
            "isGlobal": True,
            "isInitial": False,
            "isAvailable": True,
            "isConditional": False,
        }
        for number, status in zip(range(11, 10_000, 10), call.world.statuses, strict=False)
    ]
