"""What people do to the embedded GitHub: each act checks what it is given, leaves a line in the history, and moves `updated_at` if anything changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from . import references
from .model import REACTIONS, Comment, Event, Issue, Milestone, Reactable, Reaction, Repository, User
from .world import GitHubWorld, node_id

LONGEST_BODY = 65_536
LONGEST_TITLE = 256


class InvalidError(Exception):
    """GitHub would not take this: the list says for each fault which field of which resource it is, and why."""

    def __init__(self, *faults: dict[str, str]) -> None:
        super().__init__("; ".join(fault.get("message", fault["code"]) for fault in faults))
        self.faults = list(faults)


def fault(resource: str, field: str, code: str, message: str | None = None) -> dict[str, str]:
    """One fault in GitHub's shape; codes are missing_field, invalid, already_exists, custom and the like."""
    found = {"resource": resource, "field": field, "code": code}
    return found if message is None else {**found, "message": message}


def too_long(resource: str, field: str, longest: int) -> InvalidError:
    """GitHub's words for a text over its limit."""
    return InvalidError(fault(resource, field, "custom", f"{field} is too long (maximum is {longest} characters)"))


@dataclass
class Acts:
    """The acts of one person, at the present moment."""

    world: GitHubWorld
    who: User

    def _record(self, issue: Issue, kind: str, **details: Any) -> Event:
        """Leave a line in the history, with details in REST's shape, and move `updated_at`."""
        event = self._enter(issue, kind)
        event.details = details
        issue.updated_at = event.created_at
        return event

    def _enter(self, issue: Issue, kind: str) -> Event:
        number, now = self.world.new_id(), self.world.now()
        event = Event(
            issue=issue, id=number, node_id=node_id("Event", number), kind=kind, actor=self.who, created_at=now
        )
        issue.events.append(self.world.enter(event))
        issue.repository.events[event.id] = event
        return event

    def _refer(self, source: Issue, text: str | None) -> None:
        """Leave a line with every issue that `text` newly mentions. It does not move `updated_at`: nobody has done anything to it."""
        for target in references.mentioned(self.world, source.repository, text or ""):
            known = any(event.source is source and event.kind == "cross-referenced" for event in target.events)
            if target is not source and not known:
                self._enter(target, "cross-referenced").source = source

    def open_issue(self, repository: Repository, title: str, body: str | None) -> Issue:
        """A new issue."""
        _check_title(title)
        _check_body("Issue", body)
        repository.last_number += 1
        number, now = self.world.new_id(), self.world.now()
        issue = Issue(
            repository=repository,
            id=number,
            node_id=node_id("Issue", number),
            number=repository.last_number,
            title=title,
            body=body,
            user=self.who,
            author_association=self.world.association(repository, self.who),
            created_at=now,
            updated_at=now,
        )
        repository.issues[issue.number] = self.world.enter(issue)
        self._refer(issue, body)
        return issue

    def retitle(self, issue: Issue, title: str) -> None:
        """Give an issue another title."""
        _check_title(title)
        if title != issue.title:
            before, issue.title = issue.title, title
            self._record(issue, "renamed", rename={"from": before, "to": title})

    def rewrite(self, issue: Issue, body: str | None) -> None:
        """Give an issue another body; GitHub has no line for that in its history."""
        _check_body("Issue", body)
        if body != issue.body:
            issue.body = body
            issue.edited_at = issue.updated_at = self.world.now()
            self._refer(issue, body)

    def close(self, issue: Issue, reason: str | None = None) -> None:
        """Close an issue as completed, not_planned or duplicate; closing a closed one only changes the reason."""
        reason = reason or "completed"
        if issue.state == "closed" and issue.state_reason == reason:
            return
        if issue.state == "open":
            _count(issue, -1)
            issue.state = "closed"
            _count(issue, 1)
            issue.closed_at, issue.closed_by = self.world.now(), self.who
        issue.state_reason = reason
        self._record(issue, "closed", state_reason=reason)

    def reopen(self, issue: Issue) -> None:
        """Open a closed issue again."""
        if issue.state == "closed":
            _count(issue, -1)
            issue.state, issue.state_reason, issue.closed_at, issue.closed_by = "open", "reopened", None, None
            _count(issue, 1)
            self._record(issue, "reopened", state_reason="reopened")

    def move_to(self, issue: Issue, milestone: Milestone | None) -> None:
        """Put an issue into a milestone, or into none."""
        before = issue.milestone
        if before is milestone:
            return
        _count(issue, -1)
        issue.milestone = milestone
        _count(issue, 1)
        for kind, one in (("demilestoned", before), ("milestoned", milestone)):
            if one:
                self._record(issue, kind, milestone={"title": one.title})

    def label(self, issue: Issue, names: Iterable[str]) -> None:
        """Put labels on an issue, each made where the repository does not have it."""
        for name in names:
            check_label_name(name)
            label = issue.repository.labels.get(name.lower()) or self.world.add_label(issue.repository, name, "ededed")
            if label not in issue.labels:
                issue.labels.append(label)
                self._record(issue, "labeled", label={"name": label.name, "color": label.color})

    def unlabel(self, issue: Issue, names: Iterable[str]) -> None:
        """Take labels off an issue; what it does not carry is passed over."""
        for name in names:
            label = issue.repository.labels.get(name.lower())
            if label in issue.labels:
                issue.labels.remove(label)
                self._record(issue, "unlabeled", label={"name": label.name, "color": label.color})

    def relabel(self, issue: Issue, names: Sequence[str]) -> None:
        """Make these the labels of an issue."""
        wanted = {name.lower() for name in names}
        self.unlabel(issue, [label.name for label in issue.labels if label.name.lower() not in wanted])
        self.label(issue, names)

    def assign(self, issue: Issue, people: Iterable[User]) -> None:
        """Assign people."""
        for person in people:
            if person not in issue.assignees:
                issue.assignees.append(person)
                self._record(issue, "assigned").assignee = person

    def unassign(self, issue: Issue, people: Iterable[User]) -> None:
        """Take people off an issue."""
        for person in people:
            if person in issue.assignees:
                issue.assignees.remove(person)
                self._record(issue, "unassigned").assignee = person

    def reassign(self, issue: Issue, people: Sequence[User]) -> None:
        """Make these the assignees of an issue."""
        self.unassign(issue, [person for person in issue.assignees if person not in people])
        self.assign(issue, people)

    def lock(self, issue: Issue, reason: str | None) -> None:
        """Lock the conversation."""
        if not issue.locked:
            issue.locked, issue.lock_reason = True, reason
            self._record(issue, "locked", lock_reason=reason)

    def unlock(self, issue: Issue) -> None:
        """Unlock the conversation."""
        if issue.locked:
            issue.locked, issue.lock_reason = False, None
            self._record(issue, "unlocked")

    def pin(self, issue: Issue) -> None:
        """Pin an issue to its repository, which takes three."""
        if issue.pinned:
            return
        if sum(other.pinned for other in issue.repository.issues.values()) >= 3:
            raise InvalidError(fault("Issue", "base", "custom", "Maximum 3 pinned issues per repository"))
        issue.pinned = True
        self._record(issue, "pinned")

    def unpin(self, issue: Issue) -> None:
        """Take an issue off the pinned ones."""
        if issue.pinned:
            issue.pinned = False
            self._record(issue, "unpinned")

    def comment(self, issue: Issue, body: str) -> Comment:
        """A new comment."""
        _check_comment(body)
        number, now = self.world.new_id(), self.world.now()
        comment = Comment(
            issue=issue,
            id=number,
            node_id=node_id("IssueComment", number),
            body=body,
            user=self.who,
            author_association=self.world.association(issue.repository, self.who),
            created_at=now,
            updated_at=now,
        )
        issue.comments[number] = issue.repository.comments[number] = self.world.enter(comment)
        issue.updated_at = now
        self._refer(issue, body)
        canonical = references.duplicated(issue.repository, body)
        if canonical and canonical is not issue:
            self.mark_duplicate(issue, canonical)
        return comment

    def mark_duplicate(self, issue: Issue, canonical: Issue) -> None:
        """Say that an issue is a duplicate of another one; its state stays."""
        self._record(issue, "marked_as_duplicate").source = canonical

    def edit_comment(self, comment: Comment, body: str) -> None:
        """Give a comment another text."""
        _check_comment(body)
        if body != comment.body:
            comment.body = body
            comment.edited_at = comment.updated_at = comment.issue.updated_at = self.world.now()
            self._refer(comment.issue, body)

    def delete_comment(self, comment: Comment) -> None:
        """Delete a comment; its line goes from the history too."""
        for holder in (comment.issue.comments, comment.issue.repository.comments):
            del holder[comment.id]
        del self.world.nodes[comment.node_id]
        self._record(comment.issue, "comment_deleted")

    def react(self, thing: Reactable, content: str) -> tuple[Reaction, bool]:
        """React to something; the reaction, and whether it is new. Reactions do not move `updated_at`."""
        if content not in REACTIONS:
            raise InvalidError(fault("Reaction", "content", "invalid"))
        for given in thing.reactions:
            if given.user is self.who and given.content == content:
                return given, False
        number = self.world.new_id()
        given = self.world.enter(Reaction(number, node_id("Reaction", number), self.who, content, self.world.now()))
        thing.reactions.append(given)
        return given, True


def check_label_name(name: str) -> None:
    """Raises InvalidError for a name that GitHub does not take."""
    if not name.strip():
        raise InvalidError(fault("Label", "name", "missing_field"))
    if len(name) > 50:
        raise too_long("Label", "name", 50)


def _check_title(title: str) -> None:
    if not title.strip():
        raise InvalidError(fault("Issue", "title", "missing_field"))
    if len(title) > LONGEST_TITLE:
        raise too_long("Issue", "title", LONGEST_TITLE)


def _check_body(resource: str, body: str | None) -> None:
    if body is not None and len(body) > LONGEST_BODY:
        raise too_long(resource, "body", LONGEST_BODY)


def _check_comment(body: str) -> None:
    if not body.strip():
        raise InvalidError(fault("IssueComment", "body", "missing_field"))
    _check_body("IssueComment", body)


def _count(issue: Issue, by: int) -> None:
    """Count an issue into (1) or out of (-1) its milestone, by its state."""
    if issue.milestone and issue.state == "open":
        issue.milestone.open_issues += by
    elif issue.milestone:
        issue.milestone.closed_issues += by
