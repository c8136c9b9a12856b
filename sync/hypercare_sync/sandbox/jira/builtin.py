"""What a fresh Jira site brings along, before any data is loaded.

The ids that Jira itself reserves (1 to 6) are used where it has them, the others lie where exported data hardly ever has its own.
"""

from hypercare_sync.sandbox.jira.model import Json

ROLES = frozenset({"Administrators", "Developers", "Users"})
GROUPS = frozenset({"jira-administrators", "jira-developers", "jira-users"})
"""The project roles, and the groups, of whoever is in all of them."""
CATEGORIES: dict[str, Json] = {
    "new": {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
    "indeterminate": {"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"},
    "done": {"id": 3, "key": "done", "colorName": "green", "name": "Done"},
}


def _status(number: int, name: str, category: str) -> Json:
    return {"id": str(number), "name": name, "description": "", "statusCategory": CATEGORIES[category]}


STATUSES = (
    _status(1, "Open", "new"),
    _status(3, "In Progress", "indeterminate"),
    _status(4, "Reopened", "new"),
    _status(5, "Resolved", "done"),
    _status(6, "Closed", "done"),
    _status(10901, "To Do", "new"),
    _status(10902, "Waiting for customer", "indeterminate"),
    _status(10903, "Done", "done"),
)
FIRST_STATUS = "To Do"
DEFAULT_RESOLUTION = "Done"
DEFAULT_PRIORITY = "Medium"

PRIORITIES = tuple(
    {"id": str(number), "name": name}
    for number, name in enumerate(("Highest", "High", "Medium", "Low", "Lowest"), start=1)
)
RESOLUTIONS = tuple(
    {"id": str(number), "name": name, "description": ""}
    for number, name in enumerate(("Done", "Won't Do", "Duplicate", "Cannot Reproduce"), start=10911)
)
ISSUE_TYPES = tuple(
    {"id": str(number), "name": name, "description": "", "subtask": name == "Sub-task"}
    for number, name in enumerate(("Bug", "Task", "Story", "Improvement", "Support", "Epic", "Sub-task"), start=10921)
)
LINK_TYPES = tuple(
    {"id": str(number), "name": name, "inward": inward, "outward": outward}
    for number, (name, inward, outward) in enumerate(
        (
            ("Blocks", "is blocked by", "blocks"),
            ("Cloners", "is cloned by", "clones"),
            ("Duplicate", "is duplicated by", "duplicates"),
            ("Problem/Incident", "is caused by", "causes"),
            ("Relates", "relates to", "relates to"),
        ),
        start=10931,
    )
)
"""How two issues may be linked; the outward phrase reads from the inward issue to the outward one."""

FIELDS: dict[str, tuple[str, str]] = {
    "issuekey": ("Key", "string"),
    "summary": ("Summary", "string"),
    "description": ("Description", "string"),
    "environment": ("Environment", "string"),
    "project": ("Project", "project"),
    "issuetype": ("Issue Type", "issuetype"),
    "status": ("Status", "status"),
    "priority": ("Priority", "priority"),
    "resolution": ("Resolution", "resolution"),
    "resolutiondate": ("Resolved", "datetime"),
    "statuscategorychangedate": ("Status Category Changed", "datetime"),
    "created": ("Created", "datetime"),
    "updated": ("Updated", "datetime"),
    "duedate": ("Due date", "date"),
    "labels": ("Labels", "array"),
    "versions": ("Affects versions", "array"),
    "fixVersions": ("Fix versions", "array"),
    "components": ("Components", "array"),
    "reporter": ("Reporter", "user"),
    "creator": ("Creator", "user"),
    "assignee": ("Assignee", "user"),
    "security": ("Security Level", "securitylevel"),
    "issuelinks": ("Linked Issues", "array"),
    "subtasks": ("Sub-tasks", "array"),
    "attachment": ("Attachment", "array"),
    "votes": ("Votes", "votes"),
    "comment": ("Comment", "comments-page"),
}
"""The system fields by id: display name and type."""

NOT_NAVIGABLE = frozenset({"comment"})
"""Fields that `*navigable` leaves out."""
