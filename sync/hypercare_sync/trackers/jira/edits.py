"""Edits of issues of which nobody is told by mail, as far as our account may wish so."""

from dataclasses import dataclass, field
from typing import Any

from hypercare_sync.trackers.http import Client, Forbidden

_QUIET = {"notifyUsers": "false"}


@dataclass
class Edits:
    """Edits issues quietly. That takes the administration of the project: without it Jira refuses the edit as a whole.

    `loud` are the projects in which it did so in this process: their watchers are mailed. To find that out costs one refused request a project
    in each process that edits there; what an administrator grants meanwhile is used by the next.
    """

    client: Client
    loud: set[str] = field(default_factory=set)

    def put(self, key: str, body: Any, below: str = "", *, quiet: bool = True) -> None:
        """Edit an issue, or what is `below` it; a second time must change nothing more. Raises Forbidden where it may not be edited aloud either."""
        path, project = f"issue/{key}{below}", key.rpartition("-")[0]
        if quiet and project not in self.loud:
            try:
                self.client.write("PUT", path, body, params=_QUIET, repeatable=True)
            except Forbidden:
                pass
            else:
                return
        self.client.write("PUT", path, body, repeatable=True)
        if quiet:
            self.loud.add(project)
