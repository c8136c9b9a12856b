"""Our writer at a served Jira of either flavour, and what people see of what it wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.sync.sandbox.jira_site import Site, row

from hypercare_rules.ticket import Ref
from hypercare_sync.observed import SummaryPlace
from hypercare_sync.sandbox.faults import Fault, FaultName
from hypercare_sync.sandbox.world import Sandbox
from hypercare_sync.trackers.jira.comments import EVERYBODY, CommentReaders
from hypercare_sync.trackers.jira.reader import JiraReader
from hypercare_sync.trackers.jira.transport import jira_client
from hypercare_sync.trackers.jira.writer import JiraWriter

FLAVOURS = ("cloud", "datacenter")
TOKENS = {
    "member": "hypercare-bot:jira=-ADMINISTER_PROJECTS+-ADMINISTER",
    "reader": "hypercare-bot:jira=BROWSE_PROJECTS",
    "outsider": "hypercare-bot:jira-roles=Visitors",
}
"""Our own account with fewer rights."""


@dataclass
class Desk:
    """A project with two issues, as people see it by REST version 2, whose texts are plain."""

    site: Site
    sandbox: Sandbox

    def __post_init__(self) -> None:
        self.site.load(row(self.site.key(1)), row(self.site.key(2)))

    @property
    def cloud(self) -> bool:
        """Which flavour it is."""
        return self.sandbox.jira.cloud

    @property
    def place(self) -> SummaryPlace:
        """Where the summary is kept."""
        return SummaryPlace("jira", self.site.project, "hypercare:summary", "Bug")

    @property
    def pat(self) -> str:
        """Pat's account as a policy names it."""
        return str(self.site.get("myself", token="person")["accountId" if self.cloud else "name"])

    @property
    def us(self) -> str:
        """Our own account as a policy would name it."""
        return str(self.site.get("myself")["accountId" if self.cloud else "name"])

    def native(self, number: int) -> str | None:
        """The native priority of an issue."""
        found = self.site.issue(number)["fields"].get("priority")
        return str(found["name"]) if found else None

    def writer(
        self,
        token: str = "sandbox",
        readers: CommentReaders = EVERYBODY,
        sleep: Callable[[float], None] = lambda _: None,
    ) -> JiraWriter:
        """Our account's writer, with this token."""
        client = jira_client("jira", self.site.base, "bot@example.com" if self.cloud else None, token)
        client.sleep = sleep
        reader = JiraReader("jira", client, self.site.base, account_key="bot@example.com")
        return JiraWriter("jira", client, reader, readers)

    def ref(self, number: int) -> Ref:
        """One of the issues."""
        return Ref("jira", self.site.key(number))

    def labels(self, number: int) -> list[str]:
        """The labels of an issue."""
        return sorted(self.site.issue(number)["fields"]["labels"])

    def comments(self, number: int) -> list[dict[str, Any]]:
        """The comments of an issue, with their properties."""
        found: list[dict[str, Any]] = self.site.get(f"issue/{self.site.key(number)}/comment", expand="properties")[
            "comments"
        ]
        return found

    def properties(self, number: int) -> dict[str, Any]:
        """The properties of an issue's only comment."""
        (only,) = self.comments(number)
        answers = (
            self.site.get(f"comment/{only['id']}/properties/{one['key']}")
            for one in self.site.get(f"comment/{only['id']}/properties")["keys"]
        )
        return {one["key"]: one["value"] for one in answers}

    def summaries(self) -> list[dict[str, Any]]:
        """The issues that our account wrote here, the oldest first."""
        ours = self.site.get("myself")["displayName"]
        issues = [
            self.site.get(f"issue/{one.key}", properties="hypercare-sync")
            for one in self.sandbox.jira.issues.values()
            if one.project_key == self.site.project
        ]
        return [one for one in issues if one["fields"]["reporter"]["displayName"] == ours]

    def fault(self, match: str, name: FaultName, **more: Any) -> Fault:
        """Plant a fault for requests such as `PUT /rest`."""
        method, _, path = match.partition(" ")
        fault = Fault("jira", method, path, name, **more)
        self.sandbox.faults.planted.append(fault)
        return fault

    def sent(self) -> list[str]:
        """The writes that were served since `forget`: method and status."""
        return [row.method for row in self.sandbox.log.served if row.kind == "write"]

    def forget(self) -> None:
        """Count anew."""
        self.sandbox.log.served.clear()
        self.sandbox.faults.planted.clear()
