"""What people do in an issue's conversation: comments, reactions, and the lock."""

from . import access, references
from .history import Chronicle
from .model import REACTIONS, Comment, Issue, Reaction
from .refusal import ForbiddenError, InvalidError, check_comment, fault
from .world import node_id


class Conversation(Chronicle):
    """Acts of one person in conversations."""

    def comment(self, issue: Issue, body: str) -> Comment:
        """A new comment. Raises ForbiddenError in a locked conversation for whoever may not write."""
        self.allow(issue.repository, "read")
        if issue.locked and not access.may(self.world, issue.repository, self.who, "write"):
            raise ForbiddenError("locked")
        check_comment(body)
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
        self.refer(issue, body)
        canonical = references.duplicated(self.world, issue.repository, body)
        if canonical and canonical is not issue:
            self.mark_duplicate(issue, canonical)
        return comment

    def mark_duplicate(self, issue: Issue, canonical: Issue) -> None:
        """Say that an issue is a duplicate of another one; its state stays."""
        self.record(issue, "marked_as_duplicate").source = canonical

    def unmark_duplicate(self, issue: Issue, canonical: Issue) -> None:
        """Take back that an issue is a duplicate of another one."""
        self.record(issue, "unmarked_as_duplicate").source = canonical

    def edit_comment(self, comment: Comment, body: str) -> None:
        """Give a comment another text."""
        self.allow_own(comment.issue.repository, comment.user, "write")
        check_comment(body)
        if body != comment.body:
            comment.body = body
            comment.edited_at = comment.updated_at = comment.issue.updated_at = self.world.now()
            comment.editor = self.who
            self.refer(comment.issue, body)

    def delete_comment(self, comment: Comment) -> None:
        """Delete a comment; its line goes from the history too."""
        self.allow_own(comment.issue.repository, comment.user, "write")
        for holder in (comment.issue.comments, comment.issue.repository.comments):
            del holder[comment.id]
        del self.world.nodes[comment.node_id]
        self.record(comment.issue, "comment_deleted")

    def react(self, thing: Issue | Comment, content: str) -> tuple[Reaction, bool]:
        """React to something; the reaction, and whether it is new. Whether it moves `updated_at` is the world's."""
        issue = thing if isinstance(thing, Issue) else thing.issue
        self.allow(issue.repository, "read")
        if content not in REACTIONS:
            raise InvalidError(fault("Reaction", "content", "invalid"))
        for given in thing.reactions:
            if given.user is self.who and given.content == content:
                return given, False
        number = self.world.new_id()
        given = self.world.enter(Reaction(number, node_id("Reaction", number), self.who, content, self.world.now()))
        thing.reactions.append(given)
        if self.world.reactions_touch:
            issue.updated_at = given.created_at
        return given, True

    def lock(self, issue: Issue, reason: str | None) -> None:
        """Lock the conversation."""
        self.allow(issue.repository, "triage")
        if not issue.locked:
            issue.locked, issue.lock_reason = True, reason
            self.record(issue, "locked", lock_reason=reason)

    def unlock(self, issue: Issue) -> None:
        """Unlock the conversation."""
        self.allow(issue.repository, "triage")
        if issue.locked:
            issue.locked, issue.lock_reason = False, None
            self.record(issue, "unlocked")
