"""Which fields of an issue its edit screen offers to somebody, and how a site tells them."""

from hypercare_sync.sandbox.jira.builtin import FIELDS
from hypercare_sync.sandbox.jira.edits import ARRAYS, EDITABLE
from hypercare_sync.sandbox.jira.model import Issue, Json
from hypercare_sync.sandbox.jira.world import JiraWorld
from hypercare_sync.sandbox.jira_rights import JiraRights

_OF_PERMISSIONS = {"ASSIGN_ISSUES": "assignee", "MODIFY_REPORTER": "reporter", "SET_ISSUE_SECURITY": "security"}


def settable(world: JiraWorld, rights: JiraRights, project: str) -> frozenset[str]:
    """The fields that somebody may set in a project: one that takes a permission of its own is not on their screen without it."""
    lacking = {field for name, field in _OF_PERMISSIONS.items() if not rights.may(name, project)}
    return (EDITABLE | {field.id for field in world.custom}) - lacking


def editable(world: JiraWorld, rights: JiraRights, issue: Issue) -> frozenset[str]:
    """The fields of an issue that somebody may edit: none without the permission, or in a status that makes it read-only."""
    status, kind = (str((issue.fields.get(name) or {}).get("name")) for name in ("status", "issuetype"))
    if status in world.read_only or not rights.may("EDIT_ISSUES", issue.project_key):
        return frozenset()
    return settable(world, rights, issue.project_key) - world.off_screen.get(kind, frozenset())


def edit_meta(world: JiraWorld, rights: JiraRights, issue: Issue) -> Json:
    """What `editmeta` in `expand` adds to an answer."""
    own = {field.id: field for field in world.custom}
    fields = {}
    for name in sorted(editable(world, rights, issue)):
        shown, kind = (own[name].name, own[name].type) if name in own else FIELDS.get(name, (name, "string"))
        fields[name] = {
            "required": name == "summary",
            "schema": own[name].schema if name in own else {"type": kind, "system": name},
            "name": shown,
            "key": name,
            "operations": ["add", "remove", "set"] if name in ARRAYS or kind == "array" else ["set"],
        }
    return {"editmeta": {"fields": fields}}
