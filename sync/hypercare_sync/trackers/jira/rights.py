"""What our account may do in a project, and whose fault a refused edit is: the account's, a screen's, the ticket's, or that of what was sent.

Jira's answers to an edit do not tell that: Cloud says of each field that it is not on the screen, whatever is missing, and in the account's language.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypercare_sync.errors import AccessDenied, TrackerError
from hypercare_sync.trackers.http import Client, NotGranted, Unwritable
from hypercare_sync.trackers.obstacle import Obstacle
from hypercare_sync.trackers.raw import Raw

EDIT = "EDIT_ISSUES"
_MORE = "`hypercare-sync check` tells all that it lacks"


def permissions(client: Client, project: str, keys: Collection[str]) -> Raw:
    """Jira's answer on these permissions of ours in a project, by their keys. Raises the errors of reading."""
    params = {"projectKey": project, "permissions": ",".join(keys)}
    return Raw(client.read("GET", "mypermissions", params=params).body).inner("permissions")


def permission_name(told: Raw, key: str) -> str:
    """`Edit issues (EDIT_ISSUES)`: as people of the site know it, and its key."""
    return f"{told.inner(key).text('name') or key} ({key})"


def off_screen(client: Client, key: str, name: str) -> str | None:
    """The type of an issue that can be edited, but for the field of this name, which is not on its screen; None where it is.

    Raises Unwritable where nothing of it can be edited: its status makes it read-only. Raises the errors of reading.
    """
    params = {"fields": "issuetype,status", "expand": "editmeta"}
    issue = Raw(client.read("GET", f"issue/{key}", params=params).body)
    there, fields = issue.inner("editmeta", "fields"), issue.inner("fields")
    if not there or name in there.value:
        return None
    if not there.value:
        status = fields.inner("status").text("name")
        raise Unwritable(
            f"{client.name}: {key}: nothing of it can be edited in its status {status}", Obstacle.read_only
        )
    return fields.inner("issuetype").text("name") or "its type"


@dataclass
class EditRights:
    """Finds out why an edit was refused. `_held` are the projects where our account was found to have the permission to edit: asked once each."""

    client: Client
    _held: set[str] = field(default_factory=set)

    def require(self, project: str) -> None:
        """Raises NotGranted where our account may not edit issues there. What is not known is no fault."""
        if project in self._held:
            return
        try:
            told = permissions(self.client, project, (EDIT,))
        except (TrackerError, AccessDenied):
            return
        if told.inner(EDIT) and not told.inner(EDIT).flag("havePermission"):
            raise NotGranted(
                f"{self.client.name}: {project}: our account may not edit issues there (their labels and fields, the summary): "
                f"give it the permission {permission_name(told, EDIT)}; {_MORE}",
                Obstacle.no_edits,
            )
        self._held.add(project)

    def blame(self, key: str, body: Mapping[str, Any]) -> None:
        """Raises NotGranted or Unwritable where an edit was refused for what our account, its screens or the ticket's status lack."""
        project = key.rpartition("-")[0]
        self.require(project)
        if "labels" not in body.get("update", ()):
            return
        try:
            kind = off_screen(self.client, key, "labels")
        except Unwritable:
            raise
        except (TrackerError, AccessDenied):
            return
        if kind is not None:
            raise NotGranted(
                f"{self.client.name}: {project}: the field Labels is not on the edit screen of {kind}, so no labels can be set on such tickets: "
                f"put it there, or leave such tickets out of the config; {_MORE}",
                Obstacle.no_labels,
            )
