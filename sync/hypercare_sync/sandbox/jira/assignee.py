"""REST resource of an issue's assignee."""

from starlette.responses import Response

from hypercare_sync.sandbox.jira.access import require
from hypercare_sync.sandbox.jira.http import Call, no_content
from hypercare_sync.sandbox.jira.issues import editor_for, write_fields
from hypercare_sync.sandbox.jira.refusal import Refusal


def assign(call: Call) -> Response:
    """PUT /issue/{issue}/assignee: by accountId on Cloud, by name on Data Center; null is nobody."""
    issue = call.issue()
    # Data Center's documentation says 401 of a missing permission; not seen, so both say 403 here.
    refusal = Refusal(403, "You do not have permission to assign issues.")
    require(call.rights, "ASSIGN_ISSUES", issue.project_key, refusal)
    editor = editor_for(call, call.world.projects[issue.project_key])
    write_fields(call, issue, editor.values({"fields": {"assignee": call.payload()}}, {}, frozenset({"assignee"})))
    return no_content()
