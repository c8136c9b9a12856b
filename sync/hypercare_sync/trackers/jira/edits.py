"""Edits of issues of which nobody is told by mail, as far as our account may wish so."""

from dataclasses import dataclass, field
from typing import Any

from hypercare_sync.trackers.http import Client, Forbidden, Invalid, NotFound
from hypercare_sync.trackers.jira.rights import EditRights

_QUIET = {"notifyUsers": "false"}


@dataclass
class Edits:
    """Edits issues quietly. That takes the administration of the project: without it Jira refuses the edit as a whole.

    `loud` are the projects in which it did so in this process: their watchers are mailed. To find that out costs one refused request a project
    in each process that edits there; what an administrator grants meanwhile is used by the next.
    """

    client: Client
    loud: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._rights = EditRights(self.client)

    def put(self, key: str, body: Any, below: str = "", *, quiet: bool = True) -> None:
        """Edit an issue, or what is `below` it; a second time must change nothing more.

        Raises Forbidden where it may not be edited aloud either, NotGranted where no edit of our account's can be, Unwritable.
        """
        try:
            self._put(key, f"issue/{key}{below}", body, quiet=quiet)
        except (Forbidden, Invalid):
            if not below:
                self._rights.blame(key, body)
            raise

    def _put(self, key: str, path: str, body: Any, *, quiet: bool) -> None:
        project = key.rpartition("-")[0]
        if quiet and project not in self.loud:
            try:
                self.client.write("PUT", path, body, params=_QUIET, repeatable=True)
            except Forbidden:
                if path == f"issue/{key}":
                    self._rights.require(project)  # without it nothing is sent a second time
            else:
                return
        try:
            self.client.write("PUT", path, body, repeatable=True)
        except (Invalid, NotFound):
            if quiet:
                self.loud.add(project)  # it was heard, and found fault with for itself
            raise
        if quiet:
            self.loud.add(project)
