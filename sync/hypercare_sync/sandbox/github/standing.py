"""Where an issue stands: pinned to its repository, moved to another one, or deleted; and whether its repository is archived."""

from . import access
from .model import Comment, Event, Issue, Milestone, Pin, Repository
from .refusal import ForbiddenError, InvalidError, fault
from .relations import Relations
from .triage import count
from .world import node_id

MOST_PINS = 3


class Standing(Relations):
    """Acts of one person that change where issues stand."""

    def pin(self, issue: Issue) -> None:
        """Pin an issue to its repository, which takes three."""
        self.allow(issue.repository, "write")
        if issue.pinned:
            return
        if len(issue.repository.pins) >= MOST_PINS:
            raise InvalidError(fault("Issue", "base", "custom", "Maximum 3 pinned issues per repository"))
        number = self.world.new_id()
        issue.repository.pins.append(self.world.enter(Pin(number, node_id("PinnedIssue", number), issue, self.who)))
        self.record(issue, "pinned")

    def unpin(self, issue: Issue) -> None:
        """Take an issue off the pinned ones."""
        self.allow(issue.repository, "write")
        if issue.pinned:
            self._drop_pin(issue)
            self.record(issue, "unpinned")

    def delete(self, issue: Issue) -> None:
        """Delete an issue with all that is said on it; its number stays used."""
        self.allow(issue.repository, "admin")
        home = issue.repository
        self._take_out(issue)
        self.untie(issue)
        home.gone[issue.number] = None
        said: list[Issue | Comment | Event] = [issue, *issue.comments.values(), *issue.events]
        for each in said:
            self.world.nodes.pop(each.node_id, None)

    def transfer(self, issue: Issue, target: Repository, *, create_labels: bool = False) -> None:
        """Move an issue to another repository of the same owner, with its comments and its history; its old number leads to it.

        It gets another number and other ids (the ids of its comments stay: not documented). Labels and a milestone come along
        where the target has them by that name.
        """
        home = issue.repository
        for repository in (home, target):
            self.allow(repository, "write")
        if target is home or target.owner is not home.owner or (home.private and not target.private):
            raise InvalidError(fault("Issue", "repository", "custom", "Issues cannot be transferred there"))
        self._take_out(issue)
        home.gone[issue.number] = issue
        del self.world.nodes[issue.node_id]
        target.last_number += 1
        issue.id, issue.number, issue.repository = self.world.new_id(), target.last_number, target
        issue.node_id = node_id("Issue", issue.id)
        target.issues[issue.number] = self.world.enter(issue)
        target.comments |= issue.comments
        target.events |= {event.id: event for event in issue.events}
        names = [label.name for label in issue.labels]
        issue.labels = []
        for name in names:
            found = target.labels.get(name.lower())
            if found or create_labels:
                issue.labels.append(found or self.world.add_label(target, name, "ededed"))
        issue.milestone = _same_milestone(issue.milestone, target)
        count(issue, 1)
        self.record(issue, "transferred").origin = home

    def _take_out(self, issue: Issue) -> None:
        home = issue.repository
        self._drop_pin(issue)
        count(issue, -1)
        del home.issues[issue.number]
        for comment in issue.comments.values():
            home.comments.pop(comment.id, None)
        for event in issue.events:
            home.events.pop(event.id, None)

    def _drop_pin(self, issue: Issue) -> None:
        for pin in [pin for pin in issue.repository.pins if pin.issue is issue]:
            issue.repository.pins.remove(pin)
            del self.world.nodes[pin.node_id]

    def archive(self, repository: Repository, *, archived: bool) -> None:
        """Make a repository read-only for all, or writable again."""
        if not access.may(self.world, repository, self.who, "admin"):
            raise ForbiddenError("role")
        repository.archived_at = (repository.archived_at or self.world.now()) if archived else None


def _same_milestone(milestone: Milestone | None, target: Repository) -> Milestone | None:
    if milestone is None:
        return None
    return next((each for each in target.milestones.values() if each.title == milestone.title), None)
