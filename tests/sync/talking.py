"""A team whose summary people read and talk in, on each tracker that it may be kept on."""

from tests.sync.flow import ON_GITHUB, ON_JIRA, Team

from hypercare_rules.ticket import Marker
from hypercare_sync.report import exit_code
from hypercare_sync.sandbox.world import Flavour
from hypercare_sync.tick_result import TickResult
from hypercare_sync.trackers import marker as markers

IN_THE_SOURCE = "{tracker: web-github, repo: acme/web}"
PLACES: dict[str, tuple[str, Flavour]] = {
    "github": (ON_GITHUB, "cloud"),
    "github, in the source's repository": (IN_THE_SOURCE, "cloud"),
    "jira cloud": (ON_JIRA, "cloud"),
    "data center": (ON_JIRA, "datacenter"),
}


class Desk:
    """A team with a policy, whose ticks may lose the store each time."""

    def __init__(self, team: Team, place: str, policy: str, *, forgetful: bool = False) -> None:
        self.team, self.forgetful, self._url = team, forgetful, ""
        (team.folder / "policy.yaml").write_text(policy)
        team.configure(policy="./policy.yaml", summary=place)

    def tick(self, now: str, *, waited: str = "") -> TickResult:
        """A tick at a policy time, after some time of the trackers'."""
        if waited:
            self.team.wait(waited)
        if self.forgetful:
            self.team.forget()
        result = self.team.tick(now)
        assert exit_code(result) == 0, result.errors
        self._url = result.releases[0].summary_url or self._url
        return result

    @property
    def key(self) -> str:
        """The last part of the summary's address: its number on GitHub, its key on Jira."""
        return self._url.rpartition("/")[2]

    def comments(self) -> list[str]:
        """The texts of the summary's comments, with what is hidden in them."""
        if self.key.isdecimal():
            repo = self._url.split("/")[-3]
            rows = self.team.github("GET", f"/{repo}/issues/{self.key}/comments?per_page=100")
        else:
            rows = self.team.jira("GET", f"issue/{self.key}/comment")["comments"]
        return [row["body"] for row in rows]

    def say(self, text: str, *, token: str = "person") -> None:
        """Comment on the summary as a person, or with another token."""
        if self.key.isdecimal():
            repo = self._url.split("/")[-3]
            self.team.github("POST", f"/{repo}/issues/{self.key}/comments", {"body": text}, token=token)
        else:
            self.team.jira("POST", f"issue/{self.key}/comment", {"body": text}, token=token)

    def markers(self, purpose: str) -> list[Marker]:
        """The markers of the comments for a purpose that stand there, whoever wrote them."""
        values = [markers.from_comment(text) or markers.from_fragment(text) for text in self.comments()]
        found = (markers.of_comment(value) for value in values)
        return [one for one in found if one and one.purpose == purpose]
