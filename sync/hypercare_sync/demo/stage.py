"""The embedded trackers with the people, the project and the repositories of the story, and what people do there, played."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypercare_sync.demo.desks import Desk, GithubDesk, JiraDesk, token_of
from hypercare_sync.demo.script import Deed, Story, Verb, Week
from hypercare_sync.sandbox.world import Sandbox

PROJECT, WEB, OPS = "SHOP", "acme/web", "acme/ops"
_NO_PART = "NONE"  # how GitHub calls an author who has no part in a repository


def furnished(story: Story) -> Sandbox:
    """Trackers without a ticket, in which everybody of the story has an account; their time is that of the first deed."""
    sandbox = Sandbox.new(story.deeds[0].at, {token_of(login): login for login in story.week.people})
    sandbox.jira.add_project(PROJECT, "Shop")
    _introduce(sandbox, story.week)
    sandbox.github.repository_for(OPS, private=True)
    web = sandbox.github.repository_for(WEB, private=True)
    web.associations |= dict.fromkeys(story.week.customers, _NO_PART)
    return sandbox


def _introduce(sandbox: Sandbox, week: Week) -> None:
    """Give everybody their name and standing on the Jira site; elsewhere the login says it."""
    for login, person in week.people.items():
        known = sandbox.jira.person(sandbox.accounts.named(login))
        known["displayName"] = person.name
        known["accountType"] = "customer" if login in week.customers else "atlassian"


@dataclass
class Stage:
    """The story on the trackers that are served at `base`, as far as it has been played."""

    story: Story
    sandbox: Sandbox
    base: str
    _played: int = 0
    _jira: Desk = field(init=False)
    _github: Desk = field(init=False)

    def __post_init__(self) -> None:
        self._jira = JiraDesk(self.base, lambda login: self.sandbox.accounts.named(login).account_id)
        self._github = GithubDesk(self.base)
        lead = next(iter(self.story.week.team))
        self._jira.release(lead, PROJECT)
        self._github.release(lead, WEB)

    def play(self, until: datetime) -> tuple[Deed, ...]:
        """Everything that people do up to a moment, to which the trackers' time is moved; what they did."""
        rest = self.story.deeds[self._played :]
        now = tuple(deed for deed in rest if deed.at <= until)
        for deed in now:
            self._wait(deed.at)
            self._do(deed)
        self._wait(until)
        self._played += len(now)
        return now

    def _wait(self, until: datetime) -> None:
        """Let the trackers' time pass; it is a little ahead where this machine is slow."""
        self.sandbox.clock.advance(max(until - self.sandbox.clock.now(), timedelta()))

    def _do(self, deed: Deed) -> None:
        desk = self._github if "#" in deed.ticket else self._jira
        if deed.verb is not Verb.opens:
            desk.act(deed)
            return
        report = self.story.tickets[deed.ticket]
        key = desk.open(deed, report)
        assert key == deed.ticket, f"{deed.ticket} became {key}: the story's keys do not count up in the order of time"
        if report.pull_request:
            self._make_pull_request(key)

    def _make_pull_request(self, key: str) -> None:
        """Make a pull request of an issue: the embedded GitHub keeps no code from which one could be opened."""
        repo, _, number = key.partition("#")
        self.sandbox.github.repository_for(repo).issues[int(number)].pull_request = {}
