"""What must be so after every step, read from the sandbox itself and not through any client of ours."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.faults.people import PREFIX, SUMMARY, People
from tests.sync.flow import Team

from hypercare_sync.sandbox.people import OURS
from hypercare_sync.trackers import marker

PRIORITIES = {f"{PREFIX}P{number}" for number in range(1, 5)}
_OF_BOTH = {"updated", "labels", "assignee"}
_BEGIN, _END = "<!-- hypercare-sync ", "<!-- /hypercare-sync -->"


@dataclass(frozen=True)
class Labelled:
    """A label that somebody set or took off."""

    ticket: str
    label: str
    added: bool
    ours: bool


@dataclass
class Watch:
    """One team's world, and what is known of its past. `deeds` counts what people did."""

    team: Team
    people: People
    deeds: int = 0
    _seen: Counter[str] = field(default_factory=Counter)
    _taken_off: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def bot(self) -> str:
        """Our account id on Jira."""
        return self.team.sandbox.accounts.named(OURS).account_id

    def labels_are_within_our_rights(self) -> None:
        """Only ours are set or taken off by us, and a priority that a person took off is set again only after people did something else."""
        for change in self._news():
            what = (change.ticket, change.label)
            if change.ours:
                assert change.label.startswith(PREFIX), change
                if change.added and change.label in PRIORITIES and what in self._taken_off:
                    assert self.deeds > self._taken_off[what], (
                        f"{change}: a person took it off, and nothing happened since"
                    )
            self._taken_off.pop(what, None)
            if not change.added and not change.ours:
                self._taken_off[what] = self.deeds

    def summaries(self, *, is_open: bool = True, labelled: bool = True) -> int:
        """How many we have that are so. Doubles that we closed have lost their marker, and are none."""
        return sum(
            (issue.state == "open", SUMMARY in {label.name for label in issue.labels}) == (is_open, labelled)
            for issue in self.team.sandbox.github.repositories["acme/ops"].issues.values()
            if issue.user and issue.user.login == OURS and marker.from_comment(issue.body or "")
        )

    def doubled(self) -> list[str]:
        """What we say twice on a ticket; what a person edited is theirs."""
        said = Counter(self._said())
        return [f"{ticket}: {what}" for (ticket, what), times in said.items() if times > 1]

    def of_people(self) -> dict[str, Any]:
        """All that is people's: tickets without our labels and comments, and the summaries' text around our part."""
        seen: dict[str, Any] = {}
        for issue in self.team.sandbox.github.repositories["acme/web"].issues.values():
            said = [(one.id, one.body) for one in issue.comments.values() if one.user and one.user.login != OURS]
            theirs = sorted(label.name for label in issue.labels if not label.name.startswith(PREFIX))
            milestone = issue.milestone.title if issue.milestone else None
            seen[f"#{issue.number}"] = (issue.title, issue.body, issue.state, milestone, theirs, said)
        for issue in self.team.sandbox.github.repositories["acme/ops"].issues.values():
            seen[f"around the summary {issue.number}"] = _around(issue.body or "")
        for issue_ in self.team.sandbox.jira.issues.values():
            fields = {name: value for name, value in issue_.fields.items() if name not in _OF_BOTH}
            theirs = sorted(label for label in issue_.fields["labels"] if not label.startswith(PREFIX))
            said = [(one["id"], one["body"]) for one in issue_.comments if one["author"].get("accountId") != self.bot]
            seen[issue_.key] = (fields, theirs, said)
        return {name: repr(value) for name, value in seen.items()} | {"edited": repr(sorted(self._edited()))}

    def assigned(self) -> dict[str, Any]:
        """Who has what; tickets that nobody has are left out."""
        web = self.team.sandbox.github.repositories["acme/web"].issues.values()
        seen = {f"#{issue.number}": [person.login for person in issue.assignees] for issue in web if issue.assignees}
        jira = self.team.sandbox.jira.issues.values()
        return seen | {issue.key: issue.fields["assignee"] for issue in jira if issue.fields.get("assignee")}

    def of_ours(self, tracker: str) -> dict[str, Any]:
        """What is ours on a tracker's tickets."""
        found = {}
        for ticket, labels, comments in self._tickets(tracker):
            ours = tuple((identity, body) for identity, ours, body, _ in comments if ours)
            found[ticket] = (sorted(label for label in labels if label.startswith(PREFIX)), ours)
        return found

    def calls(self, tracker: str) -> set[tuple[str, str]]:
        """The tickets on which we call for help, with the ids of the comments."""
        return {
            (ticket, identity)
            for ticket, _, comments in self._tickets(tracker)
            for identity, ours, _, value in comments
            if ours and (mark := marker.of_comment(value)) and mark.purpose == "escalation"
        }

    def titles_on_jira(self) -> list[str]:
        """What only colleagues may read."""
        return [issue.fields["summary"] for issue in self.team.sandbox.jira.issues.values()]

    def public(self) -> Iterator[str]:
        """All that we wrote where everybody reads."""
        repositories = self.team.sandbox.github.repositories
        for name in ("acme/web", "acme/ops"):
            for issue in repositories[name].issues.values():
                if issue.user and issue.user.login == OURS:
                    yield f"{issue.title}\n{issue.body}"
                yield from (one.body for one in issue.comments.values() if one.user and one.user.login == OURS)

    def _edited(self) -> Iterator[tuple[str, str]]:
        for tracker in ("github", "jira"):
            for _, _, comments in self._tickets(tracker):
                yield from (
                    (identity, str(body)) for identity, _, body, _ in comments if identity in self.people.edited
                )

    def _said(self) -> Iterator[tuple[str, str]]:
        for tracker in ("github", "jira"):
            for ticket, _, comments in self._tickets(tracker):
                for identity, ours, _, value in comments:
                    mark = marker.of_comment(value) if ours and identity not in self.people.edited else None
                    if mark:
                        yield ticket, str(mark.key)

    def _tickets(self, tracker: str) -> Iterator[tuple[str, list[str], list[tuple[str, bool, Any, Any]]]]:
        """Each ticket with its labels and its comments: their ids, whether they are ours, their texts and markers."""
        if tracker == "github":
            for issue in self.team.sandbox.github.repositories["acme/web"].issues.values():
                rows = [
                    (
                        str(one.id),
                        one.user is not None and one.user.login == OURS,
                        one.body,
                        marker.from_comment(one.body),
                    )
                    for one in issue.comments.values()
                ]
                yield f"#{issue.number}", [label.name for label in issue.labels], rows
        else:
            for issue_ in self.team.sandbox.jira.issues.values():
                rows = []
                for one in issue_.comments:
                    kept = {each["key"]: each["value"] for each in one.get("properties", ())}
                    ours = one["author"].get("accountId") == self.bot
                    rows.append((one["id"], ours, repr(one["body"]), kept.get("hypercare-sync")))
                yield issue_.key, issue_.fields["labels"], rows

    def _news(self) -> Iterator[Labelled]:
        """What was done to labels since this was asked last, in order on each ticket."""
        for issue in self.team.sandbox.github.repositories["acme/web"].issues.values():
            name = f"#{issue.number}"
            for event in issue.events[self._seen[name] :]:
                if event.kind in ("labeled", "unlabeled"):
                    ours = event.actor is not None and event.actor.login == OURS
                    yield Labelled(name, event.details["label"]["name"], event.kind == "labeled", ours)
            self._seen[name] = len(issue.events)
        for issue_ in self.team.sandbox.jira.issues.values():
            for history in issue_.histories[self._seen[issue_.key] :]:
                ours = history["author"].get("accountId") == self.bot
                for item in history["items"]:
                    if item["field"] == "labels":
                        before, after = set((item["fromString"] or "").split()), set((item["toString"] or "").split())
                        for label in before ^ after:
                            yield Labelled(issue_.key, label, label in after, ours)
            self._seen[issue_.key] = len(issue_.histories)


def _around(body: str) -> tuple[str, ...]:
    """The words of people in a summary, line by line."""
    begin = body.find(_BEGIN)
    end = body.find(_END, begin)
    rest = body if begin < 0 or end < 0 else f"{body[:begin]}\n{body[end + len(_END) :]}"
    return tuple(line for line in map(str.strip, rest.splitlines()) if line.startswith("Note "))
