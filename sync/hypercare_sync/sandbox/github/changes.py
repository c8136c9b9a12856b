"""What people do to the embedded GitHub: each act checks what it is given, leaves a line in the history, and moves `updated_at` if anything changed."""

from .conversation import Conversation
from .labels import Labels
from .model import Issue, Repository
from .refusal import InvalidError, check_body, check_title, fault
from .standing import Standing
from .triage import Triage, count
from .world import node_id


class Acts(Conversation, Labels, Triage, Standing):
    """All acts of one person, at the present moment."""

    def open_issue(self, repository: Repository, title: str, body: str | None) -> Issue:
        """A new issue."""
        self.allow(repository, "read")
        if not repository.has_issues:
            raise InvalidError(fault("Issue", "base", "custom", "Issues are disabled for this repo"))
        check_title(title)
        check_body("Issue", body)
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
        self.refer(issue, body)
        return issue

    def retitle(self, issue: Issue, title: str) -> None:
        """Give an issue another title."""
        self.allow_own(issue.repository, issue.user, "triage")
        check_title(title)
        if title != issue.title:
            before, issue.title = issue.title, title
            self.record(issue, "renamed", rename={"from": before, "to": title})

    def rewrite(self, issue: Issue, body: str | None) -> None:
        """Give an issue another body; GitHub has no line for that in its history."""
        self.allow_own(issue.repository, issue.user, "triage")
        check_body("Issue", body)
        if body != issue.body:
            issue.body = body
            issue.edited_at = issue.updated_at = self.world.now()
            self.refer(issue, body)

    def close(self, issue: Issue, reason: str | None = None) -> None:
        """Close an issue as completed, not_planned or duplicate; closing a closed one only changes the reason."""
        self.allow_own(issue.repository, issue.user, "triage")
        reason = reason or "completed"
        if issue.state == "closed" and issue.state_reason == reason:
            return
        if issue.state == "open":
            count(issue, -1)
            issue.state = "closed"
            count(issue, 1)
            issue.closed_at, issue.closed_by = self.world.now(), self.who
        issue.state_reason = reason
        self.record(issue, "closed", state_reason=reason)

    def reopen(self, issue: Issue) -> None:
        """Open a closed issue again."""
        self.allow_own(issue.repository, issue.user, "triage")
        if issue.state == "closed":
            count(issue, -1)
            issue.state, issue.state_reason, issue.closed_at, issue.closed_by = "open", "reopened", None, None
            count(issue, 1)
            self.record(issue, "reopened", state_reason="reopened")
