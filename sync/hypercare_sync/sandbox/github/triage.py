"""What people do when they sort issues: labels, assignees and milestones."""

from collections.abc import Iterable, Sequence

from .history import Chronicle
from .model import Issue, IssueType, Milestone, User
from .refusal import check_label_name

MOST_ASSIGNEES = 10


class Triage(Chronicle):
    """Acts of one person that sort issues."""

    def move_to(self, issue: Issue, milestone: Milestone | None) -> None:
        """Put an issue into a milestone, or into none."""
        self.allow(issue.repository, "triage")
        before = issue.milestone
        if before is milestone:
            return
        count(issue, -1)
        issue.milestone = milestone
        count(issue, 1)
        for kind, one in (("demilestoned", before), ("milestoned", milestone)):
            if one:
                self.record(issue, kind, milestone={"title": one.title})

    def retype(self, issue: Issue, to: IssueType | None) -> None:
        """Make an issue one of a type, or of none."""
        self.allow(issue.repository, "triage")
        before = issue.type
        if before is not to:
            issue.type = to
            self.record(issue, f"issue_type_{'removed' if to is None else 'changed' if before else 'added'}")

    def label(self, issue: Issue, names: Iterable[str]) -> None:
        """Put labels on an issue, each made where the repository does not have it."""
        self.allow(issue.repository, "triage")
        for name in names:
            check_label_name(name)
            label = issue.repository.labels.get(name.lower()) or self.world.add_label(issue.repository, name, "ededed")
            if label not in issue.labels:
                issue.labels.append(label)
                self.record(issue, "labeled", label={"name": label.name, "color": label.color})

    def unlabel(self, issue: Issue, names: Iterable[str]) -> None:
        """Take labels off an issue; what it does not carry is passed over."""
        self.allow(issue.repository, "triage")
        for name in names:
            label = issue.repository.labels.get(name.lower())
            if label in issue.labels:
                issue.labels.remove(label)
                self.record(issue, "unlabeled", label={"name": label.name, "color": label.color})

    def relabel(self, issue: Issue, names: Sequence[str]) -> None:
        """Make these the labels of an issue."""
        wanted = {name.lower() for name in names}
        self.unlabel(issue, [label.name for label in issue.labels if label.name.lower() not in wanted])
        self.label(issue, names)

    def assign(self, issue: Issue, people: Iterable[User]) -> None:
        """Assign people, ten at most; the others are passed over."""
        self.allow(issue.repository, "triage")
        for person in people:
            if person not in issue.assignees and len(issue.assignees) < MOST_ASSIGNEES:
                issue.assignees.append(person)
                self.record(issue, "assigned").assignee = person

    def unassign(self, issue: Issue, people: Iterable[User]) -> None:
        """Take people off an issue."""
        self.allow(issue.repository, "triage")
        for person in people:
            if person in issue.assignees:
                issue.assignees.remove(person)
                self.record(issue, "unassigned").assignee = person

    def reassign(self, issue: Issue, people: Sequence[User]) -> None:
        """Make these the assignees of an issue."""
        self.unassign(issue, [person for person in issue.assignees if person not in people])
        self.assign(issue, people)


def count(issue: Issue, by: int) -> None:
    """Count an issue into (1) or out of (-1) its milestone, by its state."""
    if issue.milestone and issue.state == "open":
        issue.milestone.open_issues += by
    elif issue.milestone:
        issue.milestone.closed_issues += by
