"""What people do to tickets and to what we wrote, each act by one number that says to which of them, and how."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

from tests.sync.flow import Team

from hypercare_sync.sandbox.people import OURS

LABELS = (
    "outage", "urgent", "bug", "question", "severity:minor",
    "hypercare-override:P1", "hypercare-override:P3",
    "hypercare:P1", "hypercare:P3", "hypercare:stale", "hypercare:breached", "hypercare:escalated",
)  # fmt: skip
"""Labels that people set and take off: their own, words to us, and ours."""
PREFIX = "hypercare:"
SUMMARY = f"{PREFIX}summary"
NATIVE = ("Highest", "High", "Medium", "Low")
TOKENS = ("person", "guest")
"""Of pat, who is on call, and of cleo, who reports."""
_ACCOUNTS = ("pat", "cleo")

_T = TypeVar("_T")


def chosen(among: Sequence[_T], number: int) -> _T:
    """One of them, by any number."""
    return among[number % len(among)]


@dataclass
class People:
    """Everybody but us, in one team's world. `edited` are the comments of ours that they edited, which are theirs from then on."""

    team: Team
    edited: set[str] = field(default_factory=set)
    _words: Any = field(default_factory=lambda: count(1))

    def acts(self) -> list[Callable[[int, int], object]]:
        """All that they can do."""
        return [
            self.report, self.report_on_jira, self.say, self.say_on_jira, self.label, self.label_on_jira, self.take_ours_off,
            self.take_ours_off, self.take_ours_off_on_jira, self.take_ours_off_on_jira, self.close_or_reopen, self.move_on_jira,
            self.assign, self.assign_on_jira, self.reschedule, self.reschedule_on_jira, self.prioritise_on_jira, self.reword,
            self.reword_on_jira, self.edit_our_comment, self.edit_our_comment_on_jira, self.delete_our_comment,
            self.delete_our_comment_on_jira, self.write_around_the_summary, self.write_into_the_summary, self.hide_the_summary,
            self.duplicate, self.restrict_on_jira,
        ]  # fmt: skip

    def report(self, which: int, how: int) -> None:
        """A new issue of the release, or of none."""
        labels = [["outage"], [], ["question"]][how % 3]
        body = {"title": self._new("Issue"), "body": "Seen twice.", "labels": labels}
        self._github("POST", "/web/issues", {**body, "milestone": 1} if which % 4 else body, how)

    def report_on_jira(self, which: int, how: int) -> None:
        """A new ticket of the release, or of none."""
        fields = {"project": {"key": "SHOP"}, "issuetype": {"name": chosen(("Bug", "Task"), which)}}
        version = {"versions": [{"name": "5.2"}]} if which % 4 else {}
        fields |= {"summary": self._new("Ticket"), "priority": {"name": chosen(NATIVE, how)}, **version}
        self._jira("POST", "issue", {"fields": fields}, how)

    def say(self, which: int, how: int) -> None:
        """A comment."""
        self._github("POST", f"{self._issue(which)}/comments", {"body": self._new("Saw")}, how)

    def say_on_jira(self, which: int, how: int) -> None:
        """A comment."""
        self._jira("POST", f"issue/{self._key(which)}/comment", {"body": self._new("Saw")}, how)

    def label(self, which: int, how: int) -> None:
        """A label set, or taken off where it is."""
        path, label = self._issue(which), chosen(LABELS, how)
        standing = {one["name"] for one in self.team.github("GET", path)["labels"]}
        if label in standing:
            self._github("DELETE", f"{path}/labels/{label}", None, which)
        else:
            self._github("POST", f"{path}/labels", {"labels": [label]}, which)

    def label_on_jira(self, which: int, how: int) -> None:
        """A label set, or taken off where it is."""
        key, label = self._key(which), chosen(LABELS, how)
        verb = "remove" if label in self.team.jira_labels(key) else "add"
        self._jira("PUT", f"issue/{key}", {"update": {"labels": [{verb: label}]}}, which)

    def take_ours_off(self, which: int, how: int) -> None:
        """A label of ours off an issue, if there is any."""
        path = self._issue(which)
        ours = [one["name"] for one in self.team.github("GET", path)["labels"] if one["name"].startswith(PREFIX)]
        if ours:
            self._github("DELETE", f"{path}/labels/{chosen(ours, how)}", None, which)

    def take_ours_off_on_jira(self, which: int, how: int) -> None:
        """A label of ours off a ticket, if there is any."""
        key = self._key(which)
        ours = sorted(label for label in self.team.jira_labels(key) if label.startswith(PREFIX))
        if ours:
            self._jira("PUT", f"issue/{key}", {"update": {"labels": [{"remove": chosen(ours, how)}]}}, which)

    def close_or_reopen(self, which: int, how: int) -> None:
        """An issue closed, or opened again."""
        path = self._issue(which)
        state = "open" if self.team.github("GET", path)["state"] == "closed" else "closed"
        self._github("PATCH", path, {"state": state}, how)

    def move_on_jira(self, which: int, how: int) -> None:
        """A ticket moved to another status."""
        key = self._key(which)
        ways = self.team.jira("GET", f"issue/{key}/transitions")["transitions"]
        self._jira("POST", f"issue/{key}/transitions", {"transition": {"id": chosen(ways, how)["id"]}}, which)

    def assign(self, which: int, how: int) -> None:
        """An issue given to pat, or taken away again."""
        path = self._issue(which)
        verb = "DELETE" if self.team.github("GET", path)["assignees"] else "POST"
        self._github(verb, f"{path}/assignees", {"assignees": ["pat"]}, how)

    def assign_on_jira(self, which: int, how: int) -> None:
        """A ticket given to Ana, or to nobody."""
        who = chosen(("ana", None), how)
        self._jira("PUT", f"issue/{self._key(which)}/assignee", {"accountId": who}, which)

    def reschedule(self, which: int, how: int) -> None:
        """An issue in the release's milestone, or in none."""
        self._github("PATCH", self._issue(which), {"milestone": chosen((1, None), how)}, how)

    def reschedule_on_jira(self, which: int, how: int) -> None:
        """A ticket of the release, or of none."""
        self._jira(
            "PUT", f"issue/{self._key(which)}", {"fields": {"versions": chosen(([{"name": "5.2"}], []), how)}}, how
        )

    def prioritise_on_jira(self, which: int, how: int) -> None:
        """Jira's own priority."""
        self._jira("PUT", f"issue/{self._key(which)}", {"fields": {"priority": {"name": chosen(NATIVE, how)}}}, which)

    def reword(self, which: int, how: int) -> None:
        """Another title."""
        self._github("PATCH", self._issue(which), {"title": self._new("Issue")}, how)

    def reword_on_jira(self, which: int, how: int) -> None:
        """Another title."""
        self._jira("PUT", f"issue/{self._key(which)}", {"fields": {"summary": self._new("Ticket")}}, how)

    def edit_our_comment(self, which: int, how: int) -> None:
        """A line under a comment of ours."""
        if ours := self._ours(which):
            self._github(
                "PATCH", f"/web/issues/comments/{ours['id']}", {"body": f"{ours['body']}\n\n{self._new('Note')}"}, 0
            )
            self.edited.add(str(ours["id"]))

    def edit_our_comment_on_jira(self, which: int, how: int) -> None:
        """A line over a comment of ours."""
        key = self._key(which)
        if ours := self._ours_on_jira(key):
            self._jira(
                "PUT", f"issue/{key}/comment/{ours['id']}", {"body": f"{self._new('Note')}\n\n{ours['body']}"}, 0
            )
            self.edited.add(ours["id"])

    def delete_our_comment(self, which: int, how: int) -> None:
        """A comment of ours is gone."""
        if ours := self._ours(which):
            self._github("DELETE", f"/web/issues/comments/{ours['id']}", None, 0)

    def delete_our_comment_on_jira(self, which: int, how: int) -> None:
        """A comment of ours is gone."""
        key = self._key(which)
        if ours := self._ours_on_jira(key):
            self._jira("DELETE", f"issue/{key}/comment/{ours['id']}", None, 0)

    def write_around_the_summary(self, which: int, how: int) -> None:
        """Notes over or under our part of the summary."""
        for standing in self.team.summaries():
            note = self._new("Note")
            body = f"{note}\n\n{standing['body']}" if how % 2 else f"{standing['body']}\n\n{note}"
            self._github("PATCH", f"/ops/issues/{standing['number']}", {"body": body}, which)

    def write_into_the_summary(self, which: int, how: int) -> None:
        """Our own words in the summary changed."""
        for standing in self.team.summaries():
            body = standing["body"].replace("Hypercare, day", "Hypercare (all is well), day")
            self._github("PATCH", f"/ops/issues/{standing['number']}", {"body": body}, which)

    def hide_the_summary(self, which: int, how: int) -> None:
        """Summaries closed or opened again, or their label taken off or set again."""
        for issue in self.team.github("GET", "/ops/issues?state=all"):
            path = f"/ops/issues/{issue['number']}"
            match how % 4:
                case 0 | 1:
                    self._github("PATCH", path, {"state": ("closed", "open")[how % 4]}, which)
                case 2 if any(label["name"] == SUMMARY for label in issue["labels"]):
                    self._github("DELETE", f"{path}/labels/{SUMMARY}", None, which)
                case _:
                    self._github("POST", f"{path}/labels", {"labels": [SUMMARY]}, which)

    def duplicate(self, which: int, how: int) -> None:
        """A comment that says that a ticket of the other tracker is the same problem, or a link in Jira."""
        key, other = self._key(which), self._key(how)
        if which % 2 and key != other:
            link = {"type": {"name": "Duplicate"}, "inwardIssue": {"key": key}, "outwardIssue": {"key": other}}
            self._jira("POST", "issueLink", link, how)
        else:
            text = f"Duplicate of acme/web#{self._issue(how).rpartition('/')[2]}"
            self._jira("POST", f"issue/{key}/comment", {"body": text}, how)

    def restrict_on_jira(self, which: int, how: int) -> None:
        """A ticket for a few, or for all again."""
        level = chosen(({"name": "Few"}, None), how)
        self._jira("PUT", f"issue/{self._key(which)}", {"fields": {"security": level}}, 0)

    def _new(self, word: str) -> str:
        """A text that stands nowhere else."""
        return f"{word} {next(self._words)}x"

    def _issue(self, number: int) -> str:
        issues = self.team.sandbox.github.repositories["acme/web"].issues
        return f"/web/issues/{chosen(sorted(issues), number)}"

    def _key(self, number: int) -> str:
        return chosen(self.team.jira_keys(), number)

    def _ours(self, which: int) -> dict[str, Any] | None:
        written = self.team.github("GET", f"{self._issue(which)}/comments?per_page=100")
        return next((one for one in written if one["user"]["login"] == OURS), None)

    def _ours_on_jira(self, key: str) -> dict[str, Any] | None:
        written = self.team.jira("GET", f"issue/{key}/comment")["comments"]
        return next((one for one in written if one["author"]["displayName"] == "Hypercare Bot"), None)

    def _github(self, method: str, path: str, body: Any, who: int) -> Any:
        return self.team.github(method, path, body, token=chosen(TOKENS, who))

    def _jira(self, method: str, path: str, body: Any, who: int) -> Any:
        return self.team.jira(method, path, body, token=chosen(TOKENS, who))
